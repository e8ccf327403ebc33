"""Functions that die again and again, and messages that the queue delivers again and again."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.functional.engine import (
    Call,
    Died,
    add_active,
    die,
    enqueue,
    open_quietly,
    queue,
    run_on,
    spoil,
    status,
    waiting,
    watched,
)
from tests.functional.phrases import HOUR, live, set_page
from tests.stepped import SteppedSystem


def dead_letters(system: SteppedSystem) -> int:
    """How many there are, seen or not: ElasticMQ tells those apart by the machine's clock."""
    url = system.queue_url(queue(system, "announcements").queue_arn) + "-dead"
    counts = ("Messages", "MessagesDelayed", "MessagesNotVisible")
    names: Any = [f"ApproximateNumberOf{one}" for one in counts]
    found = system.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(count) for count in found["Attributes"].values())


def test_one_at_whom_functions_die_keeps_no_other_from_being_told(system: SteppedSystem) -> None:
    everybody = add_active(system, 25)
    worst = list(everybody)[4]

    def fatal(form: Any) -> None:
        if form["To"] == everybody[worst]:
            raise Died

    system.on_send = fatal
    incident = open_quietly(system)
    # Whoever was claimed beside them is in doubt as well, and behind them on the second try.
    live(system, 1300, step=30)
    told = {one for one in everybody if status(system, incident, one) == "delivered"}
    assert told == everybody.keys() - {worst}
    live(system, 2 * HOUR, step=60)
    assert status(system, incident, worst) == "failed", "unknown twice: nobody can say more"
    assert dead_letters(system) == 0
    assert Counter(one.to for one in system.accepted(None)).most_common(1)[0][1] == 1


def test_a_function_killed_at_every_text_for_half_an_hour_loses_nobody(
    system: SteppedSystem,
) -> None:
    everybody = add_active(system, 25)
    incident = open_quietly(system)
    system.on_send = lambda _: die()
    live(system, 1800, step=30)
    system.on_send = None
    live(system, 2 * HOUR, step=60)
    assert dead_letters(system) == 0
    ends = Counter(status(system, incident, one) for one in everybody)
    assert set(ends) <= {"delivered", "failed"}
    assert ends["delivered"] >= 20, "twice unknown are those whose second try died, too"


def test_the_clock_finds_whom_a_fan_out_queued_and_nobody_told(system: SteppedSystem) -> None:
    """Every sender died before it claimed anybody, until their messages were given up."""
    everybody = add_active(system, 30)
    incident = open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        watch.before = lambda call: die() if call.is_bucket else None
        live(system, 3000, step=30)
    assert dead_letters(system) > 0
    assert system.accepted(None) == []
    live(system, 2 * HOUR, step=60)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    assert len(system.accepted(None)) == len(everybody)
    live(system, 20 * HOUR, step=1800)
    assert system.rows("underway") == []


def test_a_message_that_vanished_is_found_as_well(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    url = system.queue_url(queue(system, "announcements").queue_arn)
    system.clients.sqs.purge_queue(QueueUrl=url)
    system.clock.shift(10)
    late = add_active(system, 1, first=len(everybody))
    live(system, 3500, step=300)
    assert system.accepted(None) == []
    live(system, 900, step=60)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    assert {status(system, incident, one) for one in late} == {""}, "who came after it was said"


@pytest.mark.parametrize("why", ["paused", "capped", "stopped"])
def test_nobody_is_looked_for_while_all_wait(
    system: SteppedSystem, caplog: pytest.LogCaptureFixture, why: str
) -> None:
    """All wait in the queue, and none is queued twice."""
    add_active(system, 30)
    open_quietly(system, impact_override="minor")
    enqueue(system)
    if why == "stopped":
        spoil(system, kind="refuse", status=400, code=63038)  # tried again in an hour
    if why == "capped":
        set_page(system, limits={"texts_per_hour": 1})
    if why == "paused":
        set_page(system, paused=True)
    live(system, 3 * HOUR, step=120)
    assert "not told" not in caplog.text
    if why != "stopped":  # whose probes go one by one
        assert waiting(system, "announcements") == 2


# Messages that come again.


def deliver_all_twice(system: SteppedSystem, name: str) -> None:
    """What the queue has to give is given to two functions, one after the other."""
    settings = queue(system, name)
    url = system.queue_url(settings.queue_arn)
    found = system.clients.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    for message in found.get("Messages", []):
        for _ in range(2):
            system.clients.sqs.send_message(QueueUrl=url, MessageBody=message["Body"])
        handle = message["ReceiptHandle"]
        system.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    run_on(system)


def test_a_code_that_waits_does_not_multiply(system: SteppedSystem) -> None:
    set_page(system, paused=True)
    system.http("POST", "/subscriptions", {"phone": "+15551230000", "consent": True})
    system.relay_stream()
    for _ in range(12):
        deliver_all_twice(system, "codes")
        assert waiting(system, "codes") == 1
        system.clock.shift(31)
    set_page(system, paused=False)
    deliver_all_twice(system, "codes")
    assert len(system.texts("+15551230000")) == 1


def test_a_batch_that_waits_does_not_multiply(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    open_quietly(system)
    enqueue(system)
    set_page(system, paused=True)
    for _ in range(12):
        deliver_all_twice(system, "announcements")
        assert waiting(system, "announcements") == 1
        system.clock.shift(121)
    set_page(system, paused=False)
    deliver_all_twice(system, "announcements")
    assert len(system.accepted(None)) == len(everybody)


def test_a_fan_out_that_comes_again_is_done_once(system: SteppedSystem) -> None:
    add_active(system, 30)
    set_page(system, coalescing_window=120)
    incident = open_quietly(system)
    run_on(system)
    answer = system.operator(
        "PATCH",
        f"/v1/pages/default/incidents/{incident}",
        {"incident": {"status": "identified", "body": "Found it."}},
    )
    assert answer.status == 200
    system.relay_stream()
    for _ in range(3):
        deliver_all_twice(system, "fan-out")
        assert waiting(system, "fan-out") == 1
    with watched(system) as watch:
        system.clock.shift(121)
        deliver_all_twice(system, "fan-out")
    assert len([call for call in watch.of("fan_out", "Query") if is_of_subscribers(call)]) == 16


def is_of_subscribers(call: Call) -> bool:
    return "#SUBSCRIBERS#" in json.dumps(call.params["ExpressionAttributeValues"])
