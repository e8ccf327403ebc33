"""The throttle when DynamoDB is slow; each rate needs a system of its own."""

import pytest

from tests.functional.engine import (
    Call,
    add_active,
    enqueue,
    open_quietly,
    phone_number,
    run_on,
    settle_down,
    watched,
)
from tests.stepped import stepped_system


@pytest.mark.parametrize(("mps", "pause"), [("1", 1.0), ("1", 0.9), ("10", 1.0), ("10", 0.09)])
def test_a_slow_claim_sends_nothing_in_the_next_second(mps: str, pause: float) -> None:
    """Promise 6: a slot that is missed while DynamoDB answers is exchanged for a later one."""
    with stepped_system(mps=mps) as system, system.first_day():
        add_active(system, 30)
        open_quietly(system)
        enqueue(system)
        claims: list[Call] = []

        def slow(call: Call) -> None:
            if call.is_claim:
                claims.append(call)
                system.clock.shift(pause if len(claims) == 5 else 0.0)

        with watched(system) as watch:
            watch.before = slow
            run_on(system)
        settle_down(system, 120)
        assert len(system.accepted(None)) == 30
        assert system.twilio.fastest_second() <= int(mps)


@pytest.mark.parametrize("pause", [1.0, 0.9])
def test_nor_does_a_slow_claim_of_a_code(pause: float) -> None:
    with stepped_system(mps="1") as system, system.first_day():
        for number in range(8):
            body = {"phone": phone_number(number), "consent": True}
            asked = system.http("POST", "/subscriptions", body, source_ip=f"192.0.2.{number}")
            assert asked.status == 202
        claims: list[Call] = []

        def slow(call: Call) -> None:
            if call.function == "sender" and call.operation == "TransactWriteItems":
                claims.append(call)
                system.clock.shift(pause if len(claims) == 3 else 0.0)

        with watched(system) as watch:
            watch.before = slow
            run_on(system)
        settle_down(system, 120, step=10)
        assert len(system.accepted(None)) == 8
        assert system.twilio.fastest_second() <= 1
