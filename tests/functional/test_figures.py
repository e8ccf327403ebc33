"""Figures of texts: an incident's delivery report, and a page's days."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from statustext.domain.subscriber import Preferences
from tests.functional.engine import add_active, settle_down, spoil, watched
from tests.functional.phrases import NEW_YORK, live, minor, opened
from tests.stepped import START, SteppedSystem

STATS = "/api/v1/orgs/default/sms/stats"
DAY = 24 * 3600


def report(system: SteppedSystem, incident: str, headers: dict[str, str] | None = None) -> Any:
    path = f"/v1/pages/default/incidents/{incident}/report"
    return system.operator("GET", path, headers=headers or {})


def test_a_report_says_who_was_told_and_who_was_not(system: SteppedSystem) -> None:
    people = list(add_active(system, 6).values())
    add_active(system, 2, Preferences(new_incidents=False, severity_filter=()), first=6)
    spoil(system, kind="final_status", status="undelivered", code=30003, to=people[0])
    spoil(system, kind="refuse", status=400, code=21211, to=people[1])
    one = opened(system)
    settle_down(system, 120, step=10)
    found = report(system, one).json
    total = found["total"]
    assert found["updates"][0] | {"update": 1} == found["updates"][0]
    assert (total["found"], total["told"], total["delivered"]) == (8, 6, 4)
    assert total["failed"] == {"twilio 30003": 1, "twilio 21211": 1}
    assert total["skipped"] == {"not for them": 2}
    assert (total["waiting"], total["held"], total["held_until"]) == (0, {}, None)
    assert 0 < total["t50_seconds"] <= total["t95_seconds"] < 60
    assert (total["segments"], total["usd"]) == (5, 0.0640)
    assert total["by_country"] == [{"country": "US", "segments": 5, "usd": 0.0640}]


def test_what_is_held_is_waited_for_until_its_hour(night: SteppedSystem) -> None:
    add_active(night, 2, NEW_YORK)
    one = minor(night)
    live(night, 300)
    total = report(night, one).json["total"]
    assert (total["waiting"], total["held"]) == (2, {"quiet": 2})
    assert total["held_until"] == "2027-01-15T13:00:00.000Z"
    live(night, 6 * 3600, step=1200)
    total = report(night, one).json["total"]
    assert (total["delivered"], total["held"], total["held_until"]) == (2, {}, None)
    assert total["t50_seconds"] > 4 * 3600


def test_a_report_as_a_table(system: SteppedSystem) -> None:
    add_active(system, 2)
    one = opened(system)
    settle_down(system, 120, step=10)
    answer = report(system, one, {"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["update"], row["delivered"]) for row in rows] == [("1", "2"), ("total", "2")]


def test_days_count_every_text_once(system: SteppedSystem) -> None:
    system.subscribe()
    add_active(system, 3)
    opened(system)
    settle_down(system, 120, step=10)
    system.clock.shift(DAY)
    opened(system, "Another")
    settle_down(system, 120, step=10)
    with watched(system) as watch:
        found = system.operator("GET", STATS).json
    assert [one["texts"] for one in found["days"]] == [6, 4]
    assert found["days"][0]["categories"] == {
        "announcement": {"delivered": 4},
        "verification": {"delivered": 1},
        "welcome": {"delivered": 1},
    }
    assert found["total"]["states"] == {"delivered": 10}
    assert found["total"]["segments"] == 10
    assert found["total"]["p95_seconds"] < 60
    reads = [one.operation for one in watch.of("sends")]
    assert reads.count("Query") == 1, "no scan, whatever was sent"
    only = system.operator("GET", f"{STATS}?from={day(system, 1)}&to={day(system, 1)}").json
    assert [one["day"] for one in only["days"]] == [day(system, 1)]


def day(system: SteppedSystem, number: int) -> str:
    return datetime.fromtimestamp(START + number * DAY, UTC).date().isoformat()


def test_days_that_are_none_or_too_many_are_refused(system: SteppedSystem) -> None:
    for query in (
        "from=yesterday",
        "from=2027-01-02&to=2027-01-01",
        "from=2026-01-01&to=2027-01-01",
    ):
        answer = system.operator("GET", f"{STATS}?{query}")
        assert (answer.status, answer.code) == (422, "invalid_request"), query
