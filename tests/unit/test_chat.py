"""What chats are told: within their limits, and nothing in an operator's words means something."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.chat import discord, slack, teams
from statustext.domain.chat.news import News, Tone, fitted, tone_of, units
from statustext.domain.incident import Impact, Incident, Status

NEWS = News(
    page="Acme",
    title="Elevated errors",
    state="Investigating",
    body="We see errors.\nMore in 20 minutes.",
    tone=Tone.MAJOR,
    components=("API", "Web"),
    details_url="https://status.acme.example/incidents/1?a=b&c=d",
    manage_url="https://api.acme.example/manage?t=x|y",
)
LONG = "Lorem <ipsum> & *dolor* @everyone 🧑‍🚒 " * 300
HUGE = News(LONG, LONG, LONG[:40], LONG, Tone.CRITICAL, (LONG,) * 3, NEWS.details_url, "")


def test_slack() -> None:
    assert slack.message(NEWS) == {
        "text": "Acme: 🟠 Investigating: Elevated errors",
        "blocks": [
            {
                "type": "header",
                "text": {
                    "type": "plain_text",
                    "text": "🟠 Investigating: Elevated errors",
                    "emoji": False,
                },
            },
            {
                "type": "section",
                "text": {
                    "type": "plain_text",
                    "text": "We see errors.\nMore in 20 minutes.",
                    "emoji": False,
                },
            },
            {
                "type": "context",
                "elements": [{"type": "plain_text", "text": "Affected: API, Web", "emoji": False}],
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "mrkdwn",
                        "text": "<https://status.acme.example/incidents/1?a=b&amp;c=d|Details> · "
                        "<https://api.acme.example/manage?t=x%7Cy|Manage or unsubscribe>",
                        "verbatim": True,
                    }
                ],
            },
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_teams() -> None:
    card = teams.message(NEWS)["attachments"][0]["content"]
    lines = [one["inlines"][0] for one in card["body"]]
    assert [one["text"] for one in lines] == [
        "Acme",
        "Investigating: Elevated errors",
        "We see errors.",
        "More in 20 minutes.",
        "Affected: API, Web",
    ]
    assert lines[1]["color"] == "warning"
    assert [one["url"] for one in card["actions"]] == [NEWS.details_url, NEWS.manage_url]


def test_discord() -> None:
    assert discord.message(NEWS) == {
        "embeds": [
            {
                "author": {"name": "Acme"},
                "title": r"Investigating\: Elevated errors",
                "color": 0xE06D16,
                "url": NEWS.details_url,
                "description": "We see errors\\.\nMore in 20 minutes\\.\n\n"
                f"[Manage or unsubscribe]({NEWS.manage_url})",
                "fields": [{"name": "Affected", "value": "API, Web"}],
            }
        ],
        "allowed_mentions": {"parse": []},
    }


@pytest.mark.parametrize("make", [slack.message, teams.message, discord.message])
def test_what_is_not_there_takes_no_place(make: Callable[[News], dict[str, Any]]) -> None:
    bare = News("Acme", "Errors", "Resolved", " ", Tone.OVER)
    written = json.dumps(make(bare))
    assert "Affected" not in written
    assert "Details" not in written
    assert "Manage" not in written


@pytest.mark.parametrize(
    "words",
    [
        "@everyone look",
        "@here",
        "<!channel> now",
        "<!here|here>",
        "<@U024BE7LH>",
        "<#C024BE7LR|general>",
        "<https://evil.example|our bank>",
        "[our bank](https://evil.example)",
        "<@&123>",
        "<t:1618953630:R>",
        "<:wave:123>",
        "**bold** _it_ ~~no~~ ||spoiler|| `code`",
        "# head",
        "-# small",
        "- item",
        "1. item",
        "> quote",
        "&lt;!channel&gt;",
        "back\\slash \\@everyone",
    ],
)
def test_an_operators_words_mean_nothing_to_a_chat(words: str) -> None:
    news = replace(NEWS, title=words, body=words, components=(words,), page=words, state=words)
    for text in [one for block in slack.message(news)["blocks"][:3] for one in _texts(block)]:
        assert "<" not in text
        assert ">" not in text
    assert "<" not in slack.message(news)["text"]
    message = discord.message(news)
    assert message["allowed_mentions"] == {"parse": []}
    embed = message["embeds"][0]
    for text in (embed["title"], embed["description"], embed["fields"][0]["value"]):
        bare = text.partition("\n\n[Manage")[0]
        assert unescaped_marks(bare.replace("https://evil.example", "")) == ""


def _texts(block: dict[str, Any]) -> list[str]:
    return [
        one["text"] for one in block.get("elements", [block["text"]] if "text" in block else [])
    ]


def unescaped_marks(text: str) -> str:
    """The marks of Discord's in a text that no backslash stands before."""
    found, chars = "", iter(text)
    for char in chars:
        if char == "\\":
            next(chars)
        elif char in "*_~`|<>[]()#@:-+.":
            found += char
    return found


