"""Feeds and the calendar, as the libraries of their readers take them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
from hypothesis import HealthCheck, given, settings

from statustext.domain.incident import Schedule, Status
from statustext.domain.page import Page
from statustext.flows.showing_publicly import calendar, feeds, statuspage_v2
from statustext.flows.showing_publicly.documents import Snapshot
from tests.unit.test_statuspage_v2 import URL, an_incident, pages, snapshot

FEEDS = [(feeds.rss, "rss20"), (feeds.atom, "atom10")]
LONG_TEXT = "Zürich, Genève; Łódź \\ 東京: " + "wartung " * 30 + "\r\nDone."


def with_maintenance(name: str, body: str) -> Snapshot:
    planned = replace(
        an_incident(7, over=False),
        status=Status.SCHEDULED,
        schedule=Schedule(1.9e9, 1.9e9 + 3600),
        name=name,
    )
    taken = snapshot([an_incident(2, over=True), an_incident(1, over=False)])
    shape = statuspage_v2.incident_shape(planned, [], {}, URL)
    update = {**taken.incidents[0]["incident_updates"][0], "status": "scheduled", "body": body}
    return replace(taken, maintenances=[{**shape, "incident_updates": [update]}])


@pytest.mark.parametrize(("make", "version"), FEEDS)
def test_a_feed_has_an_entry_an_incident(make: Callable[[Snapshot], str], version: str) -> None:
    found = feedparser.parse(make(with_maintenance("Database <upgrade> & more", "Soon.")))
    assert (found.bozo, found.version) == (False, version)
    assert found.feed.title == "Demo"
    titles = [one.title for one in found.entries]
    assert titles == ["Database <upgrade> & more", "Number 2", "Number 1"]
    newest = found.entries[1]
    assert newest.link == newest.id == f"{URL}/incidents/inc000000002"
    content = newest.content[0].value if version == "atom10" else newest.description
    assert content.index(">Investigating</strong> - 2") < content.index("</strong> - 1")


def test_what_an_operator_wrote_is_text_in_a_feed() -> None:
    taken = with_maintenance("x", "<script>alert(1)</script> https://example.com/?a=1&b=2.")
    (entry, *_) = feedparser.parse(feeds.atom(taken)).entries
    assert "<script" not in entry.content[0].value
    root = ElementTree.fromstring(feeds.atom(taken))  # noqa: S314  # our own
    content = root.findtext(".//{http://www.w3.org/2005/Atom}content") or ""
    assert "&lt;script&gt;" in content
    assert 'href="https://example.com/?a=1&amp;b=2"' in content


def test_a_calendar_holds_the_maintenance() -> None:
    found = icalendar.Calendar.from_ical(calendar.ics(with_maintenance(LONG_TEXT, LONG_TEXT)))
    (event,) = found.walk("VEVENT")
    assert event["SUMMARY"] == LONG_TEXT.replace("\r\n", "\n")
    assert event["DESCRIPTION"] == event["SUMMARY"]
    for name, after in (("DTSTART", 0), ("DTEND", 3600)):
        assert event.decoded(name) == datetime.fromtimestamp(1.9e9 + after, UTC)
    assert event["URL"] == f"{URL}/incidents/inc000000007"
    assert not found.errors
    assert not event.errors


def test_no_line_of_a_calendar_is_longer_than_75_octets() -> None:
    lines = calendar.ics(with_maintenance(LONG_TEXT, LONG_TEXT)).split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(pages())
def test_every_page_has_feeds_and_a_calendar(made: tuple[Page, Snapshot]) -> None:
    _, taken = made
    entries = len(taken.incidents) + len(taken.maintenances)
    for make, _version in FEEDS:
        written = make(taken)
        assert len(feedparser.parse(written).entries) == entries
        ElementTree.fromstring(written)  # noqa: S314  # our own
    events = icalendar.Calendar.from_ical(calendar.ics(taken)).walk("VEVENT")
    assert len(events) == len(taken.maintenances)
