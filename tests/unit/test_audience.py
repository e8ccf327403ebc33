"""Whom a fan-out looks at: nobody for whom the update is, is passed over, and few for whom not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.lean_aws.conditions import condition
from statustext.adapters.audience import CLOCKS_DIFFER, MOST_NAMED, audience
from statustext.adapters.dynamodb_types import marshal
from statustext.adapters.subscribers import preferences_row, thread_row
from statustext.domain.incident import (
    FINAL_EVENTS,
    OVER,
    Impact,
    Incident,
    Reach,
    Status,
    Update,
    event_of,
)
from statustext.domain.subscriber import (
    Preferences,
    State,
    Subscriber,
    concerns,
    event_for,
)
from statustext.domain.templates import Event
from statustext.domain.thread import Claimed, Closed, Held, NotAccepted, Thread

OPENED = 1_800_000_000.0
INCIDENT = Incident(
    "0frwxtbsbr91", "default", "Down", Status.INVESTIGATING, Impact.MAJOR, ("api",), 1, 1, OPENED, 0
)
IMPACTS = st.lists(st.sampled_from(Impact), unique=True, max_size=5).map(tuple)
COMPONENTS = st.lists(st.sampled_from(["api", "pay", "mail"]), unique=True).map(tuple)
PREFERENCES = st.builds(
    Preferences,
    severity_filter=IMPACTS,
    services=COMPONENTS,
    new_incidents=st.booleans(),
    updates=st.booleans(),
    resolutions=st.booleans(),
    maintenance=st.booleans(),
    all_resolutions=st.booleans(),
    quiet_hours=st.just(""),
)
STATES = st.sampled_from([Closed(), Held(OPENED + 60), NotAccepted(), NotAccepted(OPENED)])
THREADS = st.none() | st.builds(
    Thread,
    seq=st.integers(1, 4),
    attempt=st.just(1),
    at=st.just(OPENED),
    known=st.sampled_from(["", *Event]),
    state=STATES | st.builds(Claimed, says=st.sampled_from(Event), body=st.just("a1b2")),
    muted=st.booleans(),
)
SUBSCRIBERS = st.builds(
    lambda state, preferences, thread: Subscriber(
        "sub_1",
        "default",
        "+15551234567",
        state,
        0.0,
        preferences,
        threads={} if thread is None else {INCIDENT.id: thread},
    ),
    st.sampled_from(State),
    PREFERENCES,
    THREADS,
)


def an_incident(status: Status, impact: Impact, components: tuple[str, ...], reopened: int) -> Any:
    return replace(
        INCIDENT, status=status, impact=impact, component_ids=components, reopened_seq=reopened
    )


INCIDENTS = st.builds(
    an_incident, st.sampled_from(Status), st.sampled_from(Impact), COMPONENTS, st.integers(0, 4)
)


def is_found(
    one: Subscriber, incident: Incident, update: Update, *, chose_at: float = OPENED - 3600
) -> bool:
    """Whether DynamoDB sends this subscriber's row."""
    row = {
        "pk": "p",
        "sk": one.id,
        "state": one.state.value,
        "preferences": preferences_row(one.preferences),
        "told": {name: thread_row(thread) for name, thread in one.threads.items()},
        "chose_at": chose_at,
    }
    whom = audience(incident, update)
    names = {f"#{name}": value for name, value in whom.names.items()}
    values = marshal({f":{name}": value for name, value in whom.values.items()})
    return condition(whom.expression).test(marshal(row), names, values)


def an_update(incident: Incident, seq: int) -> Update:
    event = event_of(incident.status, seq)
    return Update(incident.id, seq, incident.status, event, "", True, OPENED)


@settings(max_examples=2000, deadline=None)
@given(one=SUBSCRIBERS, incident=INCIDENTS, seq=st.integers(1, 4))
def test_news_are_looked_at_for_exactly_whom_they_may_be(
    one: Subscriber, incident: Incident, seq: int
) -> None:
    update = an_update(incident, seq)
    if update.event in FINAL_EVENTS:
        return
    thread = one.threads.get(incident.id)
    may_have_the_end = (
        thread is not None
        and thread.seq < incident.reopened_seq
        and not incident.is_over
        and concerns(one.preferences, incident)
    )
    is_for_them = event_for(one, incident, update) is not None or may_have_the_end
    assert is_found(one, incident, update) == (one.state is State.ACTIVE and is_for_them)


