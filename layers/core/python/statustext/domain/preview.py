"""What an update would be, before it is published: to whom it goes, in which words, and to whom it
does not go, and why. Each subscriber is judged as the sender will, so both say the same."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from statustext.domain.announcement import Announcement
from statustext.domain.incident import FINAL_EVENTS, Impact, Incident, Update
from statustext.domain.language import Language
from statustext.domain.page import Page, Senders
from statustext.domain.resting import limited_until, rests_until
from statustext.domain.segments import count
from statustext.domain.subscriber import Preferences, State, Subscriber, concerns, event_for
from statustext.domain.templates import Event

Sums = defaultdict[str, float]


def _sums() -> Sums:
    return defaultdict(float)


@dataclass(frozen=True)
class Unpublished:
    """An update that may be published, judged at a moment `now`; names of components are by id, and
    `country_of` tells where a number is."""

    page: Page
    announcement: Announcement
    component_names: Mapping[str, str]
    deployed: Senders
    country_of: Callable[[str], str]
    now: float


@dataclass
class Lane:
    """What goes at once from one sender to one country."""

    texts: float = 0.0
    segments: float = 0.0
    privileged: float = 0.0  # of its texts, those that may use a page's reserve


@dataclass
class Audience:
    """Whom an update reaches. All numbers are sums of weights: how many of the page each subscriber
    that was looked at stands for."""

    subscribers: float = 0.0
    recipients: float = 0.0
    texts: dict[tuple[Event, Language, str], float] = field(default_factory=dict)
    by_filter: Sums = field(default_factory=_sums)
    by_mode: Sums = field(default_factory=_sums)
    by_language: dict[Language, Lane] = field(default_factory=dict)
    by_country: dict[str, Lane] = field(default_factory=dict)
    lanes: dict[tuple[str, str], Lane] = field(default_factory=dict)
    not_told: Sums = field(default_factory=_sums)
    held: Sums = field(default_factory=_sums)
    held_until: float = 0.0

    def add(self, person: Subscriber, weight: float, draft: Unpublished) -> None:
        """Judge one subscriber, who stands for `weight`."""
        announcement, page = draft.announcement, draft.page
        self.subscribers += weight
        event = event_for(person, announcement.incident, announcement.update)
        if event is None or not person.is_textable or person.mode not in page.modes:
            why = why_not(person, announcement.incident, announcement.update, page)
            self.not_told[why] += weight
            return
        self.recipients += weight
        self.by_filter[chosen(person.preferences)] += weight
        self.by_mode[person.mode] += weight
        if person.mode.is_free:
            return
        body = announcement.text(event, page, person, draft.component_names)
        language = page.language_of(person.preferences.language)
        self.texts[event, language, body] = self.texts.get((event, language, body), 0.0) + weight
        country, size = draft.country_of(person.phone), count(body).segments * weight
        lanes = [
            self.by_country.setdefault(country, Lane()),
            self.by_language.setdefault(language, Lane()),
        ]
        if not self._is_held(person, weight, draft):
            sender = page.sender_for(person.phone, draft.deployed).id
            lanes.append(self.lanes.setdefault((sender, country), Lane()))
        opens_critical = event is Event.CREATED and announcement.incident.impact is Impact.CRITICAL
        for lane in lanes:
            lane.texts += weight
            lane.segments += size
            lane.privileged += weight if event in FINAL_EVENTS or opens_critical else 0.0

    def _is_held(self, person: Subscriber, weight: float, draft: Unpublished) -> bool:
        incident, page = draft.announcement.incident, draft.page
        at = max(draft.announcement.update.tell_at, draft.now)
        rests = rests_until(person, incident, page, at)
        limited = limited_until(person, person.threads.get(incident.id), page, at)
        if not (until := max(rests, limited)):
            return False
        self.held["quiet_hours_or_pause" if rests else "limits_per_person"] += weight
        self.held_until = max(self.held_until, until)
        return True


def chosen(preferences: Preferences) -> str:
    """By what a recipient narrowed what they hear of."""
    impacts = set(preferences.severity_filter) < set(Impact)
    match impacts, bool(preferences.services):
        case False, False:
            return "everything"
        case True, False:
            return "some_impacts"
        case False, True:
            return "some_components"
    return "some_impacts_and_components"


def why_not(person: Subscriber, incident: Incident, update: Update, page: Page) -> str:
    """Why an update is not for a subscriber: the first of the reasons that holds."""
    wanted, thread = person.preferences, person.threads.get(incident.id)
    if person.suppressed:
        return "suppressed"
    if person.state is not State.ACTIVE:
        return person.state.value
    if person.mode not in page.modes:
        return "mode_turned_off"
    if thread and thread.muted:
        return "muted"
    if update.event in FINAL_EVENTS:
        wants_ends = wanted.maintenance if incident.is_maintenance else wanted.resolutions
        return "not_told_of_it" if wants_ends else "resolutions_not_chosen"
    if not incident.is_maintenance and incident.impact not in wanted.severity_filter:
        return "impact_not_chosen"
    if not concerns(wanted, incident):
        return "components_not_chosen"
    if incident.is_maintenance:
        return "maintenance_not_chosen"
    if thread and thread.told_as and thread.told_as not in FINAL_EVENTS:
        return "updates_not_chosen"
    return "it_is_over" if incident.is_over else "new_incidents_not_chosen"
