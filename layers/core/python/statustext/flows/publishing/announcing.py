"""How an update reads as a text on this page."""

from collections.abc import Sequence

from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.domain.incident import Impact, Incident, Update, weight
from statustext.domain.page import Page
from statustext.domain.rendering import render, uncut
from statustext.domain.segments import count
from statustext.domain.templates import DEFAULTS, Event

WITHOUT_SEVERITY = "New"
"""What a text calls an incident to which nobody gave an impact."""


MAX_LINES = 10
"""Incidents that one summary names."""


class Announcement:
    """One update's texts: one per event, as some recipients hear it as the incident's opening."""

    def __init__(self, update: Update, table: Table) -> None:
        self._update = update
        self._table = table
        self._texts: dict[tuple[str, ...], str] = {}

    def text(self, event: str, incident: Incident, page: Page) -> str:
        """The text, fitted to the page's segment budget."""
        key = (event, incident.name, incident.impact.value)
        if key not in self._texts:
            self._texts[key] = self._render(Event(event), incident, page)
        return self._texts[key]

    def _render(self, event: Event, incident: Incident, page: Page) -> str:
        template = page.templates.get(event.value) or DEFAULTS[event]
        none = incident.impact is Impact.NONE
        values = {
            "title": incident.name,
            "severity": WITHOUT_SEVERITY if none else incident.impact.value,
            "status": self._update.status.value,
            "message": self._update.body,
            "service": self._services(incident, page) if "service" in template else "",
            "url": page.url,
            "page": page.name,
        }
        return render(template, values, page.segment_budget)

    def _services(self, incident: Incident, page: Page) -> str:
        names = {one.id: one.name for one in list_components(self._table, page.id)}
        return ", ".join(names[one] for one in incident.component_ids if one in names)


def summary(incidents: Sequence[Incident], page: Page) -> str:
    """Several incidents in one text, as they stand: those that go on first, the worst of them
    before others, then by age. Those for which there is no room are counted."""
    in_order = sorted(incidents, key=lambda one: (one.is_over, -weight(one.impact), one.created_at))
    lines = [f"{one.name} ({one.status.value.replace('_', ' ')})" for one in in_order]
    template = page.templates.get(Event.SUMMARY.value) or DEFAULTS[Event.SUMMARY]
    values = {"url": page.url, "page": page.name}
    where = "" if "url" in template or not page.url else f": {page.url}"
    for named in range(min(len(lines), MAX_LINES), 0, -1):
        more = [f"{len(lines) - named} more{where}"] if named < len(lines) else []
        values["message"] = "; ".join([*lines[:named], *more])
        if count(uncut(template, values)).segments <= page.segment_budget:
            break
    return render(template, values, page.segment_budget)
