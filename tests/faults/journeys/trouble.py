"""What Twilio and the carriers refuse, at once or afterwards, and what follows from it."""

from collections.abc import Generator
from typing import Any

from statustext.adapters.circuits import open_circuits
from statustext.adapters.dynamodb import Write
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect, told
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import Stage
from tests.functional.engine import enqueue, spoil, status, subscriber_row

DAY = 24 * 3600


def refused(stage: Stage, code: int, *, http: int = 400, times: int = 1) -> None:
    spoil(stage.system, kind="refuse", status=http, code=code, times=times)


def one_is_refused(stage: Stage, code: int) -> Generator[None, None, dict[str, Any]]:
    """Of two texts one is refused; then the row of that subscriber."""
    ((lost, phone), _) = stage.active(2).items()
    spoil(stage.system, kind="refuse", status=400, code=code, to=phone)
    yield
    incident = stage.open()
    stage.carry_on()
    yield
    if not stage.overtaken:
        assert [stage.system.texts(one) for one in stage.phones] == [[], [OPENING]]
        assert status(stage.system, incident, lost) in ("failed", "suppressed")
    return subscriber_row(stage.system, lost)


@journey(news_is_published)
def a_number_that_stopped_at_the_carrier(stage: Stage) -> Generator[None]:
    row = yield from one_is_refused(stage, 21610)
    assert "suppressed" in row or stage.overtaken


@journey(news_is_published)
def a_number_that_is_none(stage: Stage) -> Generator[None]:
    row = yield from one_is_refused(stage, 21211)
    assert row["state"] == "quarantined" or stage.overtaken


@journey(everybody_stops, all_is_recalled)
def a_text_refused_for_no_known_reason(stage: Stage) -> Generator[None]:
    stage.active(2)
    refused(stage, 99999)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_sender_that_is_too_fast(stage: Stage) -> Generator[None]:
    stage.active(2)
    refused(stage, 20429, http=429)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60)
    yield
    expect(stage, OPENING)


@journey(everybody_stops, the_end_is_published)
def an_account_that_is_stopped(stage: Stage) -> Generator[None]:
    """The third number refused opens a circuit; a probe a minute later closes it, or where that
    failed the next text there is."""
    stage.active(3)
    refused(stage, 20003, times=3)
    yield
    stage.open()
    stage.carry_on()
    stage.live(240, step=80)
    yield
    if stage.overtaken:
        return
    told(stage, OPENING)
    stage.open("Payments are slow")
    stage.live(120)
    told(stage, OPENING, "[Demo] Critical incident: Payments are slow")
    assert open_circuits(stage.system.table) == []


@journey(everybody_stops)
def a_daily_cap_that_ends(stage: Stage) -> Generator[None]:
    """Nothing is tried before it ends; then the clock closes the circuit."""
    stage.active(3)
    refused(stage, 63038, times=3)
    stage.open()
    stage.carry_on()
    stage.live(3540, step=300)
    yield
    stage.operator("GET", "/v1/pages/default/sending")
    stage.live(300, step=100)
    yield
    expect(stage, OPENING)
    assert open_circuits(stage.system.table) == []


@journey(everybody_stops)
def a_code_that_is_refused(stage: Stage) -> Generator[None]:
    refused(stage, 99999)
    yield
    sign_up(stage)
    stage.carry_on()
    stage.live(60)
    yield
    a_code_came(stage)


@journey(everybody_stops)
def a_code_to_a_number_that_is_none(stage: Stage) -> Generator[None]:
    refused(stage, 21211, times=9)
    yield
    sign_up(stage)
    stage.carry_on()
    yield
    assert stage.system.texts(PHONE) == []


@journey(everybody_stops)
def a_code_to_a_country_that_is_stopped(stage: Stage) -> Generator[None]:
    refused(stage, 21408)
    yield
    sign_up(stage)
    stage.carry_on()
    stage.live(240, step=80)
    yield
    a_code_came(stage)


def a_code_came(stage: Stage) -> None:
    asked = stage.system.rows("direct")
    texts = stage.system.texts(PHONE)
    assert len(texts) <= 1
    assert texts or stage.overtaken or any("claimed_at" in row for row in asked)