def test_an_address_stays_whole_for_discord() -> None:
    body = "See https://acme.example/a_b-c.html?x=1&y=2, not a_b."
    told = discord.message(replace(NEWS, body=body))["embeds"][0]["description"]
    assert told.startswith(r"See https://acme.example/a_b-c.html?x=1&y=2, not a\_b\.")


def test_slack_keeps_its_limits() -> None:
    message = slack.message(HUGE)
    header, section, names, _ = message["blocks"]
    assert units(header["text"]["text"]) <= slack.LONGEST_HEADER
    assert units(section["text"]["text"]) <= slack.LONGEST_SECTION
    assert units(names["elements"][0]["text"]) <= slack.LONGEST_NAMES
    assert units(message["text"]) <= slack.LONGEST_FALLBACK


def test_discord_keeps_its_limits() -> None:
    embed = discord.message(replace(HUGE, manage_url=NEWS.manage_url))["embeds"][0]
    name, value = embed["fields"][0]["name"], embed["fields"][0]["value"]
    assert units(embed["title"]) <= discord.LONGEST_TITLE
    assert units(embed["description"]) <= discord.LONGEST_DESCRIPTION
    assert embed["description"].endswith(f"({NEWS.manage_url})")
    assert units(value) <= discord.LONGEST_FIELD
    whole = [embed["title"], embed["description"], embed["author"]["name"], name, value]
    assert sum(units(one) for one in whole) <= 6000


def test_a_card_has_room_in_teams_even_if_its_characters_count_twice() -> None:
    for body in (LONG, "\n".join("line" for _ in range(5000)), "a\n" * 5000, "支" * 9000):
        card = json.dumps(teams.message(replace(HUGE, body=body)), ensure_ascii=False)
        assert units(card) * 2 <= teams.LONGEST_CARD


@given(st.text(max_size=60), st.integers(1, 60))
def test_what_fits_is_whole_and_what_does_not_ends_in_an_ellipsis(text: str, limit: int) -> None:
    cut = fitted(text, limit, slack.escaped)
    assert units(cut) <= limit
    whole = slack.escaped(text)
    if units(whole) <= limit:
        assert cut == whole
    else:
        assert cut.endswith("…")
        assert whole.startswith(cut[:-1])


@pytest.mark.parametrize(
    ("status", "impact", "tone"),
    [
        (Status.INVESTIGATING, Impact.NONE, Tone.MINOR),
        (Status.INVESTIGATING, Impact.MINOR, Tone.MINOR),
        (Status.IDENTIFIED, Impact.MAJOR, Tone.MAJOR),
        (Status.MONITORING, Impact.CRITICAL, Tone.CRITICAL),
        (Status.RESOLVED, Impact.CRITICAL, Tone.OVER),
        (Status.SCHEDULED, Impact.MAINTENANCE, Tone.PLANNED),
        (Status.COMPLETED, Impact.MAINTENANCE, Tone.OVER),
    ],
)
def test_the_colour_is_of_how_bad_it_is_now(status: Status, impact: Impact, tone: Tone) -> None:
    incident = Incident("i", "default", "x", status, impact, (), 1, 1, 0.0, 0.0)
    assert tone_of(incident) is tone
