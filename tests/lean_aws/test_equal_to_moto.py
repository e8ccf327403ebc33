"""The lean DynamoDB answers as moto does, to the calls our adapters make and to some they might.

The calls are those of a journey through the whole system, then made in any order and number, so
that conditions fail in every way they can.
"""

import contextlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from local.lean_aws import lean_aws
from local.lean_aws.expression_reader import _reserved
from local.template import ACCOUNT_ID, REGION
from statustext.adapters.dynamodb_types import unmarshal
from tests.lean_aws.conftest import BothAws
from tests.stepped import SteppedSystem, stepped_system

TABLE = "rows"
Call = tuple[str, Mapping[str, Any]]
READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


class Journey(list[Call]):
    """Calls in the order in which they were made."""

    def __repr__(self) -> str:
        return f"a journey of {len(self)} calls"


@dataclass
class Recording:
    """The calls to DynamoDB that were made meanwhile, with the table's name made TABLE."""

    calls: Journey = field(default_factory=Journey)

    @contextlib.contextmanager
    def going_on(self, system: SteppedSystem) -> Iterator[None]:
        real = BaseClient._make_api_call  # type: ignore[attr-defined]
        name = system.table.name

        def make(client: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
            if operation in READS | WRITES:
                self.calls.append((operation, _renamed(parameters, name)))
            return real(client, operation, parameters)

        with mock.patch.object(BaseClient, "_make_api_call", make):
            yield


def _renamed(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {_renamed(key, name): _renamed(one, name) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(one, name) for one in value]
    return TABLE if value == name else value


@pytest.fixture(scope="module")
def journey() -> Journey:
    """Sign-up, preferences, incidents, receipts, STOP, START, an operator's doings, the clock."""
    recording = Recording()
    with stepped_system(aws=lean_aws) as system, system.first_day(), recording.going_on(system):
        one = system.subscribe()
        token = {"Authorization": f"Bearer {one['manage_token']}"}
        path = f"/subscriptions/{one['id']}"
        system.http("PATCH", path, {"preferences": {"updates": True}}, headers=token)
        incident = system.open_incident(components={"svc_api": "major_outage"})
        system.update_incident(incident, status="identified", body="Found it.")
        system.advance(60)
        system.reply("STOP")
        system.advance(60)
        system.update_incident(incident, status="resolved")
        system.tick()
        system.reply("START")
        known = {"phone": "+15550000001", "verified": True}
        system.operator("POST", "/api/sms/subscribers", known)
        system.operator("GET", "/api/sms/subscribers")
        system.operator("PATCH", "/v1/pages/default", {"limits": {"signups_per_hour": 20}})
        system.http("DELETE", path, headers=token)
        system.sign_up("+15550000002")
        system.advance(2 * 24 * 3600)
        for _ in range(16):
            system.advance(60)
            system.tick()
    return recording.calls


@pytest.fixture(scope="module")
def tables(both: BothAws) -> BothAws:
    """An empty table in each."""
    for client in (both.moto.dynamodb, both.lean.dynamodb):
        client.create_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
    return both


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    stretches=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 25)), min_size=1, max_size=8
    )
)
def test_our_calls_in_any_order(
    stretches: list[tuple[float, int]], journey: Journey, tables: BothAws
) -> None:
    """Each call may come early, late, again or never; stretches keep their order."""
    places = [(int(place * len(journey)), length) for place, length in stretches]
    assert_same([call for at, count in places for call in journey[at : at + count]], tables)


def test_the_whole_journey(journey: Journey, tables: BothAws) -> None:
    assert {operation for operation, _ in journey} >= {"UpdateItem", "TransactWriteItems", "Query"}
    assert_same(journey, tables)


