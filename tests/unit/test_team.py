"""Who of the team is reached, by what and when."""

import itertools
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.team import sms_cap
from statustext.domain.team.ladder import Ladder, Step, due_at, ladder_for, plan
from statustext.domain.team.rotation import Override, Rotation, on_call
from statustext.domain.team.routing import Channel, Level, in_words, route

LOG, SLACK, EMAIL, SMS = Channel


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(
    ("level", "reached"),
    [
        (Level.INFO, {LOG, SLACK}),
        (Level.GOOD, {LOG, SLACK}),
        (Level.WARNING, {LOG, SLACK}),
        (Level.ERROR, {LOG, SLACK, EMAIL}),
        (Level.CRITICAL, {LOG, SLACK, EMAIL, SMS}),
    ],
)
def test_route_table_level_by_channel(
    level: Level, reached: set[Channel], channel: Channel
) -> None:
    assert (channel in route(level)) == (channel in reached)


def test_route_by_another_policy() -> None:
    policy = {Level.ERROR: (SMS, LOG), Level.INFO: ()}
    assert route(Level.ERROR, policy) == (LOG, SMS)
    assert route(Level.INFO, policy) == ()
    assert route(Level.WARNING, policy) == (LOG, SLACK)
    assert in_words(policy)[0] == "info: nobody"
    assert in_words(policy)[3] == "error: the log and SMS to the on-call phone"


def test_cap_refuses_the_sixth_and_allows_again() -> None:
    sent: tuple[float, ...] = ()
    for minute in range(5):
        sent = sms_cap.after_one_more(sent, 1000.0 + minute * 60) or pytest.fail("refused")
    assert sms_cap.after_one_more(sent, 1000.0 + 3599) is None
    assert sms_cap.after_one_more(sent, 1000.0 + 3600) == (*sent[1:], 4600.0)
    assert sms_cap.REFUSED == "SMS rate cap (5/hr) hit — refusing to send"


@given(st.lists(st.floats(0, 3 * 3600), max_size=60))
def test_no_loop_passes_the_cap(asked_at: list[float]) -> None:
    sent: tuple[float, ...] = ()
    went: list[float] = []
    for now in sorted(asked_at):
        if (after := sms_cap.after_one_more(sent, now)) is not None:
            sent = after
            went.append(now)
    assert all(
        later - first >= sms_cap.WINDOW
        for first, later in zip(went, went[sms_cap.MOST :], strict=False)
    )


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [
        (0, [SLACK]),
        (9.99, [SLACK]),
        (10, [SLACK, EMAIL]),
        (19.99, [SLACK, EMAIL]),
        (20, [SLACK, EMAIL, SMS]),
        (30, [SLACK, EMAIL, SMS, SMS]),
        (59.99, [SLACK, EMAIL, SMS, SMS]),
        (60, [SLACK, EMAIL, SMS, SMS, SLACK]),
        (1000, [SLACK, EMAIL, SMS, SMS] * 3),
    ],
)
def test_ladder_by_elapsed_time(minutes: float, taken: list[Channel]) -> None:
    steps = plan(Ladder(), route(Level.CRITICAL))
    now = 5_000_000.0 + minutes * 60
    times = [due_at(steps, number, 5_000_000.0) for number in range(len(steps))]
    due = [one for one, at in zip(steps, times, strict=True) if at is not None and at <= now]
    assert [one.channel for one in due] == taken


def test_a_ladder_climbs_no_higher_than_the_level() -> None:
    assert {one.channel for one in plan(Ladder(), route(Level.ERROR))} == {SLACK, EMAIL}
    assert {one.channel for one in plan(Ladder(), route(Level.WARNING))} == {SLACK}
    assert plan(Ladder(repeats=0), route(Level.INFO)) == (Step(0, SLACK),)


def test_the_next_contact_follows_who_is_on_call() -> None:
    texts = [one for one in plan(Ladder(repeats=0), route(Level.CRITICAL)) if one.channel is SMS]
    assert [(one.after_minutes, one.person) for one in texts] == [(20, 0), (30, 1)]


def test_a_component_has_a_ladder_of_its_own() -> None:
    api, others = Ladder(component_ids=("api",)), Ladder(repeats=0)
    assert ladder_for(["web", "api"], [others, api]) is api
    assert ladder_for(["web"], [api, others]) is others
    assert ladder_for(["web"], [api]) == Ladder()


ROTATION = Rotation(("ann", "bob", "cem"), "2026-03-23", 7, "09:00", "Europe/Berlin")


def at(day: str, clock: str) -> float:
    zone = ZoneInfo("Europe/Berlin")
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("day", "clock", "who"),
    [
        ("2026-03-23", "08:59", "cem"),  # before the first turn, as the turns went
        ("2026-03-23", "09:00", "ann"),
        ("2026-03-30", "08:59", "ann"),  # clocks went forward the day before
        ("2026-03-30", "09:00", "bob"),
        ("2026-04-06", "09:00", "cem"),
        ("2026-10-25", "12:00", "ann"),
        ("2026-10-26", "08:59", "ann"),  # clocks went back the day before
        ("2026-10-26", "09:00", "bob"),
    ],
)
def test_a_rotation_hands_over_by_the_wall_clock(day: str, clock: str, who: str) -> None:
    assert on_call(ROTATION, ["ann", "bob", "cem"], at(day, clock))[0] == who


def test_who_comes_next_in_a_rotation() -> None:
    moment = at("2026-03-30", "10:00")
    assert on_call(ROTATION, ["ann", "bob", "cem"], moment) == ("bob", "cem", "ann")
    assert on_call(ROTATION, ["ann", "cem"], moment) == ("cem", "ann")  # bob sent STOP
    assert on_call(Rotation(), ["x", "y"], moment) == ("x", "y")


def test_an_override_takes_the_shift() -> None:
    start = at("2026-03-30", "10:00")
    rotation = Rotation(
        ROTATION.contacts, "2026-03-23", 7, "09:00", "Europe/Berlin",
        (Override("ann", start, start + 3600),),
    )  # fmt: skip
    known = ["ann", "bob", "cem"]
    assert on_call(rotation, known, start - 1) == ("bob", "cem", "ann")
    assert on_call(rotation, known, start) == ("ann", "bob", "cem")
    assert on_call(rotation, known, start + 3600) == ("bob", "cem", "ann")


@given(st.integers(1_700_000_000, 1_900_000_000), st.permutations(["ann", "bob", "cem"]))
def test_somebody_is_always_on_call_once(now: int, known: list[str]) -> None:
    assert sorted(on_call(ROTATION, known, now)) == ["ann", "bob", "cem"]
    later = [on_call(ROTATION, known, now + day * 86400)[0] for day in range(22)]
    assert len([key for key, _ in itertools.groupby(later)]) in (4, 5)
