"""The promises that can be said of one decision, over all facts there can be.

Every example is one person, page and incident; within it, every state of the thread meets every
outcome of an earlier attempt at several moments. `make decisions` makes many more of them.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from statustext.domain.announcement import Announcement
from statustext.domain.decision import decide
from statustext.domain.delivery import TERMINAL, fingerprint
from statustext.domain.evidence import UNTOLD, Evidence, Outcome
from statustext.domain.facts import Facts
from statustext.domain.incident import FINAL_EVENTS, Impact, Incident, Status, Update, event_of
from statustext.domain.limits_per_person import next_allowed
from statustext.domain.page import Page
from statustext.domain.resting import rests_until
from statustext.domain.segments import count
from statustext.domain.steps import Draft, End, Hold, Instead, Send, Step, Wait
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.thread import Claimed, Thread, begin

START = 1_800_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR
LEAD, OTHER = "0frwxtbsbr91", "1frwxtbsbr91"
SAYS = ("created", "updated", "resolved")
EVIDENCE = [
    *map(Evidence, Outcome),
    Evidence(Outcome.ARRIVED, sid="SM1"),
    Evidence(Outcome.RUNNING, START + 5 * DAY),
]
MOMENTS = (START + 120.0, START + 9 * HOUR, START + 3 * DAY)

PER_EXAMPLE = 300
"""Decisions that one example makes, roughly."""

seqs = st.integers(1, 3)
flags = st.booleans()


def mostly(usual: Any, *rare: Any) -> st.SearchStrategy[Any]:
    """Where all that can keep a text back were equally likely, none would ever go."""
    return st.sampled_from([*[usual] * 25 * len(rare), *rare])


def threads(at: float, body: str) -> list[Thread | None]:
    """A thread in each state, at each of three updates."""
    found: list[Thread | None] = [None]
    for seq, says, known in product((1, 2, 3), SAYS, ("", "created", "resolved")):
        fresh = begin(seq, at)
        if known:
            fresh = fresh.claim(known, "an earlier text", at).arrive().turn_to(seq, at)
        text = fresh.claim(says, body, at)
        found += [text, text.refuse(None, again=True)]
        if says == SAYS[0]:
            found += [fresh, fresh.hold(at + 5 * HOUR)]
            found.append(text.refuse(fresh.hold(at + HOUR), again=True))
    return found


@st.composite
def announcements(draw: st.DrawFn, incident_id: str) -> Announcement:
    likely = [Status.INVESTIGATING, Status.IDENTIFIED, Status.RESOLVED]
    seq, status = draw(seqs), draw(st.sampled_from([*likely * 4, *Status]))
    newest = seq + draw(mostly(0, 1))
    incident = Incident(
        id=incident_id,
        page="default",
        name=draw(st.sampled_from(["API is down", "Zahlungen sind gestört ⚡", "x" * 200])),
        status=draw(mostly(status, Status.RESOLVED, Status.MONITORING)),
        impact=draw(mostly(Impact.CRITICAL, *Impact)),
        component_ids=draw(st.sampled_from([(), ("api",), ("db", "api")])),
        newest_seq=newest,
        announced_seq=newest,
        created_at=START,
        updated_at=START,
        tell_at=draw(mostly(0.0, START + HOUR)),
        due_before=draw(st.integers(0, seq)),
        recalled=draw(mostly({}, {1: "recalled"}, {2: "recalled"}, {2: "recalled", 3: "recalled"})),
        reopened_seq=draw(mostly(0, 2)),
    )
    event = event_of(status, seq)
    return Announcement(incident, Update(incident_id, seq, status, event, "", True, START))


people = st.builds(
    Subscriber,
    id=st.just("sub_1"),
    page=st.just("default"),
    phone=st.sampled_from(["+12125550123", "+4915112345678"]),
    state=mostly(State.ACTIVE, *State),
    created_at=st.just(START),
    preferences=st.builds(
        Preferences,
        severity_filter=mostly(tuple(Impact), (Impact.MINOR,)),
        services=mostly((), ("api",)),
        new_incidents=mostly(True, False),
        updates=flags,
        resolutions=mostly(True, False),
        maintenance=flags,
        all_resolutions=flags,
        quiet_hours=st.sampled_from(["", "off", "22:00-07:00"]),
        timezone=st.sampled_from(["America/New_York", "Europe/Berlin"]),
        critical_always=flags,
    ),
    suppressed=mostly(None, "stop"),
    paused_until=mostly(0.0, START + DAY),
    recent=mostly((), (START + 100.0,), (START + 60.0,), (START - 300.0,) * 5),
)
pages = st.builds(
    Page,
    id=st.just("default"),
    name=st.just("Demo"),
    url=st.just("https://status.example.com"),
    public_url=st.just("https://api.example.com"),
    segment_budget=st.integers(1, 3),
    quiet_hours=st.sampled_from(["", "21:00-08:00"]),
    overnight=st.sampled_from(["line", "nothing"]),
    paused=mostly(False, True),
)


def every(
    page: Page, person: Subscriber, about: Announcement, other: Announcement
) -> Iterator[Facts]:
    """The facts of one example."""
    body = fingerprint("any text")
    along = [begin(1, START).hold(START + HOUR), begin(1, START + 60.0)]
    along.append(along[1].claim("created", body, START + 60.0, carried_by=LEAD))
    for number, (thread, evidence) in enumerate(product(threads(START + 60.0, body), EVIDENCE)):
        is_claimed = thread is not None and thread.claimed is not None
        if evidence.outcome is not Outcome.NONE and not is_claimed:
            continue
        stored = {OTHER: along[number % 3]} | ({LEAD: thread} if thread else {})
        yield Facts(
            now=MOMENTS[number // 3 % 3],
            page=page,
            subscriber=replace(person, threads=stored),
            announcement=about,
            evidence=evidence,
            ledger_attempt=number % 4 + 1,
            others={OTHER: other},
        )


PROFILE = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    max_examples=int(os.environ.get("DECISIONS", "5000")) // PER_EXAMPLE,
)


@PROFILE
@given(pages, people, announcements(LEAD), announcements(OTHER))
def test_every_decision_keeps_its_promises(
    page: Page, person: Subscriber, about: Announcement, other: Announcement
) -> None:
    for facts in every(page, person, about, other):
        step = decide(facts)
        assert decide(facts) == step, "the same facts, another decision"
        check(facts, step)


def check(facts: Facts, step: Step) -> None:
    match step:
        case Send(draft):
            check_text(facts, draft)
        case Hold(until, thread):
            assert until > facts.now
            assert (thread.seq, thread.held_until) == (facts.announcement.update.seq, until)
            assert not facts.page.paused
        case End(notes, closes):
            assert all(note.attempt >= 1 for note in notes)
            assert all(note.status in TERMINAL for note in notes), "an end that is none"
            assert closes is None or closes.claimed is None
        case Instead(seq):
            assert seq == facts.announcement.incident.due_seq(facts.now)
            assert seq != facts.announcement.update.seq
        case Wait(seconds):
            assert seconds >= 0


def check_text(facts: Facts, draft: Draft) -> None:
    """The promises of DESIGN §3, and the README's, of a text that may go."""
    person, now, page = facts.subscriber, facts.now, facts.page
    # 1 and 4: nobody who opted out, nobody who was never verified; the kill switch.
    assert person is not None
    assert (person.state, person.suppressed) == (State.ACTIVE, None)
    assert not page.paused
    # 2: no second text while nobody knows how the first ended.
    thread = facts.thread
    if thread and thread.claimed and thread.seq == facts.announcement.update.seq:
        assert facts.evidence.outcome in UNTOLD - {Outcome.GIVEN_UP}
    announced = {LEAD: facts.announcement, **facts.others}
    for incident, claim in draft.claims.items():
        about, before = announced[incident], person.threads.get(incident)
        check_claim(facts, about, claim, before)
        # Not at 3 am.
        assert not rests_until(person, about.incident, page, now)
        # Only what is still true.
        assert about.update.seq not in about.incident.recalled
        assert about.incident.due_seq(now) <= about.update.seq
        assert about.incident.is_over == about.is_end
    # Not more than they can bear, at a price that is known.
    assert draft.recent is not None
    assert draft.recent[-1] == now
    was_refused = thread is not None and thread.is_not_accepted
    texted = [at for at in person.recent if not (was_refused and thread and at == thread.at)]
    assert next_allowed(texted, now, page.recipient_limits) is None
    assert draft.segments == count(draft.body).segments <= page.segment_budget
    assert fingerprint(draft.body) == draft.claims[LEAD].state.body  # type: ignore[union-attr]


