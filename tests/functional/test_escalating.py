"""An escalation climbs while nobody answers: by the clock, from Slack to the on-call phones."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from local.configuration import FAKE_FROM
from local.fake_ses import MailFault
from local.function_host import FunctionError
from statustext.adapters.contacts import put_contact
from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.adapters.pages import change_settings
from statustext.domain.ids import subscriber_id
from statustext.domain.team import sms_cap
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel, Level
from tests.functional.engine import JO, Call, Died, die_at, master_key, watched
from tests.functional.test_team import raised
from tests.stepped import SteppedSystem

ANN, BOB = "+15550107001", "+15550107002"
HOOK = "https://hooks.slack.com/services/T0/B0/x"
ACCEPTED = Answer(Verdict.ACCEPTED, "http_200", 200)


class Hook:
    """What Slack was posted, and what it answers."""

    def __init__(self) -> None:
        self.posted: list[bytes] = []
        self.answer = ACCEPTED
        self.dies = False

    def post(self, _url: str, body: bytes, _headers: Any) -> Answer:
        self.posted.append(body)
        if self.dies:
            raise Died
        return self.answer


@pytest.fixture
def slack() -> Iterator[Hook]:
    hook = Hook()
    with mock.patch.object(GuardedHttp, "post", lambda _self, *given: hook.post(*given)):
        yield hook


def add_contact(system: SteppedSystem, channel: Channel, address: str, **more: Any) -> str:
    one = address.strip("+")[:12]
    if channel is Channel.SMS:
        one = subscriber_id(master_key(system), "default", address)
    state = more.get("state", ContactState.VERIFIED)
    system.table.write(
        put_contact("default", Contact(one, "somebody", channel, address, state, system.now))
    )
    system.clock.shift(1)
    return one


@pytest.fixture
def team(system: SteppedSystem) -> SteppedSystem:
    """A page with Slack and two on-call phones, whose incidents are never stale."""
    system.table.write(change_settings("default", {"team.stale_minutes": 0}))
    add_contact(system, Channel.SLACK, HOOK)
    add_contact(system, Channel.SMS, ANN)
    add_contact(system, Channel.SMS, BOB)
    return system


def minutes(system: SteppedSystem, count: int) -> None:
    """Let so much time pass, with a tick of the clock and what follows from it in the first minute,
    and in every fifth of the rest."""
    left = count
    while left > 0:
        system.tick()
        system.run()
        system.clock.shift(60 * min(5, left))
        left -= 5


def reply(system: SteppedSystem, body: str, phone: str) -> None:
    """An on-call phone texts, and Twilio tells us before anything else happens."""
    system.twilio.reply(phone, body, system.now, to=FAKE_FROM)
    system.webhooks()


def on_call_texts(system: SteppedSystem) -> list[int]:
    return [len(system.texts(phone)) for phone in (ANN, BOB)]


def state_of(system: SteppedSystem) -> str:
    (row,) = (one for one in system.rows("escalation") if one["state"] != "resolved")
    return str(row["state"])


def test_a_critical_incident_climbs_until_somebody_answers(
    team: SteppedSystem, slack: Hook
) -> None:
    team.open_incident()
    minutes(team, 1)
    assert len(slack.posted) == 1
    assert b"CRITICAL" in slack.posted[0]
    minutes(team, 19)
    assert on_call_texts(team) == [0, 0]
    minutes(team, 1)
    assert on_call_texts(team) == [1, 0]
    assert team.texts(ANN) == [
        "[Demo] CRITICAL: API is down Reply ACK, or STOP to end on-call texts."
    ]
    minutes(team, 11)
    assert on_call_texts(team) == [1, 1]
    reply(team, "Ack!", BOB)
    assert state_of(team) == "acknowledged"
    minutes(team, 90)
    assert (len(slack.posted), on_call_texts(team)) == (1, [1, 1])


def test_the_second_step_is_a_mail_which_is_sent_once(team: SteppedSystem, slack: Hook) -> None:
    """In doubt it is not sent again, as the next step tells somebody else."""
    add_contact(team, Channel.EMAIL, JO)
    team.ses.faults.append(MailFault(is_silent=True, is_accepted=True))
    raised(team)
    minutes(team, 10)
    assert team.ses.to(JO) == []
    minutes(team, 1)
    (mail,) = team.ses.to(JO)
    assert mail.mime["Subject"] == "[Demo] CRITICAL: The disk is full"
    assert "/team/default/escalations/" in mail.part("plain")
    assert slack.posted


def test_resolve_clears_it_and_nothing_more_is_sent(team: SteppedSystem, slack: Hook) -> None:
    incident = team.open_incident()
    minutes(team, 5)
    team.update_incident(incident, status="resolved")
    minutes(team, 60)
    assert (len(slack.posted), on_call_texts(team)) == (1, [0, 0])
    assert [row["state"] for row in team.rows("escalation")] == ["resolved"]


def test_a_text_on_its_way_is_not_sent_once_it_is_over(team: SteppedSystem, slack: Hook) -> None:
    incident = team.open_incident()
    minutes(team, 20)
    team.tick()  # the text is ordered
    team.update_incident(incident, status="resolved")
    team.run()
    assert on_call_texts(team) == [0, 0]


def test_an_answer_that_comes_before_the_claim_holds(team: SteppedSystem, slack: Hook) -> None:
    team.open_incident()
    minutes(team, 21)
    team.clock.shift(9 * 60)
    team.tick()  # the text to the next contact is ordered
    reply(team, "ACK", ANN)
    team.run()
    assert on_call_texts(team) == [1, 0]


def test_who_was_not_told_does_not_answer_for_others(team: SteppedSystem, slack: Hook) -> None:
    team.open_incident()
    minutes(team, 2)
    reply(team, "ACK", ANN)
    assert state_of(team) == "raised"


def test_it_is_exhausted_when_nobody_ever_answers(team: SteppedSystem, slack: Hook) -> None:
    team.open_incident()
    minutes(team, 160)
    assert (len(slack.posted), on_call_texts(team)) == (3, [3, 3])
    assert state_of(team) == "exhausted"
    reply(team, "ACK", ANN)
    assert state_of(team) == "acknowledged"


def test_cap_refuses_the_sixth_and_allows_again(
    team: SteppedSystem, slack: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    once = {
        "steps": [{"after_minutes": 0, "channel": "sms", "person": 0}],
        "component_ids": [], "repeats": 0, "repeat_minutes": 60,
    }  # fmt: skip
    team.table.write(change_settings("default", {"team.ladders": [once]}))
    for number in range(6):
        raised_for(team, number)
    minutes(team, 1)
    assert len(team.texts(ANN)) == 5
    assert [one.message for one in caplog.records].count(sms_cap.REFUSED) == 1
    team.clock.shift(58 * 60)
    raised_for(team, 6)
    minutes(team, 1)
    assert len(team.texts(ANN)) == 5
    team.clock.shift(60)
    raised_for(team, 7)
    minutes(team, 1)
    assert len(team.texts(ANN)) == 6


def raised_for(system: SteppedSystem, number: int) -> None:
    from statustext.domain.team.escalation import Cause, CauseKind

    raised(system, Level.CRITICAL, Cause(CauseKind.ALERT, f"alert-{number}"))


def test_stop_from_an_on_call_phone_is_obeyed_and_said(
    team: SteppedSystem, slack: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    reply(team, "STOP", ANN)
    team.open_incident()
    minutes(team, 40)
    assert on_call_texts(team) == [0, 2]  # whoever is left is called in the place of who is gone
    states = {row["address"]: row["state"] for row in team.rows("contact")}
    assert states[ANN] == "stopped"
    assert "An on-call phone opted out" in caplog.text


def test_only_the_verified_are_told(system: SteppedSystem, slack: Hook) -> None:
    add_contact(system, Channel.SLACK, HOOK, state=ContactState.UNVERIFIED)
    add_contact(system, Channel.SMS, ANN, state=ContactState.UNVERIFIED)
    system.open_incident()
    minutes(system, 40)
    assert (slack.posted, on_call_texts(system)) == ([], [0, 0])


def test_quiet_hours_are_not_for_who_is_on_call(team: SteppedSystem, slack: Hook) -> None:
    team.table.write(change_settings("default", {"quiet_hours": "00:00-23:59"}))
    team.open_incident()
    minutes(team, 21)
    assert on_call_texts(team) == [1, 0]


def test_a_message_that_certainly_did_not_go_is_tried_three_times(
    team: SteppedSystem, slack: Hook
) -> None:
    slack.answer = Answer(Verdict.UNREACHABLE, "not_connected")
    team.open_incident()
    for _ in range(5):
        minutes(team, 1)
    assert len(slack.posted) == 3
    slack.answer = ACCEPTED
    minutes(team, 5)
    minutes(team, 15)
    assert (len(slack.posted), on_call_texts(team)) == (3, [1, 0])


def test_a_message_in_doubt_is_not_sent_again(team: SteppedSystem, slack: Hook) -> None:
    slack.answer = Answer(Verdict.UNKNOWN, "timed_out")
    team.open_incident()
    minutes(team, 8)
    assert len(slack.posted) == 1


def test_a_clock_that_dies_while_slack_is_told_tells_it_once(
    team: SteppedSystem, slack: Hook
) -> None:
    team.open_incident()
    slack.dies = True
    with pytest.raises(Died):
        team.tick()
    slack.dies = False
    minutes(team, 25)
    assert (len(slack.posted), on_call_texts(team)) == (1, [1, 0])


@pytest.mark.parametrize("number", range(8))
def test_a_clock_that_dies_at_any_write_texts_once(
    team: SteppedSystem, slack: Hook, number: int
) -> None:
    team.open_incident()
    minutes(team, 20)
    seen: list[Call] = []
    with watched(team) as watch:
        watch.after = die_at(number, seen, lambda call: call.function == "clock")
        with contextlib.suppress(Died, FunctionError):
            team.tick()
    minutes(team, 3)
    assert on_call_texts(team) == [1, 0]


def test_two_ticks_of_one_minute_tell_once(team: SteppedSystem, slack: Hook) -> None:
    team.open_incident()
    once: list[bool] = []

    def again() -> None:
        if not once:
            once.append(True)
            team.tick()

    with watched(team) as watch:
        watch.after = lambda call: again() if call.operation == "BatchGetItem" else None
        minutes(team, 1)
    assert len(slack.posted) == 1


def test_an_incident_without_news_is_brought_to_mind_until_there_is_some(
    team: SteppedSystem, slack: Hook
) -> None:
    team.table.write(change_settings("default", {"team.stale_minutes": 120}))
    incident = team.open_incident(impact_override="minor")
    team.clock.shift(118 * 60)
    minutes(team, 1)
    assert slack.posted == []
    team.clock.shift(60)
    minutes(team, 5)
    assert len(slack.posted) == 1
    assert b"ERROR* on Demo: No update for 2 h: API is down" in slack.posted[0]
    minutes(team, 30)
    team.update_incident(incident, status="identified")
    minutes(team, 90)
    assert len(slack.posted) == 1
    assert on_call_texts(team) == [0, 0]
