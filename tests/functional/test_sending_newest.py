"""Which update people are told: the newest, once, and its end only to those who heard of it."""

from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.claims import claim
from statustext.adapters.subscribers import get_subscriber
from statustext.domain.subscriber import Preferences
from statustext.domain.thread import begin
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    deliver_again,
    delivery,
    enqueue,
    open_quietly,
    queue,
    run_on,
    settle_down,
    spoil,
    status,
    watched,
)
from tests.functional.phrases import set_page
from tests.stepped import SteppedSystem

OPENING = "[Demo] Critical incident: API is down"


def states(system: SteppedSystem, incident: str) -> list[str]:
    """How far its updates have got, the oldest first."""
    shown = system.operator("GET", f"/v1/pages/default/incidents/{incident}").json
    return [one["progress"]["state"] for one in reversed(shown["incident_updates"])]


def test_an_opening_is_not_starved_by_its_updates(system: SteppedSystem) -> None:
    """Thirty updates in less than a minute; what was overtaken is neither told nor written down
    before the newest is."""
    set_page(system, coalescing_window=0)
    everybody = add_active(system, 50)
    incident = open_quietly(system)
    for number in range(30):
        enqueue(system)
        change_quietly(system, incident, status=("identified", "monitoring")[number % 2])
    reads: list[int] = []
    written_early: list[Any] = []

    def look(form: Any) -> None:
        reads.append(len(watch.of("sender")))
        written_early.extend(
            row for row in overtaken(system, incident) if everybody[row["sk"]] == form["To"]
        )

    with watched(system) as watch:
        system.on_send = look
        run_on(system)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert reads[0] <= 5 * 60 + 10, "a few reads for each of the batches before it"
    assert written_early == []
    # A queue has no order: of what comes after the newest was told it is written that it was.
    assert {row["status"] for row in overtaken(system, incident)} <= {"superseded"}


def overtaken(system: SteppedSystem, incident: str) -> list[Any]:
    """The ledger's rows of the incident's first thirty updates."""
    rows = [row for row in system.rows("delivery") if row["incident"] == incident]
    return [row for row in rows if row["seq"] <= 30]


def test_who_missed_an_overtaken_opening_hears_of_the_incident_once(
    system: SteppedSystem,
) -> None:
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    change_quietly(system, incident, status="identified", body="Found it.")
    enqueue(system)
    settle_down(system, 1800)
    assert system.texts(None) == [OPENING] * 3
    assert {one.to for one in system.accepted(None)} == set(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {""}
    assert {status(system, incident, one, 2) for one in everybody} == {"delivered"}
    assert states(system, incident) == ["superseded", "told"]


@pytest.mark.parametrize("when", ["read", "sending"])
def test_who_was_refused_an_overtaken_opening_hears_of_the_incident_once(
    system: SteppedSystem, when: str
) -> None:
    """The newer update's fan-out must not take for told whose text was not accepted."""
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)
    spoil(system, kind="refuse", status=429, code=20429, times=1)

    def overtake(form: Any = None) -> None:
        system.on_send = None
        change_quietly(system, incident, status="identified", body="Found it.")
        enqueue(system)

    if when == "sending":  # the fan-out looks while the claim stands
        system.on_send = overtake
    system.poll(queue(system, "announcements"))
    if when == "read":
        overtake()
    settle_down(system, 1800)
    assert system.texts(phone) == [OPENING]
    assert status(system, incident, one) == "superseded"
    assert status(system, incident, one, 2) == "delivered"


def test_updates_are_told_to_those_who_want_them(system: SteppedSystem) -> None:
    (quiet,) = add_active(system, 1).values()
    (keen,) = add_active(system, 1, Preferences(updates=True), first=1).values()
    incident = system.open_incident()
    system.update_incident(incident, status="identified", body="Found it.")
    assert system.texts(quiet) == [OPENING]
    assert system.texts(keen) == [OPENING, "[Demo] Update: API is down - Identified"]


