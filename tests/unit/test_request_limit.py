"""How many requests of one key are answered a minute."""

from statustext.request_limit import MOST, WINDOW, counted, wait_of

NOW = 1_800_000_015.0  # a quarter of a minute gone


def test_a_key_waits_for_the_next_minute_and_others_do_not() -> None:
    assert {wait_of("one", NOW) for _ in range(MOST)} == {0}
    assert wait_of("one", NOW) == 45
    assert wait_of("one", NOW + 44.9) == 1
    assert wait_of("another", NOW) == 0
    assert wait_of("one", NOW + 45) == 0


def test_minutes_that_are_over_are_forgotten() -> None:
    for number in range(50):
        wait_of(f"key {number}", NOW)
    wait_of("one", NOW + WINDOW)
    assert len(counted) == 1
