"""What the lean AWS refuses, and what it does that moto does not."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from local.lean_aws import LeanAws
from local.lean_aws.dynamodb import TOKEN_LIFE
from local.lean_aws.errors import AwsError, NotEmulatedError

KEYS = [
    {"AttributeName": "pk", "KeyType": "HASH"},
    {"AttributeName": "sk", "KeyType": "RANGE"},
]
ATTRIBUTES = [{"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in KEYS]
KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}


class Clock:
    """Time that stands still until it is changed."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def aws(clock: Clock) -> LeanAws:
    aws = LeanAws.empty(clock)
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    aws.dynamodb.call(
        "CreateTable",
        {
            "TableName": "rows",
            "AttributeDefinitions": ATTRIBUTES,
            "KeySchema": KEYS,
            "StreamSpecification": stream,
        },
    )
    aws.dynamodb.call(
        "UpdateTimeToLive",
        {
            "TableName": "rows",
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        },
    )
    return aws


def call(aws: LeanAws, operation: str, **given: Any) -> Any:
    return aws.dynamodb.call(operation, {"TableName": "rows", **given})


def row(sk: str, **more: Mapping[str, Any]) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": sk}, **more}


@pytest.mark.parametrize(
    "given",
    [
        {"UpdateExpression": "SET word.a = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
        {"UpdateExpression": "SET word = :b", "ExpressionAttributeValues": {":a": {"S": "a"}}},
        {"UpdateExpression": "SET word = :a"},
        {"UpdateExpression": "REMOVE word", "ExpressionAttributeNames": {"#n": "n"}},
        {"UpdateExpression": "REMOVE word", "ExpressionAttributeNames": {}},
        {"UpdateExpression": "REMOVE word, word"},
        {"UpdateExpression": "REMOVE held.a, held.a.b"},
        {"UpdateExpression": "REMOVE sk"},
        {"UpdateExpression": "REMOVE status"},
        {"UpdateExpression": "REMOVE word", "ConditionExpression": "word ="},
        {"UpdateExpression": "REMOVE word", "ConditionExpression": "(word = word"},
        {"UpdateExpression": "REMOVE word", "Key": {"pk": {"S": "p"}}},
        {"UpdateExpression": "REMOVE word", "Key": row("")},
    ],
)
def test_what_dynamodb_would_refuse(aws: LeanAws, given: Mapping[str, Any]) -> None:
    call(aws, "PutItem", Item=row("s", word={"S": "a"}, held={"M": {"a": {"M": {}}}}))
    with pytest.raises(AwsError, match="ValidationException"):
        call(aws, "UpdateItem", **{"Key": KEY, **given})
    member = {"Key": KEY, "TableName": "rows", **given}
    with pytest.raises(AwsError, match="ValidationException"):
        aws.dynamodb.call("TransactWriteItems", {"TransactItems": [{"Update": member}]})


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE a", "Expected": {}}),
        ("UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE a", "ReturnValues": "UPDATED_NEW"}),
        ("GetItem", {"Key": KEY, "AttributesToGet": ["a"]}),
        ("Query", {"IndexName": "by_phone", "KeyConditionExpression": "pk = :pk"}),
        ("ExecuteStatement", {}),
    ],
)
def test_what_is_not_known_raises(aws: LeanAws, operation: str, given: Mapping[str, Any]) -> None:
    with pytest.raises(NotEmulatedError):
        call(aws, operation, **given)


def test_a_condition_of_an_unknown_function_is_refused(aws: LeanAws) -> None:
    with pytest.raises(AwsError, match="ValidationException"):
        call(aws, "PutItem", Item=row("s"), ConditionExpression="attribute_type(sk, :s)")


