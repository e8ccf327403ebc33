"""Texts to one person, codes above all: functions and requests at once."""

from typing import Any

import pytest

from statustext.adapters import challenges, code_shares, consents, direct_texts, sends, subscribers
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.code_share import CodeShare
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.proof_of_work import Solved
from statustext.domain.subscriber import State
from statustext.domain.templates import Event
from statustext.domain.verification import CODE_LIFE, DAY
from statustext.errors import ConditionFailedError

PAGE, ID, PHONE = "default", "s-1", "+15550001111"
NOW = 1_800_000_000.0

SIGN_UP = direct_texts.put_direct_text(
    PAGE, ID, "d-1", Event.VERIFICATION, NOW, phone=PHONE, preferences={}
)


def sign_up(table: Table) -> dict[str, Any]:
    """A sign-up's row, as it is read."""
    table.write(SIGN_UP)
    return direct_texts.get_direct_text(table, PAGE, ID, "d-1") or {}


def state(table: Table) -> dict[str, Any]:
    """The subscriber's row, as it is read."""
    return table.get(*subscribers.subscriber_key(PAGE, ID)) or {}


def put_state(table: Table, **more: Any) -> None:
    pk, sk = subscribers.subscriber_key(PAGE, ID)
    row = {"kind": "subscriber", "page": PAGE, "phone": PHONE, "state": State.ACTIVE.value}
    table.write(Write(pk, sk, item={**row, **more}))


def test_two_functions_at_once_text_one_code(table: Table) -> None:
    asked, nothing = sign_up(table), state(table)
    assert table.write_if(direct_texts.claim_code(asked, nothing, NOW))
    assert not table.write_if(direct_texts.claim_code(asked, nothing, NOW + DAY))
    seen = state(table)
    later = seen["next_code_at"] + 1
    assert not table.write_if(direct_texts.claim_code(asked, seen, seen["next_code_at"] - 1))
    assert table.write_if(direct_texts.claim_code(asked, seen, later))
    assert not table.write_if(direct_texts.claim_code(asked, seen, later + DAY))


def test_an_older_code_that_was_entered_meanwhile_stays_entered(table: Table) -> None:
    asked = sign_up(table)
    table.write(direct_texts.claim_code(asked, {}, NOW))
    seen = state(table)
    put_state(table, codes_sent=seen["codes_sent"])
    assert not table.write_if(direct_texts.claim_code(asked, seen, NOW + DAY))


def test_no_code_goes_to_who_opted_out_meanwhile(table: Table) -> None:
    asked = sign_up(table)
    put_state(table, suppressed="stop")
    assert not table.write_if(direct_texts.claim_code(asked, {"state": "active"}, NOW))


def test_a_direct_text_is_claimed_by_one_and_only_while_it_is_there(table: Table) -> None:
    claim = direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW)
    assert not table.write_if(claim)
    table.write(SIGN_UP)
    assert table.write_if(claim)
    assert not table.write_if(claim)


def test_a_sign_up_is_taken_back_and_changed_only_while_its_code_may_be_entered(
    table: Table,
) -> None:
    """And what was taken back is texted no code."""
    row = {"pk": SIGN_UP.pk, "sk": SIGN_UP.sk}
    choose, take_back = direct_texts.choose_before_code(row, {}), direct_texts.take_back(row, NOW)
    assert not table.write_if(choose)
    assert not table.write_if(take_back)
    table.write(SIGN_UP)
    assert table.write_if(choose)
    assert table.write_if(take_back)
    assert not table.write_if(choose)
    assert not table.write_if(take_back)
    assert not table.write_if(direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW))


def test_what_was_never_claimed_is_not_given_back(table: Table) -> None:
    """A row that was erased meanwhile does not come back without its words."""
    assert not table.write_if(direct_texts.unclaim_direct_text(PAGE, ID, "d-1"))


def test_the_same_text_is_asked_for_once(table: Table) -> None:
    assert table.write_if(SIGN_UP)
    assert not table.write_if(SIGN_UP)


@pytest.mark.parametrize("active", [True, False])
def test_no_direct_text_is_claimed_after_an_opt_out(table: Table, active: bool) -> None:
    require = direct_texts.require_textable(PAGE, ID, active=active)
    claim = direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW)
    table.write(SIGN_UP)
    put_state(table, suppressed="stop")
    with pytest.raises(ConditionFailedError):
        table.transact([require, claim])


