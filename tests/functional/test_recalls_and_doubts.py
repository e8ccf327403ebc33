"""Recalls beside what waits, and doubts beside what people say meanwhile."""

import pytest

from statustext.adapters.quarantine import quarantine
from statustext.adapters.subscribers import get_subscriber, set_preferences
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    add_active,
    change_quietly,
    deliver_again,
    enqueue,
    queue,
    spoil,
    status,
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
    recall,
    say,
    set_page,
    until_morning,
)
from tests.functional.test_what_was_told import SLOW, UNKNOWN, times_out
from tests.stepped import START, SteppedSystem

MINOR = "[Demo] Minor incident: API is down"
FOR_GOOD = {"status": 400, "code": 21617}


def two_in_a_text_in_doubt(night: SteppedSystem) -> tuple[str, str, str, str]:
    """Both incidents, and who is told of them; two minutes into the doubt."""
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    first = minor(night)
    night.clock.shift(60)
    second = minor(night, "Payments are slow")
    spoil(night, kind="time_out", times=1)
    live(night, START + 5 * HOUR - night.now, step=600)
    live(night, 120)
    return first, second, one, phone


# Recalls.


@pytest.mark.parametrize("news", ["identified", "resolved"])
def test_what_was_held_and_recalled_for_who_was_told_ends(night: SteppedSystem, news: str) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    set_page(night, quiet_hours="")
    incident = minor(night)
    set_page(night, quiet_hours="21:00-08:00")
    live(night, 300)
    change(night, incident, status=news, body="Wrong")
    assert status(night, incident, one, 2) == "held"
    assert recall(night, incident, 2) == 200
    until_morning(night)
    assert night.texts(phone) == [MINOR]
    assert status(night, incident, one, 2) == "suppressed"


def test_a_recall_before_its_message_leaves_the_opening_held(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, 300)
    change_quietly(night, incident, status="identified", body="Wrong page")
    enqueue(night)
    assert recall(night, incident, 2) == 200
    until_morning(night)
    assert night.texts(phone) == [MINOR]


@pytest.mark.parametrize("comes_again", [False, True])
def test_a_recall_of_what_waits_for_a_minute(system: SteppedSystem, comes_again: bool) -> None:
    set_page(system, recipient_limits=TIERS)
    ((one, phone),) = add_active(system, 1).items()
    opened(system, "Payments are slow")
    system.clock.shift(5)
    incident = opened(system)
    change(system, incident, status="identified", body="Wrong page")
    assert recall(system, incident, 2) == 200
    if comes_again:
        deliver_again(system, incident, one, seq=2)
    live(system, HOUR)
    assert system.texts(phone).count(OPENING) == 1


@pytest.mark.parametrize("order", [(3, 2), (2, 3)])
def test_two_recalls(night: SteppedSystem, order: tuple[int, int]) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    for news in ("identified", "monitoring"):
        live(night, 200)
        change(night, incident, status=news, body=news)
    for seq in order:
        assert recall(night, incident, seq) == 200
    until_morning(night)
    assert night.texts(phone) == [MINOR]
    assert "held" not in {status(night, incident, one, seq) for seq in (1, 2, 3)}


