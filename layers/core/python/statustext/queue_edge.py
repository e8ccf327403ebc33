"""The SQS edge: each message on its own; only those that failed come again."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from statustext.observability import count, log_failure


def each_message(event: dict[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Hand each message's body to `handle`; the partial batch response.

    A message that fails again and again, or cannot be read, ends in the dead-letter queue.
    """

    def one(record: SQSRecord) -> None:
        try:
            handle(record.body)
        except Exception as error:
            log_failure("A message was not processed", error, {"message": record.message_id})
            count("MessageFailed")
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    failed = process_partial_response(event=event, record_handler=one, processor=processor)
    return {"batchItemFailures": failed["batchItemFailures"]}
