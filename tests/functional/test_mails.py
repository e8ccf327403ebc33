"""Announcements by mail: the same decision and ledger as texts, and what is different."""

import re

import pytest

from local.fake_ses import KeptMail, MailFault
from statustext.domain.language import Language
from tests.functional.engine import JO, add_active, add_mailbox, delivery, subscriber_row
from tests.functional.phrases import live, set_page
from tests.stepped import EMAIL_SENDER, Answer, SteppedSystem

SILENT, LOST = MailFault(is_silent=True, is_accepted=True), MailFault(is_silent=True)


def update(system: SteppedSystem, incident: str, status: str, body: str) -> None:
    path = f"/v1/pages/default/incidents/{incident}"
    answer = system.operator("PATCH", path, {"incident": {"status": status, "body": body}})
    assert answer.status == 200, answer.text
    live(system, 180)


def said(system: SteppedSystem, incident: str, one: str, seq: int = 1) -> tuple[str, str, str]:
    found = delivery(system, incident, one, seq)
    assert found is not None
    return found.status.value, found.reason, found.account.carrier if found.account else ""


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
    system.ses.tells = False
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
    assert said(system, incident, one)[0] == "delivered"


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
    assert said(system, incident, one)[0] == "delivered"


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


# Signing up.


def sign_up(system: SteppedSystem, **more: object) -> Answer:
    set_page(system, modes=["sms", "email"])
    answer = system.http("POST", "/subscriptions", {"email": JO, "consent": True, **more})
    system.run()
    return answer


def link_in(system: SteppedSystem, path: str) -> tuple[str, str]:
    """The path and the query's value of a link in the newest mail."""
    found = re.search(
        rf"https://\S+?(/pages/\S+/{path})\?\w+=(\S+)", system.ses.mails[-1].part("plain")
    )
    assert found
    return found[1], found[2]


def confirmed(system: SteppedSystem) -> str:
    one = str(sign_up(system).json["id"])
    path, code = link_in(system, "confirm")
    verify = path.replace("/confirm", "/verify")
    assert system.http("POST", verify, {"code": code}).status == 200
    system.run()
    return one


def test_a_mailbox_is_confirmed_by_the_button_behind_its_link(system: SteppedSystem) -> None:
    answer = sign_up(system)
    assert answer.status == 202
    one = answer.json["id"]
    (mail,) = system.ses.mails
    assert mail.to == JO
    assert mail.mime["List-Unsubscribe"] is None, "there is nothing to unsubscribe from"
    path, code = link_in(system, "confirm")
    shown = system.http("GET", f"{path}?code={code}")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert subscriber_row(system, one)["state"] == "unconfirmed", "a scanner opens links too"
    accept = {"Accept": "text/html"}
    done = system.http(
        "POST", path.replace("/confirm", "/verify"), form={"code": code}, headers=accept
    )
    assert done.status == 200
    assert "subscribed" in done.text
    row = subscriber_row(system, one)
    assert (row["state"], row["address"]) == ("active", JO)
    assert row["preferences"]["updates"] is True
    system.run()
    assert system.ses.mails[-1].part("plain").startswith("You’re subscribed")


def test_a_link_works_once_and_for_a_day(system: SteppedSystem) -> None:
    sign_up(system)
    path, code = link_in(system, "confirm")
    system.clock.shift(24 * 3600 + 1)
    verify = path.replace("/confirm", "/verify")
    assert system.http("POST", verify, {"code": code}).status == 422


def test_who_is_known_gets_the_same_answer(system: SteppedSystem) -> None:
    confirmed(system)
    again, new = sign_up(system), sign_up(system, email="new@example.com")
    assert again.status == new.status == 202
    assert set(again.json) == set(new.json)


def test_a_page_without_mails_says_so(system: SteppedSystem) -> None:
    answer = system.http("POST", "/subscriptions", {"email": JO, "consent": True})
    assert (answer.status, answer.json["error"]["code"]) == (422, "mode_not_offered")


@pytest.mark.parametrize("written", ["jo", "jo@localhost", "jo@example.com\nBcc: a@b.example"])
def test_what_is_no_address_is_refused(system: SteppedSystem, written: str) -> None:
    set_page(system, modes=["email"])
    answer = system.http("POST", "/subscriptions", {"email": written, "consent": True})
    assert answer.status == 422


