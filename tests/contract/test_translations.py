"""The catalogues: whole, compiled, and with the places that the program fills in."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from statustext.domain import blend
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.page import consent_for
from statustext.flows.delivering import mails
from statustext.flows.languages import LANGUAGES, TRANSLATIONS, choose, speech_of
from statustext.flows.showing_publicly.html import view
from statustext.form_pages import AGREE_TO_WHAT_IS_FREE, AT_FIELD
from tests.messages import compiled

ROOT = Path(__file__).parents[2]
DRAWN = ROOT / "layers/core/python/statustext"
MAILS = DRAWN / "flows/delivering/mails.py"
TRANSLATED = [one for one in LANGUAGES if one != "en"]
PLACE = re.compile(r"\{\w+\}")
FROM_TABLES = ("All incidents", "Critical only", "Every update while an incident is open")


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def said() -> set[str]:
    """What the program says: arguments of `say`, tables of words, the subscribe form's script."""
    found = {
        *map(consent_for, Mode),
        AGREE_TO_WHAT_IS_FREE,
        *mails.OPENED.values(),
        *mails.IMPACTS.values(),
        mails.ASKED,
        mails.LASTS,
        *view.STATES.values(),
        *view.STATUSES.values(),
        *view.IMPACTS.values(),
    }
    found |= {*view.MONTHS, *AT_FIELD.values(), *FROM_TABLES, blend.OPERATIONAL}
    for path in [*DRAWN.glob("flows/showing_publicly/**/*.py"), DRAWN / "form_pages.py", MAILS]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say":
                argument = node.args[0]
                found |= {str(argument.value)} if isinstance(argument, ast.Constant) else set()
    for node in ast.walk(ast.parse((DRAWN / "domain/blend.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PageStatus":
            last = node.args[1]
            found |= {str(last.value)} if isinstance(last, ast.Constant) else set()
    script = (ROOT / "functions/widget/widget.js").read_text(encoding="utf-8")
    table = script[script.index("const TEXT = {") : script.index("};", script.index("const TEXT"))]
    return found | set(re.findall(r": '([^']+)'", table))


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated(language: str) -> None:
    known = {one.id for one in catalogue(language) if one.string and isinstance(one.id, str)}
    assert said() - known == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_places(language: str) -> None:
    for one in catalogue(language):
        if isinstance(one.id, str) and one.id:
            places = sorted(PLACE.findall(one.id)), sorted(PLACE.findall(str(one.string)))
            assert places[0] == places[1], one.id
        elif one.id:
            assert set(PLACE.findall(str(one.string))) == {"{count}"}
    consent = speech_of(language, {}).consent("Acme")
    assert all(word in consent for word in ("Acme", "STOP", "HELP"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_is_what_is_written(language: str) -> None:
    assert (TRANSLATIONS / f"{language}.mo").read_bytes() == compiled(language), "`make messages`"


def test_the_languages_are_those_of_the_contract() -> None:
    assert tuple(Language) == tuple(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "number", "minutes"),
    [
        ("en", 1, "1 minute"),
        ("pl", 1, "1 minuta"),
        ("pl", 3, "3 minuty"),
        ("pl", 12, "12 minut"),
        ("pl", 22, "22 minuty"),
        ("ja", 2, "2分"),
        ("fr", 0, "0 minute"),
        ("ar", 2, "دقيقتان"),
        ("ar", 5, "5 دقائق"),
        ("ar", 11, "11 دقيقة"),
    ],
)
def test_every_language_counts_in_its_own_way(language: str, number: int, minutes: str) -> None:
    assert speech_of(language, {}).count("{count} minute", "{count} minutes", number) == minutes


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "en"),
        ("de", "fr", "de"),
        ("xx", "fr", "fr"),
        (None, "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        (None, "sv, de;q=0.3, pl;q=0.4", "pl"),
        (None, "de;q=0, en;q=0.1", "en"),
        (None, "PT-br", "pt"),
        (None, ";;;q=9,,de;q=x", "en"),
    ],
)
def test_the_visitor_chooses(asked: str | None, accepted: str, language: str) -> None:
    assert choose(asked, accepted) == language
