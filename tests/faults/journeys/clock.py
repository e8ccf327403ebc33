"""What happens by itself: holds, the clock, fan-outs in pieces, receipts that never come."""

import itertools
from collections.abc import Generator
from functools import partial
from unittest import mock

from statustext.adapters import subscribers
from statustext.domain import counts
from statustext.flows import fanning_out, releasing
from statustext.flows.recalling import FILTERED
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect, told
from tests.faults.journeys.visitors import sign_up
from tests.faults.stage import Stage
from tests.functional.engine import enqueue, queue, spoil, status

HOUR, DAY = 3600, 24 * 3600
NIGHT = {"timezone": "America/New_York", "quiet_hours": "21:00-03:20"}
"""It is 03:00 there when a journey begins: quiet for another twenty minutes."""


@journey(everybody_stops, the_end_is_published, all_is_recalled)
def held_until_morning(stage: Stage) -> Generator[None]:
    """Two incidents of the night are one text in the morning."""
    everybody = stage.active(2, **NIGHT)
    yield
    first = stage.open(impact_override="minor")
    stage.carry_on()
    stage.live(300, step=100)
    second = stage.open("Payments are slow", impact_override="minor")
    stage.carry_on()
    stage.live(1200, step=240)
    yield
    if stage.overtaken:
        return
    for one, phone in everybody.items():
        (text,) = stage.system.texts(phone)
        assert text.count("(investigating)") == 2, text
        ends = {status(stage.system, incident, one) for incident in (first, second)}
        assert ends == {"delivered", "superseded"}


@journey(everybody_stops)
def opened_and_ended_overnight(stage: Stage) -> Generator[None]:
    stage.active(**NIGHT)
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    yield
    stage.live(300, step=100)
    stage.change(incident, status="resolved")
    stage.carry_on()
    stage.live(1500, step=300)
    yield
    expect(stage, "[Demo] Status: API is down (resolved)")


@journey(news_is_published)
def held_and_not_wanted_any_more(stage: Stage) -> Generator[None]:
    """Who asked for critical ones only is not told of the minor one that waited."""
    ((one, phone),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.reply("CRITICAL", phone)
    stage.carry_on()
    before = stage.system.texts(phone)
    yield
    stage.live(1500, step=300)
    yield
    assert stage.system.texts(phone) == before or stage.overtaken
    assert status(stage.system, incident, one) in ("suppressed", "superseded")


@journey(everybody_stops, the_end_is_published)
def more_than_a_person_can_bear(stage: Stage) -> Generator[None]:
    """The second text waits in the queue until the limits per person allow it."""
    stage.set_page(recipient_limits=[[1, 60], [5, 900]])
    ((_, phone),) = stage.active().items()
    yield
    for number in range(3):
        stage.open(f"Part {number}")
    stage.carry_on()
    stage.live(300, step=100)
    yield
    if not stage.overtaken:
        texts = stage.system.texts(phone)
        assert all(sum(f"Part {n}" in text for text in texts) == 1 for n in range(3)), texts
    times = [one.at for one in stage.system.accepted(phone)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(gap >= 60 for gap in gaps), gaps


@journey(everybody_stops)
def a_page_that_used_up_its_hour(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.texts_per_hour": 2})
    stage.active(3)
    stage.system.clock.shift(HOUR - 180)
    stage.patience = 100
    yield
    stage.open()
    stage.carry_on()
    stage.live(600, step=120)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_paused_page(stage: Stage) -> Generator[None]:
    stage.active(2)
    stage.set_page(paused=True)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60)
    stage.set_page(paused=False)
    stage.live(180)
    yield
    expect(stage, OPENING)


@journey(everybody_stops, news_is_published)
def a_fan_out_in_pieces(stage: Stage) -> Generator[None]:
    """Each task does a little, and hands on what is left."""
    stage.active(8)
    pieces = partial(subscribers.page_through_shard, limit=1)
    with (
        mock.patch.object(fanning_out, "PER_TASK", 5),
        mock.patch.object(fanning_out, "PER_REQUEST", 2),
        mock.patch.object(fanning_out, "page_through_shard", pieces),
    ):
        yield
        stage.open()
        stage.carry_on()
        yield
    expect(stage, OPENING)


@journey(everybody_stops, news_is_published)
def a_fan_out_that_was_lost(stage: Stage) -> Generator[None]:
    """Its task is gone; the clock takes it up after three minutes."""
    stage.active(2)
    stage.open()
    stage.system.relay_stream()
    arn = queue(stage.system, "fan-out").queue_arn
    stage.aws.sqs.queues[arn.rpartition(":")[2]].clear()
    stage.system.clock.shift(240)
    yield
    stage.tick()
    stage.carry_on()
    yield
    expect(stage, OPENING)


@journey(the_end_is_published)
def an_update_overtaken_before_its_fan_out(stage: Stage) -> Generator[None]:
    stage.active(2, updates=True)
    incident = stage.open()
    stage.system.relay_stream()
    stage.change(incident, status="identified")
    yield
    stage.carry_on()
    yield
    expect(stage, OPENING)


@journey(settings_are_changed)
def receipts_that_never_come(stage: Stage) -> Generator[None]:
    """After an hour Twilio is asked."""
    everybody = stage.active(2)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    incident = stage.open()
    stage.carry_on()
    stage.live(3500, step=1750)
    yield
    stage.live(240, step=80)
    yield
    stage.live(4 * HOUR, step=600)
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}
    assert stage.system.rows("underway") == []
    told(stage, OPENING)


@journey(settings_are_changed)
def an_update_of_which_all_is_known(stage: Stage) -> Generator[None]:
    """It is looked at once after an hour, and after the second nothing is left to look after."""
    stage.active()
    stage.open()
    stage.carry_on()
    stage.wait(5)
    stage.system.clock.shift(HOUR)
    stage.live(120)
    stage.system.clock.shift(HOUR + 120)
    yield
    stage.live(60)
    yield
    assert stage.system.rows("underway") == []


@journey(settings_are_changed)
def receipts_of_many(stage: Stage) -> Generator[None]:
    """A ledger of more than one page; each task hands on the rest."""
    everybody = stage.active(2)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    incident = stage.open()
    stage.carry_on()
    stage.live(3500, step=1750)
    stage.aws.dynamodb.tables[stage.system.table.name].page_bytes = 1
    yield
    stage.live(240, step=80)
    yield
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}


