"""The states of a thread: what follows what, what is known, and what cannot be."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import statustext
from statustext.adapters.subscribers import thread_of, thread_row
from statustext.domain.thread import Claimed, Closed, Held, NotAccepted, Thread, begin

NOON = 43_200.0


def claimed(says: str = "created", *, carried_by: str = "") -> Thread:
    return begin(1, 0.0).claim(says, "a text", NOON, carried_by=carried_by)


def test_a_text_that_arrived_is_what_they_know() -> None:
    told = claimed().arrive()
    assert (told.state, told.known, told.told_as) == (Closed(), "created", "created")
    assert (told.seq, told.attempt, told.at) == (1, 1, NOON)


def test_until_it_is_known_a_claim_tells_what_was_known_before_beside_what_it_says() -> None:
    news = claimed().arrive().turn_to(2, NOON).claim("updated", "another", NOON)
    assert (news.known, news.told_as) == ("created", "updated")
    assert news.give_up().told_as == "created"
    assert news.give_up().state == Closed()
    assert claimed().give_up().told_as == ""


@pytest.mark.parametrize("again", [True, False])
def test_a_refused_text_told_nothing(again: bool) -> None:
    refused = claimed().refuse(None, again=again)
    assert refused.state == (NotAccepted() if again else Closed())
    assert (refused.told_as, refused.is_not_accepted, refused.waits) == ("", again, again)
    assert not refused.is_held
    assert refused.at == NOON


def test_what_waited_waits_again_after_a_refusal() -> None:
    held = begin(1, 0.0).hold(NOON)
    tried = held.try_again(NOON).claim("created", "a text", NOON)
    assert tried.refuse(held, again=True).held_until == NOON
    assert tried.refuse(held, again=False).held_until == 0.0


@pytest.mark.parametrize("again", [True, False])
def test_what_was_carried_waits_as_before_whatever_becomes_of_the_text(again: bool) -> None:
    held = begin(1, 0.0).hold(NOON)
    along = held.try_again(NOON).claim("created", "a text", NOON, carried_by="other")
    assert along.refuse(held, again=again).state == Held(NOON)
    refused = claimed().refuse(None, again=True)
    assert along.refuse(refused, again=again).state == NotAccepted()


def test_attempts_doubts_and_refusals_are_counted_for_one_update() -> None:
    second = claimed().refuse(None, again=True, counts=True).try_again(NOON)
    assert (second.attempt, second.doubts, second.refusals) == (2, 0, 1)
    third = second.claim("created", "a text", NOON).give_up().try_again(NOON, in_doubt=True)
    assert (third.attempt, third.doubts, third.refusals) == (3, 1, 1)
    newer = third.turn_to(2, NOON + 1)
    assert (newer.seq, newer.attempt, newer.doubts, newer.refusals) == (2, 1, 0, 0)
    assert (newer.at, second.at, newer.try_again(NOON + 2).at) == (NOON + 1, NOON, NOON + 2)
    assert newer.state == second.state == Closed()


def test_muted_outlives_every_change() -> None:
    muted = Thread(1, 1, 0.0, "created", Closed(), muted=True)
    text = muted.turn_to(2, NOON).claim("updated", "a text", NOON)
    for one in (text, text.arrive(), text.give_up(), text.refuse(muted, again=True)):
        assert one.muted


STILL_CLAIMED = "how the claimed text ended comes first"
ONE_CLAIMED = "what is claimed is a text"
FROM_ONE = "updates and attempts count from 1"
IMPOSSIBLE: list[tuple[Callable[[], Thread], str]] = [
    (lambda: claimed().turn_to(2, NOON), STILL_CLAIMED),
    (lambda: claimed().try_again(NOON), STILL_CLAIMED),
    (lambda: claimed().hold(NOON), "first the update at hand: Claimed"),
    (lambda: claimed().claim("created", "a text", NOON), "first the update at hand: Claimed"),
    (lambda: begin(1, 0.0).arrive(), "no text is claimed: Closed"),
    (lambda: begin(1, 0.0).give_up(), "no text is claimed: Closed"),
    (lambda: begin(1, 0.0).refuse(None, again=True), "no text is claimed: Closed"),
    (lambda: begin(1, 0.0).hold(NOON).hold(NOON), "first the update at hand: Held"),
    (lambda: begin(1, 0.0).hold(0.0), "what is held is held until a moment"),
    (lambda: begin(1, 0.0).claim("", "a text", NOON), ONE_CLAIMED),
    (lambda: begin(1, 0.0).claim("created", "", NOON), ONE_CLAIMED),
    (lambda: begin(0, 0.0), FROM_ONE),
    (lambda: begin(1, 0.0).turn_to(1, NOON, attempt=0), FROM_ONE),
    (lambda: Thread(1, 1, 0.0, "", Closed(), doubts=-1), FROM_ONE),
    (lambda: Thread(1, 1, 0.0, "", Closed(), refusals=-1), FROM_ONE),
]


@pytest.mark.parametrize("number", range(len(IMPOSSIBLE)))
def test_what_cannot_be(number: int) -> None:
    make, why = IMPOSSIBLE[number]
    with pytest.raises(ValueError, match=f"^{why}"):
        make()


EVERY = [
    begin(1, 0.0),
    claimed(),
    claimed(carried_by="other"),
    claimed().arrive(),
    begin(3, NOON).hold(NOON + 0.5),
    claimed().refuse(None, again=True, counts=True),
    claimed().refuse(begin(1, 0.0).hold(NOON), again=True).try_again(NOON, in_doubt=True),
    Thread(7, 2, NOON, "created", Claimed("resolved", "a text"), 1, 2, muted=True),
]


@pytest.mark.parametrize("thread", EVERY, ids=lambda one: type(one.state).__name__)
def test_a_row_holds_all_of_it_and_its_state_by_name(thread: Thread) -> None:
    row = thread_row(thread)
    assert thread_of(row) == thread
    assert (
        row["st"]
        == {
            Closed: "closed",
            Held: "held",
            Claimed: "claimed",
            NotAccepted: "not_accepted",
        }[type(thread.state)]
    )


def test_a_state_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no state"):
        thread_of({**thread_row(begin(1, 0.0)), "st": "lost"})


def test_threads_are_made_by_transitions_and_from_rows_only() -> None:
    """Elsewhere one could be made that no transition leads to."""
    root = Path(statustext.__file__).parent
    calls = (
        (path.relative_to(root).as_posix(), node.func.id)
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    states = ("Thread", "Claimed", "Closed", "Held", "NotAccepted")
    makers = {file for file, name in calls if name in states}
    assert makers == {"domain/thread.py", "adapters/subscribers.py"}
