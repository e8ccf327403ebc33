"""Histories of the whole system, their promises checked after every step.

A fixed number of them; more with `make simulate SEEDS=0:1000`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.simulation.__main__ import crowd_of
from tests.simulation.actors import Actors
from tests.simulation.followers import Followers
from tests.simulation.on_call import Monitoring, Team
from tests.simulation.simulation import Simulation, Warm, live_through, simulation, warm
from tests.simulation.weather import CALM, KINDS, STORM, Weather, single

SUBSCRIBING = ("sign_up", "ask_for_another_code", "add_a_subscriber")
VERIFYING = (
    "enter_the_last_code",
    "enter_the_last_code_twice_at_once",
    "enter_an_old_code",
    "enter_a_wrong_code",
    "enter_somebody_elses_code",
)
CHOOSING = ("change_preferences", "unsubscribe_on_the_page", "text_something")
OPENING = ("open_an_incident", "open_two_incidents_of_one_name", "plan_a_maintenance")
GOING_ON = (
    "update_an_incident",
    "update_twice_at_once",
    "update_in_a_burst",
    "make_an_incident_worse",
    "resolve_an_incident",
    "work_on_a_maintenance",
    "put_off_a_maintenance",
    "recall_an_update",
)
TEXTING_BACK = ("text_stop", "text_start", "text_stop_and_start")
OPERATING = (
    "change_the_page",
    "look_at_everything",
    "remove_a_subscriber",
    "release_the_quarantined",
    "stop_and_go",
    "twilio_says_how_it_is",
    "set_up_another_page",
)
FOLLOWING = (
    "follow_by_mail",
    "follow_by_webhook",
    "follow_by_chat",
    "confirm_an_address",
    "leave_by_a_mails_button",
    "turn_modes_on_or_off",
)
FALLING_ILL = ("let_an_address_fall_ill", "send_a_mail_back")
RAISING = ("change_the_ladder", "acknowledge", "acknowledge_by_text")
ALERTING = (
    "sound_an_alert",
    "end_an_alert",
    "flap",
    "repeat_an_old_alert",
    "change_the_rules",
    "press_a_draft",
)
CARRYING = ("choose_a_carrier", "text_stop_to_the_second_number")
LOSING = ("lose_a_message",)
ROTATING = ("rotate_the_token", "rotate_the_api_key")
SECONDS = st.sampled_from((0.0, 0.05, 0.5, 2.0, 10.0))
WEATHERS = (CALM, STORM, *map(single, KINDS))
SEEDS = range(6)
STEPS = 40


@pytest.fixture(scope="module")
def system() -> Iterator[Warm]:
    with warm() as found:
        yield found


class Histories(RuleBasedStateMachine):
    """What people may do, in any order, in any weather."""

    system: ClassVar[Warm]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.made: Simulation | None = None

    @initialize(
        seed=st.integers(0, 2**32),
        crowd=st.sampled_from((0, 26)),
        weather=st.sampled_from(WEATHERS),
    )
    def begin(self, seed: int, crowd: int, weather: Weather) -> None:
        """A page that some have found."""
        self.made = self.stack.enter_context(simulation(self.system, seed, crowd=crowd))
        self.made.change_weather(weather)
        for doing in ("sign_up", "sign_up", "sign_up", *["enter_the_last_code"] * 4):
            self.do(doing, 4)

    def do(self, doing: str, seconds: float) -> None:
        assert self.made
        self.made.act(doing)
        self.made.pass_time(seconds)

    @rule(doing=st.sampled_from(SUBSCRIBING), seconds=SECONDS)
    def somebody_subscribes(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(VERIFYING), seconds=SECONDS)
    def somebody_enters_a_code(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(CHOOSING), seconds=SECONDS)
    def a_subscriber_chooses(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(OPENING), seconds=SECONDS)
    def an_incident_opens(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(GOING_ON), seconds=SECONDS)
    def an_incident_goes_on(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(TEXTING_BACK), seconds=SECONDS)
    def somebody_texts_stop_or_start(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(OPERATING), seconds=SECONDS)
    def an_operator_acts(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(FOLLOWING), seconds=SECONDS)
    def somebody_follows_without_texts(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(FALLING_ILL), seconds=SECONDS)
    def an_address_falls_ill(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(RAISING), seconds=SECONDS)
    def the_team_acts(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(ALERTING), seconds=SECONDS)
    def monitoring_speaks(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(CARRYING), seconds=SECONDS)
    def a_carrier_is_chosen(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(LOSING), seconds=SECONDS)
    def a_message_vanishes(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(doing=st.sampled_from(ROTATING), seconds=SECONDS)
    def a_secret_is_rotated(self, doing: str, seconds: float) -> None:
        self.do(doing, seconds)

    @rule(seconds=st.sampled_from((70, 400, 4000)))
    def time_passes(self, seconds: float) -> None:
        assert self.made
        self.made.pass_time(seconds)

    @rule(seconds=st.sampled_from((1.0, 20.0, 100.0, 3600.0)))
    def everything_stands_still(self, seconds: float) -> None:
        assert self.made
        self.made.stand_still(seconds)

    @rule(weather=st.sampled_from(WEATHERS))
    def weather_changes(self, weather: Weather) -> None:
        assert self.made
        self.made.change_weather(weather)

    @rule()
    def a_function_dies(self) -> None:
        assert self.made
        self.made.kill_one()

    @invariant()
    def promises_hold(self) -> None:
        if self.made:
            self.made.judge()

    def teardown(self) -> None:
        with self.stack:
            if self.made and not self.made.promises.broken:
                self.made.come_to_rest()


def test_every_promise_holds_whatever_happens(system: Warm) -> None:
    Histories.system = system
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=45,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_state_machine_knows_everything_that_people_do() -> None:
    actors = (Actors, Followers, Team, Monitoring)
    names = [name for kind in actors for name in dir(kind) if name.startswith("do_")]
    groups = (SUBSCRIBING, VERIFYING, CHOOSING, OPENING, GOING_ON, TEXTING_BACK, OPERATING, LOSING)
    more = (ROTATING, FOLLOWING, FALLING_ILL, RAISING, ALERTING, CARRYING)
    known = {name.removeprefix("do_") for name in names}
    assert {doing for group in (*groups, *more) for doing in group} == known


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history(system: Warm, seed: int) -> None:
    """As `make simulate SEEDS=<seed> STEPS=40` lives through it."""
    with simulation(system, seed, crowd=crowd_of(seed)) as made:
        live_through(made, STEPS)


def test_the_same_seed_is_the_same_history(system: Warm) -> None:
    traces = []
    for _ in range(2):
        with simulation(system, 1, crowd=25) as made:
            live_through(made, 10)
            traces.append(made.world.trace(0.0))
    assert traces[0] == traces[1]
