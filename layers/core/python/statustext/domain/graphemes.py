"""What a reader takes for one character, so that no text is cut inside one.

A practical part of UAX #29 (extended grapheme clusters) from `unicodedata` alone: marks, emoji and
flag sequences, Hangul, Indic conjuncts. In doubt it joins.
"""

import unicodedata

ZWNJ, ZWJ = "\u200c", "\u200d"
# Visible although of category Cf: signs written before (around) their digits.
NUMBER_SIGNS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)


def graphemes(text: str) -> list[str]:
    """Split at grapheme borders: the parts of UAX #29 that occur in practice (marks, emoji and
    flag sequences, Hangul, Indic conjuncts). In doubt it joins, so it never cuts a character."""
    if text.isascii() and "\r" not in text:
        return list(text)
    clusters: list[str] = []
    flag_letters = 0
    before = ""
    for char in text:
        is_flag_letter = "\U0001f1e6" <= char <= "\U0001f1ff"
        if before and (_joins(before, char) or (is_flag_letter and flag_letters % 2)):
            clusters[-1] += char
        else:
            clusters.append(char)
        flag_letters = flag_letters + 1 if is_flag_letter else 0
        before = char
    return clusters


def is_extender(char: str) -> bool:
    """Whether a character always belongs to the one before it."""
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f"
        or is_skin_tone(char)
        or is_tag(char)
    )


def _joins(before: str, char: str) -> bool:
    if is_extender(char):
        return before != "\n"
    if before == ZWJ:
        return is_pictograph(char) or is_joining_letter(char)
    if unicodedata.combining(before) == 9:  # a virama asks for the consonant after it
        return unicodedata.category(char) == "Lo"
    if before in NUMBER_SIGNS or (before == "\r" and char == "\n"):
        return True
    return _hangul(char) in _HANGUL_FOLLOWERS.get(_hangul(before), ())


_HANGUL_FOLLOWERS = {
    "L": ("L", "V", "LV", "LVT"),
    "V": ("V", "T"),
    "LV": ("V", "T"),
    "T": ("T",),
    "LVT": ("T",),
}


def _hangul(char: str) -> str:
    point = ord(char)
    if 0xAC00 <= point <= 0xD7A3:
        return "LVT" if (point - 0xAC00) % 28 else "LV"
    if 0x1100 <= point <= 0x115F or 0xA960 <= point <= 0xA97C:
        return "L"
    if 0x1160 <= point <= 0x11A7 or 0xD7B0 <= point <= 0xD7C6:
        return "V"
    if 0x11A8 <= point <= 0x11FF or 0xD7CB <= point <= 0xD7FB:
        return "T"
    return ""


def is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"


def is_joining_letter(char: str) -> bool:
    return char >= "\u0590" and unicodedata.category(char)[0] in "LM"


def is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def is_pictograph(char: str) -> bool:
    if not char:
        return False
    odd = "\u2190" <= char <= "\u2bff" or "\U0001f000" <= char <= "\U0001faff"
    return odd or char in "\u203c\u2049\u3030\u303d" or unicodedata.category(char) == "So"


def ends_emoji(char: str) -> bool:
    return is_pictograph(char) or char in ("\ufe0f", "\u20e3") or is_tag(char)
