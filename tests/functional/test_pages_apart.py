"""What a page's operator sets, or its visitors do, changes nothing on another page."""

import random
from dataclasses import replace
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.circuits import open_circuits
from statustext.adapters.clock import system_entropy
from statustext.domain.api_key import new_key
from statustext.flows.operating.keys import create_key
from statustext.flows.operating.setting_up import create_page
from tests.functional.engine import add_active, open_quietly, settle_down, spoil
from tests.stepped import PAGE, SENDERS, Answer, SteppedSystem

BAD = "+15005550007"
"""One of the deployment's senders, by which Twilio texts nobody (21606)."""

SECOND = "/v1/pages/second"
KEY = {"X-API-Key": "second-key"}


@pytest.fixture
def two_pages(system: SteppedSystem) -> SteppedSystem:
    create_page(system.table, replace(PAGE, id="second", name="Second"))
    key = new_key(KEY["X-API-Key"], "second", "tests", system.now)
    create_key(key, "the command", system.table, system_entropy)
    return system


def change(system: SteppedSystem, **settings: Any) -> Answer:
    return system.http("PATCH", SECOND, settings, headers=KEY)


def sign_up(system: SteppedSystem, phone: str, page: str = "second") -> None:
    body = {"phone": phone, "consent": True}
    assert system.http("POST", f"/pages/{page}/subscriptions", body).status == 202


def test_a_sender_that_cannot_text_stops_its_own_page_only(two_pages: SteppedSystem) -> None:
    system = two_pages
    chosen = change(system, senders=[{"id": BAD, "prefixes": ["+1"]}])
    assert chosen.status == 200
    added = {"verified": True}
    for number in range(5):
        sign_up(system, f"+1555888000{number}")
        verified = added | {"phone": f"+1555888001{number}"}
        assert system.http("POST", "/api/sms/subscribers", verified, headers=KEY).status == 201
    incident = {"incident": {"name": "Down", "impact_override": "critical"}}
    assert system.http("POST", f"{SECOND}/incidents", incident, headers=KEY).status == 201
    system.run()
    assert [one.scope for one in open_circuits(system.table)] == [f"sender:{BAD}"]
    system.sign_up("+15559990001")
    assert len(system.texts("+15559990001")) == 1, "the other page's code waits for nothing"


@pytest.mark.parametrize("sender", ["+15005550009", "MG" + "f" * 32, "99999"])
def test_a_page_chooses_among_the_deployment_s_senders(
    two_pages: SteppedSystem, sender: str
) -> None:
    answer = change(two_pages, senders=[{"id": sender, "prefixes": ["+1"]}])
    assert (answer.status, answer.code) == (422, "unknown_sender")
    assert FAKE_FROM in answer.json["error"]["message"]
    assert list(answer.json["error"]["fields"]) == ["senders.0.id"]


def test_the_deployment_s_own_sender_has_one_rate(two_pages: SteppedSystem) -> None:
    own = {"id": FAKE_FROM, "prefixes": ["+1"]}
    assert change(two_pages, senders=[{**own, "mps": 9999}]).status == 422
    assert change(two_pages, senders=[own]).status == 200
    shown = two_pages.http("GET", f"{SECOND}/sending", headers=KEY).json["senders"]
    assert shown == [{"id": FAKE_FROM, "mps": 100.0, "prefixes": []}]


def any_settings(rng: random.Random) -> dict[str, Any]:
    """Whatever an operator may set."""
    prefixes = ["+1", "+1555", "+15550", "+44"]
    rng.shuffle(prefixes)
    chosen = rng.sample([*SENDERS, FAKE_FROM], rng.randrange(4))
    return {
        "senders": [
            {"id": one, "prefixes": [prefix]} for one, prefix in zip(chosen, prefixes, strict=False)
        ],
        "countries": rng.choice([["US"], ["US", "GB"], ["DE"]]),
        "quiet_hours": rng.choice(["off", "00:00-23:59"]),
        "timezone": rng.choice(["UTC", "Asia/Tokyo"]),
        "segment_budget": rng.choice([1, 3]),
        "keyword_replies": rng.choice(["twilio", "statustext"]),
        "coalescing_window": rng.choice([0, 900]),
        "recipient_limits": rng.choice([[], [[1, 3600]]]),
        "limits": {
            "signups_per_hour": rng.choice([1, 1000]),
            "signups_per_address": rng.choice([1, 1000]),
            "signups_per_number": rng.choice([1, 20]),
            "texts_per_hour": rng.choice([0, 1]),
        },
    }


def a_day(system: SteppedSystem, rng: random.Random | None) -> list[tuple[str, str, str]]:
    """What phones get from page `default` while, with `rng`, much is set and done on the other."""
    asked: list[tuple[str, str, str]] = []

    def note(form: Any) -> None:
        sender = form.get("From") or form.get("MessagingServiceSid")
        if form["Body"].startswith("[Demo]"):
            asked.append((sender, form["To"], form["Body"]))

    system.on_send = note
    add_active(system, 5)
    if rng:
        assert change(system, **any_settings(rng)).status == 200
        for number in range(4):
            phone = f"+1555888000{number}"
            code = rng.choice([21606, 21612, 21608, 21408, 20003, 21610])
            spoil(system, kind="refuse", status=400, code=code, to=phone)
            body = {"phone": phone, "consent": True}
            address = f"203.0.113.{number}"
            system.http("POST", "/pages/second/subscriptions", body, source_ip=address)
        system.run()
        paused = {"paused": rng.random() < 0.5}
        system.http("PATCH", f"{SECOND}/sending", paused, headers=KEY)
    sign_up(system, "+15559990001", "default")
    open_quietly(system)
    settle_down(system, 60, step=10)
    if rng:
        change(system, **any_settings(rng))
    open_quietly(system, "Payments are slow", impact_override="critical")
    settle_down(system, 600, step=20)
    return sorted((sender, to, body[:25]) for sender, to, body in asked)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_page_sets_another_s_texts_are_the_same(
    two_pages: SteppedSystem, seed: int
) -> None:
    found = a_day(two_pages, random.Random(seed))  # noqa: S311 (a seed, to be replayed)
    expected = [(FAKE_FROM, "+15559990001", "[Demo] Your code is")]
    phones = [f"+155500000{number:02d}" for number in range(5)]
    for name in ("API is down", "Payments are slow"):
        expected += [(FAKE_FROM, one, f"[Demo] Critical incident: {name}") for one in phones]
    assert [(sender, to) for sender, to, _ in found] == sorted(
        (sender, to) for sender, to, _ in expected
    )
