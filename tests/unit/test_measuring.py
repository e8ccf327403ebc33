"""Figures of the business, from what the stream carries."""

import json
from typing import Any

import pytest

from statustext.adapters.dynamodb_types import marshal
from statustext.domain.ids import new_id
from statustext.flows.relaying.measuring import measure
from statustext.observability import emit

OPENED = 1_800_000_000.0
INCIDENT = new_id(OPENED, b"abcd")


def delivery(status: str, before: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"kind": "delivery", "page": "p", "incident": INCIDENT, "seq": 1, "at": OPENED + 2.5}
    images = {"NewImage": marshal({**row, "status": status, **more})}
    if before:
        images["OldImage"] = marshal({**row, "status": before})
    return {"dynamodb": images}


def direct(status: str, before: str | None = None) -> dict[str, Any]:
    """A code whose status changes; it had none before its first."""
    values = {"kind": "direct", "event": "verification"}
    images = {"NewImage": marshal({**values, "status": status})}
    images["OldImage"] = marshal({**values, **({"status": before} if before else {})})
    return {"dynamodb": images}


def row(new: bool = True, **values: Any) -> dict[str, Any]:
    image = marshal(values)
    return {"dynamodb": {"NewImage": image} if new else {"NewImage": image, "OldImage": image}}


@pytest.mark.parametrize(
    ("record", "counted"),
    [
        (delivery("accepted"), {"TextsSent": 1}),
        (delivery("queued", "accepted"), {}),
        (delivery("accepted", "accepted"), {}),
        (delivery("sent", "unknown"), {"TextsSent": 1}),
        (delivery("delivered", "accepted"), {"TextsDelivered": 1}),
        (delivery("delivered"), {"TextsSent": 1, "TextsDelivered": 1}),
        (delivery("undelivered", "sent", sid="SM1"), {"TextsFailed": 1}),
        (delivery("failed", "accepted", sid="SM1"), {"TextsFailed": 1}),
        (delivery("failed", "unknown", sid="SM1"), {"TextsSent": 1, "TextsFailed": 1}),
        (delivery("failed"), {"TextsFailed": 1}),
        (direct("accepted"), {"TextsSent": 1}),
        (direct("delivered", "accepted"), {"TextsDelivered": 1}),
        (direct("failed"), {"TextsFailed": 1}),
        (direct("accepted", "accepted"), {}),
        (delivery("superseded"), {}),
        (row(kind="direct", event="verification"), {"SignUps": 1}),
        (row(new=False, kind="direct", event="verification"), {}),
        (row(kind="direct", event="welcome"), {}),
        (row(kind="audit", event="subscriber.verified"), {"CodesEntered": 1}),
        (row(kind="audit", event="subscriber.opted_out"), {"OptOuts": 1}),
        (row(kind="audit", event="subscriber.unsubscribed"), {"OptOuts": 1}),
        (row(kind="audit", event="incident.created"), {}),
        ({"dynamodb": {"OldImage": marshal({"kind": "delivery"})}}, {}),
    ],
)
def test_each_change_is_counted_once(record: dict[str, Any], counted: dict[str, int]) -> None:
    assert dict(measure([record]).counts) == counted


def test_what_is_suppressed_is_counted_by_reason() -> None:
    found = measure([delivery("suppressed", reason="stop")] * 2)
    assert (dict(found.suppressed), dict(found.counts)) == ({"stop": 2}, {})
    never_a_subscriber = row(kind="direct", event="alert", status="suppressed", reason="unknown")
    assert dict(measure([never_a_subscriber]).suppressed) == {"unknown": 1}


def test_seconds_are_those_of_first_texts_that_nothing_held_back() -> None:
    records = [delivery("accepted"), delivery("accepted", "held"), delivery("accepted", seq=2)]
    records.append(delivery("failed"))  # Twilio refused it
    assert measure(records).seconds == [2.5]


def test_a_batch_is_one_line_and_one_for_each_reason(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"TextsSent": 3, "SignUps": 1}, [1.0, 2.0], {"stop": 2})
    batch, reason = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (batch["TextsSent"], batch["SignUps"]) == ([3.0], [1.0])
    assert batch["SecondsToAccepted"] == [1.0, 2.0]
    assert (reason["reason"], reason["TextsSuppressed"]) == ("stop", [2.0])
    emit({}, [], {})
    assert capsys.readouterr().out == ""
