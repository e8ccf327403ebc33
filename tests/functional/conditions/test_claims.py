"""Claims: two functions tell the same person at once."""

from dataclasses import replace

import pytest

from statustext.adapters import claims, deliveries, subscribers, wishes
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.thread import NotAccepted, Thread, begin

PAGE, ID = "default", "s-1"
NOW = 1_800_000_000.0
API, PAYMENTS = "incident-1", "incident-2"


@pytest.fixture
def person(table: Table) -> Subscriber:
    """An active subscriber, as a function read them."""
    made = Subscriber(ID, PAGE, "+15550001111", State.ACTIVE, NOW)
    table.write(subscribers.activate(made, Preferences(), NOW))
    return read(table)


def read(table: Table) -> Subscriber:
    found = subscribers.get_subscriber(table, PAGE, ID, NOW)
    assert found
    return found


def claimed(words: str, before: Thread | None = None) -> Thread:
    at_hand = before.arrive().turn_to(before.seq + 1, NOW) if before else begin(1, NOW)
    return at_hand.claim("created", words, NOW)


def test_the_limit_per_person_is_not_spent_twice(table: Table, person: Subscriber) -> None:
    first = claims.claim(person, {API: claimed("a")}, (NOW,))
    second = claims.claim(person, {PAYMENTS: claimed("b")}, (NOW,))
    assert table.write_if(first)
    assert not table.write_if(second)
    seen = read(table)
    third = claims.claim(seen, {PAYMENTS: claimed("b")}, (NOW, NOW + 1))
    fourth = claims.claim(seen, {"incident-3": claimed("c")}, (NOW, NOW + 1))
    assert table.write_if(third)
    assert not table.write_if(fourth)


def test_two_functions_do_not_claim_one_incident(table: Table, person: Subscriber) -> None:
    assert table.write_if(claims.claim(person, {API: claimed("a")}))
    assert not table.write_if(claims.claim(person, {API: claimed("b")}))


def test_an_older_update_does_not_follow_a_newer_one(table: Table, person: Subscriber) -> None:
    table.write(claims.claim(person, {API: claimed("a")}))
    seen = read(table)
    newer, older = (claimed(words, seen.threads[API]) for words in ("newer", "older"))
    assert table.write_if(claims.claim(seen, {API: newer}))
    assert not table.write_if(claims.claim(seen, {API: older}))


def test_one_attempt_is_made_once(table: Table, person: Subscriber) -> None:
    refused = replace(claimed("a"), state=NotAccepted())
    table.write(claims.claim(person, {API: refused}))
    seen = read(table)
    again = refused.try_again(NOW)
    assert table.write_if(claims.claim(seen, {API: again.claim("created", "a", NOW)}))
    assert not table.write_if(claims.claim(seen, {API: again.claim("created", "b", NOW)}))


def test_a_mute_since_the_look_counts(table: Table, person: Subscriber) -> None:
    table.write(wishes.pause(PAGE, ID, NOW + 3600))
    assert not table.write_if(claims.claim(person, {API: claimed("a")}))


def test_nobody_is_claimed_who_left_since_the_look(table: Table, person: Subscriber) -> None:
    table.write(subscribers.end_subscription(PAGE, ID, "page", NOW))
    assert not table.write_if(claims.claim(person, {API: claimed("a")}))


def test_nobody_is_claimed_whose_row_says_that_they_opted_out_whatever_else_it_says(
    table: Table, person: Subscriber
) -> None:
    pk, sk = subscribers.subscriber_key(PAGE, ID)
    table.write(Write(pk, sk, update="SET suppressed = :stop", values={"stop": "stop"}))
    assert not table.write_if(claims.claim(person, {API: claimed("a")}))


def test_the_same_words_of_two_incidents_are_said_once(table: Table, person: Subscriber) -> None:
    assert table.write_if(claims.claim(person, {API: claimed("same")}))
    assert not table.write_if(claims.claim(person, {PAYMENTS: claimed("same")}))


def test_words_that_were_said_long_ago_are_said_again_once(
    table: Table, person: Subscriber
) -> None:
    table.write(claims.claim(person, {API: claimed("same")}))
    seen = read(table)
    later = begin(1, NOW + 3600).claim("created", "same", NOW + 3600)
    assert table.write_if(claims.claim(seen, {PAYMENTS: later}))
    assert not table.write_if(claims.claim(seen, {"incident-3": later}))


def test_a_claim_that_was_followed_by_another_is_not_taken_back(
    table: Table, person: Subscriber
) -> None:
    first = claimed("a")
    table.write(claims.claim(person, {API: first}))
    back = claims.take_back(person, {API: first.give_up()})
    table.write(claims.claim(read(table), {API: claimed("b", first)}))
    assert not table.write_if(back), "an update since"


def test_an_attempt_that_was_followed_by_another_is_not_taken_back(
    table: Table, person: Subscriber
) -> None:
    first = claimed("a")
    back = claims.take_back(person, {API: first.give_up()})
    again = replace(first, attempt=2)
    table.write(claims.claim(person, {API: again}))
    assert not table.write_if(back)


def record(status: DeliveryStatus, attempt: int) -> Write:
    return deliveries.record(PAGE, API, 1, Delivery(ID, attempt, status, NOW))


def test_late_receipts_do_not_move_a_delivery_back(table: Table) -> None:
    assert table.write_if(record(DeliveryStatus.SENT, 1))
    assert not table.write_if(record(DeliveryStatus.SENT, 1)), "a replay"
    assert not table.write_if(record(DeliveryStatus.ACCEPTED, 1))
    assert table.write_if(record(DeliveryStatus.DELIVERED, 1))
    assert table.write_if(record(DeliveryStatus.UNKNOWN, 2)), "a later attempt begins anew"
    assert not table.write_if(record(DeliveryStatus.DELIVERED, 1)), "of the attempt before"
