"""What there is to read of a page, by the path below its root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_incident, list_updates
from statustext.adapters.pages import brand_of
from statustext.errors import RejectedError
from statustext.flows.languages import choose, speech_of
from statustext.flows.showing_publicly import calendar, feeds, statuspage_v2
from statustext.flows.showing_publicly.addresses import NO_ROUTE, Address
from statustext.flows.showing_publicly.answers import Answer, as_json, cached, header
from statustext.flows.showing_publicly.documents import DOCUMENTS, Snapshot, whole
from statustext.flows.showing_publicly.html import signing_up
from statustext.flows.showing_publicly.html.overview import history, one_incident, overview
from statustext.flows.showing_publicly.html.skeleton import Frame, assets, document, live
from statustext.flows.showing_publicly.html.view import TONES, View
from statustext.flows.showing_publicly.snapshot import incident_names, read

API = "api/v2/"
INCIDENT = "incidents/"
A_YEAR = 365 * 24 * 3600
HTML = "text/html; charset=utf-8"

FEEDS: Mapping[str, tuple[Callable[[Snapshot], str], str]] = {
    "history.rss": (feeds.rss, "application/rss+xml; charset=utf-8"),
    "history.atom": (feeds.atom, "application/atom+xml; charset=utf-8"),
    "maintenance.ics": (calendar.ics, "text/calendar; charset=utf-8"),
}


@dataclass(frozen=True)
class Reader:
    """One request: what is asked about, and by whom."""

    event: Mapping[str, Any]
    address: Address
    table: Table
    now: float

    def snapshot(self) -> Snapshot:
        """Raises RejectedError 404 for a page that does not exist."""
        return read(self.table, self.address.page, self.now)

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

    def drawn(self, title: str, body: Markup, taken: Snapshot, view: View) -> Answer:
        frame = Frame(
            taken.page["name"], TONES[taken.status["indicator"]], view, brand_of(taken.look)
        )
        offer = signing_up.Offer(taken.page["name"], taken.countries, taken.leaves)
        text = document(title, live(body, view), signing_up.aside(offer, view), frame)
        more = {
            "Content-Security-Policy": assets().policy(frame.style),
            "Content-Language": view.language,
            "Vary": "Accept-Language",
        }
        return cached(self.event, text, HTML, more)


def find(asked: Reader) -> Answer:
    """The answer to a request. Raises RejectedError 404, and 405 for what can only be read."""
    rest = asked.address.rest
    if asked.event["httpMethod"] not in ("GET", "HEAD"):
        raise _not_for_writing(rest)
    if rest.startswith(API):
        return _document(asked, rest.removeprefix(API).removesuffix(".json"))
    if rest in FEEDS:
        make, kind = FEEDS[rest]
        return cached(asked.event, make(asked.snapshot()), kind)
    if rest == "page.js":
        kind = "text/javascript; charset=utf-8"
        return cached(asked.event, assets().script, kind, seconds=A_YEAR)
    if rest.startswith(INCIDENT):
        return _incident(asked, rest.removeprefix(INCIDENT))
    if rest not in ("", "history"):
        raise RejectedError(404, "not_found", NO_ROUTE)
    taken = asked.snapshot()
    view = asked.view(taken)
    name = taken.page["name"]
    if rest == "history":
        title = f"{view.say('Incident history')} · {name}"
        return asked.drawn(title, history(taken, view), taken, view)
    title = f"{view.say(taken.status['description'])} · {name}"
    return asked.drawn(title, overview(taken, view), taken, view)


def _not_for_writing(rest: str) -> RejectedError:
    is_read = rest in FEEDS or rest.removeprefix(API).removesuffix(".json") in DOCUMENTS
    if not is_read:
        return RejectedError(404, "not_found", NO_ROUTE)
    sentence = "This can only be read, with GET or HEAD."
    return RejectedError(405, "method_not_allowed", sentence, headers={"Allow": "GET, HEAD"})


def _document(asked: Reader, name: str) -> Answer:
    make = DOCUMENTS.get(name)
    if make is None:
        known = ", ".join(f"{one}.json" for one in DOCUMENTS)
        raise RejectedError(404, "not_found", f"The documents of this API are {known}.")
    return as_json(asked.event, make(asked.snapshot()))


def _incident(asked: Reader, name: str) -> Answer:
    """An incident's own page, whatever its age."""
    taken = asked.snapshot()
    found = next(
        (one for one in (*taken.incidents, *taken.maintenances) if one["id"] == name), None
    ) or _older(asked, name, taken)
    if found is None:
        raise RejectedError(404, "incident_not_found", "There is no such incident on this page.")
    view = asked.view(taken)
    one = whole(found, {each["id"]: each for each in taken.leaves})
    title = f"{one['name']} · {taken.page['name']}"
    return asked.drawn(title, one_incident(one, view), taken, view)


def _older(asked: Reader, name: str, taken: Snapshot) -> statuspage_v2.Shape | None:
    row = get_incident(asked.table, asked.address.page, name) if len(name) <= 40 else None
    if row is None:
        return None
    updates = list_updates(asked.table, asked.address.page, name)
    shape = statuspage_v2.incident_shape(row, updates, incident_names(taken), taken.page["url"])
    return shape if updates else None
