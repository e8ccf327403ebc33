"""Who was told what, after doubts, refusals, MUTE, recalls and outages: nobody forgotten, nobody
told of the end of what they never heard of, nothing told again."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from statustext.adapters.quarantine import quarantine
from statustext.adapters.subscribers import set_preferences
from statustext.domain.incident import Impact
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    deliver_again,
    delivery,
    die,
    enqueue,
    once,
    open_quietly,
    run_on,
    spoil,
    status,
    waiting,
    watched,
)
from tests.functional.phrases import (
    END,
    HOUR,
    NEW_YORK,
    OPENING,
    TIERS,
    change,
    live,
    minor,
    opened,
    progress,
    recall,
    say,
    set_page,
    until_morning,
)
from tests.stepped import START, SteppedSystem

SLOW, UNKNOWN, ACCOUNT = (
    {"status": 429, "code": 20429},
    {"status": 400, "code": 99999},
    {"status": 400, "code": 30002},
)


def without_dynamodb(call: Call) -> None:
    if call.function == "sender" and call.service == "dynamodb":
        error: Any = {"Error": {"Code": "InternalServerError", "Message": ""}}
        raise ClientError(error, call.operation)


# What was not wanted is not told later.


@pytest.mark.parametrize("word", ["RESUME", "PAUSE 16 MIN"])
def test_what_was_muted_stays_so_after_its_end(system: SteppedSystem, word: str) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = opened(system)
    live(system, 300)
    say(system, phone, "MUTE")
    live(system, 300)
    system.update_incident(incident, status="resolved")
    say(system, phone, word)
    live(system, 2 * HOUR)
    assert system.texts(phone).count(OPENING) == 1
    assert END not in system.texts(phone)


@pytest.mark.parametrize("resolutions", [False, True])
def test_an_end_not_wanted_is_no_text_that_got_lost(
    system: SteppedSystem, resolutions: bool
) -> None:
    wishes = Preferences(resolutions=resolutions, maintenance=True)
    ((one, phone),) = add_active(system, 1, wishes).items()
    incident = opened(system)
    if resolutions:
        say(system, phone, "MUTE")
    live(system, 300)
    system.update_incident(incident, status="resolved")
    deliver_again(system, incident, one, seq=2)
    live(system, HOUR)
    assert system.texts(phone).count(OPENING) == 1


def test_a_reopening_not_wanted_is_no_text_that_got_lost(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = opened(system)
    live(system, 120)
    system.update_incident(incident, status="resolved")
    live(system, 120)
    system.table.write(
        set_preferences("default", one, Preferences(new_incidents=False), system.now)
    )
    system.update_incident(incident, status="investigating", body="again")
    deliver_again(system, incident, one, seq=3)
    live(system, HOUR)
    assert system.texts(phone) == [OPENING, END]


# What was refused is not lost.


def test_who_waits_for_a_second_try_outlives_the_refusal_of_another_text(
    system: SteppedSystem,
) -> None:
    ((_, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", times=2, **ACCOUNT)
    opened(system)
    live(system, 61, step=61)
    opened(system, "Payments are slow")
    live(system, HOUR)
    said = " ".join(system.texts(phone))
    assert "API is down" in said
    assert "Payments are slow" in said


@pytest.mark.parametrize("refusal", [SLOW, UNKNOWN])
def test_what_was_held_for_long_may_be_refused_once(
    night: SteppedSystem, refusal: dict[str, int]
) -> None:
    long_night = Preferences(timezone="UTC", quiet_hours="07:00-17:00")
    ((one, phone),) = add_active(night, 1, long_night).items()
    incident = minor(night)
    spoil(night, kind="refuse", times=1, **refusal)
    live(night, 11 * HOUR, step=300)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one) == "delivered"


@pytest.mark.parametrize("refusal", [SLOW, UNKNOWN])
def test_the_line_on_what_ended_overnight_may_be_refused_once(
    night: SteppedSystem, refusal: dict[str, int]
) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, HOUR, step=600)
    night.update_incident(incident, status="resolved")
    spoil(night, kind="refuse", times=1, **refusal)
    until_morning(night)
    live(night, HOUR, step=300)
    assert len(night.texts(phone)) == 1


# A text in doubt that did not go has told nobody anything.


def dies_behind_the_claim(system: SteppedSystem) -> str:
    with watched(system) as watch:
        watch.after = once(lambda call: call.is_claim, die)
        return opened(system)


def times_out(system: SteppedSystem) -> str:
    spoil(system, kind="time_out", times=1)
    return opened(system)


@pytest.mark.parametrize("fault", [times_out, dies_behind_the_claim])
def test_who_was_in_doubt_is_told_with_news_that_are_not_for_others(
    system: SteppedSystem, fault: Any
) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = fault(system)
    live(system, 120)
    change(system, incident, status="identified", body="Found")
    live(system, HOUR)
    assert system.texts(phone) == [OPENING]
    system.update_incident(incident, status="resolved")
    live(system, 600)
    assert system.texts(phone) == [OPENING, END]


@pytest.mark.parametrize("fault", [times_out, dies_behind_the_claim])
def test_who_was_in_doubt_hears_of_no_end(system: SteppedSystem, fault: Any) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = fault(system)
    live(system, 120)
    change(system, incident, status="resolved")
    live(system, HOUR)
    assert system.texts(phone) == []
    assert status(system, incident, one, 1) == "superseded"
    assert status(system, incident, one, 2) == "suppressed"


def test_a_second_try_may_fall_into_quiet_hours(system: SteppedSystem) -> None:
    quiet = Preferences(timezone="America/New_York", quiet_hours="03:10-08:00")
    ((_, phone),) = add_active(system, 1, quiet).items()
    spoil(system, kind="time_out", times=1)
    minor(system)
    live(system, 6 * HOUR)
    assert system.texts(phone) == ["[Demo] Minor incident: API is down"]


def test_a_second_try_may_be_too_much_for_a_person(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=TIERS)
    ((_, phone),) = add_active(system, 1).items()
    times_out(system)
    live(system, 870, step=30)
    opened(system, "Payments are slow")
    live(system, 2 * HOUR, step=30)
    assert "API is down" in " ".join(system.texts(phone))


@pytest.mark.parametrize("refusal", [SLOW, UNKNOWN, ACCOUNT])
def test_a_second_try_may_be_refused(system: SteppedSystem, refusal: dict[str, int]) -> None:
    ((_, phone),) = add_active(system, 1).items()
    times_out(system)
    live(system, 600)
    spoil(system, kind="refuse", times=1, **refusal)
    live(system, HOUR)
    assert system.texts(phone) == [OPENING]


def test_who_went_along_with_a_text_in_doubt_is_not_written_off(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    first = minor(night)
    night.clock.shift(60)
    second = minor(night, "Payments are slow")
    spoil(night, kind="time_out", times=1)
    live(night, START + 5 * HOUR - night.now, step=600)
    live(night, 120)
    assert status(night, first, one) != "superseded"
    change(night, second, status="identified", body="Found")
    live(night, 2 * HOUR)
    said = " ".join(night.texts(phone))
    assert "API is down" in said
    assert "Payments are slow" in said
    night.update_incident(first, status="resolved")
    live(night, 300)
    assert night.texts(phone)[-1] == END


# News that take each other's place.


def test_a_postmortem_does_not_take_the_place_of_the_end(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    set_page(night, quiet_hours="")
    incident = minor(night)
    set_page(night, quiet_hours="21:00-08:00")
    night.update_incident(incident, status="resolved")
    live(night, HOUR, step=600)
    night.update_incident(incident, status="postmortem", body="What happened")
    until_morning(night)
    assert night.texts(phone)[1:] == [END]


def test_a_recalled_update_gives_its_place_back_in_the_morning(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    change(night, incident, status="identified", body="Wrong page")
    assert recall(night, incident, 2) == 200
    until_morning(night)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one, 1) == "delivered"
    assert status(night, incident, one, 2) == "suppressed"


def test_a_recalled_update_gives_its_place_back_in_the_queue(system: SteppedSystem) -> None:
    everybody = add_active(system, 30)
    set_page(system, paused=True)
    incident = opened(system)
    change(system, incident, status="identified", body="Wrong page")
    assert recall(system, incident, 2) == 200
    live(system, 300)
    set_page(system, paused=False)
    live(system, 900)
    assert system.texts(None) == [OPENING] * 30
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    shown = progress(system, incident, 1)
    assert (shown["state"], shown["queued"], shown["delivered"]) == ("told", 30, 30)


@pytest.mark.parametrize("is_told", [False, True])
def test_what_goes_on_has_not_ended(system: SteppedSystem, is_told: bool) -> None:
    set_page(system, coalescing_window=120)
    ((_, phone),) = add_active(system, 1).items()
    incident = opened(system)
    live(system, 300)
    change_quietly(system, incident, status="resolved")
    enqueue(system)
    changes = {"status": "investigating", "body": "Not yet", "deliver_notifications": is_told}
    change(system, incident, **changes)
    live(system, 600)
    assert system.texts(phone) == [OPENING]


@pytest.mark.parametrize("was_over", [False, True])
def test_what_is_news_to_everybody_does_not_wait_for_more(
    system: SteppedSystem, was_over: bool
) -> None:
    set_page(system, coalescing_window=120)
    ((_, phone),) = add_active(system, 1).items()
    incident = opened(system, deliver_notifications=was_over)
    if was_over:
        live(system, 60)
        change(system, incident, status="resolved")
        live(system, 60)
    before = system.texts(phone)
    change(system, incident, status="identified", body="Found")
    assert len(system.texts(phone)) == len(before) + 1


def test_the_worst_is_named_first_and_the_rest_counted(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=TIERS)
    ((_, phone),) = add_active(system, 1).items()
    opened(system, "Status page itself is slow", impact_override="minor")
    names = ["Elevated error rates", "Delayed webhooks in EU", "Dashboard login failures"]
    for name in names:
        opened(system, name, impact_override="minor")
    opened(system, "Data loss in payments")
    live(system, 300)
    merged = system.texts(phone)[1]
    assert merged.startswith("[Demo] Status: Data loss in payments (investigating); ")
    assert merged.endswith("2 more: https://status.example.test/")


# Outages and long rests.


@pytest.mark.parametrize("minutes", [16, 40])
def test_an_outage_ends_for_everybody_within_five_minutes(
    system: SteppedSystem, minutes: int
) -> None:
    add_active(system, 30)
    open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        watch.before = without_dynamodb
        for _ in range(minutes):
            system.clock.shift(60)
            system.tick()
            run_on(system)
    assert waiting(system, "announcements")
    live(system, 300)
    assert system.texts(None) == [OPENING] * 30


def test_an_outage_does_not_forget_what_waits_for_a_minute(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=TIERS)
    ((one, _),) = add_active(system, 1).items()
    opened(system)
    system.clock.shift(5)
    second = opened(system, "Payments are slow")
    assert status(system, second, one) == "held"
    with watched(system) as watch:
        watch.before = without_dynamodb
        for _ in range(17):
            system.clock.shift(60)
            run_on(system)
    live(system, 300)
    assert status(system, second, one) == "delivered"


def test_a_pause_of_seven_hours_loses_nothing(system: SteppedSystem) -> None:
    add_active(system, 3)
    set_page(system, paused=True)
    incident = opened(system)
    live(system, 7 * HOUR, step=300)
    assert progress(system, incident, 1)["last_text_at"] is None
    set_page(system, paused=False)
    live(system, 300)
    assert system.texts(None) == [OPENING] * 3


# What an operator reads of it.


def test_an_end_is_told_once_all_who_were_told_have_it(system: SteppedSystem) -> None:
    add_active(system, 10)
    add_active(system, 20, Preferences(severity_filter=(Impact.CRITICAL,)), first=10)
    incident = minor(system)
    live(system, 120)
    change(system, incident, status="resolved")
    live(system, 60)
    shown = progress(system, incident, 2)
    assert (shown["state"], shown["delivered"], shown["waiting"]) == ("told", 10, 0)
    assert shown["suppressed"] == {"not told": 20}


def test_who_changed_their_mind_in_the_queue_has_an_end(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system, impact_override="minor")
    enqueue(system)
    only_critical = Preferences(severity_filter=(Impact.CRITICAL,))
    system.table.write(set_preferences("default", one, only_critical, system.now))
    run_on(system)
    assert system.texts(phone) == []
    assert progress(system, incident, 1)["suppressed"] == {"not wanted any more": 1}


def test_what_is_held_does_not_wait_for_the_sender(night: SteppedSystem) -> None:
    add_active(night, 5, NEW_YORK)
    incident = minor(night)
    shown = progress(night, incident, 1)
    assert (shown["state"], shown["held"], shown["waiting"]) == ("telling", 5, 0)
    assert shown["last_text_at"] is None


def test_who_left_is_looked_at_and_not_queued(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    say(system, next(iter(everybody.values())), "STOP")
    incident = opened(system)
    shown = progress(system, incident, 1)
    assert (shown["found"], shown["queued"]) == (3, 2)


def test_a_number_out_of_reach_did_not_unsubscribe(night: SteppedSystem) -> None:
    ((one, _),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    night.table.write(quarantine("default", one, "twilio 30005", START))
    until_morning(night)
    found = delivery(night, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("suppressed", "quarantined")


def test_a_delivered_text_has_no_reason_not_to_be(system: SteppedSystem) -> None:
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="refuse", times=1, **UNKNOWN)
    incident = opened(system)
    live(system, 300)
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.attempt, found.status, found.reason) == (2, "delivered", "")
