"""What stops texting, and how it goes on: the kill switch, recall, circuits, caps, carriers."""

from datetime import datetime
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.circuits import open_circuits
from statustext.adapters.pages import change_settings
from statustext.domain.incident import Impact
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    deliver_again,
    enqueue,
    once,
    open_quietly,
    requests_to_twilio,
    run_on,
    settle_down,
    spoil,
    status,
    watched,
)
from tests.functional.phrases import INCIDENTS, live, progress, recall, set_page
from tests.stepped import SteppedSystem

# The kill switch.


def test_a_paused_page_sends_nothing_and_loses_nothing(system: SteppedSystem) -> None:
    everybody = add_active(system, 30)
    set_page(system, paused=True)
    incident = open_quietly(system)
    code = system.http("POST", "/subscriptions", {"phone": "+15559990000", "consent": True})
    assert code.status == 202
    with requests_to_twilio(system) as asked:
        settle_down(system, 300, step=30)
    assert asked == []
    set_page(system, paused=False)
    settle_down(system, 300, step=30)
    assert sorted(one.to for one in system.accepted(None)) == sorted(
        [*everybody.values(), "+15559990000"]
    )
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_the_kill_switch_stops_a_batch_at_work(system: SteppedSystem) -> None:
    add_active(system, 25)
    open_quietly(system)
    sent: list[str] = []

    def pause(form: Any) -> None:
        sent.append(form["To"])
        system.clock.shift(0.3)
        if len(sent) == 5:
            system.table.write(change_settings("default", {"paused": True}))

    system.on_send = pause
    run_on(system)
    assert 5 <= len(sent) <= 5 + 4, "within about a second"
    set_page(system, paused=False)
    settle_down(system, 600, step=60)
    assert len({*sent}) == len(sent) == 25


# Recall.


def test_a_recalled_update_is_told_to_nobody_any_more(system: SteppedSystem) -> None:
    everybody = add_active(system, 25)
    incident = open_quietly(system)
    sent: list[str] = []

    def pull(form: Any) -> None:
        sent.append(form["To"])
        system.clock.shift(0.3)
        if len(sent) == 5:
            assert recall(system, incident) == 200

    system.on_send = pull
    settle_down(system, 600, step=60)
    assert 5 <= len(sent) <= 5 + 4
    states = [status(system, incident, one) for one in everybody]
    assert states.count("suppressed") == 25 - len(sent)
    shown = progress(system, incident)
    assert shown["state"] == "recalled"
    assert shown["suppressed"] == {"recalled": 25 - len(sent)}


def test_a_recall_while_room_is_found_is_in_time(system: SteppedSystem) -> None:
    """Nothing is claimed of what was taken back while it waited for room."""
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)

    def pull() -> None:
        assert recall(system, incident) == 200
        system.clock.shift(1.5)

    with watched(system) as watch:
        watch.after = once(lambda call: call.is_bucket and call.operation == "UpdateItem", pull)
        settle_down(system, 600, step=60)
    assert system.texts(phone) == []
    assert status(system, incident, one) == "suppressed"


