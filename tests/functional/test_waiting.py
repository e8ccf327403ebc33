"""What waits for its time: quiet hours, PAUSE, the limits per person, the coalescing window."""

from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.incident import Impact
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    die_at,
    enqueue,
    once,
    open_quietly,
    queue,
    run_on,
    settle_down,
    spoil,
    status,
    subscriber_row,
    waiting,
    watched,
)
from tests.functional.phrases import HOUR, NEW_YORK, TIERS, live, minor, set_page, until_morning
from tests.stepped import START, SteppedSystem


def test_what_is_not_critical_waits_for_the_morning(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    assert night.texts(phone) == []
    assert status(night, incident, one) == "held"
    live(night, 5 * HOUR - 120, step=HOUR)
    assert night.texts(phone) == []
    live(night, 600)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one) == "delivered"
    assert night.rows("hold") == []


def test_what_is_critical_passes_unless_the_person_said_otherwise(night: SteppedSystem) -> None:
    ((_, woken),) = add_active(night, 1, NEW_YORK).items()
    asleep = Preferences(timezone="America/New_York", critical_always=False)
    ((_, other),) = add_active(night, 1, asleep, first=1).items()
    night.open_incident()
    assert night.texts(woken) == ["[Demo] Critical incident: API is down"]
    assert night.texts(other) == []
    until_morning(night)
    assert night.texts(other) == ["[Demo] Critical incident: API is down"]
    assert len(night.texts(woken)) == 1


@pytest.mark.parametrize(
    ("zone", "hours", "is_quiet"),
    [
        ("Europe/London", "", False),  # 08:00 there
        ("Asia/Tokyo", "", False),  # 17:00
        ("Asia/Tokyo", "16:00-18:00", True),
        ("America/New_York", "off", False),
        ("America/New_York", "01:00-02:00", False),
    ],
)
def test_the_hours_are_those_of_the_place(
    night: SteppedSystem, zone: str, hours: str, is_quiet: bool
) -> None:
    wanted = Preferences(timezone=zone, quiet_hours=hours)
    ((_, phone),) = add_active(night, 1, wanted).items()
    minor(night)
    assert (night.texts(phone) == []) is is_quiet


def test_the_morning_s_text_tells_all_that_happened_as_it_stands(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    first = minor(night)
    night.clock.shift(60)
    second = minor(night, "Payments are slow")
    change_quietly(night, second, status="identified", body="A disk.")
    until_morning(night)
    (text,) = night.texts(phone)
    assert text == "[Demo] Status: API is down (investigating); Payments are slow (identified)"
    assert sorted([status(night, first, one), status(night, second, one, 2)]) == [
        "delivered",
        "superseded",
    ]
    assert status(night, second, one, 1) == "superseded"
    night.update_incident(first, status="resolved")
    assert night.texts(phone)[1:] == ["[Demo] Resolved: API is down"]
    night.update_incident(second, status="resolved")
    assert night.texts(phone)[2:] == ["[Demo] Resolved: Payments are slow"]


@pytest.mark.parametrize("refusals", [0, 1])
def test_a_night_of_many_incidents_is_a_few_texts(night: SteppedSystem, refusals: int) -> None:
    """DynamoDB takes 4 KB of an expression: not sixty claims in one write."""
    ((one, phone),) = add_active(night, 1, preferences=NEW_YORK).items()
    incidents = []
    for number in range(50):
        incidents.append(minor(night, f"No. {number} is down"))
        live(night, 60)
    if refusals:
        spoil(night, kind="refuse", status=400, code=99999, times=refusals)
    until_morning(night)
    assert 1 < len(night.texts(phone)) <= 3
    assert {status(night, incident, one, 1) for incident in incidents} <= {
        "delivered",
        "superseded",
    }


def test_what_rests_does_not_go_along_with_what_does_not(night: SteppedSystem) -> None:
    """A critical incident wakes somebody; the minor one that waits for the morning stays there."""
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    waits = minor(night)
    live(night, 600)
    night.open_incident("Payments are down")
    assert night.texts(phone) == ["[Demo] Critical incident: Payments are down"]
    assert status(night, waits, one) == "held"
    until_morning(night)
    assert night.texts(phone)[1:] == ["[Demo] Minor incident: API is down"]


def test_what_went_along_does_not_go_along_again(night: SteppedSystem) -> None:
    """Neither incident's next text is about the other one."""
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incidents = [minor(night), minor(night, "Payments are slow")]
    until_morning(night)
    for incident in incidents:
        night.clock.shift(900)
        night.update_incident(incident, status="identified")
    assert sorted(night.texts(phone)[1:]) == [
        "[Demo] Update: API is down - Identified",
        "[Demo] Update: Payments are slow - Identified",
    ]


def test_a_resolution_that_was_held_and_taken_back_leaves_nothing_held(
    night: SteppedSystem,
) -> None:
    only_ends = Preferences(timezone="America/New_York")
    ((one, phone),) = add_active(night, 1, only_ends).items()
    set_page(night, quiet_hours="")
    incident = minor(night)
    set_page(night, quiet_hours="21:00-08:00")
    night.update_incident(incident, status="resolved")
    assert status(night, incident, one, 2) == "held"
    night.update_incident(incident, status="monitoring")
    until_morning(night)
    assert len(night.texts(phone)) == 1
    assert status(night, incident, one, 2) == "superseded"


@pytest.mark.parametrize(
    ("overnight", "texts"),
    [("line", ["[Demo] Status: API is down (resolved)"]), ("nothing", [])],
)
def test_an_incident_opened_and_resolved_overnight(
    night: SteppedSystem, overnight: str, texts: list[str]
) -> None:
    set_page(night, overnight=overnight)
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, HOUR, step=600)
    night.update_incident(incident, status="resolved")
    until_morning(night)
    assert night.texts(phone) == texts
    assert status(night, incident, one, 2) == ("delivered" if texts else "suppressed")


