"""Fan-out: everybody who is to be told is found once, however often a task dies or is repeated."""

from collections.abc import Mapping
from typing import Any

import pytest

from statustext.adapters.dynamodb import Write
from statustext.domain.ids import SHARDS, shard_of
from statustext.domain.subscriber import Preferences
from statustext.flows.delivering import fanning_out
from statustext.flows.delivering.fanning_out import split
from statustext.queue_messages import FanOutTask
from tests.aws_calls import logged
from tests.functional.engine import (
    Call,
    Died,
    add_active,
    change_quietly,
    die,
    die_at,
    enqueue,
    forget_all,
    once,
    open_quietly,
    queue,
    run_on,
    settle_down,
    status,
    subscriber_row,
    waiting,
    watched,
)
from tests.functional.phrases import live
from tests.stepped import SteppedSystem

OPENING = "[Demo] Critical incident: API is down"


def progress(system: SteppedSystem, incident: str, seq: int = 1) -> Mapping[str, Any]:
    """What an update's row says of its fan-out."""
    return next(
        row for row in system.rows("update") if row["incident"] == incident and row["seq"] == seq
    )


def in_small_pieces(monkeypatch: pytest.MonkeyPatch, *, per_task: int, per_page: int) -> None:
    monkeypatch.setattr(fanning_out, "PER_TASK", per_task)
    monkeypatch.setattr(fanning_out, "PER_PAGE", per_page)
    monkeypatch.setattr(fanning_out, "FIRST_PAGE", per_page)


def texted(system: SteppedSystem) -> list[str]:
    return sorted(one.to for one in system.accepted(None))


def test_a_thousand_recipients_cost_four_requests_to_sqs(system: SteppedSystem) -> None:
    add_active(system, 1000)
    incident = open_quietly(system)
    with watched(system) as watch:
        enqueue(system)
    sent = watch.of("fan_out", "SendMessageBatch")
    assert len(sent) == 4
    assert sum(len(call.params["Entries"]) for call in sent) == 40
    queries = watch.of("fan_out", "Query")
    assert len(queries) == SHARDS
    assert len(watch.of("fan_out", "UpdateItem")) == 1
    found = progress(system, incident)
    assert (found["found"], found["queued"]) == (1000, 1000)
    assert found["shards_done"] == set(range(SHARDS))
    forget_all(system)


def test_the_first_texts_do_not_wait_for_a_full_page(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanning_out, "FIRST_PAGE", 2)
    add_active(system, 100)
    open_quietly(system)
    with watched(system) as watch:
        enqueue(system)
    reads_and_sends = [
        (call.operation, call.params.get("Limit"))
        for call in watch.calls
        if call.function == "fan_out" and call.operation in ("Query", "SendMessageBatch")
    ]
    assert reads_and_sends[:2] == [("Query", 2), ("SendMessageBatch", None)]
    assert reads_and_sends[2:] == [("Query", None)] * SHARDS + [("SendMessageBatch", None)]
    run_on(system)
    assert len(texted(system)) == len(set(texted(system))) == 100


def test_only_those_who_want_it_are_queued(system: SteppedSystem) -> None:
    wanted = add_active(system, 3, Preferences())
    add_active(system, 3, Preferences(new_incidents=False), first=10)
    incident = open_quietly(system)
    enqueue(system)
    found = progress(system, incident)
    assert (found["found"], found["queued"]) == (6, 3)
    run_on(system)
    assert texted(system) == sorted(wanted.values())


def test_a_task_goes_on_where_another_left_off(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_pieces(monkeypatch, per_task=5, per_page=2)
    everybody = add_active(system, 60)
    incident = open_quietly(system)
    with watched(system) as watch:
        enqueue(system)
    assert any('"after":"sub_' in str(call.params) for call in watch.of("fan_out")), "no cursor"
    run_on(system)
    assert texted(system) == sorted(everybody.values())
    found = progress(system, incident)
    assert found["shards_done"] == set(range(SHARDS))
    assert (found["found"], found["queued"]) == (60, 60)


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 16])
def test_splitting_keeps_every_shard_and_its_cursor(shards: int) -> None:
    task = FanOutTask(page="p", incident="i", seq=1, shards=tuple(range(shards)), after="sub_x")
    done: list[tuple[int, str]] = []
    left = [task]
    while left:
        one = left.pop()
        parts = split(one)
        if parts == [one]:
            done.append((one.shards[0], one.after))
        left += [part for part in parts if part != one]
    assert sorted(done) == [(0, "sub_x"), *((shard, "") for shard in range(1, shards))]
    assert split(None) == []


