"""The SQS edge: each message on its own; only those that failed come again.

Powertools' batch processor does this too, and loads its parser's models for it, a sixth of the
sender's cold start; the protocol itself is the dozen lines below.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Callable
from typing import Any

from statustext.observability import count, log_failure


def each_message(event: dict[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Hand each message's body to `handle`; the partial batch response.

    A message that fails again and again, or cannot be read, ends in the dead-letter queue.
    """
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            handle(record["body"])
        except Exception as error:  # whatever it is, the others must go on and this come again
            log_failure("A message was not processed", error, {"message_id": record["messageId"]})
            count("MessageFailed")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