@journey(everybody_stops)
def a_bucket_in_the_future(stage: Stage) -> Generator[None]:
    """Some function's clock was an hour ahead; nobody waits for it."""
    stage.active()
    stage.open("Before")
    stage.carry_on()
    (row,) = (row for row in stage.system.rows() if row["sk"] == "BUCKET")
    ahead = {"tat": stage.now + 3600}
    stage.system.table.write(Write(row["pk"], "BUCKET", "SET tat = :tat", values=ahead))
    stage.system.clock.shift(60)
    yield
    stage.open()
    stage.carry_on()
    stage.live(30, step=30)
    yield
    expect(stage, "[Demo] Critical incident: Before", OPENING)


# Refused after it was accepted: receipts.


def one_receipt(stage: Stage, code: int) -> Generator[None, None, dict[str, Any]]:
    ((one, _),) = stage.active().items()
    spoil(stage.system, kind="final_status", status="undelivered", code=code, times=1)
    yield
    incident = stage.open()
    stage.carry_on()
    stage.live(30, step=5)
    yield
    assert status(stage.system, incident, one) in ("undelivered", "suppressed", "superseded")
    told(stage, OPENING) if not stage.overtaken else None
    return subscriber_row(stage.system, one)


@journey(news_is_published)
def a_receipt_that_says_stopped(stage: Stage) -> Generator[None]:
    row = yield from one_receipt(stage, 21610)
    assert "suppressed" in row or stage.overtaken


@journey(news_is_published, everybody_stops)
def a_receipt_from_a_carrier_that_knows_nobody(stage: Stage) -> Generator[None]:
    row = yield from one_receipt(stage, 30005)
    assert "unreachable_at" in row or stage.overtaken
    assert row["state"] != "quarantined"


@journey(everybody_stops)
def the_second_such_receipt_a_day_later(stage: Stage) -> Generator[None]:
    ((one, _),) = stage.active().items()
    spoil(stage.system, kind="final_status", status="undelivered", code=30005, times=2)
    stage.open("Before")
    stage.carry_on()
    stage.live(60, step=5)
    stage.system.clock.shift(DAY)
    yield
    stage.open()
    stage.carry_on()
    stage.live(30, step=5)
    yield
    assert subscriber_row(stage.system, one)["state"] == "quarantined" or stage.overtaken


@journey(the_end_is_published)
def a_receipt_that_stops_the_account(stage: Stage) -> Generator[None]:
    stage.active(3)
    spoil(stage.system, kind="final_status", status="failed", code=30002, times=3)
    yield
    stage.open()
    stage.carry_on()
    stage.live(30, step=5)
    yield
    if not stage.overtaken:
        found = [(one.scope, one.code) for one in open_circuits(stage.system.table)]
        assert found == [("account", 30002)], found


@journey(everybody_stops)
def a_receipt_that_nothing_follows(stage: Stage) -> Generator[None]:
    """One number alone stops nobody; the clock forgets that it was refused for a wide reason."""
    stage.active()
    spoil(stage.system, kind="final_status", status="failed", code=30002, times=1)
    yield
    stage.open()
    stage.carry_on()
    stage.live(10, step=5)
    stage.live(1200, step=300)
    yield
    assert stage.system.rows("circuit") == []


@journey(everybody_stops)
def a_code_to_a_subscriber_that_is_refused(stage: Stage) -> Generator[None]:
    """For a reason that would stop a country, if others were refused as well."""
    ((one, phone),) = stage.active().items()
    refused(stage, 21408)
    yield
    asked = {"phone": phone, "consent": True}
    assert stage.request("POST", "/subscriptions", asked).status == 202
    stage.carry_on()
    stage.live(240, step=80)
    yield
    assert len(stage.system.texts(phone)) <= 1
    assert subscriber_row(stage.system, one)["state"] == "active" or stage.overtaken


@journey(everybody_stops)
def a_code_that_a_receipt_loses(stage: Stage) -> Generator[None]:
    """For a reason that would stop the sender, were it not a stranger's number."""
    spoil(stage.system, kind="final_status", status="undelivered", code=30034, times=1)
    yield
    sign_up(stage)
    stage.carry_on()
    stage.live(30, step=5)
    yield
    assert stage.system.rows("circuit") == []


@journey(everybody_stops)
def a_batch_without_time(stage: Stage) -> Generator[None]:
    """Room is so far off that the rest of the batch is put back."""
    stage.set_page(senders=[{"id": "+15550002222", "prefixes": ["+1555"]}])
    stage.active(3)
    incident = stage.open()
    enqueue(stage.system)
    yield
    stage.carry_on()
    stage.live(240, step=80)
    yield
    expect(stage, OPENING)
    assert incident
