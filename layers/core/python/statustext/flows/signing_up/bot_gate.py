"""The gate before a page's sign-up form, where the page wants one: each sign-up solves a challenge
(proof of work), and each solution lets one through."""

from typing import Any

from statustext.adapters.challenges import use_solution
from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.domain.ids import subkey
from statustext.domain.page import Page
from statustext.domain.proof_of_work import NotSolvedError, check_solution, make_challenge
from statustext.errors import RejectedError


def challenge(page: Page, master: str, now: float, entropy: Entropy) -> dict[str, Any]:
    """A challenge for one sign-up. Raises RejectedError 404 where the page has no gate."""
    if not page.bot_gate:
        raise RejectedError(
            404, "no_challenge", "This page asks for no challenge: sign up without one."
        )
    return dict(make_challenge(_key(page, master), now, entropy(16)))


def require_solved(payload: str | None, page: Page, table: Table, master: str, now: float) -> None:
    """Let through who solved a challenge of this page, once. Raises RejectedError 422."""
    if not page.bot_gate:
        return
    if payload is None:
        raise RejectedError(
            422,
            "challenge_required",
            "This page asks for proof of work: get a challenge from /pages/{page}/challenge and "
            "send its solution as altcha.",
            fields={"altcha": "is missing"},
        )
    try:
        solved = check_solution(_key(page, master), payload, now)
    except NotSolvedError:
        raise _unsolved() from None
    if not table.write_if(use_solution(page.id, solved)):
        raise _unsolved()


def _unsolved() -> RejectedError:
    return RejectedError(
        422,
        "challenge_unsolved",
        "This solution is wrong, expired or used already; get another challenge and solve it.",
        fields={"altcha": "solves no challenge that is open"},
    )


def _key(page: Page, master: str) -> bytes:
    return subkey(master, f"challenge of {page.id}")