def test_a_text_in_doubt_at_an_update_that_is_recalled(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    set_page(system, paused=True)
    incident = opened(system)
    change(system, incident, status="identified", body="Wrong page")
    set_page(system, paused=False)
    spoil(system, kind="time_out", times=1)
    live(system, 240)
    assert recall(system, incident, 2) == 200
    live(system, 2 * HOUR)
    assert system.texts(phone) == [OPENING]


def test_an_end_may_be_said_again_after_its_recall(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = opened(system)
    live(system, 120)
    set_page(system, paused=True)
    live(system, 5)
    change(system, incident, status="resolved", body="Wrong words")
    assert recall(system, incident, 2) == 200
    set_page(system, paused=False)
    live(system, 300)
    change(system, incident, status="resolved")
    live(system, 300)
    assert system.texts(phone) == [OPENING, END]


def test_a_postmortem_that_ends_an_incident_is_its_end(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = opened(system)
    live(system, 120)
    change(system, incident, status="postmortem", body="What happened")
    assert system.texts(phone) == [OPENING, END]


@pytest.mark.parametrize("between", ["resolved", "postmortem"])
def test_who_wants_every_end_hears_of_one(system: SteppedSystem, between: str) -> None:
    ((_, phone),) = add_active(system, 1, Preferences(all_resolutions=True)).items()
    incident = opened(system)
    for news, body in (("resolved", "Done"), (between, "Why"), ("resolved", "It was a disk")):
        live(system, 120)
        change(system, incident, status=news, body=body)
    live(system, 120)
    assert system.texts(phone) == [OPENING, END]


# Doubts.


@pytest.mark.parametrize("refusal", [SLOW, UNKNOWN])
def test_who_went_along_outlives_a_second_try_that_is_refused(
    night: SteppedSystem, refusal: dict[str, int]
) -> None:
    *_, phone = two_in_a_text_in_doubt(night)
    spoil(night, kind="refuse", times=1, **refusal)
    live(night, 2 * HOUR)
    said = " ".join(night.texts(phone))
    assert "API is down" in said
    assert "Payments are slow" in said


def test_who_went_along_has_an_end_when_the_second_try_is_refused_for_good(
    night: SteppedSystem,
) -> None:
    first, _, one, _ = two_in_a_text_in_doubt(night)
    spoil(night, kind="refuse", times=1, **FOR_GOOD)
    live(night, 2 * HOUR)
    assert status(night, first, one) in ("delivered", "superseded", "failed", "suppressed")


def test_who_went_along_without_a_message_of_its_own(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    minor(night)
    live(night, 300)
    wakes = Preferences(updates=True, quiet_hours="off")
    night.table.write(set_preferences("default", one, wakes, night.now))
    spoil(night, kind="time_out", times=1)
    second = minor(night, "Payments are slow")
    live(night, 300)
    change(night, second, status="identified", body="Found")
    live(night, 2 * HOUR)
    assert "API is down" in " ".join(night.texts(phone))


def test_a_mute_holds_for_the_second_try(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    times_out(system)
    live(system, 120)
    say(system, phone, "MUTE")
    live(system, HOUR)
    assert OPENING not in system.texts(phone)


def test_a_mute_holds_for_who_goes_along_on_the_second_try(night: SteppedSystem) -> None:
    *_, phone = two_in_a_text_in_doubt(night)
    say(night, phone, "MUTE")
    live(night, 2 * HOUR)
    muted, *rest = night.texts(phone)
    name = "Payments are slow" if "Payments are slow" in muted else "API is down"
    assert muted == f"[Demo] Muted: {name}. You hear no more of it."
    assert rest
    assert not [text for text in rest if name in text]


def test_new_wishes_hold_for_the_second_try(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    spoil(system, kind="time_out", times=1)
    minor(system)
    live(system, 120)
    say(system, phone, "CRITICAL")
    live(system, HOUR)
    assert MINOR not in system.texts(phone)


def test_who_left_in_doubt_and_came_back_hears_of_no_end(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = times_out(system)
    live(system, 300)
    say(system, phone, "STOP")
    live(system, 1500)
    say(system, phone, "START")
    live(system, 2 * HOUR, step=300)
    told = OPENING in system.texts(phone)
    change(system, incident, status="resolved")
    live(system, 300)
    assert (END in system.texts(phone)) == told


def test_who_was_out_of_reach_in_doubt_hears_of_no_end_first(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = times_out(system)
    live(system, 300)
    system.table.write(quarantine("default", one, "twilio 30005", START))
    live(system, 1500)
    say(system, phone, "hello")
    live(system, 2 * HOUR, step=300)
    change(system, incident, status="identified", body="Found")
    change(system, incident, status="resolved")
    live(system, 300)
    assert system.texts(phone)[:1] != [END]


def test_unknown_twice_is_settled_by_whichever_message_comes_first(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="time_out", times=2)
    incident = opened(system)
    live(system, 1000)
    change(system, incident, status="resolved")
    row = get_subscriber(system.table, "default", one, system.now)
    assert row is not None
    until = row.threads[incident].at
    live(system, until + 880 - system.now, step=30)
    system.clock.shift(until + 905 - system.now)
    url = system.queue_url(queue(system, "announcements").queue_arn)
    system.clients.sqs.purge_queue(QueueUrl=url)
    deliver_again(system, incident, one, seq=2)
    live(system, HOUR)
    assert system.texts(phone) == []


def test_a_line_in_doubt_is_a_line_again(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, HOUR, step=600)
    night.update_incident(incident, status="resolved")
    spoil(night, kind="time_out", times=1)
    until_morning(night)
    live(night, HOUR, step=120)
    assert night.texts(phone) == ["[Demo] Status: API is down (resolved)"]


def test_who_left_overnight_and_came_back_hears_what_was_held(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    minor(night)
    live(night, 200)
    say(night, phone, "STOP")
    until_morning(night)
    say(night, phone, "START")
    live(night, 600)
    assert MINOR in night.texts(phone)


def test_the_same_words_after_a_recall_are_news(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = opened(system)
    live(system, 120)
    change_quietly(system, incident, body="We found it")
    assert recall(system, incident, 2) == 200
    live(system, 120)
    assert system.texts(phone) == [OPENING]
    change(system, incident, body="We found it")
    live(system, 120)
    assert len(system.texts(phone)) == 2
