"""Subscriptions: what somebody said or a carrier told meanwhile is not undone."""

from collections.abc import Callable
from datetime import date

import pytest

from statustext.adapters import (
    deactivations,
    direct_texts,
    ended,
    erasure,
    opt_outs,
    quarantine,
    reviews,
    subscribers,
    wishes,
)
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.unconfirmed import put_end
from statustext.domain.subscriber import DEACTIVATED, Preferences, State, Subscriber
from statustext.errors import ConditionFailedError
from statustext.flows.keeping_time.sweeping import sweep_unconfirmed

PAGE, ID, PHONE = "default", "s-1", "+15550001111"
NOW = 1_800_000_000.0
AN_HOUR = 3600.0


def put(table: Table, state: State, **more: object) -> None:
    """A subscriber's row."""
    row = {"kind": "subscriber", "page": PAGE, "phone": PHONE, "state": state.value}
    pk, sk = subscribers.subscriber_key(PAGE, ID)
    table.write(Write(pk, sk, item={**row, "created_at": NOW, "told": {}, "said": {}, **more}))


def row_of(table: Table) -> dict[str, object]:
    return table.get(*subscribers.subscriber_key(PAGE, ID)) or {}


def test_who_opted_out_while_in_quarantine_is_not_released(table: Table) -> None:
    put(table, State.QUARANTINED, suppressed="stop")
    assert not table.write_if(quarantine.release(PAGE, ID, NOW))


def test_a_number_that_its_carrier_gave_up_is_not_released(table: Table) -> None:
    put(table, State.QUARANTINED, quarantined_for=DEACTIVATED)
    assert not table.write_if(quarantine.release(PAGE, ID, NOW))


@pytest.mark.parametrize(
    ("state", "more", "is_quarantined"),
    [
        (State.ACTIVE, {"verified_at": NOW - 1}, True),
        (State.ACTIVE, {"verified_at": NOW}, False),
        (State.ACTIVE, {"verified_at": NOW - 1, "deactivated_on": "2027-01-13"}, True),
        (State.ACTIVE, {"verified_at": NOW - 1, "deactivated_on": "2027-01-14"}, False),
        (State.UNSUBSCRIBED, {"verified_at": NOW - 1}, False),
    ],
)
def test_a_list_quarantines_whom_it_is_about_once(
    table: Table, state: State, more: dict[str, object], is_quarantined: bool
) -> None:
    put(table, state, **more)
    day = date(2027, 1, 14)
    write = deactivations.quarantine_deactivated(PAGE, ID, day, NOW, NOW + AN_HOUR)
    assert table.write_if(write) is is_quarantined


def test_lists_are_not_read_backwards(table: Table) -> None:
    def note(day: int, lines: int) -> bool:
        return table.write_if(
            deactivations.note_read(deactivations.Read(date(2027, 1, day), lines))
        )

    assert note(14, 100)
    assert note(14, 200)
    assert not note(14, 100)
    assert not note(13, 300)
    assert note(15, 0)


@pytest.mark.parametrize(
    ("state", "more", "may_ask"),
    [
        (State.QUARANTINED, {"quarantined_for": DEACTIVATED}, True),
        (State.QUARANTINED, {"quarantined_for": "30006"}, False),
        (State.ACTIVE, {"quarantined_for": DEACTIVATED}, False),
        (State.QUARANTINED, {"quarantined_for": DEACTIVATED, "suppressed": "stop"}, False),
    ],
)
def test_only_who_is_in_doubt_is_asked(
    table: Table, state: State, more: dict[str, object], may_ask: bool
) -> None:
    put(table, state, **more)
    condition = direct_texts.require_deactivated(PAGE, ID)
    try:
        table.transact([condition])
    except ConditionFailedError:
        assert not may_ask
    else:
        assert may_ask


def test_who_left_while_in_quarantine_is_not_released(table: Table) -> None:
    put(table, State.QUARANTINED)
    table.write(subscribers.end_subscription(PAGE, ID, "page", NOW))
    assert not table.write_if(quarantine.release(PAGE, ID, NOW))


def test_who_left_is_not_put_into_quarantine_from_which_one_is_released(table: Table) -> None:
    put(table, State.UNSUBSCRIBED)
    assert not table.write_if(quarantine.quarantine(PAGE, ID, "landline", NOW))