def test_another_link_comes_by_the_secret(system: SteppedSystem) -> None:
    done = sign_up(system).json
    system.clock.shift(31)
    again = {"secret": done["secret"]}
    path = f"/subscriptions/{done['id']}/resend_confirmation"
    assert system.http("POST", path, again).status == 202
    system.run()
    assert len(system.ses.to(JO)) == 2


def test_a_mailboxs_own_button_unsubscribes(system: SteppedSystem) -> None:
    one = confirmed(system)
    system.open_incident()
    mail = system.ses.mails[-1].mime
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path, token = link_in(system, "unsubscribe")
    assert f"{path}?token={token}" in str(mail["List-Unsubscribe"])
    assert system.http("GET", f"{path}?token={token}").status == 200
    assert subscriber_row(system, one)["state"] == "active", "a scanner opens links too"
    click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert system.http("POST", f"{path}?token={token}", form=click).status == 200
        assert subscriber_row(system, one)["state"] == "unsubscribed"


def test_nobody_is_unsubscribed_by_a_token_that_we_did_not_make(system: SteppedSystem) -> None:
    one = confirmed(system)
    path, token = link_in(system, "unsubscribe")
    assert system.http("POST", f"{path}?token={token[:-1]}", form={}).status == 401
    assert system.http("POST", path, form={}).status == 401
    assert subscriber_row(system, one)["state"] == "active"


# Languages.


@pytest.mark.parametrize(
    ("language", "direction", "heading", "state", "button", "link"),
    [
        ("en", "ltr", "New incident: ", "Investigating · Critical impact", "Open", "Unsubscribe"),
        ("de", "ltr", "Neue Störung: ", "In Untersuchung", "Störung ansehen", "Abbestellen"),
        ("ar", "rtl", "حادث جديد: ", "قيد التحقيق", "عرض الحادث", "إلغاء الاشتراك"),
    ],
)
def test_a_mail_is_in_the_language_of_who_reads_it(
    system: SteppedSystem,
    language: str,
    direction: str,
    heading: str,
    state: str,
    button: str,
    link: str,
) -> None:
    set_page(system, url="https://status.acme.example")
    add_mailbox(system, language=Language(language))
    system.open_incident()
    mail = system.ses.mails[-1]
    assert mail.mime["Content-Language"] == language
    assert mail.mime.get_content_type() == "multipart/alternative"
    for part in (mail.part("plain"), mail.part("html")):
        assert heading in part
        assert button in part
        assert link in part
    assert state in mail.part("plain")
    assert f'<html lang="{language}" dir="{direction}">' in mail.part("html")


def test_a_sign_ups_link_and_welcome_are_in_its_language(system: SteppedSystem) -> None:
    done = sign_up(system, language="fr")
    assert str(system.ses.mails[-1].mime["Subject"]).endswith("Confirmez votre abonnement")
    assert "24 heures" in system.ses.mails[-1].part("plain")
    path, code = link_in(system, "confirm")
    assert done.status == 202
    system.http("POST", path.replace("/confirm", "/verify"), {"code": code})
    system.run()
    assert system.ses.mails[-1].mime["Content-Language"] == "fr"


def test_a_page_has_words_of_its_own_in_mails(system: SteppedSystem) -> None:
    set_page(system, words={"en": {"New incident": "Something broke"}})
    add_mailbox(system)
    system.open_incident()
    assert system.ses.mails[-1].part("plain").startswith("Something broke: ")


# SES's own limits.


def test_what_the_days_quota_has_no_room_for_goes_when_it_has_again(
    system: SteppedSystem,
) -> None:
    people = [add_mailbox(system, f"jo{one}@example.com") for one in range(3)]
    used_up = MailFault("TooManyRequestsException", "Daily message quota exceeded.", 429)
    system.ses.always = used_up
    incident = system.open_incident()
    live(system, 2 * 3600, step=300)
    assert not system.ses.mails
    assert {said(system, incident, one)[0] for one in people} == {"not_accepted"}
    system.ses.always = MailFault()
    live(system, 2 * 3600, step=300)
    assert sorted(mail.to for mail in system.ses.mails) == [
        f"jo{one}@example.com" for one in range(3)
    ]
    assert {said(system, incident, one)[0] for one in people} == {"delivered"}
