"""Who is told of single incidents only, in the shape of Statuspage's management API v1.

Subscribers of the whole page, who are told of every incident, are not among them.
"""

from dataclasses import replace

from statustext.adapters.direct_texts import list_sign_ups
from statustext.adapters.subscribers import get_subscriber, preferences_of
from statustext.domain.ids import subscriber_id
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.operating import statuspage_subscribers as of_page
from statustext.flows.operating.subscribers import change_preferences
from statustext.flows.signing_up.subscribing import usable_number
from statustext.statuspage_contracts import ManagedSubscriber


def listed(incident: str, page_id: str, act: Act) -> list[Subscriber]:
    """Those of an incident who entered their code, by number. Raises RejectedError 404 for no such
    incident, 422 where the page has too many subscribers for a list."""
    require_incident(act.table, page_id, incident)
    every = of_page.every_subscriber(page_id, act.table, act.now)
    found = [
        one
        for one in every
        if one.state in (State.ACTIVE, State.QUARANTINED) and incident in one.preferences.incidents
    ]
    return of_page.listed(found, "primary", "asc")


def require(one: str, incident: str, page_id: str, act: Act) -> Subscriber:
    """One subscriber of an incident, or RejectedError 404. What somebody wants who has not entered
    the code is in their sign-ups."""
    require_incident(act.table, page_id, incident)
    known = of_page.require(one, page_id, act)
    wanted = [known.preferences]
    if known.state is State.UNCONFIRMED:
        rows = list_sign_ups(act.table, page_id, one, act.now)
        wanted = [preferences_of(row["preferences"]) for row in rows]
    is_of_it = any(incident in preferences.incidents for preferences in wanted)
    if known.state is State.UNSUBSCRIBED or not is_of_it:
        raise RejectedError(
            404, "subscriber_not_found", "There is no such subscriber of this incident."
        )
    return known


def add(
    given: ManagedSubscriber,
    incident: str,
    page: Page,
    act: Act,
    master: str,
    *,
    allow_fictional: bool,
) -> Subscriber:
    """Add a number to an incident that is not over: as one of the page is added, or beside the
    incidents it is told of already. Raises RejectedError 404 and 422 for the incident, and as
    adding to the page does."""
    if require_incident(act.table, page.id, incident).is_over:
        sentence = "This incident is over; add the number to the page instead."
        raise RejectedError(422, "incident_not_unresolved", sentence)
    if given.phone_number and not (given.email or given.endpoint):
        number = usable_number(
            given.phone_number, given.phone_country, page, allow_fictional=allow_fictional
        )
        one = subscriber_id(master, page.id, number.e164)
        known = get_subscriber(act.table, page.id, one, act.now)
        told = known.preferences.incidents if known else ()
        if known and known.state is State.ACTIVE and told and incident not in told:
            return _told_of(known, (*told, incident), act)
    return of_page.add(given, page, act, master, allow_fictional=allow_fictional, incident=incident)


def remove(one: str, incident: str, page_id: str, act: Act) -> Subscriber:
    """Tell somebody of an incident no more; who it was. Without another incident the subscription
    ends, as of no incident it would be of all. Raises RejectedError 404."""
    known = require(one, incident, page_id, act)
    others = tuple(other for other in known.preferences.incidents if other != incident)
    if known.state is State.ACTIVE and others:
        return _told_of(known, others, act)
    return of_page.remove(one, page_id, act)


def _told_of(known: Subscriber, incidents: tuple[str, ...], act: Act) -> Subscriber:
    return change_preferences(known, replace(known.preferences, incidents=incidents), act)
