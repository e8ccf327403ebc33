"""The gate before a page's sign-up form: off unless the page wants it, and once for a solution."""

import pytest

from statustext.domain.proof_of_work import LIFE
from tests.functional.phrases import set_page
from tests.solving import solve
from tests.stepped import PHONE, Answer, SteppedSystem


@pytest.fixture
def gated(system: SteppedSystem) -> SteppedSystem:
    set_page(system, bot_gate=True)
    return system


def ask(system: SteppedSystem, **more: str) -> Answer:
    return system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True, **more})


def solution(system: SteppedSystem) -> str:
    return solve(system.http("GET", "/challenge").json)


def test_it_is_off_unless_a_page_wants_it(system: SteppedSystem) -> None:
    assert system.http("GET", "/subscription_form").json["bot_gate"] is False
    assert system.http("GET", "/challenge").code == "no_challenge"
    assert ask(system).status == 202
    assert ask(system, altcha="whatever a client sends").status == 202


def test_who_solves_a_challenge_signs_up(gated: SteppedSystem) -> None:
    assert gated.http("GET", "/pages/default/subscription_form").json["bot_gate"] is True
    assert ask(gated, altcha=solution(gated)).status == 202
    gated.run()
    assert len(gated.texts()) == 1


def test_without_one_it_is_said_where_to_get_it(gated: SteppedSystem) -> None:
    answer = ask(gated)
    assert (answer.status, answer.code) == (422, "challenge_required")
    assert "/challenge" in answer.json["error"]["message"]
    gated.run()
    assert gated.texts() == []


def test_a_solution_lets_one_through(gated: SteppedSystem) -> None:
    solved = solution(gated)
    assert ask(gated, altcha=solved).status == 202
    again = ask(gated, altcha=solved)
    assert (again.status, again.code) == (422, "challenge_unsolved")


def test_what_the_request_shows_to_be_wrong_costs_no_solution(gated: SteppedSystem) -> None:
    solved = solution(gated)
    assert ask(gated, altcha=solved, phone="+1555").code == "unassigned_number"
    assert ask(gated, altcha=solved).status == 202


def test_a_solution_is_good_for_a_while(gated: SteppedSystem) -> None:
    solved = solution(gated)
    gated.clock.shift(LIFE)
    assert ask(gated, altcha=solved).code == "challenge_unsolved"


def test_a_form_without_javascript_says_that_it_needs_it(gated: SteppedSystem) -> None:
    sent = {"phone": PHONE, "consent": "true"}
    answer = gated.http("POST", "/subscriptions", form=sent, headers={"Accept": "text/html"})
    assert answer.status == 422
    assert "This form needs JavaScript." in answer.text
    assert PHONE in answer.text, "what was typed is still there"
    gated.run()
    assert gated.texts() == []
