"""The webhooks Twilio owes us, in order of time."""

import heapq
from collections import deque
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from .faults import DropCallbacks, FaultBook, RepeatCallbacks
from .webhooks import Outcome, WebhookRequest


class Delivered(NamedTuple):
    """One try of a webhook, and how it went."""

    at: float
    request: WebhookRequest
    outcome: Outcome


class Outbox:
    """Webhooks waiting for their time; `log` has every try made so far.

    `retry_delay` is the seconds between one try and the next; `log` keeps the last `most_logged`
    (None: all).
    """

    def __init__(
        self, faults: FaultBook, retry_delay: float, most_logged: int | None = None
    ) -> None:
        self.log: deque[Delivered] = deque(maxlen=most_logged)
        self._faults, self._retry_delay = faults, retry_delay
        self._waiting: list[tuple[float, int, WebhookRequest]] = []
        self._order = count()

    def push(self, request: WebhookRequest) -> None:
        heapq.heappush(self._waiting, (request.due, next(self._order), request))

    def next_due(self) -> float | None:
        """When the next webhook is due, or None."""
        return self._waiting[0][0] if self._waiting else None

    def due(self, now: float) -> Sequence[WebhookRequest]:
        """Takes the webhooks due by `now`, in order; dropped and repeated ones as faults say."""
        taken: list[WebhookRequest] = []
        while self._waiting and self._waiting[0][0] <= now:
            request = heapq.heappop(self._waiting)[2]
            taken += [request] * (self._copies(request) if request.attempt == 1 else 1)
        return taken

    def answered(self, request: WebhookRequest, outcome: Outcome, now: float) -> bool:
        """Takes note of how a try went; True if there will be another."""
        self.log.append(Delivered(now, request, outcome))
        again = request.overrides.retry(outcome, request.attempt)
        if again:
            self.push(request.next_try(now + self._retry_delay))
        return again

    def _copies(self, request: WebhookRequest) -> int:
        phone, status = request.phone, request.status
        if self._faults.take_webhook(DropCallbacks, phone, status):
            return 0
        repeat = self._faults.take_webhook(RepeatCallbacks, phone, status)
        return repeat.copies if repeat else 1
