"""Modes other than texts: what is the same for them, and what is not."""

from dataclasses import replace

import pytest

from statustext.adapters.pages import page_of, page_row
from statustext.adapters.subscribers import activate, subscriber_of
from statustext.domain.announcement import Announcement
from statustext.domain.carrier import Account, Carrier
from statustext.domain.decision import MODE_OFF, decide
from statustext.domain.evidence import CLAIM_LEASE, MOST_REPEATS, EarlierAttempt, Outcome
from statustext.domain.facts import Facts
from statustext.domain.ids import subscriber_id
from statustext.domain.incident import Impact, Incident, Status, Update
from statustext.domain.limits_per_person import remembered
from statustext.domain.mode import Mode
from statustext.domain.page import Page, Sender, Senders
from statustext.domain.resting import rests_until
from statustext.domain.steps import End, Hold, Send
from statustext.domain.subscriber import Preferences, State, Subscriber, usual_preferences
from statustext.domain.templates import Event
from statustext.domain.thread import Claimed, Thread

NIGHT = 1_767_240_000.0  # Thursday, 04:00 UTC
PAGE = Page("default", "Acme", "https://acme.example", "https://api.example", modes=tuple(Mode))
INCIDENT = Incident(
    id="inc1",
    page="default",
    name="Checkout is down",
    status=Status.INVESTIGATING,
    impact=Impact.MAJOR,
    created_at=NIGHT,
    updated_at=NIGHT,
    component_ids=(),
    newest_seq=1,
    announced_seq=1,
)
UPDATE = Update(
    incident="inc1",
    seq=1,
    id="upd1",
    status=Status.INVESTIGATING,
    event=Event.CREATED,
    tell_at=NIGHT,
    body="We look into it.",
    created_at=NIGHT,
    deliver=True,
)
BY_MAIL = Subscriber(
    id="sub_1",
    page="default",
    phone="",
    state=State.ACTIVE,
    created_at=NIGHT - 1000,
    preferences=usual_preferences(Mode.EMAIL),
    verified_at=NIGHT - 1000,
    mode=Mode.EMAIL,
    address="jo@example.com",
)
BY_SMS = replace(BY_MAIL, mode=Mode.SMS, phone="+15550000001", address="")


def facts(person: Subscriber, page: Page = PAGE) -> Facts:
    return Facts(NIGHT, page, person, Announcement(INCIDENT, UPDATE))


def test_an_address_has_one_subscriber_by_mode() -> None:
    ids = {subscriber_id("key", "default", "jo@example.com", mode) for mode in Mode}
    assert len(ids) == len(Mode)


@pytest.mark.parametrize("written", ["jo@example.com", "Jo@Example.COM"])
def test_a_mailbox_knows_no_capitals(written: str) -> None:
    known = subscriber_id("key", "default", "jo@example.com", Mode.EMAIL)
    assert subscriber_id("key", "default", written, Mode.EMAIL) == known


def test_a_number_has_the_id_it_had_before_there_were_modes() -> None:
    known = subscriber_id("key", "default", "+15550000001")
    assert subscriber_id("key", "default", "+15550000001", Mode.SMS) == known


def test_a_row_keeps_the_mode_and_the_address() -> None:
    write = activate(BY_MAIL, BY_MAIL.preferences, NIGHT)
    row = {**write.values, "sk": BY_MAIL.id, "state": "active", "created_at": NIGHT}
    found = subscriber_of(row, NIGHT)
    assert found is not None
    assert (found.mode, found.reached_at, found.phone) == (Mode.EMAIL, "jo@example.com", "")


def test_a_row_without_a_mode_is_of_a_number() -> None:
    write = activate(BY_SMS, BY_SMS.preferences, NIGHT)
    assert "mode" not in write.values
    found = subscriber_of({**write.values, "sk": "sub_1", "state": "active", "created_at": 0}, 1)
    assert found is not None
    assert (found.mode, found.reached_at) == (Mode.SMS, "+15550000001")


def test_a_page_keeps_its_modes_and_has_texts_if_it_says_nothing() -> None:
    row = page_row(PAGE)
    assert page_of(row).modes == tuple(Mode)
    del row["modes"]
    assert page_of(row).modes == (Mode.SMS,)


def test_updates_are_told_by_default_where_that_is_free() -> None:
    assert not usual_preferences(Mode.SMS).updates
    assert all(usual_preferences(mode).updates for mode in Mode if mode is not Mode.SMS)


def test_quiet_hours_hold_texts_and_no_mail() -> None:
    assert isinstance(decide(facts(BY_SMS)), Hold)
    assert isinstance(decide(facts(BY_MAIL)), Send)


def test_quiet_hours_hold_a_mail_where_they_were_asked_for() -> None:
    person = replace(BY_MAIL, preferences=Preferences(quiet_hours="00:00-08:00"))
    assert rests_until(person, INCIDENT, PAGE, NIGHT) == NIGHT + 4 * 3600


def test_a_pause_holds_every_mode() -> None:
    assert isinstance(decide(facts(replace(BY_MAIL, paused_until=NIGHT + 60))), Hold)


def test_the_limits_per_person_are_of_handsets() -> None:
    awake = replace(PAGE, quiet_hours="")
    recent = remembered((), NIGHT - 1, awake.recipient_limits)
    assert isinstance(decide(facts(replace(BY_SMS, recent=recent), awake)), Hold)
    step = decide(facts(replace(BY_MAIL, recent=recent), awake))
    assert isinstance(step, Send)
    assert step.draft.recent is None
    assert step.draft.segments == 1


def test_nobody_is_told_by_a_mode_that_is_turned_off() -> None:
    step = decide(facts(BY_MAIL, replace(PAGE, modes=(Mode.SMS,))))
    assert isinstance(step, End)
    assert [note.reason for note in step.notes] == [MODE_OFF]


def test_a_mail_goes_by_the_carrier_of_mails_only() -> None:
    own, ses = Sender("+15550009999", 10), Sender("status@acme.example", 14, Carrier.SES)
    deployed, page = Senders(own, (ses,)), replace(PAGE, failover_after_minutes=5)
    assert page.senders_by_mode(Mode.EMAIL, "jo@example.com", deployed) == (ses,)
    assert page.senders_by_mode(Mode.SMS, "+15550000001", deployed) == (own,)
    assert page.senders_by_mode(Mode.EMAIL, "jo@example.com", Senders(own)) == ()


def claimed(doubts: int) -> EarlierAttempt:
    state = Claimed("created", "abc", account=Account(Carrier.SES))
    return EarlierAttempt("inc1", Thread(1, 1 + doubts, NIGHT, "", state, doubts), None)


def test_what_is_in_doubt_is_sent_again_once_its_function_is_dead() -> None:
    attempt = claimed(0)
    running = attempt.from_ledger(NIGHT + CLAIM_LEASE - 1)
    assert running is not None
    assert running.outcome is Outcome.RUNNING
    assert attempt.from_ledger(NIGHT + CLAIM_LEASE) is None
    assert attempt.may_repeat().outcome is Outcome.DOUBTFUL


def test_what_stays_in_doubt_is_given_up_in_the_end() -> None:
    assert claimed(MOST_REPEATS - 1).may_repeat().outcome is Outcome.DOUBTFUL
    given_up = claimed(MOST_REPEATS).may_repeat()
    assert given_up.outcome is Outcome.GIVEN_UP
    assert [note.status for note in given_up.notes] == ["failed"]
