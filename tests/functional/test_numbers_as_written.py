"""Numbers and codes as people type and paste them, by API and form, and who is found by them."""

import pytest

from local.configuration import ROOT
from tests.functional.engine import subscriber_row
from tests.functional.phrases import set_page
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PHONE, SteppedSystem

PASTED = "\u202a+1\u2009(555)\u2011١٢٣ ４５６７\u202c"


@pytest.mark.parametrize("as_form", [False, True])
def test_a_pasted_number_and_code_subscribe(system: SteppedSystem, as_form: bool) -> None:
    if as_form:
        answer = system.http("POST", "/subscriptions", form={"phone": PASTED, "consent": "true"})
    else:
        answer = system.http("POST", "/subscriptions", {"phone": PASTED, "consent": True})
    assert answer.status == 202, answer.text
    system.run()
    code = system.code()
    typed = f"\u200e{code[:3]}\u2009{code[3:]}".translate(
        {ord(str(digit)): chr(0x0660 + digit) for digit in range(10)}
    )
    one = answer.json["id"]
    verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": typed})
    assert verified.status == 200, verified.text
    assert subscriber_row(system, one)["phone"] == PHONE


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "१२३४५", "", "½23456", "1" * 41])
def test_what_is_no_code_is_refused(system: SteppedSystem, code: str) -> None:
    one = system.sign_up()
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
    assert answer.status == 422


def test_an_operator_pastes_too(system: SteppedSystem) -> None:
    answer = system.operator("POST", "/api/sms/subscribers", {"phone": PASTED})
    assert answer.status == 201, answer.text


@pytest.mark.parametrize(
    ("entered", "texts_from"),
    [
        ("+52 55 1234 5678", "+5215512345678"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+54 9 11 2345 6789", "+541123456789"),
        ("+54 11 2345 6789", "+5491123456789"),
        ("+55 11 98765 4321", "+551187654321"),
        ("+55 11 8765 4321", "whatsapp:+5511987654321"),
    ],
)
def test_an_opt_out_in_another_spelling_finds_its_person(
    system: SteppedSystem, entered: str, texts_from: str
) -> None:
    set_page(system, countries=["MX", "AR", "BR"])
    answer = system.operator("POST", "/api/sms/subscribers", {"phone": entered, "verified": True})
    assert answer.status == 201, answer.text
    one = answer.json["id"]
    before = subscriber_row(system, one)["phone"]
    assert post(system, INBOUND, inbound("stop", From=texts_from)).status == 200
    assert "suppressed" in subscriber_row(system, one)
    assert len(system.rows("subscriber")) == 1
    form = inbound("START", "SM2", From=texts_from)
    assert post(system, INBOUND, form).status == 200
    row = subscriber_row(system, one)
    assert (row["state"], row["phone"]) == ("active", before)


def test_a_page_may_serve_an_area_code_younger_than_the_library(system: SteppedSystem) -> None:
    body = {"phone": "+1 457 234 5678", "verified": True}
    assert system.operator("POST", "/api/sms/subscribers", body).status == 201


@pytest.mark.parametrize(
    ("sent", "chosen", "kept"),
    [
        ("America/Los_Angeles", None, "America/Los_Angeles"),
        ("Mars/Olympus", None, ""),
        ("America/Los_Angeles", "Europe/Berlin", "Europe/Berlin"),
        ("", None, ""),
    ],
)
def test_the_browsers_zone_is_kept_where_none_was_chosen(
    system: SteppedSystem, sent: str, chosen: str | None, kept: str
) -> None:
    body = {"phone": PHONE, "consent": True, "timezone": sent}
    if chosen:
        body["preferences"] = {"timezone": chosen}
    answer = system.http("POST", "/subscriptions", body)
    assert answer.status == 202
    (row,) = system.rows("direct")
    assert row["preferences"].get("timezone", "") == kept


def test_the_widget_sends_the_zone_and_keeps_digits_of_any_script() -> None:
    script = (ROOT / "functions/widget/widget.js").read_text("utf-8")
    assert "timezone: zone()" in script
    assert "ascii(code.value)" in script
