"""The SQS edge: each message on its own; only those that failed come again.

Powertools' batch processor does this too, and loads its parser's models wherever pydantic is there,
as it is here: a sixth of the sender's cold start; the protocol itself is the dozen lines below.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from statustext.adapters.aws import is_outage
from statustext.adapters.lanes import Lanes
from statustext.invocation import is_batch_of_queue, wrong_event
from statustext.observability import count, log_failure, logger

OFTEN = 3
"""Receives after which a message that fails because of AWS is sent anew: its queue would give it up
after five, a quarter of an hour, and an outage may last longer."""

ANEW_AFTER = 60.0


Event = dict[str, Any]


def each_message(
    event: Event, handle: Callable[[str, int], None], put_back: Callable[[str], None]
) -> dict[str, Any]:
    """Hand each message's body to `handle`, and the how manieth time it was received; the partial
    batch response.

    A message that fails again and again, or cannot be read, ends in the dead-letter queue; one that
    fails because AWS does is handed to `put_back`, so that it is there when AWS is again.
    """
    if not is_batch_of_queue(event):
        return wrong_event("messages of its queue")
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        logger.set_correlation_id(_subject(record["body"]))
        try:
            handle(record["body"], _receives(record))
        except Exception as error:  # whatever it is, the others must go on and this come again
            failed += _failed(record, error, put_back)
    return {"batchItemFailures": failed}


def messages_at_once(
    event: Event,
    handle: Callable[[str, int], Coroutine[Any, Any, None]],
    put_back: Callable[[str], None],
    lanes: Lanes,
) -> dict[str, Any]:
    """The same for messages that are worked on at once: each is begun when there is a place in the
    lanes that none before it waits for."""
    if not is_batch_of_queue(event):
        return wrong_event("messages of its queue")
    failed: list[dict[str, str]] = []

    async def work_on(record: dict[str, Any]) -> None:
        try:
            await handle(record["body"], _receives(record))
        except Exception as error:  # as above
            failed.extend(_failed(record, error, put_back))

    async def work_on_all() -> None:
        under_way = []
        for record in event["Records"]:
            await lanes.place()
            lanes.leave()
            under_way.append(lanes.start(work_on(record), about=_subject(record["body"])))
        for one in under_way:
            await one

    lanes.run(work_on_all())
    return {"batchItemFailures": failed}


def _failed(
    record: dict[str, Any], error: Exception, put_back: Callable[[str], None]
) -> list[dict[str, str]]:
    log_failure("A message was not processed", error, {"message_id": record["messageId"]})
    count("MessageFailed")
    if is_outage(error) and _is_put_back(record, put_back):
        return []
    return [{"itemIdentifier": record["messageId"]}]


def _subject(body: str) -> str:
    """What a message is about, as logs name it: an update (`incident.seq`), a text to one person
    (`direct`), or a page."""
    try:
        found = json.loads(body)
        named = [str(found[name]) for name in ("incident", "seq", "direct") if name in found]
        return ".".join(named) or str(found.get("page", ""))
    except (ValueError, TypeError, AttributeError):  # its reader will say what is wrong with it
        return ""


def _is_put_back(record: dict[str, Any], put_back: Callable[[str], None]) -> bool:
    if _receives(record) < OFTEN:
        return False
    try:
        put_back(record["body"])
    except Exception as error:  # SQS is away too: this receive has to count
        log_failure("A message could not be sent anew", error, {"message_id": record["messageId"]})
        return False
    return True


def _receives(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])
