"""What can become of one call, and where a fault cannot exist.

A fault strikes above the client's own retries: what botocore or requests gives up on, or what it
makes of an answer that came too late.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import requests
import urllib3
from botocore.exceptions import ReadTimeoutError
from botocore.parsers import ResponseParserError
from twilio.http.response import Response

from local.function_host import FunctionError
from local.lean_aws import as_client_error
from local.lean_aws.errors import AwsError
from statustext.adapters.deadlines import WHOLE_CALL
from statustext.adapters.dynamodb import TRANSACTION_RACES
from tests.faults.calls import Call
from tests.faults.stage import Stage
from tests.functional.engine import Died


class Fault(StrEnum):
    """One thing that goes wrong, once."""

    THROTTLED = "throttled"
    REFUSED = "refused"
    SERVER_ERROR = "5xx"
    TIMEOUT_BEFORE = "timeout before"
    TIMEOUT_AFTER = "timeout after"
    TRICKLING = "trickling"  # its answer comes byte by byte, until the deadline of the call
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    REPEATED = "repeated"  # what caused the call is delivered again while it stands there
    REORDERED = "reordered"  # what comes after it is done first
    MALFORMED = "malformed"
    PARTLY_FAILED = "partly failed"
    RETRIED = "retried"  # its answer was lost, and the client's own retry did it again


OF_TWILIO = ("create", "list", "fetch")
READS = ("GetItem", "BatchGetItem", "Query", "GetSecretValue", "list", "fetch")

IMPOSSIBLE: dict[tuple[str, Fault], str] = {
    **{(one, Fault.RETRIED): "reading twice is reading once" for one in READS},
    ("TransactWriteItems", Fault.RETRIED): "the client sends the same token: it is done once",
    ("create", Fault.RETRIED): "nothing under the gateway repeats a request to Twilio",
    ("GetItem", Fault.PARTLY_FAILED): "one row is read or not",
    ("GetSecretValue", Fault.PARTLY_FAILED): "one secret is read or not",
    ("create", Fault.PARTLY_FAILED): "one text is accepted or not",
    ("SendTextMessage", Fault.RETRIED): "its client tries once, as the call has no token",
    ("SendTextMessage", Fault.PARTLY_FAILED): "one text is accepted or not",
    ("SendEmail", Fault.RETRIED): "its client tries once, as the call has no token",
    ("SendEmail", Fault.PARTLY_FAILED): "one mail is accepted or not",
    ("fetch", Fault.PARTLY_FAILED): "one message is read or not",
    ("list", Fault.PARTLY_FAILED): "one page is all that is asked for",
}
"""Why an operation cannot have a fault."""

AWS_TIMEOUT = 5.0
TWILIO_TIMEOUT = 8.0
NEEDED = {"Query": "Items", "BatchGetItem": "Responses", "GetSecretValue": "SecretString"}
"""Keys without which an answer is none; the answers of other operations may lack any."""

UNKNOWN_CODE = 99999
_THROTTLING = {"dynamodb": "ProvisionedThroughputExceededException"}


def strike(fault: Fault, call: Call, stage: Stage, overtake: Callable[[], None]) -> Any:
    """The answer to a call that a fault strikes. `overtake` does what comes after it."""
    match fault:
        case Fault.CRASH_BEFORE:
            raise Died
        case Fault.CRASH_AFTER:
            call.make()
            raise Died
        case Fault.TIMEOUT_BEFORE:
            raise _silence(call, stage)
        case Fault.TIMEOUT_AFTER:
            call.make()
            raise _silence(call, stage)
        case Fault.TRICKLING:
            call.make()
            stage.system.clock.shift(WHOLE_CALL)
            late = urllib3.exceptions.ReadTimeoutError(None, "", "Read timed out.")  # type: ignore[arg-type]
            raise requests.exceptions.ConnectionError(late)  # as requests does within a body
        case Fault.REPEATED:
            trigger = stage.host.at_work[-1]
            with contextlib.suppress(FunctionError):
                stage.host.invoke(trigger.arn, trigger.event)
            return call.make()
        case Fault.REORDERED:
            overtake()
            return call.make()
        case Fault.RETRIED:
            call.make()
            return call.make()
    return _twilio(fault, call) if call.service == "twilio" else _aws(fault, call)


SINGLE_WRITES = ("UpdateItem", "PutItem", "DeleteItem")
NEVER_IN_A_TRANSACTION = ("LIMIT#", "SENDER#")
"""How the keys of rows begin that are only ever written alone."""


def lasts(fault: Fault, call: Call) -> int:
    """How many calls in a row it strikes: as many as the adapter makes where rows are busy."""
    busy = call.operation in ("UpdateItem", "PutItem", "TransactWriteItems")
    return TRANSACTION_RACES if fault is Fault.PARTLY_FAILED and busy else 1


def why_not(fault: Fault, operation: str, key: str) -> str:
    """Why an operation, on a row whose key begins so, cannot have a fault; "" where it can."""
    is_alone = operation in SINGLE_WRITES and key.startswith(NEVER_IN_A_TRANSACTION)
    if is_alone and fault is Fault.PARTLY_FAILED:
        return "one row is written or not, and no transaction is ever on it"
    if fault is Fault.TRICKLING and operation not in OF_TWILIO:
        return "botocore makes a time-out after of it, with the same exception"
    return IMPOSSIBLE.get((operation, fault), "")


def _silence(call: Call, stage: Stage) -> Exception:
    if call.service == "twilio":
        stage.system.clock.shift(TWILIO_TIMEOUT)
        return requests.exceptions.ReadTimeout("no answer")
    stage.system.clock.shift(AWS_TIMEOUT)
    return ReadTimeoutError(endpoint_url="https://aws.example.test")


def _twilio(fault: Fault, call: Call) -> Response:
    match fault:
        case Fault.THROTTLED:
            return _answer(429, 20429)
        case Fault.REFUSED:
            return _answer(400, UNKNOWN_CODE)
        case Fault.SERVER_ERROR:
            return _answer(503, 20500)
    made = call.make()
    return Response(made.status_code, '{"sid": "SM', {})


def _answer(status: int, code: int) -> Response:
    body = {"code": code, "message": "Not today.", "status": status, "more_info": ""}
    return Response(status, json.dumps(body), {})


def _aws(fault: Fault, call: Call) -> Any:
    match fault:
        case Fault.THROTTLED:
            raise _error(call, _THROTTLING.get(call.service, "ThrottlingException"))
        case Fault.REFUSED:
            raise _error(call, "AccessDeniedException")
        case Fault.SERVER_ERROR:
            raise _error(call, "InternalServerError", status=500)
        case Fault.MALFORMED:
            call.make()
            if call.operation in NEEDED:
                return {}
            raise ResponseParserError("Unable to parse response")
    return _partly(call)


def _error(call: Call, code: str, *, status: int = 400, **more: Any) -> Exception:
    return as_client_error(
        call.client, call.operation, AwsError(code, "Not today.", status=status, **more)
    )


def _partly(call: Call) -> Any:
    """A part of what was asked; or, for writes that have no parts, a transaction in the way."""
    given = call.params
    match call.operation:
        case "Query":
            return call.make(given if "Limit" in given else {**given, "Limit": 1})
        case "SendMessageBatch":
            *some, last = given["Entries"]
            answer = call.make({**given, "Entries": some}) if some else {"Successful": []}
            refused = {"Id": last["Id"], "Code": "InternalError", "SenderFault": False}
            return {**answer, "Failed": [refused]}
        case "PutEvents":
            *some, _ = given["Entries"]
            if some:
                call.make({**given, "Entries": some})
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
        case "BatchGetItem" | "BatchWriteItem":
            return _half(call)
        case "TransactWriteItems":
            reasons: list[Mapping[str, str]] = [{"Code": "None"} for _ in given["TransactItems"]]
            reasons[-1] = {"Code": "TransactionConflict"}
            raise _error(call, "TransactionCanceledException", CancellationReasons=reasons)
    raise _error(call, "TransactionConflictException")


def _half(call: Call) -> Any:
    """One member of a batch is done, the others are left undone."""
    ((table, asked),) = call.params["RequestItems"].items()
    if call.operation == "BatchGetItem":
        first, *rest = asked["Keys"]
        answer = call.make({"RequestItems": {table: {**asked, "Keys": [first]}}})
        return {**answer, "UnprocessedKeys": {table: {**asked, "Keys": rest}} if rest else {}}
    first, *rest = asked
    call.make({"RequestItems": {table: [first]}})
    return {"UnprocessedItems": {table: rest} if rest else {}}
