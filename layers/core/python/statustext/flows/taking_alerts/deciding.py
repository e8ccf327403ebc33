"""What an operator decides about a draft: that it is published, or that it is not."""

from dataclasses import replace
from typing import Any

from statustext.adapters.drafts import get_draft, put_draft
from statustext.adapters.escalations import find_open
from statustext.alert_contracts import DraftPublication
from statustext.domain.alerts.draft import DraftIncident, DraftState
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.escalating.acknowledging import acknowledge_escalation
from statustext.flows.escalating.raising import clear
from statustext.flows.publishing.drafting import draft_of
from statustext.flows.publishing.previewing import Confirmation, Desk
from statustext.flows.taking_alerts.carrying_out import carry_out, cause_of, opening


def require_draft(page: str, draft_id: str, act: Act) -> DraftIncident:
    """A draft by its id, or RejectedError 404."""
    group, _, number = draft_id.rpartition("-")
    found = get_draft(act.table, page, group) if 0 < len(group) <= 40 else None
    if found is None or str(found.number) != number:
        raise RejectedError(404, "draft_not_found", "There is no such draft on this page.")
    return found


def opens_as(page: Page, draft: DraftIncident, act: Act) -> dict[str, Any]:
    """The incident that a draft would open, as `POST …/incidents` and its preview take it."""
    return opening(page, draft, act).model_dump(exclude_unset=True, mode="json")


def publish(
    page: Page, draft_id: str, given: DraftPublication, act: Act, desk: Desk
) -> DraftIncident:
    """Publish a draft, which tells people as any incident does. One that is published already is
    left as it is.

    Raises RejectedError: 404 for an unknown one, 409 for one that is over, 409 or 422 where the
    page wants it confirmed.
    """
    found = require_draft(page.id, draft_id, act)
    if found.state in (DraftState.PUBLISHED, DraftState.PUBLISHING):
        return found
    if not found.is_open:
        raise _over(found)
    named = replace(found, name=given.name or found.name)
    asked = named if given.body is None else replace(named, body=given.body)
    posted = opening(page, asked, act)
    posted = posted.model_copy(update={"confirm_token": given.confirm_token})
    Confirmation(page, None, posted, desk).require(draft_of(page, None, posted, act))
    _store(replace(asked, state=DraftState.PUBLISHING), "draft.published_by_hand", act)
    carry_out(page, found.group, act)
    if raised := find_open(act.table, page.id, cause_of(found)):
        acknowledge_escalation(page.id, raised.id, act)  # somebody is at it
    return require_draft(page.id, draft_id, act)


def discard(page: Page, draft_id: str, act: Act) -> DraftIncident:
    """Let a draft be none. Its alerts open no other one while they go on, for a day.

    Raises RejectedError 404 for an unknown one, 409 for one that is published or over.
    """
    found = require_draft(page.id, draft_id, act)
    if found.state is DraftState.DISCARDED:
        return found
    if found.state is not DraftState.WAITING:
        raise _over(found)
    gone = replace(found, state=DraftState.DISCARDED, settles_at=None, changed_at=act.now)
    clear(page.id, cause_of(found), act)
    _store(gone, "draft.discarded", act)
    return require_draft(page.id, draft_id, act)


def _store(draft: DraftIncident, event: str, act: Act) -> None:
    note = act.note(draft.page, event, {"draft": draft.id, "rule": draft.rule})
    try:
        act.table.transact([*put_draft(draft, act.now), note])
    except (ConditionFailedError, RacedError):
        sentence = "An alert changed this draft at the same moment; look at it and try again."
        raise RejectedError(409, "conflict", sentence) from None


def _over(draft: DraftIncident) -> RejectedError:
    sentence = f"This draft is {draft.state}; look at `GET …/drafts` for those that wait."
    return RejectedError(409, "draft_is_over", sentence)
