"""Previews: whom an update would reach, at what price, until when; and what confirms it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from statustext.adapters.circuits import open_circuit
from statustext.domain.confirmation import TOKEN_LIFE
from statustext.domain.incident import Impact
from statustext.domain.subscriber import Preferences
from statustext.flows.publishing import audience_counting
from tests.functional.engine import add_active, circuit, settle_down, watched
from tests.functional.phrases import live, set_page
from tests.stepped import PHONE, Answer, SteppedSystem

PAGE = "/v1/pages/default"
DOWN = {"name": "API is down", "impact_override": "critical", "body": "On it."}
READS = {"GetItem", "Query", "BatchGetItem", "GetSecretValue"}


def preview(system: SteppedSystem, incident: str = "", **given: Any) -> dict[str, Any]:
    path = f"{PAGE}/incidents/{incident}/preview".replace("//", "/")
    answer = system.operator("POST", path, {"incident": given})
    assert answer.status == 200, answer
    return dict(answer.json)


def publish(system: SteppedSystem, **given: Any) -> Answer:
    return system.operator("POST", f"{PAGE}/incidents", {"incident": given})


# What it shows.


def test_a_preview_tells_what_publishing_then_does(system: SteppedSystem) -> None:
    add_active(system, 3, Preferences())
    add_active(system, 2, Preferences(severity_filter=(Impact.MINOR,)), first=10)
    add_active(system, 1, Preferences(services=("another",)), first=20)
    system.sign_up("+15550000099")
    before = system.texts(None)
    seen = preview(system, **DOWN)
    assert seen["recipients"] == {
        "total": 4,
        "by_filter": {"everything": 3, "some_components": 1},
        "by_mode": {"sms": 4},
        "by_language": {"en": {"recipients": 4, "segments": 4}},
        "held": {},
        "held_until": None,
    }
    assert seen["not_told"] == {"impact_not_chosen": 2, "unconfirmed": 1}
    assert seen["counting"] == {"method": "all", "looked_at": 7, "subscribers": 7}
    (text,) = seen["texts"]
    assert (text["event"], text["recipients"], text["segments"]) == ("created", 4, 1)
    assert seen["cost"]["by_country"][0]["price"] == "published"
    assert seen["cost"]["usd"] == pytest.approx(4 * 0.0128)
    assert publish(system, **DOWN).status == 201
    system.run()
    assert system.texts(None)[len(before) :] == [text["text"]] * 4


def test_an_update_is_for_who_was_told_and_its_end_for_them(system: SteppedSystem) -> None:
    add_active(system, 1, Preferences(updates=True))
    add_active(system, 2, Preferences(), first=10)
    add_active(system, 1, Preferences(new_incidents=False, all_resolutions=True), first=20)
    one = system.open_incident()
    update = preview(system, one, status="identified")
    assert [text["event"] for text in update["texts"]] == ["updated"]
    assert update["not_told"] == {"new_incidents_not_chosen": 1, "updates_not_chosen": 2}
    end = preview(system, one, status="resolved")
    assert end["recipients"]["total"] == 4
    assert {text["event"] for text in end["texts"]} == {"resolved"}
    add_active(system, 1, Preferences(), first=30)
    assert preview(system, one, status="resolved")["not_told"] == {"not_told_of_it": 1}


def test_a_preview_writes_nothing(system: SteppedSystem) -> None:
    add_active(system, 2, Preferences())
    one = system.open_incident()
    before = system.rows()
    with watched(system) as watch:
        preview(system, **DOWN)
        preview(system, one, status="resolved")
    assert {call.operation for call in watch.of("incident")} <= READS
    assert system.rows() == before


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"deliver_notifications": False, "status": "identified"}, "without notifications"),
        ({"name": "Another title"}, "nothing new"),
    ],
)
def test_what_tells_nobody_says_why(
    system: SteppedSystem, given: Mapping[str, Any], why: str
) -> None:
    add_active(system, 1, Preferences(updates=True))
    seen = preview(system, system.open_incident(), **given)
    assert why in seen["tells_nobody_because"]
    assert (seen["recipients"]["total"], seen["cost"]["usd"]) == (0, 0)
    assert seen["last_text_at"] is None


def test_what_is_held_over_night_is_told_apart(system: SteppedSystem) -> None:
    set_page(system, quiet_hours="07:00-09:00", timezone="UTC")
    add_active(system, 2, Preferences(timezone="UTC"))
    add_active(system, 1, Preferences(quiet_hours="off"), first=10)
    seen = preview(system, name="API is slow", impact_override="minor")
    assert seen["recipients"]["held"] == {"quiet_hours_or_pause": 2}
    assert seen["recipients"]["held_until"] == "2027-01-15T09:00:00.000Z"
    assert seen["segments"] == 3
    assert seen["seconds_to_last_text"] < 60


# When the last text goes.


def test_the_end_follows_the_senders_rate_and_the_pages_cap(system: SteppedSystem) -> None:
    add_active(system, 30, Preferences())
    set_page(system, senders=[{"id": "+15550008888", "prefixes": ["+1"]}])  # one a second
    assert preview(system, **DOWN)["seconds_to_last_text"] == 32
    set_page(system, **{"limits.texts_per_hour": 10})
    system.clock.move_to(system.now // 3600 * 3600 + 600)
    assert preview(system, **DOWN)["seconds_to_last_text"] == 3000 + 3600  # 10, 10 and 10
    minor = {**DOWN, "impact_override": "minor"}
    # What is kept for what matters more is free in an hour's last quarter.
    assert preview(system, **minor)["seconds_to_last_text"] == 3000 + 3600 + 2700
    assert publish(system, **DOWN).status == 201
    live(system, 30)
    later = preview(system, **{**minor, "name": "Another"})["seconds_to_last_text"]
    assert later == pytest.approx(2960 + 2 * 3600 + 2700, abs=20)


def test_it_knows_the_quotas(system: SteppedSystem) -> None:
    add_active(system, 5, Preferences())
    set_page(system, **{"limits.texts_per_day": 4})
    seen = preview(system, **DOWN)  # critical, so it may use what is kept
    assert seen["quota"] == {
        "name": "texts_per_day",
        "begins_anew_at": "2027-01-16T00:00:00.000Z",
        "texts_at_once": 4,
        "texts_later": 1,
        "texts_never": 0,
    }
    assert seen["last_text_at"] == seen["quota"]["begins_anew_at"]
    minor = preview(system, **{**DOWN, "impact_override": "minor"})
    assert (minor["quota"]["texts_at_once"], minor["quota"]["texts_later"]) == (3, 2)
    before = len(system.texts(None))
    assert publish(system, **DOWN).status == 201
    live(system, 60)
    assert len(system.texts(None)) - before == 4
    system.clock.move_to(system.now // 86_400 * 86_400 + 86_400)
    live(system, 180)
    assert len(system.texts(None)) - before == 5
    set_page(system, **{"limits.texts_per_day": 100})
    assert preview(system, **{**DOWN, "name": "Another"})["quota"] is None


def test_what_twilio_stopped_is_said(system: SteppedSystem) -> None:
    add_active(system, 2, Preferences())
    capped = replace(
        circuit("sender:+15550001111", 63038, system.now), resumes_at=system.now + 5000
    )
    system.table.write(open_circuit(capped))
    seen = preview(system, **DOWN)
    assert seen["stopped"][0]["code"] == 63038
    assert seen["seconds_to_last_text"] == 5000
    system.table.write(open_circuit(circuit("account", 20003, system.now)))
    assert preview(system, **DOWN)["last_text_at"] is None


def test_a_page_that_is_paused_has_no_last_text(system: SteppedSystem) -> None:
    add_active(system, 2, Preferences())
    set_page(system, paused=True)
    seen = preview(system, **DOWN)
    assert (seen["paused"], seen["last_text_at"]) == (True, None)


def test_a_large_page_is_estimated_from_few_reads(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_counting, "SAMPLE", 20)
    add_active(system, 900, Preferences())
    add_active(system, 300, Preferences(severity_filter=(Impact.MINOR,)), first=900)
    with watched(system) as watch:
        seen = preview(system, **DOWN)
    assert seen["counting"]["method"] == "sample"
    assert seen["counting"]["looked_at"] == 16 * 20
    assert 1000 < seen["counting"]["subscribers"] < 1400
    assert 700 < seen["recipients"]["total"] < 1100
    queries = [one for one in watch.of("incident", "Query") if "SUBSCRIBERS" in str(one.params)]
    assert len(queries) == 16


# Confirming.


def test_a_confirmed_update_is_published_while_its_audience_is_the_same(
    system: SteppedSystem,
) -> None:
    set_page(system, confirm_above=3, confirm_tolerance=25)
    add_active(system, 3, Preferences())
    assert publish(system, **{**DOWN, "name": "Small"}).status == 201
    add_active(system, 1, Preferences(), first=10)
    refused = publish(system, **DOWN)
    assert (refused.status, refused.code) == (409, "confirmation_required")
    token = preview(system, **DOWN)["confirm_token"]
    add_active(system, 1, Preferences(), first=20)  # a quarter more
    assert publish(system, **DOWN, confirm_token=token).status == 201
    add_active(system, 1, Preferences(), first=30)
    grown = publish(system, **DOWN, confirm_token=token)
    assert (grown.status, grown.code) == (409, "audience_grew")
    assert grown.json["error"]["message"].startswith("This would now reach 6 people")


def test_a_token_is_for_one_incident_its_words_and_a_quarter_of_an_hour(
    system: SteppedSystem,
) -> None:
    add_active(system, 1, Preferences(updates=True))
    one = system.open_incident()
    token = preview(system, **DOWN)["confirm_token"]
    for wrong in ({**DOWN, "body": "Other words."}, {**DOWN, "impact_override": "major"}):
        refused = publish(system, **wrong, confirm_token=token)
        assert (refused.status, refused.code) == (422, "wrong_confirm_token")
    path = f"{PAGE}/incidents/{one}"
    for made_up in (token, f"2{token[1:]}", "1.1.ffffffff." + "a" * 24, ""):
        given = {"incident": {"status": "identified", "confirm_token": made_up or "x"}}
        assert system.operator("PATCH", path, given).code == "wrong_confirm_token"
    system.clock.move_to(system.now + TOKEN_LIFE)
    ended = publish(system, **DOWN, confirm_token=token)
    assert (ended.status, ended.code) == (409, "confirm_token_ended")


def test_no_token_is_asked_for_what_tells_nobody_or_was_done(system: SteppedSystem) -> None:
    set_page(system, confirm_above=1)
    add_active(system, 2, Preferences())
    assert publish(system, **DOWN, deliver_notifications=False).status == 201
    token = preview(system, **DOWN, external_id="x1")["confirm_token"]
    given = {**DOWN, "external_id": "x1"}
    first = publish(system, **given, confirm_token=token)
    assert first.status == 201
    assert publish(system, **given).json["id"] == first.json["id"]


def test_the_phones_of_nobody_are_in_a_preview(system: SteppedSystem) -> None:
    system.subscribe()
    settle_down(system, 60)
    assert PHONE[2:] not in str(preview(system, **DOWN))
