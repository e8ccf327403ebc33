"""Scheduled maintenance for calendars (RFC 5545). Times are in UTC, which needs no VTIMEZONE."""

from collections.abc import Iterator
from datetime import datetime

from statustext.flows.showing_publicly.documents import Snapshot
from statustext.flows.showing_publicly.feeds import NOT_IN_XML
from statustext.flows.showing_publicly.statuspage_v2 import Shape

WIDTH = 75
"""Octets of a line; longer ones go on in the next, behind a space (3.1)."""

STATUS = {"scheduled": "TENTATIVE"}


def ics(taken: Snapshot) -> str:
    """Every maintenance of the snapshot as an event."""
    page = taken.page
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Statustext//Maintenance//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(page['name'])}",
    ]
    for one in taken.maintenances:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(one: Shape) -> list[str]:
    newest = one["incident_updates"][0]
    begin, end = one["scheduled_for"], max(one["scheduled_until"], one["scheduled_for"])
    return [
        "BEGIN:VEVENT",
        f"UID:{one['id']}@{one['page_id']}.statustext",
        f"DTSTAMP:{_moment(one['updated_at'])}",
        f"LAST-MODIFIED:{_moment(one['updated_at'])}",
        f"DTSTART:{_moment(begin)}",
        f"DTEND:{_moment(end)}",
        f"SUMMARY:{_text(one['name'])}",
        f"DESCRIPTION:{_text(newest['body'])}",
        f"URL:{one['shortlink']}",
        f"STATUS:{STATUS.get(one['status'], 'CONFIRMED')}",
        "END:VEVENT",
    ]


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT (3.3.11)."""
    clean = NOT_IN_XML.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        clean = clean.replace(sign, f"\\{sign}")
    return clean.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, no character cut."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > WIDTH:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + width
    yield part
