"""How many requests of one key are answered a minute, counted in a warm function's memory.

A row to count in would cost every request a write, and every role the right to make it. Counted so,
a client in a loop is told to wait by each function that answers it, and API Gateway's throttle
bounds them all together.
"""

from collections import Counter

from statustext.adapters.fixed_windows import seconds_left

MOST = 600
"""Requests of one key in a window. Statuspage allows 60: https://developer.statuspage.io"""

WINDOW = 60
"""Seconds."""

counted: Counter[tuple[str, int]] = Counter()
"""Requests of a key in a window, by its id and the window's beginning; of this window only."""


def wait_of(key_id: str, now: float) -> int:
    """Count a request; for how many seconds the key has to wait, 0 where it is answered."""
    one = (key_id, int(now) // WINDOW)
    if counted and next(iter(counted))[1] != one[1]:
        counted.clear()
    counted[one] += 1
    return seconds_left(WINDOW, now) if counted[one] > MOST else 0
