"""What is raised to a page's team, and who answers, at the same moment as somebody else."""

from dataclasses import replace

from statustext.adapters import escalations
from statustext.adapters.contacts import (
    count_on_call_text,
    get_contact_row,
    note_code,
    on_call_texts,
    put_contact,
    remove_contact,
    turn_contact,
    verify_contact,
)
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import open_key
from statustext.adapters.team_messages import MessageStatus, claim_message, record_message
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.escalation import Cause, CauseKind, Escalation, EscalationState
from statustext.domain.team.ladder import Ladder, plan
from statustext.domain.team.routing import Channel, Level, route
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

ANN = Contact("sub_ann", "Ann", Channel.SMS, "+15550107001", ContactState.UNVERIFIED, NOW)


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


def test_a_step_is_taken_once_and_of_what_climbs_only(table: Table) -> None:
    raised(table)
    second = replace(FIRST, step=1)
    assert not table.write_if(escalations.climb(second))
    assert table.write_if(escalations.climb(FIRST))
    assert not table.write_if(escalations.climb(FIRST))
    table.write(escalations.acknowledge(FIRST, "ann", NOW))
    assert not table.write_if(escalations.climb(second))


def may_be_told(table: Table, incident: str) -> bool:
    writes = escalations.require_unanswered("default", "first", incident)
    try:
        table.transact([*writes, Write("ANOTHER", "ROW", item={})])
    except ConditionFailedError:
        return False
    return True


def test_nobody_is_told_of_what_is_answered_or_over(table: Table) -> None:
    raised(table)
    assert may_be_told(table, "")
    assert not may_be_told(table, "inc"), "the incident ended"
    table.write(Write(*open_key("default", "inc"), item={}))
    assert may_be_told(table, "inc")
    table.write(escalations.exhaust(FIRST, NOW))
    assert may_be_told(table, "inc")
    table.write(escalations.acknowledge(FIRST, "ann", NOW))
    assert not may_be_told(table, "inc")


def test_a_contact_is_told_once_unless_it_certainly_was_not(table: Table) -> None:
    def claimed(status: MessageStatus = MessageStatus.CLAIMED) -> bool:
        return table.write_if(claim_message(FIRST, ANN, status, NOW))

    def recorded(status: MessageStatus) -> bool:
        return table.write_if(record_message(FIRST, ANN, status, ""))

    assert claimed()
    assert not claimed()
    for _ in range(2):
        assert recorded(MessageStatus.FAILED)
        assert not recorded(MessageStatus.SENT)
        assert claimed()
    assert recorded(MessageStatus.FAILED)
    assert not claimed(), "three tries"


def test_a_contact_that_is_gone_does_not_come_back_in_part(table: Table) -> None:
    assert not table.write_if(turn_contact("default", ANN.id, ContactState.STOPPED))
    assert not table.write_if(note_code("default", ANN.id, "nonce", "kid", NOW))
    assert not table.delete_if(remove_contact("default", ANN.id))
    assert table.write_if(put_contact("default", ANN))
    assert not table.write_if(put_contact("default", ANN))
    assert table.delete_if(remove_contact("default", ANN.id))


def test_a_contacts_code_works_once_in_its_time_and_no_older_one(table: Table) -> None:
    table.write(put_contact("default", ANN))
    table.write(note_code("default", ANN.id, "old", "kid", NOW + 600))
    old = get_contact_row(table, "default", ANN.id) or {}
    assert not table.write_if(verify_contact(old, NOW + 600))
    table.write(note_code("default", ANN.id, "new", "kid", NOW + 600))
    assert not table.write_if(verify_contact(old, NOW))
    row = get_contact_row(table, "default", ANN.id) or {}
    assert table.write_if(verify_contact(row, NOW))
    assert not table.write_if(verify_contact(row, NOW))


def test_two_that_text_who_is_on_call_are_both_counted(table: Table) -> None:
    assert table.write_if(count_on_call_text("default", (), (NOW,)))
    assert not table.write_if(count_on_call_text("default", (), (NOW,)))
    assert table.write_if(count_on_call_text("default", (NOW,), (NOW, NOW + 1)))
    assert not table.write_if(count_on_call_text("default", (NOW,), (NOW, NOW + 2)))
    assert on_call_texts(table, "default") == (NOW, NOW + 1)
