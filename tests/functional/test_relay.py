"""The relay: where each kind of row goes, in order, and nothing lost when a receiver fails."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.event_pattern import passes
from statustext.adapters.delivery_counts import get_counts
from statustext.adapters.dynamodb_types import marshal
from statustext.domain.ids import SHARDS
from tests.functional.engine import Call, watched
from tests.stepped import SteppedSystem

ROWS: dict[str, dict[str, Any]] = {
    "update": {
        "kind": "update",
        "page": "default",
        "incident": "inc000000001",
        "seq": 2,
        "deliver": True,
    },
    "direct": {
        "kind": "direct",
        "page": "default",
        "subscriber": "sub_x",
        "direct": "dir1",
        "event": "welcome",
        "at": 5,
    },
    "audit": {
        "kind": "audit",
        "page": "default",
        "event": "incident.created",
        "detail": {"incident": "inc000000001"},
        "at": 5,
    },
    "delivery": {
        "kind": "delivery",
        "page": "default",
        "incident": "inc000000001",
        "seq": 2,
        "attempt": 1,
        "status": "accepted",
        "sid": "SM1",
        "rank": 20,
        "at": 5,
    },
}


def record(
    row: Mapping[str, Any], number: int = 1, event: str = "INSERT", sk: str = "sub_x"
) -> dict[str, Any]:
    """A stream record as Lambda hands it over."""
    image = marshal({"pk": "PAGE#default", "sk": sk, **row})
    return {
        "eventID": f"{number}",
        "eventName": event,
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": str(number),
            "Keys": {"pk": image["pk"], "sk": image["sk"]},
            "NewImage": image,
        },
    }


def relayed(system: SteppedSystem, *records: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the relay made of records: ("fan-out" | "codes", message) and (event, detail)."""
    with watched(system) as watch:
        answer = system.invoke("relay", {"Records": list(records)})
    assert answer == {"batchItemFailures": []}
    told = [one for call in watch.of("relay") if call.service != "dynamodb" for one in sent(call)]
    return [one for one in told if one[0] != "snapshots"]  # test_status_page.py looks at those


def sent(call: Call) -> list[tuple[str, Any]]:
    if call.service == "events":
        return [(one["DetailType"], json.loads(one["Detail"])) for one in call.params["Entries"]]
    name = call.params["QueueUrl"].rpartition("/")[2].removeprefix("statustext-")
    return [(name, json.loads(one["MessageBody"])) for one in call.params["Entries"]]


def test_an_update_is_fanned_out_over_every_shard(system: SteppedSystem) -> None:
    ((where, message),) = relayed(system, record(ROWS["update"]))
    assert where == "fan-out"
    assert (message["incident"], message["seq"]) == ("inc000000001", 2)
    assert message["shards"] == list(range(SHARDS))


def test_a_direct_text_goes_to_the_codes_own_lane(system: SteppedSystem) -> None:
    ((where, message),) = relayed(system, record(ROWS["direct"]))
    assert where == "codes"
    assert (message["subscriber"], message["direct"]) == ("sub_x", "dir1")


def test_an_audit_row_is_an_event(system: SteppedSystem) -> None:
    ((event, detail),) = relayed(system, record(ROWS["audit"]))
    assert event == "incident.created"
    assert detail == {"v": 1, "page": "default", "incident": "inc000000001", "at": 5}


def test_what_a_person_wrote_stays_in_the_table(system: SteppedSystem) -> None:
    row = {**ROWS["audit"], "detail": {"subscriber": "sub_x", "review": "call 5551234567"}}
    ((_, detail),) = relayed(system, record(row))
    assert detail == {"v": 1, "page": "default", "subscriber": "sub_x", "at": 5}


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("accepted", "sms.sent"),
        ("delivered", "sms.delivered"),
        ("undelivered", "sms.failed"),
        ("failed", "sms.failed"),
        ("suppressed", "sms.suppressed"),
    ],
)
@pytest.mark.parametrize("change", ["INSERT", "MODIFY"])
def test_a_delivery_is_an_event(
    system: SteppedSystem, status: str, event: str, change: str
) -> None:
    row = {**ROWS["delivery"], "status": status}
    ((name, detail),) = relayed(system, record(row, event=change))
    assert name == event
    assert detail["subscriber"] == "sub_x"
    assert detail["status"] == status
    assert set(detail) <= {
        "v", "page", "incident", "seq", "attempt", "status", "reason", "sid", "at", "subscriber",
        "category",
    }  # fmt: skip


def test_a_text_to_one_person_is_an_event_at_each_change(system: SteppedSystem) -> None:
    before = {**ROWS["direct"], "status": "accepted", "status_at": 6, "sid": "SM1"}
    after = {**before, "status": "delivered", "status_at": 7}
    change = record(after, event="MODIFY")
    change["dynamodb"]["OldImage"] = marshal(before)
    ((name, detail),) = relayed(system, change)
    assert name == "sms.delivered"
    assert detail == {
        "v": 1,
        "page": "default",
        "send": "dir1.sub_x",
        "subscriber": "sub_x",
        "category": "welcome",
        "status": "delivered",
        "sid": "SM1",
        "at": 7,
    }
    change["dynamodb"]["OldImage"] = marshal(after)
    assert relayed(system, change) == []


@pytest.mark.parametrize("more", [{"send_at": 9}, {"status": "suppressed", "status_at": 5}])
def test_what_waits_or_has_ended_is_not_queued(system: SteppedSystem, more: dict[str, Any]) -> None:
    told = relayed(system, record({**ROWS["direct"], **more}))
    assert [where for where, _ in told if where == "codes"] == []


