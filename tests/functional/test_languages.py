"""Everybody is texted in their language: from sign-up to the answers to keywords."""

from typing import Any

import pytest

from statustext.domain.language import Language
from statustext.domain.subscriber import Preferences
from tests.functional.engine import add_active, subscriber_row
from tests.functional.phrases import set_page
from tests.stepped import PHONE, SteppedSystem

PAGE = "/v1/pages/default"


@pytest.fixture(autouse=True)
def _no_words_of_its_own(system: SteppedSystem) -> None:
    set_page(system, templates={})


def verify(system: SteppedSystem, one: str, code: str) -> dict[str, Any]:
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
    assert answer.status == 200, answer
    system.run()
    return dict(answer.json)


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))[:6]


def test_from_code_to_answer_in_the_language_of_the_form(system: SteppedSystem) -> None:
    one = system.sign_up(language="de")
    (asked,) = system.texts()
    assert asked.startswith("[Demo] Ihr Code ist ")
    verified = verify(system, one, digits(asked))
    assert verified["preferences"]["language"] == "de"
    assert "HELP für Hilfe, STOP zum Abbestellen" in system.texts()[-1]
    system.open_incident("API", impact_override="major")
    assert system.texts()[-1].startswith("[Demo] Größere Störung: API")
    system.reply("status")
    assert "API (größere, wird untersucht)" in system.texts()[-1]
    system.reply("STOP")
    assert subscriber_row(system, one)["suppressed"] == "stop"


@pytest.mark.parametrize(
    ("accepted", "begins"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "[Demo] Su clave es "),
        ("fi", "[Demo] Uw code is "),
        ("", "[Demo] Uw code is "),
    ],
)
def test_the_browsers_language_else_the_pages(
    system: SteppedSystem, accepted: str, begins: str
) -> None:
    assert system.operator("PATCH", PAGE, {"language": "nl"}).status == 200
    sent = {"Accept-Language": accepted} if accepted else {}
    body = {"phone": PHONE, "consent": True}
    assert system.http("POST", "/subscriptions", body, headers=sent).status == 202
    system.run()
    assert system.texts()[-1].startswith(begins)


def test_a_language_is_chosen_by_text(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    for said, answered in (
        ("FRANCAIS", "Vos SMS sont maintenant"),
        ("Español", "Desde ahora le escribimos en español"),
        ("english please", "From now on you are texted in English"),
    ):
        system.reply(said)
        assert answered in system.texts()[-1]
    assert subscriber_row(system, one)["preferences"]["language"] == "en"


def test_a_page_has_words_of_its_own_in_a_language(system: SteppedSystem) -> None:
    words = {"template": "Bei {{page}}: {{title}}"}
    saved = system.operator("PUT", f"{PAGE}/templates/created?language=de", words)
    assert (saved.status, saved.json["language"]) == (200, "de")
    system.subscribe("+15550000042")
    one = system.sign_up(language="de")
    verify(system, one, digits(system.texts()[-1]))
    shown = system.operator("POST", f"{PAGE}/incidents/preview", {"incident": {"name": "API"}})
    assert shown.json["recipients"]["by_language"] == {
        "de": {"recipients": 1, "segments": 1},
        "en": {"recipients": 1, "segments": 1},
    }
    assert {(one["language"], one["text"][:9]) for one in shown.json["texts"]} == {
        ("de", "Bei Demo:"),
        ("en", "[Demo] Ne"),
    }
    system.open_incident("API")
    assert system.texts()[-1] == "Bei Demo: API"
    assert system.texts("+15550000042")[-1].startswith("[Demo] Critical incident: API")
    listed = {one["event"]: one for one in system.operator("GET", f"{PAGE}/templates").json}
    assert listed["created"]["is_default"]
    version = system.operator("GET", f"{PAGE}/versions").json["versions"][0]["id"]
    assert system.operator("POST", f"{PAGE}/versions/{version}/undo").status == 200
    back = system.operator("GET", f"{PAGE}/templates?language=de").json[0]
    assert (back["event"], back["is_default"], back["language"]) == ("created", True, "de")


def test_a_reset_shows_the_default_of_the_language(system: SteppedSystem) -> None:
    shown = system.operator("DELETE", f"{PAGE}/templates/created?language=ja")
    assert (shown.status, shown.json["encoding"]) == (200, "UCS-2")
    refused = system.operator("GET", f"{PAGE}/templates?language=xx")
    assert (refused.status, refused.code) == (422, "invalid_request")


def test_the_same_words_in_another_language_are_no_duplicate(system: SteppedSystem) -> None:
    """What was just said is known by its words as that person got them."""
    add_active(system, 1, Preferences(language=Language.IT))
    add_active(system, 1, Preferences(language=Language.PT), first=10)
    system.open_incident("API")
    told = system.texts(None)
    assert len(told) == 2
    assert {text[:16] for text in told} == {"[Demo] Incidente"}
    assert len(set(told)) == 2


def test_operators_edit_and_export_languages(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    path = f"/api/sms/subscribers/{one}"
    edited = system.operator("PATCH", path, {"preferences": {"language": "pl"}})
    assert (edited.status, edited.json["preferences"]["language"]) == (200, "pl")
    exported = system.operator("GET", "/api/sms/subscribers/export")
    header, row = exported.text.splitlines()[:2]
    assert dict(zip(header.split(","), row.split(","), strict=True))["language"] == "pl"
    given = {
        "csv": "phone,language\n+15550000077,ja\n",
        "consent": {"source": "form", "statement": "yes", "obtained_at": "2026-01-01"},
    }
    assert system.operator("POST", "/api/sms/subscribers/import", given).json["added"] == 1
    system.open_incident("API")
    assert system.texts("+15550000077")[-1].startswith("[Demo] 重大障害: API")
    assert system.texts()[-1].startswith("[Demo] Awaria krytyczna: API")
