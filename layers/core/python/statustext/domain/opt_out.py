"""What a person who texts back wants, above all whether they want no more texts.

Asymmetric on purpose: a missed opt-out is unlawful, a mistaken one is put right by a review. So
what might be one is treated as one, what has its words in another sense is answered by how to stop,
and only plainly unrelated texts are OTHER. Linear time.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache

from statustext.domain import opt_out_sentences as sentences
from statustext.domain.opt_out_lexicon import FoundRuns, Lexicon, runs_of, words_of


class Intent(StrEnum):
    """STOP and REVIEW_STOP both end all texts at once; REVIEW_STOP also asks a person to look.
    UNSURE ends nothing: a person looks, and whoever wrote is told how to stop. CONFIRM_YES counts
    only if a confirmation is pending or the number is stopped."""

    STOP = "stop"
    REVIEW_STOP = "review_stop"
    UNSURE = "unsure"
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
_ADDRESSED = 2  # words between "this" and "stop" that still mean the texts
_HOW_TO_STOP = 5  # words of "how do I cancel"
_UNSPACED_SHORT = 60  # characters; a longer text in a script without spaces tells a story


def known_to_twilio(text: str) -> bool:
    """Whether Twilio itself answers this text, and for an opt-out blocks the number, by its default
    keywords. What a Messaging Service with Advanced Opt-Out does, the webhook's OptOutType says."""
    return text.strip().upper() in TWILIO_STOP | TWILIO_HELP


def classify(text: str) -> Intent:
    """Read an inbound text in any language of the tables. Total over all strings."""
    lexicon = _lexicon()
    words = words_of(text)
    if _is_reaction(text, words, lexicon):
        return Intent.OTHER
    if not words:
        signs = any(sign in text for sign in sentences.STOP_SIGNS)
        return Intent.REVIEW_STOP if signs else Intent.OTHER
    core = _without_fillers(words, lexicon)
    if exact := _exact(words, core, lexicon):
        return exact
    return _read(text, words, core, lexicon)


def _exact(words: Sequence[str], core: Sequence[str], lexicon: Lexicon) -> Intent | None:
    once = core[:1] if len(set(core)) == 1 else core  # STOP STOP STOP
    for phrase in (" ".join(words), " ".join(core), " ".join(once)):
        if phrase in lexicon.exact:
            return Intent(lexicon.exact[phrase])
    spelled = lexicon.exact.get("".join(core))  # s t o p
    return Intent.STOP if spelled == Intent.STOP else None


def _read(text: str, words: list[str], core: list[str], lexicon: Lexicon) -> Intent:
    words = _without_false_friends(words, lexicon)
    runs, unspaced = list(runs_of(words)), "".join(words)
    question = _is_question(text, core, lexicon)
    if _demands(words, runs, core, lexicon) or _demands_unspaced(unspaced, lexicon):
        demands = [
            position
            for position, phrase in runs
            if phrase in lexicon.verbs or phrase in lexicon.sentences
        ]
        if _is_negated(words, demands, lexicon):
            return Intent.UNSURE
        short = len(words) <= _SHORT and len(max(words, key=len)) <= _UNSPACED_SHORT
        return Intent.STOP if short and not question else Intent.REVIEW_STOP
    if any(phrase in lexicon.cues for _, phrase in runs) or any(
        part in unspaced for part in lexicon.cues_unspaced
    ):
        return Intent.REVIEW_STOP
    if core and core[0] in lexicon.first_word_cues:  # but "end of outage?" asks
        return Intent.UNSURE if question else Intent.REVIEW_STOP
    return _read_weak_cue(words, runs, core, question=question, lexicon=lexicon)


def _read_weak_cue(
    words: Sequence[str],
    runs: FoundRuns,
    core: Sequence[str],
    *,
    question: bool,
    lexicon: Lexicon,
) -> Intent:
    """Words that have other senses: "my stop is next", "can you stop the server?"."""
    found = [position for position, phrase in runs if phrase in lexicon.weak_cues]
    if found:
        near = (words[max(0, one - _ADDRESSED) : one + _ADDRESSED + 1] for one in found)
        texts_meant = any(not lexicon.addressed.isdisjoint(some) for some in near)
        ends = {word for word in (*core[:1], *core[-1:]) if word in lexicon.weak_cues}
        orders = ends and not question and not _is_negated(words, found, lexicon)
        asks_how = core[0] in lexicon.how and len(words) <= _HOW_TO_STOP
        return Intent.REVIEW_STOP if texts_meant or orders or asks_how else Intent.UNSURE
    unspaced = "".join(words)
    if any(part in unspaced for part in lexicon.weak_cues_unspaced):
        asked = question or unspaced.endswith(lexicon.question_endings)
        orders = unspaced.startswith(lexicon.weak_cues_unspaced) and not asked
        return Intent.REVIEW_STOP if orders else Intent.UNSURE
    return Intent.OTHER


def _demands(words: Sequence[str], runs: FoundRuns, core: Sequence[str], lexicon: Lexicon) -> bool:
    if any(phrase in lexicon.sentences for _, phrase in runs):
        return True
    reach = _PAIR_DISTANCE + 1
    for position, word in enumerate(words):
        weak = word in lexicon.first_word_cues and word != core[0]
        if word in lexicon.verbs and not weak:
            near = words[max(0, position - reach) : position + reach + 1]
            if not lexicon.nouns.isdisjoint(near):
                return True
    return lexicon.rules.match(runs)


def _demands_unspaced(unspaced: str, lexicon: Lexicon) -> bool:
    return any(part in unspaced for part in lexicon.unspaced) or any(
        all(any(part in unspaced for part in slot) for slot in rule)
        for rule in lexicon.unspaced_rules
    )


def _is_negated(words: Sequence[str], demands: Sequence[int], lexicon: Lexicon) -> bool:
    """Whether every demand is turned round: "please don't unsubscribe me", "never stop this". The
    English "no" turns nothing round: "no, stop"."""
    before = (
        {one for one in words[max(0, at - 2) : at] if one != "no" or words[at] != "stop"}
        for at in demands
    )
    return bool(demands) and not any(map(lexicon.negations.isdisjoint, before))


def _is_question(text: str, core: Sequence[str], lexicon: Lexicon) -> bool:
    starts = {" ".join(core[:length]) for length in (1, 2, 3)}
    if not lexicon.polite.isdisjoint(starts):
        return False
    return not lexicon.questions.isdisjoint(starts) or text.rstrip().endswith(("?", "？", "؟"))


def _is_reaction(text: str, words: Sequence[str], lexicon: Lexicon) -> bool:
    quoted = text.rstrip().endswith(("”", '"', "»", "“"))
    return quoted and any(" ".join(words[:length]) in lexicon.reactions for length in (1, 2))


def _without_fillers(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start] in lexicon.fillers:
        start += 1
    while end > start and words[end - 1] in lexicon.fillers:
        end -= 1
    return list(words[start:end])


def _without_false_friends(words: list[str], lexicon: Lexicon) -> list[str]:
    """Drop "did it stop working", but not the order "stop working on me"."""
    kept = list(words)
    for position, phrase in runs_of(words):
        if phrase in lexicon.false_friends and (position or not phrase.startswith("stop ")):
            for index in range(position, position + len(phrase.split())):
                kept[index] = ""
    return [word for word in kept if word]


@cache
def _lexicon() -> Lexicon:
    """Built at the first text, not at import: only the inbound webhook needs it."""
    return Lexicon()