def test_a_welcome_is_for_who_is_subscribed(table: Table) -> None:
    require = direct_texts.require_textable(PAGE, ID, active=True)
    claim = direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW)
    table.write(SIGN_UP)
    put_state(table, state=State.UNSUBSCRIBED.value)
    with pytest.raises(ConditionFailedError):
        table.transact([require, claim])


def test_a_code_is_tried_as_often_as_each_limit_allows_while_it_may_be_entered(
    table: Table,
) -> None:
    table.write(SIGN_UP)
    table.write(direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW))
    row = direct_texts.get_direct_text(table, PAGE, ID, "d-1") or {}
    limits = {"tries": 5, "tries_of_address": 1}
    assert not table.write_if(direct_texts.count_try(row, limits, NOW + CODE_LIFE))
    assert table.write_if(direct_texts.count_try(row, limits, NOW))
    assert not table.write_if(direct_texts.count_try(row, limits, NOW))
    assert table.write_if(direct_texts.count_try(row, {"tries": 2}, NOW))
    assert not table.write_if(direct_texts.count_try(row, {"tries": 2}, NOW))


def test_a_code_is_used_once_and_in_time(table: Table) -> None:
    table.write(SIGN_UP)
    table.write(direct_texts.claim_direct_text(PAGE, ID, "d-1", "k1", NOW))
    row = direct_texts.get_direct_text(table, PAGE, ID, "d-1") or {}
    assert not table.write_if(direct_texts.use_code(row, NOW + CODE_LIFE))
    assert table.write_if(direct_texts.use_code(row, NOW))
    assert not table.write_if(direct_texts.use_code(row, NOW))
    assert not table.write_if(direct_texts.count_try(row, {"tries": 5}, NOW))


def test_a_direct_texts_receipts_move_it_forward_only(table: Table) -> None:
    def record(status: DeliveryStatus) -> Write:
        return direct_texts.record_direct_text(PAGE, ID, "d-1", status, NOW)

    assert not table.write_if(record(DeliveryStatus.SENT))
    table.write(SIGN_UP)
    assert table.write_if(record(DeliveryStatus.SENT))
    assert not table.write_if(record(DeliveryStatus.SENT))
    assert not table.write_if(record(DeliveryStatus.QUEUED))
    assert table.write_if(record(DeliveryStatus.DELIVERED))


def test_a_sign_up_too_many_hides_none_that_was_texted(table: Table) -> None:
    table.write(direct_texts.over_limit(SIGN_UP))
    assert not direct_texts.list_sign_ups(table, PAGE, ID, NOW)


def test_the_same_order_within_a_minute_is_a_repeat(table: Table) -> None:
    def order(now: float) -> Write:
        return sends.refuse_duplicate(PAGE, ID, "words", now)

    assert table.write_if(order(NOW))
    assert not table.write_if(order(NOW + sends.DUPLICATE_WINDOW - 1))
    assert table.write_if(order(NOW + sends.DUPLICATE_WINDOW))


def test_an_order_is_taken_back_once_and_before_its_moment(table: Table) -> None:
    table.write(sends.put_order(PAGE, "order", NOW + 60))
    assert not table.write_if(sends.cancel_order(PAGE, "another", NOW))
    assert not table.write_if(sends.cancel_order(PAGE, "order", NOW + 60))
    assert table.write_if(sends.cancel_order(PAGE, "order", NOW + 59))
    assert not table.write_if(sends.cancel_order(PAGE, "order", NOW + 59))


def test_codes_are_paused_once_until_the_pause_is_over(table: Table) -> None:
    def pause(now: float) -> Write:
        return code_shares.pause(PAGE, "+1555201", CodeShare(21, 0), now)

    assert table.write_if(pause(NOW))
    assert not table.write_if(pause(NOW + code_shares.PAUSED_FOR - 1))
    assert table.write_if(pause(NOW + code_shares.PAUSED_FOR))


def test_only_a_pause_is_lifted(table: Table) -> None:
    with pytest.raises(ConditionFailedError):
        table.transact(code_shares.lift(PAGE, "GB", NOW))


def test_a_solved_challenge_lets_one_through(table: Table) -> None:
    solved = Solved("c" * 64, int(NOW) + 1200)
    assert table.write_if(challenges.use_solution(PAGE, solved))
    assert not table.write_if(challenges.use_solution(PAGE, solved))


def test_a_proof_of_consent_is_not_written_over(table: Table) -> None:
    first = consents.put_consent(PAGE, ID, "c-1", {"source": "form"}, NOW, confirmed=True)
    assert table.write_if(first)
    assert not table.write_if(first)