def assert_same(calls: Sequence[Call], tables: BothAws) -> None:
    """The same answers to every call, the same rows and the same stream at the end."""
    clients = tables.moto.dynamodb, tables.lean.dynamodb
    table = dynamodb_backends[ACCOUNT_ID][REGION].get_table(TABLE)
    assert table.stream_shard is not None
    table.items.clear()
    table.stream_shard.items.clear()
    lean_table = tables.answering.dynamodb.tables[TABLE]
    lean_table.partitions.clear()
    lean_table.take_stream()
    for operation, parameters in calls:
        expected, got = (outcome(one, operation, parameters) for one in clients)
        assert got == expected, (operation, parameters)
    stream = [change(item.to_json()) for item in table.stream_shard.items]
    arn = f"{lean_table.arn}/stream/1"
    assert [change(one) for one in tables.answering.take_stream(TABLE, arn)] == stream
    rows = [
        sorted(map(repr, map(plain, client.scan(TableName=TABLE)["Items"]))) for client in clients
    ]
    assert rows[0] == rows[1]


def outcome(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
    """What a call leads to, in plain values."""
    try:
        answer = client._make_api_call(operation, dict(parameters))  # botocore adds a token to it
    except ClientError as error:
        reasons: Any = error.response.get("CancellationReasons", [])
        return error.response["Error"]["Code"], [reason.get("Code") for reason in reasons]
    if operation == "BatchGetItem":
        return sorted(map(repr, map(plain, answer["Responses"].get(TABLE, []))))
    found: dict[str, Any] = {
        name: plain(answer[name]) for name in ("Item", "Attributes") if answer.get(name)
    }
    if "Items" in answer:
        found["Items"] = [plain(item) for item in answer["Items"]]
    # At the limit AWS always names the last key; moto not where nothing is behind it.
    if "LastEvaluatedKey" in answer and answer["Count"] != parameters.get("Limit"):
        found["LastEvaluatedKey"] = answer["LastEvaluatedKey"]
    return found


def plain(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(sorted(unmarshal(item).items()))


def change(record: Mapping[str, Any]) -> Any:
    """Bytes as Lambda hands them on in a record: in base64."""
    told = record["dynamodb"]
    image = {
        name: b64encode(one).decode() if isinstance(one, bytes) else one
        for name, one in plain(told.get("NewImage", {})).items()
    }
    return record["eventName"], told["Keys"], image


ROW = {
    "pk": {"S": "p"},
    "sk": {"S": "s"},
    "number": {"N": "10"},
    "part": {"N": "0.5"},
    "word": {"S": "alpha"},
    "map": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "x"}}}}},
    "list": {"L": [{"S": "x"}, {"S": "y"}]},
    "numbers": {"NS": ["1", "2"]},
    "truth": {"BOOL": True},
}
VALUES = {
    "one": {"N": "1"},
    "ten": {"N": "10.0"},
    "x": {"S": "x"},
    "al": {"S": "al"},
    "beta": {"S": "beta"},
    "pair": {"NS": ["2", "3"]},
    "row": {"L": [{"S": "z"}]},
    "yes": {"BOOL": True},
    "empty": {"M": {}},
}


@pytest.mark.parametrize(
    "condition",
    [
        "#number = :ten",
        "#number <> :ten",
        "absent <> :ten",
        "absent = :ten",
        "#number < :ten",
        "#number <= :ten AND part < :one",
        "word BETWEEN :al AND :beta",
        "#number BETWEEN :one AND :ten",
        "word IN (:al, :beta)",
        "NOT word IN (:al, :beta)",
        "begins_with(word, :al)",
        "begins_with(word, :beta)",
        "contains(word, :al)",
        "contains(#list, :x)",
        "contains(numbers, :one)",
        "contains(numbers, :ten)",
        "#map.#a = :one",
        "#map.#b.#c = :x",
        "#map.absent.#c = :x",
        "#list[0] = :x",
        "#list[1] = :x",
        "#list[7] = :x",
        "size(#list) > :one",
        "size(word) > :ten",
        "attribute_exists(#map.#b)",
        "attribute_not_exists(#map.#b.absent)",
        "attribute_exists(absent) OR #number = :ten AND truth = :yes",
        "(attribute_exists(absent) OR #number = :ten) AND NOT truth = :yes",
        "truth = :yes",
        "state = :x",
    ],
)
def test_conditions(condition: str, tables: BothAws) -> None:
    check = {"TableName": TABLE, "Key": KEY, **_expressions(condition)}
    check["UpdateExpression"] = "REMOVE absent"
    check["ConditionExpression"] = condition
    assert_same([("PutItem", {"TableName": TABLE, "Item": ROW}), ("UpdateItem", check)], tables)


