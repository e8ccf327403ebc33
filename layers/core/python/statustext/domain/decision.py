"""What is to be done about one update for one person: a pure function of facts.

It is asked before room is found for a text, and again right before the text is claimed. Its
questions, in this order: what became of an earlier attempt, may this person be texted, is the
update still news, is it for them, and may it go now.
"""

from statustext.domain.announcement import summary
from statustext.domain.delivery import DeliveryStatus, fingerprint
from statustext.domain.evidence import CLAIM_LEASE, DOUBT_FOR, Note, Outcome
from statustext.domain.facts import Facts
from statustext.domain.going_along import companions, overnight
from statustext.domain.incident import FINAL_EVENTS, Impact
from statustext.domain.limits_per_person import remembered
from statustext.domain.mode import Mode
from statustext.domain.quota import UsedUp
from statustext.domain.resting import limited_until, rests_until, texted
from statustext.domain.segments import count
from statustext.domain.situation import Situation, situation_of
from statustext.domain.steps import Draft, End, Hold, Instead, Send, Step, Wait
from statustext.domain.subscriber import State, event_for
from statustext.domain.templates import Event
from statustext.domain.thread import Thread

PAUSE_WAIT = 120.0
"""Seconds between two looks at a page that is paused."""

SOON = 2.0
"""Seconds between two looks at an older update that another function is about to send."""

MODE_OFF = "mode turned off"
"""Why nobody is told whose mode the page does not have any more."""

CARRIER_WAIT = 120.0
"""Seconds between two looks at a text whose carrier says that it is down."""

SAME_TEXT = 60.0
"""Seconds in which the same text is not sent to the same number again."""


def decide(facts: Facts) -> Step:
    """What is to be done now about one update for one person."""
    if facts.page.paused:
        return Wait(PAUSE_WAIT, whole_batch=True)
    if step := _on_earlier_attempt(facts):
        return step
    person = facts.subscriber
    if person is None:
        return End((_left(facts, facts.ledger_attempt, "unsubscribed"),))
    case = situation_of(facts, person)
    if not person.is_textable or person.mode not in facts.page.modes:
        return _end_for_who_left(case)
    if case.is_behind and not case.is_again_for_them:
        note = case.note(DeliveryStatus.SUPERSEDED, "told of a newer update")
        instead = case.instead if case.before and case.before.is_not_accepted else 0
        return End((note,), instead=instead)
    if why := facts.announcement.overtaken(facts.now, was_held=case.was_held):
        return _end_overtaken(case, *why)
    says, is_line = _says(case)
    if says is None:
        was_never_told = facts.announcement.is_end and not case.waited
        return _end_unsaid(case, "not told" if was_never_told else "not wanted any more")
    if person.failing and person.failing.until > facts.now:
        return Wait(person.failing.until - facts.now)
    if rests := rests_until(person, facts.announcement.incident, facts.page, facts.now):
        return _hold(case, rests, "quiet")
    if facts.is_carrier_down and facts.announcement.incident.impact is not Impact.CRITICAL:
        return Wait(CARRIER_WAIT)
    draft = _draft(case, says, is_line=is_line)
    if person.mode is Mode.SMS and _was_just_sent(case, draft):
        return _end_unsaid(case, "recent_duplicate")
    if person.mode is Mode.SMS and (said_until := _said_until(case, draft)):
        return Wait(said_until - facts.now)
    if limited := limited_until(person, case.before, facts.page, facts.now):
        return _hold(case, limited, "limits per person")
    if full := facts.used_up:
        return _without_quota(case, full)
    return Send(draft, case.replaced(draft.claims))


def _on_earlier_attempt(facts: Facts) -> Step | None:
    """What an earlier attempt asks for before anything else: to wait, or nothing more."""
    thread, evidence, now = facts.thread, facts.evidence, facts.now
    if thread is None or thread.seq > facts.announcement.update.seq:
        return None
    is_older = thread.seq < facts.announcement.update.seq
    match evidence.outcome:
        case Outcome.RUNNING | Outcome.UNREADABLE if not _is_too_old_to_wait_for(facts, thread):
            is_about_to_go = is_older and now < thread.at + CLAIM_LEASE
            return Wait(SOON if is_about_to_go else max(evidence.until - now, 0.0))
        case Outcome.NOT_ACCEPTED | Outcome.DOUBTFUL | Outcome.UNREADABLE:
            return None
        case Outcome.ARRIVED if not is_older:
            return End(facts.notes_of_carried if evidence.sid else ())
    if is_older or thread.waits:
        return None
    # Nothing is under way, or it was given up: where a newer update is due, its fan-out may have
    # passed over this person.
    instead = facts.announcement.due_instead(now)
    return Instead(instead) if instead else End()


def _is_too_old_to_wait_for(facts: Facts, thread: Thread) -> bool:
    """Whether what the carrier's list does not tell keeps nobody waiting any more: the text is old
    enough to be given up, and there is newer news, or nobody is to be told of it anyway."""
    if facts.evidence.outcome is not Outcome.UNREADABLE or facts.now <= thread.at + DOUBT_FOR:
        return False
    is_older = thread.seq < facts.announcement.update.seq
    return is_older or facts.announcement.overtaken(facts.now) is not None


