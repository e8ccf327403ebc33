"""Lists of numbers that US carriers gave up, by day, as Twilio passes them on.

https://www.twilio.com/docs/messaging/api/deactivations-resource
"""

import hashlib
import hmac
import re
from collections import defaultdict
from datetime import UTC, date, datetime

from .answers import Answer, Refusal

LIFE = 120
"""Seconds for which the address of a list is good."""
FILE = re.compile(r"/_deactivations/([0-9-]{10})\.txt")


class Deactivations:
    """The lists, at addresses that only this server makes. `served_at` begins them."""

    def __init__(self, key: str) -> None:
        self.served_at = "https://deactivations.twilio.example"
        self._key = key.encode()
        self._numbers: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, number: str, day: str) -> None:
        """Put a number on a day's list."""
        self._numbers[day].append(number.removeprefix("+"))

    def show(self, day: str, now: float) -> Answer:
        """Answers a GET of `/v1/Deactivations`."""
        try:
            is_over = date.fromisoformat(day) < datetime.fromtimestamp(now, UTC).date()
        except ValueError:
            is_over = False
        if not is_over:
            raise Refusal(20001, detail="Date")
        until = int(now) + LIFE
        url = f"{self.served_at}/_deactivations/{day}.txt?Expires={until}&Signature="
        url += self._signature(day, until)
        return Answer(307, {"redirect_to": url}, {"Location": url})

    def file(self, day: str, expires: str, signature: str, now: float) -> Answer:
        """Answers a GET of a list, one number a line."""
        until = int(expires) if expires.isascii() and expires.isdigit() else 0
        is_ours = hmac.compare_digest(self._signature(day, until), signature)
        if not is_ours or now > until:
            return Answer(403, "", {"Content-Type": "text/plain"})
        lines = "".join(f"{number}\n" for number in self._numbers[day])
        return Answer(200, lines, {"Content-Type": "text/plain"})

    def _signature(self, day: str, until: int) -> str:
        return hmac.new(self._key, f"{day}|{until}".encode(), hashlib.sha256).hexdigest()
