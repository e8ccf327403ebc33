"""What is raised to a page's team, how it climbs, and who answers."""

import pytest

from local.configuration import FAKE_FROM
from local.fake_ses import MailFault
from statustext.adapters.clock import system_entropy
from statustext.adapters.escalations import find_open, get_escalation
from statustext.adapters.pages import get_page
from statustext.domain.page import Page
from statustext.domain.team.escalation import Cause, CauseKind, EscalationState
from statustext.domain.team.routing import Level
from statustext.flows.acting import Act
from statustext.flows.escalating.raising import News, clear, raise_to_team
from tests.functional.engine import JO
from tests.stepped import Answer, SteppedSystem

ALERT = Cause(CauseKind.ALERT, "disk-full")


def act(system: SteppedSystem) -> Act:
    return Act("the test", system.table, system.now, system_entropy)


def page_of(system: SteppedSystem) -> Page:
    return get_page(system.table, "default") or pytest.fail("no page")


def raised(system: SteppedSystem, level: Level = Level.CRITICAL, cause: Cause = ALERT) -> str:
    news = News(level, "The disk is full", link="https://status.example.com")
    return raise_to_team(page_of(system), cause, news, act(system))


def test_of_one_cause_there_is_one_escalation(system: SteppedSystem) -> None:
    first = raised(system, Level.ERROR)
    assert raised(system, Level.ERROR) == raised(system, Level.INFO) == first
    higher = raised(system, Level.CRITICAL)
    assert higher != first
    ended = get_escalation(system.table, "default", first)
    assert ended is not None
    assert ended.state is EscalationState.RESOLVED


def test_resolve_clears_it(system: SteppedSystem) -> None:
    first = raised(system)
    assert clear("default", ALERT, act(system))
    assert not clear("default", ALERT, act(system))
    assert find_open(system.table, "default", ALERT) is None
    assert raised(system) != first


TEAM = "/v1/pages/default/team"
ANN = "+15550107001"


def add_phone(system: SteppedSystem, number: str = ANN) -> Answer:
    given = {"name": "Ann", "channel": "sms", "address": number}
    return system.operator("POST", f"{TEAM}/contacts", given)


def code_of(system: SteppedSystem) -> str:
    system.run()
    return system.texts(ANN)[-1].partition("] ")[2][:6]


def verified(system: SteppedSystem, one: str, code: str) -> Answer:
    return system.operator("POST", f"{TEAM}/contacts/{one}/verify", {"code": code})


def test_an_on_call_phone_is_verified_by_the_code_that_it_is_texted(system: SteppedSystem) -> None:
    added = add_phone(system)
    assert (added.status, added.json["state"], added.json["address"]) == (
        201,
        "unverified",
        "***7001",
    )
    one = added.json["id"]
    assert add_phone(system).code == "contact_exists"
    code = code_of(system)
    assert verified(system, one, f"{(int(code) + 1) % 1_000_000:06d}").code == "code_invalid"
    assert verified(system, one, code).json["state"] == "verified"
    assert verified(system, one, code).code == "code_invalid"
    assert system.operator("GET", TEAM).json["on_call"] == [one]
    assert [row for row in system.rows("subscriber") if row.get("state") == "active"] == []


def test_a_code_is_tried_five_times_and_another_one_can_be_asked_for(
    system: SteppedSystem,
) -> None:
    one = add_phone(system).json["id"]
    code = code_of(system)
    for _ in range(5):
        verified(system, one, f"{(int(code) + 1) % 1_000_000:06d}")
    assert verified(system, one, code).code == "code_invalid"
    system.clock.shift(1)
    again = system.operator("POST", f"{TEAM}/contacts/{one}/verify", {})
    assert again.status == 202
    assert verified(system, one, code_of(system)).status == 200


def test_a_number_that_opted_out_is_not_texted_a_code(system: SteppedSystem) -> None:
    system.twilio.reply(ANN, "STOP", system.now, to=FAKE_FROM)
    system.run()
    assert add_phone(system).code == "opted_out"
    assert system.texts(ANN) == []