def test_after_a_recall_the_next_update_opens_for_who_was_not_told(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    assert recall(system, incident) == 200
    assert recall(system, incident) == 200, "twice is once"
    run_on(system)
    assert system.texts(phone) == []
    system.update_incident(incident, status="identified")
    assert system.texts(phone) == ["[Demo] Critical incident: API is down"]
    system.update_incident(incident, status="resolved")
    assert system.texts(phone)[1:] == ["[Demo] Resolved: API is down"]


@pytest.mark.parametrize("seq", ["7", "0", "x", "-1", "999999999999"])
def test_an_update_that_does_not_exist_cannot_be_recalled(system: SteppedSystem, seq: str) -> None:
    incident = open_quietly(system)
    answer = system.operator("POST", f"{INCIDENTS}/{incident}/updates/{seq}/recall")
    assert (answer.status, answer.code) == (404, "update_not_found")
    assert system.http("POST", f"{INCIDENTS}/{incident}/updates/1/recall").status == 401
    other = system.operator("POST", f"{INCIDENTS}/nosuch/updates/1/recall")
    assert (other.status, other.code) == (404, "incident_not_found")


def test_the_console_recalls_too(system: SteppedSystem) -> None:
    add_active(system, 1)
    incident = open_quietly(system)
    answer = system.invoke("incident", {"action": "recall", "id": incident})
    assert answer["incident_updates"][0]["progress"]["state"] == "recalled"
    run_on(system)
    assert system.accepted(None) == []


# Circuits.


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        (20003, "account"),
        (63038, "account"),
        (21606, f"sender:{FAKE_FROM}"),
        (30027, f"sender:{FAKE_FROM}"),
        (21408, "country:US"),
    ],
)
def test_refusals_of_several_numbers_stop_what_they_are_about(
    system: SteppedSystem, code: int, scope: str
) -> None:
    everybody = add_active(system, 60)
    spoil(system, kind="refuse", status=400, code=code)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        run_on(system)
        before = len(set(asked))
        assert 3 <= before == len(asked) <= 3 + 5, "but for who was claimed, none is tried"
        (circuit,) = open_circuits(system.table)
        assert (circuit.scope, circuit.code) == (scope, code)
        settle_down(system, 3 * 60, step=20)
        assert len(asked) <= before + 3, "one probe a minute"
    system.twilio.faults.clear()
    ends = circuit.resumes_at
    settle_down(system, max(ends - system.now, 0) + 900, step=600 if ends else 60)
    assert open_circuits(system.table) == []
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_one_text_alone_finds_out_whether_it_goes_on(system: SteppedSystem) -> None:
    """Another sender comes by while the probe is at Twilio."""
    everybody = add_active(system, 3)
    spoil(system, kind="refuse", status=401, code=20003)
    incident = open_quietly(system)
    run_on(system)
    asked: list[str] = []

    def meanwhile(form: Any) -> None:
        asked.append(form["To"])
        if len(asked) == 1:
            deliver_again(system, incident, *everybody)

    system.on_send = meanwhile
    system.clock.shift(70)
    run_on(system)
    assert len(asked) == 1


