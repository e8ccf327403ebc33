"""Texts by AWS End User Messaging SMS: as a page's choice, and in Twilio's place."""

import json

import pytest
from botocore.exceptions import ClientError

from local.fake_aws_sms import Fault
from statustext.adapters.circuits import close_circuit, open_circuit, open_circuits
from statustext.domain.circuit import Circuit
from statustext.domain.evidence import DOUBT_FOR
from tests.functional.engine import (
    Call,
    add_active,
    circuit,
    delivery,
    once,
    open_quietly,
    run_on,
    spoil,
    subscriber_row,
    watched,
)
from tests.functional.phrases import live, opened, set_page
from tests.functional.webhooks import is_stopped
from tests.stepped import AWS_SENDER, PHONE, SteppedSystem

SILENT, LOST = Fault(is_silent=True, is_accepted=True), Fault(is_silent=True)
MINUTE = 60.0


def refusal(exception: str, reason: str = "") -> Fault:
    return Fault(exception, reason)


@pytest.fixture
def by_aws(system: SteppedSystem) -> SteppedSystem:
    """The page has chosen AWS for every number."""
    choice = [{"id": AWS_SENDER, "prefixes": ["+"]}]
    answer = system.operator("PATCH", "/v1/pages/default", {"senders": choice})
    assert answer.status == 200, answer.text
    return system


@pytest.fixture
def failing_over(system: SteppedSystem) -> SteppedSystem:
    """The page waits ten minutes for Twilio."""
    set_page(system, failover_after_minutes=10)
    return system


def texted(system: SteppedSystem) -> list[str]:
    """Numbers that AWS texted."""
    return [one.to for one in system.aws_sms.messages]


def said(system: SteppedSystem, incident: str, one: str) -> tuple[str, str, str]:
    """Status, reason and carrier of a delivery."""
    found = delivery(system, incident, one)
    assert found is not None
    return found.status, found.reason, found.account.carrier if found.account else ""


def test_a_page_texts_by_the_carrier_of_its_choice(by_aws: SteppedSystem) -> None:
    ((one, phone),) = add_active(by_aws, 1).items()
    incident = by_aws.open_incident()
    (text,) = by_aws.aws_sms.messages
    assert (text.sender, text.to) == (AWS_SENDER, phone)
    assert "API" in text.body
    assert 5 <= text.ttl <= 259_200
    assert not by_aws.texts(None)
    thread = subscriber_row(by_aws, one)["told"][incident]
    assert (thread["st"], thread["c"]) == ("claimed", "aws")
    assert said(by_aws, incident, one) == ("accepted", "", "aws")
    live(by_aws, 5, step=1)
    assert said(by_aws, incident, one) == ("delivered", "", "aws")


def test_a_code_goes_by_the_carrier_of_choice(by_aws: SteppedSystem) -> None:
    answer = by_aws.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
    assert answer.status == 202
    by_aws.run()
    assert texted(by_aws) == [PHONE]
    assert by_aws.aws_sms.messages[0].ttl <= 600


def test_an_opt_out_at_the_carrier_is_one_here(by_aws: SteppedSystem) -> None:
    ((one, phone),) = add_active(by_aws, 1).items()
    by_aws.aws_sms.opted_out.add(phone)
    incident = by_aws.open_incident()
    reason = "aws DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert said(by_aws, incident, one)[:2] == ("suppressed", reason)
    assert subscriber_row(by_aws, one)["suppressed"] == "carrier"
    set_page(by_aws, senders=())
    by_aws.open_incident()
    assert not by_aws.texts(None), "nor is the number texted by another carrier"


def throttled() -> None:
    code = "ProvisionedThroughputExceededException"
    raise ClientError({"Error": {"Code": code, "Message": "Not today."}}, "TransactWriteItems")


def is_an_opt_out(call: Call) -> bool:
    return call.operation == "TransactWriteItems" and "'carrier'" in str(call.params)


