"""Which rule is for an alert, and what becomes of the draft that it opens."""

from dataclasses import replace
from typing import Any

import pytest

from statustext.domain.alerts.alert import Alert, AlertState, Source
from statustext.domain.alerts.draft import (
    MUTED_FOR,
    DraftIncident,
    DraftState,
    Step,
    due_at,
    ends,
    fires,
    next_step,
    opened,
)
from statustext.domain.alerts.rules import UNMATCHED, Publish, Rule, judge
from statustext.domain.team.routing import Level

ALERT = Alert("f1", AlertState.FIRING, Level.ERROR, "Checkout is slow", labels={"service": "api"})
NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("any"), True),
        (Rule("its source", source=Source.GRAFANA), True),
        (Rule("another source", source=Source.DATADOG), False),
        (Rule("its title", title="checkout*"), True),
        (Rule("another title", title="Search*"), False),
        (Rule("its label", labels={"service": "a?i"}), True),
        (Rule("another value", labels={"service": "web"}), False),
        (Rule("a label that it lacks", labels={"team": "*"}), False),
        (Rule("one of two", labels={"service": "api", "team": "*"}), False),
    ],
    ids=lambda given: given.name if isinstance(given, Rule) else "",
)
def test_a_rule_fits(rule: Rule, *, fits: bool) -> None:
    assert judge([rule], Source.GRAFANA, ALERT).rule is (rule if fits else UNMATCHED)


def test_the_first_rule_that_fits_decides() -> None:
    rules = [Rule("no", title="x"), Rule("first", level=Level.CRITICAL), Rule("second")]
    verdict = judge(rules, Source.JSON, ALERT)
    assert (verdict.rule.name, verdict.level) == ("first", Level.CRITICAL)


@pytest.mark.parametrize(
    ("level", "publish"),
    [
        (Level.INFO, Publish.IGNORE),
        (Level.WARNING, Publish.DRAFT),
        (Level.CRITICAL, Publish.DRAFT),
    ],
)
def test_what_no_rule_fits_is_a_draft_unless_it_is_quiet(level: Level, publish: Publish) -> None:
    assert judge([], Source.JSON, replace(ALERT, level=level)).publish is publish


def test_alerts_of_a_rule_are_one_group_or_one_for_each_value() -> None:
    other = replace(ALERT, fingerprint="f2", labels={"service": "web"})

    def groups(*rules: Rule) -> int:
        return len({judge(rules, Source.JSON, one).group for one in (ALERT, other)})

    assert groups(Rule("one")) == 1
    assert groups(Rule("by service", group_by=("service",))) == 2
    assert groups(Rule("by region", group_by=("region",))) == 1
    assert groups() == 2


def first(**changes: Any) -> DraftIncident:
    verdict = judge([Rule("r", **changes)], Source.JSON, ALERT)
    return opened(None, "default", "a", ALERT, verdict, NOW)


def fire(draft: DraftIncident, alert_id: str, level: Level, now: float) -> DraftIncident:
    verdict = judge([], Source.JSON, replace(ALERT, level=level))
    return fires(draft, alert_id, verdict.level, now)


def test_a_draft_waits_and_is_discarded_once_its_alerts_have_settled() -> None:
    draft = first(settle_seconds=60)
    assert (draft.state, next_step(draft, NOW), due_at(draft, NOW)) == ("waiting", None, NOW)
    draft = replace(draft, raised=draft.level)
    assert due_at(draft, NOW) is None
    over = ends(draft, "a", NOW)
    assert (next_step(over, NOW + 59), due_at(over, NOW)) == (None, NOW + 60)
    assert next_step(over, NOW + 60) is Step.DISCARD
    again = fire(over, "a", Level.ERROR, NOW + 30)
    assert (again.number, next_step(again, NOW + 99)) == (1, None)


def test_it_is_over_with_the_last_of_its_alerts() -> None:
    both = fire(first(), "b", Level.ERROR, NOW)
    assert ends(both, "a", NOW).settles_at is None
    assert ends(ends(both, "a", NOW), "b", NOW).settles_at == NOW + 300


def test_a_rule_publishes_at_once_updates_what_gets_worse_and_resolves() -> None:
    draft = first(publish=Publish.PUBLISH, settle_seconds=0)
    assert next_step(draft, NOW) is Step.OPEN
    draft = replace(draft, state=DraftState.PUBLISHED, told=draft.level)
    assert next_step(fire(draft, "b", Level.WARNING, NOW), NOW) is None
    assert next_step(fire(draft, "b", Level.CRITICAL, NOW), NOW) is Step.UPDATE
    assert next_step(ends(draft, "a", NOW), NOW) is Step.RESOLVE


@pytest.mark.parametrize(
    ("state", "is_incident_over", "is_firing", "after", "still"),
    [
        (DraftState.WAITING, False, False, 0, True),
        (DraftState.PUBLISHED, False, False, 0, True),
        (DraftState.PUBLISHED, True, True, 0, True),
        (DraftState.PUBLISHED, True, False, 0, False),
        (DraftState.PUBLISHED, True, True, MUTED_FOR, False),
        (DraftState.DISCARDED, False, True, 0, True),
        (DraftState.DISCARDED, False, True, MUTED_FOR, False),
        (DraftState.DISCARDED, False, False, 0, False),
        (DraftState.RESOLVED, True, False, 0, False),
    ],
)
def test_what_fires_belongs_to_the_last_draft_or_opens_another(
    state: DraftState, *, is_incident_over: bool, is_firing: bool, after: float, still: bool
) -> None:
    firing = frozenset({"a"} if is_firing else ())
    draft = replace(first(), state=state, firing=firing)
    assert draft.is_still(NOW + after, is_incident_over=is_incident_over) is still


def test_another_draft_has_another_id() -> None:
    one = first()
    verdict = judge([Rule("r")], Source.JSON, ALERT)
    second = opened(one, "default", "a", ALERT, verdict, NOW)
    assert (one.id.removesuffix("-1"), second.id) == (one.group, f"{one.group}-2")
