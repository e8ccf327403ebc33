"""Signing up by plain forms: what browsers without JavaScript are answered, and that nothing else
is different for them."""

import re
from typing import Any

import pytest

from tests.functional.test_subscribe import codes
from tests.stepped import PHONE, Answer, SteppedSystem

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
FIELD = re.compile(r'name="(secret|consent_version)" value="([^"]+)"')
ACTION = re.compile(r'action="([^"]+)"')


def page(system: SteppedSystem, path: str = "/") -> str:
    return system.http("GET", path, headers=BROWSER).text


def send(system: SteppedSystem, path: str = "/subscriptions", **fields: str) -> Answer:
    return system.http("POST", path, form=fields, headers=BROWSER)


def sign_up(system: SteppedSystem, **more: str) -> tuple[str, str]:
    """The address of the subscription, and the secret in the page for the code."""
    answer = send(system, phone=PHONE, consent="true", **more)
    assert answer.status == 200, answer
    system.run()
    verify, _ = ACTION.findall(answer.text)
    assert verify.startswith("pages/default/subscriptions/sub_")
    return "/" + verify.removesuffix("/verify"), dict(FIELD.findall(answer.text))["secret"]


def test_from_the_form_to_done(system: SteppedSystem) -> None:
    fields = dict(FIELD.findall(page(system)))
    assert ACTION.findall(page(system)) == ["pages/default/subscriptions"]
    one, secret = sign_up(
        system, **fields, **{"preferences[preset]": "critical_only", "preferences[updates]": "true"}
    )
    done = send(system, f"{one}/verify", code=codes(system)[-1], secret=secret)
    assert done.status == 200
    assert "You’re subscribed" in done.text
    assert PHONE not in done.text
    (row,) = system.rows("subscriber")
    preferences = row["preferences"]
    assert (row["state"], preferences["updates"]) == ("active", True)
    assert preferences["severity_filter"] == ["critical"]
    (consent,) = system.rows("consent")
    assert consent["version"] == fields["consent_version"]


def test_a_wrong_code_is_said_at_its_field(system: SteppedSystem) -> None:
    one, secret = sign_up(system)
    wrong = "000000" if codes(system)[-1] != "000000" else "000001"
    for code, said in ((wrong, "This code is wrong"), ("12", "Enter the 6 digits")):
        answer = send(system, f"{one}/verify", code=code, secret=secret)
        assert (answer.status, answer.headers["Cache-Control"]) == (422, "no-store")
        assert re.search(r'id="problem" role="alert">' + said, answer.text), answer.text
        assert re.search(r'name="code"[^>]* aria-invalid="true" aria-describedby', answer.text)
        assert dict(FIELD.findall(answer.text))["secret"] == secret
    assert send(system, f"{one}/verify", code=codes(system)[-1], secret=secret).status == 200


def test_another_code_is_sent(system: SteppedSystem) -> None:
    one, secret = sign_up(system)
    system.clock.shift(60)
    again = send(system, f"{one}/resend_confirmation", secret=secret)
    system.run()
    assert again.status == 200
    assert "Another code is on its way." in again.text
    assert len(codes(system)) == 2
    assert send(system, f"{one}/verify", code=codes(system)[-1], secret=secret).status == 200


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"phone": PHONE}, "consent", "Tick the box to agree"),
        ({"phone": "", "consent": "true"}, "phone", "Enter your mobile number."),
        ({"phone": "<b>12345", "consent": "true"}, "phone", "Give the number as in"),
        ({"phone": PHONE, "consent": "true", "consent_version": "0"}, "consent", "has changed"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    system: SteppedSystem, fields: dict[str, str], field: str, said: str
) -> None:
    answer = send(system, **fields, **{"preferences[updates]": "true"})
    assert answer.status == 422
    assert said in answer.text
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', answer.text)
    assert re.search(r'name="preferences\[updates\]" value="true" checked', answer.text)
    typed = fields["phone"].replace("<", "&lt;").replace(">", "&gt;")
    assert f'required value="{typed}"' in answer.text
    assert "<b>" not in answer.text


