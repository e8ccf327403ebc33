"""What is raised to a page's team, and who answers, at the same moment as somebody else."""

from dataclasses import replace

from statustext.adapters import escalations
from statustext.adapters.dynamodb import Table
from statustext.domain.team.escalation import Cause, CauseKind, Escalation, EscalationState
from statustext.domain.team.ladder import Ladder, plan
from statustext.domain.team.routing import Level, route
from statustext.errors import ConditionFailedError

NOW = 1_800_000_000.0

FIRST = Escalation(
    id="first",
    page="default",
    state=EscalationState.RAISED,
    level=Level.CRITICAL,
    title="API is down",
    cause=Cause(CauseKind.INCIDENT, "inc"),
    component_ids=(),
    link="",
    steps=plan(Ladder(), route(Level.CRITICAL)),
    step=0,
    raised_at=NOW,
    state_at=NOW,
    token="",
)


def raised(table: Table, one: Escalation = FIRST, in_place_of: str = "") -> bool:
    try:
        table.transact(escalations.put_escalation(one, in_place_of))
    except ConditionFailedError:
        return False
    return True


def state(table: Table, one: Escalation = FIRST) -> EscalationState | None:
    found = escalations.get_escalation(table, one.page, one.id)
    return found.state if found else None


def test_of_one_cause_two_do_not_climb(table: Table) -> None:
    assert raised(table)
    assert not raised(table, replace(FIRST, id="second"))
    assert raised(table, replace(FIRST, id="third"), in_place_of="first")
    assert not raised(table, replace(FIRST, id="fourth"), in_place_of="first")


def test_what_took_the_place_of_another_stays_open(table: Table) -> None:
    raised(table)
    raised(table, replace(FIRST, id="second"), in_place_of="first")
    assert not table.delete_if(escalations.close(FIRST))
    assert table.delete_if(escalations.close(replace(FIRST, id="second")))


def test_an_answer_is_given_once_and_an_end_stays(table: Table) -> None:
    raised(table)
    assert table.write_if(escalations.acknowledge(FIRST, "ann", NOW))
    assert not table.write_if(escalations.acknowledge(FIRST, "bob", NOW))
    assert not table.write_if(escalations.exhaust(FIRST, NOW))
    assert table.write_if(escalations.resolve(FIRST, NOW))
    assert not table.write_if(escalations.resolve(FIRST, NOW))
    assert not table.write_if(escalations.acknowledge(FIRST, "bob", NOW))
    assert state(table) is EscalationState.RESOLVED


def test_who_was_not_heard_in_time_may_answer_still(table: Table) -> None:
    raised(table)
    assert table.write_if(escalations.exhaust(FIRST, NOW))
    assert table.write_if(escalations.acknowledge(FIRST, "ann", NOW))
    assert state(table) is EscalationState.ACKNOWLEDGED
