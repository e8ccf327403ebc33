"""What a function is invoked with, by AWS or by hand, as with *Test* in the AWS console."""

from typing import Any


def is_request(event: Any) -> bool:
    """Whether an event is API Gateway's; anything else is from somebody who invokes by hand."""
    if not isinstance(event, dict) or not isinstance(event.get("requestContext"), dict):
        return False
    is_described = all(isinstance(event.get(name), str) for name in ("httpMethod", "path"))
    return is_described and "requestId" in event["requestContext"]


def is_batch_of_queue(event: Any) -> bool:
    """Whether an event is a batch of messages."""
    return _is_batch(event, {"messageId", "body", "attributes"})


def is_batch_of_stream(event: Any) -> bool:
    """Whether an event is a batch of a table's changes."""
    return _is_batch(event, {"eventName", "dynamodb"})


def _is_batch(event: Any, names: set[str]) -> bool:
    """The console's examples have other services' records, which look alike from afar."""
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and all(
        isinstance(record, dict) and names <= record.keys() for record in records
    )


def wrong_event(taken: str) -> dict[str, Any]:
    """What to answer instead of an error, which would raise an alarm."""
    message = (
        f"This function takes {taken}; events/ has some of them to try. "
        'To pause, resume, recall or look, invoke the operator function with {"action": "help"}.'
    )
    return {"error": {"code": "wrong_event", "message": message}}
