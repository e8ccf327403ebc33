"""Preferences as callers write and read them: services by key or id, presets, defaults."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.domain.component import Component
from statustext.domain.language import Language
from statustext.domain.quiet_hours import is_timezone
from statustext.domain.subscriber import PRESETS, Preferences
from statustext.errors import RejectedError
from statustext.flows.languages import best_of
from statustext.sign_up_contracts import PreferencesInput

FLAGS = (
    "new_incidents",
    "updates",
    "resolutions",
    "maintenance",
    "all_resolutions",
    "critical_always",
)
TIMES = ("quiet_hours", "timezone")
KEPT = (*TIMES, "critical_always", "language")


def choose(
    given: PreferencesInput | None, table: Table, page: str, over: Preferences | None = None
) -> Preferences:
    """What was asked for, over what held before (the defaults for somebody new).

    A preset leaves alone when somebody is told. Null takes quiet hours, timezone and language
    back. Raises RejectedError 422 for a service that the page does not have.
    """
    chosen = over or Preferences()
    if given is None:
        return chosen
    if given.preset:
        chosen = replace(PRESETS[given.preset], **{one: getattr(chosen, one) for one in KEPT})
    if given.severity_filter is not None:
        chosen = replace(chosen, severity_filter=tuple(dict.fromkeys(given.severity_filter)))
    if given.services is not None:
        components = list_components(table, page) if given.services else []
        chosen = replace(chosen, services=component_ids(given.services, components))
    flags = {flag: value for flag in FLAGS if (value := getattr(given, flag)) is not None}
    flags |= {time: getattr(given, time) or "" for time in TIMES if time in given.model_fields_set}
    if "language" in given.model_fields_set:
        flags["language"] = given.language
    return replace(chosen, **flags)


def in_browsers_zone(chosen: Preferences, zone: str | None) -> Preferences:
    """The preferences with the zone that a browser tells, where none was chosen. A browser may know
    zones that we do not: those tell nothing."""
    if not zone or chosen.timezone or not is_timezone(zone):
        return chosen
    return replace(chosen, timezone=zone)


def in_visitors_language(chosen: Preferences, shown: Language | None, accepted: str) -> Preferences:
    """The preferences with the language of the form, or else the best that the browser accepts,
    where none was chosen."""
    if chosen.language:
        return chosen
    best = best_of(accepted)
    return replace(chosen, language=shown or (Language(best) if best else None))


def component_ids(given: Sequence[str], components: Sequence[Component]) -> tuple[str, ...]:
    """The ids of components named by id or key. Raises RejectedError 422 naming the unknown."""
    by_name = {one.key: one.id for one in components} | {one.id: one.id for one in components}
    unknown = [name for name in given if name not in by_name]
    if unknown:
        known = ", ".join(one.key for one in components) or "none yet"
        raise RejectedError(
            422,
            "unknown_service",
            f"There is no service {unknown[0]}; this page has {known}.",
            fields={"services": f"unknown: {', '.join(unknown)}"},
        )
    return tuple(dict.fromkeys(by_name[name] for name in given))


def show(preferences: Preferences, components: Sequence[Component]) -> dict[str, Any]:
    """Preferences for the caller: services by key where the component still exists."""
    keys = {one.id: one.key for one in components}
    return {
        "severity_filter": [impact.value for impact in preferences.severity_filter],
        "services": [keys.get(one, one) for one in preferences.services],
        **{name: getattr(preferences, name) for name in (*FLAGS, *TIMES)},
        "language": preferences.language.value if preferences.language else None,
    }
