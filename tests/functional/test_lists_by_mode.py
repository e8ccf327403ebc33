"""Operators' lists, files and additions of who is told otherwise than by text."""

import csv
import io
from typing import Any

import pytest

from tests.functional.engine import JO, add_active, add_mailbox
from tests.functional.phrases import live, set_page
from tests.functional.web_world import add_endpoint
from tests.stepped import PHONE, SteppedSystem

LIST, V1 = "/api/sms/subscribers", "/v1/pages/default/subscribers"
HOOK = "https://hooks.example.com/services/secret"
CONSENT = {"source": "paper", "statement": "Mail me.", "obtained_at": "2027-01-15"}


@pytest.fixture
def people(system: SteppedSystem) -> dict[str, str]:
    """One of each of three modes."""
    set_page(system, modes=["sms", "email", "webhook"])
    ((texted, _),) = add_active(system, 1).items()
    return {
        "sms": texted,
        "email": add_mailbox(system),
        "webhook": add_endpoint(system, HOOK),
    }


def listed(system: SteppedSystem, query: str) -> list[dict[str, Any]]:
    answer = system.operator("GET", f"{LIST}?{query}")
    assert answer.status == 200, answer.text
    return list(answer.json["subscribers"])


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("sms", {"phone": "+1555000xxxx", "email": None, "endpoint": None}),
        ("email", {"phone": None, "email": "j…@example.com", "endpoint": None}),
        ("webhook", {"phone": None, "email": None, "endpoint": "hooks.example.com/…"}),
    ],
)
def test_a_list_of_one_type_is_masked(
    system: SteppedSystem, people: dict[str, str], mode: str, shown: dict[str, str]
) -> None:
    (one,) = listed(system, f"type={mode}")
    assert (one["id"], one["type"]) == (people[mode], mode)
    assert {name: one[name] for name in shown} == shown
    assert len(listed(system, "")) == 3
    assert not listed(system, "type=slack")


def test_one_is_found_by_the_address_and_shown_in_full(
    system: SteppedSystem, people: dict[str, str]
) -> None:
    assert [one["id"] for one in listed(system, f"email={JO}")] == [people["email"]]
    shown = system.operator("GET", f"{LIST}?id={people['email']}").json
    assert shown["email"] == JO


def test_what_is_exported_can_be_imported(system: SteppedSystem, people: dict[str, str]) -> None:
    text, cursor = "", ""
    while not text or cursor:
        part = system.operator("GET", f"{LIST}/export?cursor={cursor}")
        text, cursor = text + part.text, part.headers["X-Next-Cursor"]
    rows = {row["type"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["email"]["email"] == JO
    assert rows["webhook"]["endpoint"] == HOOK
    asked = {"csv": text, "consent": CONSENT}
    again = system.operator("POST", f"{LIST}/import", asked).json
    assert again["left"] == {"already_subscribed": 2, "endpoint": 1}
    assert all(people.values())


def test_mailboxes_are_imported_with_consent_and_nobody_is_mailed(system: SteppedSystem) -> None:
    set_page(system, modes=["email"])
    text = "email,updates\njo@example.com,false\nnobody,\n,true\n"
    done = system.operator("POST", f"{LIST}/import", {"csv": text, "consent": CONSENT}).json
    assert (done["added"], done["refused"]) == (1, 2)
    assert done["rows"][0]["phone"] == "j…@example.com"
    system.run()
    assert not system.ses.mails
    (one,) = listed(system, "type=email")
    assert (one["status"], one["preferences"]["updates"]) == ("active", False)


def test_a_mailbox_that_is_added_by_hand_is_sent_a_link(system: SteppedSystem) -> None:
    assert system.operator("POST", LIST, {"email": JO}).code == "mode_not_offered"
    set_page(system, modes=["sms", "email"])
    added = system.operator("POST", LIST, {"type": "email", "email": JO})
    assert (added.status, added.json["status"]) == (201, "pending")
    system.run()
    assert "confirm?code=" in system.ses.to(JO)[-1].part("plain")


@pytest.mark.parametrize("wrong", [{}, {"phone": PHONE, "email": JO}, {"type": "sms", "email": JO}])
def test_who_is_added_has_one_address(system: SteppedSystem, wrong: dict[str, str]) -> None:
    set_page(system, modes=["sms", "email"])
    assert system.operator("POST", LIST, wrong).status == 422


def test_statuspages_lists_know_types(system: SteppedSystem, people: dict[str, str]) -> None:
    found = system.operator("GET", f"{V1}?type=email").json
    assert [(one["id"], one["mode"]) for one in found] == [(people["email"], "email")]
    assert found[0]["email"] == JO
    assert [one["id"] for one in system.operator("GET", f"{V1}?q=jo@ex").json] == [people["email"]]
    counts = system.operator("GET", f"{V1}/count").json
    assert (counts["sms"], counts["email"], counts["webhook"], counts["slack"]) == (1, 1, 1, 0)
    drawn = system.operator("GET", f"{V1}/histogram_by_state").json
    assert (drawn["email"]["active"], drawn["webhook"]["total"]) == (1, 1)


def test_statuspages_way_adds_a_mailbox_and_asks_again(system: SteppedSystem) -> None:
    set_page(system, modes=["sms", "email"])
    made = system.operator("POST", V1, {"subscriber": {"email": JO}})
    assert (made.status, made.json["mode"]) == (201, "email")
    one = made.json["id"]
    assert system.operator("GET", f"{V1}/{one}").json["email"] == JO, "before its mail goes out"
    system.run()
    live(system, 60)
    assert system.operator("POST", f"{V1}/{one}/resend_confirmation").status in (200, 201)
    system.run()
    assert len(system.ses.to(JO)) == 2


def test_the_ledger_shows_where_a_mail_went(system: SteppedSystem, people: dict[str, str]) -> None:
    incident = system.open_incident()
    live(system, 5, step=1)
    path = f"/v1/pages/default/incidents/{incident}/deliveries"
    found: list[dict[str, Any]] = []
    cursor: str | None = "1.0."
    while cursor:
        answer = system.operator("GET", f"{path}?cursor={cursor}").json
        found, cursor = found + answer["deliveries"], answer["next_cursor"]
    (mail,) = [one for one in found if one["type"] == "email"]
    assert (mail["email"], mail["in_words"]) == ("j…@example.com", "The mailbox's server took it.")
    history = system.operator("GET", f"{V1}/{people['email']}/history").json
    assert history["email"] == "j…@example.com"
