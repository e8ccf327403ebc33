"""Counting as carriers bill, and the characters that may be sent."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statustext.domain.graphemes import graphemes
from statustext.domain.segments import (
    GSM7,
    GSM7_BASIC,
    GSM7_EXTENSION,
    Encoding,
    SegmentCount,
    clean,
    count,
    drop_symbols,
    replace_look_alikes,
)

GSM_TEXT = st.text(alphabet=sorted(GSM7), max_size=700)
ANY_TEXT = st.text(max_size=400)
SURROGATES = st.text(alphabet="aя\U0001f600{", max_size=400)


def brute_force(text: str) -> SegmentCount:
    """Encode to the units on the air, then fill message after message, unit by unit."""
    if all(char in GSM7_BASIC or char in GSM7_EXTENSION for char in text):
        letters = [["ESC", char] if char in GSM7_EXTENSION else [char] for char in text]
        encoding, alone, together = Encoding.GSM7, 160, 153
    else:
        octets = [char.encode("utf-16-be", "surrogatepass") for char in text]
        letters = [[o[i : i + 2].hex() for i in range(0, len(o), 2)] for o in octets]
        encoding, alone, together = Encoding.UCS2, 70, 67
    units = [unit for letter in letters for unit in letter]
    if len(units) <= alone:
        return SegmentCount(encoding, len(units), 1)
    messages: list[list[str]] = [[]]
    for letter in letters:
        if len(messages[-1]) + len(letter) > together:
            messages.append([])
        messages[-1].extend(letter)
    assert [unit for message in messages for unit in message] == units
    return SegmentCount(encoding, len(units), len(messages))


def test_the_alphabet_is_gsm_03_38() -> None:
    assert len(GSM7_BASIC) == 127  # 128 places less the escape
    assert len(GSM7_EXTENSION) == 10
    assert not GSM7_BASIC & GSM7_EXTENSION
    for char in "ÇéùìòØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡§¿ÄÖÑÜäöñüà@£$¥_":
        assert char in GSM7_BASIC
    for char in "çáíóúêâ`´“”’–…°Α\t\x1b\u00a0":
        assert char not in GSM7


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # An escape pair would straddle unit 153: it moves, and a unit is wasted.
        ("a" * 152 + "€" + "a" * 151, "GSM-7", 305, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("€" * 152, "GSM-7", 304, 2),
        ("€" * 153, "GSM-7", 306, 3),
        ("я" * 70, "UCS-2", 70, 1),
        ("я" * 71, "UCS-2", 71, 2),
        ("я" * 134, "UCS-2", 134, 2),
        ("я" * 135, "UCS-2", 135, 3),
        ("\U0001f600" * 35, "UCS-2", 70, 1),
        ("\U0001f600" * 66, "UCS-2", 132, 2),
        ("\U0001f600" * 67, "UCS-2", 134, 3),
        ("a" * 66 + "\U0001f600" + "я" * 66, "UCS-2", 134, 3),
        ("a" * 159 + "ç", "UCS-2", 160, 3),
        ("{}" * 10 + "я", "UCS-2", 21, 1),  # the extension table does not exist in UCS-2
    ],
)
def test_counts(text: str, encoding: str, units: int, segments: int) -> None:
    assert count(text) == SegmentCount(Encoding(encoding), units, segments)


@given(st.one_of(GSM_TEXT, ANY_TEXT, SURROGATES, st.text(alphabet="a€", max_size=700)))
@example("\ud800" * 71)
def test_count_equals_packing_by_hand(text: str) -> None:
    assert count(text) == brute_force(text)


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("“quoted” ‘it’ „low“ «fr» ‹s›", '"quoted" \'it\' "low" "fr" \'s\''),
        ("a–b — c ‑ d − e", "a-b - c - d - e"),
        ("wait…", "wait..."),
        ("a\u00a0b\u2009c\u3000d\u202fe", "a b c d e"),
        ("ＡＰＩ－１！", "API-1!"),
        ("﹛﹛title﹜﹜ ︷x︸ ﹖", "{{title}} {x} ?"),
        ("𝐛𝐨𝐥𝐝 𝒾𝓉𝒶𝓁", "bold ital"),
        ("oﬃce ﬁx", "office fix"),
        ("• one → two ≤ 3 × 4", "* one -> two <= 3 x 4"),
        ("it´s `code`", "it's 'code'"),
        ("Ⅳ №5 ‼", "IV No.5 !!"),
        ("1º 2ª", "1o 2a"),
    ],
)
def test_look_alikes(odd: str, plain: str) -> None:
    assert replace_look_alikes(odd) == plain
    assert count(plain).encoding is Encoding.GSM7


@pytest.mark.parametrize("text", ["crème brûlée ê ç", "Привет", "你好", "10²", "5½", "😀", "₹500"])
def test_what_has_no_look_alike_stays(text: str) -> None:
    assert replace_look_alikes(text) == text


@given(ANY_TEXT)
def test_look_alikes_touch_nothing_in_gsm7_and_settle(text: str) -> None:
    once = replace_look_alikes(text)
    assert replace_look_alikes(once) == once
    kept = [char for char in text if char in GSM7]
    if len(kept) == len(text):
        assert once == text


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("a\r\nb\rc\u2028d\u0085e\x0bf", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("\u202eevil\u202c \u2066x\u2069 \u200f\u061c", "evil x "),
        ("pay\u200bpal \ufeffa\u2060b\u00adc", "paypal abc"),
        ("a\u200db \u200c", "ab "),
        ("cafe\u0301", "café"),
        ("a\ufe0fb\U000e0100", "ab"),
        ("\U000e0041hidden\U000e007f", "hidden"),
        ("\ud800x\udfff\ufffe", "x"),
        ("a\u3164b\u115f", "ab"),
        ("👩\u200d💻 👍🏽 ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d💻 👍🏽 ❤\ufe0f 1\ufe0f\u20e3"),
        ("👩\u200d💻\u200d", "👩\u200d💻"),
        ("❤\ufe0f\u200d🔥 👩🏽\u200d💻", "❤\ufe0f\u200d🔥 👩🏽\u200d💻"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("\U0001f3f4\U000e0067\U000e0062", "\U0001f3f4"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),  # Persian spells with it
        ("ක්\u200dෂ", "ක්\u200dෂ"),
        ("\u06dd١٢", "\u06dd١٢"),
    ],
)
def test_clean(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@given(st.one_of(ANY_TEXT, st.text(alphabet="a1\u200d\u200c\ufe0f\u20e3❤👩💻\u0301\u202e\x00ය්")))
@example("\u0300\u0dca\u200c\u06df")  # composing moves marks
@example("\u0591\u200c\ufe00")
def test_clean_leaves_nothing_to_hide_behind(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    for char in cleaned:
        assert unicodedata.category(char) not in ("Cc", "Cs") or char == "\n"
        assert unicodedata.bidirectional(char) not in (
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("🔥 API down 🔥", "API down"),
        ("up ✅ again", "up again"),
        ("👩\u200d💻🇬🇧1\ufe0f\u20e3", "1"),
        ("45°C", "45C"),
        ("₹500 Привет ç", "₹500 Привет ç"),
        ("a  b < c", "a  b < c"),
    ],
)
def test_drop_symbols(text: str, left: str) -> None:
    assert drop_symbols(text) == left


@pytest.mark.parametrize(
    "clusters",
    [
        ["a", "b"],
        ["e\u0301", "x"],
        ["👩\u200d👩\u200d👧\u200d👦", "!"],
        ["👍🏽", "👍"],
        ["🇬🇧", "🇫🇷", "🇩"],
        ["❤\ufe0f", "1\ufe0f\u20e3"],
        ["\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "a"],
        ["\u1112\u1161\u11ab", "\u1100\u1173", "한", "글"],
        ["가\u11a8", "각"],
        ["क्षि", "य"],
        ["กำ", "ก"],
        ["ｶﾞ", "ｱ"],
        ["\n", "\u0301"],
    ],
)
def test_graphemes(clusters: list[str]) -> None:
    assert graphemes("".join(clusters)) == clusters


@given(ANY_TEXT)
def test_graphemes_lose_nothing(text: str) -> None:
    clusters = graphemes(text)
    assert "".join(clusters) == text
    assert all(clusters)


@pytest.mark.parametrize(
    "text",
    [
        "€" + "a" * 304,  # fills two segments to the last septet
        "\uffff" * 100 + "\U0001f600",  # the last character of one unit, among one of two
        "\U0001f600" + "я" * 132,
    ],
)
def test_borders_of_packing(text: str) -> None:
    assert count(text) == brute_force(text)
    assert type(count(text).units) is int


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        # Selectors of a look (fe00 to fe0d: never; fe0e, fe0f: behind what has two looks).
        ("a\ufe00b", "ab"),
        ("☎\ufe00", "☎"),
        ("☎\ufe0d", "☎"),
        ("☎\ufe0e", "☎\ufe0e"),
        ("☎\ufe0f", "☎\ufe0f"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("1\ufe0fa", "1a"),
        ("X\ufe0f\u20e3", "X\u20e3"),
        ("a\U000e0100b\U000e01efc", "abc"),
        # A joiner needs a letter that joins on each side.
        ("a\u200c\u0628", "a\u0628"),
        ("\u0628\u200ca", "\u0628a"),
        ("\u0628\u200c\u0628", "\u0628\u200c\u0628"),
        # What Unicode says is no character, and its neighbours.
        ("a\ufdd0b", "ab"),
        ("a\ufdefb", "ab"),
        ("a\ufdcfb", "a\ufdcfb"),
        ("a\ufdf0b", "a\ufdf0b"),
        ("a\ufffeb\uffffc", "abc"),
        ("a\U0001ffffb", "ab"),
    ],
)
def test_borders_of_what_is_seen(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@pytest.mark.parametrize(
    ("odd", "plain"),
    [("\ufe31", "-"), ("\u2135", "\u2135")],
    ids=["a dash, drawn upright", "looks like a letter that GSM-7 lacks"],
)
def test_look_alikes_of_look_alikes(odd: str, plain: str) -> None:
    assert replace_look_alikes(odd) == plain


@pytest.mark.parametrize("symbol", ["\U0001f3fb", "\u2211", "\u2192", "\u20e3"])
def test_every_kind_of_symbol_is_dropped(symbol: str) -> None:
    assert drop_symbols(f"a {symbol} b") == "a b"
