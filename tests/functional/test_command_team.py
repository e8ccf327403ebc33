"""`statustext ladders`, `rotations` and `escalations`: the team by the command."""

import pytest

from statustext.domain.team.escalation import Cause, CauseKind
from statustext.domain.team.routing import Level
from statustext.flows.escalating.raising import News, raise_to_team
from statustext_cli.api import WRONG_USE
from tests.functional.test_command_by_api import Run, run
from tests.functional.test_escalating import team
from tests.functional.test_team import act, page_of
from tests.stepped import SteppedSystem

__all__ = ["run", "team"]
TEAM = "/v1/pages/default/team"


def test_a_ladder_is_set_replaced_and_removed(system: SteppedSystem, run: Run) -> None:
    by_default = run("ladders", "list").stdout
    assert by_default.startswith("Slack at once; e-mail after 10 minutes")
    set_once = run("ladders", "set", "slack:0", "sms:5", "--component", "svc_api")
    assert set_once.stdout.splitlines()[0].startswith("API: Slack at once; a text to whoever")
    again = ("ladders", "set", "slack:0", "sms:3:1", "--component", "svc_api", "--repeats", "0")
    assert run(*again).exit_code == 0
    run("ladders", "set", "email:1")
    of_api, for_all = system.operator("GET", TEAM).json["ladders"]
    assert of_api["steps"] == [
        {"after_minutes": 0, "channel": "slack", "person": 0},
        {"after_minutes": 3, "channel": "sms", "person": 1},
    ]
    assert (of_api["repeats"], for_all["components"]) == (0, [])
    assert run("ladders", "remove", "--component", "svc_api").exit_code == 0
    assert run("ladders", "remove").stdout == by_default
    assert run("ladders", "remove").exit_code == WRONG_USE


@pytest.mark.parametrize("step", ["slack", "sms:ten", "sms:", "sms:-1", "sms:1:2:3", "sms:²"])
def test_a_step_that_cannot_be_read_is_said(run: Run, step: str) -> None:
    refused = run("ladders", "set", step)
    assert refused.exit_code == WRONG_USE
    assert "Write a step as slack:0" in refused.output


def test_what_the_api_refuses_is_said(run: Run) -> None:
    assert run("ladders", "set", "pigeon:1").exit_code != 0
    assert run("ladders", "set", "sms:1", "--component", "nothing").exit_code != 0
    assert run("rotations", "set", "nobody", "--first-day", "2027-01-11").exit_code != 0


def test_phones_take_turns(team: SteppedSystem, run: Run) -> None:
    assert run("rotations", "show").stdout.startswith("Nobody takes turns")
    listed = team.operator("GET", TEAM).json["contacts"]
    ann, bob = (one["id"] for one in listed if one["channel"] == "sms")
    made = run("rotations", "set", bob, ann, "--first-day", "2027-01-11", "--days", "2")
    handed = "2 days each from 2027-01-11, handing over at 09:00 (UTC).\n"
    assert made.stdout == f"somebody, somebody: {handed}"
    assert team.operator("GET", TEAM).json["rotation"]["contacts"] == [bob, ann]
    run("oncall", "override", ann, "--from", "2027-01-16T08:00:00Z", "--until", "2027-01-17T08:00Z")
    run("rotations", "set", ann, bob, "--first-day", "2027-01-12")
    assert "somebody takes over from 2027-01-16" in run("rotations", "show").stdout
    assert run("rotations", "remove").stdout.startswith("Nobody takes turns")


def test_escalations_are_listed_beyond_the_first_page(system: SteppedSystem, run: Run) -> None:
    for number in range(23):
        news = News(Level.ERROR, f"Number {number}", link="")
        cause = Cause(CauseKind.ALERT, str(number))
        raise_to_team(page_of(system), cause, news, act(system))
    assert len(run("escalations", "list").stdout.splitlines()) == 1 + 20
    assert len(run("escalations", "list", "--limit", "21").stdout.splitlines()) == 1 + 21
    everything = run("escalations", "list", "--limit", "1000").stdout
    assert all(f"Number {number}" in everything for number in range(23))
