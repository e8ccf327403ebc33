"""How many messages ask for one task: what comes again and again must not multiply.

A task is one thing to be done for one recipient or in one shard. A message for it begins somewhere
(`begun_at`), and goes on as a new one at every wait (`turn`).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from local.lean_aws.sqs import LeanQueue, Message

Task = tuple[object, ...]
"""What is to be done, about what, for whom."""

AT_ONCE = 12
"""Messages in a queue that ask for one task: those that began apart and have not met yet."""

OF_A_TURN = 8
"""Messages of one beginning and turn that were ever sent: by functions at work at the same moment,
or whose own answers were lost."""

BEGINNINGS = 16
"""How often a task began anew: by the fan-out, again where that failed, and by the clock."""

NOT_JUDGED = {"snapshot"}
"""What each change asks for, not a message that comes again."""


@dataclass
class Copies:
    """The messages of one history's queues, by what they ask for."""

    too_many: Callable[[str], None]
    held: Counter[Task] = field(default_factory=Counter)
    of_turns: Counter[tuple[Task, float, int]] = field(default_factory=Counter)
    beginnings: dict[Task, set[float]] = field(default_factory=lambda: defaultdict(set))

    def watch(self, queue: LeanQueue) -> None:
        """Count what a queue takes and what it holds no more, but that of dead letters."""
        if not queue.name.endswith("-dead"):
            queue.came, queue.gone = self._came, self._gone

    def _came(self, message: Message) -> None:
        begun_at, turn, tasks = read(message.body)
        for task in tasks:
            self.held[task] += 1
            self.of_turns[task, begun_at, turn] += 1
            self.beginnings[task].add(begun_at)
            self._judge("wait at once", self.held[task], AT_ONCE, task)
            self._judge(f"were turn {turn}", self.of_turns[task, begun_at, turn], OF_A_TURN, task)
            self._judge("were the first", len(self.beginnings[task]), BEGINNINGS, task)

    def _gone(self, message: Message) -> None:
        for task in read(message.body)[2]:
            self.held[task] -= 1

    def _judge(self, which: str, count: int, most: int, task: Task) -> None:
        if count > most:
            self.too_many(f"{count} messages {which} for {task}")


@lru_cache(maxsize=4096)
def read(body: str) -> tuple[float, int, tuple[Task, ...]]:
    """When the first of a message's kind began, its turn, and what it asks for."""
    given: Mapping[str, Any] = json.loads(body)
    if given["kind"] in NOT_JUDGED:
        return 0.0, 0, ()
    names = ("kind", "page", "incident", "seq", "direct", "early")
    about = tuple(given[name] for name in names if name in given)
    several = given.get("subscribers") or given.get("shards")
    one = given["subscriber"] if "subscriber" in given else given.get("shard")
    return given["begun_at"], given["turn"], tuple((*about, each) for each in several or (one,))
