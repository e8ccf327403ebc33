"""What functions share of their work: slots, counts, what was passed on."""

from collections import Counter
from collections.abc import Callable, Sequence

from statustext.adapters import deliveries, delivery_counts, fixed_windows, passed_on
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, SenderSlots
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.sender_rate import Plan, Waiting
from statustext.queue_messages import Batch

NOW = 1_800_000_000.0
AN_HOUR = 3600


class Held:
    """A clock that stands, and while it is read for the first time lets somebody else act."""

    def __init__(self, meanwhile: Sequence[Callable[[], object]] = ()) -> None:
        self._meanwhile = list(meanwhile)

    def now(self) -> float:
        if self._meanwhile:
            self._meanwhile.pop()()
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")


def slots(table: Table, clock: Held) -> SenderSlots:
    return SenderSlots(table, "+15550009999", 1.0, clock, horizon=ANNOUNCEMENT_HORIZON)


def test_two_functions_do_not_get_the_same_slot(table: Table) -> None:
    """If they did, the sender would be faster than its rate."""

    def other() -> None:
        assert isinstance(slots(table, Held()).reserve([Waiting(1)], 0.0), Plan)

    for _ in ("a sender that never texted", "one that did"):
        assert not isinstance(slots(table, Held([other])).reserve([Waiting(1)], 0.0), Plan)
        table.write(Write("SENDER#+15550009999", "BUCKET", item={"tat": NOW, "log": ""}))


def test_what_a_message_left_is_passed_on_once(table: Table) -> None:
    """For each person that it is for: not if for one of them a later turn is on its way."""
    message = Batch(page="default", begun_at=NOW, subscribers=("one", "two", "three"))
    later = message.model_copy(update={"turn": 1})
    assert table.write_if(passed_on.note_passed_on(message, ("one", "two"), NOW))
    assert not table.write_if(passed_on.note_passed_on(message, ("one",), NOW))
    assert not table.write_if(passed_on.note_passed_on(message, ("two", "three"), NOW))
    assert table.write_if(passed_on.note_passed_on(message, ("three",), NOW))
    assert table.write_if(passed_on.note_passed_on(later, ("one",), NOW))
    assert not table.write_if(passed_on.note_passed_on(message, ("one",), NOW)), "an older copy"
    assert passed_on.passed_on(message, table) == {"one", "two", "three"}
    assert passed_on.passed_on(later, table) == {"one"}


def test_who_was_refused_and_told_since_does_not_wait(table: Table) -> None:
    about = ("default", "incident-1", 1)
    for attempt, status in enumerate((DeliveryStatus.NOT_ACCEPTED, DeliveryStatus.ACCEPTED), 1):
        delivery = Delivery("s-1", attempt, status, NOW)
        table.write(deliveries.record(*about, delivery))
        waits = status is DeliveryStatus.NOT_ACCEPTED
        assert table.write_if(deliveries.note_waiting(*about, "s-1", NOW)) is waits


def test_a_batch_of_the_stream_is_counted_once(table: Table) -> None:
    update = delivery_counts.update_key("default", "incident-1", 1)
    for _ in range(2):
        delivery_counts.add_counts(table, "1", "9", {update: Counter(count_sent=1)}, NOW)
    assert delivery_counts.get_counts(table, "default", "incident-1") == {1: {"sent": 1}}


def test_a_window_counts_no_more_than_its_limit(table: Table) -> None:
    spent = [fixed_windows.spend(table, "page", 3, AN_HOUR, NOW) for _ in range(4)]
    assert spent == [True, True, True, False]
