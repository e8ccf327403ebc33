"""What a page sets about its team, as the page's row holds it."""

from collections.abc import Mapping
from typing import Any

from statustext.domain.team.ladder import Ladder, Step
from statustext.domain.team.rotation import Override, Rotation
from statustext.domain.team.routing import Channel, Level, Policy
from statustext.domain.team.settings import Team


def team_of(row: Mapping[str, Any]) -> Team:
    """The settings from their attribute, with defaults for what it lacks."""
    unset = Team()
    rotation = row.get("rotation")
    return Team(
        policy=policy_of(row["policy"]) if "policy" in row else unset.policy,
        ladders=tuple(map(_ladder_of, row.get("ladders", ()))),
        rotation=rotation_of(rotation) if rotation else unset.rotation,
        stale_minutes=row.get("stale_minutes", unset.stale_minutes),
    )


def team_row(team: Team) -> dict[str, Any]:
    """The attribute that holds them."""
    return {
        "policy": policy_row(team.policy),
        "ladders": [ladder_row(one) for one in team.ladders],
        "rotation": rotation_row(team.rotation),
        "stale_minutes": team.stale_minutes,
    }


def policy_of(row: Mapping[str, Any]) -> Policy:
    return {Level(level): tuple(map(Channel, channels)) for level, channels in row.items()}


def policy_row(policy: Policy) -> dict[str, Any]:
    return {level.value: [one.value for one in channels] for level, channels in policy.items()}


def _ladder_of(row: Mapping[str, Any]) -> Ladder:
    return Ladder(
        steps=tuple(map(step_of, row["steps"])),
        component_ids=tuple(row["component_ids"]),
        repeats=row["repeats"],
        repeat_minutes=row["repeat_minutes"],
    )


def ladder_row(ladder: Ladder) -> dict[str, Any]:
    return {
        **vars(ladder),
        "steps": [step_row(one) for one in ladder.steps],
        "component_ids": list(ladder.component_ids),
    }


def step_of(row: Mapping[str, Any]) -> Step:
    return Step(row["after_minutes"], Channel(row["channel"]), row["person"])


def step_row(step: Step) -> dict[str, Any]:
    return {**vars(step), "channel": step.channel.value}


def rotation_of(row: Mapping[str, Any]) -> Rotation:
    overrides = tuple(Override(**one) for one in row["overrides"])
    return Rotation(**{**row, "contacts": tuple(row["contacts"]), "overrides": overrides})


def rotation_row(rotation: Rotation) -> dict[str, Any]:
    return {
        **vars(rotation),
        "contacts": list(rotation.contacts),
        "overrides": [vars(one) for one in rotation.overrides],
    }
