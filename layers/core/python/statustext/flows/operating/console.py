"""The incident function invoked by hand in the AWS console, for operators without curl.

Whoever may invoke the function is allowed by IAM, so there is no key. See events/.
"""

from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import get_page
from statustext.contracts import ConsoleIncident, IncidentInput
from statustext.domain.incident import MAINTENANCE, Status
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.operating import showing
from statustext.flows.publishing.incidents import open_incident, update_incident
from statustext.flows.publishing.recalling import RECALLED, recall
from statustext.validation import validated

ACTOR = "the AWS console"


def by_hand(
    event: dict[str, Any], table: Table, now: float, entropy: Entropy, rate: float
) -> dict[str, Any]:
    """Do what a plain `{"action": "open", ...}` asks for; the incident, or `{"error": …}`."""
    try:
        return _do(validated(event, ConsoleIncident), Act(ACTOR, table, now, entropy), rate)
    except RejectedError as error:
        return {"error": {"code": error.code, "message": error.message, "fields": error.fields}}


def _do(given: ConsoleIncident, act: Act, rate: float) -> dict[str, Any]:
    table, now = act.table, act.now
    page = get_page(table, given.page)
    if page is None:
        raise RejectedError(404, "page_not_found", "There is no such page.")
    asked: IncidentInput = given
    if given.action == "open":
        done = open_incident(page, asked, act)
        return showing.incident(page, done.id, table, now, rate)
    if not given.id:
        raise RejectedError(422, "invalid_request", "Give the incident's id.")
    if given.action == "recall":
        last = require_incident(table, page.id, given.id).announced_seq
        recall(page.id, given.id, given.seq or last, RECALLED, act)
        return showing.incident(page, given.id, table, now, rate)
    if given.action == "resolve":
        known = require_incident(table, page.id, given.id)
        end = Status.COMPLETED if known.status in MAINTENANCE else Status.RESOLVED
        asked = asked.model_copy(update={"status": end})
    if given.action != "get":
        update_incident(page, given.id, asked, act)
    return showing.incident(page, given.id, table, now, rate)
