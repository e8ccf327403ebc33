"""An operator's own text to an audience, in one call."""

from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.sends import cancel_order
from statustext.domain.incident import Impact
from statustext.domain.subscriber import Preferences
from statustext.flows.operating import sending_to_many
from tests.functional.engine import Call, Died, add_active, subscriber_row, watched
from tests.functional.phrases import live, set_page
from tests.stepped import Answer, SteppedSystem

SMS = "/api/v1/orgs/default/sms"
BODY = "The API will be slow tonight."
TONIGHT, AT_TONIGHT = "2027-01-15T20:00:00Z", 1_800_043_200.0


def order(system: SteppedSystem, key: str = "", **more: Any) -> Answer:
    text = {"audience": {}, "body": BODY, "category": "alert"} | more
    headers = {"Idempotency-Key": key} if key else {}
    return system.operator("POST", f"{SMS}/send", text, headers=headers)


def statuses(system: SteppedSystem) -> list[str]:
    listed = system.operator("GET", f"{SMS}/sends?category=alert").json["sends"]
    return [one["status"] for one in listed]


def test_whom_it_is_for_gets_it_once(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    critical = add_active(system, 2, Preferences(severity_filter=(Impact.CRITICAL,)), first=3)
    component = system.operator("GET", "/v1/pages/default/components").json[0]
    others = add_active(system, 1, Preferences(services=("another",)), first=5)
    wanted = {"components": [component["id"]], "impact": "minor"}
    ordered = order(system, audience=wanted)
    assert (ordered.status, ordered.json["recipients"], ordered.json["paused"]) == (202, 3, 0)
    live(system, 30, step=10)
    assert [system.texts(phone) for phone in everybody.values()] == [[BODY]] * 3
    assert not any(system.texts(phone) for phone in (*critical.values(), *others.values()))
    assert order(system).json["recipients"] == 6, "three of them were told it just now"
    live(system, 120)
    for phone in (*everybody.values(), *critical.values(), *others.values()):
        assert system.texts(phone) == [BODY]
    listed = system.operator("GET", f"{SMS}/sends?category=alert").json["sends"]
    states = [(one["status"], one["suppressed_reason"]) for one in listed]
    assert states.count(("delivered", None)) == 6
    assert states.count(("suppressed", "recent_duplicate")) == 3


def test_who_left_or_asked_for_a_pause_gets_none(system: SteppedSystem) -> None:
    (left, _), (paused, _), (_, phone) = add_active(system, 3).items()
    system.operator("DELETE", f"/api/sms/subscribers?id={left}")
    row = subscriber_row(system, paused)
    system.twilio.reply(row["phone"], "PAUSE", system.now, "+15550001000")
    live(system, 60)
    before = len(system.texts(row["phone"]))
    found = order(system).json
    assert (found["recipients"], found["paused"]) == (1, 1)
    live(system, 60)
    assert system.texts(phone) == [BODY]
    assert len(system.texts(row["phone"])) == before


def test_an_order_that_was_cut_short_goes_on_with_the_same_people(system: SteppedSystem) -> None:
    people = add_active(system, 4)
    puts: list[Call] = []

    def die(call: Call) -> None:
        if "DIRECT#" in str(call.params):
            puts.append(call)
        if len(puts) == 3:
            raise Died

    with watched(system) as watch:
        watch.before = die
        with pytest.raises(Died):
            order(system, "tonight")
    live(system, 10, step=10)
    late = add_active(system, 1, first=9)
    assert order(system, "tonight").json["recipients"] == len(people)
    live(system, 120)
    assert [system.texts(phone) for phone in people.values()] == [[BODY]] * len(people)
    assert not any(system.texts(phone) for phone in late.values())


def test_one_for_later_goes_at_its_moment(system: SteppedSystem) -> None:
    stays, leaves = add_active(system, 3), add_active(system, 1, first=3)
    ordered = order(system, send_at=TONIGHT).json
    shown = (ordered["status"], ordered["send_at"], ordered["recipients"])
    assert shown == ("scheduled", "2027-01-15T20:00:00.000Z", 4)
    live(system, 180)
    assert statuses(system) == ["scheduled"] * 4
    (left,) = leaves.values()
    system.twilio.reply(left, "STOP", system.now, to=FAKE_FROM)
    system.clock.move_to(AT_TONIGHT)
    live(system, 180)
    assert [system.texts(phone) for phone in stays.values()] == [[BODY]] * 3
    assert BODY not in system.texts(left)
    assert system.rows("scheduled") == []


def test_one_for_later_is_taken_back_as_a_whole(system: SteppedSystem) -> None:
    people = add_active(system, 3)
    one = order(system, "tonight", send_at=TONIGHT).json["id"]
    taken = system.operator("DELETE", f"{SMS}/sends/{one}")
    assert (taken.status, taken.json) == (200, {"id": one, "cancelled": 3})
    system.run()
    assert statuses(system) == ["suppressed"] * 3
    assert system.operator("DELETE", f"{SMS}/sends/{one}").code == "not_scheduled"
    assert order(system, "tonight", send_at=TONIGHT).code == "taken_back"
    system.clock.move_to(AT_TONIGHT)
    live(system, 180)
    assert not any(system.texts(phone) for phone in people.values())


def test_what_is_written_down_after_that_does_not_go_either(system: SteppedSystem) -> None:
    """The call that orders may still be at work when another takes it back."""
    people = add_active(system, 2)
    one = order(system, send_at=TONIGHT).json["id"]
    system.table.write(cancel_order("default", one, system.now))
    system.clock.move_to(AT_TONIGHT)
    live(system, 180)
    assert not any(system.texts(phone) for phone in people.values())
    assert statuses(system) == ["suppressed"] * 2
    assert system.rows("scheduled") == []


def test_what_is_not_for_later_cannot_be_taken_back(system: SteppedSystem) -> None:
    add_active(system, 1)
    for one in (order(system).json["id"], "0frwxtbsbr91"):
        assert system.operator("DELETE", f"{SMS}/sends/{one}").code == "send_not_found"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"to": "+15557000002"}, "audience"),
        ({"send_at": "2027-01-25T09:00:00Z"}, "send_at"),
        ({"category": "transactional"}, "category"),
        ({"audience": None}, "to"),
    ],
)
def test_what_such_an_order_cannot_have(
    system: SteppedSystem, more: dict[str, Any], field: str
) -> None:
    answer = order(system, **more)
    assert (answer.status, list(answer.json["error"]["fields"])) == (422, [field])


def test_too_many_are_refused(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    add_active(system, 3)
    monkeypatch.setattr(sending_to_many, "MOST", 2)
    assert (order(system).status, order(system).code) == (422, "audience_too_large")
    monkeypatch.setattr(sending_to_many, "MOST", 500)
    set_page(system, confirm_above=2)
    assert order(system).code == "confirmation_required"
    assert not system.rows("direct")
    assert order(system, audience={"components": ["none"]}).status == 404
