"""What people subscribe to in a reader: one entry an incident, its updates in it.

RSS 2.0 (https://www.rssboard.org/rss-specification) and Atom (RFC 4287).
"""

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as Xml

from markupsafe import Markup

from statustext.flows.showing_publicly.documents import MOST, Snapshot
from statustext.flows.showing_publicly.html.view import STATUSES, linked
from statustext.flows.showing_publicly.statuspage_v2 import Shape

ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, however they are written."""

Xml.register_namespace("atom", ATOM)


def rss(taken: Snapshot) -> str:
    """The incidents and maintenances of a page, the last changed first."""
    page, entries = taken.page, _entries(taken)
    root = Xml.Element("rss", version="2.0")
    channel = Xml.SubElement(root, "channel")
    _add(channel, "title", page["name"])
    _add(channel, "link", page["url"])
    _add(channel, "description", f"Incidents and maintenance of {page['name']}")
    _add(channel, "lastBuildDate", _rfc822(page["updated_at"]))
    Xml.SubElement(
        channel,
        f"{{{ATOM}}}link",
        rel="self",
        type="application/rss+xml",
        href=_clean(f"{page['url']}/history.rss"),
    )
    for one in entries:
        item = Xml.SubElement(channel, "item")
        _add(item, "title", one["name"])
        _add(item, "link", one["shortlink"])
        _add(item, "guid", one["shortlink"])
        _add(item, "pubDate", _rfc822(one["created_at"]))
        _add(item, "description", _content(one))
    return _written(root)


def atom(taken: Snapshot) -> str:
    """The same as an Atom feed."""
    page = taken.page
    root = Xml.Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}id", f"{page['url']}/history.atom")
    _add(root, f"{{{ATOM}}}title", page["name"])
    _add(root, f"{{{ATOM}}}updated", page["updated_at"])
    for rel, href in (("self", f"{page['url']}/history.atom"), ("alternate", page["url"])):
        Xml.SubElement(root, f"{{{ATOM}}}link", rel=rel, href=_clean(href))
    author = Xml.SubElement(root, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", page["name"])
    for one in _entries(taken):
        entry = Xml.SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}id", one["shortlink"])
        _add(entry, f"{{{ATOM}}}title", one["name"])
        _add(entry, f"{{{ATOM}}}published", one["created_at"])
        _add(entry, f"{{{ATOM}}}updated", one["updated_at"])
        Xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=_clean(one["shortlink"]))
        _add(entry, f"{{{ATOM}}}content", _content(one)).set("type", "html")
    return _written(root)


def _entries(taken: Snapshot) -> Sequence[Shape]:
    found = [*taken.incidents, *taken.maintenances]
    return sorted(found, key=lambda one: str(one["updated_at"]), reverse=True)[:MOST]


def _content(one: Shape) -> str:
    updates = [
        Markup("<p><small>{}</small><br><strong>{}</strong> - {}</p>").format(
            update["display_at"], STATUSES[update["status"]], linked(update["body"])
        )
        for update in one["incident_updates"]
    ]
    when = Markup()
    if "scheduled_for" in one:
        times = one["scheduled_for"], one["scheduled_until"]
        when = Markup("<p><strong>{} - {}</strong></p>").format(*times)
    return str(when + Markup().join(updates))


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    added = Xml.SubElement(parent, name)
    added.text = _clean(text)
    return added


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _rfc822(iso: str) -> str:
    return format_datetime(datetime.fromisoformat(iso))


def _written(root: Xml.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")
