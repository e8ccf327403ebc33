"""Claims: that an update is being texted to a subscriber, written ahead on the subscriber's row."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key, thread_row
from statustext.domain.forgetting import forgettable
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.thread import Thread

SAID_KEPT = 300.0
"""Seconds for which a text's fingerprint is kept: longer than a function works with what it read,
so that a claim which fails by it is decided anew."""

TAKEN_BACK = ("st", "e", "b", "w", "c", "u", "f")
"""What of a claim's row is different when its text did not go; the rest is not touched, as the
person may have asked for something meanwhile."""


def claim(
    subscriber: Subscriber, claims: Mapping[str, Thread], recent: tuple[float, ...] | None = None
) -> Write:
    """Write ahead what is being told to this subscriber, by incident.

    One conditional write holds promises 1, 2 and 5 of DESIGN §3: the number is active at this
    moment, and what was claimed of these incidents is what `subscriber` says, so that no other
    function claimed them and what was decided (opening or update, told or not) still holds; nor
    did they change their preferences, MUTE, PAUSE or RESUME since (`wishes` goes up by each); nor
    was a text of the same words claimed since, of whatever incident. With `recent` it also holds
    the limits per person: no other text was claimed since.
    """
    pk, sk = subscriber_key(subscriber.page, subscriber.id)
    names = {"state": "state"}
    values: dict[str, Any] = {"active": State.ACTIVE.value}
    conditions = ["#state = :active", "attribute_not_exists(suppressed)"]
    conditions.append("wishes = :wishes")
    values["wishes"] = subscriber.wishes
    changes, removals = [], []
    now = max(made.at for made in claims.values())
    for number, (incident, thread) in enumerate(claims.items()):
        names[f"i{number}"] = incident
        values[f"told{number}"] = thread_row(thread)
        changes.append(f"told.#i{number} = :told{number}")
        before = subscriber.threads.get(incident)
        if before is None:
            conditions.append(f"attribute_not_exists(told.#i{number})")
            continue
        names |= {"s": "s", "n": "n"}
        values |= {f"seq{number}": before.seq, f"attempt{number}": before.attempt}
        same = f"told.#i{number}.#s = :seq{number} AND told.#i{number}.#n = :attempt{number}"
        conditions.append(same)
    if recent is not None:
        changes.append("recent = :recent")
        values["recent"] = list(recent)
        if subscriber.recent:
            conditions.append("recent = :before")
            values["before"] = list(subscriber.recent)
        else:
            conditions.append("attribute_not_exists(recent)")
    texts = [made.claimed for made in claims.values() if made.claimed]
    words = texts[0].body if texts else ""  # one text says all
    if words:
        names["words"] = words
        changes.append("said.#words = :said")
        values["said"] = now
        if words in subscriber.said:
            conditions.append("said.#words = :said_before")
            values["said_before"] = subscriber.said[words]
        else:
            conditions.append("attribute_not_exists(said.#words)")
    for number, old in enumerate(forgettable(subscriber.threads, claims, now)):
        names[f"old{number}"] = old
        removals.append(f"told.#old{number}")
    for number, (one, at) in enumerate(subscriber.said.items()):
        if one != words and at < now - SAID_KEPT:
            names[f"unsaid{number}"] = one
            removals.append(f"said.#unsaid{number}")
    return Write(
        pk,
        sk,
        update="SET " + ", ".join(changes) + (" REMOVE " + ", ".join(removals) if removals else ""),
        condition=" AND ".join(conditions),
        names=names,
        values=values,
    )


def take_back(subscriber: Subscriber, claims: Mapping[str, Thread]) -> Write:
    """Put other claims in place of those that were just made: the text is proven not accepted.

    The order of updates and the number of attempts stay; `claims` say whether the incident was told
    before, and whether it may be tried again. A MUTE since then stays too.
    """
    pk, sk = subscriber_key(subscriber.page, subscriber.id)
    names = {short: short for short in ("s", "n", *TAKEN_BACK)}
    values: dict[str, Any] = {}
    changes, removals, conditions = [], [], []
    for number, (incident, thread) in enumerate(claims.items()):
        names[f"i{number}"] = incident
        values |= {f"seq{number}": thread.seq, f"attempt{number}": thread.attempt}
        conditions.append(f"told.#i{number}.#s = :seq{number}")
        conditions.append(f"told.#i{number}.#n = :attempt{number}")
        row = thread_row(thread)
        for short in TAKEN_BACK:
            if short in row:
                values[f"{short}{number}"] = row[short]
                changes.append(f"told.#i{number}.#{short} = :{short}{number}")
            else:
                removals.append(f"told.#i{number}.#{short}")
    return Write(
        pk,
        sk,
        update=f"SET {', '.join(changes)} REMOVE {', '.join(removals)}",
        condition=" AND ".join(conditions),
        names=names,
        values=values,
    )
