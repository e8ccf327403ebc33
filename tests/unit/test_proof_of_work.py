"""The gate's challenges: made, solved, and what is no solution."""

import base64
import json
from typing import Any

import pytest

from statustext.domain.proof_of_work import (
    LIFE,
    MOST,
    NotSolvedError,
    check_solution,
    make_challenge,
)
from tests.solving import solve

KEY, NOW = b"key of a page", 1_800_000_000.0
ENTROPY = bytes(range(12)) + (77).to_bytes(4, "big")
CHALLENGE = make_challenge(KEY, NOW, ENTROPY)


def payload(**changes: Any) -> str:
    given = {**json.loads(base64.b64decode(solve(CHALLENGE))), **changes}
    return base64.b64encode(json.dumps(given).encode()).decode()


def test_a_solution_is_taken_until_it_expires() -> None:
    solved = check_solution(KEY, solve(CHALLENGE), NOW + LIFE - 1)
    assert (solved.challenge, solved.expires_at) == (CHALLENGE["challenge"], int(NOW) + LIFE)
    with pytest.raises(NotSolvedError):
        check_solution(KEY, solve(CHALLENGE), NOW + LIFE)


def test_another_page_s_challenge_is_none_of_this_one() -> None:
    with pytest.raises(NotSolvedError):
        check_solution(b"key of another", solve(CHALLENGE), NOW)


def test_the_number_is_one_that_clients_try() -> None:
    most = bytes(12) + b"\xff\xff\xff\xff"
    made = make_challenge(KEY, NOW, most)
    number = int.from_bytes(b"\xff\xff\xff\xff", "big") % (MOST + 1)
    assert json.loads(base64.b64decode(solve(made)))["number"] == number <= MOST


def test_a_digit_of_the_number_is_not_moved_into_the_expiry() -> None:
    """The hash is of both behind each other, and only the hash is signed."""
    longer = str(CHALLENGE["salt"]).removesuffix("&") + "7"
    for salt in (longer, longer + "&", str(CHALLENGE["salt"]) + "7"):
        with pytest.raises(NotSolvedError):
            check_solution(KEY, payload(salt=salt, number=7), NOW + LIFE)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "not base64",
        "bm90IGpzb24=",
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"[" * 700).decode(),
        payload(number=78),
        payload(number="many"),
        payload(number=None),
        payload(algorithm="MD5"),
        payload(signature="0" * 64),
        payload(signature="\ud800"),
        payload(challenge="0" * 64),
        payload(salt="00?expires=9999999999&"),
    ],
)
def test_what_is_no_solution_is_refused(wrong: str) -> None:
    with pytest.raises(NotSolvedError):
        check_solution(KEY, wrong, NOW)
