"""Mails of an incident: what is in doubt goes again with the same id, the latest wins, and nobody
is forgotten."""

from collections.abc import Generator

from tests.faults.afterwards import news_is_published
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import add_mailbox


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
