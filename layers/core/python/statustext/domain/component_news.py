"""What is to be done about one component's change of state for one endpoint: a pure function."""

from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.component import Component
from statustext.domain.decision import PAUSE_WAIT
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.steps import Wait
from statustext.domain.subscriber import Subscriber

CALL_LEASE = 30.0
"""Seconds for which a call is taken to be under way: longer than it may last. Until then no other
call about the component goes to the same endpoint, so that none overtakes it."""


class Telling(StrEnum):
    """How far an endpoint has been told of a component's change."""

    CALLING = "calling"
    NOT_ACCEPTED = "not_accepted"
    DELIVERED = "delivered"


@dataclass(frozen=True)
class ToldOfComponent:
    """What an endpoint was told of a component last: the id of the change, which sorts by time, and
    for CALLING until when."""

    change: str
    telling: Telling
    until: float = 0.0


@dataclass(frozen=True)
class NewsFacts:
    """As they were read. `component` is None for one that was removed; `is_newest` says that the
    component did not change again since."""

    now: float
    page: Page
    person: Subscriber | None
    component: Component | None
    change: str
    is_newest: bool
    told: ToldOfComponent | None


class Step(StrEnum):
    """What is done now, where nothing is waited for."""

    CALL = "call"
    LEAVE = "leave"


def decide_news(facts: NewsFacts) -> Step | Wait:
    """Whether an endpoint is called about a change now, later or not at all. A state that was
    overtaken is not told: the newer one has its own message."""
    person, told, now = facts.person, facts.told, facts.now
    if facts.page.paused:
        return Wait(PAUSE_WAIT)
    if person is None or not person.is_textable or person.mode is not Mode.WEBHOOK:
        return Step.LEAVE
    if person.mode not in facts.page.modes or facts.component is None or not facts.is_newest:
        return Step.LEAVE
    chosen = person.preferences.services
    if chosen and facts.component.id not in chosen:
        return Step.LEAVE
    if told and (told.change > facts.change or _has(told, facts.change)):
        return Step.LEAVE
    if told and told.telling is Telling.CALLING and told.until > now:
        return Wait(told.until - now)
    if person.failing and person.failing.until > now:
        return Wait(person.failing.until - now)
    return Step.CALL


def _has(told: ToldOfComponent, change: str) -> bool:
    return told.change == change and told.telling is Telling.DELIVERED