@settings(max_examples=2000, deadline=None)
@given(one=SUBSCRIBERS, before=st.lists(INCIDENTS, max_size=3), last=INCIDENTS)
def test_an_end_is_looked_at_for_whom_an_opening_may_be_on_its_way(
    one: Subscriber, before: list[Incident], last: Incident
) -> None:
    """Whatever edition of the incident its fan-out read."""
    last = replace(last, status=Status.RESOLVED if last.status not in OVER else last.status)
    update = an_update(last, 4)
    reach = Reach()
    for edition in (*before, last):
        reach = reach.widened(edition)
    last = replace(last, reach=reach)
    wants = one.preferences.resolutions or one.preferences.maintenance
    wants = wants or one.preferences.all_resolutions
    untold = replace(one, threads={})
    may_be_opened = any(event_for(untold, edition, an_update(edition, 1)) for edition in before)
    is_needed = event_for(one, last, update) is not None or one.threads or may_be_opened
    if one.state is State.ACTIVE and wants and is_needed:
        assert is_found(one, last, update)
    if one.state is not State.ACTIVE or not wants:
        assert not is_found(one, last, update)


def the_end(**given: Any) -> tuple[Incident, Update]:
    opened = replace(INCIDENT, **given)
    ended = replace(opened, status=Status.RESOLVED, reach=opened.reach.widened(opened))
    return ended, an_update(ended, 2)


def somebody(**given: Any) -> Subscriber:
    threads = given.pop("threads", {})
    return Subscriber(
        "sub_1", "default", "+15551234567", State.ACTIVE, 0.0, Preferences(**given), threads=threads
    )


KEPT_OUT = {INCIDENT.id: Thread(1, 1, OPENED, "", Closed())}


@pytest.mark.parametrize(
    ("given", "is_looked_at"),
    [
        ({"services": ("pay",)}, False),
        ({"severity_filter": (Impact.CRITICAL,)}, False),
        ({"new_incidents": False}, False),
        ({"services": ("pay",), "threads": KEPT_OUT}, True),
        ({"services": ("pay",), "all_resolutions": True}, True),
        ({"services": ("api",)}, True),
        ({}, True),
        ({"services": ("api",), "resolutions": False}, False),
    ],
)
def test_the_end_of_a_rare_incident_is_for_few(given: dict[str, Any], is_looked_at: bool) -> None:
    assert is_found(somebody(**given), *the_end()) == is_looked_at


@pytest.mark.parametrize(
    ("seconds", "is_looked_at"),
    [(-3600, False), (-CLOCKS_DIFFER - 1, False), (-CLOCKS_DIFFER + 1, True), (60, True)],
)
def test_who_chose_anew_since_it_opened_is_looked_at(seconds: float, is_looked_at: bool) -> None:
    one = somebody(services=("pay",))
    assert is_found(one, *the_end(), chose_at=OPENED + seconds) == is_looked_at


def test_an_incident_of_very_many_components_is_looked_at_for_all_with_its_impact() -> None:
    components = tuple(f"c{number:011d}" for number in range(MOST_NAMED + 1))
    many = replace(INCIDENT, component_ids=components)
    assert is_found(somebody(services=("pay",)), many, an_update(many, 1))
    assert not is_found(somebody(severity_filter=(Impact.MINOR,)), many, an_update(many, 1))


def test_a_filter_is_within_dynamodb_s_limits() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
    components = tuple(f"c{number:011d}" for number in range(MOST_NAMED))
    many = replace(INCIDENT, component_ids=components, reopened_seq=2)
    ended = replace(many, reach=many.reach.widened(many), status=Status.RESOLVED)
    for incident in (many, ended):
        expression = audience(incident, an_update(incident, 3)).expression
        assert len(expression.encode()) <= 4096
        operators = sum(
            expression.count(word)
            for word in (
                " AND ",
                " OR ",
                "NOT ",
                "=",
                ">",
                "<",
                " IN ",
                "contains(",
                "size(",
                "_exists(",
            )
        )
        assert operators <= 300
