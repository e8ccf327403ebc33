"""The tables of opt-outs, folded like the texts they are looked for in."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from statustext.domain import opt_out_grammar as grammar
from statustext.domain import opt_out_sentences as sentences
from statustext.domain import opt_out_words as table

FoundRuns = Sequence[tuple[int, str]]
"""Phrases with the place of their first word."""

_REACH = 6  # words from one slot of a rule to another

# --- words --------------------------------------------------------------------------------------

_LONGEST_PHRASE = 7
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛`´ʼ′＇"))
_PLAIN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_DRAWN_OUT_STOP = re.compile(r"s+t+[o0]+p+\d*")
_WRONG_NUMBER = re.compile(r"(?<=wrong)\s*#")


def words_of(text: str) -> list[str]:
    """Case, accents, apostrophes, punctuation, emoji and invisible characters folded away."""
    folded = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    folded = _WRONG_NUMBER.sub(" number ", folded)
    letters = []
    for char in unicodedata.normalize("NFD", folded):
        kind = unicodedata.category(char)
        if kind in ("Mn", "Me", "Cf"):
            if _is_spelling_mark(char):
                letters.append(char)
        else:
            letters.append(char if kind[0] in "LMN" else " ")
    plain = unicodedata.normalize("NFC", "".join(letters)).translate(_PLAIN_LETTERS)
    return ["stop" if _DRAWN_OUT_STOP.fullmatch(word) else word for word in plain.split()]


def _is_spelling_mark(char: str) -> bool:
    """Marks that are no accents but vowels (Indic, Thai), and Japanese voicing."""
    return "\u0900" <= char < "\u1ab0" or char in "\u3099\u309a"


def runs_of(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Every phrase of up to seven words, with its place."""
    for position in range(len(words)):
        phrase = ""
        for word in words[position : position + _LONGEST_PHRASE]:
            phrase = f"{phrase} {word}" if phrase else word
            yield position, phrase


# --- rules of several words ---------------------------------------------------------------------


class Rules:
    """The rules of all languages. Each slot has a number; words lead to the slots they fill."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self._rules: list[tuple[int, ...]] = []
        self._whole: dict[str, list[int]] = {}
        self._beginnings: dict[str, list[int]] = {}
        slots = 0
        for block in blocks:
            first, *rules = _rows(block)
            nouns = first.partition("=")[2]
            for rule in rules:
                entries = [slot.replace("@", nouns).split(",") for slot in rule.split("|")]
                for number, slot in enumerate(entries, slots):
                    for entry in slot:
                        self._add(entry, number)
                self._rules.append(tuple(range(slots, slots + len(entries))))
                slots += len(entries)

    def _add(self, entry: str, slot: int) -> None:
        table = self._beginnings if entry.rstrip().endswith("*") else self._whole
        if phrase := " ".join(words_of(entry)):
            table.setdefault(phrase, []).append(slot)

    def match(self, runs: FoundRuns) -> bool:
        """Whether all slots of a rule are filled near each other."""
        places: dict[int, list[int]] = {}
        for position, phrase in runs:
            for slot in self._filled_by(phrase):
                places.setdefault(slot, []).append(position)
        return any(
            all(slot in places for slot in rule)
            and any(
                all(any(abs(here - there) <= _REACH for there in places[slot]) for slot in rule[1:])
                for here in places[rule[0]]
            )
            for rule in self._rules
        )

    def _filled_by(self, phrase: str) -> Iterator[int]:
        yield from self._whole.get(phrase, ())
        last_word = phrase.rfind(" ") + 1
        for length in range(last_word + 2, min(len(phrase), last_word + _LONGEST_BEGINNING) + 1):
            yield from self._beginnings.get(phrase[:length], ())


_LONGEST_BEGINNING = 16  # letters


def _rows(block: str) -> list[str]:
    """Lines, each joined with those it goes on in."""
    joined = re.sub(r"([,|])\s*\n\s*", r"\1 ", block)
    return [line.strip() for line in joined.splitlines() if line.strip()]


# --- tables, folded like the texts --------------------------------------------------------------


class Lexicon:
    """All tables. `exact` leads from whole texts to the names of intents."""

    def __init__(self) -> None:
        whole = (
            (table.HELP, "help"),
            (table.MANAGE, "manage"),
            (table.YES, "confirm_yes"),
            (table.START, "start"),
            (table.STOP, "stop"),  # last: where tables disagree, it is an opt-out
        )
        self.exact = {phrase: intent for row, intent in whole for phrase in _phrases(row)}
        self.fillers = frozenset(" ".join(_phrases(table.FILLERS)).split())
        self.sentences = _phrases(sentences.STOP_SENTENCES)
        self.unspaced = tuple(
            phrase.replace(" ", "") for phrase in _phrases(sentences.STOP_UNSPACED)
        )
        self.rules = Rules(grammar.SPACED.values())
        self.unspaced_rules = tuple(
            tuple(_parts(slot) for slot in row.split("|")) for row in _rows(grammar.UNSPACED)
        )
        self.verbs = _phrases(sentences.VERBS)
        self.nouns = _phrases(sentences.NOUNS)
        somebody_else = frozenset(
            f"{no} {name}"
            for no in _phrases(sentences.NOT_SOMEBODY)
            for name in _phrases(sentences.NAMES)
        )
        self.cues = _phrases(sentences.CUES) | somebody_else
        self.cues_unspaced = tuple(_phrases(sentences.CUES_UNSPACED))
        self.how = _phrases(sentences.HOW)
        self.weak_cues = _phrases(sentences.WEAK_CUES)
        self.weak_cues_unspaced = tuple(_phrases(sentences.WEAK_CUES_UNSPACED))
        self.addressed = _phrases(sentences.ADDRESSED)
        self.question_endings = tuple(_phrases(sentences.QUESTION_ENDINGS))
        self.first_word_cues = _phrases(sentences.FIRST_WORD_CUES)
        self.false_friends = _phrases(sentences.FALSE_FRIENDS)
        self.negations = _phrases(sentences.NEGATIONS)
        self.questions = _phrases(sentences.QUESTIONS)
        self.polite = _phrases(sentences.POLITE)
        self.reactions = _phrases(sentences.REACTIONS)


def _phrases(row: str) -> frozenset[str]:
    return frozenset(" ".join(words_of(entry)) for entry in row.split(",") if entry.strip())


def _parts(row: str) -> tuple[str, ...]:
    """Entries without the spaces in them, for texts whose spaces are taken out."""
    return tuple("".join(words_of(entry)) for entry in row.split(",") if entry.strip())