def test_a_mailbox_is_verified_by_the_code_that_it_is_mailed(system: SteppedSystem) -> None:
    added = add_mailbox(system)
    assert (added.status, added.json["state"]) == (201, "unverified")
    assert added.json["address"] == "j***@example.com"
    one = added.json["id"]
    assert verified(system, one, mailed_code(system)).json["state"] == "verified"
    assert [add_mailbox(system, bad).code for bad in ("nobody", "a@b", "a b@c.de")] == [
        "invalid_address"
    ] * 3


def test_another_code_is_mailed_and_the_one_before_is_void(system: SteppedSystem) -> None:
    one = add_mailbox(system).json["id"]
    first = mailed_code(system)
    assert system.operator("POST", f"{TEAM}/contacts/{one}/verify", {}).status == 202
    assert mailed_code(system) != first
    assert verified(system, one, first).code == "code_invalid"
    assert verified(system, one, mailed_code(system)).status == 200


def test_a_mail_that_ses_does_not_take_is_told(system: SteppedSystem) -> None:
    system.ses.faults.append(MailFault("MessageRejected"))
    assert add_mailbox(system).code == "mail_not_sent"
    (one,) = (row["sk"].partition("#")[2] for row in system.rows("contact"))
    assert system.operator("POST", f"{TEAM}/contacts/{one}/verify", {}).status == 202
    assert verified(system, one, mailed_code(system)).status == 200


def add_mailbox(system: SteppedSystem, address: str = JO) -> Answer:
    given = {"name": "Jo", "channel": "email", "address": address}
    return system.operator("POST", f"{TEAM}/contacts", given)


def mailed_code(system: SteppedSystem) -> str:
    return system.ses.to(JO)[-1].part("plain")[:6]


def test_a_link_shows_a_button_and_the_button_acknowledges(system: SteppedSystem) -> None:
    one = raised(system)
    found = get_escalation(system.table, "default", one) or pytest.fail("gone")
    link = f"/team/default/escalations/{one}/{found.token}"
    page = system.http("GET", link)
    assert (page.status, "Acknowledge</button>" in page.text) == (200, True)
    assert system.http("POST", f"/team/default/escalations/{one}/x").status == 404
    (shown,) = system.operator("GET", f"{TEAM}/escalations").json["escalations"]
    assert shown["state"] == "raised"
    for _ in range(2):
        page = system.http("POST", link)
        assert (page.status, "This is acknowledged." in page.text) == (200, True)
    answer = system.operator("POST", f"{TEAM}/escalations/{one}/acknowledge")
    assert (answer.status, answer.json["acknowledged_by"]) == (200, "whoever has the link")


def test_a_policy_is_changed_and_what_it_was_is_kept(system: SteppedSystem) -> None:
    shown = system.operator("GET", TEAM).json
    assert shown["policy_in_words"] == [
        "info: the log and Slack",
        "good: the log and Slack",
        "warning: the log and Slack",
        "error: the log, Slack and e-mail",
        "critical: the log, Slack, e-mail and SMS to the on-call phone",
    ]
    wanted = {"policy": {"error": ["log", "sms"]}}
    changed = system.operator("PATCH", TEAM, wanted).json
    assert changed["policy"] == {**shown["policy"], "error": ["log", "sms"]}
    (version,) = system.operator("GET", "/v1/pages/default/versions").json["versions"]
    assert version["changed"] == ["team"]
    undone = system.operator("POST", f"/v1/pages/default/versions/{version['id']}/undo")
    assert undone.status == 200, undone
    assert system.operator("GET", TEAM).json["policy"] == shown["policy"]


def test_a_rotation_names_on_call_phones_of_the_page(system: SteppedSystem) -> None:
    rotation = {"contacts": ["nobody"], "first_day": "2027-01-04"}
    refused = system.operator("PATCH", TEAM, {"rotation": rotation})
    assert (refused.status, refused.code) == (422, "unknown_contact")