@journey(settings_are_changed)
def an_update_of_the_day_before(stage: Stage) -> Generator[None]:
    """It is looked after no more."""
    stage.active()
    spoil(stage.system, kind="drop_callbacks")
    stage.open()
    stage.carry_on()
    stage.loses_receipts = True
    stage.system.clock.shift(27 * HOUR)
    yield
    stage.live(60)
    yield
    assert stage.system.rows("underway") == []


@journey(everybody_stops)
def many_holds_at_once(stage: Stage) -> Generator[None]:
    """More than one task releases."""
    stage.active(4, **NIGHT)
    stage.open(impact_override="minor")
    stage.carry_on()
    with (
        mock.patch.object(releasing, "PER_TASK", 1),
        mock.patch.object(releasing, "PER_REQUEST", 1),
    ):
        yield
        stage.live(1500, step=300)
        yield
        expect(stage, "[Demo] Minor incident: API is down")


@journey(settings_are_changed)
def a_claim_that_came_to_nothing(stage: Stage) -> Generator[None]:
    """Of a batch whose message was lost in the end, an hour later."""
    stage.active()
    spoil(stage.system, kind="time_out", times=1)
    stage.open()
    enqueue(stage.system)
    stage.system.poll(queue(stage.system, "announcements"))
    arn = queue(stage.system, "announcements").queue_arn
    stage.aws.sqs.queues[arn.rpartition(":")[2]].clear()
    stage.system.relay_stream()
    stage.live(3500, step=1750)
    yield
    stage.live(300, step=100)
    yield
    stage.live(4 * HOUR, step=600)
    told(stage, OPENING)


@journey(all_is_recalled)
def an_update_that_carriers_filter(stage: Stage) -> Generator[None]:
    """More than a fiftieth of the texts is taken for spam: the clock recalls the update."""
    stage.active(6)
    spoil(stage.system, kind="final_status", status="undelivered", code=30007, times=3)
    stage.open()
    stage.carry_on()
    stage.wait(30)
    with mock.patch.object(counts, "ENOUGH", 6):
        yield
        stage.live(60)
        yield
    (row,) = stage.system.rows("incident")
    assert row["recalled"] == ({"1": "recalled"} if stage.overtaken else {"1": FILTERED})


@journey(everybody_stops)
def a_sign_up_of_yesterday(stage: Stage) -> Generator[None]:
    """Swept within about an hour, one shard every fourth minute."""
    sign_up(stage)
    stage.carry_on()
    stage.system.clock.shift(DAY + 240)
    yield
    stage.live(65 * 60, step=240)
    yield
    stage.live(65 * 60)
    left = [row for row in stage.system.rows("subscriber") if row["state"] == "unconfirmed"]
    assert left == []
