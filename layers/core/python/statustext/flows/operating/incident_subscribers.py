"""Who is told of single incidents only, in the shape of Statuspage's management API v1.

Subscribers of the whole page, who are told of every incident, are not among them.
"""

from dataclasses import replace

from statustext.adapters.direct_texts import list_sign_ups
from statustext.adapters.pages import audit
from statustext.adapters.subscribers import get_subscriber, preferences_of, set_preferences
from statustext.domain.ids import new_id, subscriber_id
from statustext.domain.subscriber import State, Subscriber
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.lookups import require_incident
from statustext.flows.operating import statuspage_subscribers as of_page
from statustext.flows.operating.statuspage_subscribers import Operator
from statustext.flows.signing_up.subscribing import usable_number
from statustext.statuspage_contracts import ManagedSubscriber


def listed(incident: str, by: Operator) -> list[Subscriber]:
    """Those of an incident who entered their code, by number. Raises RejectedError 404 for no such
    incident, 422 where the page has too many subscribers for a list."""
    require_incident(by.table, by.page.id, incident)
    every = of_page.every_subscriber(by.page.id, by.table, by.now)
    found = [
        one
        for one in every
        if one.state in (State.ACTIVE, State.QUARANTINED) and incident in one.preferences.incidents
    ]
    return of_page.listed(found, "primary", "asc")


def require(one: str, incident: str, by: Operator) -> Subscriber:
    """One subscriber of an incident, or RejectedError 404. What somebody wants who has not entered
    the code is in their sign-ups."""
    require_incident(by.table, by.page.id, incident)
    known = of_page.require(one, by)
    wanted = [known.preferences]
    if known.state is State.UNCONFIRMED:
        rows = list_sign_ups(by.table, by.page.id, one, by.now)
        wanted = [preferences_of(row["preferences"]) for row in rows]
    is_of_it = any(incident in preferences.incidents for preferences in wanted)
    if known.state is State.UNSUBSCRIBED or not is_of_it:
        raise RejectedError(
            404, "subscriber_not_found", "There is no such subscriber of this incident."
        )
    return known


def add(
    given: ManagedSubscriber, incident: str, by: Operator, master: str, *, allow_fictional: bool
) -> Subscriber:
    """Add a number to an incident that is not over: as one of the page is added, or beside the
    incidents it is told of already. Raises RejectedError 404 and 422 for the incident, and as
    adding to the page does."""
    if require_incident(by.table, by.page.id, incident).is_over:
        sentence = "This incident is over; add the number to the page instead."
        raise RejectedError(422, "incident_not_unresolved", sentence)
    if given.phone_number and not (given.email or given.endpoint):
        number = usable_number(
            given.phone_number, given.phone_country, by.page, allow_fictional=allow_fictional
        )
        one = subscriber_id(master, by.page.id, number.e164)
        known = get_subscriber(by.table, by.page.id, one, by.now)
        told = known.preferences.incidents if known else ()
        if known and known.state is State.ACTIVE and told and incident not in told:
            return _narrowed(known, (*told, incident), by)
    return of_page.add(given, by, master, allow_fictional=allow_fictional, incident=incident)


def remove(one: str, incident: str, by: Operator) -> Subscriber:
    """Tell somebody of an incident no more; who it was. Without another incident the subscription
    ends, as of no incident it would be of all. Raises RejectedError 404."""
    known = require(one, incident, by)
    others = tuple(other for other in known.preferences.incidents if other != incident)
    if known.state is State.ACTIVE and others:
        return _narrowed(known, others, by)
    return of_page.remove(one, by)


def _narrowed(known: Subscriber, incidents: tuple[str, ...], by: Operator) -> Subscriber:
    chosen = replace(known.preferences, incidents=incidents)
    detail = {"subscriber": known.id, "changed": ["incidents"]}
    event = new_id(by.now, by.entropy(4))
    note = audit(by.page.id, event, "subscriber.changed", detail, by.actor, by.now)
    try:
        by.table.transact([set_preferences(by.page.id, known.id, chosen, by.now), note])
    except ConditionFailedError:
        sentence = "Only who is subscribed and verified can be changed."
        raise RejectedError(409, "not_subscribed", sentence) from None
    return replace(known, preferences=chosen)
