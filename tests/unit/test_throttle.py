"""The shared throttle: exact in every second, whoever shares it, and no slower than it must be.

Senders run as threads of which one is awake at a time, under a clock that moves when all wait: what
happens is decided by the seed alone, and a minute costs milliseconds.
"""

import heapq
import itertools
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.fake_twilio.pacing import Accepted, fastest_second
from statustext.adapters.bucket import ANNOUNCEMENT_HORIZON, CODE_HORIZON, Bucket
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.throttle import MARGIN, interval_of, reserve
from statustext.errors import ConditionFailedError

BATCH = 25
NEVER = float("inf")


class VirtualTime:
    """A clock for threads that take turns."""

    def __init__(self) -> None:
        self._time = 1_800_000_000.0
        self._waiting: list[tuple[float, int, threading.Semaphore]] = []
        self._order = itertools.count()
        self._done = threading.Semaphore(0)

    def now(self) -> float:
        return self._time

    def sleep(self, seconds: float) -> None:
        turn = self._queue(self._time + seconds)
        self._next()
        turn.acquire()

    def run(self, senders: Sequence[Callable[[], None]]) -> None:
        """Until all have returned."""
        threads = [
            threading.Thread(target=self._body, args=(sender, self._queue(self._time)))
            for sender in senders
        ]
        for thread in threads:
            thread.start()
        self._next()
        self._done.acquire()
        for thread in threads:
            thread.join()

    def _body(self, sender: Callable[[], None], turn: threading.Semaphore) -> None:
        turn.acquire()
        try:
            sender()
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


class BucketRow:
    """The one row a bucket has, as DynamoDB keeps it: reads and conditional writes take time."""

    def __init__(self, time: VirtualTime, latency: float) -> None:
        self._time = time
        self._latency = latency
        self._tat: float | None = None
        self.writes = 0
        self.refused = 0

    def get(self, pk: str, sk: str) -> dict[str, float]:
        self._time.sleep(self._latency / 2)
        found = {} if self._tat is None else {"tat": self._tat}
        self._time.sleep(self._latency / 2)
        return found

    def write(self, write: Write) -> Mapping[str, float]:
        self.writes += 1
        self._time.sleep(self._latency / 2)
        holds = self._holds(write.condition, write.values)
        if holds:
            given = write.values
            after = given["end"] if write.update == "SET tat = :end" else self._added(write)
            self._tat = round(after, 6)
        found = {"tat": self._tat or 0.0}
        self._time.sleep(self._latency / 2)
        if not holds:
            self.refused += 1
            raise ConditionFailedError("BUCKET")
        return found

    def _added(self, write: Write) -> float:
        assert write.update == "SET tat = tat + :length"
        assert self._tat is not None
        return float(self._tat + write.values["length"])

    def _holds(self, condition: str, values: Mapping[str, Any]) -> bool:
        if condition == "attribute_not_exists(tat) OR tat < :now":
            return self._tat is None or self._tat < values["now"]
        assert condition == "tat BETWEEN :now AND :last"
        return self._tat is not None and bool(values["now"] <= self._tat <= values["last"])


class Street:
    """Senders at work on one bucket, and what Twilio saw of it."""

    def __init__(self, rate: float, *, latency: float, dynamodb: float, seed: int = 7) -> None:
        self.time = VirtualTime()
        self.row = BucketRow(self.time, dynamodb)
        self.sent: list[Accepted] = []
        self._rate, self._latency = rate, latency
        self.pauses: Sequence[float] = (0.0,)
        self._dynamodb = dynamodb
        self._rng = random.Random(seed)  # noqa: S311  # only spreads arrivals

    def bucket(self, horizon: float) -> Bucket:
        return Bucket(cast(Table, self.row), "s", self._rate, self.time, horizon=horizon)

    def announce(self, seconds: float, sizes: Sequence[int] = (1,)) -> None:
        """One sender with always another batch to do."""
        end = self.time.now() + seconds
        while self.time.now() < end:
            bucket = self.bucket(ANNOUNCEMENT_HORIZON)
            for number in range(BATCH):
                size = self._rng.choice(sizes)
                if not (
                    bucket.find_room(size, size * (BATCH - number), end)
                    and bucket.wait_for_slot(end)
                ):
                    return
                self.time.sleep(self._dynamodb)  # the claim
                self.arrive(size)
                self.time.sleep(self._latency + self._dynamodb + self._rng.choice(self.pauses))

    def arrive(self, size: int, to: str = "") -> None:
        """One text reaches Twilio, some more or less quickly."""
        at = self.time.now() + self._rng.uniform(0, 0.01)
        self.sent.append(Accepted(at, "", to, "", size))

    def share(self, seconds: float) -> float:
        """The part of the rate that was reached, once under way."""
        began = 1_800_000_000.0 + 2
        counted = [one.segments for one in self.sent if began <= one.at < began + seconds - 4]
        return sum(counted) / (seconds - 4) / self._rate


@pytest.mark.parametrize("senders", [1, 4, 16])
@pytest.mark.parametrize("rate", [1.0, 3.0, 10.0, 100.0])
@pytest.mark.parametrize(("latency", "dynamodb"), [(0.0, 0.0), (0.1, 0.005), (0.4, 0.03)])
def test_no_second_holds_more_than_the_rate(
    senders: int, rate: float, latency: float, dynamodb: float
) -> None:
    street = Street(rate, latency=latency, dynamodb=dynamodb)
    street.time.run([lambda: street.announce(20)] * senders)
    assert fastest_second(street.sent) <= rate
    can_do = senders / (latency + 2 * dynamodb) if latency else NEVER
    if can_do > 2 * rate:
        assert street.share(20) >= 0.94  # 1 / MARGIN, less what the edges of the window cut off


