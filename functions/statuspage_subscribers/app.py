"""A page's and an incident's subscribers, as Statuspage's management API has them."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.domain.api_key import Scope
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.operating import incident_subscribers
from statustext.flows.operating import statuspage_subscribers as v1
from statustext.flows.operating import subscribers as operating
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.sign_up_contracts import PreferencesInput
from statustext.statuspage_contracts import (
    ManagedSubscriber,
    ManagedSubscriberRequest,
    SubscribersChosen,
    SubscribersComponents,
)
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
OF_PAGE = "/v1/pages/<page>/subscribers"
OF_INCIDENT = "/v1/pages/<page>/incidents/<incident>/subscribers"
PAGING = ("type", "state", "limit", "page")


@app.get(OF_PAGE)
def list_of_page(page: str) -> Response[str]:
    _, act, may_take = _operator(page, Scope.READ, *PAGING, "q", "sort_field", "sort_direction")
    part = web.part_of_list(app, "limit", 1000, 100, first=0)
    field, direction = web.query(app, "sort_field"), web.query(app, "sort_direction")
    web.require_choice(app, "sort_field", ("primary", "created_at", "quarantined_at", "relevance"))
    web.require_choice(app, "sort_direction", ("asc", "desc"))
    asked = _asked()
    every = [one for one in v1.every_subscriber(page, table, act.now) if asked.holds(one)]
    found = v1.listed(every, field or "primary", direction or "asc")[part]
    return _list(found, page, act, in_full=may_take)


@app.get(OF_PAGE + "/count")
def count_of_page(page: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.READ, "type", "state")
    return answer(200, v1.counts(v1.every_subscriber(page, table, act.now), _asked()))


@app.get(OF_PAGE + "/histogram_by_state")
def histogram_of_page(page: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.READ)
    return answer(200, v1.histogram(v1.every_subscriber(page, table, act.now)))


@app.get(OF_PAGE + "/unsubscribed")
def list_who_left(page: str) -> Response[str]:
    _, act, may_take = _operator(page, Scope.READ, "page", "per_page")
    part = web.part_of_list(app, "per_page", 100, 100, first=0)
    every = v1.every_subscriber(page, table, act.now)
    left = [one for one in every if one.state is State.UNSUBSCRIBED]
    return _list(v1.listed(left, "primary", "asc")[part], page, act, in_full=may_take)


@app.post(OF_PAGE)
def add_to_page(page: str) -> Response[str]:
    found, act, _ = _operator(page, Scope.WRITE)
    given, may_fictional = _subscriber(), settings.allow_fictional_numbers
    made = v1.add(given, found, act, secrets.master_key(), allow_fictional=may_fictional)
    return answer(201, v1.shape(made, in_full=True))


@app.post(OF_PAGE + "/unsubscribe")
def unsubscribe_many(page: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.ADMIN)
    given = web.read_body(app, SubscribersChosen)
    return answer(
        201, v1.each(given, given.state, lambda one: v1.remove(one, page, act), page, act)
    )


@app.post(OF_PAGE + "/reactivate")
def reactivate_many(page: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.ADMIN)
    given = web.read_body(app, SubscribersChosen)

    def release(one: str) -> None:
        operating.release_subscriber(page, one, act)

    return answer(201, v1.each(given, "quarantined", release, page, act))


@app.post(OF_PAGE + "/resend_confirmation")
def resend_to_many(page: str) -> Response[str]:
    found, act, _ = _operator(page, Scope.ADMIN)
    given = web.read_body(app, SubscribersChosen)
    return answer(
        201, v1.each(given, "unconfirmed", lambda one: v1.ask_again(one, found, act), page, act)
    )


@app.post(OF_PAGE + "/<one>/resend_confirmation")
def resend_to_one(page: str, one: str) -> Response[str]:
    found, act, _ = _operator(page, Scope.WRITE)
    v1.ask_again(web.subscriber_id_in(one), found, act)
    return answer(201, {})


@app.get(OF_PAGE + "/<one>")
def show_of_page(page: str, one: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.WRITE)
    return answer(200, v1.shape(v1.show(web.subscriber_id_in(one), page, act), in_full=True))


@app.patch(OF_PAGE + "/<one>")
def choose_components(page: str, one: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.WRITE)
    chosen = web.read_body(app, SubscribersComponents).component_ids
    wanted, who = PreferencesInput(services=chosen or []), web.subscriber_id_in(one)
    changed = operating.edit_subscriber(page, who, wanted, act)
    return answer(200, v1.shape(changed, in_full=True))


@app.delete(OF_PAGE + "/<one>")
def remove_from_page(page: str, one: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.WRITE, "skip_unsubscription_notification")
    return answer(200, v1.shape(v1.remove(web.subscriber_id_in(one), page, act), in_full=True))


@app.get(OF_INCIDENT)
def list_of_incident(page: str, incident: str) -> Response[str]:
    _, act, may_take = _operator(page, Scope.READ, "page", "per_page")
    part = web.part_of_list(app, "per_page", 100, 100, first=0)
    found = incident_subscribers.listed(incident, page, act)[part]
    return _list(found, page, act, in_full=may_take)


@app.post(OF_INCIDENT)
def add_to_incident(page: str, incident: str) -> Response[str]:
    found, act, _ = _operator(page, Scope.WRITE)
    given, may_fictional = _subscriber(), settings.allow_fictional_numbers
    made = incident_subscribers.add(
        given, incident, found, act, secrets.master_key(), allow_fictional=may_fictional
    )
    return answer(201, v1.shape(made, in_full=True))


@app.get(OF_INCIDENT + "/<one>")
def show_of_incident(page: str, incident: str, one: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.WRITE)
    incident_subscribers.require(web.subscriber_id_in(one), incident, page, act)
    shown = operating.show_subscriber(page, one, act)
    return answer(200, v1.shape(shown, in_full=True))


@app.delete(OF_INCIDENT + "/<one>")
def remove_from_incident(page: str, incident: str, one: str) -> Response[str]:
    _, act, _ = _operator(page, Scope.WRITE)
    gone = incident_subscribers.remove(web.subscriber_id_in(one), incident, page, act)
    return answer(200, v1.shape(gone, in_full=True))


@app.post(OF_INCIDENT + "/<one>/resend_confirmation")
def resend_to_one_of_incident(page: str, incident: str, one: str) -> Response[str]:
    found, act, _ = _operator(page, Scope.WRITE)
    known = incident_subscribers.require(web.subscriber_id_in(one), incident, page, act)
    v1.ask_again(known.id, found, act)
    return answer(201, {})


def _operator(page: str, scope: Scope, *reads: str) -> tuple[Page, Act, bool]:
    """The page, the caller's act, and whether they may take numbers in full, as for an export."""
    key = web.require_key(app, table, scope, page, reads=reads)
    act = Act(key.actor, table, time.time(), system_entropy)
    return require_page(table, page), act, key.may(Scope.ADMIN)


def _subscriber() -> ManagedSubscriber:
    return web.read_body(app, ManagedSubscriberRequest).subscriber


def _asked() -> v1.Asked:
    web.require_choice(app, "type", v1.TYPES)
    web.require_choice(app, "state", (*v1.STATES, "all"))
    state, q = web.query(app, "state") or "active", web.words_of_search(app)
    return v1.Asked(web.query(app, "type") or "", state, q)


def _list(found: list[Subscriber], page: str, act: Act, *, in_full: bool) -> Response[str]:
    if in_full and found:
        v1.note_taken(found, page, act)
    return answer(200, [v1.shape(one, in_full=in_full) for one in found])


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
