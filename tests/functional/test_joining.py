"""JOIN by text: who writes it to the page's number is subscribed, with their consent on record."""

from urllib.parse import quote

import pytest

from local.configuration import FAKE_FROM
from tests.functional.phrases import say, set_page
from tests.functional.webhooks import is_stopped
from tests.stepped import PHONE, SteppedSystem

PAGE = "/v1/pages/default"


@pytest.fixture(autouse=True)
def _by_text(system: SteppedSystem) -> None:
    assert system.operator("PATCH", PAGE, {"join_number": FAKE_FROM}).status == 200


def state(system: SteppedSystem) -> str:
    (row,) = system.rows("subscriber")
    return str(row["state"])


def test_who_texts_join_is_subscribed(system: SteppedSystem) -> None:
    say(system, PHONE, "Join!")
    (welcome,) = system.texts()
    assert welcome.startswith("[Demo] You get status alerts now.")
    assert "STOP" in welcome
    system.open_incident("API")
    assert len(system.texts()) == 2
    proof = system.operator("GET", f"{PAGE}/consent/{quote(PHONE, safe='')}").json
    (consent,) = proof["consents"]
    assert (consent["method"], consent["language"]) == ("text", "en")
    assert "Reply STOP to opt out" in consent["shown"]
    assert consent["source"].startswith("SM")
    assert consent["verified_at"] == consent["at"]
    history = f"{PAGE}/subscribers/{proof['subscriber']}/history"
    said = [one["what"] for one in system.operator("GET", history).json["history"]]
    assert any(one.startswith("Texted JOIN, and agreed to") for one in said)
    (noted,) = [row for row in system.rows("audit") if row["event"] == "subscriber.joined"]
    assert PHONE not in str(noted)


def test_registration_forms_are_told_of_it(system: SteppedSystem) -> None:
    pack = system.operator("GET", f"{PAGE}/compliance_pack").json
    assert f"as is who texts JOIN to {FAKE_FROM}" in pack["message_flow"]
    assert "JOIN" in pack["opt_in_keywords"]


def test_who_is_subscribed_hears_what_they_get(system: SteppedSystem) -> None:
    say(system, PHONE, "JOIN")
    say(system, PHONE, "JOIN")
    assert system.texts()[-1].startswith("[Demo] You get: every impact")
    assert len(system.rows("subscriber")) == 1


def test_a_sign_up_that_waits_for_its_code_is_subscribed(system: SteppedSystem) -> None:
    system.sign_up(preferences={"preset": "critical_only"})
    assert state(system) == "unconfirmed"
    say(system, PHONE, "join")
    (row,) = system.rows("subscriber")
    assert (row["state"], row["preferences"]["severity_filter"]) == ("active", ["critical"])
    assert "ttl" not in row


def test_after_a_stop_it_is_a_start_and_nothing_more(system: SteppedSystem) -> None:
    """Somebody who was never subscribed and said STOP is stopped no more, and is told nothing."""
    say(system, PHONE, "STOP")
    assert is_stopped(system)
    say(system, PHONE, "JOIN")
    assert not is_stopped(system)
    assert not system.texts()


@pytest.mark.parametrize("number", ["", "+447700900123"])
def test_elsewhere_it_is_a_text_like_another(system: SteppedSystem, number: str) -> None:
    set_page(system, join_number=number)
    say(system, PHONE, "JOIN")
    assert not system.rows("subscriber")
    assert not system.texts()


def test_numbers_of_countries_that_are_not_served_do_not_join(system: SteppedSystem) -> None:
    say(system, "+4915123456789", "JOIN")
    assert not system.rows("subscriber")
    assert not system.texts("+4915123456789")


def test_the_pages_hour_holds_for_join(system: SteppedSystem) -> None:
    assert system.operator("PATCH", PAGE, {"limits": {"signups_per_hour": 1}}).status == 200
    say(system, PHONE, "JOIN")
    say(system, "+15550000042", "JOIN")
    assert len(system.rows("subscriber")) == 1


def test_a_page_names_a_number_of_the_deployment(system: SteppedSystem) -> None:
    refused = system.operator("PATCH", PAGE, {"join_number": "+14155550100"})
    assert (refused.status, refused.code) == (422, "unknown_sender")
    assert system.operator("GET", PAGE).json["join_number"] == FAKE_FROM
    assert system.operator("PATCH", PAGE, {"join_number": ""}).json["join_number"] == ""


def test_the_form_offers_it_as_a_link_and_a_code(system: SteppedSystem) -> None:
    offer = system.http("GET", "/subscription_form").json["join"]
    assert (offer["number"], offer["word"]) == (FAKE_FROM, "JOIN")
    assert offer["link"] == f"sms:{FAKE_FROM}?&body=JOIN"
    assert offer["code"].startswith("data:image/svg+xml")
    german = system.http("GET", "/subscription_form?lang=de").json["join"]
    assert german["text"].startswith(f"Oder senden Sie JOIN an {FAKE_FROM}.")
    set_page(system, join_number="")
    assert system.http("GET", "/subscription_form").json["join"] is None