def test_of_two_receipts_at_once_the_first_time_that_a_number_was_unknown_stays(
    table: Table,
) -> None:
    put(table, State.ACTIVE)
    assert table.write_if(quarantine.note_unreachable(PAGE, ID, None, NOW))
    assert not table.write_if(quarantine.note_unreachable(PAGE, ID, None, NOW + AN_HOUR))
    assert table.write_if(quarantine.note_unreachable(PAGE, ID, NOW, NOW + AN_HOUR))
    assert not table.write_if(quarantine.note_unreachable(PAGE, ID, NOW, NOW + 2 * AN_HOUR))


def test_a_late_receipt_says_nothing_of_a_number_that_left(table: Table) -> None:
    put(table, State.UNSUBSCRIBED)
    assert not table.write_if(quarantine.note_unreachable(PAGE, ID, None, NOW))
    put(table, State.UNSUBSCRIBED, unreachable_at=NOW)
    assert not table.write_if(quarantine.note_unreachable(PAGE, ID, NOW, NOW + AN_HOUR))


def test_start_does_not_lift_an_opt_out_of_who_was_verified_meanwhile(table: Table) -> None:
    """Their subscription comes back, or nothing does."""
    put(table, State.UNSUBSCRIBED, suppressed="stop", suppressed_at=NOW)
    assert table.write_if(opt_outs.unsuppress(PAGE, ID, NOW))
    put(table, State.UNSUBSCRIBED, suppressed="stop", suppressed_at=NOW, verified_at=NOW)
    assert not table.write_if(opt_outs.unsuppress(PAGE, ID, NOW))


def test_start_lifts_the_opt_out_of_who_had_left_before(table: Table) -> None:
    put(
        table,
        State.UNSUBSCRIBED,
        suppressed="stop",
        suppressed_at=NOW,
        verified_at=NOW,
        ended_at=NOW + 1,
    )
    assert table.write_if(opt_outs.unsuppress(PAGE, ID, NOW))


def test_start_makes_no_row_for_a_number_that_nobody_opted_out(table: Table) -> None:
    assert not table.write_if(opt_outs.unsuppress(PAGE, ID, NOW))


@pytest.mark.parametrize(
    "start",
    [
        lambda now: opt_outs.unsuppress(PAGE, ID, now),
        lambda now: opt_outs.bring_back(PAGE, ID, PHONE, State.UNSUBSCRIBED.value, now),
    ],
)
def test_a_start_sent_again_does_not_undo_a_later_stop_in_plain_words(
    table: Table, start: Callable[[float], Write]
) -> None:
    left = {} if start(NOW).update.startswith("REMOVE") else {"verified_at": NOW - AN_HOUR}
    stopped = {"suppressed": "stop", "suppressed_at": NOW, **left}
    put(table, State.UNSUBSCRIBED, suppressed_in_words=True, **stopped)
    assert not table.write_if(start(NOW + opt_outs.STOP_HOLDS - 1))
    assert table.write_if(start(NOW + opt_outs.STOP_HOLDS + 1))
    put(table, State.UNSUBSCRIBED, suppressed_in_words=False, **stopped)
    assert table.write_if(start(NOW + 1))


def test_who_verified_or_asked_anew_meanwhile_is_not_swept(table: Table) -> None:
    for state, ends_at in ((State.ACTIVE, NOW - 1), (State.UNCONFIRMED, NOW + 1)):
        put(table, state, expires_at=ends_at)
        table.write(put_end(PAGE, ID, NOW - 1))
        assert sweep_unconfirmed(table, PAGE, NOW) == 0
        assert row_of(table)


def test_who_opted_out_meanwhile_is_not_subscribed(table: Table) -> None:
    put(table, State.UNSUBSCRIBED, suppressed="stop")
    person = Subscriber(ID, PAGE, PHONE, State.UNCONFIRMED, NOW)
    assert not table.write_if(subscribers.activate(person, Preferences(), NOW))


def test_start_brings_nobody_back_who_never_entered_a_code(table: Table) -> None:
    put(table, State.UNSUBSCRIBED, suppressed="stop", suppressed_at=NOW)
    assert not table.write_if(opt_outs.bring_back(PAGE, ID, PHONE, "unsubscribed", NOW))


