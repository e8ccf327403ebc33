"""An announcement: one update of an incident that is to be told, when it is too late, its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS, Incident, Update, weight
from statustext.domain.language import Language
from statustext.domain.moments import lasting, moment, moment_after, wall_zone
from statustext.domain.page import Page
from statustext.domain.rendering import render, uncut
from statustext.domain.segments import count
from statustext.domain.subscriber import Subscriber
from statustext.domain.templates import Event, key_of, wording_for
from statustext.domain.wordings import Wordings, wordings_in

TOLD_FOR = 48 * 3600.0
"""Seconds after which an update is too old to be told. Until then it is as true as its incident,
which is read before every text: a sender that was stopped for a day by a cap, or a page by its
operator, has lost nothing."""

MAINTENANCE_TOLD_FOR = 6 * 3600.0
"""Seconds after which the beginning of a maintenance is too old, as its text names the hour."""

MAX_LINES = 10
"""Incidents that one summary names."""


@dataclass(frozen=True)
class Announcement:
    """An update, and its incident as it stands now."""

    incident: Incident
    update: Update

    @property
    def is_end(self) -> bool:
        return self.update.event in FINAL_EVENTS

    def due_instead(self, now: float) -> int:
        """The update that is to be told now in place of this one; 0 for none."""
        due = self.incident.due_seq(now)
        return due if due != self.update.seq else 0

    def overtaken(self, now: float, *, was_held: bool = False) -> tuple[DeliveryStatus, str] | None:
        """Why nobody is to be told this update any more, if so.

        What `was_held` has waited for its time and not grown stale: it is told as things are now.
        """
        incident, update = self.incident, self.update
        if update.seq in incident.recalled:
            return DeliveryStatus.SUPPRESSED, incident.recalled[update.seq]
        if incident.due_seq(now) > update.seq:
            return DeliveryStatus.SUPERSEDED, "a newer update exists"
        if incident.is_over and not self.is_end:
            return DeliveryStatus.SUPERSEDED, "the incident is over"
        if self.is_end and not incident.is_over:
            return DeliveryStatus.SUPERSEDED, "the incident goes on"
        is_open = was_held and not incident.is_over
        if not is_open and now > update.tell_at + self._told_for:
            return DeliveryStatus.EXPIRED, "too old"
        return None

    def validity(self, now: float) -> float:
        """Seconds for which it is still worth telling. What was held may be older."""
        left = self.update.tell_at + self._told_for - now
        return left if left > 0 else TOLD_FOR

    @property
    def _told_for(self) -> float:
        begins = self.incident.is_maintenance and not self.is_end
        return MAINTENANCE_TOLD_FOR if begins else TOLD_FOR

    def text(
        self, event: Event, page: Page, person: Subscriber, component_names: Mapping[str, str]
    ) -> str:
        """The text that tells it as `event` in the person's language, fitted to the page's segment
        budget, with times by their clock. Names of components are by id."""
        incident, language = self.incident, page.language_of(person.preferences.language)
        words = wordings_in(language)
        own = page.templates.get(key_of(event, language), "")
        zone = ZoneInfo(page.timezone)
        if _tells_times(own or " ".join(words.events[event.value])):
            zone = wall_zone(person.preferences.timezone, person.phone, page.timezone)
        values = {
            "title": incident.name,
            "severity": words.impacts[incident.impact.value],
            "status": words.statuses[self.update.status.value],
            "message": self.update.body,
            "service": ", ".join(
                component_names[one] for one in incident.component_ids if one in component_names
            ),
            "url": page.url,
            "page": page.name,
            **_times(incident, zone, words),
        }
        template = _Template(event, own, language)
        return _rendered(template, tuple(values.items()), page.segment_budget)


@dataclass(frozen=True)
class _Template:
    event: Event
    own: str
    language: Language


@lru_cache(maxsize=256)  # a batch has the same text for everybody in a zone and language
def _rendered(template: _Template, values: tuple[tuple[str, str], ...], budget: int) -> str:
    by_name, language = dict(values), template.language
    own = template.own or wording_for(template.event, by_name, budget, language)
    return render(own, by_name, budget)


def _tells_times(template: str) -> bool:
    return "starts" in template or "ends" in template


def _times(incident: Incident, zone: ZoneInfo, words: Wordings) -> dict[str, str]:
    """What is known of when a maintenance is, and how long what is over took."""
    times = {}
    began = incident.created_at
    if planned := incident.schedule:
        began = planned.scheduled_for
        times["starts"] = moment(began, zone, words.calendar)
        times["ends"] = moment_after(planned.scheduled_until, began, zone, words.calendar)
    if incident.resolved_at and incident.resolved_at > began:
        times["duration"] = lasting(incident.resolved_at - began, words.units)
    return times


def summary(incidents: Sequence[Incident], page: Page, language: Language) -> str:
    """Several incidents in one text, as they stand: those that go on first, the worst of them
    before others, then by age. Those for which there is no room are counted."""
    in_order = sorted(incidents, key=lambda one: (one.is_over, -weight(one.impact), one.created_at))
    words = wordings_in(language)
    lines = [f"{one.name} ({words.statuses[one.status.value]})" for one in in_order]
    template = page.template(Event.SUMMARY, language)
    values = {"url": page.url, "page": page.name}
    where = "" if "url" in template or not page.url else f": {page.url}"
    for named in range(min(len(lines), MAX_LINES), 0, -1):
        left = words.more.format(number=len(lines) - named)
        more = [f"{left}{where}"] if named < len(lines) else []
        values["message"] = "; ".join([*lines[:named], *more])
        if count(uncut(template, values)).segments <= page.segment_budget:
            break
    return render(template, values, page.segment_budget)
