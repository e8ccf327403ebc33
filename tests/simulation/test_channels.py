"""A history of the newer channels alone, so that a few steps try them all.

What each judge notices is in tests/teeth/bugs.py.
"""

from collections.abc import Iterator

import pytest

from tests.simulation.simulation import Warm, live_through, simulation, warm
from tests.stepped import AWS_SENDER

DOINGS = {
    "open_an_incident": 3.0,
    "update_an_incident": 3.0,
    "resolve_an_incident": 2.0,
    "make_an_incident_worse": 1.0,
    "confirm_an_address": 1.0,
    "follow_by_mail": 1.0,
    "let_an_address_fall_ill": 1.0,
    "choose_a_carrier": 1.0,
    "change_the_ladder": 1.5,
    "acknowledge": 1.0,
    "sound_an_alert": 1.0,
    "end_an_alert": 1.0,
    "flap": 1.0,
    "repeat_an_old_alert": 1.0,
    "change_the_rules": 1.0,
    "press_a_draft": 1.0,
}
OF_INCIDENTS = {name: weight for name, weight in DOINGS.items() if name.endswith("_incident")}
SEEDS = (1, 9)
STEPS = 30


@pytest.fixture(scope="module")
def system() -> Iterator[Warm]:
    with warm() as found:
        yield found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_of_all_channels(system: Warm, seed: int) -> None:
    with simulation(system, seed, crowd=3) as made:
        outside = made.outside
        if not outside.followers.ids:
            outside.followers.begin()
        if not outside.team.is_there:
            outside.team.begin()
        live_through(made, STEPS, DOINGS)


def test_a_history_by_the_second_carrier(system: Warm) -> None:
    with simulation(system, 1, crowd=6) as made:
        made.outside.actors.change_page({"senders": [{"id": AWS_SENDER, "prefixes": ["+"]}]})
        made.pass_time(5)
        live_through(made, 10, OF_INCIDENTS)
        assert made.warm.system.aws_sms.messages