def _says(case: Situation) -> tuple[Event | None, bool]:
    """How the update is told to this person, None for not at all, and whether as one line of what
    happened while it was held. On a second try it is told as on the first, which may have come
    through."""
    announcement, again_as = case.facts.announcement, case.again_as
    event = event_for(case.person, announcement.incident, announcement.update)
    if event:
        return (Event(again_as) if again_as else event), False
    if again_as in FINAL_EVENTS and not case.at_hand.muted:
        return Event(again_as), True
    return overnight(case.before, announcement, case.facts.page), True


def _draft(case: Situation, says: Event, *, is_line: bool) -> Draft:
    """The text as it reads now, with everything else that this person waits for."""
    facts, now, page = case.facts, case.facts.now, case.facts.page
    incident = facts.announcement.incident
    is_text = case.person.mode is Mode.SMS
    is_again = bool(case.again_as)
    along = companions(case.person, facts, is_second_try=is_again) if is_text else []
    if along or (is_line and is_text):
        language = page.language_of(case.person.preferences.language)
        body = summary([incident, *(one.announcement.incident for one in along)], page, language)
    else:
        body = facts.announcement.text(says, page, case.person, facts.component_names)
    claims = {incident.id: case.at_hand.claim(says, fingerprint(body), now)}
    for one in along:
        claims[one.announcement.incident.id] = one.at_hand.claim(
            one.says, fingerprint(body), now, carried_by=incident.id
        )
    tiers = page.recipient_limits
    opens_critical = says is Event.CREATED and incident.impact is Impact.CRITICAL
    return Draft(
        claims,
        body,
        count(body).segments if is_text else 1,
        remembered(texted(case.person, case.before), now, tiers) if tiers and is_text else None,
        is_privileged=says in FINAL_EVENTS or opens_critical,
        only_by=case.again_by,
    )


def _was_just_sent(case: Situation, draft: Draft) -> bool:
    """Whether the same words went to the same number within the last minute."""
    return any(
        text.body == fingerprint(draft.body) and case.facts.now - other.at < SAME_TEXT
        for other in case.person.threads.values()
        if (text := other.claimed) and not text.carried_by
    )


def _said_until(case: Situation, draft: Draft) -> float:
    """Until when the same words count as just said, by a text that no thread tells of any more, as
    where an incident ended and opened again within a minute; 0 for not at all.

    A text of this thread that was taken back, or is taken for one that did not go, said nothing.
    """
    said_at = case.person.said.get(fingerprint(draft.body), 0.0)
    if case.before and case.before.at == said_at and not case.before.claimed:
        return 0.0
    return said_at + SAME_TEXT if said_at <= case.facts.now < said_at + SAME_TEXT else 0.0


def _hold(case: Situation, until: float, reason: str) -> Hold:
    incident = case.facts.announcement.incident.id
    thread = case.at_hand.hold(until)
    notes = case.replaced({incident: thread})
    return Hold(until, thread, case.note(DeliveryStatus.HELD, reason), notes)


def _without_quota(case: Situation, full: UsedUp) -> Step:
    """It waits until the quota begins anew, if it is worth telling then; else it is refused."""
    if full.until - case.facts.now < case.facts.announcement.validity(case.facts.now):
        return _hold(case, full.until, full.reason)
    return _end_unsaid(case, full.reason)


def _end_unsaid(case: Situation, reason: str) -> End:
    """Nothing is told of it; the thread keeps an opening still on its way from coming after."""
    notes = case.replaced({case.facts.announcement.incident.id: case.at_hand})
    note = case.note(DeliveryStatus.SUPPRESSED, reason)
    return End((*notes, note), closes=case.at_hand)


def _end_overtaken(case: Situation, status: DeliveryStatus, reason: str) -> End:
    """Nobody is told this update any more; what waited for it, or was in doubt, ends too."""
    before, note = case.before, case.note(status, reason)
    incident, seq = case.facts.announcement.incident, case.facts.announcement.update.seq
    waits_for_older = before is not None and before.is_held and before.seq < seq
    if waits_for_older and incident.due_seq(case.facts.now) < seq and seq in incident.recalled:
        return End((note,))  # the older one is still for them
    instead = case.instead if case.waited or case.again_as else 0
    if not (case.was_held or case.again_as):
        return End((note,), instead=instead)
    notes = case.replaced({incident.id: case.at_hand})
    return End((*notes, note), closes=case.at_hand, instead=instead)


def _end_for_who_left(case: Situation) -> End:
    """Nobody is told who may not be texted; a text in doubt told them nothing."""
    facts, is_away = case.facts, case.person.state is State.QUARANTINED
    reason = "quarantined" if is_away else "unsubscribed"
    if case.person.is_textable:
        reason = MODE_OFF
    if case.is_behind:
        return End((_left(facts, facts.ledger_attempt, reason),))
    notes = case.replaced({facts.announcement.incident.id: case.at_hand})
    note = _left(facts, max(case.at_hand.attempt, facts.ledger_attempt), reason)
    return End((*notes, note), takes_back=case.before if case.again_as else None)


def _left(facts: Facts, attempt: int, reason: str) -> Note:
    incident, seq = facts.announcement.incident.id, facts.announcement.update.seq
    return Note(incident, seq, attempt, DeliveryStatus.SUPPRESSED, reason)
