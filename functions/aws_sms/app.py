"""The queue of AWS End User Messaging SMS: receipts of texts, and texts that people send."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.queues import Queue
from statustext.adapters.sealed import sealing_table
from statustext.flows.hearing.from_aws import take_event
from statustext.observability import observed
from statustext.queue_edge import ANEW_AFTER, each_message
from statustext.settings import read_settings

settings = read_settings()
table = sealing_table(settings)
events = Queue(aws.client("sqs"), settings.sms_voice_queue_url)
secrets = aws.secrets(settings)


def handle(body: str, _receives: int) -> None:
    take_event(body, settings.senders, table, secrets, time.time(), system_entropy)


def put_back(body: str) -> None:
    events.send_again([body], delay=ANEW_AFTER)


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return each_message(event, handle, put_back)