def check_claim(facts: Facts, about: Announcement, claim: Thread, before: Thread | None) -> None:
    text = claim.claimed
    assert isinstance(text, Claimed)
    assert (claim.seq, claim.at) == (about.update.seq, facts.now)
    assert text.carried_by == ("" if about.incident.id == LEAD else LEAD)
    if before is None:
        assert (claim.attempt, claim.known) == (1, "")
        assert text.says not in FINAL_EVENTS or wants_every_end(facts)
        return
    # 5: no going back, but where the newer update was recalled before it told anything.
    is_recalled = before.seq in about.incident.recalled and not before.told_as
    assert before.seq <= claim.seq or is_recalled
    assert not before.muted
    if before.seq == claim.seq:
        assert claim.attempt == before.attempt + 1
        assert claim.doubts == before.doubts + (before.claimed is not None and in_doubt(facts))
    # "Resolved" is for who was told of the incident, asked for all, or waited for its opening.
    was_second_try = before.claimed is not None and before.claimed.says in FINAL_EVENTS
    assert (
        text.says not in FINAL_EVENTS
        or claim.known not in ("", *FINAL_EVENTS)
        or before.is_held
        or wants_every_end(facts)
        or (was_second_try and in_doubt(facts))
    )


def wants_every_end(facts: Facts) -> bool:
    return facts.subscriber is not None and facts.subscriber.preferences.all_resolutions


def in_doubt(facts: Facts) -> bool:
    return facts.evidence.outcome is Outcome.DOUBTFUL


def test_every_kind_of_step_is_among_the_decisions() -> None:
    """Else the promises would be kept by a program that texts nobody."""
    seen: Counter[str] = Counter()

    @settings(PROFILE, max_examples=60)
    @given(pages, people, announcements(LEAD), announcements(OTHER))
    def look(page: Page, person: Subscriber, about: Announcement, other: Announcement) -> None:
        for facts in every(page, person, about, other):
            step = decide(facts)
            texts = f" {len(step.draft.claims)}" if isinstance(step, Send) else ""
            seen[type(step).__name__ + texts] += 1

    look()
    assert set(seen) == {"Send 1", "Send 2", "Hold", "End", "Instead", "Wait"}
    assert seen["Send 1"] > 20, seen
    assert seen["Send 2"] > 20, seen
