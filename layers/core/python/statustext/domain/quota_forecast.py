"""How far a page's quotas reach for many texts, before the first of them goes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statustext.domain.quota import COUNTERS, NOTHING, Meter, Use, UsedUp, windows_at


@dataclass(frozen=True)
class QuotaForecast:
    """So many texts have room `at_once`; of the others some go `later`, when the quota `full`
    begins anew or in the windows after it, the last of them at `last_at`; `never` are left out, as
    what they say is too old by then."""

    at_once: int
    later: int
    never: int
    last_at: float
    full: UsedUp | None


def quota_forecast(
    meter: Meter, ceilings: Mapping[str, int], use: Use, begins_at: float, too_old_at: float
) -> QuotaForecast:
    """What becomes of texts that take `use` together, if nobody else sends any."""
    now, left = begins_at, use
    at_once, full = None, None
    while left.texts:
        meter = meter.at(windows_at(now))
        fitting = _that_fit(meter, ceilings, left)
        meter, left = _counted(meter, fitting), left.minus(fitting)
        at_once = fitting.texts if at_once is None else at_once
        stop = meter.used_up(_share(left, 1), ceilings) if left.texts else None
        full = full or stop
        if stop is None or stop.until >= too_old_at:
            break
        now = stop.until
    went_at_once = at_once or 0
    later = use.texts - left.texts - went_at_once
    return QuotaForecast(went_at_once, later, left.texts, now if later else begins_at, full)


def _that_fit(meter: Meter, ceilings: Mapping[str, int], use: Use) -> Use:
    """As large a share of them as every counter has room for."""
    texts = use.texts
    for counter, most in ceilings.items():
        room = max(most - meter.counts.get(counter, 0), 0)
        if use.of(counter) > room:
            texts = min(texts, use.texts * room // use.of(counter))
    return _share(use, texts)


def _share(use: Use, texts: int) -> Use:
    """What some of equal texts take, rounded up."""
    if not use.texts:
        return NOTHING
    return Use(texts, -(-use.segments * texts // use.texts), -(-use.usd * texts // use.texts))


def _counted(meter: Meter, use: Use) -> Meter:
    counts = {name: meter.counts.get(name, 0) + use.of(name) for name in COUNTERS}
    return replace(meter, counts=counts)
