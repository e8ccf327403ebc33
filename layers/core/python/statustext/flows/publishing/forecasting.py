"""What an audience costs, and when its last text goes: what the senders, their circuits and the
page's cap allow."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from statustext.adapters.circuits import open_circuits
from statustext.adapters.dynamodb import Table
from statustext.adapters.fixed_windows import hour_of_texts, spent
from statustext.domain.circuit import Circuit, scope_of
from statustext.domain.hourly_cap import HOUR, last_at
from statustext.domain.last_text import Share, last_text_at
from statustext.domain.page import Page, Sender, Senders
from statustext.domain.preview import Audience
from statustext.domain.prices import price_of, usd
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


def last_text(
    page: Page, audience: Audience, senders: Senders, table: Table, begins_at: float
) -> dict[str, Any]:
    """When the last text goes that is not held, if it began at a moment and nothing else waited;
    and what stops some of them now."""
    stopping: dict[str, Circuit] = {}
    shares, circuits = [], open_circuits(table)
    by_sender: dict[tuple[str, float | None], float] = defaultdict(float)
    for (sender, country), lane in audience.lanes.items():
        from_it = senders.named(sender) or senders.own
        stops = [one for one in circuits if one.scope in _scopes(from_it, country)]
        stopping |= {one.scope: one for one in stops}
        by_sender[sender, _resumes(stops, begins_at)] += lane.segments
    for (sender, resumes_at), segments in by_sender.items():
        known = senders.named(sender) or senders.own
        shares.append(Share(segments, known.mps, None if page.paused else resumes_at))
    by_rate = last_text_at(shares)
    texts = sum(lane.texts for lane in audience.lanes.values())
    is_privileged = sum(lane.privileged for lane in audience.lanes.values()) >= texts
    by_cap = _by_cap(page, round(texts), table, begins_at, is_privileged=is_privileged)
    last = None if by_rate is None else max(by_rate, by_cap)
    return {
        "last_text_at": timestamp(last),
        "seconds_to_last_text": None if last is None else round(last - begins_at),
        "paused": page.paused,
        "stopped": [
            {"scope": one.scope, "code": one.code, "resumes_at": timestamp(one.resumes_at or None)}
            for one in stopping.values()
        ],
    }


def _by_cap(
    page: Page, texts: int, table: Table, begins_at: float, *, is_privileged: bool
) -> float:
    """When the page's cap of texts an hour has let the last of them through."""
    if not (cap := page.limits.texts_per_hour):
        return begins_at
    used = spent(table, hour_of_texts(page.id), HOUR, begins_at)
    return last_at(texts, cap, used, begins_at, is_privileged=is_privileged)


def _scopes(sender: Sender, country: str | None) -> tuple[str, str, str]:
    return (
        scope_of(sender.carrier, Scope.ACCOUNT),
        scope_of(sender.carrier, Scope.SENDER, sender.id),
        scope_of(sender.carrier, Scope.COUNTRY, str(country)),
    )


def _resumes(stops: Sequence[Circuit], begins_at: float) -> float | None:
    """From when on texts pass what stops them; None where no end is known."""
    if any(not one.resumes_at for one in stops):
        return None
    return max([begins_at, *(one.resumes_at for one in stops)])
