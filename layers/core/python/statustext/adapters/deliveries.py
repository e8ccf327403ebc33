"""The ledger: one row per announcement and subscriber, moved forward only."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.carrier import Account, Carrier
from statustext.domain.delivery import Delivery, DeliveryStatus, rank_of
from statustext.domain.ids import shard_of

DELIVERY_KEPT_FOR = 400 * 24 * 3600


def ledger_key(page: str, incident: str, seq: int, subscriber: str) -> tuple[str, str]:
    return f"PAGE#{page}#LEDGER#{incident}#{seq}#{shard_of(subscriber):02d}", subscriber


def get_delivery(
    table: Table, page: str, incident: str, seq: int, subscriber: str
) -> Delivery | None:
    """A delivery as it stands, strongly consistent."""
    row = table.get(*ledger_key(page, incident, seq, subscriber))
    return delivery_of(row) if row else None


def _account_of(row: Item) -> Account | None:
    return Account(Carrier(row["carrier"]), row.get("account", "")) if "carrier" in row else None


def delivery_of(row: Item) -> Delivery:
    """A delivery from its row."""
    return Delivery(
        subscriber=row["sk"],
        attempt=row["attempt"],
        status=DeliveryStatus(row["status"]),
        at=row["at"],
        sid=row.get("sid", ""),
        reason=row.get("reason", ""),
        segments=row.get("segments", 0),
        country=row.get("country", ""),
        published_at=row.get("published_at", 0.0),
        until=row.get("until", 0.0),
        account=_account_of(row),
        waits_at=row.get("waits_at", 0.0),
    )


def record(page: str, incident: str, seq: int, delivery: Delivery) -> Write:
    """Put a delivery's new state, if it is a step forward.

    Forward is a later attempt, or a higher rank of the same one. Late, repeated and reordered
    receipts fail the condition (ConditionFailedError), which the caller takes as done.
    """
    pk, sk = ledger_key(page, incident, seq, delivery.subscriber)
    values = {
        "kind": "delivery",
        "page": page,
        "incident": incident,
        "seq": seq,
        "attempt": delivery.attempt,
        "status": delivery.status.value,
        "rank": rank_of(delivery.status, delivery.account, delivery.reason),
        "at": delivery.at,
        "ttl": int(delivery.at) + DELIVERY_KEPT_FOR,
    }
    for name in ("sid", "reason", "segments", "country", "published_at", "until"):
        if given := getattr(delivery, name):
            values[name] = given
    if delivery.account:
        values["carrier"] = delivery.account.carrier
    if delivery.account and delivery.account.sid:
        values["account"] = delivery.account.sid
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
    names = {name: name for name in (*values, "reason")}
    return Write(
        pk,
        sk,
        update=update if delivery.reason else f"{update} REMOVE #reason",  # an earlier state's
        condition=(
            "attribute_not_exists(#attempt) OR #attempt < :attempt"
            " OR (#attempt = :attempt AND #rank < :rank)"
        ),
        names=names,
        values=values,
    )


def note_waiting(page: str, incident: str, seq: int, subscriber: str, now: float) -> Write:
    """That a message for somebody who was refused is still on its way, as of now."""
    pk, sk = ledger_key(page, incident, seq, subscriber)
    return Write(
        pk,
        sk,
        update="SET waits_at = :now",
        condition="#status = :not_accepted",
        names={"status": "status"},
        values={"now": now, "not_accepted": DeliveryStatus.NOT_ACCEPTED.value},
    )


def page_through_ledger(
    table: Table, page: str, incident: str, seq: int, shard: int, after: str, limit: int = 0
) -> tuple[list[Delivery], str]:
    """One page of a shard of an update's ledger, and the id to go on after ("" at the end)."""
    pk = f"PAGE#{page}#LEDGER#{incident}#{seq}#{shard:02d}"
    rows, more = table.query(pk, after=after, limit=limit)
    return [delivery_of(row) for row in rows], rows[-1]["sk"] if more and rows else ""


def deliveries_between(
    table: Table, page: str, incident: str, seq: int, shard: int, after: str, upto: str
) -> list[Delivery]:
    """A shard of an update's ledger from behind the id `after` up to the id `upto`, or where that
    is "" to the end."""
    found: list[Delivery] = []
    bound = f"{upto}!" if upto else ""  # ! sorts before all characters of ids
    more = True
    while more:
        rows, more = table.query(
            f"PAGE#{page}#LEDGER#{incident}#{seq}#{shard:02d}", after=after, upto=bound
        )
        found += map(delivery_of, rows)
        after, more = (rows[-1]["sk"] if rows else ""), more and bool(rows)
    return found
