"""What a text costs as SMS, and the character rules that keep it cheap and safe.

Tables: 3GPP TS 23.038 §6.2.1 (GSM 7-bit default alphabet) and its extension table §6.2.1.1.
Sizes: 140 octets a message, less a 6-octet concatenation header (TS 23.040 §9.2.3.24.1) when
there are several: 160 or 153 septets, 70 or 67 UTF-16 units.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.graphemes import (
    NUMBER_SIGNS,
    ZWJ,
    ZWNJ,
    ends_emoji,
    is_joining_letter,
    is_pictograph,
    is_tag,
)

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")
GSM7 = GSM7_BASIC | GSM7_EXTENSION


class Encoding(StrEnum):
    """How the carrier transports a text; one character outside GSM-7 makes all of it UCS-2."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True)
class SegmentCount:
    """The price of a text: `units` are septets (GSM-7) or UTF-16 code units (UCS-2), without
    headers and padding; `segments` is what the carrier bills, at least 1."""

    encoding: Encoding
    units: int
    segments: int


def count(text: str) -> SegmentCount:
    """Count a text as carriers bill it. Total over all strings; linear time.

    In a text of several segments an escape pair or a surrogate pair that would straddle a border
    moves to the next segment as a whole, so a segment may end one unit short.
    """
    if GSM7.issuperset(text):
        encoding, alone, together = Encoding.GSM7, 160, 153
        doubles = sum(map(text.count, GSM7_EXTENSION))
    else:
        encoding, alone, together = Encoding.UCS2, 70, 67
        doubles = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    units = len(text) + doubles
    if units <= alone:
        return SegmentCount(encoding, units, 1)
    if not doubles:
        return SegmentCount(encoding, units, -(-units // together))
    return SegmentCount(encoding, units, _packed(text, encoding, together))


def _packed(text: str, encoding: Encoding, room: int) -> int:
    segments, used = 1, 0
    for char in text:
        double = char in GSM7_EXTENSION if encoding is Encoding.GSM7 else char > "\uffff"
        size = 2 if double else 1
        if used + size > room:
            segments, used = segments + 1, 0
        used += size
    return segments


# --- characters that look like one of GSM-7's ---------------------------------------------------

_LOOK_ALIKES = {
    odd: plain
    for plain, odds in {
        "'": "‘’‚‛′‵ʹʻʼʽˈ`´‹›",
        '"': "“”„‟″‶«»〝〞",
        "-": "‐‑‒–—―⁃−─",
        "*": "•‣∗∙●▪◦",
        ".": "·",
        "/": "⁄∕÷",
        "x": "×",
        "|": "¦",
        "~": "≈∼˜",
        ":": "∶",
        "->": "→⟶➔➜➡",
        "<-": "←⟵⬅",
        "<->": "↔",
        "=>": "⇒",
        "<=": "≤",
        ">=": "≥",
        "!=": "≠",
        "+/-": "±",
        "u": "µ",
        "a": "ª",
        "o": "º",
        "C": "℃",
        "F": "℉",
        "Δ": "∆",
        "Σ": "∑",
        "Π": "∏",
        "No.": "№",
    }.items()
    for odd in odds
}
# Superscripts, fractions and circled digits are left alone: 10² must not become 102.
_SAFE_COMPATIBILITY = (
    "<wide>",
    "<narrow>",
    "<font>",
    "<compat>",
    "<noBreak>",
    "<small>",
    "<vertical>",
)


def replace_look_alikes(text: str) -> str:
    """Put GSM-7 characters for typographic ones (quotes, dashes, ellipsis, odd spaces, fullwidth
    and mathematical letters, ligatures …). What has no look-alike stays; accents are kept."""
    strange = set(text).difference(GSM7)
    if not strange:
        return text
    return text.translate({ord(char): _look_alike(char) for char in strange})


def _look_alike(char: str) -> str:
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if not unicodedata.decomposition(char).startswith(_SAFE_COMPATIBILITY):
        return char
    plain = "".join(_LOOK_ALIKES.get(part, part) for part in unicodedata.normalize("NFKC", char))
    return plain if GSM7.issuperset(plain) else char


def is_symbol(char: str) -> bool:
    """Whether a character is a pictograph, an arrow, a mathematical sign or a piece of an emoji
    sequence: something a text can lose. Currency signs are not."""
    return unicodedata.category(char) in ("So", "Sk", "Sm") or char in _EMOJI_GLUE or is_tag(char)


def drop_symbols(text: str) -> str:
    """Remove the symbols that GSM-7 lacks, and the spaces they leave doubled or at the ends."""
    kept = "".join(char for char in text if char in GSM7 or not is_symbol(char))
    return kept if kept == text else re.sub(r" {2,}", " ", kept).strip()


# --- characters that must not be sent -----------------------------------------------------------

_EMOJI_GLUE = frozenset(f"{ZWJ}\ufe0e\ufe0f\u20e3")
_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_TAGS = (  # a subdivision's flag (England …), or else stray tags, which hide text
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    "|[\U000e0000-\U000e007f]"
)
# Invisible although not of category Cf: grapheme joiner, Hangul and Khmer fillers, a Braille cell
# without dots, a note without a head.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\U0001d159")


def clean(text: str) -> str:
    """Strip what a reader cannot see: controls (null and C1 too), lone surrogates, bidi controls,
    stray variation selectors, and zero-width characters outside emoji sequences and the scripts
    that spell with them (Persian, Indic). Newlines become `\\n`, tabs a space, the rest NFC."""
    if text.isascii() and text.isprintable():
        return text
    text = _NEWLINES.sub("\n", text).replace("\t", " ")
    if any(map(is_tag, text)):
        text = re.sub(_TAGS, lambda match: match[1] or "", text)
    kept: list[str] = []
    for position, char in enumerate(text):
        before = kept[-1] if kept else ""
        if _is_seen(before, char, text[position + 1 : position + 2]):
            kept.append(char)
    seen = unicodedata.normalize("NFC", "".join(kept))
    return seen if seen == text else clean(seen)  # what was dropped may have held others in place


def _is_seen(before: str, char: str, after: str) -> bool:
    if (char.isprintable() and char < "\u0300") or char == "\n":
        return True
    if char in (ZWJ, ZWNJ):
        emoji = char == ZWJ and ends_emoji(before) and is_pictograph(after)
        return emoji or (is_joining_letter(before) and is_joining_letter(after))
    if "\ufe00" <= char <= "\ufe0f":
        keycap = before in tuple("0123456789#*") and after == "\u20e3"
        return char >= "\ufe0e" and (is_pictograph(before) or keycap)
    if "\U000e0100" <= char <= "\U000e01ef" or char in _BLANKS or _is_noncharacter(ord(char)):
        return False
    category = unicodedata.category(char)
    return category not in ("Cc", "Cs", "Cf") or char in NUMBER_SIGNS or is_tag(char)


def _is_noncharacter(point: int) -> bool:
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
