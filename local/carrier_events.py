"""Puts what the stand-ins for SES and for texts by AWS tell into the template's queues, as their
topics do."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.doorbell import Doorbell

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

QUEUES = {"mails": "MailEventsQueue", "aws_sms": "AwsSmsQueue"}
"""By the name of the stand-in, as an attribute of the fake's server."""

EVERY = 0.5
"""Seconds between two looks."""


class CarrierEvents:
    """Runs until the bell is closed. `server` is the fake's, `queues` are URLs by stand-in."""

    def __init__(
        self, server: Any, sqs: SQSClient, queues: Mapping[str, str], bell: Doorbell
    ) -> None:
        self._server, self._sqs, self._queues, self._bell = server, sqs, queues, bell

    def run(self) -> None:
        """Blocks until then."""
        while not self._bell.closed:
            for name, url in self._queues.items():
                with self._server.state:
                    due = getattr(self._server, name).due(time.time())
                for event in due:
                    self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
            self._bell.pause(EVERY)
