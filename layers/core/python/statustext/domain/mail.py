"""A mail as it is written, before it becomes MIME, and the ids by which mailboxes group and know
it."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mail:
    """One mail to one address, in plain text and HTML.

    `message_id` and `thread_id` are ids without angle brackets (RFC 5322, 3.6.4): the same mail has
    the same `message_id` however often it is sent, and mails of one `thread_id` belong together.
    `unsubscribe_url` takes the POST of a mailbox's own button (RFC 8058); "" for a mail that nobody
    unsubscribes from.
    """

    sender: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    message_id: str = ""
    thread_id: str = ""
    unsubscribe_url: str = field(default="", repr=False)
    language: str = "en"


_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]")


def mail_id(*parts: str, sender: str) -> str:
    """An id for Message-ID or References from what it names, at the sender's domain: the same for
    the same parts."""
    named = ".".join(_NOT_IN_AN_ID.sub("-", part) for part in parts)
    domain = sender.rstrip("> ").rpartition("@")[2] or "localhost"
    return f"{named}@{_NOT_IN_AN_ID.sub('-', domain)}"
