"""Challenges of a page's gate that were solved: each lets one sign-up through."""

from statustext.adapters.dynamodb import Write
from statustext.domain.proof_of_work import Solved


def use_solution(page: str, solved: Solved) -> Write:
    """Use a solution up; the row is kept until the challenge has expired."""
    return Write(
        f"LIMIT#{page}#solved#{solved.challenge}",
        "once",
        item={"ttl": solved.expires_at},
        condition="attribute_not_exists(pk)",
    )