def test_senders_that_are_slower_than_the_slots_waste_none() -> None:
    """A block of slots that one sender cannot use in time would be lost to all."""
    street = Street(100.0, latency=0.1, dynamodb=0.005)
    street.time.run([lambda: street.announce(10)] * 8)
    one_sender_can_do = 1 / (0.1 + 4 * 0.005 + 0.03)
    assert street.share(10) * 100 >= 0.8 * 8 * one_sender_can_do


@pytest.mark.parametrize("rate", [3.0, 10.0, 100.0])
def test_slots_missed_in_a_pause_are_not_made_up_for(rate: float) -> None:
    """A sender that was as fast as its slots, and then held up: by Twilio, or by its machine."""
    street = Street(rate, latency=0.0, dynamodb=0.001)
    street.pauses = (*[0.0] * 20, 0.9)
    street.time.run([lambda: street.announce(30)] * 2)
    assert street.sent
    assert fastest_second(street.sent) <= rate


def test_a_fast_sender_reserves_in_blocks() -> None:
    street = Street(100.0, latency=0.0, dynamodb=0.0)
    street.time.run([lambda: street.announce(10)])
    assert street.row.writes <= len(street.sent) / 10


def test_many_senders_do_not_race_for_the_row() -> None:
    street = Street(400.0, latency=0.1, dynamodb=0.005)
    street.time.run([lambda: street.announce(5)] * 100)
    assert fastest_second(street.sent) <= 400
    assert street.share(5) >= 0.94
    assert street.row.refused <= 0.1 * street.row.writes


def test_a_slow_dynamodb_loses_time_and_not_the_rate() -> None:
    """Slots that passed while the reservation was made are not used late."""
    street = Street(10.0, latency=0.1, dynamodb=0.3)
    street.time.run([lambda: street.announce(20)] * 4)
    assert street.sent
    assert fastest_second(street.sent) <= 10


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("rate", [1.0, 3.0, 10.0, 100.0])
def test_texts_of_several_segments_exceed_by_less_than_one_text(rate: float, size: int) -> None:
    """A text cannot be sent in halves: its segments all leave in its first slot."""
    street = Street(rate, latency=0.1, dynamodb=0.005)
    street.time.run([lambda: street.announce(20, (1, size))] * 16)
    assert fastest_second(street.sent) <= rate + size - 1
    assert street.share(20) <= 1 / MARGIN + size / rate / 16


@pytest.mark.parametrize("rate", [1.0, 10.0])
def test_a_code_passes_a_backlog_of_announcements(rate: float) -> None:
    street = Street(rate, latency=0.1, dynamodb=0.005)
    waits: list[float] = []

    def ask_for_codes() -> None:
        for _ in range(5):
            street.time.sleep(4.3)
            began = street.time.now()
            bucket = street.bucket(CODE_HORIZON)
            assert bucket.find_room(1, 1, NEVER)
            assert bucket.wait_for_slot(NEVER)
            street.arrive(1, "code")
            waits.append(street.time.now() - began)

    street.time.run([*[lambda: street.announce(25)] * 8, ask_for_codes])
    assert len(waits) == 5
    assert max(waits) <= 1 + 2 / rate
    assert fastest_second(street.sent) <= rate


def test_who_finds_no_room_in_time_is_told_so_and_takes_none() -> None:
    street = Street(1.0, latency=0.0, dynamodb=0.0)
    answers: list[bool] = []

    def ask() -> None:
        full = street.bucket(CODE_HORIZON)
        assert full.find_room(30, 30, NEVER)
        writes = street.row.writes
        began = street.time.now()
        bucket = street.bucket(ANNOUNCEMENT_HORIZON)
        answers.append(bucket.find_room(1, 1, began + 5))
        assert street.time.now() - began <= 5
        assert street.row.writes == writes

    street.time.run([ask])
    assert answers == [False]


segments = st.integers(1, 3)
times = st.floats(0, 100)


@given(tat=times, now=times, wanted=st.integers(1, 25), size=segments, rate=st.floats(0.5, 1000))
def test_a_reservation_begins_in_time_and_moves_the_bucket_on(
    tat: float, now: float, wanted: int, size: int, rate: float
) -> None:
    found = reserve(tat, now, max(size, wanted), size, rate, horizon=1.0)
    if tat > now + 1.0:
        assert found is None
        return
    assert found is not None
    assert found.start == max(tat, now)
    assert size <= found.segments <= max(size, wanted)
    assert found.interval == interval_of(rate)
    assert found.end == found.start + found.segments * found.interval
    last = found.start + (found.segments - 1) * found.interval
    assert found.segments == size or last <= now + 1.0 + 1e-9


@given(asked=st.lists(st.tuples(st.floats(0, 0.5), segments), min_size=1, max_size=60))
def test_reservations_follow_each_other_without_overlap(asked: list[tuple[float, int]]) -> None:
    now, tat, last_end = 0.0, 0.0, 0.0
    for pause, size in asked:
        now += pause
        found = reserve(tat, now, size, size, 10.0, horizon=1000.0)
        assert found is not None
        assert found.start >= last_end
        tat = last_end = found.end
