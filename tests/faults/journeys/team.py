"""What is raised to the page's own team, and who answers."""

import contextlib
from collections.abc import Generator, Iterator, Sequence
from unittest import mock

from local.fake_ses import KeptMail
from statustext.adapters.clock import system_entropy
from statustext.adapters.contacts import put_contact
from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.adapters.pages import get_page
from statustext.domain.ids import subscriber_id
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.escalation import Cause, CauseKind
from statustext.domain.team.routing import Channel, Level
from statustext.flows.acting import Act
from statustext.flows.escalating.raising import News, raise_to_team
from tests.faults.afterwards import (
    everybody_stops,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import JO, master_key

ANN = "+15550107001"
HOOK = "https://hooks.slack.com/services/T0/B0/secret-of-slack"


@contextlib.contextmanager
def a_team(stage: Stage) -> Iterator[list[str]]:
    """Slack, at once, and one on-call phone a minute later; what Slack was posted."""
    steps = [("slack", 0), ("sms", 1)]
    ladder = {
        "steps": [{"channel": one, "after_minutes": at, "person": 0} for one, at in steps],
        "component_ids": [],
        "repeats": 0,
        "repeat_minutes": 60,
    }
    stage.set_page(**{"team.ladders": [ladder]})
    one = subscriber_id(master_key(stage.system), "default", ANN)
    for contact, channel, address in (("hook", Channel.SLACK, HOOK), (one, Channel.SMS, ANN)):
        at, verified = stage.now, ContactState.VERIFIED
        added = Contact(contact, "Ann", channel, address, verified, at)
        stage.system.table.write(put_contact("default", added))
    stage.phones.append(ANN)
    stage.secrets.append("secret-of-slack")
    posted: list[str] = []

    def post(_self: object, _url: str, body: bytes, _headers: object) -> Answer:
        posted.append(body.decode())
        return Answer(Verdict.ACCEPTED, "http_200", 200)

    with mock.patch.object(GuardedHttp, "post", post):
        yield posted


def states(stage: Stage) -> list[str]:
    return [row["state"] for row in stage.system.rows("escalation")]


def told_once(stage: Stage, posted: Sequence[str]) -> None:
    """Promise 2, and 3: who is certain not to have been told has a row that says so."""
    assert len(posted) <= 1, posted
    assert len(stage.system.texts(ANN)) <= 1
    kept = {row["channel"]: row["status"] for row in stage.system.rows("team_message")}
    assert kept["slack"] == ("sent" if posted else "claimed") or kept["slack"] == "claimed", kept
    assert kept["sms"] == "ordered", kept
    (text,) = (row for row in stage.system.rows("direct") if row["event"] == "on_call")
    assert "status" in text or "claimed_at" in text


@journey(everybody_stops, the_end_is_published)
def a_critical_incident_that_nobody_answers(stage: Stage) -> Generator[None]:
    with a_team(stage) as posted:
        stage.open()
        stage.carry_on()
        yield
        stage.live(240)
        yield
        if not stage.overtaken:
            told_once(stage, posted)
            assert states(stage) == ["exhausted"]


@journey(everybody_stops, the_end_is_published)
def an_on_call_phone_that_acknowledges(stage: Stage) -> Generator[None]:
    with a_team(stage) as posted:
        stage.open()
        stage.live(120)
        assert len(stage.system.texts(ANN)) == 1
        yield
        stage.reply("ACK", ANN)
        stage.carry_on()
        yield
        assert len(posted) == 1
        assert states(stage) == [
            "resolved" if stage.overtaken and not stops(stage) else "acknowledged"
        ]


def stops(stage: Stage) -> bool:
    """Whether it was overtaken by an opt-out, and not by the end."""
    return any("stop" in str(row.get("suppressed")) for row in stage.system.rows("subscriber"))


@journey(everybody_stops)
def an_incident_that_ends_before_the_team_is_texted(stage: Stage) -> Generator[None]:
    with a_team(stage) as posted:
        incident = stage.open()
        stage.live(60)
        stage.change(incident, status="resolved")
        yield
        stage.live(120)
        yield
        assert (len(posted), stage.system.texts(ANN)) == (1, [])
        assert states(stage) == ["resolved"]


@journey(everybody_stops)
def what_becomes_worse_and_climbs_anew(stage: Stage) -> Generator[None]:
    with a_team(stage) as posted:
        incident = stage.open()
        act = Act("the test", stage.system.table, stage.now, system_entropy)
        page = get_page(stage.system.table, "default")
        assert page is not None
        cause = Cause(CauseKind.INCIDENT, incident)
        raise_to_team(page, cause, News(Level.WARNING, "API is slow"), act)
        stage.carry_on()
        stage.system.clock.shift(1)
        yield
        stage.live(60)
        yield
        assert len(posted) <= 1
        assert sorted(states(stage))[0] in ("exhausted", "raised")
        assert sorted(states(stage))[1:] == ["resolved"]


@journey(the_end_is_published)
def an_on_call_phone_that_opts_out(stage: Stage) -> Generator[None]:
    with a_team(stage):
        stage.open()
        stage.live(120)
        yield
        stage.reply("STOP", ANN)
        stage.carry_on()
        yield
        (phone,) = (row for row in stage.system.rows("contact") if row["channel"] == "sms")
        assert phone["state"] == "stopped"


TEAM = "/v1/pages/default/team"


@journey(everybody_stops)
def verifying_an_on_call_phone(stage: Stage) -> Generator[None]:
    stage.phones.append(ANN)
    given = {"name": "Ann", "channel": "sms", "address": ANN}
    yield
    answer = stage.operator("POST", f"{TEAM}/contacts", given)
    assert answer.status in (201, 409), answer
    for row in stage.system.rows("contact"):  # none where the number opted out before
        verify = f"{TEAM}/contacts/{row['sk'].partition('#')[2]}/verify"
        stage.wait(60)
        stage.operator("POST", verify, {})
        stage.carry_on()
        if code := code_of(stage):
            stage.operator("POST", verify, {"code": code})
    stage.operator("GET", TEAM)
    yield
    known = [row["state"] for row in stage.system.rows("contact")]
    assert known in (["verified"], ["stopped"], ["unverified"]) or (stage.overtaken and not known)


def code_of(stage: Stage) -> str:
    """The newest code that the phone was texted."""
    texts = [text for text in stage.system.texts(ANN) if "on-call phone" in text]
    return texts[-1].partition("] ")[2][:6] if texts else ""


@journey(settings_are_changed)
def changing_and_removing_of_the_team(stage: Stage) -> Generator[None]:
    with a_team(stage):
        one = subscriber_id(master_key(stage.system), "default", ANN)
        ladder = {"steps": [{"after_minutes": 0, "channel": "slack"}], "components": ["svc_api"]}
        rotation = {"contacts": [one], "first_day": "2027-01-04"}
        yield
        wanted = {"ladders": [ladder], "rotation": rotation}
        answer = stage.operator("PATCH", TEAM, wanted)
        assert answer.status == 200, answer
        stage.operator("DELETE", f"{TEAM}/contacts/hook")
        yield
        assert [row["sk"] for row in stage.system.rows("contact")] == [f"CONTACT#{one}"]


@journey(the_end_is_published)
def operators_who_acknowledge(stage: Stage) -> Generator[None]:
    with a_team(stage):
        stage.open()
        stage.live(60)
        (row,) = stage.system.rows("escalation")
        yield
        link = f"/team/default/escalations/{row['sk']}/{row['token']}"
        stage.request("GET", link)
        stage.operator("POST", f"{TEAM}/escalations/{row['sk']}/acknowledge")
        stage.request("POST", link)
        stage.operator("GET", f"{TEAM}/escalations")
        yield
        assert states(stage) == ["resolved" if stage.overtaken else "acknowledged"]


@journey(the_end_is_published)
def a_mailbox_of_the_team(stage: Stage) -> Generator[None]:
    """It is verified by a code, and told of an incident once."""
    step = {"channel": "email", "after_minutes": 0, "person": 0}
    ladder = {"steps": [step], "component_ids": [], "repeats": 0, "repeat_minutes": 60}
    stage.set_page(**{"team.ladders": [ladder]})
    stage.secrets.append(JO)
    yield
    given = {"name": "Jo", "channel": "email", "address": JO}
    stage.operator("POST", f"{TEAM}/contacts", given)
    for row in stage.system.rows("contact"):
        verify = f"{TEAM}/contacts/{row['sk'].partition('#')[2]}/verify"
        stage.operator("POST", verify, {})
        if mails := stage.system.ses.to(JO):
            stage.operator("POST", verify, {"code": mails[-1].part("plain")[:6]})
    stage.open()
    stage.live(120)
    yield
    told = [one for one in stage.system.ses.to(JO) if "CRITICAL" in str(one.mime["Subject"])]
    assert len(told) <= 1


@journey(the_end_is_published)
def a_mailbox_of_the_team_that_bounces(stage: Stage) -> Generator[None]:
    mailbox = Contact("mailbox", "Jo", Channel.EMAIL, JO, ContactState.VERIFIED, added_at=stage.now)
    stage.system.table.write(put_contact("default", mailbox))
    mail = KeptMail(
        "1",
        stage.now,
        JO,
        b"From: a@b.example\r\n\r\n",
        {"page": "default", "attempt": "t-mailbox"},
    )
    yield
    for kind, why in (("Transient", "MailboxFull"), ("Permanent", "General")):
        stage.system.ses.bounce(mail, kind, why, stage.now)
        stage.carry_on()
        stage.live(60)
    yield
    assert [row["state"] for row in stage.system.rows("contact")] == ["stopped"]
