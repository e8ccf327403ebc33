"""What people say, and operators do, while a batch is at work: it holds for whoever comes later."""

import json
from collections.abc import Callable

import pytest

from local.configuration import FAKE_FROM
from tests.functional.engine import (
    Call,
    add_active,
    enqueue,
    open_quietly,
    queue,
    run_on,
    watched,
)
from tests.functional.phrases import HOUR, NEW_YORK, OPENING, live, minor, recall
from tests.stepped import START, SteppedSystem


@pytest.fixture
def last(system: SteppedSystem) -> str:
    """Of ten people in a batch that is queued, the one whose turn comes last."""
    everybody = add_active(system, 10)
    open_quietly(system)
    enqueue(system)
    url = system.queue_url(queue(system, "announcements").queue_arn)
    answer = system.clients.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    return everybody[json.loads(answer["Messages"][0]["Body"])["subscribers"][-1]]


def says(system: SteppedSystem, phone: str, word: str) -> None:
    system.twilio.reply(phone, word, system.now, FAKE_FROM)
    while system.webhooks():
        pass


def in_the_middle(system: SteppedSystem, do: Callable[[], None]) -> None:
    """Go on, and do something just before the second of the batch is claimed."""
    seen: list[Call] = []

    def before(call: Call) -> None:
        if call.is_claim:
            seen.append(call)
            if len(seen) == 2:
                do()

    with watched(system) as watch:
        watch.before = before
        run_on(system)
    assert len(seen) > 2


def test_a_pause(system: SteppedSystem, last: str) -> None:
    in_the_middle(system, lambda: says(system, last, "PAUSE 3 DAYS"))
    live(system, 300)
    assert OPENING not in system.texts(last)
    assert len(system.texts(None)) == 9 + 1, "all others, and the answer"


def test_only_critical_ones(system: SteppedSystem) -> None:
    everybody = add_active(system, 10)
    open_quietly(system, impact_override="minor")
    enqueue(system)
    phones = list(everybody.values())

    def all_choose() -> None:
        for phone in phones:
            says(system, phone, "CRITICAL")

    in_the_middle(system, all_choose)
    live(system, 300)
    told = [phone for phone in phones if any("Minor" in text for text in system.texts(phone))]
    assert len(told) == 1, "who was claimed before"


def test_a_resume_that_the_clock_is_done_with(system: SteppedSystem, last: str) -> None:
    """Its hold is gone by the time this batch, which read the pause, would hold the text."""
    says(system, last, "PAUSE 3 DAYS")
    system.relay_stream()

    def resume() -> None:
        says(system, last, "RESUME")
        system.clock.shift(2)
        system.tick()
        for name in ("fan-out", "announcements"):
            system.poll(queue(system, name))

    in_the_middle(system, resume)
    live(system, HOUR)
    assert OPENING in system.texts(last)


def test_a_recall_of_what_goes_along(night: SteppedSystem) -> None:
    """Its text waits for room meanwhile."""
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    first = minor(night)
    night.clock.shift(60)
    minor(night, "Payments are slow")
    live(night, START + 5 * HOUR - night.now - 120, step=600)
    recalls: list[int] = []

    def wait_for_room(call: Call) -> None:
        if call.is_bucket and call.function == "sender" and not recalls:
            night.clock.shift(20)
            recalls.append(recall(night, first))

    with watched(night) as watch:
        watch.before = wait_for_room
        live(night, 1800, step=60)
    assert recalls == [200]
    assert night.texts(phone) == ["[Demo] Minor incident: Payments are slow"]
