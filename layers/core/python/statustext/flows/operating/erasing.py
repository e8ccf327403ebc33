"""Erasing a person, at an operator's or at their own word. Their number stays suppressed."""

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.erasure import delete_person, erase_subscriber
from statustext.adapters.pages import audit
from statustext.domain.ids import new_id
from statustext.errors import ConditionFailedError, RejectedError


def erase(
    page_id: str, subscriber_id: str, actor: str, table: Table, now: float, entropy: Entropy
) -> None:
    """Erase one person of a page. Raises RejectedError 404 for an unknown one.

    First the row, with the note of it, then what lies beside it: where this dies between the two,
    nothing is texted any more, and asking again finishes it.
    """
    note = audit(
        page_id,
        new_id(now, entropy(4)),
        "subscriber.erased",
        {"subscriber": subscriber_id},
        actor,
        now,
    )
    try:
        table.transact([erase_subscriber(page_id, subscriber_id, now), note])
    except ConditionFailedError:
        raise RejectedError(
            404, "subscriber_not_found", "There is no such subscriber on this page."
        ) from None
    delete_person(table, page_id, subscriber_id)
