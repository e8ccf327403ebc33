"""What the clock publishes about maintenances: a reminder, the start, the end.

Each is one step like an operator's own. It is decided from the incident that its transaction is
conditional on, so that a minute that comes twice, or beside an operator, changes nothing twice.
"""

from dataclasses import replace

from statustext.adapters.clock import Entropy
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_incident, get_update
from statustext.contracts import IncidentInput
from statustext.domain.incident import Incident, Schedule, Status
from statustext.domain.maintenance import (
    COMPLETED_WORDS,
    STARTED_WORDS,
    Turn,
    is_told_at,
    turn_due,
)
from statustext.domain.page import Page
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError, RacedError
from statustext.flows.acting import Act
from statustext.flows.publishing.drafting import draft_update, update_of
from statustext.flows.publishing.recording import Draft, record_step

ACTOR = "the clock"


def take_turn(page: Page, incident: str, table: Table, now: float, entropy: Entropy) -> bool:
    """Publish what is due about one maintenance; whether anything was.

    Where somebody changed it at the same moment, the next minute looks again.
    """
    act, before = Act(ACTOR, table, now, entropy), get_incident(table, page.id, incident)
    turn = turn_due(before, page.maintenance_reminder_minutes, now) if before else None
    if before is None or before.schedule is None or turn is None:
        return False
    if turn is Turn.REMINDER:
        last = get_update(table, page.id, incident, before.newest_seq)
        draft = _reminder(before, before.schedule, last.body if last else "", act)
    else:
        asked, known = _asked(turn, before.schedule, now), list_components(table, page.id)
        draft = draft_update(page, before, asked, known, act, is_step=True)
    try:
        table.transact(record_step(draft, act))
    except (ConditionFailedError, RacedError):
        return False
    return True


def _asked(turn: Turn, schedule: Schedule, now: float) -> IncidentInput:
    is_start = turn is Turn.START
    return IncidentInput(
        status=Status.IN_PROGRESS if is_start else Status.COMPLETED,
        body=STARTED_WORDS if is_start else COMPLETED_WORDS,
        deliver_notifications=is_told_at(turn, schedule, now),
    )


def _reminder(before: Incident, schedule: Schedule, words: str, act: Act) -> Draft:
    """An update that people are told and the page does not show, in the words of the last one."""
    after = replace(
        before,
        newest_seq=before.newest_seq + 1,
        announced_seq=before.newest_seq + 1,
        updated_at=act.now,
        schedule=replace(schedule, reminded_at=act.now),
        tell_at=act.now,
        due_before=before.due_seq(act.now),
        edition=before.edition + 1,
    )
    update = update_of(after, Event.MAINTENANCE_REMINDER, words, (), act.new_id())
    return Draft(after, update, (), "incident.reminded")
