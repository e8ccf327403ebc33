"""The clock's minute: what time has ended is swept, what a fault left half done is finished.

What it does for fan-outs is in test_fanning_out.py.
"""

import pytest

from statustext.adapters.subscribers import activate
from statustext.domain.ids import SHARDS
from statustext.domain.subscriber import Preferences, State, Subscriber
from tests.functional.engine import add_active, master_key, once, watched
from tests.stepped import PHONE, SteppedSystem

DAY = 24 * 3600


def tick_an_hour(system: SteppedSystem) -> int:
    """One tick for each shard, every fourth minute; how many were swept."""
    swept = 0
    for _ in range(SHARDS):
        swept += system.tick()["swept"]
        system.clock.shift(240)
    return swept


def ids(system: SteppedSystem) -> set[str]:
    return {row["sk"] for row in system.rows("subscriber")}


def test_unconfirmed_sign_ups_go_after_a_day_and_not_before(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.clock.shift(DAY - 240 * SHARDS - 1)
    assert tick_an_hour(system) == 0
    assert one in ids(system)
    system.clock.shift(60)
    assert tick_an_hour(system) == 1
    assert one not in ids(system)
    assert tick_an_hour(system) == 0


def test_the_verified_and_the_suppressed_stay(system: SteppedSystem) -> None:
    kept = set(add_active(system, 5))
    system.sign_up()
    system.twilio.reply(PHONE, "STOP", system.now)
    system.run()
    kept |= {row["sk"] for row in system.rows("subscriber") if row.get("suppressed")}
    assert len(kept) == 6
    system.clock.shift(400 * DAY)
    assert tick_an_hour(system) == 0
    assert kept <= ids(system)
    assert not any("ttl" in row for row in system.rows("subscriber"))


def test_a_shard_of_many_is_swept_whole(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Query by query, none forgotten where a page of the answer ends."""
    real = type(system.table).query

    def in_small_pages(table: object, pk: str, **given: object) -> object:
        small = {**given, "limit": 2} if "SUBSCRIBERS" in pk else given
        return real(table, pk, **small)

    monkeypatch.setattr(type(system.table), "query", in_small_pages)
    from statustext.adapters.dynamodb import Write
    from statustext.adapters.subscribers import subscriber_key

    for number in range(60):
        pk, sk = subscriber_key("default", f"sub_{number:016d}")
        row = {
            "kind": "subscriber",
            "page": "default",
            "state": "unconfirmed",
            "created_at": system.now,
            "expires_at": system.now + (DAY if number % 3 else 2 * DAY),
        }
        system.table.write(Write(pk, sk, item=row))
    system.clock.shift(DAY)
    assert tick_an_hour(system) == 40
    assert len(ids(system)) == 20


def test_who_verifies_while_being_swept_stays(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.clock.shift(DAY)

    def verify() -> None:
        someone = Subscriber(one, "default", PHONE, State.ACTIVE, system.now)
        system.table.write(activate(someone, Preferences(), system.now))

    with watched(system) as watch:
        watch.before = once(lambda call: call.operation == "DeleteItem", verify)
        assert tick_an_hour(system) == 0
        assert watch.of("clock", "DeleteItem")
    assert one in ids(system)


def test_an_expired_sign_up_is_gone_before_it_is_swept(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    system.clock.shift(DAY)
    assert one in ids(system)
    assert system.http("POST", f"/subscriptions/{one}/verify", {"code": code}).status == 422
    listed = system.operator("GET", "/api/sms/subscribers?type=sms")
    assert listed.json["subscribers"] == []


def test_the_clock_texts_nobody_and_touches_no_other_page(system: SteppedSystem) -> None:
    assert master_key(system)
    add_active(system, 2)
    with watched(system) as watch:
        assert system.tick() == {"pages": 1, "released": 0, "resumed": 0, "swept": 0}
    assert {call.service for call in watch.of("clock")} == {"dynamodb"}
    assert {call.operation for call in watch.of("clock")} == {"Query"}
