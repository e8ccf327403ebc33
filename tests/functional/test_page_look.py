"""The page in other languages, in its own words, and in its own colours."""

import re
from typing import Any

import pytest

from statustext.domain.page import CONSENT
from statustext.flows.languages import LANGUAGES, speech_of
from tests.functional.test_plain_sign_up import BROWSER, FIELD
from tests.stepped import PHONE, Answer, SteppedSystem

PNG = "data:image/png;base64,iVBORw0KGgo="


def page(system: SteppedSystem, path: str = "/", language: str = "") -> Answer:
    return system.http("GET", path, headers={**BROWSER, "Accept-Language": language})


def change(system: SteppedSystem, **settings: Any) -> Answer:
    answer = system.operator("PATCH", "/v1/pages/default", settings)
    system.run()
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_visitors_language(system: SteppedSystem, language: str) -> None:
    system.open_incident("Down", components={"svc_api": "major_outage"})
    said = speech_of(language, {}).say("Partial System Outage")
    by_header = page(system, language=f"{language}, en;q=0.1")
    for answer in (by_header, page(system, f"/?lang={language}")):
        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in answer.text
        assert f"<h1>{said}</h1>" in answer.text
        assert answer.headers["Content-Language"] == language
        assert answer.headers["Vary"] == "Accept-Language"
    assert f'/subscriptions?lang={language}"' in answer.text  # what was chosen is carried on
    assert re.search(rf'href="incidents/[a-z0-9]+\?lang={language}"', answer.text)


def test_consent_is_recorded_in_the_language_shown(system: SteppedSystem) -> None:
    fields = dict(FIELD.findall(page(system, "/?lang=de").text))
    sent = {"phone": PHONE, "consent": "true", "language": "de", **fields}
    answer = system.http("POST", "/subscriptions?lang=de", form=sent, headers=BROWSER)
    assert "Code eingeben" in answer.text
    form = system.http("GET", "/subscription_form?lang=ja").json
    asked = {"consent": True, "consent_version": form["consent"]["version"], "language": "ja"}
    assert system.http("POST", "/subscriptions", {"phone": PHONE, **asked}).status == 202
    found = {row["language"]: row["text"] for row in system.rows("consent")}
    assert found["de"].startswith("Ich bin einverstanden")
    assert found["ja"] == form["consent"]["text"]
    wrong = {"phone": PHONE, **asked, "language": "pl"}
    assert system.http("POST", "/subscriptions", wrong).code == "consent_outdated"


def test_the_form_is_told_its_words(system: SteppedSystem) -> None:
    form = system.http("GET", "/subscription_form", headers={"Accept-Language": "pl"}).json
    assert (form["language"], form["words"]["Verify"]) == ("pl", "Potwierdź")
    assert system.http("GET", "/subscription_form").json["words"] == {}


def test_a_page_has_words_of_its_own(system: SteppedSystem) -> None:
    own = CONSENT.replace("I agree", "Yes, I agree")
    words = {"en": {"All Systems Operational": "Everything works", CONSENT: own}}
    assert change(system, words=words).json["words"] == words
    assert "<h1>Everything works</h1>" in page(system).text
    assert "Yes, I agree to receive" in page(system).text
    assert "Everything works" not in page(system, language="de").text
    form = system.http("GET", "/subscription_form").json
    assert form["words"]["All Systems Operational"] == "Everything works"
    assert form["consent"]["text"].startswith("Yes, I agree")


@pytest.mark.parametrize(
    ("message", "own", "code", "said"),
    [
        ("All Systems Operationel", "Fine", "unknown_message", "All Systems Operational"),
        ("Times in {zone}", "Times", "wrong_places", "Keep {zone} in it."),
        ("Since", "{now}", "wrong_places", "Leave braces out."),
        (CONSENT, "{page} texts", "wrong_places", "Keep STOP and HELP"),
    ],
)
def test_words_that_would_not_do(
    system: SteppedSystem, message: str, own: str, code: str, said: str
) -> None:
    answer = change(system, words={"en": {message: own}})
    assert (answer.status, answer.code) == (422, code)
    assert said in answer.json["error"]["message"]


def test_a_page_has_a_look_of_its_own(system: SteppedSystem) -> None:
    link = {"name": "Help & more", "url": "https://example.com/help"}
    brand = {"colour": "#6a1b9a", "logo": PNG, "favicon": PNG, "links": [link]}
    changed = change(system, brand=brand)
    assert changed.status == 200, changed
    assert changed.json["brand"] == {**brand, "colour_dark": ""}
    answer = page(system)
    assert ":root{--link:#6a1b9a;" in answer.text
    assert f'<img src="{PNG}" alt="Demo">' in answer.text
    assert f'<link rel="icon" href="{PNG}">' in answer.text
    assert '<a href="https://example.com/help" rel="noopener noreferrer">Help &amp; more</a>' in (
        answer.text
    )
    assert answer.headers["Content-Security-Policy"].count("'sha256-") == 2


@pytest.mark.parametrize(
    ("brand", "said"),
    [
        ({"colour": "#ffcc00"}, "The colour #ffcc00 has a contrast of 1.3:1 against #f5f6f8"),
        ({"colour": "#0b57d0", "colour_dark": "#0b57d0"}, "a contrast of 2.7:1 against #161b22"),
        ({"colour": "blue"}, "must be a colour as in #0b57d0"),
        ({"logo": "https://example.com/logo.png"}, "must be a data: address"),
        ({"links": [{"name": "x", "url": "javascript:alert(1)"}]}, "Correct brand.links.0.url"),
    ],
)  # fmt: skip
def test_a_look_that_nobody_could_read(
    system: SteppedSystem, brand: dict[str, Any], said: str
) -> None:
    answer = change(system, brand=brand)
    assert answer.status == 422
    assert said in answer.json["error"]["message"]
    assert system.operator("GET", "/v1/pages/default").json["brand"]["colour"] == ""
