"""What became of a text, as its carrier tells it: receipts. They only move a delivery forward."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.carrier_errors import consequence, why_suppressed
from statustext.adapters.channel import Receipt
from statustext.adapters.circuits import open_circuits
from statustext.adapters.deliveries import get_delivery, record
from statustext.adapters.direct_texts import record_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.ended import put_ended
from statustext.adapters.opt_outs import suppress
from statustext.adapters.quarantine import note_unreachable, quarantine
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.delivery import WITH_TWILIO, Delivery, DeliveryStatus, rank_of
from statustext.domain.refusal import WIDE, ForSubscriber
from statustext.domain.subscriber import State
from statustext.errors import ConditionFailedError
from statustext.flows.delivering.circuits import trouble
from statustext.observability import count

ON_THE_WAY = frozenset(WITH_TWILIO) - {DeliveryStatus.DELIVERED}

LONGEST_ATTEMPT = 200
"""Characters; ours have about 50, and a key's limit is 1,024 bytes."""

DAY = 24 * 3600
APART = DAY
WITHIN = 30 * DAY
"""A number is quarantined when carriers do not know it twice, APART seconds apart and WITHIN some,
and it was not reached in between: one outage of a carrier takes nobody's texts away."""

RACES = 3


@dataclass(frozen=True)
class _Told:
    """An error that a receipt tells, if any, of whose text, and between whom and when it went."""

    error: ErrorCode | None
    page: str
    subscriber: str
    sender: str
    phone: str = field(repr=False)
    is_direct: bool
    sent_at: float | None = None


def take_receipt(attempt: str, receipt: Receipt, page: str, table: Table, now: float) -> None:
    """Move the delivery that `attempt` names forward, and do to the subscriber, or to the circuits,
    what an error asks for. What names no delivery changes nothing, nor does what only says again
    that the carrier has the text."""
    parts = attempt.split(".") if len(attempt) <= LONGEST_ATTEMPT else []
    status, error = receipt.status, receipt.error
    write = _write(parts, status, receipt, page, now) if status else None
    if status is None or write is None:
        count("ReceiptIgnored")
        return
    if status in ON_THE_WAY and not error and not _is_evidence(write, status, table):
        return
    told = _Told(
        error,
        page,
        parts[-2],
        receipt.sender,
        receipt.to,
        is_direct=parts[0] == "d",
        sent_at=receipt.sent_at,
    )
    _settle(write, told, table, now)


def _is_evidence(receipt: Write, status: DeliveryStatus, table: Table) -> bool:
    """Whether it matters that a text is on its way: where nothing recorded yet shows that the
    carrier has it, and to a circuit that a receipt opened, which "sent" may close. Eventually
    consistent: an old row costs a write that changes nothing."""
    row = table.get(receipt.pk, receipt.sk, consistent=False)
    if row is None or receipt.values.get("attempt", 0) > row.get("attempt", 0) or "sid" not in row:
        return True
    return status is DeliveryStatus.SENT and any(one.by_receipt for one in open_circuits(table))


def _settle(receipt: Write, told: _Told, table: Table, now: float) -> None:
    """Record a receipt together with what follows for the subscriber and the circuits, for a
    repeated one, which says nothing new, does not get that far."""
    for _ in range(RACES):
        follows = [*_for_subscriber(told, table, now), *_for_circuit(told, table, now)]
        try:
            if not follows:
                table.write(receipt)
            else:
                table.transact([receipt, *follows])
        except ConditionFailedError:
            if not follows or not _is_news(receipt, table):
                return
        else:
            return
    raise ConditionFailedError("receipt")  # lost every race: it comes again


def _is_news(receipt: Write, table: Table) -> bool:
    """Whether the receipt would still be a step forward, so that it was not what failed."""
    row = table.get(receipt.pk, receipt.sk)
    if row is None:
        return "attempt" in receipt.values  # a direct text without a row is none of ours
    attempt = receipt.values.get("attempt", row.get("attempt", 0))
    new, known = (attempt, receipt.values["rank"]), (row.get("attempt", 0), row.get("rank", 0))
    return bool(new > known)


def _for_subscriber(told: _Told, table: Table, now: float) -> list[Write]:
    """What an error asks for, as the subscriber stands."""
    if told.error is None:
        return []
    page, subscriber, reason = told.page, told.subscriber, str(told.error)
    asks = consequence(told.error).subscriber
    if asks is ForSubscriber.UNCHANGED:
        return []
    row = table.get(*subscriber_key(page, subscriber)) or {}
    if told.sent_at is not None and told.sent_at <= _reached_at(row):
        return []  # about a mail from before
    if asks is ForSubscriber.SUPPRESSED:
        if told.error.carrier is Carrier.SES and "suppressed" in row:
            return []
        stop = suppress(page, subscriber, why_suppressed(told.error), now)
        return [stop, put_ended(page, subscriber, now)]
    if row.get("state") != State.ACTIVE:
        return []
    first = row.get("unreachable_at", 0.0)
    if asks is ForSubscriber.QUARANTINED:
        return [quarantine(page, subscriber, reason, now)]
    if now - APART < first:
        return []
    is_second = now - WITHIN < first
    if is_second and not _was_reached(page, subscriber, row.get("told", {}), first, table):
        return [quarantine(page, subscriber, reason, now)]
    return [note_unreachable(page, subscriber, first, now)]


def _reached_at(row: Mapping[str, Any]) -> float:
    """When the person last showed that they are reached there, or an operator said so."""
    return max(float(row.get("verified_at") or 0), float(row.get("released_at", 0)))


def _for_circuit(told: _Told, table: Table, now: float) -> list[Write]:
    """What an error asks for that speaks of more than one number. Announcements go to the verified
    only; of who gets a direct text, the row tells."""
    if told.error is None or consequence(told.error).scope not in WIDE:
        return []
    if told.is_direct:
        row = table.get(*subscriber_key(told.page, told.subscriber)) or {}
        if "verified_at" not in row:
            return []
    write = trouble(told.error, told.sender, told.phone, table, now, by_receipt=True)
    return [write] if write else []


def _was_reached(
    page: str, subscriber: str, told: Mapping[str, Any], since: float, table: Table
) -> bool:
    """Whether any of the updates claimed for this person `since` was delivered. Read only at a
    second error, so that a delivery need not write on the subscriber's row."""
    for incident, claimed in sorted(told.items(), key=lambda item: -item[1]["t"]):
        if claimed["t"] <= since:
            return False
        found = get_delivery(table, page, incident, claimed["s"], subscriber)
        if found and found.status is DeliveryStatus.DELIVERED:
            return True
    return False


def _write(
    parts: list[str], status: DeliveryStatus, receipt: Receipt, page: str, now: float
) -> Write | None:
    sid, reason = receipt.sid, str(receipt.error or "")
    match parts:
        case ["a", incident, seq, subscriber, attempt] if (
            seq.isdecimal() and attempt.isdecimal() and len(seq + attempt) < 10
        ):
            delivery = Delivery(
                subscriber,
                int(attempt),
                status,
                now,
                sid=sid,
                reason=reason,
                account=receipt.account,
            )
            return record(page, incident, int(seq), delivery)
        case ["d", direct, subscriber, _]:
            more: dict[str, Any] = {"sid": sid} | ({"reason": reason} if reason else {})
            more["rank"] = rank_of(status, receipt.account, reason)
            return record_direct_text(page, subscriber, direct, status, now, **more)
    return None