def test_an_opt_out_is_not_lost_when_the_table_is_throttled(by_aws: SteppedSystem) -> None:
    ((one, phone),) = add_active(by_aws, 1).items()
    by_aws.aws_sms.opted_out.add(phone)
    with watched(by_aws) as watch:
        watch.before = once(is_an_opt_out, throttled)
        incident = by_aws.open_incident()
        live(by_aws, 3 * MINUTE)
    assert len([call for call in watch.calls if is_an_opt_out(call)]) == 1
    assert subscriber_row(by_aws, one)["suppressed"] == "carrier"
    assert said(by_aws, incident, one)[0] == "suppressed"


def test_nor_is_one_that_a_code_meets(by_aws: SteppedSystem) -> None:
    by_aws.aws_sms.opted_out.add(PHONE)
    with watched(by_aws) as watch:
        watch.before = once(is_an_opt_out, throttled)
        begun = by_aws.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
        by_aws.run()
        live(by_aws, 3 * MINUTE)
    assert len([call for call in watch.calls if is_an_opt_out(call)]) == 1
    assert subscriber_row(by_aws, begun.json["id"])["suppressed"] == "carrier"


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (refusal("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"), "failed"),
        (refusal("ValidationException", "CANNOT_PARSE"), "not_accepted"),
        (refusal("ThrottlingException"), "not_accepted"),
        (refusal("AccessDeniedException"), "not_accepted"),
        (Fault("InternalServerException", status=500), "unknown"),
        (LOST, "unknown"),
    ],
)
def test_what_the_carrier_s_errors_do(by_aws: SteppedSystem, fault: Fault, ends: str) -> None:
    (one,) = add_active(by_aws, 1)
    by_aws.aws_sms.faults.append(fault)
    incident = open_quietly(by_aws)
    run_on(by_aws)
    assert said(by_aws, incident, one)[0] == ends
    live(by_aws, 300)
    is_unknown = ends == "unknown"
    assert len(texted(by_aws)) == (0 if is_unknown or ends == "failed" else 1)


@pytest.mark.parametrize(
    ("kind", "ends", "reason"),
    [
        ("TEXT_UNREACHABLE", "undelivered", "aws TEXT_UNREACHABLE"),
        ("TEXT_TTL_EXPIRED", "failed", "aws TEXT_TTL_EXPIRED"),
        ("TEXT_SUCCESSFUL", "delivered", ""),
    ],
)
def test_what_the_carrier_s_events_mean(
    by_aws: SteppedSystem, kind: str, ends: str, reason: str
) -> None:
    (one,) = add_active(by_aws, 1)
    by_aws.aws_sms.faults.append(Fault(ends_as=kind))
    incident = by_aws.open_incident()
    live(by_aws, 5, step=1)
    assert said(by_aws, incident, one)[:2] == (ends, reason)


def test_a_receipt_tells_of_a_text_without_an_outcome(by_aws: SteppedSystem) -> None:
    (one,) = add_active(by_aws, 1)
    by_aws.aws_sms.faults.append(SILENT)
    incident = open_quietly(by_aws)
    run_on(by_aws)
    live(by_aws, 2 * DOUBT_FOR)
    assert said(by_aws, incident, one) == ("delivered", "", "aws")
    assert len(texted(by_aws)) == 1


def test_what_cannot_be_asked_for_is_never_made_again(by_aws: SteppedSystem) -> None:
    (one,) = add_active(by_aws, 1)
    by_aws.aws_sms.faults.append(LOST)
    incident = open_quietly(by_aws)
    run_on(by_aws)
    live(by_aws, 2 * DOUBT_FOR)
    assert said(by_aws, incident, one)[:2] == ("failed", "unknown, and cannot be asked")
    assert (texted(by_aws), by_aws.texts(None)) == ([], [])


# Texts that people send to its number.