@pytest.mark.parametrize(
    "update",
    [
        "SET word = :x, fresh = :one REMOVE part",
        "SET #number = #number + :one",
        "SET #number = part - #number",
        "SET #number = absent + :one",
        "SET fresh = absent",
        "SET #number = word + :one",
        "SET fresh = if_not_exists(fresh, :ten), word = if_not_exists(word, :x)",
        "SET fresh = if_not_exists(absent, part) + :one",
        "SET #list = list_append(#list, :row)",
        "SET #list[0] = :x",
        "SET #list[9] = :x",
        "SET #map.#b.fresh = :x",
        "SET #map.absent.#c = :x",
        "SET absent.#c = :x",
        "SET word = part, part = word",
        "REMOVE #map.#b",
        "REMOVE #list[0]",
        "REMOVE #map.#b, part",
        "ADD #number :one, fresh :ten",
        "ADD numbers :pair",
        "ADD fresh :pair",
        "ADD word :one",
        "DELETE numbers :pair",
        "SET #map = :empty ADD #number :one",
        "SET word = :x, word = :al",
        "SET pk = :x",
        "SET",
        "",
    ],
)
def test_updates(update: str, tables: BothAws) -> None:
    change = {"TableName": TABLE, "Key": KEY, "UpdateExpression": update, **_expressions(update)}
    change["ReturnValues"] = "ALL_NEW"
    put = ("PutItem", {"TableName": TABLE, "Item": ROW})
    assert_same([put, ("UpdateItem", change), ("UpdateItem", change)], tables)
    assert_same([("UpdateItem", change)], tables)


def test_queries(tables: BothAws) -> None:
    keys = ["A#1", "A#2", "A#3", "B#1", "B", "C", "ä"]
    calls: list[Call] = [
        ("PutItem", {"TableName": TABLE, "Item": {"pk": {"S": "p"}, "sk": {"S": sk}}})
        for sk in keys
    ]
    for sort in (
        "",
        " AND begins_with(sk, :low)",
        " AND sk BETWEEN :low AND :high",
        " AND sk > :low",
        " AND sk <= :low",
        " AND sk = :low",
    ):
        for forward in (True, False):
            for more in ({}, {"Limit": 2}, {"ExclusiveStartKey": _key("A#2")}):
                values = {":pk": {"S": "p"}}
                values |= {":low": {"S": "A#"}} if ":low" in sort else {}
                values |= {":high": {"S": "B#1"}} if ":high" in sort else {}
                asked: dict[str, Any] = {
                    "TableName": TABLE,
                    "KeyConditionExpression": "pk = :pk" + sort,
                    "ExpressionAttributeValues": values,
                    "ScanIndexForward": forward,
                    **more,
                }
                calls.append(("Query", asked))
    assert_same(calls, tables)


def _key(sk: str) -> Mapping[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


KEY = _key("s")


def _expressions(text: str) -> dict[str, Any]:
    """The names and values that a text refers to."""
    names = {f"#{name}": name for name in (*ROW, "c") if f"#{name}" in text}
    names |= {f"#{name}": name for name in "ab" if f"#{name}" in text}
    values = {f":{name}": value for name, value in VALUES.items() if f":{name}" in text}
    given: dict[str, Any] = {}
    if names:
        given["ExpressionAttributeNames"] = names
    if values:
        given["ExpressionAttributeValues"] = values
    return given


def test_the_same_words_are_reserved() -> None:
    assert _reserved() == set(ReservedKeywords.get_reserved_keywords())
