"""Whom an update is looked at for, as the filter of a shard's Query: DynamoDB passes over the
others, at the same read units and none of our time.

A filter may let through somebody for whom the update is not, as the sender decides again by
`event_for`. It must never pass over anybody for whom it is.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from statustext.adapters.dynamodb import Filter
from statustext.domain.incident import FINAL_EVENTS, Impact, Incident, Update
from statustext.domain.subscriber import State

MOST_NAMED = 90
"""Components in a filter, of which DynamoDB takes 4 KB and 300 operators. An incident of more is
looked at for everybody with its impact."""

CLOCKS_DIFFER = 300.0
"""Seconds by which the clock that a choice was written with may differ from the incident's."""

NAMES = {
    "state": "state",
    "told": "told",
    "chosen": "preferences",
    "impacts": "severity_filter",
    "services": "services",
    "openings": "new_incidents",
    "updates": "updates",
    "ends": "resolutions",
    "all_ends": "all_resolutions",
    "maintenance": "maintenance",
    "says": "e",
    "known": "k",
    "muted": "m",
    "seq": "s",
}
OF_END = {f"end{number}": event.value for number, event in enumerate(sorted(FINAL_EVENTS))}
IS_END = f"IN ({', '.join(f':{name}' for name in OF_END)})"
WAS_TOLD = (
    f"(attribute_exists(#told.#i.#says) AND NOT #told.#i.#says {IS_END}"
    f" OR attribute_not_exists(#told.#i.#says) AND attribute_exists(#told.#i.#known)"
    f" AND NOT #told.#i.#known {IS_END})"
)
"""By the text that is claimed now, or else by what is known for certain, and of no end."""


def audience(incident: Incident, update: Update) -> Filter:
    """The subscribers of a shard for whom the sender is to look at an update."""
    return _of_end(incident) if update.event in FINAL_EVENTS else _of_news(incident)


def _of_news(incident: Incident) -> Filter:
    """Whom `event_for` names a text for; and whoever may have an end on its way that was told of
    before the incident went on, which only a claim can tell."""
    impacts = None if incident.is_maintenance else {incident.impact}
    concerned, values = _concerned(impacts, incident.component_ids, incident)
    if incident.is_maintenance:
        wanted = "#chosen.#maintenance = :yes"
    else:
        wanted = f"{WAS_TOLD} AND #chosen.#updates = :yes"
        if not incident.is_over:
            wanted = f"({wanted} OR NOT {WAS_TOLD} AND #chosen.#openings = :yes)"
    looked_at = f"attribute_not_exists(#told.#i.#muted) AND {wanted}"
    if incident.reopened_seq and not incident.is_over:
        looked_at = f"({looked_at} OR #told.#i.#seq < :reopened)"
    return _filter(incident, [*concerned, looked_at], values)


def _of_end(incident: Incident) -> Filter:
    """Who wants ends, and has a thread of this incident, asked for all ends, or may have an opening
    on its way that no claim shows yet.

    An opening is only ever on its way to somebody whom some edition of the incident was for, by
    what they had chosen then: by what they have chosen now, unless that changed since it opened.
    """
    reach = incident.reach
    impacts = None if reach.was_maintenance else reach.impacts
    is_for_all = reach.named_none and not incident.for_all_services
    concerned, values = _concerned(impacts, () if is_for_all else reach.component_ids, incident)
    opened = "#chosen.#openings = :yes"
    if reach.was_maintenance:
        opened = f"({opened} OR #chosen.#maintenance = :yes)"
    ends = "(#chosen.#ends = :yes OR #chosen.#maintenance = :yes OR #chosen.#all_ends = :yes)"
    may_know = [
        "attribute_exists(#told.#i)",
        "#chosen.#all_ends = :yes",
        "chose_at > :before_it_opened",
        " AND ".join([opened, *concerned]),
    ]
    values["before_it_opened"] = incident.created_at - CLOCKS_DIFFER
    return _filter(incident, [ends, f"({' OR '.join(may_know)})"], values)


def _concerned(
    impacts: Collection[Impact] | None, components: Collection[str], incident: Incident
) -> tuple[list[str], dict[str, Any]]:
    """Terms that hold for whoever asked for one of these impacts, and of these components; no
    impacts stand for a maintenance, no components for all, or for who follows all of them."""
    terms: list[str] = []
    values: dict[str, Any] = {}
    if impacts is not None:
        of_impacts = {f"impact{number}": one.value for number, one in enumerate(sorted(impacts))}
        named = [f"contains(#chosen.#impacts, :{name})" for name in of_impacts]
        terms.append(f"({' OR '.join(named)})")
        values |= of_impacts
    if 0 < len(components) <= MOST_NAMED:
        of_components = {f"c{number}": one for number, one in enumerate(sorted(components))}
        named = [f"contains(#chosen.#services, :{name})" for name in of_components]
        terms.append(f"(size(#chosen.#services) = :none OR {' OR '.join(named)})")
        values |= of_components
    elif not components and incident.for_all_services:
        terms.append("size(#chosen.#services) = :none")
    return terms, values


def _filter(incident: Incident, terms: Collection[str], values: Mapping[str, Any]) -> Filter:
    """Of active subscribers, with the names and values that are used. Half-written rows without a
    state come back too, as somebody must hear of them."""
    active = "(#state = :active OR attribute_not_exists(#state))"
    expression = " AND ".join([active, *terms])
    names = {**NAMES, "i": incident.id}
    known = {
        **values,
        **OF_END,
        "active": State.ACTIVE.value,
        "yes": True,
        "none": 0,
        "reopened": incident.reopened_seq,
    }
    return Filter(
        expression,
        {name: names[name] for name in re.findall(r"#(\w+)", expression)},
        {name: known[name] for name in re.findall(r":(\w+)", expression)},
    )
