"""Ladders: how an escalation climbs from channel to channel while nobody answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statustext.domain.team.routing import Channel

MINUTE = 60


@dataclass(frozen=True)
class Step:
    """A channel that is taken `after_minutes`. Of on-call phones it is that of whoever is on call,
    or of the `person`-th after them; by other channels all contacts are told."""

    after_minutes: int
    channel: Channel
    person: int = 0


DEFAULT_STEPS = (
    Step(0, Channel.SLACK),
    Step(10, Channel.EMAIL),
    Step(20, Channel.SMS),
    Step(30, Channel.SMS, person=1),
)


@dataclass(frozen=True)
class Ladder:
    """The steps that are taken, and again `repeats` times, each time `repeat_minutes` after the
    time before. It is for incidents of one of its `component_ids`, for all others where it has
    none."""

    steps: tuple[Step, ...] = DEFAULT_STEPS
    component_ids: tuple[str, ...] = ()
    repeats: int = 2
    repeat_minutes: int = 60


def ladder_for(component_ids: Sequence[str], ladders: Sequence[Ladder]) -> Ladder:
    """The first ladder of one of these components, else the first for all, else the default."""
    of_one = [one for one in ladders if set(one.component_ids) & set(component_ids)]
    for_all = [one for one in ladders if not one.component_ids]
    return (*of_one, *for_all, Ladder())[0]


def plan(ladder: Ladder, channels: Sequence[Channel]) -> tuple[Step, ...]:
    """All steps of a ladder that a level's `channels` let it climb, repetitions included, in order
    of their minutes."""
    steps = [one for one in ladder.steps if one.channel in channels]
    rounds = [
        Step(one.after_minutes + number * ladder.repeat_minutes, one.channel, one.person)
        for number in range(ladder.repeats + 1)
        for one in steps
    ]
    return tuple(sorted(rounds, key=lambda one: one.after_minutes))


def due_at(steps: Sequence[Step], number: int, raised_at: float) -> float | None:
    """When the `number`-th step of a plan (from 0) is due, None behind the last."""
    return raised_at + steps[number].after_minutes * MINUTE if number < len(steps) else None


def step_in_words(step: Step) -> str:
    """Who is told by a step."""
    if step.channel is not Channel.SMS:
        return {Channel.SLACK: "Slack", Channel.EMAIL: "e-mail"}.get(step.channel, "the log")
    if step.person == 0:
        return "a text to whoever is on call"
    return "a text to the next" + (f" but {step.person - 1}" if step.person > 1 else "")


def in_words(ladders: Sequence[Ladder], names: Mapping[str, str]) -> list[str]:
    """Ladders as sentences, the default among them where it is the last that holds; `names` are of
    components, by id."""
    is_for_all = any(not one.component_ids for one in ladders)
    return [
        _ladder_in_words(one, names) for one in (*ladders, *(() if is_for_all else (Ladder(),)))
    ]


def _ladder_in_words(ladder: Ladder, names: Mapping[str, str]) -> str:
    whose = ", ".join(names.get(one, one) for one in ladder.component_ids)
    told = "; ".join(f"{step_in_words(one)} {_when(one)}" for one in ladder.steps)
    return (f"{whose}: " if whose else "") + told + _again(ladder) + "."


def _when(step: Step) -> str:
    return f"after {step.after_minutes} minutes" if step.after_minutes else "at once"


def _again(ladder: Ladder) -> str:
    if not ladder.repeats:
        return ""
    if ladder.repeats == 1:
        return f"; all of it once more {ladder.repeat_minutes} minutes later"
    return f"; all of it {ladder.repeats} times more, {ladder.repeat_minutes} minutes apart"
