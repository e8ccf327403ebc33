"""The operator function invoked by hand in the AWS console: to stop, to go on, and to look.

Whoever may invoke the function is allowed by IAM, so there is no key. See events/.
"""

from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.contracts import ConsoleAction
from statustext.domain.page import Page, Senders
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident, require_page
from statustext.flows.operating import setting_up, showing
from statustext.flows.operating.subscribers import list_subscribers
from statustext.flows.publishing.recalling import RECALLED, recall
from statustext.validation import validated

ACTOR = "the AWS console"

HELP = {
    "pause": "{} stops sending for a page, at once. What waits is kept.",
    "resume": "{} goes on sending for a page. What is stale by then is not sent.",
    "recall": '{"id": "…", "seq": 2} stops telling an update; the newest, without seq.',
    "sending": "{} says whether a page sends, from which numbers, and what Twilio stopped.",
    "list": '{"limit": 100, "cursor": "…"} lists subscribers, with masked numbers.',
    "show": '{"id": "sub_…"} shows a subscriber, number in full; that you looked is noted.',
    "help": "{} shows this.",
}
"""What each action takes besides `action` and `page` (`default` where there is none), and does."""


def act(event: Any, senders: Senders, table: Table, now: float, entropy: Entropy) -> dict[str, Any]:
    """Do what a plain `{"action": "pause", ...}` asks for; its result, or `{"error": …}`."""
    try:
        given = validated(event, ConsoleAction)
        if given.action == "help":
            return {"actions": HELP}
        return _act(given, require_page(table, given.page), senders, table, now, entropy)
    except RejectedError as error:
        told = {"code": error.code, "message": error.message, "fields": error.fields}
        return {"error": told, "actions": HELP}


def _act(
    given: ConsoleAction, page: Page, senders: Senders, table: Table, now: float, entropy: Entropy
) -> dict[str, Any]:
    match given.action:
        case "pause" | "resume":
            paused = given.action == "pause"
            page = setting_up.set_paused(page, paused, Act(ACTOR, table, now, entropy))
        case "list":
            found, after = list_subscribers(page.id, table, now, given.limit, given.cursor)
            return showing.subscribers(found, after, page.id, table)
        case "show":
            return showing.subscriber(page.id, _id(given), Act(ACTOR, table, now, entropy))
        case "recall":
            seq = given.seq or require_incident(table, page.id, _id(given)).announced_seq
            recall(page.id, _id(given), seq, RECALLED, Act(ACTOR, table, now, entropy))
            return {"incident": given.id, "recalled": seq}
    return showing.sending(page, senders, table, now)


def _id(given: ConsoleAction) -> str:
    if not given.id:
        raise RejectedError(422, "invalid_request", f"Give the id of what to {given.action}.")
    return given.id
