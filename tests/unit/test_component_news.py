"""Whether an endpoint is told of a component's change, as a table."""

from typing import Any

import pytest

from statustext.domain.component import Component
from statustext.domain.component_news import (
    NewsFacts,
    Step,
    Telling,
    ToldOfComponent,
    decide_news,
)
from statustext.domain.decision import PAUSE_WAIT
from statustext.domain.failing import Failing
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.steps import Wait
from statustext.domain.subscriber import Preferences, State, Subscriber

NOW = 1_800_000_000.0
CHANGE = "01800000000-b"
OLDER, NEWER = "01799999999-a", "01800000001-c"


def page(**given: Any) -> Page:
    made = {"modes": (Mode.SMS, Mode.WEBHOOK), **given}
    return Page("default", "Demo", "https://status.example.com", "https://api.test", **made)


def person(**given: Any) -> Subscriber:
    made: dict[str, Any] = {"mode": Mode.WEBHOOK, "address": "https://hooks.test/", **given}
    state = made.pop("state", State.ACTIVE)
    return Subscriber("sub_1", "default", "", state, NOW, **made)


def told(change: str, telling: Telling, until: float = 0.0) -> ToldOfComponent:
    return ToldOfComponent(change, telling, until)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({}, Step.CALL),
        ({"person": person(preferences=Preferences(services=("api",)))}, Step.CALL),
        ({"person": person(preferences=Preferences(services=("web",)))}, Step.LEAVE),
        ({"person": None}, Step.LEAVE),
        ({"person": person(state=State.UNSUBSCRIBED)}, Step.LEAVE),
        ({"person": person(state=State.QUARANTINED)}, Step.LEAVE),
        ({"person": person(mode=Mode.SLACK)}, Step.LEAVE),
        ({"page": page(modes=(Mode.SMS,))}, Step.LEAVE),
        ({"page": page(paused=True)}, Wait(PAUSE_WAIT)),
        ({"component": None}, Step.LEAVE),
        ({"is_newest": False}, Step.LEAVE),
        ({"told": told(OLDER, Telling.DELIVERED)}, Step.CALL),
        ({"told": told(CHANGE, Telling.DELIVERED)}, Step.LEAVE),
        ({"told": told(CHANGE, Telling.NOT_ACCEPTED)}, Step.CALL),
        ({"told": told(NEWER, Telling.NOT_ACCEPTED)}, Step.LEAVE),
        ({"told": told(CHANGE, Telling.CALLING, NOW + 7)}, Wait(7.0)),
        ({"told": told(OLDER, Telling.CALLING, NOW + 7)}, Wait(7.0)),
        ({"told": told(CHANGE, Telling.CALLING, NOW)}, Step.CALL),
        ({"person": person(failing=Failing(NOW - 9, 1, NOW + 60))}, Wait(60.0)),
        ({"person": person(failing=Failing(NOW - 9, 1, NOW))}, Step.CALL),
    ],
)
def test_what_is_done(given: dict[str, Any], step: Step | Wait) -> None:
    facts: dict[str, Any] = {
        "now": NOW,
        "page": page(),
        "person": person(),
        "component": Component("api", "svc_api", "API"),
        "change": CHANGE,
        "is_newest": True,
        "told": None,
        **given,
    }
    assert decide_news(NewsFacts(**facts)) == step
