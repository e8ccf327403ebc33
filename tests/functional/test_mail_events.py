"""What SES tells of mails: delivered, bounced, called spam."""

import itertools
from collections.abc import Iterable

import pytest

from local.fake_ses import SIMULATOR, KeptMail, MailFault
from tests.functional.engine import JO, add_mailbox, delivery, subscriber_row
from tests.functional.phrases import live
from tests.functional.test_mails import confirmed, said, sign_up, update
from tests.functional.test_team import add_mailbox as add_to_the_team
from tests.stepped import SteppedSystem

GONE = ("Permanent", "General")
FULL = ("Transient", "MailboxFull")
DAY = 24 * 3600


def tells(system: SteppedSystem, mail: KeptMail, told: Iterable[str]) -> None:
    """SES tells these things of a mail, in this order."""
    for kind in told:
        match kind:
            case "gone":
                system.ses.bounce(mail, *GONE, system.now)
            case "full":
                system.ses.bounce(mail, *FULL, system.now)
            case "spam":
                system.ses.complain(mail, system.now)
            case _:
                system.ses.tell(mail, kind, {}, system.now)
        system.run()


def told_one(system: SteppedSystem) -> tuple[str, str, KeptMail]:
    """An incident that one mailbox was told, of which SES says nothing yet."""
    system.ses.tells = False
    one = add_mailbox(system)
    system.clock.shift(1)
    incident = system.open_incident()
    return one, incident, system.ses.mails[-1]


