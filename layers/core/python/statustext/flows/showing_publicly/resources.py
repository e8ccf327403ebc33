"""What there is to read of a page, by the path below its root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_incident, list_updates
from statustext.adapters.pages import brand_of
from statustext.domain.mode import Mode
from statustext.errors import RejectedError
from statustext.flows.languages import choose, speech_of
from statustext.flows.showing_publicly import calendar, feeds, statuspage_v2
from statustext.flows.showing_publicly.addresses import (
    NO_ROUTE,
    Address,
    where_slashes_are_single,
)
from statustext.flows.showing_publicly.answers import Answer, as_json, cached, header, moved
from statustext.flows.showing_publicly.documents import DOCUMENTS, Snapshot, whole
from statustext.flows.showing_publicly.html import signing_up
from statustext.flows.showing_publicly.html.overview import history, lost, one_incident, overview
from statustext.flows.showing_publicly.html.skeleton import Frame, assets, document, live
from statustext.flows.showing_publicly.html.view import TONES, View
from statustext.flows.showing_publicly.memory import ANEW_AFTER, Memory
from statustext.flows.showing_publicly.reference import reference
from statustext.flows.showing_publicly.snapshot import incident_names

API = "api/v2/"
INCIDENT = "incidents/"
A_YEAR = 365 * 24 * 3600
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"

FEEDS: Mapping[str, tuple[Callable[[Snapshot], str], str]] = {
    "history.rss": (feeds.rss, "application/rss+xml; charset=utf-8"),
    "history.atom": (feeds.atom, "application/atom+xml; charset=utf-8"),
    "maintenance.ics": (calendar.ics, "text/calendar; charset=utf-8"),
}


Drawing = Callable[[Snapshot, View], tuple[str, Markup]]
"""The title of a page, and what is between its header and its footer."""


@dataclass(frozen=True)
class Reader:
    """One request: what is asked about, and by whom."""

    event: Mapping[str, Any]
    address: Address
    table: Table
    now: float
    memory: Memory
    viewer: Path

    def snapshot(self) -> tuple[bytes, Snapshot]:
        """A page's state, and what it was read from. Raises RejectedError 404 where there is no
        such page."""
        return self.memory.snapshot(self.table, self.address.page, self.now)

    def view(self, taken: Snapshot) -> View:
        asked = (self.event.get("queryStringParameters") or {}).get("lang")
        language = choose(asked, header(self.event, "accept-language"))
        return View(
            speech=speech_of(language, taken.words),
            zone=taken.page["time_zone"],
            site=self.address.site,
            root=self.address.root,
            now=self.now,
            page=self.address.page,
            query=f"?lang={language}" if asked == language else "",
        )

    def drawn(self, source: bytes, taken: Snapshot, draw: Drawing) -> Answer:
        """A page, drawn once for everybody to whom it looks the same."""
        view = self.view(taken)
        frame = Frame(
            taken.page["name"], TONES[taken.status["indicator"]], view, brand_of(taken.look)
        )
        modes = [Mode(one) for one in taken.modes]
        offer = signing_up.Offer(taken.page["name"], taken.countries, taken.leaves, modes)

        def text() -> str:
            title, body = draw(taken, view)
            title = f"{title} · {taken.page['name']}"
            return document(title, live(body, view), signing_up.aside(offer, view), frame)

        about = (self.address, view.language, view.query, int(self.now / ANEW_AFTER))
        more = {
            "Content-Security-Policy": assets().policy(frame.style),
            "Content-Language": view.language,
            "Vary": "Accept-Language",
        }
        return cached(self.event, self.memory.text(source, about, text), HTML, more)

    def once(self, make: Callable[[Snapshot], str], kind: str) -> Answer:
        """What does not depend on who asks, nor when."""
        source, taken = self.snapshot()
        text = self.memory.text(source, self.address, lambda: make(taken))
        return cached(self.event, text, kind)


def find(asked: Reader) -> Answer:
    """The answer to a request. Raises RejectedError 404, and 405 for what can only be read.

    Who follows an old link in a browser gets a page that leads back, programs get JSON. What
    other functions have at single slashes is there.
    """
    try:
        return _found(asked)
    except RejectedError as error:
        if error.code == "not_found" and (there := where_slashes_are_single(asked.event)):
            return moved(there)
        is_person = "text/html" in header(asked.event, "accept")
        if error.code not in LOST or not is_person or asked.address.rest.startswith(API):
            raise
        answer = asked.drawn(b"", asked.snapshot()[1], lambda _, view: lost(view))
        headers = {**answer["headers"], "Cache-Control": "no-store"}
        del headers["ETag"]
        return {**answer, "statusCode": error.status, "headers": headers}


LOST = ("not_found", "incident_not_found")


def _found(asked: Reader) -> Answer:
    rest = asked.address.rest
    if asked.event["httpMethod"] not in ("GET", "HEAD"):
        raise _not_for_writing(rest)
    if rest.startswith(API):
        return _document(asked, rest.removeprefix(API).removesuffix(".json"))
    if rest in FEEDS:
        return asked.once(*FEEDS[rest])
    if rest == "page.js":
        kind = "text/javascript; charset=utf-8"
        return cached(asked.event, assets().script, kind, seconds=A_YEAR)
    if rest.partition("/")[0] == "docs":
        return reference(asked.event, asked.address, asked.viewer)
    if rest.startswith(INCIDENT):
        return _incident(asked, rest.removeprefix(INCIDENT))
    if rest not in PAGES:
        raise RejectedError(404, "not_found", NO_ROUTE)
    return asked.drawn(*asked.snapshot(), PAGES[rest])


PAGES: Mapping[str, Drawing] = {
    "": lambda taken, view: (view.say(taken.status["description"]), overview(taken, view)),
    "history": lambda taken, view: (view.say("Incident history"), history(taken, view)),
}


def _not_for_writing(rest: str) -> RejectedError:
    is_read = (
        rest in (*FEEDS, *PAGES, "page.js")
        or rest.partition("/")[0] == "docs"
        or rest.startswith(INCIDENT)
        or rest.removeprefix(API).removesuffix(".json") in DOCUMENTS
    )
    if not is_read:
        return RejectedError(404, "not_found", NO_ROUTE)
    sentence = "This can only be read, with GET or HEAD."
    return RejectedError(405, "method_not_allowed", sentence, headers={"Allow": "GET, HEAD"})


def _document(asked: Reader, name: str) -> Answer:
    make = DOCUMENTS.get(name)
    if make is None:
        known = ", ".join(f"{one}.json" for one in DOCUMENTS)
        raise RejectedError(404, "not_found", f"The documents of this API are {known}.")
    return asked.once(lambda taken: as_json(make(taken)), JSON)


def _incident(asked: Reader, name: str) -> Answer:
    """An incident's own page, whatever its age."""
    source, taken = asked.snapshot()
    found = next(
        (one for one in (*taken.incidents, *taken.maintenances) if one["id"] == name), None
    )
    if found is None:  # older than the snapshot, which does not tell of it
        source, found = b"", _older(asked, name, taken)
    if found is None:
        raise RejectedError(404, "incident_not_found", "There is no such incident on this page.")
    one = whole(found, {each["id"]: each for each in taken.leaves})
    return asked.drawn(source, taken, lambda _, view: (one["name"], one_incident(one, view)))


def _older(asked: Reader, name: str, taken: Snapshot) -> statuspage_v2.Shape | None:
    row = get_incident(asked.table, asked.address.page, name) if len(name) <= 40 else None
    if row is None:
        return None
    updates = list_updates(asked.table, asked.address.page, name)
    shape = statuspage_v2.incident_shape(row, updates, incident_names(taken), taken.page["url"])
    return shape if updates else None
