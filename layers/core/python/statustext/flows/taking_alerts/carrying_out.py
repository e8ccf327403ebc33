"""Doing what is due about a draft: open its incident, tell that it got worse, resolve or discard.

Each step is published as an operator's would be, under a name of its own, so that a repeat finds
it done; then the draft is written. A death between the two costs a repeat by the clock.
"""

from dataclasses import replace

from statustext.adapters.components import list_components
from statustext.adapters.drafts import due_drafts, get_draft, put_draft, remove_due
from statustext.adapters.dynamodb import Write
from statustext.adapters.incidents import get_incident, list_open
from statustext.adapters.pages import get_page
from statustext.contracts import IncidentInput
from statustext.domain.alerts.draft import (
    IMPACT_OF,
    LEVEL_OF,
    STATUS_OF,
    DraftIncident,
    DraftState,
    Step,
    is_unraised,
    next_step,
)
from statustext.domain.incident import Incident, Status
from statustext.domain.page import Page
from statustext.domain.team.escalation import Cause, CauseKind
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.escalating.raising import News, clear, raise_to_team
from statustext.flows.publishing.idempotency import ONCE_LIFE, Once
from statustext.flows.publishing.incidents import Guards, open_incident, update_incident
from statustext.flows.publishing.revising import with_components_mended
from statustext.observability import count, log_failure

PER_TICK = 50
RESOLVED_WORDS = "This incident has been resolved."


def carry_out_due(page_id: str, act: Act) -> int:
    """What the clock does about a page's drafts; for how many of them."""
    due = due_drafts(act.table, page_id, act.now, PER_TICK)
    page = get_page(act.table, page_id) if due else None
    if page is None:
        return 0
    for one in due:
        if carry_out(page, one.group, act):
            act.table.delete_if(remove_due(page_id, one))
    return len(due)


def carry_out(page: Page, group: str, act: Act) -> bool:
    """Do what is due about a draft now; whether it is done. What is not stays due."""
    draft = get_draft(act.table, page.id, group)
    if draft is None:
        return True
    step, raised = next_step(draft, act.now), _raised(page, draft, act)
    if step is None and raised is draft:
        return True
    done, notes = raised, list[Write]()
    if step:
        tried = _tried(page, raised, step, act)
        if tried is None:
            return False
        done = tried
        detail = {"draft": draft.id, "incident": done.incident or "", "level": done.level.value}
        notes = [act.note(page.id, f"draft.{done.state.value}", detail)]
    try:
        act.table.transact([*put_draft(done, act.now), *notes])
    except (ConditionFailedError, RacedError):
        count("DraftRaced")
        return False
    return True


def cause_of(draft: DraftIncident) -> Cause:
    """What the team's escalation about a draft is called."""
    return Cause(CauseKind.DRAFT, draft.id)


def _raised(page: Page, draft: DraftIncident, act: Act) -> DraftIncident:
    """The draft after the team was told of it, if it was not yet."""
    if not is_unraised(draft):
        return draft
    parts = tuple(_known(page, draft, act))
    news = News(draft.level, draft.name, parts, f"{page.public_url}/console")
    raise_to_team(page, cause_of(draft), news, act)
    return replace(draft, raised=draft.level)


def _tried(page: Page, draft: DraftIncident, step: Step, act: Act) -> DraftIncident | None:
    """The draft after a step; None where others wrote to the same rows, and it must be tried
    again."""
    try:
        return _done(page, draft, step, act)
    except RejectedError as error:
        if error.code == "conflict":
            count("DraftRaced")
            return None
        log_failure("A draft could not be published", error, {"draft": draft.id, "step": step})
        count("DraftNotPublished")
        return _left_to_people(draft)


def _done(page: Page, draft: DraftIncident, step: Step, act: Act) -> DraftIncident:
    match step:
        case Step.OPEN:
            opened = open_incident(page, opening(page, draft, act), act, once(draft, "open"))
            return published(draft, opened)
        case Step.UPDATE:
            _update(page, draft, act)
            return replace(draft, told=draft.level)
        case Step.RESOLVE:
            _resolve(page, draft, act)
            clear(page.id, cause_of(draft), act)
            return replace(draft, state=DraftState.RESOLVED, settles_at=None)
        case Step.DISCARD:
            clear(page.id, cause_of(draft), act)
            return replace(draft, state=DraftState.DISCARDED, settles_at=None)


def _left_to_people(draft: DraftIncident) -> DraftIncident:
    if draft.incident is None:
        return replace(draft, state=DraftState.WAITING, by_rule=False)
    return replace(draft, told=draft.level, settles_at=None)


def once(draft: DraftIncident, step: str) -> Guards:
    """Under which name a step of a draft is published."""
    return Guards(Once(f"draft#{draft.id}#{step}", life=ONCE_LIFE))


def published(draft: DraftIncident, opened: Incident) -> DraftIncident:
    """The draft that became an incident, which may have been opened before it got worse."""
    told = LEVEL_OF.get(opened.impact, draft.level)
    return replace(draft, state=DraftState.PUBLISHED, incident=opened.id, told=told)


def opening(page: Page, draft: DraftIncident, act: Act) -> IncidentInput:
    """What an operator would post to open the incident."""
    broken = _known(page, draft, act)
    return IncidentInput(
        name=draft.name,
        body=draft.body,
        impact_override=IMPACT_OF[draft.level],
        component_ids=broken,
        components=dict.fromkeys(broken, STATUS_OF[draft.level]),
    )


def _update(page: Page, draft: DraftIncident, act: Act) -> None:
    current = _incident(page, draft, act)
    if current is None or current.is_over:
        return
    given = IncidentInput(
        status=current.status,
        impact_override=IMPACT_OF[draft.level],
        body=f"The impact is {IMPACT_OF[draft.level]} now.",
        components=dict.fromkeys(_known(page, draft, act), STATUS_OF[draft.level]),
    )
    update_incident(page, current.id, given, act, once(draft, draft.level))


def _resolve(page: Page, draft: DraftIncident, act: Act) -> None:
    current = _incident(page, draft, act)
    if current is None or current.is_over:
        return
    given = IncidentInput(status=Status.RESOLVED, body=RESOLVED_WORDS)
    others = list_open(act.table, page.id)
    mended = with_components_mended(given, current, list_components(act.table, page.id), others)
    update_incident(page, current.id, mended, act, once(draft, "resolve"))


def _incident(page: Page, draft: DraftIncident, act: Act) -> Incident | None:
    return get_incident(act.table, page.id, draft.incident) if draft.incident else None


def _known(page: Page, draft: DraftIncident, act: Act) -> list[str]:
    """The ids of its components that the page still has."""
    named = set(draft.components)
    there = list_components(act.table, page.id)
    return [one.id for one in there if named & {one.id, one.key}]
