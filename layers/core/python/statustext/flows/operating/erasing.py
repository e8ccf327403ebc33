"""Erasing a person, at an operator's or at their own word. Their number stays suppressed."""

from statustext.adapters.erasure import delete_person, erase_subscriber
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act


def erase(page_id: str, subscriber_id: str, act: Act) -> None:
    """Erase one person of a page. Raises RejectedError 404 for an unknown one.

    First the row, with the note of it, then what lies beside it: where this dies between the two,
    nothing is texted any more, and asking again finishes it.
    """
    note = act.note(page_id, "subscriber.erased", {"subscriber": subscriber_id})
    try:
        act.table.transact([erase_subscriber(page_id, subscriber_id, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            404, "subscriber_not_found", "There is no such subscriber on this page."
        ) from None
    delete_person(act.table, page_id, subscriber_id)
