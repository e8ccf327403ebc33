"""What an audience costs, and when its last text goes: what the senders, their circuits, the page's
cap and its quotas allow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from statustext.adapters.circuits import open_circuits
from statustext.adapters.dynamodb import Table
from statustext.adapters.fixed_windows import hour_of_texts, spent
from statustext.adapters.meter import get_meter
from statustext.domain.circuit import Circuit, scope_of
from statustext.domain.hourly_cap import HOUR, last_at
from statustext.domain.last_text import Share, last_text_at
from statustext.domain.page import Page, Sender, Senders
from statustext.domain.preview import Audience
from statustext.domain.prices import price_of, usd
from statustext.domain.quota import Use, ceilings, quotas_of
from statustext.domain.quota_forecast import QuotaForecast, quota_forecast
from statustext.domain.refusal import Scope
from statustext.flows.operating.statuspage import timestamp


def cost(audience: Audience, page: Page) -> dict[str, Any]:
    """The price of an audience's texts by country, in US dollars, by the page's prices."""
    total, by_country = 0, []
    for country, lane in sorted(audience.by_country.items()):
        price, segments = price_of(country, page.prices), round(lane.segments)
        total += segments * price.micro_usd
        by_country.append(
            {
                "country": country or None,
                "texts": round(lane.texts),
                "segments": segments,
                "usd_per_segment": usd(price.micro_usd),
                "usd": usd(segments * price.micro_usd),
                "price": price.basis,
            }
        )
    return {"currency": "USD", "usd": usd(total), "by_country": by_country}


@dataclass(frozen=True)
class Telling:
    """An audience that is told from `begins_at` on, of what is too old at `too_old_at`."""

    audience: Audience
    begins_at: float
    too_old_at: float

    @property
    def texts(self) -> int:
        """Those that are not held."""
        return round(sum(lane.texts for lane in self.audience.lanes.values()))

    @property
    def is_privileged(self) -> bool:
        """Whether all of them may use a page's reserve."""
        lanes = self.audience.lanes.values()
        return sum(lane.privileged for lane in lanes) >= sum(lane.texts for lane in lanes)


def last_text(page: Page, telling: Telling, senders: Senders, table: Table) -> dict[str, Any]:
    """When the last text goes that is not held, if nothing else waited; and what stops some of them
    now."""
    stopping: dict[str, Circuit] = {}
    shares, circuits, begins_at = [], open_circuits(table), telling.begins_at
    by_sender: dict[tuple[str, float | None], float] = defaultdict(float)
    for (sender, country), lane in telling.audience.lanes.items():
        from_it = senders.named(sender) or senders.own
        stops = [one for one in circuits if one.scope in _scopes(from_it, country)]
        stopping |= {one.scope: one for one in stops}
        by_sender[sender, _resumes(stops, begins_at)] += lane.segments
    for (sender, resumes_at), segments in by_sender.items():
        known = senders.named(sender) or senders.own
        shares.append(Share(segments, known.mps, None if page.paused else resumes_at))
    by_rate, by_quotas = last_text_at(shares), _by_quotas(page, telling, table)
    by_cap = _by_cap(page, telling, table)
    last = None if by_rate is None else max(by_rate, by_cap, by_quotas.last_at)
    return {
        "last_text_at": timestamp(last),
        "seconds_to_last_text": None if last is None else round(last - begins_at),
        "paused": page.paused,
        "stopped": [
            {"scope": one.scope, "code": one.code, "resumes_at": timestamp(one.resumes_at or None)}
            for one in stopping.values()
        ],
        "quota": _quota(by_quotas),
    }


def _by_cap(page: Page, telling: Telling, table: Table) -> float:
    """When the page's cap of texts an hour has let the last of them through."""
    begins_at, is_privileged = telling.begins_at, telling.is_privileged
    if not (cap := page.limits.texts_per_hour):
        return begins_at
    used = spent(table, hour_of_texts(page.id), HOUR, begins_at)
    return last_at(telling.texts, cap, used, begins_at, is_privileged=is_privileged)


def _by_quotas(page: Page, telling: Telling, table: Table) -> QuotaForecast:
    if not (quotas := quotas_of(page.limits)):
        return QuotaForecast(telling.texts, 0, 0, telling.begins_at, None)
    use, meter = Use(telling.texts), get_meter(table, page.id)
    for (_, country), lane in telling.audience.lanes.items():
        segments = round(lane.segments)
        use = use.plus(Use(0, segments, segments * price_of(country, page.prices).micro_usd))
    most = ceilings(quotas, is_privileged=telling.is_privileged)
    return quota_forecast(meter, most, use, telling.begins_at, telling.too_old_at)


def _quota(found: QuotaForecast) -> dict[str, Any] | None:
    """The first quota that has no room for all of them."""
    if found.full is None:
        return None
    return {
        "name": found.full.quota,
        "begins_anew_at": timestamp(found.full.until),
        "texts_at_once": found.at_once,
        "texts_later": found.later,
        "texts_never": found.never,
    }


def _scopes(sender: Sender, country: str | None) -> tuple[str, str, str]:
    return (
        scope_of(sender.account, Scope.ACCOUNT),
        scope_of(sender.account, Scope.SENDER, sender.id),
        scope_of(sender.account, Scope.COUNTRY, str(country)),
    )


def _resumes(stops: Sequence[Circuit], begins_at: float) -> float | None:
    """From when on texts pass what stops them; None where no end is known."""
    if any(not one.resumes_at for one in stops):
        return None
    return max([begins_at, *(one.resumes_at for one in stops)])
