"""The languages of the page, its form and its consent, from gettext's catalogues in translations/.

English is the language of the messages themselves. A page may have words of its own.
"""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from statustext.domain.mode import Mode
from statustext.domain.page import consent_for

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ja": "日本語",
    "ar": "العربية",
}
RIGHT_TO_LEFT = frozenset({"ar"})
WITH_DECIMAL_COMMA = frozenset({"de", "fr", "es", "pt", "it", "nl", "pl"})
TRANSLATIONS = Path(__file__).with_name("translations")
RANGE = re.compile(r"\s*([a-zA-Z]{1,8}|\*)(?:-[a-zA-Z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")

OwnWords = Mapping[str, Mapping[str, str]]
"""A page's words by language and English message."""


@dataclass(frozen=True)
class Speech:
    """One language, with the words that a page has of its own."""

    language: str = "en"
    own: Mapping[str, str] = field(default_factory=dict)

    def say(self, message: str, **values: object) -> str:
        """A message in this language, with its {values} filled in."""
        said = self.own.get(message) or _catalogue(self.language).gettext(message)
        return said.format(**values) if values else said

    def count(self, one: str, many: str, number: int) -> str:
        """A message with a {count}, in the form that this language has for the number."""
        return _catalogue(self.language).ngettext(one, many, number).format(count=number)

    def decimal(self, number: str) -> str:
        """A number as it is written in this language."""
        return number.replace(".", ",") if self.language in WITH_DECIMAL_COMMA else number

    def consent(self, page: str, mode: Mode = Mode.SMS) -> str:
        """What a visitor of the page with this name agrees to, in full, to be reached so."""
        return self.say(consent_for(mode), page=page)

    def words(self) -> Mapping[str, str]:
        """Every message that is said in other words than the English ones."""
        known = _translated(self.language)
        return {**known, **self.own}


def speech_of(language: str | None, own: OwnWords) -> Speech:
    """The speech of a page in a language; English for one that there is not."""
    known = language if language and language in LANGUAGES else "en"
    return Speech(known, own.get(known, {}))


def choose(asked: str | None, accepted: str) -> str:
    """The language that was `asked` for, else the best of an Accept-Language (RFC 9110, 12.5.4)."""
    if asked and asked in LANGUAGES:
        return asked
    return best_of(accepted) or "en"


def best_of(accepted: str) -> str:
    """The best of an Accept-Language, "" where it names none of ours."""
    best, weight = "", 0.0
    for part in accepted[:1000].split(","):
        if match := RANGE.fullmatch(part):
            name, quality = match[1].lower(), float(match[2] or 1)
            if name in LANGUAGES and quality > weight:
                best, weight = name, quality
    return best


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (TRANSLATIONS / f"{language}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


@cache
def _translated(language: str) -> Mapping[str, str]:
    found = _catalogue(language)
    entries = getattr(found, "_catalog", {})
    return {one: said for one, said in entries.items() if isinstance(one, str) and one}


def messages() -> frozenset[str]:
    """Every message in English, without those that count."""
    return frozenset(_translated("de"))
