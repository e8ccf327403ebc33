"""What became of one recipient of a batch."""

from dataclasses import dataclass

RACE_WAIT = 1.0
PAUSE_WAIT = 120.0
"""Seconds between two looks at a page that is paused."""


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient: done, or to be put back for `wait` seconds.

    `stops_all` means that the rest of the batch had better wait as well, `is_overtaken` that
    somebody who was not told yet is to be told the newest update instead.
    """

    is_done: bool = True
    wait: float = 0.0
    stops_all: bool = False
    is_overtaken: bool = False


DONE = Outcome()
NO_ROOM = Outcome(is_done=False, wait=1.0, stops_all=True)
NO_TIME = Outcome(is_done=False, stops_all=True)
PAUSED = Outcome(is_done=False, wait=PAUSE_WAIT, stops_all=True)
RACED = Outcome(is_done=False, wait=RACE_WAIT)
OVERTAKEN = Outcome(is_overtaken=True)
