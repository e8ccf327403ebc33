"""What is raised to a page's team, how it climbs, and who answers."""

import pytest

from statustext.adapters.clock import system_entropy
from statustext.adapters.escalations import find_open, get_escalation
from statustext.adapters.pages import get_page
from statustext.domain.page import Page
from statustext.domain.team.escalation import Cause, CauseKind, EscalationState
from statustext.domain.team.routing import Level
from statustext.flows.acting import Act
from statustext.flows.escalating.raising import News, clear, raise_to_team
from tests.stepped import SteppedSystem

ALERT = Cause(CauseKind.ALERT, "disk-full")


def act(system: SteppedSystem) -> Act:
    return Act("the test", system.table, system.now, system_entropy)


def page_of(system: SteppedSystem) -> Page:
    return get_page(system.table, "default") or pytest.fail("no page")


def raised(system: SteppedSystem, level: Level = Level.CRITICAL, cause: Cause = ALERT) -> str:
    news = News(level, "The disk is full", link="https://status.example.com")
    return raise_to_team(page_of(system), cause, news, act(system))


def test_of_one_cause_there_is_one_escalation(system: SteppedSystem) -> None:
    first = raised(system, Level.ERROR)
    assert raised(system, Level.ERROR) == raised(system, Level.INFO) == first
    higher = raised(system, Level.CRITICAL)
    assert higher != first
    ended = get_escalation(system.table, "default", first)
    assert ended is not None
    assert ended.state is EscalationState.RESOLVED


def test_resolve_clears_it(system: SteppedSystem) -> None:
    first = raised(system)
    assert clear("default", ALERT, act(system))
    assert not clear("default", ALERT, act(system))
    assert find_open(system.table, "default", ALERT) is None
    assert raised(system) != first
