"""Carries webhooks over HTTP, each when it is due, and reports back how it went."""

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from .ledger import FakeTwilio
from .webhooks import Outcome, WebhookRequest

LONGEST_ANSWER = 65_536
_WORKERS = 8


class Courier:
    """Threads that deliver the webhooks of `fake`.

    `state` guards `fake`; whoever changes it notifies. The webhooks of one message are carried by
    one worker, so they go out in the order in which they are due. Threads die with the process.
    """

    def __init__(
        self,
        fake: FakeTwilio,
        state: threading.Condition,
        clock: Callable[[], float],
        http: urllib3.PoolManager | None = None,
    ) -> None:
        self._fake, self._state, self._clock = fake, state, clock
        self._http = http or urllib3.PoolManager(_WORKERS, maxsize=_WORKERS)
        self._queues: list[SimpleQueue[WebhookRequest | None]] = [
            SimpleQueue() for _ in range(_WORKERS)
        ]
        jobs: list[Callable[[], None]] = [self._dispatch]
        jobs += [partial(self._work, queue) for queue in self._queues]
        self._threads = [
            threading.Thread(target=job, name="fake-twilio-webhooks", daemon=True) for job in jobs
        ]
        self._stopping = False

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 2.0) -> None:
        """Ends the threads; a webhook that hangs is left to its fate after `patience` seconds."""
        with self._state:
            self._stopping = True
            self._state.notify_all()
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join(patience)
        self._http.clear()

    def _dispatch(self) -> None:
        with self._state:
            while not self._stopping:
                now = self._clock()
                for request in self._fake.due(now):
                    worker = int(request.params["MessageSid"][-4:], 16) % _WORKERS
                    self._queues[worker].put(request)
                due = self._fake.next_due()
                self._state.wait(None if due is None else max(0.0, due - now))

    def _work(self, queue: SimpleQueue[WebhookRequest | None]) -> None:
        while (request := queue.get()) is not None and not self._stopping:
            outcome, body = self._post(request)
            with self._state:
                self._fake.answered(request, outcome, self._clock(), body)
                self._state.notify_all()

    def _post(self, request: WebhookRequest) -> tuple[Outcome, str]:
        limits = request.overrides
        try:
            answer = self._http.request(
                "POST",
                request.target,
                body=request.body,
                headers=request.headers(self._fake.auth_token),
                timeout=urllib3.Timeout(limits.connect_timeout, limits.read_timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            with answer:
                body = answer.read(LONGEST_ANSWER, decode_content=True)
        except (ConnectTimeoutError, NewConnectionError):
            return "ct", ""
        except (HTTPError, OSError):
            return "rt", ""
        return answer.status, body.decode(errors="replace")
