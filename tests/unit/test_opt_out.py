"""Reading what people text back: the golden table, and what holds for every text."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain import opt_out, opt_out_lexicon, opt_out_words
from statustext.domain.opt_out import OPT_OUTS, Intent, classify, known_to_twilio

ROOT = Path(__file__).parents[2]


def rows_of(file: str) -> list[dict[str, str]]:
    with (ROOT / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


PUBLISHED = rows_of("docs/opt-out-phrases.csv")
GOLDEN = [(row["language"], row["phrase"], row["intent"]) for row in PUBLISHED]
MEASURED = rows_of("tests/unit/opt_out_measured.csv")

STOP_WORDS = sorted({phrase.strip() for phrase in opt_out_words.STOP.split(",") if phrase.strip()})


def test_the_golden_table_is_large_enough() -> None:
    assert len(GOLDEN) == len(set(GOLDEN))
    assert len(GOLDEN) >= 200
    assert len({language for language, _, _ in GOLDEN}) >= 10
    assert {intent for _, _, intent in GOLDEN} == set(Intent)


@pytest.mark.parametrize(("language", "phrase", "intent"), GOLDEN)
def test_golden_phrases(language: str, phrase: str, intent: str) -> None:
    assert classify(phrase) == intent


def test_what_was_measured_is_large_and_published() -> None:
    assert len(MEASURED) >= 600
    assert len({row["language"] for row in MEASURED}) >= 30
    assert {half: sum(row["half"] == half for row in MEASURED) > 300 for half in HALVES} == HALVES
    published = {(language, phrase) for language, phrase, _ in GOLDEN}
    assert {(row["language"], row["phrase"]) for row in MEASURED} <= published


HALVES = {"before": True, "after": True}


def test_opt_outs_are_found_and_nothing_else_is_taken_for_one() -> None:
    """The figures of docs/opting-out.md, which says what they are worth."""
    taken = {row["phrase"]: classify(row["phrase"]) in OPT_OUTS for row in MEASURED}
    meant = [row["phrase"] for row in MEASURED if row["wanted"] == "opt-out"]
    others = [row["phrase"] for row in MEASURED if row["wanted"] == "other"]
    assert [phrase for phrase in meant if not taken[phrase]] == []
    assert [phrase for phrase in others if taken[phrase]] == []


@pytest.mark.parametrize("word", STOP_WORDS)
def test_every_stop_word_survives_case_and_punctuation(word: str) -> None:
    for said in (word, word.upper(), f"  {word}!! ", f"{word} \U0001f621", f"\u200b{word}\n"):
        assert classify(said) is Intent.STOP, said


@pytest.mark.parametrize("keyword", sorted(opt_out.TWILIO_STOP))
def test_what_stops_at_twilio_stops_here(keyword: str) -> None:
    assert classify(keyword) is Intent.STOP
    assert known_to_twilio(keyword)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("stop", True),
        (" Stop\n", True),
        ("Help", True),
        ("INFO", True),
        ("stop.", False),
        ("stop all", False),
        ("opt out", False),
        ("STOP PLEASE", False),
        ("arret", False),
        ("help me", False),
        ("manage", False),
        ("", False),
    ],
)
def test_twilio_knows_single_keywords_only(text: str, known: bool) -> None:
    assert known_to_twilio(text) is known


def test_a_long_text_with_a_demand_is_reviewed() -> None:
    story = "the outage last night was bad " * 8
    assert classify(f"{story}. Stop texting me") is Intent.REVIEW_STOP
    assert classify(story) is Intent.OTHER


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\u200b\u200d", "...", "\U0001f600"])
def test_texts_without_words_are_other(text: str) -> None:
    assert classify(text) is Intent.OTHER


@given(st.text(max_size=1600))
def test_every_text_has_an_intent(text: str) -> None:
    assert classify(text) in Intent


@given(st.lists(st.sampled_from([*STOP_WORDS, "please", "not", "the", "api", "?", "when"])))
def test_every_mixture_has_an_intent(words: list[str]) -> None:
    assert classify(" ".join(words)) in Intent


@given(st.text(alphabet=st.characters(codec="ascii")), st.text(alphabet="abc xyz"))
def test_a_text_with_the_word_stop_is_never_ignored(before: str, after: str) -> None:
    assert classify(f"{before} zq stop q {after}") in OPT_OUTS | {Intent.UNSURE}


@pytest.mark.parametrize("piece", ["stop ", "a ", "no ", "x", "停", "{{", "s", "to ", "\u0301"])
def test_work_grows_with_length_only(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0
    runs = opt_out_lexicon.runs_of

    def counted(words: list[str]) -> list[tuple[int, str]]:
        nonlocal looked_at
        found = list(runs(words))
        looked_at += len(found)
        return found

    monkeypatch.setattr(opt_out, "runs_of", counted)
    text = (piece * 1600)[:1600]
    assert classify(text) in Intent
    assert looked_at <= 4 * 7 * 800
