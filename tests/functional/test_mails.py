"""Announcements by mail: the same decision and ledger as texts, and what is different."""

from local.fake_ses import KeptMail, MailFault
from tests.functional.engine import JO, add_active, add_mailbox, delivery, subscriber_row
from tests.functional.phrases import live, set_page
from tests.stepped import EMAIL_SENDER, SteppedSystem

SILENT, LOST = MailFault(is_silent=True, is_accepted=True), MailFault(is_silent=True)


def update(system: SteppedSystem, incident: str, status: str, body: str) -> None:
    path = f"/v1/pages/default/incidents/{incident}"
    answer = system.operator("PATCH", path, {"incident": {"status": status, "body": body}})
    assert answer.status == 200, answer.text
    live(system, 180)


def said(system: SteppedSystem, incident: str, one: str, seq: int = 1) -> tuple[str, str, str]:
    found = delivery(system, incident, one, seq)
    assert found is not None
    return found.status.value, found.reason, found.carrier or ""


def ref(mail: KeptMail) -> str:
    return str(mail.mime["X-Entity-Ref-ID"])


def test_whoever_follows_by_mail_is_told_by_mail(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    add_active(system, 1)
    incident = system.open_incident()
    (mail,) = system.ses.mails
    assert (mail.to, str(mail.mime["From"])) == (JO, EMAIL_SENDER)
    assert "API" in mail.part("plain")
    assert "API" in mail.part("html")
    assert len(system.texts(None)) == 1, "the number is texted"
    assert said(system, incident, one) == ("accepted", "", "ses")
    thread = subscriber_row(system, one)["told"][incident]
    assert (thread["st"], thread["c"]) == ("claimed", "ses")


def test_mails_of_an_incident_are_one_conversation(system: SteppedSystem) -> None:
    add_mailbox(system)
    incident = system.open_incident()
    update(system, incident, "identified", "We found the cause.")
    update(system, incident, "resolved", "It works again.")
    mails = [mail.mime for mail in system.ses.mails]
    assert len(mails) == 3, "updates are told by default"
    assert len({str(one["Subject"]) for one in mails}) == 1
    assert len({str(one["References"]) for one in mails}) == 1
    assert len({str(one["Message-ID"]) for one in mails}) == 3
    assert system.ses.mails[-1].part("plain").startswith("Resolved: ")
    assert "It works again." in system.ses.mails[-1].part("plain")


def test_a_mail_whose_outcome_is_unknown_goes_again_with_the_same_id(
    system: SteppedSystem,
) -> None:
    one = add_mailbox(system)
    system.ses.faults.append(SILENT)
    incident = system.open_incident()
    assert len(system.ses.mails) == 1
    assert said(system, incident, one)[0] == "unknown"
    live(system, 300)
    first, again = system.ses.mails
    assert ref(first) == ref(again)
    assert first.raw == again.raw
    assert said(system, incident, one) == ("accepted", "", "ses")


def test_what_was_lost_on_its_way_is_told_after_all(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.faults.extend([LOST, LOST])
    incident = system.open_incident()
    live(system, 600)
    assert len(system.ses.mails) == 1
    assert said(system, incident, one)[0] == "accepted"


def test_what_stays_in_doubt_has_an_end(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.always = LOST
    incident = system.open_incident()
    live(system, 1800)
    assert said(system, incident, one)[:2] == ("failed", "unknown, however often it was sent")


def test_a_newer_update_is_told_and_the_one_in_doubt_is_not(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.faults.append(LOST)
    incident = system.open_incident()
    update(system, incident, "resolved", "It works again.")
    live(system, 600)
    assert said(system, incident, one)[0] in ("superseded", "unknown")
    assert not [mail for mail in system.ses.mails if mail.part("plain").startswith("New")]


def test_a_refusal_for_the_rate_waits_and_goes(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.faults.append(MailFault("TooManyRequestsException", status=429))
    incident = system.open_incident()
    live(system, 60, step=5)
    assert len(system.ses.mails) == 1
    assert said(system, incident, one)[0] == "accepted"


def test_an_address_that_ses_does_not_take_is_written_to_no_more(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    system.ses.faults.append(MailFault("BadRequestException"))
    incident = system.open_incident()
    assert said(system, incident, one)[:2] == ("failed", "ses BadRequestException")
    assert subscriber_row(system, one)["state"] == "quarantined"


def test_the_kill_switch_holds_mails(system: SteppedSystem) -> None:
    add_mailbox(system)
    set_page(system, paused=True)
    system.open_incident()
    assert not system.ses.mails
    set_page(system, paused=False)
    live(system, 300)
    assert len(system.ses.mails) == 1


def test_caps_and_quotas_are_of_texts(system: SteppedSystem) -> None:
    add_mailbox(system)
    limits = {"texts_per_hour": 1, "texts_per_day": 1, "usd_per_month": 0.01}
    assert system.operator("PATCH", "/v1/pages/default", {"limits": limits}).status == 200
    add_active(system, 1)
    system.open_incident()
    system.open_incident()
    assert len(system.ses.mails) == 2


def test_who_left_gets_no_mail(system: SteppedSystem) -> None:
    one = add_mailbox(system)
    incident = system.open_incident()
    from statustext.adapters.subscribers import end_subscription

    system.table.write(end_subscription("default", one, "page", system.now))
    update(system, incident, "resolved", "It works again.")
    assert len(system.ses.mails) == 1
