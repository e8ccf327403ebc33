"""Everything deployed and everybody who calls it, as tenacious as they are in production.

A function that dies takes only its own work with it: the queue delivers again when its visibility
time-out is over, the stream at once, Twilio by its retry override, the clock a minute later, and
people and browsers ask once more.
"""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from unittest import mock

from local.configuration import FAKE_FROM
from local.event_pattern import passes
from local.event_sources import QueueSettings
from local.function_host import FunctionError
from local.lean_aws import LeanAws, lean_aws
from local.lean_aws.table import PAGE_BYTES
from statustext.adapters.pages import change_settings
from statustext.domain.subscriber import Preferences
from tests.faults.mortal_host import MortalHost
from tests.functional.engine import add_active
from tests.stepped import KEY, Answer, SteppedSystem, stepped_system

SNAPSHOTS = "statustext-snapshots"

ASKED_AGAIN_AFTER = 5.0
"""Seconds after which a person or a browser repeats a request that failed."""

INCIDENTS = "/v1/pages/default/incidents"


def iso(seconds: float) -> str:
    """A moment as an operator writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


@dataclass
class Stage:
    """One system, and what a journey keeps in mind. `answers` are all that callers were given."""

    system: SteppedSystem
    aws: LeanAws
    host: MortalHost
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What broke a promise, noted where an exception would not come through."""
    phones: list[str] = field(default_factory=list)
    """Of everybody in the journey."""
    secrets: list[str] = field(default_factory=list)
    """What no log may hold, besides those."""
    overtaken: bool = False
    """Whether what comes after the journey came before it was over."""
    loses_receipts: bool = False
    """Whether deliveries stay accepted for an hour, as nobody hears what became of them."""
    dead_letters: int = 0
    """Clock ticks that failed: nobody repeats them, the next one does what they left."""
    patience: int = 0
    """Minutes after which all is at rest where the journey by itself takes longer than usual."""
    latency: float = 0.0
    """Seconds that every call of a function to AWS takes, until `slow_until`."""
    slow_until: float = 0.0
    shows_pages: bool = False
    """Whether snapshots of pages are taken, which are no matter of most journeys."""
    interruption: "tuple[Callable[[Any], bool], Callable[[], None]] | None" = None
    """What happens just before the first call of which a condition holds."""
    _secrets: list[Any] = field(default_factory=list)
    _batches: list[list[dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queues = self.system.queues()
        self.streams = self.system.streams()

    @property
    def now(self) -> float:
        return self.system.now

    # People and browsers.

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request, and once more where it failed, or where the answer says to try again."""
        answer = self._ask(method, path, body, **more)
        if answer.status >= 500 or (answer.status == 409 and answer.code == "conflict"):
            self.system.clock.shift(ASKED_AGAIN_AFTER)
            answer = self._ask(method, path, body, **more)
        return answer

    def _ask(self, method: str, path: str, body: Any, **more: Any) -> Answer:
        answer = self.system.http(method, path, body, **more)
        self.answers.append(answer)
        return answer

    def operator(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request with the operator's key; a publishing one is safe to repeat."""
        headers = {"X-API-Key": KEY, **more.pop("headers", {})}
        if method in ("POST", "PATCH") and path.startswith(INCIDENTS):
            asked = json.dumps([method, path, body]).encode()
            headers.setdefault("Idempotency-Key", sha256(asked).hexdigest())
        return self.request(method, path, body, headers=headers, **more)

    def console(self, event: Mapping[str, Any], function: str = "incident") -> Any:
        """A function invoked by hand, and once more where it failed."""
        with contextlib.suppress(FunctionError):
            answer = self.system.invoke(function, event)
            if "error" not in answer:
                return answer
        return self.system.invoke(function, event)

    def reply(self, body: str, phone: str) -> None:
        """A handset's owner writes; Twilio carries it when the stage goes on."""
        self.system.twilio.reply(phone, body, self.now, to=FAKE_FROM)

    # What happens by itself.

    def carry_on(self, most: int = 400) -> None:
        """Until nothing is due: stream, queues, Twilio's webhooks."""
        for _ in range(most):
            if not self.shows_pages:
                self.aws.sqs.queues[SNAPSHOTS].messages.clear()
            moved = [self._relay(), *map(self._poll, self.queues), self._webhooks()]
            moved.append(self.system.aws_events())
            moved.append(self.system.mail_events())
            if not any(moved):
                return
        self.problems.append("the system never comes to rest")

    def live(self, seconds: float, step: float = 60) -> None:
        """Let time pass, the clock ticking at every step."""
        end, ticked = self.now + seconds, self.now
        while self.now < end:
            self.system.clock.shift(min(step, end - self.now))
            if self.now >= ticked + min(60, seconds):
                ticked = self.now
                self.tick()
            self.carry_on()

    def wait(self, seconds: float, step: float = 5) -> None:
        """Let time pass between two ticks of the clock."""
        end = self.now + seconds
        while self.now < end:
            self.system.clock.shift(min(step, end - self.now))
            self.carry_on()

    def tick(self) -> None:
        """The clock's minute. Where it fails, nobody repeats it."""
        try:
            self.system.tick()
        except FunctionError:
            self.dead_letters += 1

    def _relay(self) -> bool:
        """One batch of the stream; whether there was one. What failed comes again: from the record
        that was reported on, or where nothing was, in halves.

        https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
        """
        if any(one.function == "relay" for one in self.host.at_work):
            return False  # the shard waits
        taken = self.system.stream_records()
        for stream in self.streams:
            records, size = [one for one in taken if passes(one, stream.filters)], stream.batch_size
            self._batches += [records[at : at + size] for at in range(0, len(records), size)]
        if not self._batches:
            return False
        batch, (stream, *_) = self._batches.pop(0), self.streams
        try:
            answer = self.host.invoke(stream.function_arn, {"Records": batch})
        except FunctionError:
            half = (len(batch) + 1) // 2 if stream.bisects else len(batch)
            self._batches[:0] = [part for part in (batch[:half], batch[half:]) if part]
            return True
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        numbers = [one["dynamodb"]["SequenceNumber"] for one in batch]
        if failed:
            self._batches.insert(0, batch[min(numbers.index(one) for one in failed) :])
        return True

    def _poll(self, queue: QueueSettings) -> bool:
        waits = self.aws.sqs.queues[queue.queue_arn.rpartition(":")[2]].messages
        return bool(waits) and self.system.poll(queue)

    def _webhooks(self) -> bool:
        due = self.system.twilio.due(self.now)
        for request in due:
            self.answers.append(self.system.post_webhook(request))
        return bool(due)

    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more, and nobody waits for the present moment."""
        queues = self.aws.sqs.queues.items()
        if self._batches or any(queue.messages for name, queue in queues if "dead" not in name):
            return False
        moment = f"{int(self.now):011d}~"
        table = self.aws.dynamodb.tables[self.system.table.name]
        held = [part for pk, part in table.partitions.items() if "#HOLDS#" in pk]
        if any(key < moment for part in held for key in part.rows):
            return False
        left = [*self.system.aws_sms.events, *self.system.ses.events]
        return self.system.twilio.next_due() is None and not left

    # Things that journeys begin with.

    def active(self, count: int = 1, **preferences: Any) -> dict[str, str]:
        """Verified subscribers; their numbers by their ids."""
        found = add_active(self.system, count, Preferences(**preferences), first=len(self.phones))
        self.phones += found.values()
        return found

    def set_page(self, **changes: Any) -> None:
        self.system.table.write(change_settings("default", changes))
        self.system.stream_records()

    def open(self, name: str = "API is down", **more: Any) -> str:
        """Publish a critical incident, and no more; its id."""
        incident = {"name": name, "impact_override": "critical", "body": "On it.", **more}
        answer = self.operator("POST", INCIDENTS, {"incident": incident})
        assert answer.status == 201, answer
        return str(answer.json["id"])

    def change(self, incident: str, **changes: Any) -> Answer:
        """Publish an update, and no more."""
        return self.operator("PATCH", f"{INCIDENTS}/{incident}", {"incident": changes})

    def begin(self) -> None:
        """As on the first day; secrets are read anew."""
        self.answers, self.problems, self.phones, self.secrets = [], [], [], [KEY]
        self._batches, self.loses_receipts = [], False
        self.latency, self.interruption, self.patience = 0.0, None, 0
        self.aws.dynamodb.tables[self.system.table.name].page_bytes = PAGE_BYTES
        self.overtaken, self.dead_letters, self.shows_pages = False, 0, False
        self.aws.events.put.clear()
        modules = [name for name in sys.modules if name.startswith("local_functions_")]
        self._secrets = [getattr(sys.modules[name], "secrets", None) for name in modules]
        for name in modules:
            if pages := getattr(sys.modules[name], "pages", None):
                pages._until = 0.0  # whose domain is whose is looked up again
        self.forget_secrets()

    def forget_secrets(self) -> None:
        """As functions that did not run for a while: they read their secrets anew."""
        for one in self._secrets:
            if one is not None:
                one._kept.clear()

    def remove_data_keys(self) -> None:
        """As on a page that has no number yet, and functions that have just started."""
        rows = self.system.rows("data_key")
        self.system.table.delete_many([(row["pk"], row["sk"]) for row in rows])
        self.system.data_keys.clear()


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """A warm stage: functions are imported once, and whoever waits moves the clock."""
    from statustext.adapters.dynamodb import Table
    from statustext.adapters.queues import Queue

    built: list[Stage] = []

    def wait(seconds: float) -> None:
        built[0].system.clock.shift(seconds)

    with (
        mock.patch.object(Table.__init__, "__defaults__", (wait,)),
        mock.patch.object(Queue.__init__, "__defaults__", (wait,)),
        stepped_system(aws=lean_aws, make_host=MortalHost) as system,
    ):
        assert isinstance(system.aws, LeanAws)
        assert isinstance(system.functions, MortalHost)
        built.append(Stage(system, system.aws, system.functions))
        yield built[0]
