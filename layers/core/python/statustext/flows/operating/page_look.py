"""A page's own words and look, checked before they are saved."""

import re
from collections.abc import Mapping

from statustext.contracts import BrandInput
from statustext.domain.brand import DARK, ENOUGH, LIGHT, Brand, Link, contrast
from statustext.domain.language import Language
from statustext.domain.page import CONSENT
from statustext.errors import RejectedError
from statustext.flows.languages import OwnWords, messages
from statustext.validation import close_to

PLACE = re.compile(r"\{\w+\}")
LAWFUL = ("STOP", "HELP")
"""What a consent has to name (CTIA Messaging Principles, 5.1.2.1)."""


def checked_brand(given: BrandInput) -> Brand:
    """The look, or RejectedError 422 that names the contrast of a colour nobody could read."""
    brand = Brand(
        given.colour,
        given.colour_dark,
        given.logo,
        given.favicon,
        [Link(one.name, one.url) for one in given.links],
    )
    for name, colour, ground in (
        ("colour", brand.colour, LIGHT),
        ("colour_dark", brand.colour_dark, DARK),
    ):
        if colour and (ratio := contrast(colour, ground)) < ENOUGH:
            # Cut and not rounded: 4.49 is not enough.
            told = f"{int(ratio * 10) / 10}:1"
            raise RejectedError(
                422,
                "contrast_too_low",
                f"The colour {colour} has a contrast of {told} against {ground}; "
                f"choose one of at least {ENOUGH}:1.",
                fields={f"brand.{name}": f"has a contrast of {told}"},
            )
    return brand


def checked_words(given: Mapping[Language, Mapping[str, str]]) -> OwnWords:
    """The words, or RejectedError 422 for a message that there is not and places left out."""
    known = messages()
    for language, words in given.items():
        for message, own in words.items():
            if message not in known:
                meant = close_to(message, sorted(known)).rstrip("?")
                sentence = f"The page says no such words{meant}."
                raise _wrong(language, "unknown_message", sentence)
            places = sorted(PLACE.findall(message))
            if sorted(re.findall(r"\{[^{}]*\}|[{}]", own)) != places:
                sentence = f"Keep {', '.join(places)} in it." if places else "Leave braces out."
                raise _wrong(language, "wrong_places", sentence)
            if message == CONSENT and not all(word in own for word in LAWFUL):
                raise _wrong(language, "wrong_places", "Keep STOP and HELP in the consent.")
    return {language.value: dict(words) for language, words in given.items()}


def _wrong(language: str, code: str, sentence: str) -> RejectedError:
    return RejectedError(422, code, sentence, fields={f"words.{language}": sentence})
