"""What is decided about one update for one person, as the README promises it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from statustext.domain.announcement import Announcement
from statustext.domain.decision import CARRIER_WAIT, PAUSE_WAIT, SOON, decide
from statustext.domain.delivery import DeliveryStatus, fingerprint
from statustext.domain.evidence import Evidence, Note, Outcome
from statustext.domain.facts import Facts
from statustext.domain.going_along import companions
from statustext.domain.incident import Impact, Incident, Status, Update, event_of
from statustext.domain.page import Page
from statustext.domain.steps import End, Hold, Instead, Send, Step, Wait
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.templates import Event
from statustext.domain.thread import Closed, Thread, begin

API, PAYMENTS = "0frwxtbsbr91", "1frwxtbsbr91"
HOUR = 3600.0
NOON = datetime(2027, 1, 15, 17, tzinfo=UTC).timestamp()  # in New York
NIGHT = datetime(2027, 1, 15, 4, tzinfo=UTC).timestamp()  # 23:00 there
MORNING = datetime(2027, 1, 15, 13, tzinfo=UTC).timestamp()
OPENING = "[Demo] Critical incident: API is down"
WORDS = {
    "created": "[{{page}}] {{Severity}} incident: {{title}}",
    "updated": "[{{page}}] Update: {{title}} - {{Status}}",
    "resolved": "[{{page}}] Resolved: {{title}}",
}
PAGE = Page(
    "default", "Demo", "https://status.example.com", "https://api.example.com", templates=WORDS
)
RECALLED = {2: "recalled"}


def announced(seq: int = 1, status: Status = Status.INVESTIGATING, **given: Any) -> Announcement:
    """Update `seq` of an incident that stands at `status`; it is the newest unless said."""
    made: dict[str, Any] = {
        "id": API,
        "page": "default",
        "name": "API is down",
        "status": status,
        "impact": Impact.CRITICAL,
        "component_ids": ("api",),
        "newest_seq": seq,
        "announced_seq": seq,
        "created_at": NIGHT - HOUR,
        "updated_at": NIGHT - HOUR,
        **given,
    }
    one = Incident(**made)
    told_from = NIGHT - HOUR
    event = event_of(status, seq)
    return Announcement(
        one, Update(one.id, seq, status, event, "", True, told_from, (), tell_at=told_from)
    )


def somebody(thread: Thread | None = None, **given: Any) -> Subscriber:
    made: dict[str, Any] = {
        "id": "sub_1",
        "page": "default",
        "phone": "+12125550123",
        "state": State.ACTIVE,
        "created_at": 0.0,
        "preferences": Preferences(timezone="America/New_York"),
        "threads": {API: thread} if thread else {},
        **given,
    }
    return Subscriber(**made)


def wishes(**given: Any) -> Preferences:
    return Preferences(timezone="America/New_York", **given)


def told(says: str = "created", seq: int = 1, at: float = NIGHT - HOUR) -> Thread:
    """Who was told so of update `seq`, for certain."""
    return claimed(says, seq, at=at).arrive()


def claimed(says: str = "created", seq: int = 1, *, at: float = NIGHT - HOUR) -> Thread:
    return begin(seq, at).claim(says, fingerprint(OPENING), at)


def held(seq: int = 1, until: float = MORNING) -> Thread:
    return begin(seq, NIGHT).hold(until)


def decided(
    about: Announcement | None = None, person: Subscriber | None = None, **facts: Any
) -> Step:
    given: dict[str, Any] = {"now": NOON, "page": PAGE, **facts}
    about = announced() if about is None else about
    return decide(
        Facts(subscriber=somebody() if person is None else person, announcement=about, **given)
    )


def said(step: Step) -> str:
    """The text that is to be sent."""
    assert isinstance(step, Send), step
    return step.draft.body


def ended(step: Step) -> tuple[str, str]:
    """How the ledger says that nothing is told."""
    assert isinstance(step, End), step
    return step.notes[-1].status.value, step.notes[-1].reason


def test_who_wants_it_is_told_of_an_incident_in_one_segment() -> None:
    step = decided()
    assert said(step) == OPENING
    assert isinstance(step, Send)
    claim = step.draft.claims[API]
    assert (claim.seq, claim.attempt, claim.told_as, claim.known, claim.at) == (
        1, 1, "created", "", NOON,
    )  # fmt: skip
    assert claim.claimed is not None
    assert claim.claimed.body == fingerprint(OPENING)
    assert (step.draft.segments, step.draft.is_privileged, step.notes) == (1, True, ())
    assert step.draft.recent == (NOON,)


# Nobody is texted who may not be.


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"state": State.UNSUBSCRIBED}, "unsubscribed"),
        ({"state": State.UNCONFIRMED}, "unsubscribed"),
        ({"state": State.QUARANTINED}, "quarantined"),
        ({"suppressed": "stop"}, "unsubscribed"),
    ],
)
def test_nobody_is_texted_who_may_not_be(given: Mapping[str, Any], reason: str) -> None:
    step = decided(person=somebody(**given), ledger_attempt=3)
    assert ended(step) == ("suppressed", reason)
    assert isinstance(step, End)
    assert (step.notes[-1].attempt, step.closes, step.takes_back) == (3, None, None)


def test_who_is_not_there_any_more_is_told_nothing() -> None:
    facts = Facts(NOON, PAGE, None, announced(), ledger_attempt=2)
    note = Note(API, 1, 2, DeliveryStatus.SUPPRESSED, "unsubscribed")
    assert decide(facts) == End((note,))


def test_a_text_in_doubt_of_who_left_is_taken_back() -> None:
    person = somebody(claimed(), state=State.UNSUBSCRIBED)
    step = decided(person=person, evidence=Evidence(Outcome.DOUBTFUL))
    assert isinstance(step, End)
    assert step.takes_back == claimed().give_up()
    assert step.notes[-1].attempt == 2


def test_what_was_held_for_who_left_is_superseded_too() -> None:
    person = somebody(held(1), state=State.UNSUBSCRIBED)
    step = decided(announced(2), person)
    assert isinstance(step, End)
    assert [(note.seq, note.status) for note in step.notes] == [
        (1, DeliveryStatus.SUPERSEDED),
        (2, DeliveryStatus.SUPPRESSED),
    ]
    assert step.takes_back is None


def test_the_ledger_of_who_left_stands_at_its_last_attempt() -> None:
    person = somebody(told(seq=2), state=State.UNSUBSCRIBED)
    note = Note(API, 1, 3, DeliveryStatus.SUPPRESSED, "unsubscribed")
    assert decided(announced(1), person, ledger_attempt=3) == End((note,))


def test_while_a_page_is_paused_the_whole_batch_waits() -> None:
    assert decided(page=replace(PAGE, paused=True)) == Wait(PAUSE_WAIT, whole_batch=True)


# Only what is still true is told.


@pytest.mark.parametrize(
    ("about", "now", "end"),
    [
        (announced(1, announced_seq=2), NOON, ("superseded", "a newer update exists")),
        (announced(1, recalled={1: "recalled"}), NOON, ("suppressed", "recalled")),
        (announced(1, recalled={1: "filtered"}), NOON, ("suppressed", "filtered")),
        (replace(announced(1), incident=announced(2, Status.RESOLVED, announced_seq=1).incident),
         NOON, ("superseded", "the incident is over")),
        (replace(announced(2, Status.RESOLVED), incident=announced(3, announced_seq=2).incident),
         NOON, ("superseded", "the incident goes on")),
        (announced(), NIGHT + 47 * HOUR, None),
        (announced(), NIGHT + 47 * HOUR + 1, ("expired", "too old")),
        (announced(1, Status.SCHEDULED), NIGHT + 5 * HOUR + 1, ("expired", "too old")),
    ],
)  # fmt: skip
def test_only_what_is_still_true_is_told(
    about: Announcement, now: float, end: tuple[str, str] | None
) -> None:
    step = decided(about, now=now)
    if end is None:
        assert isinstance(step, Send)
        return
    assert ended(step) == end
    assert isinstance(step, End)
    assert (step.closes, step.instead) == (None, 0)


def test_what_was_held_is_told_while_the_incident_is_open_however_old() -> None:
    step = decided(person=somebody(held()), now=NOON + 96 * HOUR)
    assert said(step) == OPENING
    assert isinstance(step, Send)
    assert step.notes == ()


def test_an_update_waits_for_its_moment_and_the_one_before_is_told() -> None:
    later = announced(1, announced_seq=2, due_before=1, tell_at=NOON + 1)
    assert said(decided(later)) == OPENING
    assert ended(decided(later, now=NOON + 1)) == ("superseded", "a newer update exists")


def test_who_waited_for_what_was_overtaken_is_told_the_newest() -> None:
    note = Note(API, 1, 2, DeliveryStatus.SUPERSEDED, "a newer update exists")
    step = decided(announced(1, announced_seq=2), somebody(held()))
    assert step == End((note,), closes=held().try_again(NOON), instead=2)


def test_who_was_refused_what_was_overtaken_is_told_the_newest() -> None:
    refused = claimed().refuse(None, again=True)
    note = Note(API, 1, 2, DeliveryStatus.SUPERSEDED, "a newer update exists")
    step = decided(announced(1, announced_seq=2), somebody(refused))
    assert step == End((note,), instead=2)


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        (announced(2, recalled=RECALLED), "recalled"),
        (replace(announced(2), incident=announced(2, Status.RESOLVED, tell_at=NOON + HOUR,
                                                  due_before=1).incident), "the incident is over"),
    ],
)  # fmt: skip
def test_what_waited_for_an_older_update_ends_where_that_is_not_told_either(
    about: Announcement, reason: str
) -> None:
    step = decided(about, somebody(held(1)))
    assert ended(step)[1] == reason
    assert isinstance(step, End)
    assert step.closes == begin(2, NOON)
    assert [note.seq for note in step.notes] == [1, 2]


def test_what_waited_for_the_recalled_update_itself_ends() -> None:
    about = announced(2, announced_seq=1, recalled=RECALLED)
    step = decided(about, somebody(held(2)))
    assert isinstance(step, End)
    assert (step.closes, step.instead) == (held(2).try_again(NOON), 1)


# How it is told.


@pytest.mark.parametrize(
    ("thread", "given", "about", "text"),
    [
        (None, {}, announced(2), OPENING),
        (told(), {}, announced(2), ("suppressed", "not wanted any more")),
        (told(), {"updates": True}, announced(2), "[Demo] Update: API is down - Investigating"),
        (told(), {}, announced(2, Status.RESOLVED), "[Demo] Resolved: API is down"),
        (told(), {"resolutions": False}, announced(2, Status.RESOLVED),
         ("suppressed", "not told")),
        (None, {}, announced(2, Status.RESOLVED), ("suppressed", "not told")),
        (None, {"all_resolutions": True}, announced(2, Status.RESOLVED),
         "[Demo] Resolved: API is down"),
        (begin(1, NIGHT), {}, announced(2, Status.RESOLVED), ("suppressed", "not told")),
        (claimed().refuse(None, again=True), {}, announced(2, Status.RESOLVED),
         ("suppressed", "not wanted any more")),
        (None, {"severity_filter": (Impact.MINOR,)}, announced(),
         ("suppressed", "not wanted any more")),
        (None, {"services": ("payments",)}, announced(), ("suppressed", "not wanted any more")),
        (replace(told(), muted=True), {"updates": True}, announced(2),
         ("suppressed", "not wanted any more")),
        (replace(held(), muted=True), {}, announced(2, Status.RESOLVED),
         ("suppressed", "not wanted any more")),
    ],
)  # fmt: skip
def test_how_it_is_told(
    thread: Thread | None,
    given: Mapping[str, Any],
    about: Announcement,
    text: str | tuple[str, str],
) -> None:
    step = decided(about, somebody(thread, preferences=wishes(**given)))
    if isinstance(text, str):
        assert said(step) == text
        return
    assert ended(step) == text
    assert isinstance(step, End)
    assert step.closes is not None
    assert isinstance(step.closes.state, Closed)
    assert (step.closes.seq, step.closes.at, step.instead) == (about.update.seq, NOON, 0)


def test_a_component_is_named_where_the_template_does() -> None:
    page = replace(PAGE, templates={"created": "{{title}}: {{service}}"})
    step = decided(page=page, component_names={"api": "API", "db": "Database"})
    assert said(step) == "API is down: API"


def test_an_impact_that_nobody_set_is_not_named() -> None:
    assert said(decided(announced(impact=Impact.NONE))) == "[Demo] New incident: API is down"


@pytest.mark.parametrize(
    ("about", "thread", "is_privileged"),
    [
        (announced(), None, True),
        (announced(impact=Impact.MAJOR), None, False),
        (announced(2), told(), False),
        (announced(2, Status.RESOLVED, impact=Impact.MINOR), told(), True),
    ],
)
def test_openings_of_what_is_critical_and_ends_may_use_the_reserve(
    about: Announcement, thread: Thread | None, is_privileged: bool
) -> None:
    step = decided(about, somebody(thread, preferences=wishes(updates=True)))
    assert isinstance(step, Send)
    assert step.draft.is_privileged is is_privileged


# Not at 3 am.


@pytest.mark.parametrize(
    ("impact", "given", "now", "until"),
    [
        (Impact.MAJOR, {}, NIGHT, MORNING),
        (Impact.MAJOR, {}, NOON, 0.0),
        (Impact.CRITICAL, {}, NIGHT, 0.0),
        (Impact.CRITICAL, {"critical_always": False}, NIGHT, MORNING),
        (Impact.MAJOR, {"quiet_hours": "off"}, NIGHT, 0.0),
        (Impact.MAJOR, {"quiet_hours": "11:00-13:00"}, NOON, NOON + HOUR),
    ],
)
def test_what_is_not_critical_waits_for_the_morning(
    impact: Impact, given: Mapping[str, Any], now: float, until: float
) -> None:
    step = decided(announced(impact=impact), somebody(preferences=wishes(**given)), now=now)
    if not until:
        assert isinstance(step, Send)
        return
    assert step == Hold(
        until, begin(1, now).hold(until), Note(API, 1, 1, DeliveryStatus.HELD, "quiet")
    )


def test_a_pause_holds_what_is_critical_too() -> None:
    step = decided(person=somebody(paused_until=NOON + HOUR))
    assert isinstance(step, Hold)
    assert (step.until, step.note.reason) == (NOON + HOUR, "quiet")
    assert isinstance(decided(person=somebody(paused_until=NOON)), Send)


@pytest.mark.parametrize(
    ("recent", "until"),
    [
        ((NOON - 60,), 0.0),
        ((NOON - 59,), NOON + 1),
        ((NOON - 899, *[NOON - 300.0] * 4), NOON + 1),
    ],
)
def test_nobody_is_texted_more_than_they_can_bear(recent: tuple[float, ...], until: float) -> None:
    step = decided(person=somebody(recent=recent))
    if not until:
        assert isinstance(step, Send)
        return
    note = Note(API, 1, 1, DeliveryStatus.HELD, "limits per person")
    assert step == Hold(until, begin(1, NOON).hold(until), note)


def test_a_text_that_was_not_accepted_is_none_of_the_few() -> None:
    refused = claimed(at=NOON - 30).refuse(None, again=True)
    step = decided(person=somebody(refused, recent=(NOON - 30,)))
    assert isinstance(step, Send)
    assert step.draft.recent == (NOON,)
    assert (step.draft.claims[API].attempt, step.draft.claims[API].refusals) == (2, 0)


def test_without_limits_nothing_is_remembered() -> None:
    step = decided(page=replace(PAGE, recipient_limits=()), person=somebody(recent=(NOON,)))
    assert isinstance(step, Send)
    assert step.draft.recent is None


def test_news_in_place_of_what_is_held_is_held_in_its_place() -> None:
    step = decided(announced(2, impact=Impact.MAJOR), somebody(held()), now=NIGHT)
    assert isinstance(step, Hold)
    assert step.notes == (Note(API, 1, 1, DeliveryStatus.SUPERSEDED, "a newer update exists"),)
    assert step.thread == begin(2, NIGHT).hold(MORNING)


# Never twice, never back.


@pytest.mark.parametrize("at", [NOON - 59, NOON - 60])
@pytest.mark.parametrize("seq", [1, 2])
def test_the_same_words_within_a_minute_are_sent_once(at: float, seq: int) -> None:
    about, old = announced(seq), announced(name="API is down", id=PAYMENTS)
    other = begin(1, at).claim("created", fingerprint(OPENING), at)
    page = replace(PAGE, recipient_limits=())
    step = decided(about, somebody(threads={old.incident.id: other}), page=page)
    if at == NOON - 60:
        assert said(step) == OPENING
    else:
        assert ended(step) == ("suppressed", "recent_duplicate")


@pytest.mark.parametrize("newer", [told(seq=2), claimed(seq=2), held(2), begin(2, NIGHT)])
def test_an_older_update_never_follows_a_newer_one(newer: Thread) -> None:
    step = decided(announced(1, announced_seq=3), somebody(newer), ledger_attempt=2)
    assert step == End((Note(API, 1, 2, DeliveryStatus.SUPERSEDED, "told of a newer update"),))


def test_the_same_words_of_an_older_update_are_sent_once_too() -> None:
    words = fingerprint("[Demo] Update: API is down - Investigating")
    thread = begin(1, NOON - 30).claim("created", words, NOON - 30)
    person = somebody(thread, preferences=wishes(updates=True))
    page = replace(PAGE, recipient_limits=())
    step = decided(announced(2), person, page=page, evidence=ARRIVED)
    assert ended(step) == ("suppressed", "recent_duplicate")


@pytest.mark.parametrize(("ago", "wait"), [(9.0, 51.0), (59.0, 1.0), (60.0, 0.0), (-5.0, 0.0)])
def test_words_that_were_just_said_wait_for_their_minute(ago: float, wait: float) -> None:
    """The incident opened, ended and opened again: no thread tells of the first text any more."""
    person = somebody(told("resolved", seq=2), said={fingerprint(OPENING): NOON - ago})
    page = replace(PAGE, recipient_limits=())
    step = decided(announced(3, reopened_seq=3), person, page=page)
    if wait:
        assert step == Wait(wait)
    else:
        assert said(step) == OPENING


@pytest.mark.parametrize(
    ("thread", "outcome"),
    [
        (claimed(at=NOON - 9).refuse(None, again=True), Outcome.NONE),
        (claimed(at=NOON - 9), Outcome.NOT_ACCEPTED),
    ],
)
def test_words_that_were_not_accepted_were_not_said(thread: Thread, outcome: Outcome) -> None:
    page, evidence = replace(PAGE, recipient_limits=()), Evidence(outcome)
    person = somebody(thread, said={fingerprint(OPENING): NOON - 9})
    assert said(decided(person=person, page=page, evidence=evidence)) == OPENING
    again = somebody(thread, said={fingerprint(OPENING): NOON - 8})
    assert decided(person=again, page=page, evidence=evidence) == Wait(52.0)


def test_whose_newer_text_was_refused_is_told_the_newest_in_place_of_an_older() -> None:
    refused = claimed(seq=2).refuse(None, again=True)
    step = decided(announced(1, announced_seq=3), somebody(refused))
    assert isinstance(step, End)
    assert (ended(step), step.instead) == (("superseded", "told of a newer update"), 3)


@pytest.mark.parametrize(
    "newer", [held(2), begin(2, NIGHT), claimed(seq=2).refuse(None, again=True)]
)
def test_an_older_update_is_told_where_the_newer_was_recalled_before_it_went(newer: Thread) -> None:
    about = announced(1, newest_seq=2, recalled=RECALLED)
    step = decided(about, somebody(newer), ledger_attempt=4)
    assert said(step) == OPENING
    assert isinstance(step, Send)
    assert (step.draft.claims[API].seq, step.draft.claims[API].attempt) == (1, 5)
    assert step.notes[0] == Note(API, 2, 1, DeliveryStatus.SUPPRESSED, "recalled")
    rests = decided(about, somebody(newer, paused_until=NOON + HOUR), ledger_attempt=4)
    assert isinstance(rests, Hold)
    assert rests.thread == begin(1, NOON).turn_to(1, NOON, attempt=5).hold(NOON + HOUR)


def test_who_was_told_the_recalled_update_is_told_no_older_one() -> None:
    about = announced(1, newest_seq=2, recalled=RECALLED)
    assert ended(decided(about, somebody(told(seq=2)))) == ("superseded", "told of a newer update")


def test_a_recall_before_its_message_leaves_the_older_one_held() -> None:
    about = announced(2, announced_seq=1, recalled=RECALLED)
    step = decided(about, somebody(held(1)))
    assert step == End((Note(API, 2, 1, DeliveryStatus.SUPPRESSED, "recalled"),))


# What became of an earlier attempt.

ARRIVED = Evidence(Outcome.ARRIVED, sid="SM1")


@pytest.mark.parametrize(
    ("evidence", "step"),
    [
        (Evidence(Outcome.RUNNING, NOON + 7), Wait(7.0)),
        (Evidence(Outcome.RUNNING, NOON - 7), Wait(0.0)),
        (Evidence(Outcome.UNREADABLE, NOON + 120), Wait(120.0)),
        (ARRIVED, End()),
        (Evidence(Outcome.ARRIVED), End()),
        (Evidence(Outcome.GIVEN_UP), End()),
    ],
)
def test_a_claimed_text_is_not_sent_again_before_it_is_proven_not_to_have_gone(
    evidence: Evidence, step: Step
) -> None:
    assert decided(person=somebody(claimed()), evidence=evidence) == step


@pytest.mark.parametrize(("outcome", "doubts"), [(Outcome.NOT_ACCEPTED, 0), (Outcome.DOUBTFUL, 1)])
def test_what_did_not_go_is_sent_again(outcome: Outcome, doubts: int) -> None:
    step = decided(person=somebody(claimed()), evidence=Evidence(outcome))
    assert said(step) == OPENING
    assert isinstance(step, Send)
    claim = step.draft.claims[API]
    assert (claim.attempt, claim.doubts, claim.known, claim.told_as) == (2, doubts, "", "created")


def test_a_second_try_tells_it_as_the_first_which_may_have_come_through() -> None:
    person = somebody(claimed("updated", seq=2), preferences=wishes(updates=True))
    step = decided(announced(2), person, evidence=Evidence(Outcome.DOUBTFUL))
    assert said(step) == "[Demo] Update: API is down - Investigating"
    fresh = decided(announced(2), person, evidence=Evidence(Outcome.NOT_ACCEPTED))
    assert said(fresh) == OPENING


@pytest.mark.parametrize("muted", [False, True])
def test_a_second_try_of_an_end_is_one_line_unless_it_was_muted(muted: bool) -> None:
    person = somebody(replace(claimed("resolved", seq=2), muted=muted))
    step = decided(announced(2, Status.RESOLVED), person, evidence=Evidence(Outcome.DOUBTFUL))
    if muted:
        assert ended(step) == ("suppressed", "not told")
    else:
        assert said(step) == "[Demo] Status: API is down (resolved)"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome.NONE, "[Demo] Resolved: API is down"),
        (Outcome.ARRIVED, "[Demo] Resolved: API is down"),
        (Outcome.NOT_ACCEPTED, ""),
        (Outcome.DOUBTFUL, ""),
        (Outcome.GIVEN_UP, ""),
    ],
)
def test_the_end_is_told_to_those_whose_opening_went(outcome: Outcome, text: str) -> None:
    about = announced(2, Status.RESOLVED)
    step = decided(about, somebody(claimed()), evidence=Evidence(outcome))
    if text:
        assert said(step) == text
        assert isinstance(step, Send)
        assert step.draft.claims[API].known == "created"
    else:
        assert ended(step) == ("suppressed", "not told")


@pytest.mark.parametrize(("age", "wait"), [(0.0, SOON), (89.0, SOON), (90.0, 50.0), (600.0, 50.0)])
def test_news_wait_until_it_is_known_whether_the_text_before_went(age: float, wait: float) -> None:
    person = somebody(claimed(at=NOON - age))
    running = Evidence(Outcome.RUNNING, NOON + 50)
    assert decided(announced(2), person, evidence=running) == Wait(wait)


@pytest.mark.parametrize("age", [900.0, 901.0])
def test_a_list_that_cannot_be_read_stops_only_what_is_still_news(age: float) -> None:
    person = somebody(claimed(at=NOON - age))
    unread = Evidence(Outcome.UNREADABLE, NOON + 120)
    assert decided(person=person, evidence=unread) == Wait(120.0)
    overtaken = decided(announced(1, announced_seq=2), person, evidence=unread)
    newer = decided(announced(2, Status.RESOLVED), person, evidence=unread)
    if age == 900.0:
        assert overtaken == newer == Wait(120.0)
    else:
        assert ended(overtaken) == ("superseded", "a newer update exists")
        assert said(newer) == "[Demo] Resolved: API is down"


@pytest.mark.parametrize(
    ("thread", "outcome"),
    [(begin(1, NIGHT), Outcome.NONE), (claimed(), Outcome.GIVEN_UP)],
)
def test_who_may_have_been_passed_over_is_told_the_newest(thread: Thread, outcome: Outcome) -> None:
    about = announced(1, announced_seq=3)
    assert decided(about, somebody(thread), evidence=Evidence(outcome)) == Instead(3)
    assert decided(announced(1), somebody(thread), evidence=Evidence(outcome)) == End()


# What waited goes in one text.


def payments(status: Status = Status.INVESTIGATING, seq: int = 1, **given: Any) -> Announcement:
    return announced(
        seq, status, id=PAYMENTS, name="Payments are slow", impact=Impact.MAJOR, **given
    )


def test_what_waits_for_the_same_person_goes_along() -> None:
    person = somebody(threads={API: held(), PAYMENTS: held()})
    step = decided(person=person, others={PAYMENTS: payments()})
    assert (
        said(step)
        == "[Demo] Status: API is down (investigating); Payments are slow (investigating)"
    )
    assert isinstance(step, Send)
    along = step.draft.claims[PAYMENTS].claimed
    assert along is not None
    assert (along.says, along.carried_by) == (Event.CREATED, API)
    assert list(step.draft.claims) == [API, PAYMENTS]
    assert (step.draft.claims[PAYMENTS].attempt, step.draft.claims[PAYMENTS].at) == (2, NOON)


def goes_along(step: Step) -> bool:
    assert isinstance(step, Send)
    return PAYMENTS in step.draft.claims


def test_what_waits_goes_along_as_it_is_now() -> None:
    person = somebody(threads={PAYMENTS: held()})
    step = decided(person=person, others={PAYMENTS: payments(seq=2)})
    assert isinstance(step, Send)
    claim = step.draft.claims[PAYMENTS]
    assert (claim.seq, claim.attempt, claim.told_as) == (2, 1, "created")
    assert step.notes == (Note(PAYMENTS, 1, 1, DeliveryStatus.SUPERSEDED, "a newer update exists"),)


def test_what_waits_goes_along_however_old() -> None:
    person = somebody(threads={API: held(), PAYMENTS: held()})
    assert goes_along(decided(person=person, others={PAYMENTS: payments()}, now=NOON + 96 * HOUR))


@pytest.mark.parametrize("overnight", ["line", "nothing"])
def test_what_ended_overnight_goes_along_as_the_page_chooses(overnight: str) -> None:
    person = somebody(threads={PAYMENTS: held()})
    others = {PAYMENTS: payments(Status.RESOLVED, 2)}
    step = decided(person=person, others=others, page=replace(PAGE, overnight=overnight))
    assert goes_along(step) is (overnight == "line")


def test_what_may_not_go_along_keeps_nothing_else_from_it() -> None:
    blocked = ("recalled", "muted", "unknown")
    threads = dict.fromkeys(blocked, held()) | {"muted": replace(held(), muted=True)}
    person = somebody(threads={**threads, PAYMENTS: held()})
    others = {
        "recalled": announced(id="recalled", recalled={1: "recalled"}),
        "muted": announced(id="muted"),
        PAYMENTS: payments(),
    }
    step = decided(person=person, others=others)
    assert isinstance(step, Send)
    assert list(step.draft.claims) == [API, PAYMENTS]


def test_a_companion_is_at_hand_from_now_on() -> None:
    person = somebody(threads={API: held(), PAYMENTS: held()})
    for seq, at_hand in ((1, held().try_again(NOON)), (2, begin(2, NOON))):
        others = {PAYMENTS: payments(seq=seq)}
        facts = Facts(NOON, PAGE, person, announced(), others=others)
        (found,) = companions(person, facts, is_second_try=False)
        assert (found.at_hand, found.says) == (at_hand, Event.CREATED)


@pytest.mark.parametrize(
    ("thread", "other", "now"),
    [
        (told(), payments(seq=2), NOON),  # waits for nothing
        (held(), payments(announced_seq=2), NOON),
        (held(), payments(recalled={1: "recalled"}), NOON),
        (held(2), payments(), NOON),  # its newer update was recalled
        (held(), payments(), NIGHT),  # rests still
        (replace(held(), muted=True), payments(), NOON),
        (held(), None, NOON),
    ],
)
def test_what_need_not_go_along_does_not(
    thread: Thread, other: Announcement | None, now: float
) -> None:
    person = somebody(threads={PAYMENTS: thread})
    step = decided(person=person, others={PAYMENTS: other} if other else {}, now=now)
    assert said(step) == OPENING
    assert isinstance(step, Send)
    assert list(step.draft.claims) == [API]


@pytest.mark.parametrize(
    ("outcome", "goes_along"), [(Outcome.DOUBTFUL, True), (Outcome.NOT_ACCEPTED, False)]
)
def test_on_a_second_try_in_doubt_the_same_go_along(outcome: Outcome, goes_along: bool) -> None:
    first = begin(1, NIGHT - HOUR).claim("created", "a text", NIGHT - HOUR, carried_by=API)
    person = somebody(threads={API: claimed(), PAYMENTS: first})
    step = decided(person=person, others={PAYMENTS: payments()}, evidence=Evidence(outcome))
    assert isinstance(step, Send)
    assert (PAYMENTS in step.draft.claims) is goes_along
    if goes_along:
        claim = step.draft.claims[PAYMENTS]
        assert (claim.attempt, claim.doubts, claim.known) == (2, 1, "")


def carried(says: str = "created", *, at: float = NIGHT - HOUR, seq: int = 1) -> Thread:
    return begin(seq, at).claim(says, "a text", at, carried_by=API)


@pytest.mark.parametrize(
    ("thread", "given", "other", "says"),
    [
        (carried(), {"updates": True}, payments(), "created"),
        (carried(), {"new_incidents": False}, payments(), "created"),
        (carried(), {}, payments(Status.RESOLVED, 2), ""),
        (carried("resolved", seq=2), {}, payments(Status.RESOLVED, 2), "resolved"),
        (carried("resolved"), {"new_incidents": False}, payments(seq=2), "resolved"),
        (replace(carried(), muted=True), {}, payments(), ""),
        (replace(carried("resolved", seq=2), muted=True), {}, payments(Status.RESOLVED, 2), ""),
        (carried(at=NIGHT), {}, payments(), ""),  # with another text
        (told(), {"updates": True}, payments(seq=2), ""),
        (claimed(), {"updates": True}, payments(seq=2), ""),
    ],
)
def test_how_it_goes_along_on_a_second_try(
    thread: Thread, given: Mapping[str, Any], other: Announcement, says: str
) -> None:
    preferences = wishes(all_resolutions=False, **given)
    person = somebody(threads={API: claimed(), PAYMENTS: thread}, preferences=preferences)
    step = decided(person=person, others={PAYMENTS: other}, evidence=Evidence(Outcome.DOUBTFUL))
    if not isinstance(step, Send):
        assert ended(step)[1] == "not wanted any more"  # nor is the incident itself
        facts = Facts(NOON, PAGE, person, announced(), others={PAYMENTS: other})
        (found,) = companions(person, facts, is_second_try=True)
        assert found.says == says
        return
    claim = step.draft.claims.get(PAYMENTS)
    assert (claim.told_as if claim else "") == says


def test_a_night_of_many_incidents_is_a_few_texts() -> None:
    names = [f"i{number:011d}" for number in range(30)]
    person = somebody(threads=dict.fromkeys(names, held()))
    others = {name: announced(id=name, name=name) for name in names}
    step = decided(person=person, others=others)
    assert isinstance(step, Send)
    assert len(step.draft.claims) == 21


@pytest.mark.parametrize(
    ("overnight", "thread", "text"),
    [
        ("line", held(), "[Demo] Status: API is down (resolved)"),
        ("nothing", held(), ""),
        ("line", begin(1, NIGHT), ""),
    ],
)
def test_what_opened_and_ended_overnight_is_a_line_or_nothing(
    overnight: str, thread: Thread, text: str
) -> None:
    page = replace(PAGE, overnight=overnight)
    step = decided(announced(2, Status.RESOLVED), somebody(thread), page=page)
    if text:
        assert said(step) == text
        assert isinstance(step, Send)
        assert step.notes == (Note(API, 1, 1, DeliveryStatus.SUPERSEDED, "a newer update exists"),)
    else:
        status, _ = ended(step)
        assert status == "suppressed"


def test_what_was_told_along_with_a_text_is_noted_once_that_text_is_there() -> None:
    body = fingerprint(OPENING)
    along = begin(2, NIGHT).claim("created", body, NIGHT, carried_by=API)
    another = begin(2, NIGHT).claim("created", "another text", NIGHT, carried_by=API)
    person = somebody(threads={API: claimed(), PAYMENTS: along, "other": another})
    note = Note(PAYMENTS, 2, 1, DeliveryStatus.SUPERSEDED, f"told with {API}")
    assert decided(person=person, evidence=ARRIVED) == End((note,))
    assert decided(person=person, evidence=Evidence(Outcome.ARRIVED)) == End()


# The carrier says on its own status page that it does not text.


@pytest.mark.parametrize("impact", list(Impact))
@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.RESOLVED])
def test_what_is_not_critical_waits_for_a_carrier_that_is_down(
    impact: Impact, status: Status
) -> None:
    seq = 1 if status is Status.INVESTIGATING else 2
    about = announced(seq, status, impact=impact)
    knows = somebody(told() if seq > 1 else None)
    step = decided(about, knows, is_carrier_down=True)
    assert isinstance(decided(about, knows), Send)
    if impact is Impact.CRITICAL:
        assert isinstance(step, Send)
    else:
        assert step == Wait(CARRIER_WAIT)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"announced_seq": 2, "newest_seq": 2}, "a newer update exists"),
        ({"recalled": {1: "recalled"}}, "recalled"),
    ],
)
def test_what_waits_for_a_carrier_does_not_grow_stale(given: Any, reason: str) -> None:
    about = announced(impact=Impact.MINOR, **given)
    assert ended(decided(about, is_carrier_down=True))[1] == reason


def test_nobody_waits_for_a_carrier_who_left_or_rests_anyway() -> None:
    minor = announced(impact=Impact.MINOR)
    gone = somebody(state=State.UNSUBSCRIBED)
    assert ended(decided(minor, gone, is_carrier_down=True))[1] == "unsubscribed"
    assert isinstance(decided(minor, now=NIGHT, is_carrier_down=True), Hold)
