"""Numbers and codes as people type and paste them, in the characters of a keyboard."""

import unicodedata

DASHES = "\u2212\u30fc\u223c~"
"""Minus, Japan's long-vowel sign and tildes stand for dashes too, and are no dashes in Unicode."""


def plain(written: str) -> str:
    """What was written, with ASCII's digits, dashes, brackets and spaces for those of any script.

    Compatibility forms (full width) are folded, and what nobody sees is dropped: pasted numbers are
    often wrapped in direction marks.
    """
    return "".join(map(_typed, unicodedata.normalize("NFKC", written))).strip()


def _typed(char: str) -> str:
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.digit(char))
        case "Pd":
            return "-"
        case "Zs" | "Zl" | "Zp":
            return " "
        case "Ps":
            return "("
        case "Pe":
            return ")"
        case "Cf" | "Me":  # direction marks, zero-width characters; the box of a keycap
            return ""
    if char in "\t\n\r\f\v":
        return " "
    return "-" if char in DASHES else "" if "\ufe00" <= char <= "\ufe0f" else char
