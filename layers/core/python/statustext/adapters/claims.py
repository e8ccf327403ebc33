"""Claims: that an update is being texted to a subscriber, written ahead on the subscriber's row."""

from typing import Any

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.incident import Update
from statustext.domain.subscriber import State, Subscriber, Told

TOLD_KEPT = 30
"""Incidents remembered per subscriber; beyond, the oldest is forgotten at the next claim."""


def claim_announcement(subscriber: Subscriber, update: Update, claim: Told) -> Write:
    """Write ahead that this update is being texted to this subscriber.

    One conditional write holds promises 1, 2 and 5 of DESIGN §3: the number is active at this
    moment, and what was claimed of this incident is what `subscriber` says, so that no other
    function claimed this update and what was decided (opening or update, told or not) still holds.
    A claim with an empty `event` only keeps older updates out.
    """
    pk, sk = subscriber_key(subscriber.page, subscriber.id)
    incident, told = update.incident, subscriber.told.get(update.incident)
    claimed: dict[str, Any] = {
        "s": claim.seq,
        "n": claim.attempt,
        "t": claim.claimed_at,
        "e": claim.event,
    }
    claimed |= {"d": claim.doubts} if claim.doubts else {}
    claimed |= {"f": claim.refusals} if claim.refusals else {}
    names = {"state": "state", "i": incident}
    values: dict[str, Any] = {"active": State.ACTIVE.value, "told": claimed}
    unchanged = "attribute_not_exists(told.#i)"
    if told:
        unchanged = "told.#i.#s = :seq AND told.#i.#n = :attempt"
        names |= {"s": "s", "n": "n"}
        values |= {"seq": told.seq, "attempt": told.attempt}
    change = "SET told.#i = :told"
    by_age = sorted(subscriber.told, key=lambda one: subscriber.told[one].claimed_at)
    for number, old in enumerate(by_age[:-TOLD_KEPT]):
        if old != incident:
            names[f"old{number}"] = old
            change += f"{', ' if ' REMOVE ' in change else ' REMOVE '}told.#old{number}"
    return Write(
        pk,
        sk,
        update=change,
        condition=f"#state = :active AND attribute_not_exists(suppressed) AND {unchanged}",
        names=names,
        values=values,
    )


def take_back(
    subscriber: Subscriber, update: Update, claim: Told, *, again: bool, refusals: int
) -> Write:
    """Take a claim back: Twilio is proven not to have accepted the text.

    `subscriber` is as it was before the claim. The order of updates and the number of attempts
    stay; whether the incident was told is again as before. `again` lets it be tried once more.
    """
    pk, sk = subscriber_key(subscriber.page, subscriber.id)
    before = subscriber.told.get(update.incident)
    return Write(
        pk,
        sk,
        update="SET told.#i.#e = :event, told.#i.#r = :again, told.#i.#f = :refusals",
        condition="told.#i.#s = :seq AND told.#i.#n = :attempt",
        names={"i": update.incident, "e": "e", "r": "r", "f": "f", "s": "s", "n": "n"},
        values={
            "event": before.event if before else "",
            "again": again,
            "refusals": refusals,
            "seq": claim.seq,
            "attempt": claim.attempt,
        },
    )
