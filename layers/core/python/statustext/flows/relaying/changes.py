"""The table's stream, carried on: updates to the fan-out, direct texts to their lane, news for
EventBridge. Nothing is decided here but where a change goes."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.adapters.queues import Queue
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.ids import SHARDS
from statustext.queue_messages import DirectTextTask, DueHoldsTask, FanOutTask, StateChangeTask

EVENT_OF_STATUS = {
    DeliveryStatus.ACCEPTED: "sms.sent",
    DeliveryStatus.DELIVERED: "sms.delivered",
    DeliveryStatus.UNDELIVERED: "sms.failed",
    DeliveryStatus.FAILED: "sms.failed",
    DeliveryStatus.SUPPRESSED: "sms.suppressed",
}

WAITED_FOR = frozenset({"quiet_hours", "timezone", "recipient_limits", "limits"})
"""Settings of a page that texts are held by: with another, those may go at once."""

SETTLED_AFTER = 5
"""Seconds until whoever reads the page, eventually consistent, reads it as it was changed."""

News = tuple[str, Mapping[str, Any]]
"""An event for EventBridge: its detail type and its detail."""

REVIEW = "review"
"""What a person wrote, for an operator to judge. It stays in the table."""


def relay(record: Mapping[str, Any], fan_out: Queue, codes: Queue) -> list[News]:
    """Carry on one stream record; what EventBridge is to be told of it. Repeating it is harmless
    to every receiver."""
    image = record["dynamodb"].get("NewImage")
    if not image:
        return []
    row, old = unmarshal(image), unmarshal(record["dynamodb"].get("OldImage") or {})
    is_new = record["eventName"] == "INSERT"
    match row.get("kind"):
        case "update" if is_new and row["deliver"]:
            fan_out.send(
                [
                    FanOutTask(
                        page=row["page"],
                        incident=row["incident"],
                        seq=row["seq"],
                        shards=tuple(range(SHARDS)),
                    )
                ]
            )
        case "state_change" if is_new:
            shards, (_, page, _) = tuple(range(SHARDS)), row["pk"].split("#")
            fan_out.send([StateChangeTask(page=page, change=row["sk"], shards=shards)])
        case "direct":
            if is_new and "send_at" not in row and "status" not in row:
                is_one_of_many = bool(row.get("many"))
                task = DirectTextTask(
                    page=row["page"],
                    subscriber=row["subscriber"],
                    direct=row["direct"],
                    many=is_one_of_many,
                )
                (fan_out if is_one_of_many else codes).send([task])
            return _direct(row) if row.get("status") != old.get("status") else []
        case "audit" if is_new:
            if WAITED_FOR.intersection(row["detail"].get("changed", ())):
                early = [
                    DueHoldsTask(page=row["page"], shard=shard, early=True, begun_at=row["at"])
                    for shard in range(SHARDS)
                ]
                fan_out.send(early, delay=SETTLED_AFTER)
            detail = {name: value for name, value in row["detail"].items() if name != REVIEW}
            return [(row["event"], {"page": row["page"], **detail, "at": row["at"]})]
        case "delivery":
            return _delivery(row)
    return []


def subject(record: Mapping[str, Any]) -> str:
    """What a stream record is about, as logs name it: an update (`incident.seq`) or a text to one
    person; its event's id for the rest."""
    image = record["dynamodb"].get("NewImage") or {}
    named = [image[name] for name in ("incident", "seq", "direct") if name in image]
    return ".".join(str(*one.values()) for one in named) or str(record.get("eventID", ""))


def _direct(row: Item) -> list[News]:
    event = EVENT_OF_STATUS.get(DeliveryStatus(row["status"])) if "status" in row else None
    if not event:
        return []
    names = ("page", "subscriber", "status", "reason", "sid")
    detail = {name: row[name] for name in names if name in row}
    what = {"send": f"{row['direct']}.{row['subscriber']}", "category": row["event"]}
    return [(event, {**detail, **what, "at": row["status_at"]})]


def _delivery(row: Item) -> list[News]:
    event = EVENT_OF_STATUS.get(DeliveryStatus(row["status"]))
    if not event:
        return []
    names = ("page", "incident", "seq", "attempt", "status", "reason", "sid", "at")
    detail = {name: row[name] for name in names if name in row}
    return [(event, {**detail, "category": "announcement", "subscriber": row["sk"]})]
