"""A page's quotas for all the texts that a function has in hand: every text is counted before it is
claimed, whoever it is for.

What a function counts is what those take who wait for their slots, all at once: one write for
dozens of texts. Of what then does not go the next text is sent, and the rest is given back when the
function ends. One that dies gives nothing back: then less is sent than the quota, never more.
"""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial

from statustext.adapters.aws import is_outage
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table
from statustext.adapters.lanes import Lanes, Promise
from statustext.adapters.meter import Taken, give_back, note_told, take
from statustext.adapters.pages import audit
from statustext.domain.ids import new_id
from statustext.domain.page import Page
from statustext.domain.prices import price_of
from statustext.domain.quota import (
    NOTHING,
    Asking,
    Meter,
    Use,
    UsedUp,
    ceilings,
    quota_name,
    quotas_of,
    windows_at,
)
from statustext.errors import ConditionFailedError
from statustext.observability import count, log_failure, logger

KNOWN_FOR = 1.0
"""Seconds for which a quota that is used up is taken to be still so."""

NEAR = 80
"""Percent of a quota from which on only what may use its reserve goes: an alarm says so."""

THE_QUOTA = "the quota"
"""Who the audit trail says it was."""


class Quotas:
    """Of one page, as long as a function is at work."""

    def __init__(self, page_id: str, table: Table, lanes: Lanes, clock: Clock) -> None:
        self.page_id = page_id
        self._table = table
        self._lanes = lanes
        self._clock = clock
        self._waiting: list[Asking] = []
        self._left = {True: NOTHING, False: NOTHING}  # counted and not used, by `is_privileged`
        self._windows = windows_at(0)  # in which that was
        self._full: dict[bool, tuple[float, UsedUp]] = {}
        self._taking: Promise[None] | None = None

    @contextmanager
    def waiting(self, asking: Asking) -> Generator[None]:
        """A text waits for its slot: whoever counts meanwhile counts it too."""
        self._waiting.append(asking)
        try:
            yield
        finally:
            self._waiting.remove(asking)

    def used_up(self, asking: Asking) -> UsedUp | None:
        """What was found used up a moment ago, unless there is something left. What takes nothing
        is never refused."""
        if asking.use == NOTHING:
            return None
        now = self._clock.now()
        found_at, full = self._full.get(asking.is_privileged, (0.0, None))
        is_new = 0 <= now - found_at < KNOWN_FOR and full is not None and now < full.until
        return full if is_new and not self._has(asking, now) else None

    async def take(self, asking: Asking, page: Page) -> UsedUp | None:
        """Count a text in all of a page's quotas; the one that has no room for it, if any. Raises
        RacedError where too many others count at the same moment."""
        while asking.use != NOTHING and quotas_of(page.limits):
            if self._has(asking, self._clock.now()):
                left = self._left[asking.is_privileged]
                self._left[asking.is_privileged] = left.minus(asking.use)
                return None
            if full := self.used_up(asking):
                return full
            if self._taking is None or self._taking.is_kept:
                self._taking = self._lanes.start(self._take(asking, page))
            await self._taking
        return None

    def put_back(self, asking: Asking, at: float) -> None:
        """A text that was counted at about that moment certainly did not go."""
        if windows_at(at) == self._windows:
            left = self._left[asking.is_privileged]
            self._left[asking.is_privileged] = left.plus(asking.use)

    def settle(self) -> None:
        """Give back what is left, as the function ends."""
        if (left := self._take_out()) != NOTHING:
            give_back(self._table, self.page_id, left, self._windows)

    def _has(self, asking: Asking, now: float) -> bool:
        return not self._is_over(now) and self._left[asking.is_privileged].holds(asking.use)

    def _is_over(self, now: float) -> bool:
        """Whether another window has begun since something was counted."""
        return any(began > self._windows[name] for name, began in windows_at(now).items())

    def _take_out(self) -> Use:
        left = self._left[True].plus(self._left[False])
        self._left = {True: NOTHING, False: NOTHING}
        return left

    async def _take(self, asking: Asking, page: Page) -> None:
        now, is_privileged = self._clock.now(), asking.is_privileged
        quotas = quotas_of(page.limits)
        most = ceilings(quotas, is_privileged=is_privileged)
        together = [one.use for one in self._waiting if one.is_privileged == is_privileged]
        wanted = [asking.use, *together]
        windows = self._windows
        if self._is_over(now) and (left := self._take_out()) != NOTHING:
            await self._lanes.away(partial(give_back, self._table, page.id, left, windows))
        taking = partial(take, self._table, page.id, most, wanted, now)
        found = await self._lanes.away(taking)
        if isinstance(found, UsedUp):
            self._full[is_privileged] = now, found
            count("QuotaRefused")
            logger.warning("A quota is used up", page=page.id, quota=found.quota, until=found.until)
            return
        self._add(found, is_privileged=is_privileged)
        if found.meter.untold(quotas):
            await self._lanes.away(partial(self._tell, found.meter, quotas, now))

    def _add(self, found: Taken, *, is_privileged: bool) -> None:
        self._windows = dict(found.meter.windows)
        self._left[is_privileged] = self._left[is_privileged].plus(found.use)

    def _tell(self, meter: Meter, quotas: dict[str, int], now: float) -> None:
        """A metric, a log line and an event for an operator, once for each window."""
        for counter, percent in meter.untold(quotas).items():
            quota, began = quota_name(counter), meter.windows[counter.partition("_")[0]]
            entropy = hashlib.sha256(f"{quota}{percent}{began}".encode()).digest()
            about = {"quota": quota, "percent": percent}
            told = note_told(self.page_id, counter, percent, meter.windows)
            event = audit(
                self.page_id, new_id(now, entropy), "quota.reached", about, THE_QUOTA, now
            )
            try:
                self._table.transact([told, event])
            except ConditionFailedError:  # another function was faster
                continue
            if percent >= NEAR:
                count("QuotaNear")
            logger.warning(
                "Much of a quota is used", page=self.page_id, quota=quota, percent=percent
            )


def asking_for(page: Page, phone: str, segments: int, *, is_privileged: bool) -> Asking:
    """What a text takes of quotas; what goes to no number takes nothing."""
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, for quotas only

    if not phone or not quotas_of(page.limits):
        return Asking(NOTHING, is_privileged)
    price = price_of(country_of(phone), page.prices)
    return Asking(Use(1, segments, segments * price.micro_usd), is_privileged)


def settle(all_of_them: Sequence[Quotas]) -> None:
    """Give back what is left, as a function ends. Where AWS fails, it stays counted."""
    for one in all_of_them:
        try:
            one.settle()
        except Exception as error:
            if not is_outage(error):
                raise
            log_failure("What is left of a quota was not given back", error, {"page": one.page_id})