def test_start_does_not_undo_what_was_said_since_it_was_read(table: Table) -> None:
    put(table, State.UNSUBSCRIBED, verified_at=NOW)
    assert not table.write_if(opt_outs.bring_back(PAGE, ID, PHONE, "quarantined", NOW))


def test_an_opt_out_that_was_made_for_another_reason_is_not_lifted(table: Table) -> None:
    put(table, State.UNSUBSCRIBED, suppressed="stop")
    assert not table.write_if(opt_outs.lift(PAGE, ID, "operator", NOW))


def test_who_left_meanwhile_is_asked_for_no_wishes(table: Table) -> None:
    """As the number may have been removed, what it wishes must not come back after it."""
    put(table, State.UNSUBSCRIBED, told={"incident-1": {"s": 1}})
    assert not table.write_if(subscribers.set_preferences(PAGE, ID, Preferences(), NOW))
    assert not table.write_if(wishes.mute(PAGE, ID, "incident-1"))


def test_a_subscription_ends_once(table: Table) -> None:
    """If not, every further request would tell the event bus of an end."""
    assert not table.write_if(subscribers.end_subscription(PAGE, ID, "page", NOW))
    put(table, State.ACTIVE)
    assert table.write_if(subscribers.end_subscription(PAGE, ID, "page", NOW))
    assert not table.write_if(subscribers.end_subscription(PAGE, ID, "operator", NOW + 1))


def test_the_number_of_who_came_back_or_left_anew_stays(table: Table) -> None:
    remove = ended.remove_number(PAGE, ID, NOW, NOW + 1)
    put(table, State.ACTIVE, left_at=NOW)
    assert not table.write_if(remove)
    put(table, State.UNSUBSCRIBED, left_at=NOW + 1)
    assert not table.write_if(remove)
    put(table, State.UNSUBSCRIBED, left_at=NOW)
    assert table.write_if(remove)
    assert not table.write_if(remove), "and is removed once"


def test_a_mailbox_of_who_left_goes_as_a_number_does(table: Table) -> None:
    remove = ended.remove_number(PAGE, ID, NOW, NOW + 1)
    put(table, State.UNSUBSCRIBED, left_at=NOW, phone=None, address="jo@example.com")
    assert table.write_if(remove)
    assert not table.write_if(remove), "and is removed once"


def test_nobody_is_made_by_being_erased(table: Table) -> None:
    assert not table.write_if(erasure.erase_subscriber(PAGE, ID, NOW))


def stopped(**more: object) -> dict[str, object]:
    """What a review finds on the row of somebody who opted out by the reply that it is about."""
    found = {"suppressed": "stop", "token_epoch": 2, "verified_at": NOW}
    return {**found, **more}


REVIEW = {"page": PAGE, "subscriber": ID, "epoch": 2}


@pytest.mark.parametrize("returns", [True, False])
def test_undoing_what_was_no_opt_out_leaves_any_other(table: Table, returns: bool) -> None:
    undo = reviews.undo_stop(REVIEW, returns=returns)
    put(table, State.UNSUBSCRIBED, **stopped(token_epoch=3))
    assert not table.write_if(undo), "stopped once more since"
    put(table, State.UNSUBSCRIBED, **stopped(suppressed="operator"))
    assert not table.write_if(undo)
    put(table, State.UNSUBSCRIBED, **stopped())
    assert table.write_if(undo)


def test_undoing_an_opt_out_subscribes_nobody_without_a_verified_number(table: Table) -> None:
    undo = reviews.undo_stop(REVIEW, returns=True)
    put(table, State.UNSUBSCRIBED, **stopped(verified_at=None))
    assert not table.write_if(undo), "never verified"
    put(table, State.UNSUBSCRIBED, **stopped(phone=None))
    assert not table.write_if(undo), "the number was removed"


def test_a_reply_that_is_delivered_twice_is_taken_once(table: Table) -> None:
    assert table.write_if(reviews.once(PAGE, "SM1", NOW))
    assert not table.write_if(reviews.once(PAGE, "SM1", NOW))


def test_of_two_operators_who_look_at_a_reply_one_decides(table: Table) -> None:
    asked = reviews.put_review(
        PAGE, {"sid": "SM1", "subscriber": ID, "review": "stop?"}, NOW, opted_out=True, before={}
    )
    table.write(asked)
    assert table.delete_if(reviews.end_review(PAGE, asked.sk))
    assert not table.delete_if(reviews.end_review(PAGE, asked.sk))