def test_the_end_of_what_was_told_before_comes_in_the_morning(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    set_page(night, quiet_hours="")
    incident = minor(night)
    set_page(night, quiet_hours="21:00-08:00")
    night.update_incident(incident, status="resolved")
    assert len(night.texts(phone)) == 1
    until_morning(night)
    assert night.texts(phone)[1:] == ["[Demo] Resolved: API is down"]


def test_stop_ends_what_is_held(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    night.twilio.reply(phone, "STOP", night.now, FAKE_FROM)
    until_morning(night)
    assert night.texts(phone) == []
    assert status(night, incident, one) == "suppressed"


def test_a_pause_holds_everything_until_it_ends(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    pk, sk = subscriber_key("default", one)
    until = system.now + 2 * HOUR
    system.table.write(Write(pk, sk, "SET paused_until = :until", values={"until": until}))
    system.open_incident()
    live(system, 2 * HOUR - 60, step=HOUR)
    assert system.texts(phone) == []
    live(system, 300)
    assert system.texts(phone) == ["[Demo] Critical incident: API is down"]


def test_more_than_a_person_can_bear_is_merged_and_not_dropped(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=TIERS)
    ((one, phone),) = add_active(system, 1).items()
    incidents = [open_quietly(system, f"Part {number}") for number in range(3)]
    run_on(system)
    assert len(system.texts(phone)) == 1
    settle_down(system, 300, step=20)
    texts = system.texts(phone)
    assert len(texts) == 2, texts
    assert "Part" in texts[1]
    assert texts[1].count("(investigating)") == 2
    ends = sorted(status(system, incident, one) for incident in incidents)
    assert ends == ["delivered", "delivered", "superseded"]


def test_the_limits_per_person_hold_over_hours(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=TIERS)
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = open_quietly(system)
    for number in range(24):
        change_quietly(system, incident, body=f"News {number}")
        settle_down(system, 300 if number % 4 else 30, step=60)
    times = [one.at for one in system.accepted(phone)]
    for most, seconds in TIERS:
        spans = zip(times, times[most:], strict=False)
        assert all(later - earlier >= seconds for earlier, later in spans), (most, seconds)
    assert len(times) >= 11
    live(system, 3 * HOUR, step=HOUR)
    assert len([one for one in system.rows("delivery") if one["status"] == "held"]) == 0


def test_a_text_of_tomorrow_does_not_count_against_the_limits(system: SteppedSystem) -> None:
    """A function's clock was wrong when it was claimed."""
    set_page(system, recipient_limits=TIERS)
    ((one, phone),) = add_active(system, 1).items()
    key = subscriber_key("default", one)
    values = {"recent": [system.now + 24 * HOUR]}
    system.table.write(Write(*key, update="SET recent = :recent", values=values))
    minor(system)
    minor(system, "Payments are slow")
    live(system, 300)
    assert len(system.texts(phone)) == 2


def test_the_same_words_are_not_sent_twice_within_a_minute(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    system.open_incident()
    again = system.open_incident()
    assert len(system.texts(phone)) == 1
    row = next(one for one in system.rows("delivery") if one["incident"] == again)
    assert (row["status"], row["reason"]) == ("suppressed", "recent_duplicate")
    system.advance(61)
    assert len(system.texts(phone)) == 1, "suppressed for good"
    system.open_incident()
    assert len(system.texts(phone)) == 2


def test_the_same_words_of_two_incidents_opened_at_once_are_one_text(
    system: SteppedSystem,
) -> None:
    """Another sender tells the other incident between the first's look and its claims."""
    everybody = add_active(system, 3)
    incidents = [open_quietly(system), open_quietly(system)]
    enqueue(system)

    def another_sender() -> None:
        system.poll(queue(system, "announcements"))

    with watched(system) as watch:
        watch.before = once(lambda call: call.is_claim, another_sender)
        run_on(system)
        live(system, 30, step=5)
    for one, phone in everybody.items():
        assert len(system.texts(phone)) == 1
        told = {status(system, incident, one) for incident in incidents}
        assert told == {"delivered", "suppressed"}
    live(system, 600)
    open_quietly(system)
    live(system, 30, step=5)
    assert all(len(system.texts(phone)) == 2 for phone in everybody.values())
    assert all(len(subscriber_row(system, one)["said"]) == 1 for one in everybody)


def test_updates_wait_for_each_other(system: SteppedSystem) -> None:
    set_page(system, coalescing_window=120)
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = system.open_incident()
    assert len(system.texts(phone)) == 1, "an opening never waits"
    system.advance(300)
    for number in range(3):
        system.update_incident(incident, status=("identified", "monitoring")[number % 2])
        system.advance(30)
    assert len(system.texts(phone)) == 1
    system.advance(60)
    assert system.texts(phone)[1:] == ["[Demo] Update: API is down - Identified"]
    assert {status(system, incident, one, seq) for seq in (2, 3)} == {""}
    shown = system.operator("GET", f"/v1/pages/default/incidents/{incident}").json
    states = [update["progress"]["state"] for update in reversed(shown["incident_updates"])]
    assert states == ["superseded", "superseded", "superseded", "told"]
    system.update_incident(incident, status="monitoring")
    system.update_incident(incident, status="resolved")
    assert system.texts(phone)[2:] == ["[Demo] Resolved: API is down"], "an end never waits"
    system.advance(600)
    assert len(system.texts(phone)) == 3


def test_news_without_end_is_told_all_the_same(system: SteppedSystem) -> None:
    set_page(system, coalescing_window=120)
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = system.open_incident()
    for number in range(30):
        system.update_incident(incident, status=("identified", "monitoring")[number % 2])
        system.advance(30)
    assert 6 <= len(system.texts(phone)) - 1 <= 8


@pytest.mark.parametrize("updates", [1, 2])
def test_updates_that_wait_do_not_hold_up_the_opening(system: SteppedSystem, updates: int) -> None:
    """Nor does a second one within the window let the first be told: both wait, and the opening is
    what people are to hear now."""
    set_page(system, coalescing_window=120)
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    for status_now in ("identified", "monitoring")[:updates]:
        change_quietly(system, incident, status=status_now)
    run_on(system)
    assert len(system.accepted(None)) == len(everybody)
    system.advance(600)
    assert len(system.accepted(None)) == len(everybody)


def test_worse_news_does_not_wait(system: SteppedSystem) -> None:
    set_page(system, coalescing_window=120)
    only_critical = Preferences(severity_filter=(Impact.CRITICAL,))
    ((_, phone),) = add_active(system, 1, only_critical).items()
    incident = minor(system)
    system.update_incident(incident, impact_override="critical", status="identified")
    assert system.texts(phone) == ["[Demo] Critical incident: API is down"]


def by_the_sender(call: Call) -> bool:
    return call.function == "sender"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(24))
def test_a_death_on_the_way_to_the_morning_s_text(
    night: SteppedSystem, when: str, number: int
) -> None:
    """At any call of the sender, while it holds and while it tells."""
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    seen: list[Call] = []
    with watched(night) as watch:
        setattr(watch, when, die_at(number, seen, by_the_sender))
        first, second = minor(night), minor(night, "Payments are slow")
        until_morning(night)
    if len(seen) <= number:
        pytest.skip("fewer calls than that")
    texts = night.texts(phone)
    assert len(texts) == 1, texts
    assert texts[0].count("(investigating)") == 2
    ends = {status(night, first, one), status(night, second, one)}
    assert ends == {"delivered", "superseded"}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "status": 400, "code": 99999},
        {"kind": "refuse", "status": 429, "code": 20429},
        {"kind": "time_out"},
        {"kind": "server_error", "status": 503, "accepted": True},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_a_morning_s_text_that_twilio_does_not_take_comes_whole(
    night: SteppedSystem, fault: dict[str, Any]
) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    first, second = minor(night), minor(night, "Payments are slow")
    spoil(night, **fault, times=1)
    until_morning(night)
    texts = night.texts(phone)
    assert len(texts) == 1, texts
    assert texts[0].count("(investigating)") == 2
    assert {status(night, first, one), status(night, second, one)} == {"delivered", "superseded"}


def test_two_wakings_at_once_tell_once(night: SteppedSystem) -> None:
    """The queue hands the same held batch to two senders, interleaved at the claim."""
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    minor(night), minor(night, "Payments are slow")
    live(night, 5 * HOUR - 60, step=5 * HOUR)
    met: list[Call] = []

    def meanwhile(call: Call) -> None:
        if call.is_claim and not met:
            met.append(call)
            night.tick()
            run_on(night)

    with watched(night) as watch:
        watch.before = meanwhile
        live(night, 900)
    assert met
    assert len(night.texts(phone)) == 1


def test_stop_ends_all_that_is_held(night: SteppedSystem) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incidents = [minor(night), minor(night, "Payments are slow"), minor(night, "Mail is late")]
    night.twilio.reply(phone, "STOP", night.now, FAKE_FROM)
    until_morning(night)
    assert night.texts(phone) == []
    assert {status(night, incident, one) for incident in incidents} == {"suppressed"}


def test_what_was_recalled_overnight_does_not_keep_the_rest_from_being_told(
    night: SteppedSystem,
) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    first = minor(night)
    night.clock.shift(10)
    second = minor(night, "Payments are slow")
    path = f"/v1/pages/default/incidents/{second}/updates/1/recall"
    assert night.operator("POST", path).status == 200
    until_morning(night)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert (status(night, first, one), status(night, second, one)) == ("delivered", "suppressed")


def test_resume_brings_what_the_pause_held(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    system.twilio.reply(phone, "PAUSE 2H", system.now, FAKE_FROM)
    run_on(system)
    system.open_incident()
    live(system, 600)
    told = "[Demo] Critical incident: API is down"
    assert told not in system.texts(phone)
    system.twilio.reply(phone, "RESUME", system.now, FAKE_FROM)
    live(system, 300)
    assert system.texts(phone).count(told) == 1
    live(system, 3 * HOUR, step=600)
    assert system.texts(phone).count(told) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_around_the_claim_of_what_was_held_alone(night: SteppedSystem, when: str) -> None:
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, 5 * HOUR - 60, step=600)
    with watched(night) as watch:
        setattr(watch, when, die_at(0, [], lambda call: call.is_claim))
        live(night, 1800, step=60)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one) == "delivered"


def test_who_left_while_the_incident_went_on_leaves_nothing_held(night: SteppedSystem) -> None:
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    night.twilio.reply(phone, "STOP", night.now, FAKE_FROM)
    run_on(night)
    night.update_incident(incident, status="resolved")
    until_morning(night)
    assert night.texts(phone) == []
    assert "held" not in {row["status"] for row in night.rows("delivery")}


def by_the_fan_out(call: Call) -> bool:
    return call.function == "fan_out"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(3))
