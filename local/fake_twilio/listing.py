"""Twilio's list of messages: filters and pages.

Source: twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from .answers import Refusal
from .messages import Message

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def list_page(
    messages: Iterable[Message], query: Mapping[str, str], now: float, uri: str
) -> dict[str, Any]:
    """One page of `messages` (oldest first as given, newest first as shown) at `now`.

    A message that has not left Twilio yet has no DateSent, so a DateSent filter leaves it out.
    `uri` is the list's own path. Raises Refusal for a filter that cannot be read.
    """
    size, page = _number(query, "PageSize", DEFAULT_PAGE_SIZE), _number(query, "Page", 0)
    if size < 1:
        raise Refusal(20001, detail="PageSize")
    if size > LARGEST_PAGE_SIZE:
        raise Refusal(20007)
    wanted = _wanted(query, now)
    found = [message for message in messages if wanted(message)][::-1]
    start = _start(found, query.get("PageToken"), page * size)
    shown = found[start : start + size]
    more = bool(shown) and start + size < len(found)
    filters = {key: query[key] for key in _FILTERS if key in query} | {"PageSize": str(size)}

    def link(number: int, token: str = "") -> str:
        tail = {"Page": str(number)} | ({"PageToken": token} if token else {})
        return f"{uri}?{urlencode(filters | tail)}"

    return {
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": link(0),
        "messages": [message.as_json(now) for message in shown],
        "next_page_uri": link(page + 1, "PA" + shown[-1].sid) if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": link(page - 1) if page else None,
        "start": start,
        "uri": link(page, query.get("PageToken", "")),
    }


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refusal(20001, detail=name)
    return int(text)


def _start(found: list[Message], token: str | None, default: int) -> int:
    """A token names the last message seen, so that newer messages do not shift the next page."""
    if token is None:
        return default
    for index, message in enumerate(found):
        if "PA" + message.sid == token:
            return index + 1
    raise Refusal(20001, detail="PageToken")


def _wanted(query: Mapping[str, str], now: float) -> Callable[[Message], bool]:
    numbers = {key: query[key].strip() for key in ("To", "From") if query.get(key)}
    spans = [
        (sign, *_span(query["DateSent" + sign]))
        for sign in ("", "<", ">")
        if query.get("DateSent" + sign)
    ]

    def wanted(message: Message) -> bool:
        if numbers.get("To", message.to) != message.to:
            return False
        if numbers.get("From", message.sender) != message.sender:
            return False
        if not spans:
            return True
        sent = message.sent_at(now)
        return sent is not None and all(_in_span(int(sent), *span) for span in spans)

    return wanted


def _in_span(sent: int, sign: str, first: float, last: float) -> bool:
    """Twilio's "<" and ">" include the date itself."""
    return (sign == ">" or sent < last) and (sign == "<" or sent >= first)


def _span(text: str) -> tuple[float, float]:
    """First second and the second after the last of a date, or of a date with a time (UTC)."""
    for read in (_read_day, _read_iso, _read_rfc2822):
        try:
            start, length = read(text.strip())
            return start.timestamp(), (start + length).timestamp()
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    raise Refusal(20001, detail="DateSent")


def _read_day(text: str) -> tuple[datetime, timedelta]:
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC), timedelta(days=1)


def _read_iso(text: str) -> tuple[datetime, timedelta]:
    return _second(datetime.fromisoformat(text))


def _read_rfc2822(text: str) -> tuple[datetime, timedelta]:
    return _second(parsedate_to_datetime(text))


def _second(moment: datetime) -> tuple[datetime, timedelta]:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=0), timedelta(seconds=1)
