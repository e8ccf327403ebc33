"""Templates: what may be saved, what it costs, and what is sent."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from statustext.domain.graphemes import graphemes
from statustext.domain.language import Language
from statustext.domain.rendering import uncut
from statustext.domain.segments import Encoding, clean, count
from statustext.domain.templates import (
    LONGEST,
    SAMPLES,
    Event,
    TemplateError,
    check,
    default,
    render,
    variables,
    wording_for,
)
from statustext.domain.wordings import wordings_in
from statustext.field_types import Title

WITHOUT_TIMES = wordings_in(Language.EN).without_times
WORDINGS = {Event(name): texts for name, texts in wordings_in(Language.EN).events.items()}
DEFAULTS = {event: default(event, Language.EN) for event in Event}
CREATED = WORDINGS[Event.CREATED][-1]
ZALGO = "Z" + "\u0351" * 8 + "a" + "\u0351" * 3
FAMILY = "👩\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize("event", list(Event))
def test_defaults_may_be_saved_and_fit_one_segment(event: Event) -> None:
    for page in ("Acme", "Kodo Cloud Platform"):
        checked = check(event, DEFAULTS[event], page=page, budget=1)
        assert checked.fitted_segments == 1
        assert checked.encoding is Encoding.GSM7
        assert page in checked.preview
        assert not checked.ucs2_characters


def test_default_wording() -> None:
    assert set(DEFAULTS) == set(Event)
    assert CREATED == "[{{page}}] {{Severity}} incident: {{title}}"
    assert DEFAULTS[Event.CREATED] == CREATED + " {{url}}"
    assert DEFAULTS[Event.UPDATED] == "[{{page}}] Update: {{title}} - {{Status}} {{url}}"
    assert "{{duration}}" in DEFAULTS[Event.RESOLVED]
    assert {"starts", "ends"} <= set(re.findall(r"\w+", DEFAULTS[Event.MAINTENANCE_SCHEDULED]))
    assert "{{code}}" in DEFAULTS[Event.VERIFICATION]
    assert "expires in 10 minutes" in DEFAULTS[Event.VERIFICATION]
    for event in (Event.WELCOME, Event.HELP):
        for needed in ("{{page}}", "STOP", "Msg frequency varies", "Msg & data rates may apply"):
            assert needed in DEFAULTS[event]
    assert "HELP" in DEFAULTS[Event.WELCOME]
    assert "{{url}}" in DEFAULTS[Event.HELP]


@pytest.mark.parametrize(
    ("event", "template", "code"),
    [
        (Event.CREATED, "", "empty"),
        (Event.CREATED, " \n\u200b\x00 ", "empty"),
        (Event.CREATED, "{{titel}}", "unknown_variable"),
        (Event.CREATED, "{{Title}}", "unknown_variable"),
        (Event.CREATED, "{{}}", "unknown_variable"),
        (Event.CREATED, "{{code}} {{title}}", "unknown_variable"),
        (Event.WELCOME, "{{title}} STOP", "unknown_variable"),
        (Event.CREATED, "{{title", "unbalanced_braces"),
        (Event.CREATED, "title}}", "unbalanced_braces"),
        (Event.CREATED, "{title}", "unbalanced_braces"),
        (Event.CREATED, "{{{title}}}", "unbalanced_braces"),
        (Event.CREATED, "{{title {{page}} }}", "unbalanced_braces"),
        (Event.CREATED, "x" * 161, "too_long"),
        (Event.CREATED, "ж" * 71, "too_long"),
        (Event.CREATED, "x" * 101 + "{{url}}", "too_long"),
        (Event.CREATED, "x" * 1001, "too_long"),
        (Event.VERIFICATION, "x" * 480 + "{{code}} STOP", "too_long"),
        (Event.VERIFICATION, "Your code is {{code}}.", "stop_missing"),
        (Event.CREATED, "\uff5b\uff5btitel\uff5d\uff5d", "unknown_variable"),
        (Event.CREATED, "\uff5btitle\uff5d", "unbalanced_braces"),
        (Event.CREATED, "{{title}} took {{duration}}", "unknown_variable"),
        (Event.RESOLVED, "{{title}} since {{starts}}", "unknown_variable"),
        (Event.CREATED, "{{SEVERITY}}", "unknown_variable"),
        (Event.VERIFICATION, "Your code is here.", "code_missing"),
        (Event.WELCOME, "Welcome to {{page}}", "stop_missing"),
        (Event.WELCOME, "Unstoppable {{page}}", "stop_missing"),
        (Event.HELP, "Help at {{url}}", "stop_missing"),
    ],
)
def test_refused(event: Event, template: str, code: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        check(event, template, page="Acme")
    assert refusal.value.code == code
    assert refusal.value.message.endswith((".", "”"))


def test_a_check_tells_the_price() -> None:
    checked = check(Event.CREATED, "🔥 {{title}} {{ message }} ✅", page="Acme", budget=2)
    assert checked.encoding is Encoding.UCS2
    assert checked.ucs2_characters == ("✅", "🔥")
    assert checked.segments == 10
    assert checked.fitted_segments == 2
    assert checked.preview.startswith("🔥 Elevated")


def test_legal_texts_may_take_more_than_the_budget() -> None:
    long = "Reply STOP to end. " + "x" * 200
    assert check(Event.WELCOME, long, page="Acme", budget=1).fitted_segments == 2


@pytest.mark.parametrize("budget", [0, 4, -1])
def test_budgets_outside_one_to_three_are_refused(budget: int) -> None:
    with pytest.raises(ValueError, match="segment budget"):
        render("x", {}, budget)
    with pytest.raises(ValueError, match="segment budget"):
        check(Event.CREATED, "x", page="Acme", budget=budget)


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        (
            CREATED,
            {"page": "Acme", "severity": "major", "title": "API"},
            "[Acme] Major incident: API",
        ),
        (CREATED, {"page": "A", "severity": "none", "title": "x"}, "[A] No-impact incident: x"),
        ("{{severity}} {{Severity}}", {"severity": "critical"}, "critical Critical"),
        ("{{severity}}", {"severity": "none"}, "no-impact"),
        ("{{status}} {{Status}}", {"status": "in_progress"}, "in progress In progress"),
        ("{{status}} {{Status}}", {"status": "In progress"}, "in progress In progress"),
        ("\uff5b\uff5btitle\uff5d\uff5d", {"title": "API"}, "API"),
        ("{{\uff54itle}}", {"title": "API"}, "API"),
        ("{{ title }}", {"title": "x"}, "x"),
        ("{{title}}", {"title": "{{url}} {{title}}", "url": "u"}, "{{url}} {{title}}"),
        ("{{message}}{{title}}", {"message": "{{ti", "title": "tle}}"}, "{{title}}"),
        ("{{title}}|{{message}}", {"title": " a\n\tb ", "message": "c\r\nd\n"}, "a b|c\nd"),
        ("{{title}}", {"title": "\u202eevil\x00\u200b “x”"}, 'evil "x"'),
        ("{{title}}", {"title": "cafe\u0301"}, "café"),
        ("e{{title}}", {"title": "\u0301x"}, "ex"),
        ("“{{title}}” – now", {"title": "a"}, '"a" - now'),
        ("{{title}}", {}, ""),
        ("{{old}} {{title}}", {"title": "a", "old": "b"}, "{{old}} a"),
        ("{{url}}", {"url": "https://x.io/a–b?q=½"}, "https://x.io/a–b?q=½"),
        ("{{title}}", {"title": "🔥 API down 🔥"}, "API down"),
        ("🔥 {{title}}", {"title": "API ✅"}, "🔥 API ✅"),
        ("{{title}}", {"title": "Сбой 🔥"}, "Сбой 🔥"),
        ("{{title}}", {"title": "crème ê 🔥"}, "crème ê 🔥"),
        ("{{title}}", {"title": "over ₹500"}, "over ₹500"),
        (
            CREATED,
            {"page": "A", "severity": "minor", "title": "🔥🔥🔥"},
            "[A] Minor incident: 🔥🔥🔥",
        ),
        ("{{title}}", {"title": "🔥!"}, "🔥!"),
        ("{{title}} {{message}}", {"title": "API 🔥", "message": "✅"}, "API ✅"),
        ("{{title}}", {"title": "Z" + "\u0351" * 99 + "a" + "\u0351" * 3}, ZALGO),
    ],
)
def test_rendering(template: str, values: dict[str, str], text: str) -> None:
    assert render(template, values) == text


def test_message_gives_way_before_title_and_the_rest_never() -> None:
    template = "{{title}}: {{message}} {{url}} {{code}} Reply STOP."
    values = {"title": "t" * 60, "message": "m" * 400, "url": "u" * 40, "code": "123456"}
    text = render(template, values)
    assert count(text).units == 160
    assert "t" * 60 in text
    assert re.search(r" m+\.\.\. u{40} 123456 Reply STOP\.$", text)
    text = render(template, {**values, "title": "t" * 150})
    assert count(text).units <= 160
    assert "m" not in text
    assert re.match(r"t{80,}\.\.\.:  u{40} 123456 Reply STOP\.$", text)


def test_titles_keep_twenty_characters_while_service_and_page_can_give_way() -> None:
    template = "[{{page}}] {{service}} {{title}} " + "x" * 80
    values = {"page": "p" * 60, "service": "s" * 60, "title": "t" * 60}
    text = render(template, values)
    assert count(text).segments == 1
    assert "t" * 20 + "..." in text
    assert "s" * 12 + "..." in text
    assert re.match(r"\[p{12,}\.\.\.\]", text)


def test_literals_over_the_budget_take_the_segments_they_need() -> None:
    template = "{{page}} " + "x" * 200 + " {{title}} Reply STOP."
    text = render(template, {"page": "Acme", "title": "t" * 200}, 1)
    assert count(text).segments == 2
    assert text.startswith("Acme " + "x" * 200 + " ttt")
    assert text.endswith("t... Reply STOP.")
    url = "https://example.com/" + "u" * 300
    assert url in render("{{title}} {{url}}", {"title": "t" * 99, "url": url}, 1)


def test_a_title_is_cut_at_a_word() -> None:
    text = render("[A] {{title}}", {"title": "Elevated error rates " * 10})
    assert text == "[A] " + ("Elevated error rates " * 7).rstrip() + "..."
    assert count(text).segments == 1


def test_what_has_no_words_is_cut_anywhere() -> None:
    assert count(render("{{title}}", {"title": "故障" * 99})).units == 70
    assert render("{{title}}", {"title": "a " + "b" * 200}) == "a " + "b" * 155 + "..."


URL = "https://status.example.com/incidents/0frwxtbsbr91?from=sms"


@pytest.mark.parametrize("filler", range(100, 152))
@pytest.mark.parametrize("link", [URL, "www.example.com/a/b/c/d/e/f", "example.com/status/long"])
def test_a_url_in_a_title_is_kept_whole_or_left_out(filler: int, link: str) -> None:
    title = "x" * filler + " " + link + " and some more words behind it"
    text = render("[A] {{title}}", {"title": title})
    assert count(text).segments == 1
    rest = text.removeprefix("[A] " + "x" * filler).strip()
    assert rest == title[filler:].strip() or re.fullmatch(
        rf"(\.\.\.|{re.escape(link)}( .*[^ ]\.\.\.| \.\.\.)?)", rest
    )


def test_a_title_that_is_one_long_url_names_its_host() -> None:
    url = "https://www.example.com/" + "a" * 300
    assert render("[A] {{title}}", {"title": url}) == "[A] example.com..."


@given(st.text(min_size=1, max_size=300), st.integers(0, 150), st.integers(1, 3))
def test_a_title_is_never_emptied(title: str, literal: int, budget: int) -> None:
    shown = uncut("{{title}}", {"title": title})
    text = render("x" * literal + "|{{title}}", {"title": title}, budget)
    assert bool(text.partition("|")[2].strip()) == bool(shown.strip())


ODD = st.one_of(
    st.characters(categories=["Mn", "Mc", "Me", "Cf", "Sk", "So", "Zs", "Lm"]),
    st.sampled_from("\u0e33\uff9e\u2800\u3164\u200d\ufe0f\U0001f525a "),
)


@given(st.text(alphabet=ODD, min_size=1, max_size=6))
def test_a_title_that_is_taken_is_told(title: str) -> None:
    try:
        given = TypeAdapter[str](Title).validate_python(title)
    except ValidationError:
        return
    text = render("Critical incident: {{title}}", {"title": given})
    assert text != "Critical incident:"


def test_a_message_goes_before_a_title_is_cut() -> None:
    values = {"title": "t" * 140, "message": "m " * 99}
    assert render("{{title}}: {{message}}", values) == "t" * 140 + ": m m m m m m m m..."
    assert render("{{title}}: {{message}}", {**values, "title": "t" * 158}) == "t" * 158 + ":"


def test_a_symbol_does_not_cost_a_text_whose_foreign_part_was_cut_away() -> None:
    text = render("{{title}} {{message}}", {"title": "🔥 down", "message": "m" * 200 + "Сбой"})
    assert count(text).encoding is Encoding.GSM7
    assert text.startswith("down mmm")
    assert count(text).units == 160


def test_foreign_letters_cost_only_when_they_are_kept() -> None:
    ascii_part = "a" * 150
    assert render("{{message}}", {"message": ascii_part + "ж" * 50}) == ascii_part + "..."


def test_a_symbol_does_not_shorten_what_fits_without_it() -> None:
    text = render("{{message}}", {"message": "a" * 100 + " 🔥 " + "b" * 50})
    assert text == "a" * 100 + " " + "b" * 50


@pytest.mark.parametrize("offset", range(12))
@pytest.mark.parametrize(
    "cluster", [FAMILY, "🇬🇧", "👍🏽", "e\u0323\u0302\u0327", "\u1112\u1161\u11f9"]
)
def test_cuts_fall_between_graphemes(cluster: str, offset: int) -> None:
    text = render("ж{{title}}", {"title": "я" * offset + cluster * 99})
    assert text.endswith("...")
    kept = text.removesuffix("...").removeprefix("ж" + "я" * offset)
    assert kept
    assert graphemes(kept) == [graphemes(clean(cluster))[0]] * len(graphemes(kept))


PIECES = ["a", "€", "ж", FAMILY, "🇬🇧", "👍🏽", "e\u0323\u0302x", "각", " "]
VALUE = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=120).map("".join),
    st.sampled_from(list(LONGEST.values())),
)
VALUES = st.fixed_dictionaries(
    dict.fromkeys(("title", "message", "service", "page"), VALUE)
    | {"url": st.just("https://status.example.com/i/1"), "severity": st.sampled_from(["minor"])}
)
TEMPLATE = st.sampled_from(
    [
        CREATED,
        DEFAULTS[Event.UPDATED],
        "[{{page}}] {{service}}: {{title}}. {{message}} {{url}} Reply STOP to end.",
        "🔥 {{title}} {{message}} {{title}}",
        "{{message}}",
    ]
)


@given(TEMPLATE, VALUES, st.integers(1, 3))
def test_rendered_texts_stay_in_the_budget(
    template: str, values: dict[str, str], budget: int
) -> None:
    page = "".join(graphemes(values["page"])[:1])
    # The page's first character and the title's are never lost: they must leave room for the rest.
    assume(len(page.encode("utf-16-le")) // 2 <= 4)
    first = graphemes(uncut("{{title}}", values))[:1]
    assume(len("".join(first).encode("utf-16-le")) // 2 <= 6)
    text = render(template, {**values, "page": page}, budget)
    assert count(text).segments <= budget
    for literal in re.split(r"\{\{\w+\}\}", template):
        assert literal.strip() in text
    if "{{url}}" in template:
        assert values["url"] in text


@given(st.lists(st.sampled_from(PIECES), max_size=90))
def test_cuts_never_split_a_grapheme(clusters: list[str]) -> None:
    value = "ж" + "".join(clusters) * 4
    text = render("{{message}}", {"message": value})
    whole = render("{{message}}", {"message": value}, 3)
    if text != whole:
        assert text.endswith("...")
    kept = graphemes(text.removesuffix("..."))
    assert kept == graphemes(whole)[: len(kept)]


@given(st.text(alphabet=sorted("aж€{ "), max_size=400), st.integers(1, 3))
def test_no_longer_cut_would_have_fitted(value: str, budget: int) -> None:
    value = f"a{value}z"
    text = render("{{message}}!", {"message": value}, budget)
    if text != value + "!":
        kept = len(text) - len("...!")
        for length in range(kept + 1, len(value)):
            longer = value[:length].rstrip() + "...!"
            if longer != text and (
                " " not in longer[len(longer) // 2 - 4 :] or value[length] == " "
            ):
                assert count(longer).segments > budget


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(list(LONGEST)), st.text(max_size=50)))
def test_rendering_never_fails(template: str, values: dict[str, str]) -> None:
    assert isinstance(render(template, values), str)


@given(st.sampled_from(list(Event)), st.text(alphabet="{}ab STOP title code", max_size=60))
def test_checking_answers_or_refuses(event: Event, template: str) -> None:
    try:
        preview = check(event, template, page="Acme").preview
    except TemplateError:
        return
    assert preview
    assert "{" not in preview


def test_variables_of_each_event() -> None:
    assert "code" in variables(Event.VERIFICATION)
    assert all("code" not in variables(event) for event in Event if event != Event.VERIFICATION)
    assert "title" in variables(Event.MAINTENANCE_STARTED)
    assert "title" not in variables(Event.HELP)


@pytest.mark.parametrize("event", list(Event))
def test_every_wording_of_a_default_may_be_saved(event: Event) -> None:
    for template in (*WORDINGS[event], *filter(None, [WITHOUT_TIMES.get(event)])):
        assert check(event, template, page="Acme", budget=1).fitted_segments == 1


ALL_KNOWN = {**SAMPLES, "page": "Acme"}


def test_a_default_leaves_out_what_has_no_room() -> None:
    full, linkless, plain = WORDINGS[Event.RESOLVED]
    assert wording_for(Event.RESOLVED, ALL_KNOWN, 1) == full
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "title": "t" * 110}, 1) == linkless
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "title": "t" * 140}, 1) == plain
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "title": "t" * 400}, 1) == plain
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "title": "t" * 140}, 2) == full
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "url": ""}, 1) == linkless
    assert wording_for(Event.RESOLVED, {**ALL_KNOWN, "url": "", "duration": ""}, 1) == plain


def test_a_maintenance_keeps_its_times_before_its_title() -> None:
    event = Event.MAINTENANCE_SCHEDULED
    template = wording_for(event, {**ALL_KNOWN, "title": "t" * 200}, 1)
    assert template == WORDINGS[event][-1]
    text = render(template, {**ALL_KNOWN, "title": "t" * 200}, 1)
    assert SAMPLES["starts"] in text
    assert SAMPLES["ends"] in text
    assert wording_for(event, {**ALL_KNOWN, "starts": ""}, 1) == WITHOUT_TIMES[event]
