"""What happens by itself: the clock, fan-outs in pieces, receipts that never come."""

import contextlib
import json
from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from unittest import mock

from local.configuration import ROOT
from local.function_host import FunctionError
from statustext.adapters.delivery_counts import get_counts
from statustext.domain import delivery_counts
from statustext.domain.subscriber import DEACTIVATED
from statustext.flows.delivering import fanning_out
from statustext.flows.publishing.recalling import FILTERED
from statustext.flows.relaying import counting
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE
from tests.faults.journeys.mornings import NIGHT
from tests.faults.journeys.visitors import sign_up
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import enqueue, queue, spoil, status, subscriber_row
from tests.stepped import PHONE

HOUR, DAY = 3600, 24 * 3600


@journey(everybody_stops, news_is_published)
def a_fan_out_in_pieces(stage: Stage) -> Generator[None]:
    """Each task does a little, and hands on what is left."""
    stage.active(8)
    with mock.patch.multiple(fanning_out, PER_TASK=5, PER_REQUEST=2, PER_PAGE=1, FIRST_PAGE=1):
        yield
        stage.open()
        stage.carry_on()
        yield
    expect(stage, OPENING)


@journey(everybody_stops, news_is_published)
def a_fan_out_that_was_lost(stage: Stage) -> Generator[None]:
    """Its task is gone; the clock takes it up after three minutes, and where that is lost as well,
    after six more."""
    stage.active(2)
    stage.open()
    stage.system.relay_stream()
    arn = queue(stage.system, "fan-out").queue_arn
    stage.aws.sqs.queues[arn.rpartition(":")[2]].clear()
    stage.system.clock.shift(240)
    yield
    stage.live(480, step=60)
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


def told_without_receipts(stage: Stage) -> tuple[Mapping[str, str], str]:
    """Who was told, and of which incident; within the hour nothing was heard of their texts."""
    everybody = stage.active(2)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    incident = stage.open()
    stage.carry_on()
    stage.live(3500, step=1750)
    return everybody, incident


@journey(settings_are_changed)
def receipts_that_never_come(stage: Stage) -> Generator[None]:
    """After an hour Twilio is asked."""
    everybody, incident = told_without_receipts(stage)
    yield
    stage.live(240, step=80)
    yield
    stage.live(8 * HOUR, step=600)
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}
    assert stage.system.rows("underway") == []
    told(stage, OPENING)


@journey(settings_are_changed)
def receipts_of_what_was_overtaken(stage: Stage) -> Generator[None]:
    """Nobody wants to hear of the newer update."""
    everybody, incident = told_without_receipts(stage)
    stage.change(incident, status="identified")
    stage.carry_on()
    yield
    stage.live(240, step=80)
    yield
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}
    told(stage, OPENING)


@journey(everybody_stops)
def a_batch_that_was_lost(stage: Stage) -> Generator[None]:
    """Nobody of it was claimed. The clock finds them an hour later."""
    stage.active(2)
    stage.open()
    enqueue(stage.system)
    arn = queue(stage.system, "announcements").queue_arn
    stage.aws.sqs.queues[arn.rpartition(":")[2]].clear()
    stage.live(3500, step=1750)
    yield
    stage.live(300, step=60)
    yield
    expect(stage, OPENING)


@journey(settings_are_changed)
def an_update_of_which_all_is_known(stage: Stage) -> Generator[None]:
    """It is looked at after one, two and four hours; after eight nothing is left to look after."""
    stage.active()
    stage.open()
    stage.carry_on()
    stage.wait(5)
    for hours in (1.0, 1.2, 2.4):
        stage.system.clock.shift(hours * HOUR)
        stage.live(120)
    stage.system.clock.shift(5 * HOUR)
    yield
    stage.live(60)
    yield
    assert stage.system.rows("underway") == []


@journey(settings_are_changed)
def receipts_of_many(stage: Stage) -> Generator[None]:
    """A ledger of more than one page; each task hands on the rest."""
    everybody, incident = told_without_receipts(stage)
    stage.aws.dynamodb.tables[stage.system.table.name].page_bytes = 1
    yield
    stage.live(240, step=80)
    yield
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}


@journey(settings_are_changed)
def an_update_of_the_day_before_yesterday(stage: Stage) -> Generator[None]:
    """It is looked after no more."""
    stage.active()
    spoil(stage.system, kind="drop_callbacks")
    stage.open()
    stage.carry_on()
    stage.loses_receipts = True
    stage.system.clock.shift(51 * HOUR)
    yield
    stage.live(60)
    yield
    assert stage.system.rows("underway") == []


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
    with mock.patch.object(delivery_counts, "ENOUGH", 6):
        yield
        stage.live(60)
        yield
    (row,) = stage.system.rows("incident")
    assert row["recalled"] == ({"1": "recalled"} if stage.overtaken else {"1": FILTERED})


@journey(everybody_stops, the_end_is_published)
def a_recall_that_gives_its_place_back(stage: Stage) -> Generator[None]:
    """The clock enqueues the update before; who was held for the recalled one is told that."""
    ((one, _),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    stage.change(incident, status="identified", body="Wrong page.")
    stage.carry_on()
    with ALWAYS_STALE:
        yield
        stage.operator("POST", f"{INCIDENTS}/{incident}/updates/2/recall")
        stage.live(300)
        stage.live(1200, step=240)
        yield
    expect(stage, "[Demo] Minor incident: API is down")
    if not stage.overtaken:
        ends = [status(stage.system, incident, one, seq) for seq in (1, 2)]
        assert ends == ["delivered", "suppressed"], ends


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


@journey(settings_are_changed)
def a_number_of_who_left_long_ago(stage: Stage) -> Generator[None]:
    """Its days are over: the number goes from every row, and what else was kept of the person."""
    stage.system.subscribe(PHONE)
    stage.phones.append(PHONE)
    stage.reply("STOP", PHONE)
    stage.carry_on()
    stage.system.clock.shift(31 * DAY)
    yield
    stage.live(120)
    yield
    stage.live(120)
    (row,) = stage.system.rows("subscriber")
    assert (row["suppressed"], "phone" in row) == ("stop", False)


@journey(settings_are_changed)
def counts_of_many_updates(stage: Stage) -> Generator[None]:
    """More than one transaction takes, of one batch of the stream."""
    stage.active()
    incidents = [stage.open("API is down"), stage.open("Payments are slow")]
    enqueue(stage.system)
    for _ in incidents:
        stage.system.poll(queue(stage.system, "announcements"))
    with mock.patch.object(counting, "MOST_ROWS", 2):
        yield
        stage.carry_on()
        yield
    for incident in incidents:
        counted = get_counts(stage.system.table, "default", incident)[1]
        assert {name: number for name, number in counted.items() if number} == {"delivered": 1}


@journey(everybody_stops)
def a_number_that_its_carrier_gave_up(stage: Stage) -> Generator[None]:
    """Lambda tries the daily look up to three times."""
    ((one, phone),) = stage.active().items()
    stage.system.clock.shift(2 * DAY)
    yesterday = datetime.fromtimestamp(stage.now - DAY, UTC).date().isoformat()
    stage.system.twilio.deactivations.add(phone, yesterday)
    event = json.loads((ROOT / "events/deactivations_daily.json").read_text(encoding="utf-8"))
    yield
    for _ in range(3):
        with contextlib.suppress(FunctionError):
            stage.system.invoke("deactivations", event)
            break
    stage.carry_on()
    yield
    row = subscriber_row(stage.system, one)
    assert "suppressed" in row or row["quarantined_for"] == DEACTIVATED
    assert len(stage.system.texts(phone)) <= 1
