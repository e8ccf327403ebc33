"""Alerts and drafts: messages that overtake each other, an intake and a clock at once."""

from dataclasses import replace

from statustext.adapters import alerts, drafts
from statustext.adapters.alerts import HeardAlert
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.alerts.alert import Alert, AlertState, Source
from statustext.domain.alerts.draft import DraftIncident, DraftState
from statustext.domain.team.routing import Level
from statustext.errors import ConditionFailedError

PAGE, NOW = "default", 1_800_000_000.0
FIRING = Alert("f", AlertState.FIRING, Level.ERROR, "Queue is full")
RESOLVED = Alert("f", AlertState.RESOLVED, Level.GOOD, "Queue is full")
DRAFT = DraftIncident(
    page=PAGE,
    group="0123456789abcdef",
    number=1,
    state=DraftState.PUBLISHING,
    rule="",
    name="Queue is full",
    body="",
    components=(),
    level=Level.ERROR,
    by_rule=False,
    settle_seconds=300,
    opened_at=NOW,
    changed_at=NOW,
)


def heard(alert: Alert, starts_at: float) -> Write:
    return alerts.put_alert(HeardAlert(PAGE, Source.JSON, alert, starts_at, NOW))


def is_done(table: Table, writes: list[Write]) -> bool:
    """Whether a transaction's conditions held."""
    try:
        table.transact(writes)
    except ConditionFailedError:
        return False
    return True


def test_what_is_not_newer_than_what_was_heard_is_not_written(table: Table) -> None:
    assert table.write_if(heard(FIRING, NOW))
    assert not table.write_if(heard(FIRING, NOW))
    assert not table.write_if(heard(RESOLVED, NOW - 1))
    assert table.write_if(heard(RESOLVED, NOW))
    assert not table.write_if(heard(FIRING, NOW))
    assert not table.write_if(heard(RESOLVED, NOW))
    assert table.write_if(heard(FIRING, NOW + 1))


def test_a_draft_that_changed_meanwhile_is_not_written_over(table: Table) -> None:
    assert is_done(table, drafts.put_draft(DRAFT, NOW))
    assert not is_done(table, drafts.put_draft(DRAFT, NOW)), "another was opened first"
    read = replace(DRAFT, edition=1)
    assert is_done(table, drafts.put_draft(read, NOW))
    assert not is_done(table, drafts.put_draft(read, NOW))


def test_what_was_asked_for_anew_in_the_same_second_stays_due(table: Table) -> None:
    assert is_done(table, drafts.put_draft(DRAFT, NOW))
    (due,) = drafts.due_drafts(table, PAGE, NOW, 9)
    assert is_done(table, drafts.put_draft(replace(DRAFT, edition=1), NOW))
    assert not table.delete_if(drafts.remove_due(PAGE, due))
    (again,) = drafts.due_drafts(table, PAGE, NOW, 9)
    assert table.delete_if(drafts.remove_due(PAGE, again))
