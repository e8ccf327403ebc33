"""How an update reads as a text on this page."""

from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import list_components
from statustext.domain.incident import Impact, Incident, Update
from statustext.domain.page import Page
from statustext.domain.templates import DEFAULTS, Event, render

WITHOUT_SEVERITY = "New"
"""What a text calls an incident to which nobody gave an impact."""


class Announcement:
    """One update's texts: one per event, as some recipients hear it as the incident's opening."""

    def __init__(self, page: Page, update: Update, table: Table) -> None:
        self._page = page
        self._update = update
        self._table = table
        self._texts: dict[tuple[str, str, str], str] = {}

    def text(self, event: str, incident: Incident) -> str:
        """The text, fitted to the page's segment budget."""
        key = (event, incident.name, incident.impact.value)
        if key not in self._texts:
            self._texts[key] = self._render(Event(event), incident)
        return self._texts[key]

    def _render(self, event: Event, incident: Incident) -> str:
        template = self._page.templates.get(event.value) or DEFAULTS[event]
        none = incident.impact is Impact.NONE
        values = {
            "title": incident.name,
            "severity": WITHOUT_SEVERITY if none else incident.impact.value,
            "status": self._update.status.value,
            "message": self._update.body,
            "service": self._services(incident) if "service" in template else "",
            "url": self._page.url,
            "page": self._page.name,
        }
        return render(template, values, self._page.segment_budget)

    def _services(self, incident: Incident) -> str:
        names = {one.id: one.name for one in list_components(self._table, self._page.id)}
        return ", ".join(names[one] for one in incident.component_ids if one in names)
