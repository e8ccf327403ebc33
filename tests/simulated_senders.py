"""Senders that share one throttle, under virtual time: what Twilio would see of them.

What happens is decided by the seed alone, and a minute costs milliseconds.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from botocore.exceptions import ClientError

from local.fake_twilio.pacing import Accepted, fastest_second
from local.lean_aws.dynamodb import DynamoDb
from local.lean_aws.requests import ConditionFailed, condition_failed
from statustext.adapters import channel
from statustext.adapters.channel import Text
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.lanes import Lanes, Promise
from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON, SenderSlots
from statustext.domain.page import Sender
from statustext.flows.delivering.circuits import Passage
from statustext.flows.delivering.handing_over import Attempt, Missed, hand_over
from statustext.flows.delivering.room import Place
from statustext.flows.delivering.slots import Slot, Slots, calls_at_once, texts_under_way
from tests.virtual_time import START, SkewedClock, VirtualTime, VirtualWorkers

TABLE, SENDER = "statustext", "s"
ROW = (f"SENDER#{SENDER}", "BUCKET")
NEVER = float("inf")
Range = tuple[float, float]


@dataclass(frozen=True)
class Delays:
    """`dynamodb` and `twilio` are the least and most seconds that one request takes, `way` by how
    much the ways of two texts to Twilio may differ, `skew` by how much two senders' clocks.
    """

    dynamodb: Range = (0.004, 0.012)
    twilio: Range = (0.06, 0.12)
    way: float = 0.01
    skew: float = 0.0


USUAL = Delays()
NO_TIME = (0.0, 0.0)
INSTANT = Delays(NO_TIME, NO_TIME, way=0.0)


class DistantDynamoDb:
    """The lean DynamoDB, and the time that requests to it take."""

    def __init__(self, half_wait: Callable[[], None]) -> None:
        self._half_wait = half_wait
        self._near = DynamoDb(lambda: START, "arn:aws:dynamodb")
        keys = {"pk": "HASH", "sk": "RANGE"}
        self._near.create_table(
            {
                "TableName": TABLE,
                "AttributeDefinitions": [{"AttributeName": k, "AttributeType": "S"} for k in keys],
                "KeySchema": [{"AttributeName": k, "KeyType": kind} for k, kind in keys.items()],
            }
        )
        self.writes = self.refused = 0

    def get_item(self, **given: Any) -> Any:
        self._half_wait()
        answer = self._near.call("GetItem", given)
        self._half_wait()
        return answer

    def put_item(self, **given: Any) -> Any:
        return self._near.call("PutItem", given)

    def update_item(self, **given: Any) -> Any:
        self.writes += 1
        self._half_wait()
        try:
            return self._near.call("UpdateItem", given)
        except ConditionFailed as failed:
            self.refused += 1
            answer: Any = condition_failed(failed, given).answer
            raise ClientError(answer, "UpdateItem") from None
        finally:
            self._half_wait()


class SimulatedSenders:
    """Senders at work on one throttle, and what Twilio saw of it."""

    def __init__(self, rate: float, delays: Delays = USUAL, *, seed: int = 7) -> None:
        self.rate = rate
        self.time = VirtualTime()
        self.dynamodb = DistantDynamoDb(lambda: self._take(delays.dynamodb, 0.5))
        self.table = Table(cast(Any, self.dynamodb), TABLE)
        self.sent: list[Accepted] = []
        self.pauses: Sequence[float] = (0.0,)
        self.batch = 0
        """Texts of one invocation; 0 for no end."""
        self._delays = delays
        self._rng = random.Random(seed)  # noqa: S311  # only spreads arrivals
        self._end = NEVER

    def run(
        self,
        senders: int,
        seconds: float,
        sizes: Sequence[Sequence[int]] = ((1,),),
        others: Sequence[Callable[[], None]] = (),
    ) -> None:
        """Announce with so many functions for so long. Their texts' sizes are drawn from `sizes`,
        of which each function has the next. The clocks are spread over the skew, first and last
        function's farthest apart.
        """
        self._end = self.time.now() + seconds
        threads = []
        for number in range(senders):
            ahead = self._delays.skew * (number / max(1, senders - 1) - 0.5)
            clock = SkewedClock(self.time, ahead)
            threads.append(self._announcer(str(number), clock, sizes[number % len(sizes)]))
        self.time.run([*threads, *others])

    def lanes(self, clock: Clock | None = None) -> Lanes:
        """Those of one invocation."""
        workers = VirtualWorkers(self.time, calls_at_once(self.rate))
        return Lanes(workers, clock or self.time, texts_under_way(self.rate))

    def slots(
        self, lanes: Lanes, horizon: float, clock: Clock | None = None, end: float = NEVER
    ) -> Slots:
        """The sender's slots, for one invocation."""
        row = SenderSlots(self.table, SENDER, self.rate, clock or self.time, horizon=horizon)
        return Slots(row, lanes, clock or self.time, end)

    def row(self) -> Item:
        """The throttle's row."""
        return self.table.get(*ROW) or {}

    def put_row(self, **values: float | str) -> None:
        """As if it had been left so."""
        self.table.write(Write(*ROW, item=values))

    def _announcer(self, name: str, clock: Clock, sizes: Sequence[int]) -> Callable[[], None]:
        """One sender with always another text to tell."""

        def announce() -> None:
            while max(self.time.now(), clock.now()) < self._end:
                if self.batch:
                    self._take(self._delays.dynamodb, 4)  # the batch, the page, the update
                if not self._invoke(name, clock, sizes):
                    return

        return announce

    def _invoke(self, name: str, clock: Clock, sizes: Sequence[int]) -> bool:
        """One invocation; whether there was a slot for each of its texts before the end."""
        refused: list[int] = []
        lanes = self.lanes(clock)
        slots = self.slots(lanes, ANNOUNCEMENT_HORIZON, clock, self._end)

        async def tell(size: int) -> None:
            if slot := await slots.turn(size):
                began = clock.now()
                await lanes.away(lambda: self._take(self._delays.dynamodb))  # the claim
                slots.claimed(clock.now() - began)
                if await self.hand_over(slots, slot, size, name):
                    await lanes.away(lambda: self._take(self._delays.dynamodb))  # the record
            else:
                refused.append(size)
            self.time.sleep(self._rng.choice(self.pauses))
            lanes.leave()

        async def tell_all() -> None:
            under_way: list[Promise[None]] = []
            most = self.batch or NEVER
            # By its own clock as well, by which it gives up: else time would stand still here.
            while max(self.time.now(), clock.now()) < self._end and len(under_way) != most:
                if refused:
                    break
                await lanes.place()
                under_way.append(lanes.start(tell(self._rng.choice(sizes))))
            for one in under_way:
                await one

        lanes.run(tell_all())
        return not refused

    async def hand_over(self, slots: Slots, slot: Slot, size: int, name: str) -> float:
        """As the program does, to a Twilio that takes its time; the slot, or 0 where none was
        met."""
        simulation = self

        class Twilio:
            def send(self, text: Text) -> channel.Accepted:
                simulation._arrive(size, name)
                simulation._take(simulation._delays.twilio)
                return channel.Accepted("SM", "queued")

        deps: Any = SimpleNamespace(lanes=slots.lanes, clock=slots.clock)
        whose: Any = None
        attempt = Attempt(Text("", "", "", "", 0.0), size, ("", ""), whose, 0)
        place = Place(Sender(SENDER, 1), Twilio(), slots, slot, Passage(0.0), 0.0)
        is_missed = isinstance(await hand_over(attempt, place, deps), Missed)
        return 0.0 if is_missed else place.slot.at

    def send_code(self) -> float:
        """Text one code at once; the seconds from asking for its slot to sending it."""
        began, lanes = self.time.now(), self.lanes()
        slots = self.slots(lanes, CODE_HORIZON)

        async def send() -> float:
            slot = await slots.turn(1)
            assert slot
            self._take(self._delays.dynamodb)  # the claim: a code's minutes begin after the wait
            return await self.hand_over(slots, slot, 1, "code")

        return lanes.run(send()) - began

    def _arrive(self, size: int, sender: str) -> None:
        at = self.time.now() + self._rng.uniform(0, self._delays.way)
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
