"""The languages that people are texted in: those of the page."""

import unicodedata
from enum import StrEnum


class Language(StrEnum):
    """By its code in ISO 639-1."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"
    PT = "pt"
    IT = "it"
    NL = "nl"
    PL = "pl"
    JA = "ja"
    AR = "ar"


_NAMES = {
    Language.EN: ("english", "ingles", "anglais", "englisch", "inglese", "engels", "angielski"),
    Language.DE: ("deutsch", "german", "aleman"),
    Language.FR: ("francais", "french", "frances"),
    Language.ES: ("espanol", "spanish", "castellano"),
    Language.PT: ("portugues", "portuguese"),
    Language.IT: ("italiano", "italian"),
    Language.NL: ("nederlands", "dutch"),
    Language.PL: ("polski", "polish", "po polsku"),
    Language.JA: ("日本語", "nihongo", "japanese"),
    Language.AR: ("العربية", "عربي", "arabic"),
}
_BY_NAME = {name: language for language, names in _NAMES.items() for name in names}


def language_named(text: str) -> Language | None:
    """The language whose own name, or a usual one in another language, a text is, in any case and
    with or without accents."""
    return _BY_NAME.get(_plain(text))


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
