"""Puts what the stand-in for SES tells of mails into the template's queue, as its topic does."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from local.doorbell import Doorbell

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

QUEUE = "MailEventsQueue"
EVERY = 0.5
"""Seconds between two looks."""


class MailEvents:
    """Runs until the bell is closed. `server` is the fake's, whose `mails` it hears of."""

    def __init__(self, server: Any, sqs: SQSClient, queue_url: str, bell: Doorbell) -> None:
        self._server, self._sqs, self._queue_url, self._bell = server, sqs, queue_url, bell

    def run(self) -> None:
        """Blocks until then."""
        while not self._bell.closed:
            with self._server.state:
                due = self._server.mails.due(time.time())
            for event in due:
                body = json.dumps(event)
                self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)
            self._bell.pause(EVERY)