def test_a_death_while_what_was_held_is_handed_on(
    night: SteppedSystem, when: str, number: int
) -> None:
    """At any call that reads the holds, hands them on and removes them."""
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, 5 * HOUR - 60, step=5 * HOUR)
    seen: list[Call] = []
    with watched(night) as watch:
        setattr(watch, when, die_at(number, seen, by_the_fan_out))
        live(night, 1800, step=60)
    assert len(seen) > number, "the call that was to be the last was never made"
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one) == "delivered"
    assert night.rows("hold") == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(9))
def test_a_death_while_news_takes_the_place_of_what_was_held(
    night: SteppedSystem, when: str, number: int
) -> None:
    """Nobody looks after an older update's row once the newer one is held in its place."""
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    change_quietly(night, incident, status="identified")
    seen: list[Call] = []
    with watched(night) as watch:
        setattr(watch, when, die_at(number, seen, by_the_sender))
        run_on(night)
        settle_down(night, 600)
    if len(seen) <= number:
        pytest.skip("fewer calls than that")
    until_morning(night)
    assert night.texts(phone) == ["[Demo] Minor incident: API is down"]
    assert status(night, incident, one, 1) == "superseded"
    assert status(night, incident, one, 2) == "delivered"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(8))
def test_a_death_while_what_was_held_comes_to_nothing(
    night: SteppedSystem, when: str, number: int
) -> None:
    """Nobody looks after an update's row once the claim says that nothing is told of it."""
    set_page(night, overnight="nothing")
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    change_quietly(night, incident, status="resolved")
    seen: list[Call] = []
    with watched(night) as watch:
        setattr(watch, when, die_at(number, seen, by_the_sender))
        run_on(night)
        settle_down(night, 600)
    if len(seen) <= number:
        pytest.skip("fewer calls than that")
    until_morning(night)
    assert night.texts(phone) == []
    assert status(night, incident, one, 1) == "superseded"
    assert status(night, incident, one, 2) == "suppressed"


