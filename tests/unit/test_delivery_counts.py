"""Counters of an update's deliveries: what they say of it."""

from collections.abc import Mapping

import pytest

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.delivery_counts import counter, ended, is_filtered, shown, unsettled


def test_what_is_suppressed_is_counted_by_its_reason() -> None:
    assert counter(DeliveryStatus.SUPPRESSED, "unsubscribed") == "suppressed:unsubscribed"
    assert counter(DeliveryStatus.FAILED, "twilio 30003") == "failed"


@pytest.mark.parametrize(
    ("counts", "stops"),
    [
        ({"delivered": 97, "undelivered": 3, "filtered": 3}, True),
        ({"delivered": 98, "undelivered": 2, "filtered": 2}, False),  # two per cent and no more
        ({"delivered": 20, "undelivered": 20, "filtered": 20}, False),  # too few to say
        ({"accepted": 48, "failed": 2, "filtered": 2}, True),
        ({"suppressed:unsubscribed": 100, "filtered": 3}, False),
        ({}, False),
    ],
)
def test_when_carriers_filter_too_much(counts: Mapping[str, int], stops: bool) -> None:
    assert is_filtered(counts) is stops


@pytest.mark.parametrize(
    ("counts", "open_still", "over"),
    [
        ({"delivered": 5, "failed": 1, "superseded": 2, "suppressed:recalled": 3}, 0, 11),
        ({"accepted": 5, "sent": 2}, 7, 7),
        ({"held": 3, "not_accepted": 2, "unknown": 1}, 6, 0),
        ({"undelivered": 4, "filtered": 4}, 0, 4),
        ({"expired": 2, "accepted": 0}, 0, 2),
    ],
)
def test_what_has_ended(counts: Mapping[str, int], open_still: int, over: int) -> None:
    assert unsettled(counts) == open_still
    assert ended(counts) == over


def test_what_an_operator_reads() -> None:
    counts = {"accepted": 1, "sent": 2, "delivered": 3, "undelivered": 1, "failed": 1}
    counts |= {"suppressed:unsubscribed": 2, "suppressed:recalled": 0, "held": 1, "filtered": 1}
    assert shown(counts) == {
        "sent": 6,
        "delivered": 3,
        "failed": 2,
        "suppressed": {"unsubscribed": 2},
        "superseded": 0,
        "expired": 0,
        "held": 1,
        "unknown": 0,
    }
