"""What must hold once everything has come to rest: nobody forgotten, nothing lost."""

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from local.fake_twilio.webhooks import WebhookRequest
from local.lean_aws.attribute_values import Item
from tests.simulation.history import FINAL, Person, PublishedUpdate, text, told_in
from tests.simulation.promises import TERMINAL

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

OVER = {"resolved", "postmortem", "completed"}
MAINTENANCE = {"scheduled", "in_progress", "verifying", "completed"}
STOP_WORDS = {"stop", "unsubscribe", "please stop texting me", "bitte keine sms mehr"}


NOT_ASKED = ("ses", "aws")
"""Carriers that only tell by an event how a message ended: nobody can ask them again."""


def note_answered(simulation: "Simulation", request: WebhookRequest) -> None:
    """We told Twilio that we took a text."""
    if request.status == "received" and request.params["Body"].lower() in STOP_WORDS:
        simulation.promises.judge_taken(request.params["MessageSid"])


def judge(simulation: "Simulation", mended: Collection[str]) -> None:
    """Promises 3 and 9, and that nothing is under way any more.

    What lies in the dead-letter queues `mended` was done by other means.
    """
    history, promises = simulation.history, simulation.promises
    for name, queue in simulation.warm.aws.sqs.queues.items():
        if queue.messages and name not in mended:
            body = next(iter(queue.messages.values())).body
            promises.breaks(9, f"{len(queue.messages)} messages are left in {name}: {body[:200]}")
    for update in history.updates.values():
        if newest(history.incidents, update):
            for one in sorted(update.audience):
                judge_told(simulation, update, history.people[one])
    for (incident, seq, one), row in history.ledger.items():
        if text(row, "carrier") in NOT_ASKED and text(row, "status") == "accepted":
            if not simulation.has_been_bad:  # else the event that said how it ended was lost
                promises.breaks(3, f"what became of {incident}#{seq} for {one} is not known")
        elif text(row, "status") not in TERMINAL:
            promises.breaks(3, f"{incident}#{seq} for {one} is {text(row, 'status')} for ever")
        elif text(row, "status") != "delivered" and not text(row, "reason"):
            promises.breaks(3, f"{incident}#{seq} for {one} is {text(row, 'status')}, unexplained")
    _judge_nothing_lost(simulation)
    simulation.outside.team_promises.judge_rest(simulation.outside.monitoring.said)


def newest(incidents: dict[str, Item], update: PublishedUpdate) -> bool:
    """Whether an update is the one that people are to know of their incident."""
    return int(incidents[update.incident]["announced_seq"]["N"]) == update.seq


def judge_told(simulation: "Simulation", update: PublishedUpdate, person: Person) -> None:
    """Promise 3 for one who was active when the newest update was committed, and ever since."""
    history, promises = simulation.history, simulation.promises
    if person.settled_since > update.commit or not person.is_active:
        return
    incident = history.incidents[update.incident]
    if str(update.seq) in incident.get("recalled", {}).get("M", {}):
        return
    if person.told.get(update.incident) == update.seq:
        return
    row = history.ledger.get((update.incident, update.seq, person.id), {})
    status, reason = text(row, "status"), text(row, "reason")
    if status in ("failed", "undelivered"):
        return  # with its reason, as is judged apart
    if status == "expired" and simulation.has_been_bad:
        return
    if status == "suppressed" and reason in ("recent_duplicate", "mode turned off"):
        return
    if status == "superseded" and reason.startswith("told with"):
        return
    if is_for(person, incident, update):
        promises.breaks(
            3,
            f"{person.id} was forgotten: {update.incident}#{update.seq} ({update.event}) is"
            f" {status or 'without a row'} {reason}",
        )


def is_for(person: Person, incident: Item, update: PublishedUpdate) -> bool:
    """Whether this person asked to hear of the update, by what they know of the incident."""
    preferences = person.row.get("preferences", {}).get("M", {})

    def wants(name: str, default: bool) -> bool:
        return bool(preferences.get(name, {"BOOL": default})["BOOL"])

    mark = told_in(person.row).get(update.incident, {})
    if "m" in mark:
        return False
    believed = text(mark, "e") or text(mark, "k")  # by the text claimed now, or for certain
    was_told = bool(believed) and believed not in FINAL
    maintenance = is_maintenance(incident)
    if update.event in FINAL:
        wanted = wants("maintenance", False) if maintenance else wants("resolutions", True)
        reopened = int(incident["reopened_seq"]["N"])
        has_end = believed in FINAL and person.told.get(update.incident, 0) > reopened
        to_all = wants("all_resolutions", False) and concerns(preferences, incident)
        return wanted and (was_told or (to_all and not has_end))
    if not concerns(preferences, incident) or text(incident, "status") in OVER:
        return False
    if maintenance:
        return wants("maintenance", False)
    return wants("updates", False) if was_told else wants("new_incidents", True)


def is_maintenance(incident: Item) -> bool:
    """Whatever it is called since: what was planned stays a maintenance."""
    status, impact = text(incident, "status"), text(incident, "impact_override")
    planned = "M" in incident.get("schedule", {})
    return planned or impact == "maintenance" or status in MAINTENANCE


def concerns(preferences: dict[str, Any], incident: Item) -> bool:
    """Whether impact and components are among those asked for."""
    filters = [one["S"] for one in preferences.get("severity_filter", {"L": []})["L"]]
    services = {one["S"] for one in preferences.get("services", {"L": []})["L"]}
    affected = {one["S"] for one in incident["component_ids"]["L"]}
    if not is_maintenance(incident) and filters and text(incident, "impact") not in filters:
        return False
    return not services or not affected or bool(services & affected)


def _judge_nothing_lost(simulation: "Simulation") -> None:
    """Promise 9: what we said we had taken is there."""
    history, promises, actors = simulation.history, simulation.promises, simulation.actors
    consents = Counter(one for (one, _), row in history.consents.items() if row)
    for one, times in Counter(actors.signed_up).items():
        if consents[one] < times:
            promises.breaks(9, f"of {times} consents of {one} {consents[one]} are left")
    confirmed = {one for (one, _), row in history.consents.items() if row and "ttl" not in row}
    for one, person in history.people.items():
        if person.has_asked and one not in confirmed:
            promises.breaks(9, f"{one} was told and nothing says that they agreed")
    for incident, status, body in actors.published:
        rows = [row for (of, _), row in history.written.items() if of == incident and row]
        same = [
            row
            for row in rows
            if (text(row, "body") == body or not body)
            and text(row, "event") != "maintenance_reminder"  # in the words of the last update
        ]
        if not history.incidents.get(incident) or not same:
            promises.breaks(9, f"incident {incident} or its update {body!r} is gone")
        elif body and len(same) > 1:
            promises.breaks(9, f"update {body!r} of {incident} was published {len(same)} times")
        elif not body and status not in {text(row, "status") for row in same}:
            promises.breaks(9, f"incident {incident} never was {status}, as was answered")
