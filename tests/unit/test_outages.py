"""Which errors are AWS's, so that a message that fails with them is not at fault."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from statustext.adapters.aws import is_outage
from statustext.adapters.queues import QueueRefusedError
from statustext.errors import ConditionFailedError, RacedError


def client_error(code: str, status: int = 400, *reasons: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "any")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (client_error("InternalServerError", 500), True),
        (client_error("ThrottlingException"), True),
        (client_error("ProvisionedThroughputExceededException"), True),
        (client_error("RequestLimitExceeded"), True),
        (client_error("TransactionCanceledException", 400, "None", "ThrottlingError"), True),
        (
            client_error("TransactionCanceledException", 400, "ProvisionedThroughputExceeded"),
            True,
        ),
        (client_error("TransactionInProgressException"), True),
        (client_error("TransactionCanceledException", 400, "ValidationError"), False),
        (client_error("ValidationException"), False),
        (client_error("AccessDeniedException"), False),
        (EndpointConnectionError(endpoint_url="https://aws.example.test"), True),
        (ParamValidationError(report="wrong"), False),
        (QueueRefusedError("refused"), True),
        (RacedError("row"), True),
        (ConditionFailedError("row"), False),
        (KeyError("told"), False),
    ],
)
def test_whose_fault_it_is(error: Exception, expected: bool) -> None:
    assert is_outage(error) is expected