def test_an_order_between_types_does_not_hold(aws: LeanAws) -> None:
    call(aws, "PutItem", Item=row("s", word={"S": "a"}))
    for sign in ("<", ">", "="):
        answer = call(
            aws,
            "Scan",
            FilterExpression=f"word {sign} :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        assert answer["Count"] == 0


def test_a_list_is_begun(aws: LeanAws) -> None:
    for _ in range(2):
        call(
            aws,
            "UpdateItem",
            Key=KEY,
            UpdateExpression="SET noted = list_append(if_not_exists(noted, :none), :one)",
            ExpressionAttributeValues={":none": {"L": []}, ":one": {"L": [{"N": "1"}]}},
        )
    assert call(aws, "GetItem", Key=KEY)["Item"]["noted"] == {"L": [{"N": "1"}, {"N": "1"}]}


def test_a_transaction_with_the_same_token_is_made_once(aws: LeanAws, clock: Clock) -> None:
    add = {
        "TableName": "rows",
        "Key": KEY,
        "UpdateExpression": "ADD tries :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    given = {"TransactItems": [{"Update": add}], "ClientRequestToken": "once"}
    for _ in range(2):
        aws.dynamodb.call("TransactWriteItems", given)
    assert call(aws, "GetItem", Key=KEY)["Item"]["tries"] == {"N": "1"}
    clock.now += TOKEN_LIFE
    aws.dynamodb.call("TransactWriteItems", given)
    assert call(aws, "GetItem", Key=KEY)["Item"]["tries"] == {"N": "2"}


def test_a_row_is_not_changed_through_an_answer(aws: LeanAws) -> None:
    given = row("s", held={"M": {"a": {"N": "1"}}})
    call(aws, "PutItem", Item=given)
    given["held"]["M"]["a"] = {"N": "2"}
    call(aws, "GetItem", Key=KEY)["Item"]["held"]["M"]["a"] = {"N": "3"}
    assert call(aws, "GetItem", Key=KEY)["Item"]["held"] == {"M": {"a": {"N": "1"}}}


def test_pages_end_where_they_are_full(aws: LeanAws) -> None:
    for number in range(7):
        call(aws, "PutItem", Item=row(f"{number}", word={"S": "x" * 100}))
    aws.dynamodb.tables["rows"].page_bytes = 300
    asked: dict[str, Any] = {"ExpressionAttributeValues": {":pk": {"S": "p"}}}
    for operation, condition in (("Query", {"KeyConditionExpression": "pk = :pk"}), ("Scan", {})):
        found: list[str] = []
        pages, given = 0, {**condition, **(asked if condition else {})}
        while pages == 0 or "ExclusiveStartKey" in given:
            answer = call(aws, operation, **given)
            found += [item["sk"]["S"] for item in answer["Items"]]
            given.pop("ExclusiveStartKey", None)
            if "LastEvaluatedKey" in answer:
                given["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            pages += 1
        assert found == list("0123456")
        assert pages > 2


def test_a_projection_leaves_out_the_rest(aws: LeanAws) -> None:
    held = {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}
    call(aws, "PutItem", Item=row("s", word={"S": "a"}, held=held))
    answer = call(
        aws,
        "GetItem",
        Key=KEY,
        ProjectionExpression="sk, held.#a, absent",
        ExpressionAttributeNames={"#a": "a"},
    )
    assert answer["Item"] == {"sk": {"S": "s"}, "held": {"M": {"a": {"N": "1"}}}}


def test_an_eventual_read_may_be_stale_and_a_consistent_one_never(aws: LeanAws) -> None:
    table = aws.dynamodb.tables["rows"]
    table.stale = lambda pk, sk: True
    for word in "ab":
        call(aws, "PutItem", Item=row("s", word={"S": word}))
    assert call(aws, "GetItem", Key=KEY)["Item"]["word"] == {"S": "a"}
    assert call(aws, "GetItem", Key=KEY, ConsistentRead=True)["Item"]["word"] == {"S": "b"}
    table.stale = lambda pk, sk: False
    assert call(aws, "GetItem", Key=KEY)["Item"]["word"] == {"S": "b"}


def test_time_to_live_deletes_when_told_to(aws: LeanAws, clock: Clock) -> None:
    table = aws.dynamodb.tables["rows"]
    call(aws, "PutItem", Item=row("s", ttl={"N": str(int(clock.now + 10))}))
    call(aws, "PutItem", Item=row("t"))
    assert table.expired() == []
    clock.now += 11
    assert table.expired() == [("p", "s")]
    assert "Item" in call(aws, "GetItem", Key=KEY)
    table.take_stream()
    table.expire("p", "s")
    assert "Item" not in call(aws, "GetItem", Key=KEY)
    (record,) = aws.take_stream("rows", f"{table.arn}/stream/1")
    assert record["eventName"] == "REMOVE"
    assert record["userIdentity"]["principalId"] == "dynamodb.amazonaws.com"


def test_a_queue_forgets_what_is_too_old(aws: LeanAws, clock: Clock) -> None:
    url = aws.sqs.call(
        "CreateQueue", {"QueueName": "q", "Attributes": {"MessageRetentionPeriod": "60"}}
    )["QueueUrl"]
    aws.sqs.call("SendMessage", {"QueueUrl": url, "MessageBody": "old"})
    clock.now += 61
    aws.sqs.call("SendMessage", {"QueueUrl": url, "MessageBody": "new"})
    answer = aws.sqs.call("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})
    assert [message["Body"] for message in answer["Messages"]] == ["new"]


def test_clients_raise_their_own_exceptions() -> None:
    from botocore.session import get_session

    aws = LeanAws.empty(time.time)
    client: Any = get_session().create_client("dynamodb", region_name="us-east-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        aws.call(client, "GetItem", {"TableName": "absent", "Key": KEY})
