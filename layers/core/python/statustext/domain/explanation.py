"""Why somebody has, or has not, been told an update: one sentence for an operator.

The ledger answers for whom a text was claimed, ended or held. This answers for everybody else, from
what the subscription, the incident and the update say now.
"""

from statustext.domain.carrier import Carrier
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS, Incident, Update
from statustext.domain.subscriber import State, Subscriber

DELIVERY_WORDS = {
    DeliveryStatus.HELD: "It waits for its time: quiet hours, a pause, a quota, limits per person.",
    DeliveryStatus.NOT_ACCEPTED: "The carrier did not take it yet; it is tried again.",
    DeliveryStatus.UNKNOWN: "It may have been taken by the carrier; this is being found out.",
    DeliveryStatus.ACCEPTED: "The carrier has it.",
    DeliveryStatus.QUEUED: "The carrier has it.",
    DeliveryStatus.SENDING: "The carrier is sending it.",
    DeliveryStatus.SENT: "The carrier sent it; the phone has not confirmed it.",
    DeliveryStatus.DELIVERED: "It reached the phone.",
    DeliveryStatus.UNDELIVERED: "It did not reach the phone.",
    DeliveryStatus.FAILED: "The carrier refused it.",
    DeliveryStatus.SUPPRESSED: "It was not sent.",
    DeliveryStatus.SUPERSEDED: "A newer update was told instead.",
    DeliveryStatus.EXPIRED: "It was too old to be told.",
}


DEACTIVATED_WORDS = (
    "The carrier gave the number up, so it may be somebody else's: it was asked to confirm."
)

MAIL_WORDS = {
    DeliveryStatus.SENT: "SES has it; the mailbox has not confirmed it.",
    DeliveryStatus.DELIVERED: "The mailbox's server took it.",
    DeliveryStatus.UNDELIVERED: "It came back.",
}
"""The same of a mail, where other words fit it."""


def in_words(status: DeliveryStatus, carrier: Carrier | None) -> str:
    """What a state says of what this carrier took."""
    words = MAIL_WORDS if carrier is Carrier.SES else {}
    return words.get(status) or DELIVERY_WORDS[status]


def delivery_in_words(delivery: Delivery) -> str:
    """What a row of the ledger says; with its reason, where it has one."""
    carrier = delivery.account.carrier if delivery.account else None
    said = in_words(delivery.status, carrier)
    return f"{said} Reason: {delivery.reason}." if delivery.reason else said


def why_untold(subscriber: Subscriber, incident: Incident, update: Update, now: float) -> str:
    """Why there is no delivery of an update for a subscriber: the first of the reasons that holds.

    Preferences are judged as they are now; they may have been others then.
    """
    return (
        _not_for_anybody(incident, update, now)
        or _not_to_this_number(subscriber, update)
        or _not_wanted(subscriber, incident, update)
        or "It is on its way: the fan-out has not come to this subscriber yet, or it is queued."
    )


def _not_for_anybody(incident: Incident, update: Update, now: float) -> str:
    if not update.deliver:
        return "It was published without notifications."
    if update.seq in incident.recalled:
        return f"It was stopped: {incident.recalled[update.seq]}."
    if now < update.tell_at:
        return "It is not told yet: it waits for a further update."
    if incident.due_seq(now) > update.seq:
        return "A newer update was told instead."
    return ""


def _not_to_this_number(subscriber: Subscriber, update: Update) -> str:
    if subscriber.suppressed:
        return f"The number must not be texted: {subscriber.suppressed}."
    match subscriber.state:
        case State.UNCONFIRMED:
            return "The number is not verified."
        case State.QUARANTINED if subscriber.is_deactivated:
            return f"{DEACTIVATED_WORDS} It is not texted until they answer YES or START."
        case State.QUARANTINED:
            return "The number could not be reached, and is not texted until it is released."
        case State.UNSUBSCRIBED:
            return "The subscription has ended."
    if subscriber.verified_at is not None and subscriber.verified_at > update.tell_at:
        return "The subscription began after it was told."
    return ""


def _not_wanted(subscriber: Subscriber, incident: Incident, update: Update) -> str:
    wanted, thread = subscriber.preferences, subscriber.threads.get(incident.id)
    if thread is not None and thread.muted:
        return "The person asked to hear no more of this incident (MUTE)."
    if not incident.is_maintenance and incident.impact not in wanted.severity_filter:
        chosen = ", ".join(wanted.severity_filter) or "none"
        return f"Its impact is {incident.impact}; the subscriber chose {chosen}."
    chosen_parts = set(wanted.services)
    if chosen_parts and incident.component_ids and not chosen_parts & set(incident.component_ids):
        return "It is about none of the components that the subscriber chose."
    if incident.is_maintenance and not wanted.maintenance:
        return "The subscriber did not choose maintenance."
    if update.event in FINAL_EVENTS:
        if not incident.is_maintenance and not wanted.resolutions:
            return "The subscriber did not choose to hear of resolutions."
        if thread is None and not wanted.all_resolutions:
            return "The end is told only to whom the incident was told."
        return ""
    if thread is not None and not wanted.updates:
        return "The subscriber was told of the incident, and did not choose its updates."
    if thread is None and not wanted.new_incidents and not incident.is_maintenance:
        return "The subscriber did not choose to hear of new incidents."
    return ""
