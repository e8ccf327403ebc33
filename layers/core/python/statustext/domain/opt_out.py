"""What a person who texts back wants, above all whether they want no more texts.

Asymmetric on purpose: a missed opt-out is unlawful, a mistaken one is put right by a review. So
what might be one is treated as one, and only plainly unrelated texts are OTHER. Linear time.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache

from statustext.domain import opt_out_sentences as sentences
from statustext.domain import opt_out_words as table


class Intent(StrEnum):
    """STOP and REVIEW_STOP both end all texts at once; REVIEW_STOP also asks a person to look.
    CONFIRM_YES counts only if a confirmation is pending or the number is stopped."""

    STOP = "stop"
    REVIEW_STOP = "review_stop"
    START = "start"
    HELP = "help"
    CONFIRM_YES = "confirm_yes"
    MANAGE = "manage"
    OTHER = "other"


OPT_OUTS = frozenset({Intent.STOP, Intent.REVIEW_STOP})

# Twilio's default keywords for long codes and toll-free numbers: the whole text is one word, in
# any case. https://help.twilio.com/articles/223134027
TWILIO_STOP = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
)
TWILIO_HELP = frozenset({"HELP", "INFO"})

_SHORT = 30  # words; in a longer text a sentence may be quoted, so it is looked at
_PAIR_DISTANCE = 3  # words between "stop" and "texting" that still make one demand


def known_to_twilio(text: str) -> bool:
    """Whether Twilio itself answers this text, and for an opt-out blocks the number, by its default
    keywords. What a Messaging Service with Advanced Opt-Out does, the webhook's OptOutType says."""
    return text.strip().upper() in TWILIO_STOP | TWILIO_HELP


def classify(text: str) -> Intent:
    """Read an inbound text in any language of the tables. Total over all strings."""
    lexicon = _lexicon()
    words = _words(text)
    if _is_reaction(text, words, lexicon):
        return Intent.OTHER
    if not words:
        signs = any(sign in text for sign in sentences.STOP_SIGNS)
        return Intent.REVIEW_STOP if signs else Intent.OTHER
    core = _without_fillers(words, lexicon)
    if exact := _exact(words, core, lexicon):
        return exact
    return _read(text, words, core, lexicon)


def _exact(words: Sequence[str], core: Sequence[str], lexicon: "_Lexicon") -> Intent | None:
    once = core[:1] if len(set(core)) == 1 else core  # STOP STOP STOP
    for phrase in (" ".join(words), " ".join(core), " ".join(once)):
        if phrase in lexicon.exact:
            return lexicon.exact[phrase]
    spelled = lexicon.exact.get("".join(core))  # s t o p
    return spelled if spelled is Intent.STOP else None


def _read(text: str, words: list[str], core: list[str], lexicon: "_Lexicon") -> Intent:
    words = _without_false_friends(words, lexicon)
    unspaced = "".join(words)
    if _demands(words, core, lexicon) or any(part in unspaced for part in lexicon.unspaced):
        plain = len(words) <= _SHORT and not _is_question(text, core, lexicon)
        return Intent.STOP if plain and not _is_negated(words, lexicon) else Intent.REVIEW_STOP
    cue = (
        any(phrase in lexicon.cues for _, phrase in _runs(words))
        or any(part in unspaced for part in lexicon.cues_unspaced)
        or bool(core and core[0] in lexicon.first_word_cues)
    )
    return Intent.REVIEW_STOP if cue else Intent.OTHER


def _demands(words: Sequence[str], core: Sequence[str], lexicon: "_Lexicon") -> bool:
    if any(phrase in lexicon.sentences for _, phrase in _runs(words)):
        return True
    reach = _PAIR_DISTANCE + 1
    for position, word in enumerate(words):
        weak = word in lexicon.first_word_cues and word != core[0]
        if word in lexicon.verbs and not weak:
            near = words[max(0, position - reach) : position + reach + 1]
            if not lexicon.nouns.isdisjoint(near):
                return True
    return False


