"""What a claim holds at the moment it is written, whatever was read before it."""

from collections.abc import Callable

from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    add_active,
    change_quietly,
    enqueue,
    once,
    open_quietly,
    queue,
    run_on,
    watched,
)
from tests.functional.phrases import live, opened, say, set_page
from tests.stepped import SteppedSystem


def claimed_late(system: SteppedSystem, meanwhile: Callable[[], None]) -> None:
    """Everything that is queued is told; before the first claim something else happens."""
    with watched(system) as watch:
        watch.before = once(lambda call: call.is_claim, meanwhile)
        run_on(system)


def test_two_incidents_at_once_keep_to_the_limits_per_person(system: SteppedSystem) -> None:
    set_page(system, recipient_limits=[[1, 60]])
    everybody = add_active(system, 3)
    open_quietly(system)
    open_quietly(system, "Payments are slow")
    enqueue(system)

    def another_sender() -> None:
        system.poll(queue(system, "announcements"))

    claimed_late(system, another_sender)
    assert [len(system.texts(phone)) for phone in everybody.values()] == [1, 1, 1]
    live(system, 120, step=10)
    assert [len(system.texts(phone)) for phone in everybody.values()] == [2, 2, 2]


def test_a_mute_between_the_look_and_the_claim(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = opened(system)
    change_quietly(system, incident, status="identified", body="Found it.")
    enqueue(system)
    claimed_late(system, lambda: say(system, phone, "MUTE"))
    live(system, 60, step=10)
    assert [text for text in system.texts(phone) if "Update" in text] == []


def test_a_stop_between_the_look_and_the_claim_of_who_was_told_before(
    system: SteppedSystem,
) -> None:
    ((_, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = opened(system)
    change_quietly(system, incident, status="identified", body="Found it.")
    enqueue(system)
    asked = len(system.texts(phone))
    claimed_late(system, lambda: say(system, phone, "please stop texting me"))
    live(system, 60, step=10)
    assert len(system.texts(phone)) == asked
