"""SQS: messages of ids, sent in as few requests as can be."""

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from pydantic import BaseModel

BATCH_LIMIT = 10
MAX_DELAY = 900
ATTEMPTS = 5


class QueueRefusedError(RuntimeError):
    """SQS would not take some messages, however often asked."""


class Queue:
    """One queue to send to."""

    def __init__(
        self, client: "SQSClient", url: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._url = url
        self._pause = pause

    def send(self, messages: "Sequence[BaseModel]", *, delay: float = 0) -> None:
        """Send all messages, ten a request, `delay` seconds (at most 900) from now.

        A batch may be refused in part; the refused part is sent again. Raises QueueRefusedError
        when some stay refused, so that whoever handed them over is retried as a whole.
        """
        self.send_again([message.model_dump_json() for message in messages], delay=delay)

    def send_again(self, bodies: Sequence[str], *, delay: float = 0) -> None:
        """The same for what was in a queue before, as it was there."""
        for start in range(0, len(bodies), BATCH_LIMIT):
            self._send_batch(bodies[start : start + BATCH_LIMIT], min(math.ceil(delay), MAX_DELAY))

    def _send_batch(self, bodies: Sequence[str], delay: int) -> None:
        entries: list[Any] = [
            {"Id": str(number), "MessageBody": body, "DelaySeconds": delay}
            for number, body in enumerate(bodies)
        ]
        for attempt in range(ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            refused = {entry["Id"] for entry in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                return
            self._pause(0.1 * 2**attempt)
        raise QueueRefusedError(f"SQS refused {len(entries)} messages {ATTEMPTS} times")