def test_an_older_update_never_follows_a_newer_one(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = system.open_incident()
    system.update_incident(incident, status="identified", body="Found it.")
    before = system.texts(phone)
    deliver_again(system, incident, one, seq=1)
    settle_down(system, 1800)
    assert system.texts(phone) == before
    assert status(system, incident, one, 1) == "delivered"


def test_resolved_is_for_those_who_were_told(system: SteppedSystem) -> None:
    (told,) = add_active(system, 1).values()
    incident = system.open_incident()
    (late,) = add_active(system, 1, first=1).values()
    (asked,) = add_active(system, 1, Preferences(all_resolutions=True), first=2).values()
    (deaf,) = add_active(system, 1, Preferences(resolutions=False), first=3).values()
    system.update_incident(incident, status="resolved")
    settle_down(system, 600)
    resolved = "[Demo] Resolved: API is down"
    assert system.texts(told) == [OPENING, resolved]
    assert system.texts(late) == []
    assert system.texts(asked) == [resolved]
    assert system.texts(deaf) == []


def test_resolved_is_not_for_those_whose_opening_was_refused(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=429, code=20429, times=1)
    incident = open_quietly(system)
    enqueue(system)
    system.poll(queue(system, "announcements"))
    change_quietly(system, incident, status="resolved")
    settle_down(system, 1800)
    assert system.texts(phone) == []
    assert status(system, incident, one) == "superseded"


def test_an_opening_never_comes_after_its_resolution(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    change_quietly(system, incident, status="resolved")
    system.relay_stream()
    settle_down(system, 1800)
    assert system.texts(None) == []
    assert {status(system, incident, one, 2) for one in everybody} == {"suppressed"}
    assert states(system, incident) == ["superseded", "told"]


def test_an_opening_that_slips_in_beside_the_resolution_is_resolved_too(
    system: SteppedSystem,
) -> None:
    """Another sender claims the opening while this one, which read before that, tells the end."""
    everybody = add_active(system, 2)
    incident = open_quietly(system)
    enqueue(system)
    first_opening = system.clients.sqs.receive_message(
        QueueUrl=system.queue_url(queue(system, "announcements").queue_arn),
        MaxNumberOfMessages=10,
    )["Messages"]
    change_quietly(system, incident, status="resolved")
    enqueue(system)
    late: list[str] = []

    def slip_in(call: Call) -> None:
        if call.is_claim and not late:
            one = call.params["Key"]["sk"]["S"]
            late.append(one)
            someone = get_subscriber(system.table, "default", one, system.now)
            assert someone
            opening = begin(1, system.now).claim("created", "a text", system.now).arrive()
            system.table.write(claim(someone, {incident: opening}))

    with watched(system) as watch:
        watch.before = slip_in
        run_on(system)
        settle_down(system, 600)
    assert first_opening
    assert len(late) == 1
    assert system.texts(everybody[late[0]]) == ["[Demo] Resolved: API is down"]


def test_a_silent_resolution_ends_what_is_still_queued(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)
    change_quietly(system, incident, status="resolved", deliver_notifications=False)
    settle_down(system, 1800)
    assert system.texts(phone) == []
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("superseded", "the incident is over")


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("accepted", [False, True])
def test_an_end_waits_until_it_is_known_whether_the_opening_went(
    system: SteppedSystem, accepted: bool, leaves: bool
) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=429, code=20429, times=1)
    spoil(system, kind="time_out", accepted=accepted, times=1)
    spoil(system, kind="drop_callbacks", times=9)
    incident = open_quietly(system)
    settle_down(system, 20, step=6)
    assert status(system, incident, one) == "unknown"
    change_quietly(system, incident, status="resolved")
    settle_down(system, 120, step=10)
    opening, end = "[Demo] Critical incident: API is down", "[Demo] Resolved: API is down"
    assert system.texts(phone) == ([opening, end] if accepted else [])
    if leaves:
        system.twilio.reply(phone, "STOP", system.now, FAKE_FROM)
        system.run()
    settle_down(system, 1800)
    assert system.texts(phone) == ([opening, end] if accepted else [])
    found = delivery(system, incident, one)
    assert found is not None
    last = "accepted" if accepted else "suppressed" if leaves else "superseded"
    assert found.status == last


@pytest.mark.parametrize(
    ("incident", "hours"),
    [({}, 48), ({"status": "scheduled"}, 6)],
)
def test_stale_news_are_not_told(
    system: SteppedSystem, incident: dict[str, str], hours: int
) -> None:
    people = add_active(system, 2, Preferences(maintenance=True))
    opened = open_quietly(system, **incident)
    enqueue(system)
    system.clock.shift(hours * 3600 + 1)
    system.run()
    assert system.texts(None) == []
    assert {status(system, opened, one) for one in people} == {"expired"}


def test_what_an_open_incident_says_is_news_for_two_days(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    open_quietly(system)
    enqueue(system)
    system.clock.shift(47 * 3600)
    system.run()
    assert system.texts(phone) == ["[Demo] Critical incident: API is down"]


def test_an_end_still_on_its_way_does_not_come_after_the_reopening(system: SteppedSystem) -> None:
    """Who wants no updates is looked at all the same: a sender that read the incident a moment ago
    may be about to tell them its end."""
    ((one, phone),) = add_active(system, 1).items()
    incident = system.open_incident()
    change_quietly(system, incident, status="resolved")
    enqueue(system)
    late = system.clients.sqs.receive_message(
        QueueUrl=system.queue_url(queue(system, "announcements").queue_arn)
    )["Messages"]
    change_quietly(system, incident, status="monitoring")
    run_on(system)
    row = next(row for row in system.rows("subscriber") if row["sk"] == one)
    assert row["told"][incident]["s"] == 3, "the end cannot be claimed any more"
    assert late
    settle_down(system, 900)
    assert len(system.texts(phone)) == 1
    change_quietly(system, incident, status="resolved")
    run_on(system)
    assert system.texts(phone)[1:] == ["[Demo] Resolved: API is down"]


def test_a_refusal_after_newer_news_takes_nothing_back(system: SteppedSystem) -> None:
    """The first text's function is taken for dead and the next update is told. What Twilio refuses
    then is not that one's claim: it stays told, once, and its end is told too."""
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = open_quietly(system)
    enqueue(system)

    def overtake(form: Any) -> None:
        system.on_send = None
        change_quietly(system, incident, status="identified", body="Found it.")
        for _ in range(60):
            system.clock.shift(20)
            run_on(system)
        spoil(system, kind="refuse", status=400, code=99999, times=1)

    system.on_send = overtake
    run_on(system)
    news = "[Demo] Critical incident: API is down"  # nothing was, as far as anybody knows
    assert system.texts(phone) == [news]
    deliver_again(system, incident, one, seq=2)
    settle_down(system, 1800)
    assert system.texts(phone) == [news]
    assert status(system, incident, one, 2) == "delivered"
    change_quietly(system, incident, status="resolved")
    settle_down(system, 600)
    assert system.texts(phone) == [news, "[Demo] Resolved: API is down"]
