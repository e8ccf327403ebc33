"""Twilio says on its own status page that it does not text."""

from collections.abc import Iterator

import pytest

from tests.functional.carrier_page import UNREACHABLE, CarrierPage, says, watched_page
from tests.functional.engine import add_active, add_mailbox, status
from tests.functional.phrases import live, set_page
from tests.functional.test_command_by_api import Run, run
from tests.stepped import AWS_SENDER, PHONE, SteppedSystem

__all__ = ["run"]
SENDING = "/v1/pages/default/sending"
MINUTE = 60.0


@pytest.fixture
def page() -> Iterator[CarrierPage]:
    with watched_page() as made:
        yield made


@pytest.fixture
def is_down(page: CarrierPage, system: SteppedSystem) -> CarrierPage:
    page.answer = says("major_outage")
    assert system.tick()["carriers_down"] == 1
    return page


def open_minor(system: SteppedSystem, **more: str) -> str:
    return system.open_incident(impact_override="minor", **more)


def test_what_is_not_critical_goes_when_it_is_over(
    is_down: CarrierPage, system: SteppedSystem
) -> None:
    ((one, _),) = add_active(system, 1).items()
    incident = open_minor(system)
    live(system, 30 * MINUTE)
    assert not system.texts(None)
    is_down.answer = says("operational")
    live(system, 10 * MINUTE)
    assert len(system.texts(None)) == 1
    assert status(system, incident, one) == "delivered"


def test_of_what_waits_only_the_newest_goes(is_down: CarrierPage, system: SteppedSystem) -> None:
    add_active(system, 1)
    incident = open_minor(system)
    live(system, 10 * MINUTE)
    system.update_incident(incident, status="identified", body="It is the database.")
    live(system, 10 * MINUTE)
    system.update_incident(incident, status="resolved", body="Mended.")
    live(system, 10 * MINUTE)
    is_down.answer = says("operational")
    live(system, 10 * MINUTE)
    assert not system.texts(None), "they never heard of it, so its end is no news"


@pytest.mark.usefixtures("is_down")
def test_what_is_critical_goes_all_the_same(system: SteppedSystem) -> None:
    add_active(system, 1)
    system.open_incident()
    assert len(system.texts(None)) == 1
    assert not system.aws_sms.messages


@pytest.mark.usefixtures("is_down")
def test_by_the_second_carrier_where_the_page_lets_it_stand_in(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    set_page(system, failover_after_minutes=10)
    system.open_incident()
    assert [one.to for one in system.aws_sms.messages] == [phone]
    system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
    system.run()
    assert [one.to for one in system.aws_sms.messages] == [phone, PHONE], "so does a code"
    assert not system.texts(None)


@pytest.mark.usefixtures("is_down")
def test_nobody_waits_whose_texts_go_by_another_carrier(system: SteppedSystem) -> None:
    add_active(system, 1)
    set_page(system, senders=[{"id": AWS_SENDER, "prefixes": ["+"]}])
    open_minor(system)
    assert len(system.aws_sms.messages) == 1


@pytest.mark.usefixtures("is_down")
def test_operators_are_told(system: SteppedSystem) -> None:
    (shown,) = system.operator("GET", SENDING).json["carriers"]
    assert (shown["carrier"], shown["says"], shown["is_down"]) == ("twilio", "down", True)
    assert shown["is_readable"]
    assert shown["since"] == shown["read_at"]


def test_a_page_that_cannot_be_read_changes_nothing_and_is_logged_once(
    is_down: CarrierPage, system: SteppedSystem, caplog: pytest.LogCaptureFixture
) -> None:
    for answer in (UNREACHABLE, says("on_fire"), says("")):
        is_down.answer = answer
        live(system, 6 * MINUTE)
    assert caplog.messages.count("A carrier's status page cannot be read") == 1
    (shown,) = system.operator("GET", SENDING).json["carriers"]
    assert (shown["is_down"], shown["is_readable"]) == (True, False)
    live(system, 60 * MINUTE)
    (shown,) = system.operator("GET", SENDING).json["carriers"]
    assert (shown["says"], shown["is_down"]) == ("down", False), "nobody waits for ever"


@pytest.mark.usefixtures("is_down")
def test_who_follows_by_e_mail_too_is_told_there(system: SteppedSystem) -> None:
    set_page(system, modes=["sms", "email"])
    add_active(system, 1)
    add_mailbox(system)
    open_minor(system)
    assert not system.texts(None)
    (mail,) = system.ses.mails
    assert b"API is down" in mail.raw


@pytest.mark.usefixtures("is_down")
def test_the_command_says_so(run: Run) -> None:
    assert "Twilio says that it is down, since 2027" in run("sending").stdout


def test_it_is_looked_at_every_five_minutes(page: CarrierPage, system: SteppedSystem) -> None:
    live(system, 30 * MINUTE)
    assert 6 <= page.asked <= 7


def test_nobody_looks_where_no_page_is_configured(system: SteppedSystem) -> None:
    assert system.tick()["carriers_down"] == 0
    assert system.operator("GET", SENDING).json["carriers"] == []
