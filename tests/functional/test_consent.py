"""Proof of consent by number, and the texts for carriers' forms, against what is really sent."""

import json
from urllib.parse import quote

import pytest

from statustext.domain.page import CONSENT, consent_version
from statustext.domain.templates import SAMPLES
from tests.functional.engine import settle_down
from tests.functional.test_command_by_api import Run, run
from tests.stepped import PHONE, SteppedSystem

__all__ = ["run"]
CONSENT_TEXT = CONSENT.format(page="Demo")
PAGE_PATH = "/v1/pages/default"


@pytest.mark.parametrize("written", [quote(PHONE), PHONE])
def test_who_signed_up_is_proven_with_the_text_they_saw(
    system: SteppedSystem, written: str
) -> None:
    system.subscribe(PHONE)
    answer = system.operator("GET", f"{PAGE_PATH}/consent/{written}")
    assert answer.status == 200, answer
    (proof,) = answer.json["consents"]
    assert (proof["shown"], proof["version"]) == (CONSENT_TEXT, consent_version(CONSENT_TEXT))
    assert (proof["method"], proof["language"]) == ("form", "en")
    assert proof["verified_at"] >= proof["at"]
    assert len(proof["address_hash"]) == 24
    assert "198.51.100" not in answer.text
    assert PHONE not in answer.text


def test_who_never_entered_the_code_is_shown_as_unproven(system: SteppedSystem) -> None:
    system.sign_up(PHONE)
    found = system.operator("GET", f"{PAGE_PATH}/consent/{quote(PHONE)}").json
    assert [one["verified_at"] for one in found["consents"]] == [None]


def test_an_operators_word_is_named_as_that(system: SteppedSystem) -> None:
    consent = {"source": "paper form", "statement": "Text me.", "obtained_at": "2027-01-01"}
    given = {"phone": PHONE, "verified": True, "consent": consent}
    assert system.operator("POST", "/api/sms/subscribers", given).status == 201
    (proof,) = system.operator("GET", f"{PAGE_PATH}/consent/{quote(PHONE)}").json["consents"]
    assert (proof["method"], proof["shown"], proof["source"]) == (
        "operator",
        "Text me.",
        "paper form",
    )
    assert proof["attested_by"].startswith("key ")


def test_no_consent_and_no_number_are_told_apart(system: SteppedSystem) -> None:
    nobody = system.operator("GET", f"{PAGE_PATH}/consent/{quote('+15550000099')}")
    assert (nobody.status, nobody.json["error"]["code"]) == (404, "consent_not_found")
    assert system.operator("GET", f"{PAGE_PATH}/consent/banana").status == 422


def test_the_registration_pack_says_what_is_sent(system: SteppedSystem) -> None:
    pack = system.operator("GET", f"{PAGE_PATH}/compliance_pack").json
    form = system.http("GET", "/subscription_form").json
    assert pack["opt_in_wording"] == form["consent"]["text"]
    assert pack["opt_in_wording"] in pack["message_flow"]
    assert 40 <= len(pack["description"]) <= 4096
    assert 40 <= len(pack["message_flow"]) <= 2048
    assert 2 <= len(pack["message_samples"]) <= 5
    assert all(20 <= len(one) <= 1024 for one in pack["message_samples"])
    system.subscribe(PHONE)
    settle_down(system, 60)
    code, welcome = system.texts(PHONE)
    assert code == pack["verification_message"].replace("123456", system.code())
    assert welcome == pack["opt_in_message"]
    system.open_incident(SAMPLES["title"], impact_override=SAMPLES["severity"])
    settle_down(system, 300)
    assert system.texts(PHONE)[-1] == pack["message_samples"][0]


def test_the_command_prints_both(system: SteppedSystem, run: Run) -> None:
    system.subscribe(PHONE)
    proof = run("consent", PHONE).stdout
    assert proof.startswith(
        "+1555123xxxx: active\n2027-01-15 08:00 UTC by form (en), number verified"
    )
    assert f"  shown: {CONSENT_TEXT}\n" in proof
    pack = run("compliance-pack").stdout
    assert f"Opt in wording:\n  {CONSENT_TEXT}\n" in pack
    assert json.loads(run("--json", "compliance-pack").stdout)["opt_in_type"] == "WEB_FORM"
    assert run("consent", "+15550000099").exit_code == 1
