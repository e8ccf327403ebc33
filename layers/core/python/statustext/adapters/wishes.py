"""What a subscriber asks for by text.

Each changes only its own attribute, so that it undoes nothing that is changed meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.incident import Impact
from statustext.domain.language import Language
from statustext.domain.subscriber import ALL_IMPACTS, State


def mute(page: str, subscriber: str, incident: str) -> Write:
    """Tell an active subscriber no more of an incident they were told of."""
    return _change(
        page,
        subscriber,
        "SET told.#incident.#muted = :yes",
        names={"incident": incident, "muted": "m"},
        values={"yes": True},
    )


def unmute(page: str, subscriber: str, incidents: Sequence[str]) -> Write:
    """Tell an active subscriber again of incidents that they muted, at least one."""
    return _change(page, subscriber, "", unmuted=incidents)


def pause(page: str, subscriber: str, until: float) -> Write:
    """Tell an active subscriber nothing until a moment; 0 ends the pause."""
    if until:
        return _change(page, subscriber, "SET paused_until = :until", values={"until": until})
    return _change(page, subscriber, "REMOVE paused_until")


def choose_critical(page: str, subscriber: str, now: float) -> Write:
    """Tell an active subscriber of critical incidents only: of no others, and no maintenance."""
    return _change(
        page,
        subscriber,
        "SET preferences.severity_filter = :impacts, preferences.maintenance = :no,"
        " chose_at = :now",
        values={"impacts": [Impact.CRITICAL.value], "no": False, "now": now},
    )


def choose_all(page: str, subscriber: str, muted: Sequence[str], now: float) -> Write:
    """Tell an active subscriber of every impact, every component and maintenance, and again of the
    incidents that they `muted`."""
    return _change(
        page,
        subscriber,
        "SET preferences.severity_filter = :impacts, preferences.services = :none,"
        " preferences.incidents = :none, preferences.maintenance = :yes, chose_at = :now",
        values={
            "impacts": [one.value for one in ALL_IMPACTS],
            "none": [],
            "yes": True,
            "now": now,
        },
        unmuted=muted,
    )


def choose_language(page: str, subscriber: str, language: Language, now: float) -> Write:
    """Text an active subscriber in a language."""
    return _change(
        page,
        subscriber,
        "SET preferences.#language = :language, chose_at = :now",
        names={"language": "language"},
        values={"language": language.value, "now": now},
    )


def _change(
    page: str,
    subscriber: str,
    update: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    unmuted: Sequence[str] = (),
) -> Write:
    pk, sk = subscriber_key(page, subscriber)
    names = {"state": "state", **(names or {})}
    if unmuted:
        names |= {"m": "m", **{f"i{number}": one for number, one in enumerate(unmuted)}}
        paths = [f"told.#i{number}.#m" for number in range(len(unmuted))]
        update = f"{update} REMOVE {', '.join(paths)}".lstrip()
    return Write(
        pk,
        sk,
        update=f"{update} ADD wishes :one",
        condition="#state = :active",
        names=names,
        values={"active": State.ACTIVE.value, "one": 1, **(values or {})},
    )
