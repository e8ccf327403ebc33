"""Senders that share one throttle, under virtual time: what Twilio would see of them.

They run as threads of which one is awake at a time, under a clock that moves when all wait: what
happens is decided by the seed alone, and a minute costs milliseconds.
"""

import heapq
import itertools
import operator
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from local.fake_twilio.pacing import Accepted, fastest_second
from statustext.adapters.bucket import ANNOUNCEMENT_HORIZON, CODE_HORIZON, Bucket
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.errors import ConditionFailedError

BATCH = 25
PUT_BACK = 1.0
"""Seconds that a batch without room lies in the queue."""

NEVER = float("inf")
START = 1_800_000_000.0
Range = tuple[float, float]
DYNAMODB, TWILIO = (0.004, 0.012), (0.06, 0.12)
"""The least and most seconds that a request usually takes."""


class VirtualTime:
    """A clock for threads that take turns."""

    def __init__(self) -> None:
        self._time = START
        self._waiting: list[tuple[float, int, threading.Semaphore]] = []
        self._order = itertools.count()
        self._done = threading.Semaphore(0)

    def now(self) -> float:
        return self._time

    def sleep(self, seconds: float) -> None:
        turn = self._queue(self._time + seconds)
        self._next()
        turn.acquire()

    def run(self, threads: Sequence[Callable[[], None]]) -> None:
        """Until all have returned."""
        running = [
            threading.Thread(target=self._body, args=(one, self._queue(self._time)))
            for one in threads
        ]
        for thread in running:
            thread.start()
        self._next()
        self._done.acquire()
        for thread in running:
            thread.join()

    def _body(self, thread: Callable[[], None], turn: threading.Semaphore) -> None:
        turn.acquire()
        try:
            thread()
        finally:
            self._next()

    def _queue(self, at: float) -> threading.Semaphore:
        turn = threading.Semaphore(0)
        heapq.heappush(self._waiting, (at, next(self._order), turn))
        return turn

    def _next(self) -> None:
        if not self._waiting:
            self._done.release()
            return
        at, _, turn = heapq.heappop(self._waiting)
        self._time = max(self._time, at)
        turn.release()


class SkewedClock:
    """The clock of a machine that is `ahead` seconds off the true time."""

    def __init__(self, time: VirtualTime, ahead: float) -> None:
        self._time, self._ahead = time, ahead

    def now(self) -> float:
        return self._time.now() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._time.sleep(seconds)


class BucketRow:
    """The one row a bucket has, as DynamoDB keeps it: reads and conditional writes take time.

    Knows the expressions that Bucket uses: sums to SET, comparisons joined by AND, one OR.
    """

    def __init__(self, wait: Callable[[], None]) -> None:
        self._half_wait = wait
        self.row: Item = {}
        self.writes = self.refused = 0

    def get(self, pk: str, sk: str) -> Item:
        self._half_wait()
        found = dict(self.row)
        self._half_wait()
        return found

    def write(self, write: Write) -> Item:
        self.writes += 1
        self._half_wait()
        values = {f":{name}": round(value, 6) for name, value in write.values.items()}
        holds = all(self._holds(one, values) for one in write.condition.split(" AND "))
        if holds:
            after = dict(self.row)
            for clause in write.update.removeprefix("SET ").split(", "):
                name, _, terms = clause.partition(" = ")
                after[_plain(name)] = round(self._sum(terms, values), 6)
            self.row = after
        found = dict(self.row)
        self._half_wait()
        if not holds:
            self.refused += 1
            raise ConditionFailedError("BUCKET")
        return found

    def _sum(self, terms: str, values: Mapping[str, float]) -> float:
        return sum(values[one] if one in values else self.row[one] for one in terms.split(" + "))

    def _holds(self, condition: str, values: Mapping[str, float]) -> bool:
        if condition.startswith("("):
            return any(self._holds(one, values) for one in condition[1:-1].split(" OR "))
        if condition == "attribute_not_exists(tat)":
            return "tat" not in self.row
        name, sign, value = condition.split()
        compare = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">=": operator.ge}[sign]
        kept = self.row.get(_plain(name))
        return kept is not None and bool(compare(kept, values[value]))


def _plain(name: str) -> str:
    return name.removeprefix("#")


