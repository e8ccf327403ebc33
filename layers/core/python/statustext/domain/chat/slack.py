"""Slack's incoming webhooks: blocks.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
https://docs.slack.dev/messaging/formatting-message-text

What operators write stands in `plain_text`, in which Slack knows neither mentions nor formatting;
only our own links are `mrkdwn`. An incoming webhook answers no id of its message, so that it can
neither be edited nor answered in a thread.
"""

from typing import Any

from statustext.domain.chat.news import News, Tone, fitted

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_FALLBACK = 4000
LONGEST_NAMES = 1000

_SIGNS = {
    Tone.OVER: "✅",
    Tone.PLANNED: "🔧",
    Tone.MINOR: "🟡",
    Tone.MAJOR: "🟠",
    Tone.CRITICAL: "🔴",
}
_CONTROL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Slack's three control characters, which mentions, links and dates begin with."""
    return "".join(_CONTROL.get(char, char) for char in text)


def message(news: News) -> dict[str, Any]:
    """The body of a request. `text` is what notifications show."""
    headline = f"{_SIGNS[news.tone]} {news.state}: {news.title}"
    blocks = [_block("header", headline, LONGEST_HEADER)]
    if news.body.strip():
        blocks.append(_block("section", news.body, LONGEST_SECTION))
    if news.components:
        names = f"{news.words.affected}: {', '.join(news.components)}"
        blocks.append({"type": "context", "elements": [_plain(names, LONGEST_NAMES)]})
    links = " · ".join(
        f"<{_address(url)}|{escaped(label)}>"
        for url, label in (
            (news.details_url, news.words.details),
            (news.manage_url, news.words.manage),
        )
        if url
    )
    if links:
        shown = {"type": "mrkdwn", "text": links, "verbatim": True}
        blocks.append({"type": "context", "elements": [shown]})
    fallback = fitted(f"{news.page}: {headline}", LONGEST_FALLBACK, escaped)
    return {"text": fallback, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _block(kind: str, text: str, limit: int) -> dict[str, Any]:
    return {"type": kind, "text": _plain(text, limit)}


def _plain(text: str, limit: int) -> dict[str, Any]:
    # Without emoji, a name such as :fire: stays as it was written.
    return {"type": "plain_text", "text": fitted(text, limit, escaped), "emoji": False}


def _address(url: str) -> str:
    return escaped(url).replace("|", "%7C")
