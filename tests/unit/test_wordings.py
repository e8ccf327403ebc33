"""Texts in every language: complete, within their budgets, and in the cheap alphabet."""

from dataclasses import fields

import pytest

from statustext.domain.language import Language, language_named
from statustext.domain.opt_out import Intent, classify
from statustext.domain.rendering import VARIABLE, render
from statustext.domain.segments import Encoding, count
from statustext.domain.templates import (
    LONGEST,
    MAX_SEGMENTS,
    Event,
    check,
    check_default,
    default,
    key_of,
    read_key,
    samples_in,
    variables,
    wording_for,
)
from statustext.domain.wordings import Answer, Wishes, wordings_in
from statustext.flows.hearing.answering import SEGMENTS
from statustext.flows.languages import LANGUAGES, choose

IN_UCS2 = (Language.JA, Language.AR)
DIRECT = (Event.VERIFICATION, Event.WELCOME, Event.HELP)
every_language = pytest.mark.parametrize("language", list(Language))
PAGES = ("Acme", "Kodo Cloud Platform")


def test_the_languages_are_those_of_the_page() -> None:
    assert [one.value for one in Language] == list(LANGUAGES)
    assert choose("pl", "") == Language.PL


@every_language
def test_a_language_says_all_that_english_says(language: Language) -> None:
    words, english = wordings_in(language), wordings_in(Language.EN)
    assert set(words.events) == set(Event)
    for name in ("without_times", "impacts", "statuses", "answers"):
        assert set(getattr(words, name)) == set(getattr(english, name)), name
    assert (len(words.calendar.weekdays), len(words.calendar.months)) == (7, 12)
    for event, texts in english.events.items():
        assert len(words.events[event]) >= len(
            texts
        )  # where marks cost more, a shorter one follows
        for own, text in zip(words.events[event], texts, strict=False):
            assert _variables(own) == _variables(text), (event, own)
    for answer, text in english.answers.items():
        assert set(VARIABLE.findall(words.answers[answer])) == set(VARIABLE.findall(text)), answer
    for one in fields(Wishes):
        english_places = getattr(english.wishes, one.name).count("{")
        assert getattr(words.wishes, one.name).count("{") == english_places, one.name


def _variables(text: str) -> set[str]:
    return {name.lower() for name in VARIABLE.findall(text)}


@every_language
@pytest.mark.parametrize("event", list(Event))
def test_a_default_fits_its_budget(event: Event, language: Language) -> None:
    for page in PAGES:
        samples = {**samples_in(language), "page": page}
        longest = {**samples, "title": LONGEST["title"], "url": LONGEST["url"]}
        for values in (samples,) if event in DIRECT else (samples, longest):
            template = wording_for(event, values, 1, language)
            text = render(template, values, 1)
            size = count(text)
            assert size.segments <= (2 if event in DIRECT and language in IN_UCS2 else 1), text
            assert size.encoding is (Encoding.UCS2 if language in IN_UCS2 else Encoding.GSM7), text


@every_language
@pytest.mark.parametrize("event", list(Event))
def test_a_default_may_be_saved(event: Event, language: Language) -> None:
    for text in wordings_in(language).events[event]:
        found = check(event, text, page="Acme", budget=MAX_SEGMENTS, language=language)
        assert found.fitted_segments <= MAX_SEGMENTS
        assert set(VARIABLE.findall(text)) <= set(variables(event))
    least = check_default(event, language, page="Acme", budget=1)
    assert least.fitted_segments <= (MAX_SEGMENTS if event in DIRECT else 1)


@every_language
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_fits_its_budget(answer: Answer, page: str, language: Language) -> None:
    values = {"page": page, "url": "https://status.example.com", "title": "API", "message": "API"}
    size = count(render(wordings_in(language).answers[answer], values, SEGMENTS))
    assert size.segments <= SEGMENTS
    assert size.encoding is (Encoding.UCS2 if language in IN_UCS2 else Encoding.GSM7)


@every_language
def test_words_for_values_are_in_the_cheap_alphabet_where_there_is_one(language: Language) -> None:
    words = wordings_in(language)
    said = [
        *words.impacts.values(),
        *words.statuses.values(),
        *words.without_times.values(),
        *words.calendar.weekdays,
        *words.calendar.months,
        *vars(words.units).values(),
        *vars(words.wishes).values(),
        words.more,
    ]
    assert language in IN_UCS2 or count("".join(said)).encoding is Encoding.GSM7


@every_language
def test_what_the_law_asks_for_is_in_every_language(language: Language) -> None:
    for event in DIRECT:
        assert "STOP" in default(event, language)
        assert "{{page}}" in default(event, language)
    assert "HELP" in default(Event.WELCOME, language)
    assert "10" in default(Event.VERIFICATION, language)
    for answer in (Answer.LIST, Answer.HOW_TO_STOP, Answer.LANGUAGE):
        assert "STOP" in wordings_in(language).answers[answer]


@every_language
def test_the_name_of_a_template_tells_its_event_and_language(language: Language) -> None:
    for event in Event:
        assert read_key(key_of(event, language)) == (event, language)


@pytest.mark.parametrize("key", ["created_xx", "de", "", "created_en"])
def test_no_other_name_is_one(key: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Event"):
        read_key(key)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ESPAÑOL", Language.ES),
        ("Espanol", Language.ES),
        ("français", Language.FR),
        ("FRANCAIS", Language.FR),
        ("Deutsch", Language.DE),
        ("Português", Language.PT),
        ("portugues", Language.PT),
        ("italiano", Language.IT),
        ("Nederlands", Language.NL),
        ("POLSKI", Language.PL),
        ("po polsku", Language.PL),
        ("日本語", Language.JA),
        ("العربية", Language.AR),
        ("English", Language.EN),
        ("inglés", Language.EN),
        ("deutsche Bahn", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_name(text: str, language: Language | None) -> None:
    assert language_named(text) is language
    assert classify(text) is Intent.OTHER
