"""Discord's webhooks: one embed.

https://docs.discord.com/developers/resources/webhook#execute-webhook
https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

import re
from typing import Any

from statustext.domain.chat.news import News, Tone, fitted

LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 4096
LONGEST_FIELD = 1024
LONGEST_AUTHOR = 256

_COLOURS = {
    Tone.OVER: 0x1F9D5B,
    Tone.PLANNED: 0x3F66D9,
    Tone.MINOR: 0xD79A00,
    Tone.MAJOR: 0xE06D16,
    Tone.CRITICAL: 0xD3352B,
}
_ADDRESS = re.compile(r"https?://[^\s<>\[\](){}|\"'`*\\^]+")
"""An address in somebody's words: a backslash within it would lead elsewhere."""
_MARKUP = re.compile(r"([\\*_~`|<>\[\]()#@:\-+.])")


def escaped(text: str) -> str:
    """Discord's Markdown, mentions, emoji and time stamps. It takes a backslash before any mark."""
    return _MARKUP.sub(r"\\\1", text)


def message(news: News) -> dict[str, Any]:
    """The body of a request. Nobody is mentioned, whatever the words are."""
    embed: dict[str, Any] = {
        "author": {"name": fitted(news.page, LONGEST_AUTHOR)},
        "title": fitted(f"{news.state}: {news.title}", LONGEST_TITLE, escaped),
        "color": _COLOURS[news.tone],
    }
    if news.details_url:
        embed["url"] = news.details_url
    # An embed counts 6,000 characters in all; a link to manage is the last thing to be cut.
    manage = f"\n\n[{escaped(news.words.manage)}]({news.manage_url})" if news.manage_url else ""
    room = LONGEST_DESCRIPTION - len(manage)
    description = fitted(news.body, room, escaped, _ADDRESS) + manage
    if description.strip():
        embed["description"] = description.strip()
    if news.components:
        names = fitted(", ".join(news.components), LONGEST_FIELD, escaped)
        embed["fields"] = [{"name": news.words.affected, "value": names}]
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}
