"""Segments and graphemes as others count them, over random texts."""

import itertools

import grapheme
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.graphemes import graphemes
from statustext.domain.segments import GSM7, Encoding, count

# Without what is no character: the others count it otherwise. And without control characters, which
# are cleaned away before a text is cut; after one, graphemeu pairs the letters of flags wrongly.
ANY_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=400)
GSM_TEXT = st.text(st.sampled_from(sorted(GSM7 - {"\f"})), max_size=700)
WORDS = st.lists(
    st.sampled_from(["incident ", "€", "é", "👍🏽", "नि", "한", "\u0301", "👩‍👩‍👧", "🇩🇪"]),
    max_size=120,
).map("".join)


@given(st.one_of(ANY_TEXT, GSM_TEXT, WORDS))
def test_segments_are_what_smsutil_splits_into(text: str) -> None:
    counted, split = count(text), smsutil.split(text)
    is_gsm = counted.encoding is Encoding.GSM7
    assert is_gsm == (smsutil.is_valid_gsm(text) or not text)
    assert counted.segments == max(1, len(split.parts))


@given(st.one_of(ANY_TEXT, WORDS))
def test_no_cut_is_made_where_graphemeu_makes_none(text: str) -> None:
    ours, theirs = _borders(graphemes(text)), _borders(list(grapheme.graphemes(text)))
    assert ours <= theirs


def _borders(parts: list[str]) -> set[int]:
    return set(itertools.accumulate(map(len, parts)))


def test_a_line_is_not_ended_twice() -> None:
    assert graphemes("a\r\nb") == ["a", "\r\n", "b"]