def _is_negated(words: Sequence[str], lexicon: "_Lexicon") -> bool:
    """Whether every demand is turned round: "please don't unsubscribe me", "never stop this"."""
    demands = [
        position
        for position, phrase in _runs(words)
        if phrase in lexicon.verbs or phrase in lexicon.sentences
    ]
    before = (words[max(0, position - 2) : position] for position in demands)
    return bool(demands) and not any(map(lexicon.negations.isdisjoint, before))


def _is_question(text: str, core: Sequence[str], lexicon: "_Lexicon") -> bool:
    starts = {" ".join(core[:length]) for length in (1, 2, 3)}
    if not lexicon.polite.isdisjoint(starts):
        return False
    return not lexicon.questions.isdisjoint(starts) or text.rstrip().endswith(("?", "？", "؟"))


def _is_reaction(text: str, words: Sequence[str], lexicon: "_Lexicon") -> bool:
    quoted = text.rstrip().endswith(("”", '"', "»", "“"))
    return quoted and any(" ".join(words[:length]) in lexicon.reactions for length in (1, 2))


def _without_fillers(words: Sequence[str], lexicon: "_Lexicon") -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start] in lexicon.fillers:
        start += 1
    while end > start and words[end - 1] in lexicon.fillers:
        end -= 1
    return list(words[start:end])


def _without_false_friends(words: list[str], lexicon: "_Lexicon") -> list[str]:
    """Drop "did it stop working", but not the order "stop working on me"."""
    kept = list(words)
    for position, phrase in _runs(words):
        if phrase in lexicon.false_friends and (position or not phrase.startswith("stop ")):
            for index in range(position, position + len(phrase.split())):
                kept[index] = ""
    return [word for word in kept if word]


# --- words --------------------------------------------------------------------------------------

_LONGEST_PHRASE = 7
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛`´ʼ′＇"))
_PLAIN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_DRAWN_OUT_STOP = re.compile(r"s+t+[o0]+p+\d*")
_WRONG_NUMBER = re.compile(r"(?<=wrong)\s*#")


def _words(text: str) -> list[str]:
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


def _runs(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    for position in range(len(words)):
        phrase = ""
        for word in words[position : position + _LONGEST_PHRASE]:
            phrase = f"{phrase} {word}" if phrase else word
            yield position, phrase


# --- tables, folded like the texts --------------------------------------------------------------


class _Lexicon:
    def __init__(self) -> None:
        whole = (
            (table.HELP, Intent.HELP),
            (table.MANAGE, Intent.MANAGE),
            (table.YES, Intent.CONFIRM_YES),
            (table.START, Intent.START),
            (table.STOP, Intent.STOP),  # last: where tables disagree, it is an opt-out
        )
        self.exact = {phrase: intent for row, intent in whole for phrase in _phrases(row)}
        self.fillers = frozenset(" ".join(_phrases(table.FILLERS)).split())
        self.sentences = _phrases(sentences.STOP_SENTENCES)
        self.unspaced = tuple(
            phrase.replace(" ", "") for phrase in _phrases(sentences.STOP_UNSPACED)
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
        self.first_word_cues = _phrases(sentences.FIRST_WORD_CUES)
        self.false_friends = _phrases(sentences.FALSE_FRIENDS)
        self.negations = _phrases(sentences.NEGATIONS)
        self.questions = _phrases(sentences.QUESTIONS)
        self.polite = _phrases(sentences.POLITE)
        self.reactions = _phrases(sentences.REACTIONS)


@cache
def _lexicon() -> _Lexicon:
    """Built at the first text, not at import: only the inbound webhook needs it."""
    return _Lexicon()


def _phrases(row: str) -> frozenset[str]:
    return frozenset(" ".join(_words(entry)) for entry in row.split(",") if entry.strip())
