"""What begins functions: queues, the table's stream, the schedule, Twilio's webhooks.

As the real ones: at least once, in any order, sometimes late, again after a failure, and to the
dead-letter queue after too many.
"""

import json
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from local.event_pattern import passes
from local.event_sources import QueueSettings, failed_items, queue_record
from local.fake_twilio.webhooks import WebhookRequest
from local.lean_aws import LeanAws
from local.lean_aws.sqs import LeanQueue
from local.lean_aws.table import LeanTable, stream_record
from local.stream_source import StreamSettings
from tests.simulation.causes import Cause
from tests.simulation.promises import AGREE
from tests.simulation.weather import Weather
from tests.simulation.world import Task, World
from tests.stepped import SteppedSystem

MINUTE = 60.0
LANES = 2
"""Batches of the stream under way at once; the rows of one partition stay in order."""

AT_ONCE = 4
"""Webhooks that are answered at once."""


@dataclass
class Today:
    """The weather, which changes."""

    weather: Weather


class QueueSource:
    """One queue, polled by its event source mapping."""

    def __init__(
        self,
        settings: QueueSettings,
        timeout: float,
        system: SteppedSystem,
        aws: LeanAws,
        world: World,
        today: Today,
        awake: "dict[QueueSource, None]",
    ) -> None:
        """Where there may be something to poll for, it puts itself among those `awake`."""
        self._settings, self._timeout = settings, timeout
        self._system, self._aws, self._world, self._today = system, aws, world, today
        self.queue: LeanQueue = aws.sqs.queue(settings.queue_arn)
        self.queue.pick = world.random.randrange
        self._busy = 0
        self._planned = self._due = float("inf")
        self._awake = awake
        self.queue.woken = self._wake
        self._wake()

    @property
    def name(self) -> str:
        return self.queue.name.partition("-")[2]

    def _wake(self) -> None:
        self._awake[self] = None

    def look(self) -> None:
        """Plan the next poll, if there is or will be something to receive."""
        world = self._world
        if self._busy >= self._settings.concurrency:
            return
        change = self.queue.next_change(world.now)
        if change is None or max(change, world.now) >= self._due:
            return
        weather, delay = self._today.weather, world.between(0.005, 0.06)
        if world.chance(weather.late):
            delay = world.between(1, 300)
        self._due = max(change, world.now)
        self._planned = when = self._due + delay
        world.after(when - world.now, lambda: self._poll(when))

    def _poll(self, when: float) -> None:
        if when != self._planned:
            return  # planned anew meanwhile
        self._planned = self._due = float("inf")
        self._wake()
        if self._busy >= self._settings.concurrency:
            return
        world, settings = self._world, self._settings
        answer = self._aws.sqs.call(
            "ReceiveMessage",
            {
                "QueueUrl": self.queue.url,
                "MaxNumberOfMessages": min(settings.batch_size, 10),
                "MessageSystemAttributeNames": ["All"],
            },
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        records = [queue_record(message, settings.queue_arn) for message in messages]
        self._busy += 1
        task = world.start(
            self.name,
            lambda: self._system.functions.invoke(settings.function_arn, {"Records": records}),
            lambda task: self._ended(task, records),
            timeout=self._timeout,
            skew=skew(world, self._today.weather),
            cause=Cause(f"queue {self.name}"),
        )
        for record in records:
            if world.chance(self._today.weather.delivered_twice):
                world.note("delivered twice", task)
                number = int(record["receiptHandle"].partition("-")[0])
                self.queue.hide(self.queue.messages[number], world.now + world.between(0, 20))

    def _ended(self, task: Task, records: list[dict[str, Any]]) -> None:
        self._busy -= 1
        self._wake()
        failed: list[str] | None = [record["messageId"] for record in records]
        if task.error is None:
            failed = failed_items(task.answer, failed or [])
        for record in records:
            done = failed is not None and record["messageId"] not in failed
            if done and not self._world.chance(self._today.weather.lost):
                handle = {"QueueUrl": self.queue.url, "ReceiptHandle": record["receiptHandle"]}
                self._aws.sqs.call("DeleteMessage", handle)


@dataclass
class Lane:
    """Records of some partitions in order; `batches` are those that were made up for a function,
    the first of them under way. What comes again comes as it was, or in halves."""

    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    batches: deque[list[dict[str, Any]]] = field(default_factory=deque)
    is_busy: bool = False
    failures: int = 0


class Stream:
    """The table's stream, which every mapping reads for itself."""

    def __init__(self, sources: "Sequence[StreamSource]", table: LeanTable) -> None:
        self._sources, self._table = sources, table

    def has_news(self) -> bool:
        """Whether anything was written that was not handed on."""
        return bool(self._table.recorded)

    def look(self) -> None:
        """Hand on what was written."""
        for recorded in self._table.take_stream():
            record = stream_record(recorded, self._table)
            for source in self._sources:
                source.take(record, recorded.change.pk)


class StreamSource:
    """What one mapping makes of the table's stream, in order within each lane.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """

    def __init__(
        self,
        settings: StreamSettings,
        timeout: float,
        system: SteppedSystem,
        world: World,
        today: Today,
    ) -> None:
        self._settings, self._timeout = settings, timeout
        self._system, self._world, self._today = system, world, today
        self._lanes = [Lane() for _ in range(LANES)]

    def take(self, record: dict[str, Any], pk: str) -> None:
        """A record of the partition `pk`; plans a batch where none is."""
        if passes(record, self._settings.filters):
            lane = self._lanes[zlib.crc32(pk.encode()) % LANES]
            lane.waiting.append(record)
            if not lane.is_busy:
                lane.is_busy = True
                self._plan(lane, max(0.2, self._settings.window))

    def _plan(self, lane: Lane, most: float) -> None:
        world = self._world
        late = world.chance(self._today.weather.late)
        delay = world.between(1, 120) if late else world.between(0.01, most)
        world.after(delay, lambda: self._deliver(lane))

    def _deliver(self, lane: Lane) -> None:
        if not lane.batches:
            size = min(len(lane.waiting), self._settings.batch_size)
            lane.batches.append([lane.waiting.popleft() for _ in range(size)])
        event = {"Records": lane.batches[0]}
        self._world.start(
            "relay",
            lambda: self._system.functions.invoke(self._settings.function_arn, event),
            lambda task: self._ended(task, lane),
            timeout=self._timeout,
            skew=skew(self._world, self._today.weather),
            cause=Cause("stream"),
        )

    def _ended(self, task: Task, lane: Lane) -> None:
        batch = lane.batches.popleft()
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        failed: list[str] | None = None
        if task.error is None:
            failed = failed_items(task.answer, numbers)
        done = 0 if failed is None else min(map(numbers.index, failed), default=len(batch))
        if done == len(batch) and self._world.chance(self._today.weather.delivered_twice):
            self._world.note("relayed again", task)
            lane.batches.appendleft(batch)
        elif 0 < done < len(batch):
            lane.batches.appendleft(batch[done:])
        elif done == 0:
            middle = (len(batch) + 1) // 2
            lane.batches.extendleft(half for half in (batch[middle:], batch[:middle]) if half)
        lane.failures = 0 if done else lane.failures + 1
        if lane.failures > self._settings.max_retries:
            raise AssertionError("the stream gave up a record")
        lane.is_busy = bool(lane.batches or lane.waiting)
        if lane.is_busy:
            self._plan(lane, min(0.2 * 2**lane.failures, 10))


class Schedule:
    """The clock's minute, which EventBridge may forget or start late; and DynamoDB's TTL."""

    def __init__(self, system: SteppedSystem, table: LeanTable, world: World, today: Today) -> None:
        self._system, self._table, self._world, self._today = system, table, world, today
        self._timeout = system.functions.timeout(system.arns["clock"])
        self._event: Mapping[str, Any] = {"source": "aws.events", "detail-type": "Scheduled Event"}
        self.every = self._pause = MINUTE
        self.longest = 0.0
        """Seconds between two ticks while nothing happens."""
        self.is_still = False
        """Whether nothing has happened since the last tick; whoever watches says otherwise."""
        self._busy = 0

    def begin(self) -> None:
        self._world.after(self.every, self._tick)

    def _until_next(self) -> float:
        """Seconds; where nothing has happened since the last tick, twice as many as before."""
        if self.is_still and not self._world.running:
            self._pause = min(2 * self._pause, max(self.longest, self.every))
        else:
            self._pause = self.every
        self.is_still = True
        return self._pause

    def _tick(self) -> None:
        world, weather = self._world, self._today.weather
        pause = self._until_next()
        world.after(pause, self._tick)
        if world.chance(1 - (1 - weather.expiring) ** (pause / self.every)):
            for pk, sk in self._table.expired():
                if world.chance(0.5):
                    self._table.expire(pk, sk)
        if self._busy < 3 and not world.chance(weather.ticks_lost):
            self._busy += 1
            world.start(
                "clock",
                lambda: self._system.invoke("clock", self._event),
                self._ended,
                timeout=self._timeout,
                skew=skew(world, weather),
                cause=Cause("clock"),
            )

    def _ended(self, _: Task) -> None:
        self._busy -= 1


@dataclass
class Webhooks:
    """What Twilio tells us: replies and receipts, each until it is answered or given up."""

    system: SteppedSystem
    world: World
    today: Today
    lost: Callable[[WebhookRequest], None] = lambda request: None
    """Told of what Twilio will never tell us."""
    answered: Callable[[WebhookRequest, int], None] = lambda request, status: None
    busy: int = 0
    _planned: float = float("inf")
    _waiting: deque[WebhookRequest] = field(default_factory=deque)

    def look(self) -> None:
        """Plan what is due next."""
        due = self.system.twilio.next_due()
        if due is not None and due < self._planned:
            self._planned = due
            self.world.after(due - self.world.now, lambda: self._take(due))
        while self._waiting and self.busy < AT_ONCE:
            self._post(self._waiting.popleft())

    def _take(self, due: float) -> None:
        if due == self._planned:
            self._planned = float("inf")
        weather, world = self.today.weather, self.world
        for request in self.system.twilio.due(world.now):
            is_receipt = request.status != "received"
            if is_receipt and world.chance(weather.receipts_lost):
                world.note("receipt lost", request.status)
                self.lost(request)
                continue
            delay = world.between(0.01, 0.2)
            if world.chance(weather.webhooks_late):
                delay = world.between(1, 120)
            for _ in range(1 + world.chance(weather.webhooks_repeated)):
                world.after(delay, lambda one=request: self._waiting.append(one))  # type: ignore[misc]
                delay += world.between(0, 60)

    def _post(self, request: WebhookRequest) -> None:
        world = self.world
        fate = "lost" if world.chance(self.today.weather.webhooks_lost) else ""
        if fate and world.chance(0.5):  # it never came
            self._answered(request, "ct")
            return
        self.busy += 1
        is_reply = request.status == "received"
        cause = Cause("receipt")
        if is_reply:
            form = request.params
            cause = Cause("reply", request.phone, form["Body"], message=form["MessageSid"])
        world.start(
            "reply" if is_reply else f"receipt {request.status}",
            lambda: self._http(request),
            lambda task: self._ended(task, request, fate),
            timeout=15.0,
            skew=skew(world, self.today.weather),
            cause=cause,
        )

    def _http(self, request: WebhookRequest) -> int:
        path = "/" + request.target.split("/", 3)[3]
        answer = self.system.http(
            "POST",
            path,
            headers=request.headers(self.system.twilio.auth_token),
            raw=request.body.encode(),
            source_ip="203.0.113.9",
        )
        return answer.status

    def _ended(self, task: Task, request: WebhookRequest, fate: str) -> None:
        self.busy -= 1
        status = 502 if task.error else int(task.answer)
        if status < 300:
            self.answered(request, status)
        self._answered(request, "rt" if fate else status)

    def _answered(self, request: WebhookRequest, outcome: Any) -> None:
        self.system.twilio.answered(request, outcome, self.world.now)


class TellsEvents(Protocol):
    """A fake with what it has to tell, each with its moment."""

    events: list[tuple[float, Mapping[str, Any]]]


class CarrierEvents:
    """What another carrier than Twilio tells of what it took, or was told by people: by a topic,
    into a queue of ours."""

    def __init__(
        self, carrier: TellsEvents, url: str, aws: LeanAws, world: World, today: Today
    ) -> None:
        self._carrier, self._url = carrier, url
        self._aws, self._world, self._today = aws, world, today

    @property
    def queue(self) -> LeanQueue:
        """Ours."""
        return self._aws.sqs.queue(self._url)

    def look(self) -> None:
        """Plan when it tells what it has to."""
        events, world, weather = self._carrier.events, self._world, self._today.weather
        if not events:
            return
        for at, event in events:
            if "eventType" in event and world.chance(weather.receipts_lost):
                world.note("event lost")
                continue
            late = world.between(1, 120) if world.chance(weather.webhooks_late) else 0.0
            body = json.dumps(event)
            for _ in range(1 + world.chance(weather.webhooks_repeated)):
                world.after(at - world.now + late, partial(self._tell, body))
        events.clear()

    def _tell(self, body: str) -> None:
        self._aws.sqs.call("SendMessage", {"QueueUrl": self._url, "MessageBody": body})


def skew(world: World, weather: Weather) -> float:
    """How wrong this invocation's clock is, in seconds."""
    if world.chance(weather.skewed):
        return world.between(-45, 45)
    return world.between(-AGREE, AGREE) if world.chance(weather.uneven) else 0.0
