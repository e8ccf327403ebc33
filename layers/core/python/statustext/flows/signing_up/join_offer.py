"""JOIN as a link that opens the texting app, and as a code for the phone that lies beside."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from statustext.flows.languages import Speech

WORD = "JOIN"


def join_offer(number: str, speech: Speech) -> Mapping[str, Any] | None:
    """Where to text JOIN: the number, the word, a sentence, a link (RFC 5724, with the `&` that
    older iPhones look for) and an image of the code that phones scan. None for no number."""
    if not number:
        return None
    sentence = "Or text {word} to {number}. By that you agree to the same."
    return {
        "number": number,
        "word": WORD,
        "text": speech.say(sentence, word=WORD, number=number),
        "link": f"sms:{number}?&body={WORD}",
        "code": _code(number),
    }


@lru_cache(maxsize=32)
def _code(number: str) -> str:
    import segno  # a twentieth of a second, and only where a page has such a number

    code = segno.make(f"SMSTO:{number}:{WORD}", error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, light="#fff"))