def test_a_daily_cap_ends_at_midnight_in_california(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    spoil(system, kind="refuse", status=400, code=30027, times=3)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        run_on(system)
        settle_down(system, 23 * 3600, step=3600)
    assert sorted(asked) == sorted(everybody.values()), "not even a probe"
    assert {status(system, incident, one) for one in everybody} == {"not_accepted"}
    assert len(open_circuits(system.table)) == 1
    settle_down(system, 3900)
    system.tick()
    assert open_circuits(system.table) == []
    assert len(system.accepted(None)) == 3, "the incident is open: that is still news"


def test_a_country_that_is_not_served_stops_no_other(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    spoil(system, kind="refuse", status=400, code=21408, to=next(iter(everybody.values())))
    canada = {"phone": "+16135550123", "verified": True}
    system.table.write(change_settings("default", {"countries": ["US", "CA"]}))
    assert system.operator("POST", "/api/sms/subscribers", canada).status == 201
    open_quietly(system)
    settle_down(system, 120, step=20)
    assert "+16135550123" in [one.to for one in system.accepted(None)]


def test_the_alarm_stays_while_a_circuit_is_open(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    add_active(system, 3)
    spoil(system, kind="refuse", status=400, code=20003)
    open_quietly(system)
    run_on(system)
    capsys.readouterr()
    system.tick()
    assert '"CircuitOpen":[1.0]' in capsys.readouterr().out
    system.twilio.faults.clear()
    settle_down(system, 300, step=20)
    capsys.readouterr()
    system.tick()
    assert "CircuitOpen" not in capsys.readouterr().out


def test_codes_wait_for_the_circuit_and_expire(system: SteppedSystem) -> None:
    add_active(system, 3)
    spoil(system, kind="refuse", status=400, code=20003)
    open_quietly(system)
    run_on(system)
    with requests_to_twilio(system) as asked:
        system.sign_up("+15559990000")
        settle_down(system, 900, step=30)
    assert asked.count("+15559990000") <= 2, "others probe"
    rows = [row for row in system.rows("direct") if row["event"] == "verification"]
    assert [row["status"] for row in rows] == ["expired"]


# Caps.


def test_the_hourly_cap_keeps_a_reserve_for_what_must_not_wait(system: SteppedSystem) -> None:
    system.table.write(change_settings("default", {"limits.texts_per_hour": 10}))
    everybody = add_active(system, 12)
    incident = open_quietly(system, impact_override="minor")
    settle_down(system, 300, step=60)
    assert len(system.accepted(None)) == 8, "four fifths"
    open_quietly(system, "All is down", impact_override="critical")
    settle_down(system, 300, step=60)
    assert len(system.accepted(None)) == 10
    settle_down(system, 2 * 3600, step=600)
    assert len(system.accepted(None)) == 2 * len(everybody), "held, not dropped"
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


@pytest.mark.parametrize(("cap", "at_first"), [(5, 5), (10, 8)])
def test_a_cap_is_what_is_sent_in_an_hour(system: SteppedSystem, cap: int, at_first: int) -> None:
    """Where nothing critical happens the reserve is everybody's before the hour is over, and who
    asks is told by when the rest goes."""
    set_page(system, limits={"texts_per_hour": cap})
    add_active(system, 3 * cap)
    incident = open_quietly(system, impact_override="minor")
    live(system, 300, step=60)
    assert len(system.accepted(None)) == at_first
    promised = progress(system, incident)["last_text_at"]
    live(system, 3240, step=60)
    assert len(system.accepted(None)) == cap
    live(system, 2 * 3600, step=60)
    assert len(system.accepted(None)) == 3 * cap
    last = max(text.at for text in system.accepted(None))
    assert abs(datetime.fromisoformat(promised).timestamp() - last) < 120


def test_the_reserve_is_for_each_of_a_batch_who_may_use_it(system: SteppedSystem) -> None:
    """Worse news is an update to some, and the critical opening to others."""
    system.table.write(change_settings("default", {"limits.texts_per_hour": 20}))
    some = add_active(system, 16, Preferences(updates=True))
    others = add_active(system, 3, Preferences(severity_filter=(Impact.CRITICAL,)), first=16)
    incident = open_quietly(system, impact_override="minor")
    settle_down(system, 60)
    assert len(system.texts(None)) == len(some)
    change_quietly(system, incident, status="identified", impact_override="critical")
    settle_down(system, 60)
    opening = ["[Demo] Critical incident: API is down"]
    assert [system.texts(phone) for phone in others.values()] == [opening] * len(others)
    settle_down(system, 2 * 3600, step=600)
    assert len(system.texts(None)) == 2 * len(some) + len(others), "the others wait, and get theirs"


@pytest.mark.parametrize(("code", "wait"), [(20429, 60), (99999, 120)])
def test_what_twilio_refuses_is_not_counted_in_the_hour(
    system: SteppedSystem, code: int, wait: float
) -> None:
    """The next try does not wait for the next hour."""
    system.table.write(change_settings("default", {"limits.texts_per_hour": 2}))
    everybody = add_active(system, 2)
    spoil(system, kind="refuse", status=400, code=code, times=2)
    open_quietly(system)
    settle_down(system, wait, step=10)
    assert len(system.accepted(None)) == len(everybody)


# Several senders.


def test_each_number_is_texted_from_its_own_sender(system: SteppedSystem) -> None:
    senders = [
        {"id": "+447700900001", "prefixes": ["+44"]},
        {"id": "MG" + "a" * 32, "prefixes": ["+1555000000", "+1613"]},
    ]
    set_page(system, senders=senders, countries=["US", "GB"])
    add_active(system, 12)
    asked: list[tuple[str, str]] = []

    def note(form: Any) -> None:
        asked.append((form["To"], form.get("From") or form.get("MessagingServiceSid")))

    system.on_send = note
    open_quietly(system)
    run_on(system)
    assert {frm for to, frm in asked if to.startswith("+1555000000")} == {"MG" + "a" * 32}
    assert {frm for to, frm in asked if not to.startswith("+1555000000")} == {FAKE_FROM}
    assert len(asked) == 12


# Carriers.


def test_an_update_that_carriers_filter_is_stopped(system: SteppedSystem) -> None:
    add_active(system, 100)
    spoil(system, kind="final_status", status="undelivered", code=30007, times=3)
    incident = open_quietly(system)
    for _ in range(2):
        system.poll(next(one for one in system.queues() if one.queue_arn.endswith("-codes")))
    enqueue(system)
    queue = next(one for one in system.queues() if one.queue_arn.endswith("-announcements"))
    for _ in range(3):
        system.poll(queue)
    for _ in range(20):
        system.clock.shift(2)
        system.webhooks()
        system.relay_stream()
    system.tick()
    settle_down(system, 900, step=100)
    assert len(system.accepted(None)) < 100
    assert progress(system, incident)["state"] == "recalled"
    assert list(progress(system, incident)["suppressed"]) == ["filtered by carriers"]


# What an operator reads.


def test_progress_counts_what_became_of_everybody(system: SteppedSystem) -> None:
    everybody = add_active(system, 10)
    phones = list(everybody.values())
    spoil(system, kind="final_status", status="undelivered", code=30003, times=2)
    incident = open_quietly(system)
    enqueue(system)
    for phone in phones[:3]:
        system.twilio.reply(phone, "STOP", system.now, FAKE_FROM)
    system.webhooks()
    settle_down(system, 300, step=10)
    shown = progress(system, incident)
    assert shown["state"] == "told"
    assert (shown["sent"], shown["failed"], shown["delivered"]) == (5, 2, 5)
    assert shown["suppressed"] == {"unsubscribed": 3}
    assert (shown["queued"], shown["waiting"], shown["last_text_at"]) == (10, 0, None)


def test_an_estimate_says_when_the_last_text_is_out(system: SteppedSystem) -> None:
    add_active(system, 50)
    incident = open_quietly(system)
    enqueue(system)
    shown = progress(system, incident)
    assert (shown["state"], shown["waiting"]) == ("telling", 50)
    assert shown["last_text_at"].startswith("2027-01-15T08:00:00.5"), "100 a second"


def test_a_batch_of_the_stream_that_comes_again_counts_nothing(system: SteppedSystem) -> None:
    add_active(system, 5)
    incident = open_quietly(system)
    enqueue(system)
    system.poll(next(one for one in system.queues() if one.queue_arn.endswith("-announcements")))
    records = system.stream_records()
    for _ in range(3):
        answer = system.invoke("relay", {"Records": records})
        assert answer == {"batchItemFailures": []}
    assert progress(system, incident)["sent"] == 5


def test_a_fan_out_is_taken_up_where_it_was_left(system: SteppedSystem) -> None:
    """Each shard from its own cursor, and only those of which nothing was heard."""
    add_active(system, 40)
    incident = open_quietly(system)
    system.relay_stream()
    seen: list[Call] = []
    system.clients.sqs.purge_queue(
        QueueUrl=system.queue_url(
            next(q for q in system.queues() if q.queue_arn.endswith("-fan-out")).queue_arn
        )
    )
    system.clock.shift(100)
    assert system.tick()["resumed"] == 0, "it may still be at work"
    system.clock.shift(100)
    assert system.tick()["resumed"] == 16
    assert system.tick()["resumed"] == 0, "taken up once"
    with watched(system) as watch:
        watch.after = seen.append
        run_on(system)
    assert len(system.accepted(None)) == 40
    assert progress(system, incident)["shards_done"] == 16


def test_an_overtaken_update_says_so(system: SteppedSystem) -> None:
    add_active(system, 3)
    incident = open_quietly(system)
    change_quietly(system, incident, status="identified")
    run_on(system)
    assert progress(system, incident, 1)["state"] == "superseded"
    assert progress(system, incident, 2)["sent"] == 3