@pytest.mark.parametrize(
    "given",
    [
        record({**ROWS["update"], "deliver": False}),
        record(ROWS["update"], event="MODIFY"),
        record(ROWS["direct"], event="MODIFY"),
        record(ROWS["audit"], event="MODIFY"),
        record({**ROWS["delivery"], "status": "queued"}),
        record({**ROWS["delivery"], "status": "unknown"}),
        record({"kind": "subscriber", "page": "default"}),
        record({"page": "default"}),
        {**record(ROWS["update"], event="REMOVE"), "dynamodb": {"SequenceNumber": "1"}},
    ],
)
def test_nothing_else_goes_anywhere(system: SteppedSystem, given: dict[str, Any]) -> None:
    assert relayed(system, given) == []


@pytest.mark.parametrize("kind", list(ROWS))
def test_the_template_s_filters_let_through_what_is_relayed(
    system: SteppedSystem, kind: str
) -> None:
    """By one mapping each: codes do not wait behind the receipts of others."""
    carried, counted = system.streams()
    assert passes(record(ROWS[kind]), carried.filters) == (kind != "delivery")
    assert passes(record(ROWS[kind]), counted.filters) == (kind == "delivery")


def test_order_is_kept(system: SteppedSystem) -> None:
    records = [record({**ROWS["update"], "seq": seq}, seq) for seq in (1, 2, 3)]
    assert [message["seq"] for _, message in relayed(system, *records)] == [1, 2, 3]


def failing(when: Callable[[Call], bool]) -> Callable[[Call], None]:
    def fail(call: Call) -> None:
        if when(call):
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, call.operation)

    return fail


def test_from_the_first_failure_on_all_comes_again(system: SteppedSystem) -> None:
    records = [
        record(ROWS["direct"], 11),
        record(ROWS["audit"], 12),
        record(ROWS["direct"], 13),
    ]
    with watched(system) as watch:
        watch.before = failing(lambda call: call.service == "events")
        answer = system.invoke("relay", {"Records": records})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "12"}]}
        assert len(watch.of("relay", "SendMessageBatch")) == 2, "codes do not wait for news"
        watch.before = None
        answer = system.invoke("relay", {"Records": records[1:]})
    assert answer == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "update"},
        {"kind": "direct"},
        {"kind": "audit"},
        {"kind": "delivery"},
        {**ROWS["delivery"], "status": "no such status"},
        {**ROWS["update"], "seq": 0},
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_not_passed_over(
    system: SteppedSystem, row: dict[str, Any]
) -> None:
    answer = system.invoke("relay", {"Records": [record(row, 21)]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "21"}]}


def test_an_event_that_eventbridge_refuses_comes_again(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    from statustext.adapters.event_bus import EventBus, EventRefusedError

    def refuse(*_: Any) -> None:
        raise EventRefusedError

    monkeypatch.setattr(EventBus, "put", refuse)
    answer = system.invoke("relay", {"Records": [record(ROWS["audit"], 31)]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "31"}]}


def test_news_is_told_ten_a_request(system: SteppedSystem) -> None:
    records = [record(ROWS["delivery"], number) for number in range(1, 36)]
    with watched(system) as watch:
        assert system.invoke("relay", {"Records": records}) == {"batchItemFailures": []}
    asked = [len(call.params["Entries"]) for call in watch.of("relay", "PutEvents")]
    assert asked == [10, 10, 10, 5]


def test_relaying_everything_twice_changes_nothing_for_anybody(system: SteppedSystem) -> None:
    everything: list[dict[str, Any]] = []
    relay = system.functions.invoke
    arn = system.arns["relay"]

    def note(function: str, event: Mapping[str, Any]) -> Any:
        if function == arn:
            everything.extend(event["Records"])
        return relay(function, event)

    system.functions.invoke = note  # type: ignore[method-assign,assignment]
    try:
        system.subscribe()
        incident = system.open_incident()
        system.update_incident(incident, status="resolved")
    finally:
        del system.functions.invoke
    before = system.texts()
    assert len(before) == 4
    assert len(everything) > 5
    for start in range(0, len(everything), 50):
        answer = system.invoke("relay", {"Records": everything[start : start + 50]})
        assert answer == {"batchItemFailures": []}
    system.run()
    system.advance(60)
    assert system.texts() == before
    assert not system.failures


def test_a_batch_about_a_hundred_updates_is_counted_once(system: SteppedSystem) -> None:
    """More than one transaction may write."""
    records = [record({**ROWS["delivery"], "seq": number}, number) for number in range(1, 101)]
    for _ in range(2):
        answer = system.invoke("relay", {"Records": records})
        assert answer == {"batchItemFailures": []}
    counted = get_counts(system.table, "default", "inc000000001")
    assert counted == {number: {"accepted": 1} for number in range(1, 101)}


def test_a_batch_that_was_counted_in_part_is_counted_to_its_end(system: SteppedSystem) -> None:
    """Its first records were relayed and counted, when the next one failed and all came again."""
    records = [record({**ROWS["delivery"]}, number, sk=f"sub_{number}") for number in range(1, 6)]
    for some in (records[:2], records, records[3:]):
        assert system.invoke("relay", {"Records": some}) == {"batchItemFailures": []}
    assert get_counts(system.table, "default", "inc000000001") == {2: {"accepted": 5}}
