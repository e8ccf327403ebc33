"""Quotas: texts, segments and money of an hour, a day and a month, whoever is texted."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.client import BaseClient

from statustext.adapters.clock import Clock
from statustext.adapters.lanes import Lanes, Threads
from statustext.adapters.meter import get_meter, give_back, take
from statustext.domain.page import Limits, Page
from statustext.domain.quota import Asking, Use, UsedUp, windows_at
from statustext.domain.subscriber import Preferences
from statustext.flows.delivering.quotas import Quotas
from tests.functional.engine import add_active, settle_down, spoil, status, watched
from tests.functional.phrases import live, minor, opened, set_page
from tests.stepped import SteppedSystem

DAY = 24 * 3600
REFUSED = "quota used up: texts_per_month"


def reached(system: SteppedSystem) -> list[tuple[str, int]]:
    told = [row["detail"] for row in system.rows("audit") if row["event"] == "quota.reached"]
    return [(one["quota"], one["percent"]) for one in told]


def is_meter(call: Any) -> bool:
    return str(call.params.get("Key", {}).get("pk", {}).get("S", "")).endswith("#METER")


def test_what_a_months_quota_has_no_room_for_is_refused_and_says_so(system: SteppedSystem) -> None:
    set_page(system, **{"limits.texts_per_month": 3})
    people = add_active(system, 5)
    one = opened(system)
    settle_down(system, 3600)
    assert sorted(status(system, one, person) for person in people)[:3] == ["delivered"] * 3
    rows = [row for row in system.rows("delivery") if row["status"] == "suppressed"]
    assert [row["reason"] for row in rows] == [REFUSED] * 2
    assert ("texts_per_month", 100) in reached(system)
    assert len(reached(system)) == len(set(reached(system)))


def test_who_was_refused_the_opening_is_not_told_of_the_end(system: SteppedSystem) -> None:
    set_page(system, **{"limits.texts_per_month": 2})
    add_active(system, 3)
    one = opened(system)
    settle_down(system, 600)
    set_page(system, **{"limits.texts_per_month": 100})
    settle_down(system, 600)
    system.operator(
        "PATCH", f"/v1/pages/default/incidents/{one}", {"incident": {"status": "resolved"}}
    )
    settle_down(system, 3600)
    assert len(system.accepted(None)) == 4


def test_a_days_quota_holds_what_is_worth_telling_tomorrow(system: SteppedSystem) -> None:
    set_page(system, **{"limits.texts_per_day": 3})
    people = add_active(system, 5)
    one = opened(system)
    live(system, 600, step=100)
    held = [row for row in system.rows("delivery") if row["status"] == "held"]
    assert [row["reason"] for row in held] == ["quota used up: texts_per_day"] * 2
    live(system, DAY, step=3600)
    live(system, 600, step=100)
    assert {status(system, one, person) for person in people} == {"delivered"}
    assert len(system.accepted(None)) == len(people)


def test_a_higher_quota_lets_go_what_was_held(system: SteppedSystem) -> None:
    set_page(system, **{"limits.texts_per_day": 1})
    add_active(system, 3)
    opened(system)
    live(system, 300, step=60)
    assert len(system.accepted(None)) == 1
    system.operator("PATCH", "/v1/pages/default", {"limits": {"texts_per_day": 0}})
    live(system, 300, step=60)
    assert len(system.accepted(None)) == 3


def test_a_fifth_is_kept_for_what_matters_most(system: SteppedSystem) -> None:
    set_page(system, **{"limits.segments_per_month": 10})
    add_active(system, 12, Preferences())
    minor(system)
    settle_down(system, 600)
    assert len(system.accepted(None)) == 8
    opened(system, "Another", impact_override="critical")
    settle_down(system, 600)
    assert len(system.accepted(None)) == 10


def test_codes_count_and_are_refused_too(system: SteppedSystem) -> None:
    set_page(system, **{"limits.usd_per_day": 0.016})  # one of 0.0128, as a fifth is kept
    system.sign_up()
    system.sign_up("+15557654321")
    assert (len(system.accepted()), len(system.accepted("+15557654321"))) == (1, 0)
    refused = [row for row in system.rows("direct") if row.get("status") == "suppressed"]
    assert [row["reason"] for row in refused] == ["quota used up: usd_per_day"]


def test_stop_counts_whatever_is_used_up(system: SteppedSystem) -> None:
    set_page(system, **{"limits.texts_per_month": 1})
    ((_, phone),) = add_active(system, 1).items()
    opened(system)
    system.twilio.reply(phone, "STOP", system.now, "+15550001000")
    settle_down(system, 60)
    (row,) = system.rows("subscriber")
    assert row["suppressed"]


@pytest.mark.parametrize("code", [20429, 99999])
def test_what_twilio_refuses_is_not_counted(system: SteppedSystem, code: int) -> None:
    set_page(system, **{"limits.texts_per_month": 2})
    everybody = add_active(system, 2)
    spoil(system, kind="refuse", status=400, code=code, times=2)
    opened(system)
    settle_down(system, 300, step=10)
    assert len(system.accepted(None)) == len(everybody)
    assert get_meter(system.table, "default").counts["month_texts"] == 2


def test_texts_in_hand_are_counted_together(system: SteppedSystem) -> None:
    """A tenth of a write for each, at most, and a month's count that is what was sent."""
    set_page(system, **{"limits.texts_per_month": 1000, "limits.usd_per_day": 50})
    people = add_active(system, 60)
    with watched(system) as watch:
        opened(system)
        settle_down(system, 120)
    assert len(system.accepted(None)) == len(people)
    writes = [one for one in watch.calls if one.operation == "UpdateItem" and is_meter(one)]
    assert 1 <= len(writes) <= len(people) / 10 + 1  # the first begins the windows
    assert get_meter(system.table, "default").counts["month_texts"] == len(people)


