"""The table alone, without functions around it."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import boto3
import pytest

from local.template import REGION
from statustext.adapters.dynamodb import Table
from tests.stepped import Aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAME = "conditions"


@pytest.fixture(scope="module")
def client(aws: Callable[[], AbstractContextManager[Aws]]) -> "Iterator[DynamoDBClient]":
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        with aws():
            made = boto3.client("dynamodb")
            with contextlib.suppress(made.exceptions.ResourceInUseException):
                made.create_table(  # unless, on real parts, the module before did
                    TableName=NAME,
                    BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[
                        {"AttributeName": "pk", "AttributeType": "S"},
                        {"AttributeName": "sk", "AttributeType": "S"},
                    ],
                    KeySchema=[
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "sk", "KeyType": "RANGE"},
                    ],
                )
            yield made


@pytest.fixture
def table(client: "DynamoDBClient") -> Table:
    """A table with nothing in it."""
    rows = client.scan(TableName=NAME, ProjectionExpression="pk, sk")["Items"]
    for row in rows:
        client.delete_item(TableName=NAME, Key=row)
    return Table(client, NAME)