CALLS = 14
"""Calls to AWS in the fan-out of the test below, in at least this number of tasks."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(CALLS))
def test_death_at_any_call_leaves_nobody_out_and_tells_nobody_twice(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, number: int, moment: str
) -> None:
    in_small_pieces(monkeypatch, per_task=4, per_page=2)
    everybody = add_active(system, 12)
    incident = open_quietly(system)
    seen: list[Call] = []

    fatal = die_at(number, seen, lambda call: call.function == "fan_out")
    with watched(system) as watch:
        setattr(watch, moment, fatal)
        run_on(system)
        settle_down(system, 1500, step=370)
    assert len(seen) > number, "the call that was to be the last was never made"
    assert texted(system) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    assert progress(system, incident)["shards_done"] == set(range(SHARDS))
    assert waiting(system, "fan-out") == 0


def test_a_repeated_task_tells_nobody_twice(system: SteppedSystem) -> None:
    everybody = add_active(system, 5)
    incident = open_quietly(system)
    enqueue(system)
    task = FanOutTask(page="default", incident=incident, seq=1, shards=tuple(range(SHARDS)))
    url = system.queue_url(queue(system, "fan-out").queue_arn)
    for _ in range(3):
        system.clients.sqs.send_message(QueueUrl=url, MessageBody=task.model_dump_json())
    settle_down(system, 600)
    assert texted(system) == sorted(everybody.values())


def test_a_lost_task_is_found_by_the_clock(system: SteppedSystem) -> None:
    """Whatever became of it, an update whose shards were never reported done is fanned out."""
    everybody = add_active(system, 5)
    incident = open_quietly(system)
    system.relay_stream()
    url = system.queue_url(queue(system, "fan-out").queue_arn)
    (lost,) = system.clients.sqs.receive_message(QueueUrl=url)["Messages"]
    system.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=lost["ReceiptHandle"])
    system.clock.shift(170)
    assert system.tick()["resumed"] == 0, "it may still be at work"
    system.clock.shift(11)
    assert system.tick()["resumed"] == SHARDS
    run_on(system)
    settle_down(system, 60, step=20)
    assert texted(system) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    system.clock.shift(200)
    assert system.tick()["resumed"] == 0


def test_only_the_shards_that_are_missing_are_done_again(system: SteppedSystem) -> None:
    everybody = add_active(system, 20)
    incident = open_quietly(system)
    enqueue(system)
    done = {shard_of(one) for one in list(everybody)[:10]}
    row = progress(system, incident)
    system.table.write(
        Write(row["pk"], row["sk"], update="SET shards_done = :done", values={"done": done})
    )
    system.clock.shift(200)
    assert system.tick()["resumed"] == SHARDS - len(done)
    with watched(system) as watch:
        while system.poll(queue(system, "fan-out")):
            pass
    assert len(watch.of("fan_out", "Query")) == SHARDS - len(done)


def test_each_shard_goes_on_from_its_own_place(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tasks are lost when some shards are half done."""
    in_small_pieces(monkeypatch, per_task=4, per_page=2)
    everybody = add_active(system, 60)
    open_quietly(system)
    system.relay_stream()
    for _ in range(3):
        system.poll(queue(system, "fan-out"))
    url = system.queue_url(queue(system, "fan-out").queue_arn)
    system.clients.sqs.purge_queue(QueueUrl=url)
    live(system, 900)
    assert texted(system) == sorted(everybody.values())


def test_progress_is_noted_after_the_last_batch_was_queued(system: SteppedSystem) -> None:
    """Else nobody would do again what a function did not come to."""
    everybody = add_active(system, 30)
    open_quietly(system)
    with watched(system) as watch:
        watch.before = once(
            lambda call: call.function == "fan_out" and call.operation == "SendMessageBatch", die
        )
        enqueue_whoever_dies(system)
    live(system, 900)
    assert texted(system) == sorted(everybody.values())


def enqueue_whoever_dies(system: SteppedSystem) -> None:
    try:
        enqueue(system)
    except Died:
        enqueue(system)


def test_an_overtaken_update_is_not_fanned_out(system: SteppedSystem) -> None:
    add_active(system, 5)
    incident = open_quietly(system)
    change_quietly(system, incident, status="identified", body="Found it.")
    with watched(system) as watch:
        enqueue(system)
    assert progress(system, incident, 1).get("queued", 0) == 0
    assert progress(system, incident, 2)["queued"] == 5
    assert len(watch.of("fan_out", "Query")) == SHARDS


def test_a_silent_update_is_told_to_nobody(system: SteppedSystem) -> None:
    add_active(system, 2, Preferences(updates=True))
    incident = system.open_incident(deliver_notifications=False)
    system.update_incident(
        incident, status="identified", body="Found it.", deliver_notifications=False
    )
    system.clock.shift(300)
    assert system.tick()["resumed"] == 0
    run_on(system)
    assert texted(system) == []


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        '{"v":9,"page":"default","kind":"fan_out","incident":"x","seq":1,"shards":[0]}',
        '{"v":1,"page":"default","kind":"fan_out","incident":"x","seq":1,"shards":[0]}',
        '{"v":1,"page":"default","kind":"fan_out","incident":"x","seq":1,"shards":[]}',
        '{"v":1,"page":"default","kind":"fan_out","incident":"x","seq":1,"shards":[0],"more":1}',
    ],
)
def test_poison_ends_in_the_dead_letter_queue(system: SteppedSystem, body: str) -> None:
    url = system.queue_url(queue(system, "fan-out").queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    for _ in range(7):
        system.advance(361)
    assert len(system.failures) == 5, "maxReceiveCount"
    assert waiting(system, "fan-out") == 0
    dead = system.clients.sqs.receive_message(QueueUrl=f"{url}-dead").get("Messages", [])
    assert [message["Body"] for message in dead] == [body]


@pytest.mark.parametrize("lost", ["state", "page", "created_at", "told.x"])
def test_one_half_written_row_keeps_nobody_else_from_being_told(
    system: SteppedSystem, lost: str
) -> None:
    everybody = add_active(system, 20)
    one = next(iter(everybody))
    row = subscriber_row(system, one)
    how = "REMOVE #lost" if "." not in lost else "SET told = :half"
    values = {"half": {"i": {"s": 1}}} if "." in lost else {}
    names = {} if "." in lost else {"lost": lost}
    system.table.write(Write(row["pk"], one, update=how, names=names, values=values))
    with logged() as lines:
        system.open_incident()
    assert len(system.accepted(None)) == 19
    assert not system.failures
    assert any("cannot be read" in line for line in lines)
