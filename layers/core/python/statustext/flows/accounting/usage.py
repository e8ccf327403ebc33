"""What a page has used of its quotas, for operators."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table
from statustext.adapters.fixed_windows import hour_of_texts, spent
from statustext.adapters.meter import get_meter
from statustext.domain.hourly_cap import HOUR
from statustext.domain.page import Page
from statustext.domain.prices import usd
from statustext.domain.quota import (
    RESERVE,
    UNITS,
    WINDOWS,
    Meter,
    ends_at,
    quota_name,
    quotas_of,
    windows_at,
)
from statustext.flows.operating.statuspage import timestamp


def usage(page: Page, table: Table, now: float) -> dict[str, Any]:
    """The meter of the hour, the day and the month, each quota beside what is used of it (null
    where there is none), and the cap on the hour's announcements. Only a page with a quota is
    metered."""
    quotas = quotas_of(page.limits)
    meter = get_meter(table, page.id).at(windows_at(now)) if quotas else Meter(windows_at(now))
    cap = page.limits.texts_per_hour
    announced = spent(table, hour_of_texts(page.id), HOUR, now) if cap else None
    return {
        "is_metered": bool(quotas),
        "currency": "USD",
        "reserve_percent": round(100 * RESERVE),
        "announcements_of_the_hour": _part("texts", announced, cap or None),
        "windows": [_window(name, meter, quotas) for name in WINDOWS],
    }


def _window(window: str, meter: Meter, quotas: Mapping[str, int]) -> dict[str, Any]:
    began = meter.windows[window]
    counters = {unit: f"{window}_{unit}" for unit in UNITS}
    return {
        "window": window,
        "began_at": timestamp(began),
        "ends_at": timestamp(ends_at(window, began)),
        **{
            unit: _part(unit, meter.counts.get(name, 0) if quotas else None, quotas.get(name))
            | {"setting": f"limits.{quota_name(name)}"}
            for unit, name in counters.items()
        },
    }


def _part(unit: str, used: int | None, quota: int | None) -> dict[str, Any]:
    shown = usd if unit == "usd" else int
    return {
        "used": None if used is None else shown(used),
        "quota": None if quota is None else shown(quota),
        "percent": round(100 * used / quota, 1) if quota and used is not None else None,
    }