def test_the_guards_are_the_same(system: SteppedSystem) -> None:
    changed = system.operator("PATCH", "/v1/pages/default", {"limits": {"signups_per_address": 1}})
    assert changed.status == 200
    sign_up(system)
    answer = send(system, phone=PHONE, consent="true")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many sign-ups from your network" in answer.text


def test_a_known_number_is_answered_as_all_others(system: SteppedSystem) -> None:
    one, secret = sign_up(system)
    assert send(system, f"{one}/verify", code=codes(system)[-1], secret=secret).status == 200
    again = send(system, phone=PHONE, consent="true")
    assert again.status == 200
    assert "Enter your code" in again.text


def test_who_does_not_ask_for_a_page_is_answered_in_json(system: SteppedSystem) -> None:
    answer = system.http("POST", "/subscriptions", form={"phone": PHONE, "consent": "true"})
    assert answer.status == 202
    assert {"id", "secret"} <= set(answer.json)


def test_links_hold_below_a_page(system: SteppedSystem) -> None:
    answer: Any = send(system, "/pages/default/subscriptions", phone=PHONE, consent="true")
    assert ACTION.findall(answer.text)[0].startswith("../../pages/default/subscriptions/sub_")
    assert 'class="brand" href="../../pages/default/"' in answer.text


def test_a_box_that_is_not_ticked_says_no(system: SteppedSystem) -> None:
    """All incidents are not every update and maintenance, too: those have boxes of their own."""
    one, secret = sign_up(system, **{"preferences[preset]": "all"})
    assert send(system, f"{one}/verify", code=codes(system)[-1], secret=secret).status == 200
    preferences = system.rows("subscriber")[0]["preferences"]
    assert (preferences["updates"], preferences["maintenance"]) == (False, False)


def test_there_is_a_form_for_each_way_that_the_page_offers(system: SteppedSystem) -> None:
    assert 'name="way"' not in page(system), "one way is no choice"
    modes = ["sms", "email", "webhook", "slack"]
    assert system.operator("PATCH", "/v1/pages/default", {"modes": modes}).status == 200
    shown = page(system)
    ways = re.findall(r'type="radio" name="way" value="(\w+)"', shown)
    assert ways == ["sms", "email", "slack"]
    assert re.findall(r'<option value="(slack|webhook)"', shown) == ["slack", "webhook"]
    versions = [version for name, version in FIELD.findall(shown) if name == "consent_version"]
    assert len(set(versions)) == 3, "each agrees to something else"
    offered = system.http("GET", "/subscription_form").json["modes"]
    assert [one["mode"] for one in offered] == modes
    assert {one["consent"]["version"] for one in offered} == set(versions)


@pytest.mark.parametrize(
    ("fields", "said", "field"),
    [
        ({"email": "me", "consent": "true"}, "Enter an e-mail address", "email"),
        ({"email": "me@example.org"}, "Tick the box to agree.", "consent"),
        ({"endpoint": "", "mode": "slack", "consent": "true"}, "Give an address as in", "endpoint"),
        (
            {"endpoint": "http://example.org/", "consent": "true"},
            "The address must begin",
            "endpoint",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said_at_it(
    system: SteppedSystem, fields: dict[str, str], said: str, field: str
) -> None:
    system.operator("PATCH", "/v1/pages/default", {"modes": ["sms", "email", "webhook", "slack"]})
    answer = send(system, **fields)
    assert answer.status == 422
    assert re.search(
        rf'name="{field}"[^>]* aria-invalid="true"[^>]*>.*?role="alert">{said}'
        rf'|role="alert">{said}[^<]*</p>.*?name="{field}"[^>]* aria-invalid="true"',
        answer.text,
        re.DOTALL,
    ), answer.text
    assert answer.text.count('role="alert"') == 1
    chosen = "email" if "email" in fields else "slack"
    assert re.search(rf'name="way" value="{chosen}" class="[a-z-]+" checked', answer.text)
