"""Keywords: read from the whole text, and never in place of an opt-out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.keywords import LONGEST_PAUSE, Command, Keyword, read
from statustext.domain.opt_out import OPT_OUTS, Intent, classify

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
WORDS = [
    ("STATUS", Keyword.STATUS),
    ("status report", Keyword.STATUS),
    ("MUTE", Keyword.MUTE),
    ("mute this", Keyword.MUTE),
    ("mute this incident", Keyword.MUTE),
    ("UNMUTE", Keyword.UNMUTE),
    ("unmute all", Keyword.UNMUTE),
    ("unmute this incident", Keyword.UNMUTE),
    ("PAUSE", Keyword.PAUSE),
    ("pause alerts", Keyword.PAUSE),
    ("RESUME", Keyword.RESUME),
    ("unpause", Keyword.RESUME),
    ("resume alerts", Keyword.RESUME),
    ("CRITICAL", Keyword.CRITICAL),
    ("critical only", Keyword.CRITICAL),
    ("only critical", Keyword.CRITICAL),
    ("critical alerts only", Keyword.CRITICAL),
    ("ALL", Keyword.ALL),
    ("all incidents", Keyword.ALL),
    ("LIST", Keyword.LIST),
]
PAUSES = [
    ("PAUSE", 8 * HOUR),
    ("PAUSE 8H", 8 * HOUR),
    ("pause 8", 8 * HOUR),
    ("Pause 1 hour.", HOUR),
    ("pause 12 hrs", 12 * HOUR),
    ("pause 30 min", 30 * MINUTE),
    ("PAUSE 90M", 90 * MINUTE),
    ("pause for 45 minutes please", 45 * MINUTE),
    ("PAUSE 2 DAYS", 2 * DAY),
    ("pause alerts for 1 day", DAY),
    ("PAUSE ７Ｄ", 7 * DAY),
    ("pause 1 week", 7 * DAY),
    ("pause 8 days", LONGEST_PAUSE),
    ("pause 9999 weeks", LONGEST_PAUSE),
    ("pause 0", 0),
    ("pause 0 min", 0),
    ("pause 8 x", 0),
    ("pause 1.5h", 0),
    ("pause -1h", HOUR),  # a dash, as in a list
    ("pause 99999h", 0),
    ("pause until tomorrow", 0),
    ("pause ٨", 0),
]
NONE = [
    "",
    "statuses",
    "what is the status",
    "is all well",
    "mute the tv",
    "unmute the tv",
    "unmuted",
    "pauses",
    "listen",
    "critical?! really, again",
    "all good",
    "resume your work",
    "8H",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize(("text", "keyword"), WORDS)
@pytest.mark.parametrize(
    "said", ["{}", " {}! ", "{}?", "“{}”", "{} please", "{}, thanks", "({})\n", "{}\U0001f642"]
)
def test_keywords_in_any_case_and_punctuation(text: str, keyword: Keyword, said: str) -> None:
    for one in (text, text.lower(), text.upper(), text.title()):
        command = read(said.format(one))
        assert command is not None
        assert command.keyword is keyword


@pytest.mark.parametrize(("text", "seconds"), PAUSES)
def test_how_long_a_pause_is(text: str, seconds: int) -> None:
    assert read(text) == Command(Keyword.PAUSE, seconds)


@pytest.mark.parametrize("text", NONE)
def test_other_texts_are_no_commands(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", [text for text, _ in WORDS] + [text for text, _ in PAUSES])
@pytest.mark.parametrize("said", ["{}", "{}!", "{}.", "{}?", "{} please", "please {}", "¡{}!"])
def test_no_keyword_is_taken_for_an_opt_out_or_another_word(text: str, said: str) -> None:
    for one in (text, text.lower(), text.upper(), text.title()):
        assert classify(said.format(one)) is Intent.OTHER


@pytest.mark.parametrize(
    "text", ["stop all", "mute, no: STOP", "pause texting? no, stop texting", "list: remove me"]
)
def test_an_opt_out_with_a_keyword_in_it_stays_one(text: str) -> None:
    assert classify(text) in OPT_OUTS


def test_resume_texts_counts_as_start_and_as_resume() -> None:
    """Whoever is active means the latter; see `receiving`."""
    assert classify("resume texts") is Intent.START
    assert read("resume texts") == Command(Keyword.RESUME)


@given(st.text(max_size=400))
def test_every_text_is_read(text: str) -> None:
    command = read(text)
    assert command is None or 0 <= command.seconds <= LONGEST_PAUSE


@pytest.mark.parametrize("piece", ["please ", "pause ", "now now ", "a", " ", "8", "pause 8 x"])
def test_long_texts_are_read_at_once(piece: str) -> None:
    assert read(piece * 100_000) is None or piece.startswith("pause ")
