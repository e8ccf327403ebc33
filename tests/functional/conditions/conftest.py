"""The table alone, without functions around it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import boto3
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local.template import REGION
from statustext.adapters.data_keys import DataKey, DataKeys
from statustext.adapters.dynamodb import Table
from statustext.adapters.sealed import Seals
from tests.stepped import Aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAME = "conditions"


class OneKey(DataKeys):
    """Every page has the same data key, which no KMS made."""

    def current(self, page: str) -> DataKey:
        return DataKey(1, AESGCM(bytes(32)))

    def numbered(self, page: str, number: int) -> DataKey:
        return self.current(page)


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
    left = client.scan(TableName=NAME, ProjectionExpression="pk, sk")["Items"]
    for row in left:
        client.delete_item(TableName=NAME, Key=row)
    rows = Table(client, NAME)
    return Table(client, NAME, sealing=Seals(OneKey(rows, "", lambda: None, time.time), bytes))
