"""Functions that die again and again, and messages that the queue delivers again and again."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from statustext.adapters.circuits import close_circuit, open_circuit
from statustext.adapters.queues import Queue
from statustext.domain.ids import shard_of
from statustext.domain.phone_numbers import country_of
from statustext.domain.steps import End, Step
from statustext.flows.delivering.protocol import SendProtocol
from statustext.flows.keeping_time.missing_receipts import find_unsettled
from statustext.queue_messages import UnsettledTask
from tests.functional.engine import (
    Call,
    Died,
    Watch,
    add_active,
    circuit,
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
from tests.functional.phrases import HOUR, NEW_YORK, live, minor, set_page
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


def test_one_before_whose_claim_functions_die_keeps_no_other_from_being_told(
    system: SteppedSystem,
) -> None:
    everybody = add_active(system, 5)
    worst = list(everybody)[2]
    incident = open_quietly(system)

    def kill(call: Call) -> None:
        if call.is_claim and call.params["Key"]["sk"]["S"] == worst:
            die()

    with watched(system) as watch:
        watch.before = kill
        live(system, 1300, step=30)
    told = {one for one in everybody if status(system, incident, one) == "delivered"}
    assert told == everybody.keys() - {worst}


def test_after_a_death_they_are_worked_on_one_by_one(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work: list[str] = []
    most_at_once: list[int] = []

    async def deliver(protocol: SendProtocol, one: str, _whose: object, _update: object) -> Step:
        at_work.append(one)
        most_at_once.append(len(at_work))
        await protocol._deps.lanes.away(die if is_deadly else list)
        at_work.remove(one)
        return End()

    monkeypatch.setattr(SendProtocol, "deliver", deliver)
    add_active(system, 5)
    open_quietly(system)
    is_deadly = True
    live(system, 30, step=30)
    assert max(most_at_once) > 1
    is_deadly = False
    at_work.clear()
    most_at_once.clear()
    live(system, 600, step=30)
    assert most_at_once == [1] * 5


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


def test_the_clock_finds_for_whom_something_was_held_and_nobody_told(night: SteppedSystem) -> None:
    """Every sender died of what was handed on in the morning, until it was given up."""
    everybody = add_active(night, 3, NEW_YORK)
    incident = minor(night)
    live(night, 5 * HOUR - 120, step=HOUR)
    with watched(night) as watch:
        watch.before = lambda call: die() if call.function == "sender" else None
        live(night, 3000, step=30)
    assert dead_letters(night) > 0
    assert {status(night, incident, one) for one in everybody} == {"held"}
    live(night, 12 * HOUR, step=300)
    assert {status(night, incident, one) for one in everybody} == {"delivered"}
    assert len(night.accepted(None)) == len(everybody)


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


def sent_on(watch: Watch, name: str) -> list[dict[str, Any]]:
    """The messages that functions sent to a queue, the oldest first."""
    return [
        json.loads(entry["MessageBody"])
        for call in watch.calls
        if call.operation == "SendMessageBatch" and call.params["QueueUrl"].endswith(name)
        for entry in call.params["Entries"]
    ]


def look_sent_by_the_clock(system: SteppedSystem) -> list[UnsettledTask]:
    """What the clock asks for when it looks for deliveries without an end."""
    live(system, 0.95 * HOUR, step=600)
    with watched(system) as watch:
        system.advance(0.1 * HOUR)
        system.tick()
        return [
            UnsettledTask(**task)
            for task in sent_on(watch, "fan-out")
            if task["kind"] == "unsettled"
        ]


def test_few_are_looked_through_by_one_task(system: SteppedSystem) -> None:
    """Not one for each shard, of which each would be an invocation."""
    add_active(system, 3)
    open_quietly(system)
    spoil(system, kind="refuse", status=400, code=63038)
    enqueue(system)
    (look,) = look_sent_by_the_clock(system)
    assert (look.shard, look.through) == (0, 15)


def test_a_task_goes_through_its_shards_and_hands_on_what_is_left(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = add_active(system, 20)
    incident = open_quietly(system)
    monkeypatch.setattr("statustext.flows.keeping_time.missing_receipts.PER_TASK", 1)
    announcements, tasks = (
        Queue(system.clients.sqs, system.queue_url(queue(system, name).queue_arn))
        for name in ("announcements", "fan-out")
    )
    left: list[Any] = [
        {"page": "default", "incident": incident, "seq": 1, "shard": 0, "through": 15}
    ]
    told: list[str] = []
    tasks_done = 0
    while left:
        look = UnsettledTask(**{**left[0], "for_all": True})
        with watched(system) as watch:
            find_unsettled(look, system.table, announcements, tasks, system.now)
        told += [one for batch in sent_on(watch, "announcements") for one in batch["subscribers"]]
        left, tasks_done = sent_on(watch, "fan-out"), tasks_done + 1
    assert sorted(told) == sorted(everybody)
    assert tasks_done >= len(set(map(shard_of, everybody)))


def test_who_waits_for_their_country_is_not_missing(system: SteppedSystem) -> None:
    (phone,) = add_active(system, 1).values()
    incident = open_quietly(system)
    announcements, tasks = (
        Queue(system.clients.sqs, system.queue_url(queue(system, name).queue_arn))
        for name in ("announcements", "fan-out")
    )
    scope = f"country:{country_of(phone)}"
    for stopped, found in ((True, 0), (False, 1)):
        if stopped:
            system.table.write(open_circuit(circuit(scope, 21408, system.now)))
        else:
            close_circuit(system.table, scope)
        for shard in range(16):
            look = UnsettledTask(
                page="default", incident=incident, seq=1, shard=shard, for_all=True
            )
            find_unsettled(look, system.table, announcements, tasks, system.now)
        assert waiting(system, "announcements") == found


def test_who_waits_is_not_queued_again_by_the_clock(system: SteppedSystem) -> None:
    """Some were refused and are tried again, the others wait behind them, for hours."""
    everybody = add_active(system, 6)
    open_quietly(system, impact_override="minor")
    spoil(system, kind="refuse", status=400, code=63038)
    enqueue(system)
    live(system, 4.2 * HOUR, step=600)
    with watched(system) as watch:
        live(system, HOUR, step=600)
    births = defaultdict(set)
    for message in sent_on(watch, "announcements"):
        for one in message["subscribers"]:
            births[one].add(message["begun_at"])
    assert {one: len(found) for one, found in births.items()} == dict.fromkeys(everybody, 1)


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


def test_copies_that_left_different_people_are_one_message_for_each_again(
    system: SteppedSystem,
) -> None:
    """Two functions at work on one message at once: each tells some, and puts back the others."""
    first, second, third = add_active(system, 3)
    open_quietly(system)
    enqueue(system)
    set_page(system, paused=True)
    with watched(system) as watch:
        run_on(system)
    (whole,) = sent_on(watch, "announcements")
    url = system.queue_url(queue(system, "announcements").queue_arn)
    system.clients.sqs.purge_queue(QueueUrl=url)
    for some in ((first, second), (second, third)):
        body = json.dumps({**whole, "subscribers": some})
        system.clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    with watched(system) as watch:
        run_on(system)
    left = Counter(one for each in sent_on(watch, "announcements") for one in each["subscribers"])
    assert left == dict.fromkeys((first, second, third), 1)


def test_a_message_is_passed_on_when_it_is_known_whether_it_was(system: SteppedSystem) -> None:
    """Whether another copy did that cannot be asked for once: the message itself comes again."""
    add_active(system, 1)
    open_quietly(system)
    enqueue(system)
    set_page(system, paused=True)

    def fail(call: Call) -> None:
        key = str(call.params.get("Key", {}).get("pk", {}).get("S", ""))
        if call.operation == "GetItem" and "#PASSED_ON#" in key:
            raise ReadTimeoutError(endpoint_url="https://aws.example.test")

    with watched(system) as watch:
        watch.before = fail
        run_on(system)
        assert sent_on(watch, "announcements") == []
        watch.before = None
        system.clock.shift(181)
        run_on(system)
        assert len(sent_on(watch, "announcements")) == 1
    assert waiting(system, "announcements") == 1


def test_tasks_do_not_pile_up_where_nobody_works_on_them(system: SteppedSystem) -> None:
    add_active(system, 3)
    open_quietly(system)
    system.relay_stream()
    with watched(system) as watch:
        for _ in range(10):
            system.clock.shift(HOUR)
            for _ in range(3):
                system.clock.shift(181)
                system.tick()
    tasks = [one for one in sent_on(watch, "fan-out") if one["kind"] == "fan_out"]
    of_each = Counter(shard for one in tasks for shard in one["shards"])
    assert set(of_each.values()) == {7}, "after 3, 6, 12 ... minutes without a sign of life"
    run_on(system)
    assert len(system.accepted(None)) == 3


def test_two_clocks_at_once_take_up_a_fan_out_once(system: SteppedSystem) -> None:
    add_active(system, 3)
    open_quietly(system)
    system.relay_stream()
    for since in (181, 362):  # with no sign of life before, and with one
        system.clock.shift(since)

        def tick_too(call: Call) -> None:
            if call.operation == "UpdateItem" and "resumed_" in str(call.params):
                watch.before = None
                system.tick()

        with watched(system) as watch:
            watch.before = tick_too
            system.tick()
        tasks = [one for one in sent_on(watch, "fan-out") if one["kind"] == "fan_out"]
        assert len(tasks) == 16


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
