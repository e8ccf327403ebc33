"""The links that a subscriber is sent to what is theirs alone."""

from dataclasses import dataclass

from statustext.domain.code_keys import CodeKey
from statustext.domain.page import Page
from statustext.domain.verification import MANAGE_TOKEN_LIFE, manage_token, unsubscribe_token


@dataclass(frozen=True)
class OwnLinks:
    """`manage` opens the subscription on the page for 30 days, "" where the page has no address.
    `unsubscribe` ends it with one button, however old the message is."""

    manage: str
    unsubscribe: str


def own_links(page: Page, subscriber: str, epoch: int, key: CodeKey, now: float) -> OwnLinks:
    """The token to manage stands behind the #, so that no server sees it."""
    token = manage_token(key, page.id, subscriber, epoch, now + MANAGE_TOKEN_LIFE)
    ends = unsubscribe_token(key, page.id, subscriber)
    leave = f"{page.public_url}/pages/{page.id}/subscriptions/{subscriber}/unsubscribe?token={ends}"
    return OwnLinks(f"{page.url}#statustext={token}" if page.url else "", leave)
