"""Operators read who was told what, why somebody was not, and who did what."""

import csv
import io
from typing import Any

import pytest

from statustext.adapters.dynamodb import Table
from tests.functional.engine import add_active, settle_down
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PHONE, SteppedSystem

PAGE = "/v1/pages/default"


def all_pages(system: SteppedSystem, path: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(200):
        joined = "&" if "?" in path else "?"
        answer = system.operator("GET", path + (f"{joined}cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.text
        found += answer.json[name]
        cursor = answer.json["next_cursor"]
        if not cursor:
            return found
    raise AssertionError("a list without an end")


def history(system: SteppedSystem, one: str) -> Any:
    answer = system.operator("GET", f"{PAGE}/subscribers/{one}/history")
    assert answer.status == 200, answer.text
    return answer.json


def told(system: SteppedSystem, one: str) -> list[str]:
    """What became of each update, the newest first."""
    return [e["what"] for e in history(system, one)["history"] if e["kind"] == "announcement"]


def test_everybody_who_was_told_is_listed_once(system: SteppedSystem) -> None:
    people = add_active(system, 40)
    one = system.open_incident()
    settle_down(system, 60)
    path = f"{PAGE}/incidents/{one}/deliveries"
    rows = all_pages(system, path, "deliveries")
    assert sorted(row["subscriber"] for row in rows) == sorted(people)
    assert {row["status"] for row in rows} == {"delivered"}
    assert {row["in_words"] for row in rows} == {"It reached the phone."}
    assert all(row["phone"].endswith("xxxx") for row in rows)
    assert len(all_pages(system, f"{path}?status=delivered", "deliveries")) == 40
    assert all_pages(system, f"{path}?status=failed", "deliveries") == []


def test_a_page_of_deliveries_takes_two_reads(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One Query and one BatchGetItem, beside those of the key and the incident."""
    add_active(system, 40)
    one = system.open_incident()
    settle_down(system, 60)
    reads: list[str] = []
    for name in ("query", "get_many"):
        real = getattr(Table, name)

        def noted(*given: Any, real: Any = real, name: str = name, **more: Any) -> Any:
            reads.append(name)
            return real(*given, **more)

        monkeypatch.setattr(Table, name, noted)
    assert system.operator("GET", f"{PAGE}/incidents/{one}/deliveries").status == 200
    assert sorted(reads) in (["get_many", "query"], ["query"])


def test_deliveries_as_a_table(system: SteppedSystem) -> None:
    system.subscribe()
    one = system.open_incident()
    settle_down(system, 60)
    rows: list[dict[str, str]] = []
    cursor, text = "", ""
    for _ in range(20):
        path = f"{PAGE}/incidents/{one}/deliveries" + (f"?cursor={cursor}" if cursor else "")
        answer = system.operator("GET", path, headers={"Accept": "text/csv"})
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        text += answer.text
        cursor = answer.headers["X-Next-Cursor"]
        if not cursor:
            break
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["status"] for row in rows] == ["delivered"]


@pytest.mark.parametrize("cursor", ["x", "1.99.", "99.0.", "0.0.", "1.0." + "a" * 50, "-1.0."])
def test_a_cursor_that_no_list_returned(system: SteppedSystem, cursor: str) -> None:
    one = system.open_incident()
    answer = system.operator("GET", f"{PAGE}/incidents/{one}/deliveries?cursor={cursor}")
    assert (answer.status, answer.code) == (422, "invalid_cursor")


def test_what_somebody_got(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    incident = system.open_incident("API is down")
    settle_down(system, 60)
    found = history(system, one)
    assert (found["phone"], found["status"]) == ("+1555123xxxx", "active")
    assert found["history"][0]["incident"] == incident
    assert found["history"][0]["what"] == "API is down, investigating: It reached the phone."
    whats = [entry["what"] for entry in found["history"]]
    assert any(what.startswith("Agreed to the consent text") for what in whats), whats
    assert any(what.startswith("Verification: ") for what in whats), whats
    assert PHONE not in str(found)


WHY = [
    ({"severity_filter": ["critical"]}, {"impact_override": "minor"}, "Its impact is minor;"),
    ({"services": ["svc_payments"]}, {"component_ids": ["svc_api"]}, "about none of the comp"),
    ({"new_incidents": False}, {}, "did not choose to hear of new incidents"),
    ({}, {"deliver_notifications": False}, "published without notifications"),
]


@pytest.mark.parametrize(("preferences", "incident", "why"), WHY)
def test_why_somebody_got_nothing(
    system: SteppedSystem, preferences: Any, incident: Any, why: str
) -> None:
    one = system.subscribe(preferences=preferences)["id"]
    system.open_incident(**incident)
    settle_down(system, 60)
    (said,) = told(system, one)
    assert why in said


def test_why_not_after_stop(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    post(system, INBOUND, inbound("STOP", "SM1"))
    system.open_incident()
    settle_down(system, 60)
    (said,) = told(system, one)
    assert "The number must not be texted" in said


def test_why_no_update(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    incident = system.open_incident()
    settle_down(system, 60)
    body = {"incident": {"status": "identified", "body": "Found."}}
    system.operator("PATCH", f"{PAGE}/incidents/{incident}", body)
    settle_down(system, 60)
    assert "did not choose its updates" in told(system, one)[0]


def test_nobody_has_no_history(system: SteppedSystem) -> None:
    answer = system.operator("GET", f"{PAGE}/subscribers/sub_0000000000000000/history")
    assert (answer.status, answer.code) == (404, "subscriber_not_found")


def test_the_audit_trail_tells_who_did_what(system: SteppedSystem) -> None:
    for paused in (True, False):
        system.operator("PATCH", f"{PAGE}/sending", {"paused": paused})
        system.clock.shift(1)
    found = all_pages(system, f"{PAGE}/audit?limit=1", "audit")
    assert [entry["event"] for entry in found] == ["page.resumed", "page.paused"]
    assert all(entry["actor"].startswith("key ") for entry in found)
