"""Sending to SQS: few requests, nothing lost in part."""

from typing import Any, cast

import pytest

from statustext.adapters.event_bus import EventBus, EventRefusedError
from statustext.adapters.queues import ATTEMPTS, Queue, QueueRefusedError
from statustext.queue_messages import DirectTextTask


class Sqs:
    """Takes down what it is sent; refuses the ids it is told to, so many times."""

    def __init__(self, refuse: dict[str, int] | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.taken: list[str] = []
        self._refuse = dict(refuse or {})

    def send_message_batch(self, **given: Any) -> dict[str, Any]:
        self.requests.append(given)
        failed = []
        for entry in given["Entries"]:
            if self._refuse.get(entry["MessageBody"], 0) > 0:
                self._refuse[entry["MessageBody"]] -= 1
                failed.append({"Id": entry["Id"], "SenderFault": False, "Code": "Busy"})
            else:
                self.taken.append(entry["MessageBody"])
        return {"Successful": [], **({"Failed": failed} if failed else {})}


def tasks(count: int) -> list[DirectTextTask]:
    return [DirectTextTask(page="p", subscriber="s", direct=f"d{n}") for n in range(count)]


def queue_of(sqs: Sqs, pauses: list[float] | None = None) -> Queue:
    return Queue(cast(Any, sqs), "url", (pauses if pauses is not None else []).append)


@pytest.mark.parametrize(("messages", "requests"), [(0, 0), (1, 1), (10, 1), (11, 2), (40, 4)])
def test_ten_messages_a_request(messages: int, requests: int) -> None:
    sqs = Sqs()
    queue_of(sqs).send(tasks(messages))
    assert len(sqs.requests) == requests
    assert sqs.taken == [task.model_dump_json() for task in tasks(messages)]


def test_what_is_refused_in_part_is_sent_again_and_nothing_twice() -> None:
    wanted = [task.model_dump_json() for task in tasks(10)]
    pauses: list[float] = []
    sqs = Sqs({wanted[3]: 2, wanted[7]: 1})
    queue_of(sqs, pauses).send(tasks(10))
    assert sorted(sqs.taken) == sorted(wanted)
    assert len(sqs.requests) == 3
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_what_stays_refused_is_raised() -> None:
    sqs = Sqs({tasks(1)[0].model_dump_json(): 99})
    with pytest.raises(QueueRefusedError):
        queue_of(sqs).send(tasks(2))
    assert len(sqs.requests) == ATTEMPTS


@pytest.mark.parametrize(
    ("asked", "given"), [(0, 0), (0.2, 1), (1, 1), (29.5, 30), (900, 900), (5000, 900)]
)
def test_delays_are_whole_seconds_and_never_too_short(asked: float, given: int) -> None:
    sqs = Sqs()
    queue_of(sqs).send(tasks(1), delay=asked)
    assert sqs.requests[0]["Entries"][0]["DelaySeconds"] == given


def test_messages_hold_ids_only() -> None:
    assert set(DirectTextTask.model_fields) == {
        "v",
        "kind",
        "page",
        "begun_at",
        "turn",
        "subscriber",
        "direct",
        "many",
        "tries",
    }


class Events:
    def __init__(self, failed: int = 0) -> None:
        self.requests: list[list[Any]] = []
        self._failed = failed

    def put_events(self, Entries: list[Any]) -> dict[str, int]:  # noqa: N803  # boto3's name
        self.requests.append(Entries)
        return {"FailedEntryCount": self._failed}


def test_events_go_ten_a_request() -> None:
    events = Events()
    EventBus(cast(Any, events), "bus").put([("sms.sent", {"n": n}) for n in range(11)])
    assert [len(request) for request in events.requests] == [10, 1]
    assert events.requests[0][0] == {
        "Source": "statustext",
        "DetailType": "sms.sent",
        "Detail": '{"v": 1, "n": 0}',
        "EventBusName": "bus",
    }


def test_a_refused_event_is_raised() -> None:
    with pytest.raises(EventRefusedError):
        EventBus(cast(Any, Events(failed=1)), "bus").put([("sms.sent", {})])
