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
from tests.simulation.simulation import Simulation, Warm, live_through, simulation, warm
from tests.simulation.weather import CALM, KINDS, STORM, single

DOINGS = sorted(name.removeprefix("do_") for name in dir(Actors) if name.startswith("do_"))
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

    @initialize(seed=st.integers(0, 2**32), crowd=st.sampled_from((0, 26)))
    def begin(self, seed: int, crowd: int) -> None:
        self.made = self.stack.enter_context(simulation(self.system, seed, crowd=crowd))

    @rule(doing=st.sampled_from(DOINGS))
    def somebody_acts(self, doing: str) -> None:
        assert self.made
        self.made.act(doing)

    @rule(seconds=st.sampled_from((0.05, 0.5, 2, 10, 70, 400, 4000)))
    def time_passes(self, seconds: float) -> None:
        assert self.made
        self.made.pass_time(seconds)

    @rule(seconds=st.sampled_from((1.0, 20.0, 100.0, 3600.0)))
    def everything_stands_still(self, seconds: float) -> None:
        assert self.made
        self.made.stand_still(seconds)

    @rule(kind=st.sampled_from(KINDS))
    def one_thing_goes_wrong(self, kind: str) -> None:
        assert self.made
        self.made.change_weather(single(kind))

    @rule(kind=st.sampled_from((CALM, STORM)))
    def weather_changes(self, kind: object) -> None:
        assert self.made
        self.made.change_weather(CALM if kind is CALM else STORM)

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
            max_examples=12,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


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
