"""The order of a delivery's states."""

import re

import pytest

from statustext.adapters.deliveries import record
from statustext.adapters.twilio_receipts import STATUSES
from statustext.domain.delivery import (
    RANK,
    TERMINAL,
    Delivery,
    DeliveryStatus,
    announcement_attempt,
    direct_attempt,
)

S = DeliveryStatus


def test_every_state_has_a_rank() -> None:
    assert set(RANK) == set(S)


def test_the_way_of_a_text_only_goes_up() -> None:
    way = [S.NOT_ACCEPTED, S.UNKNOWN, S.ACCEPTED, S.QUEUED, S.SENDING, S.SENT, S.DELIVERED]
    ranks = [RANK[one] for one in way]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("end", [S.DELIVERED, S.UNDELIVERED, S.FAILED])
def test_nothing_outranks_what_the_carrier_said_last(end: DeliveryStatus) -> None:
    assert RANK[end] == max(RANK.values())


@pytest.mark.parametrize("decision", [S.SUPPRESSED, S.SUPERSEDED, S.EXPIRED])
def test_a_decision_not_to_send_never_hides_that_it_was_sent(decision: DeliveryStatus) -> None:
    assert RANK[S.NOT_ACCEPTED] < RANK[S.UNKNOWN] < RANK[decision] < RANK[S.ACCEPTED]
    assert decision in TERMINAL


def test_states_that_end_a_delivery() -> None:
    assert set(S) - TERMINAL == {
        S.HELD, S.NOT_ACCEPTED, S.UNKNOWN, S.ACCEPTED, S.QUEUED, S.SENDING, S.SENT,
    }  # fmt: skip


def test_twilio_s_words_are_all_known() -> None:
    """https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""
    words = "accepted scheduled canceled queued sending sent failed delivered undelivered read"
    assert set(STATUSES) == set(words.split())


def test_attempts_are_named_so_that_their_row_can_be_found() -> None:
    assert announcement_attempt("inc", 3, "sub_x", 2) == "a.inc.3.sub_x.2"
    assert direct_attempt("sub_x", "dir", 1) == "d.dir.sub_x.1"
    for name in (announcement_attempt("i" * 12, 99999, "sub_" + "x" * 16, 9), "d.x.y.1"):
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name), "goes into a URL's path as it is"


def test_a_record_asks_for_a_step_forward() -> None:
    write = record("p", "inc", 1, Delivery("sub_x", 2, S.SENT, 5.0, sid="SM1", reason="r"))
    assert write.condition == (
        "attribute_not_exists(#attempt) OR #attempt < :attempt"
        " OR (#attempt = :attempt AND #rank < :rank)"
    )
    assert write.values["rank"] == RANK[S.SENT]
    assert {"sid", "reason"} <= set(write.values)
    assert "segments" not in write.values, "what is not known does not erase what was"