def test_without_a_quota_nothing_is_counted(system: SteppedSystem) -> None:
    add_active(system, 2)
    with watched(system) as watch:
        opened(system)
    assert not [one for one in watch.calls if is_meter(one)]


ONE = Asking(Use(1, 1, 12_800), is_privileged=True)


class StandingClock(Clock):
    """Always the same moment."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Nothing passes."""


@pytest.mark.parametrize("together", [1, 25])
def test_many_at_once_send_what_the_quota_allows(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """250 in sixteen threads against 125, each function with so many texts in hand."""
    page = Page("default", "", "", "", limits=Limits(texts_per_day=125))
    one_by_one, call = threading.Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def called(client: Any, operation: str, params: Any) -> Any:
        """DynamoDB makes the writes of an item one after the other, in whatever order."""
        with one_by_one:
            return call(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", called)

    def function(_: int) -> int:
        clock, sent = StandingClock(system.now), []
        lanes = Lanes(Threads(1), clock, together)
        quotas = Quotas("default", system.table, lanes, clock)

        async def text() -> None:
            with quotas.waiting(ONE):
                await lanes.until(system.now)
            sent.append(await quotas.take(ONE, page) is None)

        async def all_of_them() -> None:
            for one in [lanes.start(text()) for _ in range(together)]:
                await one

        lanes.run(all_of_them())
        quotas.settle()
        return sum(sent)

    with ThreadPoolExecutor(16) as functions:
        sent = sum(functions.map(function, range(250 // together)))
    counts = get_meter(system.table, "default").counts
    assert (sent, counts["day_texts"], counts["month_usd"]) == (125, 125, 125 * 12_800)


def test_a_day_begins_anew_whatever_a_clock_that_is_behind_says(system: SteppedSystem) -> None:
    table, now, most, use = system.table, system.now, {"day_texts": 1}, [ONE.use]
    assert not isinstance(take(table, "default", most, use, now), UsedUp)
    full = take(table, "default", most, use, now)
    assert full == UsedUp("texts_per_day", now // DAY * DAY + DAY)
    give_back(table, "default", ONE.use, windows_at(now))
    assert not isinstance(take(table, "default", most, use, now), UsedUp)
    assert not isinstance(take(table, "default", most, use, now + DAY), UsedUp)
    assert isinstance(take(table, "default", most, use, now), UsedUp), "a day behind"
    give_back(table, "default", ONE.use, windows_at(now))
    counts = get_meter(table, "default").counts
    assert (counts["day_texts"], counts["month_texts"]) == (1, 1), "of the month, and not of today"
