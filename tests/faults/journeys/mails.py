"""Mails of an incident: what is in doubt goes again with the same id, the latest wins, and nobody
is forgotten."""

import re
from collections.abc import Generator

from tests.faults.afterwards import news_is_published
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import JO, add_mailbox, subscriber_row


def by_id(stage: Stage) -> dict[str, set[bytes]]:
    """The different mails that have each id."""
    found: dict[str, set[bytes]] = {}
    for mail in stage.system.ses.mails:
        found.setdefault(str(mail.mime["X-Entity-Ref-ID"]), set()).add(mail.raw)
    return found


@journey(news_is_published)
def mails_of_an_incident(stage: Stage) -> Generator[None]:
    add_mailbox(stage.system)
    yield
    stage.open()
    stage.carry_on()
    stage.live(600)
    yield
    told = by_id(stage)
    assert told, "nobody is forgotten"
    assert all(len(same) == 1 for same in told.values()), "a repeat is word for word the same"


@journey(news_is_published)
def mails_that_bounce_and_are_called_spam(stage: Stage) -> Generator[None]:
    stage.system.ses.tells = False
    full, gone, annoyed = (
        add_mailbox(stage.system, f"{name}@example.com") for name in ("full", "gone", "annoyed")
    )
    yield
    stage.open()
    stage.carry_on()
    stage.live(300)
    ses = stage.system.ses
    for mail in list(ses.mails):
        match mail.to.partition("@")[0]:
            case "full":
                ses.bounce(mail, "Transient", "MailboxFull", stage.now)
            case "gone":
                ses.bounce(mail, "Permanent", "General", stage.now)
            case _:
                ses.tell(mail, "Delivery", {}, stage.now)
                ses.complain(mail, stage.now)
    stage.carry_on()
    stage.live(60)
    yield
    rows = [subscriber_row(stage.system, one) for one in (full, gone, annoyed)]
    assert "unreachable_at" in rows[0]
    assert [row.get("suppressed") for row in rows] == [None, "bounce", "complaint"]


def opened(stage: Stage, path: str) -> tuple[str, str]:
    """The newest link of a kind in the mails, as its path and the value in its query."""
    for mail in reversed(stage.system.ses.to(JO)):
        if found := re.search(rf"(/pages/\S+/{path})\?\w+=(\S+)", mail.part("plain")):
            return found[1], found[2]
    return f"/pages/default/subscriptions/nobody/{path}", "x"


@journey(news_is_published)
def signing_up_and_leaving_by_mail(stage: Stage) -> Generator[None]:
    stage.set_page(modes=["sms", "email"])
    yield
    stage.operator("POST", "/api/sms/subscribers", {"email": "added@example.com"})
    begun = stage.request("POST", "/subscriptions", {"email": JO, "consent": True})
    stage.carry_on()
    stage.live(60)
    known = {"secret": begun.json.get("secret", "a.x")} if begun.status == 202 else {}
    again = f"/subscriptions/{begun.json.get('id', 'nobody')}/resend_confirmation"
    stage.request("POST", again, known)
    stage.carry_on()
    stage.live(60)
    path, code = opened(stage, "confirm")
    stage.request("GET", f"{path}?code={code}")
    stage.request("POST", path.replace("/confirm", "/verify"), {"code": code})
    stage.carry_on()
    stage.live(60)
    path, token = opened(stage, "unsubscribe")
    stage.request("GET", f"{path}?token={token}")
    left = stage.request("POST", f"{path}?token={token}", form={"List-Unsubscribe": "One-Click"})
    yield
    if left.status == 200:
        one = path.split("/")[4]
        assert subscriber_row(stage.system, one)["state"] == "unsubscribed"
