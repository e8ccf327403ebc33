"""What a function is invoked with, by AWS or by hand, as with *Test* in the AWS console."""

from typing import Any


def is_request(event: Any) -> bool:
    """Whether an event is API Gateway's; anything else is from somebody who invokes by hand."""
    return isinstance(event, dict) and "httpMethod" in event


def is_batch(event: Any) -> bool:
    """Whether an event is a batch of a queue or a stream."""
    return isinstance(event, dict) and isinstance(event.get("Records"), list)


def wrong_event(taken: str) -> dict[str, Any]:
    """What to answer instead of an error, which would raise an alarm."""
    message = (
        f"This function takes {taken}; events/ has some of them to try. "
        'To pause, resume, recall or look, invoke the operator function with {"action": "help"}.'
    )
    return {"error": {"code": "wrong_event", "message": message}}
