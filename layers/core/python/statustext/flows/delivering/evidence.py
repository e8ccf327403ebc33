"""Gathering the facts for a decision. This reads, and writes nothing."""

from dataclasses import replace

from statustext.adapters.deliveries import get_delivery
from statustext.domain.evidence import EarlierAttempt, Evidence, matters
from statustext.domain.facts import Facts
from statustext.domain.going_along import may_go_along
from statustext.domain.incident import Update
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread
from statustext.errors import OutcomeUnknownError
from statustext.flows.delivering.context import Deps, PageView


def gather(
    one: str, subscriber: Subscriber | None, update: Update, view: PageView, deps: Deps
) -> Facts:
    """The facts about one update for the subscriber `one`, as it was read. Raises
    UnknownUpdateError."""
    facts = Facts(deps.clock.now(), view.page(), subscriber, view.announcement(update))
    if facts.page.paused:
        return facts
    thread, is_textable = facts.thread, subscriber is not None and subscriber.is_textable
    if subscriber and thread and matters(thread, update.seq, facts.now):
        evidence = _earlier_attempt(subscriber, update.incident, thread, view, deps)
        facts = replace(facts, evidence=evidence)
    if not is_textable or (thread and thread.seq > update.seq):
        known = get_delivery(deps.table, view.page_id, update.incident, update.seq, one)
        facts = replace(facts, ledger_attempt=known.attempt if known else 1)
    return look_again(facts, view, deps)


def look_again(facts: Facts, view: PageView, deps: Deps) -> Facts:
    """The same facts with the page and its incidents as they stand now."""
    subscriber, update = facts.subscriber, facts.announcement.update
    may_go = may_go_along(subscriber, update.incident) if subscriber else []
    newest = {incident: view.newest(incident) for incident in may_go}
    return replace(
        facts,
        page=view.page(),
        announcement=view.announcement(update),
        others={incident: one for incident, one in newest.items() if one},
        component_names=view.component_names(),
        now=deps.clock.now(),
        is_carrier_down=subscriber is not None and _is_carrier_down(subscriber, view, deps),
    )


def _is_carrier_down(subscriber: Subscriber, view: PageView, deps: Deps) -> bool:
    """Whether the carrier that texts this person says that it is down. What is no text has carriers
    that tell nothing of themselves."""
    if subscriber.mode is not Mode.SMS:
        return False
    senders = view.page().senders_by_mode(subscriber.mode, subscriber.reached_at, deps.senders)
    return bool(senders) and deps.circuits.is_down(senders[0].carrier)


def _earlier_attempt(
    subscriber: Subscriber, incident_id: str, thread: Thread, view: PageView, deps: Deps
) -> Evidence:
    """How the claimed text of a thread ended: the ledger tells, else the carrier's list."""
    text = thread.claimed
    if text is None:
        return Evidence()
    known = get_delivery(deps.table, subscriber.page, incident_id, thread.seq, subscriber.id)
    carrier = subscriber.threads.get(text.carried_by)
    attempt = EarlierAttempt(incident_id, thread, known, carrier)
    if found := attempt.from_ledger(deps.clock.now()):
        return found
    if subscriber.mode.is_free:
        return attempt.may_repeat()
    listing = deps.listing_of(view.page(), text.account)
    if listing is None:
        return attempt.without_list(deps.clock.now())
    try:
        listed = listing.find(subscriber.phone, text.body, since=thread.at)
    except OutcomeUnknownError:  # an unread list proves nothing
        return attempt.unreadable(deps.clock.now())
    return attempt.from_list(listed.sid if listed else "", deps.clock.now())