def test_what_was_delivered_says_so(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    incident = system.open_incident()
    live(system, 5, step=1)
    assert said(system, incident, one) == ("delivered", "", "ses")


def test_an_event_tells_what_no_answer_did(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.faults.append(MailFault(is_silent=True, is_accepted=True))
    incident = system.open_incident()
    live(system, 300)
    assert len(system.ses.mails) == 1, "it is known to have come, so that it is not sent again"
    assert said(system, incident, one)[0] == "delivered"


@pytest.mark.parametrize("told", list(itertools.permutations(["Delivery", "gone", "gone"])))
def test_a_mailbox_that_is_gone_is_mailed_no_more(
    system: SteppedSystem, told: tuple[str, ...]
) -> None:
    one, incident, mail = told_one(system)
    tells(system, mail, told)
    assert said(system, incident, one) == ("undelivered", "ses BouncePermanent", "ses")
    row = subscriber_row(system, one)
    assert (row["state"], row["suppressed"]) == ("unsubscribed", "bounce")
    update(system, incident, "resolved", "It works again.")
    assert len(system.ses.mails) == 1


@pytest.mark.parametrize("told", list(itertools.permutations(["Delivery", "spam", "spam"])))
def test_who_calls_a_mail_spam_gets_no_other(system: SteppedSystem, told: tuple[str, ...]) -> None:
    one, incident, mail = told_one(system)
    tells(system, mail, told)
    assert said(system, incident, one) == ("delivered", "ses Complaint", "ses")
    row = subscriber_row(system, one)
    assert (row["state"], row["suppressed"]) == ("unsubscribed", "complaint")
    update(system, incident, "resolved", "It works again.")
    assert len(system.ses.mails) == 1


def test_a_full_mailbox_is_left_alone_at_the_second_bounce_a_day_apart(
    system: SteppedSystem,
) -> None:
    one, incident, mail = told_one(system)
    tells(system, mail, ["full", "full"])
    assert said(system, incident, one)[:2] == ("undelivered", "ses BounceTransient")
    assert subscriber_row(system, one)["state"] == "active"
    system.clock.shift(DAY + 1)
    update(system, incident, "identified", "We found the cause.")
    tells(system, system.ses.mails[-1], ["full"])
    row = subscriber_row(system, one)
    assert (row["state"], row["quarantined_for"]) == ("quarantined", "ses BounceTransient")


def test_a_full_mailbox_that_was_reached_meanwhile_is_not(system: SteppedSystem) -> None:
    one, incident, mail = told_one(system)
    tells(system, mail, ["full"])
    system.clock.shift(3600)
    other = system.open_incident("Second")
    tells(system, system.ses.mails[-1], ["Delivery"])
    assert said(system, other, one)[0] == "delivered"
    system.clock.shift(DAY)
    update(system, incident, "identified", "We found the cause.")
    tells(system, system.ses.mails[-1], ["full"])
    assert subscriber_row(system, one)["state"] == "active"


def test_what_comes_late_undoes_nothing(system: SteppedSystem) -> None:
    system.ses.tells = False
    sign_up(system)
    first = system.ses.mails[-1]
    one = confirmed(system)
    system.clock.shift(1)
    tells(system, first, ["gone", "spam"])
    assert subscriber_row(system, one)["state"] == "active", "the link in it was used since"
    incident = system.open_incident()
    mail = system.ses.mails[-1]
    tells(system, mail, ["full"])
    system.clock.shift(DAY + 1)
    update(system, incident, "identified", "We found the cause.")
    late = system.ses.mails[-1]
    tells(system, late, ["full"])
    path = f"/api/sms/subscribers/{one}"
    system.clock.shift(1)
    assert system.operator("POST", f"{path}/release").status == 200
    tells(system, late, ["full", "gone", "Delivery"])
    assert subscriber_row(system, one)["state"] == "active", "an operator knows better since"
    found = delivery(system, incident, one, 2)
    assert found is not None
    assert found.status == "undelivered"


def test_a_complaint_of_who_left_changes_nothing(system: SteppedSystem) -> None:
    one, _, mail = told_one(system)
    tells(system, mail, ["gone"])
    since = subscriber_row(system, one)["suppressed_at"]
    system.clock.shift(60)
    tells(system, mail, ["spam"])
    row = subscriber_row(system, one)
    assert (row["suppressed"], row["suppressed_at"]) == ("bounce", since)


def test_an_operator_lets_a_mailbox_sign_up_again(system: SteppedSystem) -> None:
    one, _, mail = told_one(system)
    tells(system, mail, ["spam"])
    sign_up(system)
    assert len(system.ses.mails) == 1, "it is suppressed"
    system.clock.shift(1)
    path = f"/api/v1/orgs/default/sms/suppressions/{JO}"
    assert system.operator("DELETE", path).status == 200
    tells(system, mail, ["spam"])
    assert "suppressed" not in subscriber_row(system, one), "said before"
    sign_up(system)
    assert system.ses.to(JO)[-1] is not mail


def test_a_sign_up_of_a_mailbox_that_is_none_ends(system: SteppedSystem) -> None:
    to = f"bounce{SIMULATOR}"
    one = str(sign_up(system, email=to).json["id"])
    live(system, 5, step=1)
    assert subscriber_row(system, one)["suppressed"] == "bounce"
    system.clock.shift(3600)
    sign_up(system, email=to)
    assert len(system.ses.to(to)) == 1


def test_the_teams_mailbox_that_bounces_raises_an_alarm(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    system.ses.tells = False
    one = add_to_the_team(system).json["id"]
    system.clock.shift(1)
    code = system.ses.mails[-1].part("plain").split()[0]
    path = f"/v1/pages/default/team/contacts/{one}"
    assert system.operator("POST", f"{path}/verify", {"code": code}).status == 200
    old = system.ses.mails[-1]
    tells(system, old, ["gone"])
    assert "TeamMailboxBounced" not in capsys.readouterr().out, "it was verified since"
    system.clock.shift(1)
    assert system.operator("POST", f"{path}/verify", {}).status == 202
    new = system.ses.mails[-1]
    tells(system, new, ["full"])
    assert "TeamNotReached" in capsys.readouterr().out
    assert state(system, one) == "verified"
    tells(system, new, ["gone"])
    assert "TeamMailboxBounced" in capsys.readouterr().out
    tells(system, new, ["gone"])
    assert "TeamMailboxBounced" not in capsys.readouterr().out, "told once"
    assert state(system, one) == "stopped"


def state(system: SteppedSystem, contact: str) -> str:
    shown = system.operator("GET", "/v1/pages/default/team").json["contacts"]
    return str(next(one["state"] for one in shown if one["id"] == contact))
