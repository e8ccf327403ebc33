"""What was learnt of an incident: drafted, published on the page, taken back. Nobody is texted."""

from collections.abc import Callable
from dataclasses import replace

from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import list_updates, put_incident, reword_update, update_key
from statustext.contracts import IncidentInput, PostmortemInput, PostmortemPublication
from statustext.domain.incident import Incident, Postmortem, Status, Update
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.publishing.drafting import draft_update
from statustext.flows.publishing.incidents import RACES
from statustext.flows.publishing.recording import record_step

Change = tuple[Incident, list[Write]]
"""An incident as it is from now on, and the writes that make it so."""


def require_postmortem(incident: Incident) -> Postmortem:
    """An incident's postmortem, or RejectedError 404."""
    if incident.postmortem is None:
        raise RejectedError(404, "postmortem_not_found", "This incident has no postmortem.")
    return incident.postmortem


def write_draft(page: Page, incident: str, given: PostmortemInput, act: Act) -> Incident:
    """Keep a draft; what is published stays as it is. Raises RejectedError 404."""

    def drafted(before: Incident) -> Change:
        known = before.postmortem or Postmortem("", act.now)
        drafted = replace(known, draft=given.body_draft, draft_at=act.now)
        return _edited(replace(before, postmortem=drafted), "postmortem.drafted", act)

    return _changed(page, incident, drafted, act.table)


def publish(page: Page, incident: str, given: PostmortemPublication, act: Act) -> Incident:
    """Show the draft on the page, as an update of the incident; a later one in its place.

    Raises RejectedError 404 without a draft, 409 for an incident that is not over.
    """

    def published(before: Incident) -> Change:
        known = require_postmortem(before)
        if not before.is_over:
            raise RejectedError(
                409, "incident_not_over", "Resolve the incident, then publish its postmortem."
            )
        shown = replace(
            known,
            body=known.draft,
            body_at=act.now,
            published_at=known.published_at or act.now,
            notify_subscribers=bool(given.notify_subscribers),
        )
        posted = _posted(before, act.table)
        if posted:
            after, writes = _edited(replace(before, postmortem=shown), "postmortem.published", act)
            words = replace(posted[-1], body=known.draft, updated_at=act.now)
            return after, [*writes, reword_update(page.id, words)]
        asked = IncidentInput(status=Status.POSTMORTEM, body=known.draft)
        parts = list_components(act.table, page.id)
        draft = draft_update(page, before, asked, parts, act, is_step=True)
        after = replace(draft.incident, postmortem=shown)
        step = replace(draft, incident=after, event="postmortem.published")
        return after, record_step(step, act)

    return _changed(page, incident, published, act.table)


def take_back(page: Page, incident: str, act: Act, *, with_draft: bool = False) -> Incident:
    """Show the postmortem no more, and forget its draft too where so asked. Raises RejectedError
    404."""

    def taken_back(before: Incident) -> Change:
        known = require_postmortem(before)
        left = replace(known, body="", body_at=None, published_at=None, notify_subscribers=False)
        ended = Status.RESOLVED if before.schedule is None else Status.COMPLETED
        status = ended if before.status is Status.POSTMORTEM else before.status
        after, writes = _edited(
            replace(before, postmortem=None if with_draft else left, status=status),
            "postmortem.removed" if with_draft else "postmortem.reverted",
            act,
        )
        gone = [update_key(page.id, incident, one.seq) for one in _posted(before, act.table)]
        return after, [*writes, *(Write(*key, delete=True) for key in gone[:MOST_POSTED])]

    return _changed(page, incident, taken_back, act.table)


MOST_POSTED = 90
"""Updates that one transaction takes away."""


def _posted(incident: Incident, table: Table) -> list[Update]:
    updates = list_updates(table, incident.page, incident.id)
    return [one for one in updates if one.status is Status.POSTMORTEM and not one.deliver]


def _edited(after: Incident, event: str, act: Act) -> Change:
    after = replace(after, updated_at=act.now, edition=after.edition + 1)
    return after, [put_incident(after), act.note(after.page, event, {"incident": after.id})]


def _changed(
    page: Page, incident: str, change: Callable[[Incident], Change], table: Table
) -> Incident:
    for _ in range(RACES):
        after, writes = change(require_incident(table, page.id, incident))
        try:
            table.transact(writes)
        except (ConditionFailedError, RacedError):
            continue
        return after
    raise RejectedError(409, "conflict", "Somebody changed this at the same moment; try again.")
