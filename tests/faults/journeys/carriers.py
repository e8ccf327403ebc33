"""Texts by the second carrier: of a page's choice, or in Twilio's place; what people text it."""

from collections.abc import Generator
from typing import Any

from local.fake_aws_sms import Fault
from statustext.adapters.circuits import open_circuit
from statustext.domain.circuit import Circuit
from tests.faults.afterwards import everybody_stops, news_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import expect
from tests.faults.journeys.visitors import sign_up
from tests.faults.stage import Stage
from tests.functional.carrier_page import says, watched_page
from tests.functional.engine import spoil, subscriber_row
from tests.stepped import AWS_SENDER

BY_AWS: dict[str, Any] = {"senders": [{"id": AWS_SENDER, "prefixes": ["+"]}]}


def texted(stage: Stage) -> list[str]:
    return sorted(one.to for one in stage.system.aws_sms.messages)


@journey(everybody_stops, news_is_published)
def texts_by_the_second_carrier(stage: Stage) -> Generator[None]:
    """Its receipts are all that tells of a text without an outcome."""
    stage.active(2)
    stage.set_page(**BY_AWS)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60, step=2)
    yield
    assert not stage.system.texts(None)
    assert len(set(texted(stage))) == len(texted(stage))


@journey(news_is_published)
def an_opt_out_at_the_second_carrier(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.set_page(**BY_AWS)
    stage.system.aws_sms.opted_out.add(phone)
    yield
    stage.open()
    stage.carry_on()
    yield
    if "suppressed" not in subscriber_row(stage.system, one):
        news_is_published(stage)  # the sender died with the answer, and AWS gives it again
        stage.carry_on()
    assert not texted(stage)
    assert "suppressed" in subscriber_row(stage.system, one)


@journey(news_is_published)
def a_phone_that_the_second_carrier_finds_off(stage: Stage) -> Generator[None]:
    stage.active()
    stage.set_page(**BY_AWS)
    stage.system.aws_sms.always = Fault(ends_as="TEXT_INVALID")
    yield
    stage.open()
    stage.carry_on()
    stage.live(60, step=2)
    yield
    assert not stage.system.texts(None)


@journey(everybody_stops)
def another_carrier_that_takes_over(stage: Stage) -> Generator[None]:
    """The account's circuit has been open for longer than the page waits."""
    stage.active(2)
    stage.set_page(failover_after_minutes=10)
    since, table = stage.now - 1200, stage.system.table
    table.write(open_circuit(Circuit("account", 20003, since, 0.0, stage.now + 30)))
    spoil(stage.system, kind="refuse", status=401, code=20003)
    yield
    stage.open()
    stage.carry_on()
    stage.live(240)
    yield
    assert not stage.system.texts(None)
    stage.system.twilio.faults.clear()


@journey(everybody_stops, news_is_published)
def a_carrier_that_says_it_is_down(stage: Stage) -> Generator[None]:
    """What is not critical waits for its page to say otherwise."""
    stage.active(2)
    with watched_page() as page:
        page.answer = says("major_outage")
        stage.live(120)
        yield
        stage.open(impact_override="minor")
        stage.carry_on()
        stage.live(240)
        page.answer = says("operational")
        stage.live(480)
        yield
    expect(stage, "[Demo] Minor incident: API is down")


@journey(everybody_stops)
def what_is_critical_while_the_first_carrier_is_down(stage: Stage) -> Generator[None]:
    stage.active(2)
    stage.set_page(failover_after_minutes=10)
    with watched_page() as page:
        page.answer = says("major_outage")
        yield
        stage.live(60)
        sign_up(stage)
        stage.open()
        stage.carry_on()
        stage.live(60, step=2)
        yield
    assert len(set(texted(stage))) == len(texted(stage))


@journey(news_is_published)
def saying_stop_to_the_second_number(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.set_page(**BY_AWS)
    yield
    stage.system.aws_sms.reply(phone, "STOP", stage.now)
    stage.carry_on()
    yield
    row = subscriber_row(stage.system, one)
    assert (row["state"], row["suppressed"]) == ("unsubscribed", "stop")
