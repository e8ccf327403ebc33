"""Microsoft Teams: an adaptive card, to a workflow that waits for webhook requests.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
https://learn.microsoft.com/en-us/adaptive-cards/create/textfeatures

What operators write stands in text runs, in which Teams reads no Markdown; mentions need an entity
besides their words, and there is none.
"""

from typing import Any

from statustext.domain.chat.news import News, Tone, fitted

LONGEST_CARD = 28_000
"""Bytes. https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
Teams counts some characters twice, so that what is cut below comes to half of it at most."""
LONGEST_TITLE = 250
LONGEST_BODY = 3500
LONGEST_NAMES = 1000
MOST_LINES = 40

_COLOURS = {
    Tone.OVER: "good",
    Tone.PLANNED: "accent",
    Tone.MINOR: "warning",
    Tone.MAJOR: "warning",
    Tone.CRITICAL: "attention",
}


def message(news: News) -> dict[str, Any]:
    """The body of a request."""
    shown = [
        _line(fitted(news.page, LONGEST_TITLE), isSubtle=True),
        _line(
            fitted(f"{news.state}: {news.title}", LONGEST_TITLE),
            color=_COLOURS[news.tone],
            size="large",
            weight="bolder",
        ),
    ]
    shown += [_line(one) for one in _lines(fitted(news.body, LONGEST_BODY))]
    if news.components:
        names = f"{news.words.affected}: {', '.join(news.components)}"
        shown.append(_line(fitted(names, LONGEST_NAMES), isSubtle=True))
    actions = [
        {"type": "Action.OpenUrl", "title": label, "url": url}
        for url, label in (
            (news.details_url, news.words.details),
            (news.manage_url, news.words.manage),
        )
        if url
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": fitted(f"{news.page}: {news.state}: {news.title}", LONGEST_TITLE),
        "body": shown,
        "actions": actions,
        "msteams": {"width": "Full"},
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attached = {"contentType": kind, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


def _lines(body: str) -> list[str]:
    """A run knows no line breaks, so that each line is one; the rest of many lines is one too."""
    lines = [line for line in body.splitlines() if line.strip()]
    rest = " ".join(lines[MOST_LINES:])
    return lines[:MOST_LINES] + ([rest] if rest else [])


def _line(text: str, **look: Any) -> dict[str, Any]:
    run = {"type": "TextRun", "text": text, **look}
    return {"type": "RichTextBlock", "inlines": [run]}
