"""Single faults between two steps of the protocol, each of which once broke a promise."""

from collections.abc import Mapping
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from statustext.adapters.dynamodb import Write
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    enqueue,
    once,
    open_quietly,
    run_on,
    settle_down,
    spoil,
    status,
    subscriber_row,
    watched,
)
from tests.stepped import SteppedSystem

RESOLVED = "[Demo] Resolved: API is down"


def test_an_older_code_entered_while_another_is_on_its_way(system: SteppedSystem) -> None:
    """Promise 3: the second code's claim must not undo what the first one began."""
    one = system.sign_up()
    code = system.code()
    system.advance(40)
    system.http("POST", f"/subscriptions/{one}/resend_confirmation")
    answers: list[int] = []

    def enter() -> None:
        answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
        answers.append(answer.status)

    with watched(system) as watch:
        is_claim = lambda c: c.function == "sender" and c.operation == "TransactWriteItems"  # noqa: E731
        watch.before = once(is_claim, enter)
        system.run()
    assert answers == [200]
    assert subscriber_row(system, one)["state"] == "active"


def test_an_update_waits_for_the_one_before_it(system: SteppedSystem) -> None:
    """Promise 5: claimed, but not yet sent, when the end is published and told by another."""
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = open_quietly(system)
    enqueue(system)

    def resolve() -> None:
        change_quietly(system, incident, status="resolved")
        system.run()

    with watched(system) as watch:
        watch.after = once(lambda call: call.is_claim, resolve)
        run_on(system)
    settle_down(system, 600)
    assert system.texts(phone)[-1] == RESOLVED
    assert len(system.texts(phone)) == 2


def test_who_was_refused_the_opening_is_not_told_its_end(system: SteppedSystem) -> None:
    """Promise 5: "resolved" goes only to people who were told."""
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", code=30007, times=1)
    incident = open_quietly(system)
    system.run()
    assert status(system, incident, one) == "failed"
    change_quietly(system, incident, status="resolved")
    settle_down(system, 600)
    assert system.texts(phone) == []


@pytest.mark.parametrize("after", [{"kind": "time_out"}, {"kind": "refuse", "code": 99999}])
def test_waiting_for_room_at_twilio_spends_no_tries(
    system: SteppedSystem, after: dict[str, object]
) -> None:
    """Promise 3: a 429 is not a failure, however many come before one."""
    ((_, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=429, code=20429, times=3)
    open_quietly(system)
    settle_down(system, 60)
    assert system.texts(phone) == []
    spoil(system, times=1, **after)
    settle_down(system, 3 * 3600)
    assert len(system.texts(phone)) == 1


def test_a_bucket_far_in_the_future_begins_anew(system: SteppedSystem) -> None:
    """One function's clock was an hour ahead; nobody waits an hour for it."""
    ((_, phone),) = add_active(system, 1).items()
    open_quietly(system)
    system.run()
    (row,) = [row for row in system.rows() if row["sk"] == "BUCKET"]
    ahead = {"tat": system.now + 3600}
    system.table.write(Write(row["pk"], "BUCKET", update="SET tat = :tat", values=ahead))
    open_quietly(system, "Second")
    settle_down(system, 60)
    assert len(system.texts(phone)) == 2


def test_a_maintenance_is_one_whatever_impact_it_is_given(system: SteppedSystem) -> None:
    """Texts nobody asked for: maintenance is off by default."""
    ((_, phone),) = add_active(system, 1).items()
    open_quietly(system, "Upgrade", status="scheduled", impact_override="minor")
    settle_down(system, 60)
    assert system.texts(phone) == []


def test_an_incident_that_opens_again_is_told_again(system: SteppedSystem) -> None:
    """ "Resolved" must not stay the last word when it is not so."""
    ((_, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    settle_down(system, 60)
    change_quietly(system, incident, status="resolved")
    settle_down(system, 60)
    change_quietly(system, incident, status="investigating", body="Broken again.")
    settle_down(system, 600)
    assert system.texts(phone)[-1] == "[Demo] Critical incident: API is down"
    assert len(system.texts(phone)) == 3


def test_a_strangers_sign_up_changes_nothing_of_a_former_subscriber(system: SteppedSystem) -> None:
    """What START brings back is what its owner chose, and an ended token stays ended."""
    begun = system.subscribe()
    one, headers = begun["id"], {"Authorization": f"Bearer {begun['manage_token']}"}
    system.http("DELETE", f"/subscriptions/{one}", headers=headers)
    system.advance(3600)
    system.sign_up(preferences={"preset": "critical_only"})
    system.reply("START")
    row = subscriber_row(system, one)
    assert (row["state"], len(row["preferences"]["severity_filter"])) == ("active", 5)
    assert system.http("GET", f"/subscriptions/{one}", headers=headers).status == 401


def test_a_row_in_a_transaction_is_waited_for(system: SteppedSystem) -> None:
    """DynamoDB refuses a write to a row that a transaction holds; the batch must not die of it."""
    ((_, phone),) = add_active(system, 1).items()
    open_quietly(system)
    enqueue(system)
    conflicts: list[Call] = []

    def conflict(call: Call) -> None:
        if call.is_claim and len(conflicts) < 2:
            conflicts.append(call)
            raise ClientError(
                {"Error": {"Code": "TransactionConflictException", "Message": "busy"}}, "UpdateItem"
            )

    with watched(system) as watch:
        watch.before = conflict
        run_on(system)
    settle_down(system, 60)
    assert len(conflicts) == 2
    assert len(system.texts(phone)) == 1
    assert not system.failures


def test_who_dynamodb_leaves_unread_is_asked_for_again(system: SteppedSystem) -> None:
    """It may answer a batch in part: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
    everybody = add_active(system, 5)
    open_quietly(system)
    enqueue(system)
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    parts: list[int] = []

    def one_at_a_time(client: BaseClient, operation: str, params: Mapping[str, Any]) -> Any:
        if operation != "BatchGetItem":
            return real(client, operation, params)
        ((table, asked),) = params["RequestItems"].items()
        first, *rest = asked["Keys"]
        if rest or parts:  # not of a batch that asks for one
            parts.append(len(rest))
        answer = real(client, operation, {"RequestItems": {table: {**asked, "Keys": [first]}}})
        return {**answer, "UnprocessedKeys": {table: {**asked, "Keys": rest}} if rest else {}}

    with mock.patch.object(BaseClient, "_make_api_call", one_at_a_time):
        run_on(system)
    assert parts == [4, 3, 2, 1, 0]
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())


def test_what_is_decided_from_is_read_as_it_is(system: SteppedSystem) -> None:
    """Only page and circuits, which come into force within a second, may be read a little old."""
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    with watched(system) as watch:
        incident = system.open_incident()
        system.update_incident(incident, status="identified")
        system.sign_up("+15559990000")
        system.reply("STOP", phone)
    reads = [call.params for call in watch.calls if call.operation in ("GetItem", "Query")]
    old = {
        read["Key"]["pk"]["S"] if "Key" in read else read["ExpressionAttributeValues"][":pk"]["S"]
        for read in reads
        if not read["ConsistentRead"]
    }
    assert len(reads) > 20
    assert old <= {"PAGE#default", "CIRCUITS"}