class SimulatedSenders:
    """Senders at work on one bucket, and what Twilio saw of it.

    `dynamodb` and `twilio` are the least and most seconds that one request takes; `way` is by how
    much the ways of two texts to Twilio may differ, `skew` by how much two senders' clocks.
    """

    def __init__(
        self,
        rate: float,
        *,
        dynamodb: Range = DYNAMODB,
        twilio: Range = TWILIO,
        way: float = 0.01,
        skew: float = 0.0,
        seed: int = 7,
    ) -> None:
        self.rate, self.skew = rate, skew
        self.time = VirtualTime()
        self.row = BucketRow(lambda: self._take(dynamodb, 0.5))
        self.sent: list[Accepted] = []
        self.pauses: Sequence[float] = (0.0,)
        self._dynamodb, self._twilio, self._way = dynamodb, twilio, way
        self._rng = random.Random(seed)  # noqa: S311  # only spreads arrivals
        self._end = NEVER

    def run(
        self,
        senders: int,
        seconds: float,
        sizes: Sequence[Sequence[int]] = ((1,),),
        others: Sequence[Callable[[], None]] = (),
    ) -> None:
        """Announce with so many senders for so long. Their texts' sizes are drawn from `sizes`, of
        which each sender has the next. The clocks are spread over the skew, first and last sender's
        farthest apart.
        """
        self._end = self.time.now() + seconds
        threads = []
        for number in range(senders):
            ahead = self.skew * (number / max(1, senders - 1) - 0.5)
            clock = SkewedClock(self.time, ahead)
            threads.append(self._announcer(str(number), clock, sizes[number % len(sizes)]))
        self.time.run([*threads, *others])

    def bucket(self, horizon: float, clock: Clock | None = None) -> Bucket:
        table = cast(Table, self.row)
        return Bucket(table, "s", self.rate, clock or self.time, horizon=horizon)

    def _announcer(self, name: str, clock: Clock, sizes: Sequence[int]) -> Callable[[], None]:
        """One sender with always another batch to do."""

        def announce() -> None:
            while self.time.now() < self._end:
                bucket = self.bucket(ANNOUNCEMENT_HORIZON, clock)
                for number in range(BATCH):
                    size = self._rng.choice(sizes)
                    if not self._announce(name, bucket, size, size * (BATCH - number)):
                        self.time.sleep(PUT_BACK)
                        break

        return announce

    def _announce(self, name: str, bucket: Bucket, size: int, expected: int) -> bool:
        """One text, as flows/sending.py does it."""
        if not bucket.find_room(size, expected, self._end):
            return False
        self._take(self._dynamodb)  # the claim
        if not bucket.wait_for_slot(self._end):
            return False
        self._arrive(size, name)
        self._take(self._twilio)
        self._take(self._dynamodb)  # the record
        self.time.sleep(self._rng.choice(self.pauses))
        return True

    def send_code(self) -> float:
        """Text one code at once; the seconds from asking for its slot to sending it."""
        began = self.time.now()
        bucket = self.bucket(CODE_HORIZON)
        assert bucket.find_room(1, 1, NEVER)
        assert bucket.wait_for_slot(NEVER)
        self._take(self._dynamodb)  # the claim: a code's minutes begin after the wait
        assert bucket.wait_for_slot(NEVER)
        self._arrive(1, "code")
        return self.time.now() - began

    def _arrive(self, size: int, sender: str) -> None:
        at = self.time.now() + self._rng.uniform(0, self._way)
        self.sent.append(Accepted(at, "", "", sender, size))

    def _take(self, seconds: Range, part: float = 1.0) -> None:
        self.time.sleep(part * self._rng.uniform(*seconds))

    def fullest_second(self) -> int:
        """The most segments in any second."""
        return fastest_second(self.sent)

    def is_too_fast(self, within: float = 1.0) -> bool:
        """Whether any so many seconds held more than the rate and more than one text."""
        most = max(1, int(self.rate))
        counted = [
            one._replace(at=one.at / within, segments=min(one.segments, most)) for one in self.sent
        ]
        return fastest_second(counted) > most

    def achieved(self) -> float:
        """Segments per second while all were at work."""
        sent = sorted(one for one in self.sent if one.at < self._end)
        return sum(one.segments for one in sent[:-1]) / (sent[-1].at - sent[0].at)
