"""Receipts: they only move a delivery forward, whatever their order and number."""

import itertools
import urllib.parse
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from local.fake_twilio.webhooks import sign
from statustext.adapters.deliveries import ledger_key
from statustext.adapters.dynamodb import Write
from statustext.domain.delivery import announcement_attempt
from tests.functional.engine import (
    add_active,
    delivery,
    die,
    once,
    settle_down,
    spoil,
    subscriber_row,
    watched,
)
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import API_URL, PHONE, Answer, SteppedSystem


def receipt(status: str, sid: str = "SM" + "d" * 32, code: int = 0) -> dict[str, str]:
    form = {
        "MessageSid": sid,
        "MessageStatus": status,
        "AccountSid": FAKE_ACCOUNT_SID,
        "To": PHONE,
        "From": FAKE_FROM,
    }
    return form | ({"ErrorCode": str(code)} if code else {})


WAY = ["queued", "sending", "sent", "delivered"]


@pytest.fixture
def told(system: SteppedSystem) -> tuple[SteppedSystem, str, str]:
    """Somebody who was texted, of whose text nothing was heard; the incident, the subscriber."""
    (one,) = add_active(system, 1)
    spoil(system, kind="drop_callbacks")
    return system, system.open_incident(), one


def send_receipt(
    system: SteppedSystem, incident: str, one: str, form: Mapping[str, str], attempt: int = 1
) -> Answer:
    name = announcement_attempt(incident, 1, one, attempt)
    return post(system, f"/twilio/default/status/{name}", form)


@pytest.mark.parametrize("order", list(itertools.permutations(WAY)), ids="-".join)
def test_receipts_in_any_order_end_the_same(
    told: tuple[SteppedSystem, str, str], order: tuple[str, ...]
) -> None:
    system, incident, one = told
    for status in order:
        assert send_receipt(system, incident, one, receipt(status)).status == 200
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.sid, found.attempt) == ("delivered", "SM" + "d" * 32, 1)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.lists(st.sampled_from([*WAY, "accepted", "read", "scheduled"]), max_size=12))
def test_repeated_receipts_end_where_the_furthest_is(
    told: tuple[SteppedSystem, str, str], order: list[str]
) -> None:
    system, incident, one = told
    before = delivery(system, incident, one)
    assert before is not None
    for status in order:
        assert send_receipt(system, incident, one, receipt(status)).status == 200
    after = delivery(system, incident, one)
    assert after is not None
    is_delivered = before.status == "delivered" or {"delivered", "read"} & set(order)
    assert after.status == ("delivered" if is_delivered else "accepted")


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "sent"])
def test_that_a_text_is_on_its_way_is_written_only_where_that_was_not_known(
    told: tuple[SteppedSystem, str, str], status: str
) -> None:
    system, incident, one = told
    with watched(system) as watch:
        send_receipt(system, incident, one, receipt(status))
        assert not watch.of("twilio_webhook", "UpdateItem")
        assert all(not c.params["ConsistentRead"] for c in watch.of("twilio_webhook", "Query"))
    key = ledger_key("default", incident, 1, one)
    in_doubt = Write(
        *key,
        update="SET #s = :unknown, #r = :rank REMOVE sid",
        names={"s": "status", "r": "rank"},
        values={"unknown": "unknown", "rank": 10},
    )
    system.table.write(in_doubt)
    send_receipt(system, incident, one, receipt(status, "SM" + "e" * 32))
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.sid) == (status, "SM" + "e" * 32), "it settles the doubt"


def test_a_text_costs_one_write_for_its_receipts(system: SteppedSystem) -> None:
    add_active(system, 3)
    with watched(system) as watch:
        system.open_incident()
        settle_down(system, 60)
    assert len(watch.of("twilio_webhook", "UpdateItem")) == 3


def test_the_first_end_stays(told: tuple[SteppedSystem, str, str]) -> None:
    system, incident, one = told
    send_receipt(system, incident, one, receipt("undelivered", code=30003))
    send_receipt(system, incident, one, receipt("delivered"))
    send_receipt(system, incident, one, receipt("failed", code=30008))
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("undelivered", "twilio 30003")


def test_a_receipt_of_an_earlier_attempt_does_not_move_a_later_one(
    told: tuple[SteppedSystem, str, str],
) -> None:
    system, incident, one = told
    send_receipt(system, incident, one, receipt("sent", "SM2"), attempt=2)
    send_receipt(system, incident, one, receipt("failed", "SM1"), attempt=1)
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.attempt, found.sid) == ("sent", 2, "SM2")


def test_opt_out_and_receipt_are_written_together(
    told: tuple[SteppedSystem, str, str],
) -> None:
    system, incident, one = told
    form = receipt("failed", code=21610)
    with watched(system) as watch:
        watch.after = once(lambda call: call.operation == "UpdateItem", die)
        send_receipt(system, incident, one, form)
        send_receipt(system, incident, one, form)
    assert subscriber_row(system, one)["suppressed"] == "carrier"


def test_a_receipt_repeated_after_start_does_not_stop_again(
    told: tuple[SteppedSystem, str, str],
) -> None:
    system, incident, one = told
    form = receipt("failed", code=21610)
    send_receipt(system, incident, one, form)
    phone = subscriber_row(system, one)["phone"]
    post(system, INBOUND, inbound("START", From=phone))
    assert subscriber_row(system, one)["state"] == "active"
    send_receipt(system, incident, one, form)
    assert subscriber_row(system, one)["state"] == "active"


@pytest.mark.parametrize(
    "attempt",
    [
        "x",
        "a.b",
        "a.b.c.d.e",
        "a.b.1.c.1.2",
        "a.b.-1.c.1",
        "a.b.²..1",
        "a.b.1.c.x",
        "d.x",
        "z.a.1.b.1",
        "d.none.sub_none.1",
        "x" * 1200,
        "a." + "x" * 3000 + ".1.c.1",
        "a.b." + "1" * 5000 + ".c.1",
    ],
)
def test_a_receipt_for_nothing_changes_nothing(system: SteppedSystem, attempt: str) -> None:
    quoted = urllib.parse.quote(attempt)
    before = system.rows()
    path = f"/twilio/default/status/{attempt}"
    signature = sign(API_URL + path, receipt("sent"), FAKE_AUTH_TOKEN)
    answer = system.http(
        "POST",
        f"/twilio/default/status/{quoted}",
        form=receipt("sent"),
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status in (200, 403)
    assert system.rows() == before


@pytest.mark.parametrize("status", ["", "nonsense", "DELIVERED", "receiving", "received"])
def test_a_status_that_we_do_not_know_changes_nothing(
    told: tuple[SteppedSystem, str, str], status: str
) -> None:
    system, incident, one = told
    before = delivery(system, incident, one)
    assert send_receipt(system, incident, one, receipt(status)).status in (200, 403)
    assert delivery(system, incident, one) == before


@pytest.mark.parametrize("code", ["", "x", "-1", "٣", "9" * 5000])
def test_an_error_code_that_is_no_number_does_no_harm(
    told: tuple[SteppedSystem, str, str], code: str
) -> None:
    system, incident, one = told
    form = {**receipt("failed"), "ErrorCode": code}
    assert send_receipt(system, incident, one, form).status == 200
    found = delivery(system, incident, one)
    assert found is not None
    assert found.status == "failed"


def test_the_receipts_of_a_code_move_it_forward_too(system: SteppedSystem) -> None:
    system.sign_up()
    settle_down(system, 60)
    (row,) = system.rows("direct")
    assert row["status"] == "delivered"
    assert row["sid"]
