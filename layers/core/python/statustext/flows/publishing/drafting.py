"""Drafts: what an operator's words make of an incident, before anything is written.

Publishing writes a draft, a preview shows whom it would reach: both begin here.
"""

from collections.abc import Sequence
from dataclasses import replace

from statustext.adapters.components import list_components
from statustext.adapters.incidents import list_open
from statustext.contracts import IncidentInput
from statustext.domain.blend import incident_impact
from statustext.domain.component import Component
from statustext.domain.incident import (
    OVER,
    Impact,
    Incident,
    Status,
    Update,
    event_of,
)
from statustext.domain.maintenance import moved_words
from statustext.domain.page import Page
from statustext.domain.templates import Event
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.publishing.recording import Affected, Draft
from statustext.flows.publishing.revising import (
    impact_after,
    is_end,
    parts_after,
    says_something_new,
    tell_at,
    with_components_mended,
)
from statustext.flows.publishing.scheduling import schedule_after


def draft_of(
    page: Page,
    before: Incident | None,
    given: IncidentInput,
    act: Act,
) -> Draft:
    """What an operator's words make of the page as it is stored now: a new incident where there is
    none `before`, else what follows it. Where the page says so, its end mends its components.

    Raises RejectedError 422 for a missing name or an unknown component.
    """
    known = list_components(act.table, page.id)
    if before is None:
        return draft_opening(page, given, known, act)
    is_step = says_something_new(given, before, act.table)
    if is_step and is_end(given, before) and page.components_when_resolved == "operational":
        given = with_components_mended(given, before, known, list_open(act.table, page.id))
    return draft_update(page, before, given, known, act, is_step=is_step)


def draft_opening(page: Page, given: IncidentInput, known: Sequence[Component], act: Act) -> Draft:
    """A new incident or maintenance; `known` are the page's components.

    Raises RejectedError 422 for a missing name or an unknown component.
    """
    if not given.name:
        raise RejectedError(
            422,
            "invalid_request",
            "Give the incident a name.",
            fields={"incident.name": "is required"},
        )
    _refuse_odd_backfill(given)
    now = act.now
    status = given.status or _first_status(given)
    schedule = schedule_after(given, None, status, now)
    parts = parts_after(given, None, known, status, schedule)
    states = () if given.backfilled else parts.states  # theirs of now say nothing of then
    is_told = given.deliver_notifications and not given.backfilled
    began = given.backfill_date or now
    incident = Incident(
        id=act.new_id(),
        page=page.id,
        name=given.name,
        status=status,
        impact=given.impact_override or incident_impact(Impact.NONE, status, states),
        component_ids=parts.ids,
        newest_seq=1,
        announced_seq=1 if is_told else 0,
        created_at=now,
        updated_at=now,
        started_at=began,
        impact_override=given.impact_override,
        monitoring_at=now if status is Status.MONITORING else None,
        resolved_at=began if status in OVER else None,
        schedule=schedule,
        backfilled=given.backfilled,
        external_id=given.external_id,
        metadata=given.metadata or {},
        tell_at=now,
        edition=1,
        for_all_services=page.without_components == "all_services",
    )
    new, words = act.new_id(), given.body or ""
    update = update_of(incident, event_of(status, 1), words, parts.affected, new)
    return Draft(incident, replace(update, display_at=began), parts.affected, "incident.created")


def draft_update(
    found: Page,
    before: Incident,
    given: IncidentInput,
    known: Sequence[Component],
    act: Act,
    *,
    is_step: bool,
) -> Draft:
    """What follows `before`: a step, as other times of a maintenance are too, or an edit that tells
    nobody anything.

    An update waits the page's coalescing window for the next, which then goes out in its place;
    openings and ends of incidents never wait, nor does one that makes an incident worse.
    Raises RejectedError 422 for an unknown component.
    """
    _refuse_odd_backfill(given)
    now = act.now
    status = given.status or before.status
    schedule = schedule_after(given, before.schedule, status, now)
    is_moved = schedule is not None and schedule.is_moved(before.schedule)
    is_step = is_step or (is_moved and status not in OVER)
    parts = parts_after(given, before, known, status, schedule)
    # A postmortem is for the page, unless it ends the incident: who waits is told of the end.
    is_for_page = status is Status.POSTMORTEM and before.is_over
    is_silent = is_for_page or before.backfilled
    is_told = is_step and given.deliver_notifications and not is_silent
    seq = before.newest_seq + 1 if is_step else before.newest_seq
    after = replace(
        before,
        name=given.name or before.name,
        status=status,
        impact=impact_after(given, before, parts.states, status),
        impact_override=given.impact_override or before.impact_override,
        component_ids=parts.ids,
        newest_seq=seq,
        announced_seq=seq if is_told else before.announced_seq,
        updated_at=now,
        monitoring_at=now if is_step and status is Status.MONITORING else before.monitoring_at,
        resolved_at=(before.resolved_at or now) if status in OVER else None,
        schedule=schedule,
        metadata=before.metadata if given.metadata is None else given.metadata,
        reopened_seq=seq if before.is_over and status not in OVER else before.reopened_seq,
        edition=before.edition + 1,
    )
    said = event_of(status, seq, before.status, moved=is_moved)
    if is_told:
        told_from = tell_at(before, after, said, found.coalescing_window, now)
        after = replace(after, tell_at=told_from, due_before=before.due_seq(now))
    words = given.body or ""
    if said is Event.MAINTENANCE_RESCHEDULED and schedule and not words:
        words = moved_words(schedule, found.timezone)
    new = act.new_id()
    update = update_of(after, said, words, parts.affected, new) if is_step else None
    event = "incident.resolved" if is_step and status in OVER else "incident.updated"
    return Draft(after, update, parts.affected, event)


def _first_status(given: IncidentInput) -> Status:
    if given.backfilled:
        return Status.RESOLVED
    return Status.INVESTIGATING if given.scheduled_for is None else Status.SCHEDULED


def _refuse_odd_backfill(given: IncidentInput) -> None:
    """What is entered after it was over changes no component, as at Statuspage."""
    if given.backfill_date is not None and not given.backfilled:
        field, reason = "backfill_date", "goes with backfilled: true only"
    elif given.backfilled and given.components:
        field, reason = "components", "cannot be changed by an incident of the past"
    else:
        return
    raise RejectedError(
        422,
        "invalid_request",
        f"Correct incident.{field}: it {reason}.",
        fields={f"incident.{field}": reason},
    )


def update_of(incident: Incident, event: Event, words: str, affected: Affected, new: str) -> Update:
    """The update that an incident's newest number stands for, with the id `new`."""
    now = incident.updated_at
    is_told = incident.announced_seq == incident.newest_seq
    return Update(
        incident=incident.id,
        seq=incident.newest_seq,
        status=incident.status,
        event=event,
        body=words,
        deliver=is_told,
        created_at=now,
        affected=tuple(affected),
        tell_at=incident.tell_at if is_told else now,
        id=new,
        updated_at=now,
        display_at=now,
    )