def test_stop_to_the_second_number_is_an_opt_out(failing_over: SteppedSystem) -> None:
    failing_over.subscribe()
    failing_over.aws_sms.reply(PHONE, "please stop texting me", failing_over.now)
    failing_over.run()
    assert is_stopped(failing_over)
    opened(failing_over)
    live(failing_over, 60, step=30)
    assert (len(failing_over.texts()), texted(failing_over)) == (2, []), "the code and the welcome"


@pytest.mark.parametrize("body", ["", "{}", "[]", "none", json.dumps({"eventType": "TEXT_SPAM"})])
def test_an_event_that_is_none_changes_nothing(by_aws: SteppedSystem, body: str) -> None:
    before = by_aws.rows()
    record = {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    answer = by_aws.invoke("aws_sms", {"Records": [record]})
    assert len(answer["batchItemFailures"]) == (body not in ("{}",) and "TEXT" not in body)
    assert by_aws.rows() == before


# In Twilio's place.


def stop_twilio(system: SteppedSystem, minutes: float) -> None:
    """Twilio has taken nothing for so long, and still takes nothing."""
    since = system.now - minutes * MINUTE
    one = circuit("account", 20003, since)
    system.table.write(open_circuit(Circuit(one.scope, one.code, since, 0.0, system.now + 30)))
    spoil(system, kind="refuse", code=20003, status=401)


def test_another_carrier_takes_over_from_a_circuit_that_stays_open(
    failing_over: SteppedSystem,
) -> None:
    stop_twilio(failing_over, minutes=8)
    everybody = add_active(failing_over, 4)
    opened(failing_over)
    live(failing_over, 60, step=30)
    assert not texted(failing_over)
    live(failing_over, 480, step=30)
    assert sorted(texted(failing_over)) == sorted(everybody.values())
    assert not failing_over.texts(None)


def test_nothing_takes_over_unless_the_page_says_so(system: SteppedSystem) -> None:
    stop_twilio(system, minutes=60)
    add_active(system, 4)
    opened(system)
    live(system, 300, step=30)
    assert not texted(system)


def test_one_text_a_minute_still_tries_the_first_carrier(failing_over: SteppedSystem) -> None:
    stop_twilio(failing_over, minutes=20)
    add_active(failing_over, 4)
    opened(failing_over)
    live(failing_over, 300, step=30)
    failing_over.twilio.faults.clear()
    close = [one.scope for one in open_circuits(failing_over.table)]
    assert close == ["account"]
    failing_over.clock.shift(60)
    opened(failing_over, "Payments are slow")
    live(failing_over, 120, step=30)
    assert not open_circuits(failing_over.table), "its probe passed"
    assert failing_over.texts(None)


def test_a_claimed_text_never_changes_its_carrier(failing_over: SteppedSystem) -> None:
    """Twilio may have it: it is looked up there, and made again there, whoever texts by now."""
    (one,) = add_active(failing_over, 1)
    spoil(failing_over, kind="time_out", times=1)
    incident = open_quietly(failing_over)
    run_on(failing_over)
    assert said(failing_over, incident, one)[0] == "unknown"
    since, ends = failing_over.now - 30 * MINUTE, failing_over.now + 60 * MINUTE
    failing_over.table.write(open_circuit(Circuit("account", 63038, since, ends, ends)))
    ((_, other),) = add_active(failing_over, 1, first=1).items()
    later = opened(failing_over, "Payments are slow")
    live(failing_over, DOUBT_FOR + 120)
    assert other in texted(failing_over), "who was not claimed is told by the other"
    assert subscriber_row(failing_over, one)["told"][incident]["c"] == "twilio"
    assert said(failing_over, incident, one)[0] == "unknown"
    close_circuit(failing_over.table, "account")
    live(failing_over, 600)
    assert said(failing_over, incident, one) == ("delivered", "", "twilio")
    assert said(failing_over, later, one) == ("delivered", "", "aws")