def night_after(night: SteppedSystem, told: int, people: int) -> None:
    """An incident waits for the morning of a day on which they were told of some others."""
    set_page(night, quiet_hours="off")
    add_active(night, people, NEW_YORK)
    for number in range(told):
        incident = open_quietly(night, f"No. {number} is down")
        run_on(night)
        change_quietly(night, incident, status="resolved", deliver_notifications=False)
        live(night, HOUR, step=600)
    live(night, START + 24 * HOUR - night.now, step=HOUR)
    set_page(night, quiet_hours="21:00-08:00")
    minor(night)
    live(night, 5 * HOUR - 120, step=HOUR)


def test_a_morning_costs_the_same_whatever_they_were_told_before(night: SteppedSystem) -> None:
    people = 20
    night_after(night, told=5, people=people)
    before = len(night.accepted(None))
    with watched(night) as watch:
        live(night, 600, step=30)
    assert len(night.accepted(None)) - before == people
    assert len(watch.of("sender", "GetItem")) < 4 * people


def test_while_a_page_is_paused_what_was_held_is_put_back_whole(night: SteppedSystem) -> None:
    night_after(night, told=5, people=10)
    set_page(night, paused=True)
    live(night, HOUR, step=60)
    assert 0 < waiting(night, "announcements") <= 10
    set_page(night, paused=False)
    before = len(night.accepted(None))
    live(night, 600)
    assert len(night.accepted(None)) - before == 10
