"""Rows of a subscriber: the subscription with its opt-out and claims, direct texts, consents.

The subscription lives in `PAGE#p#SUBSCRIBERS#shard` under its id. Opt-out, state and what was
claimed are attributes of that one row, so a claim and an opt-out can never pass each other.
Everything else of a person lives in `PAGE#p#PERSON#id`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.carrier import Account, Carrier
from statustext.domain.failing import Failing
from statustext.domain.ids import shard_of
from statustext.domain.incident import Impact
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.thread import Claimed, Closed, Held, NotAccepted, Thread
from statustext.domain.thread import State as ThreadState
from statustext.observability import count, log_failure


def shard_key(page: str, shard: int) -> str:
    return f"PAGE#{page}#SUBSCRIBERS#{shard:02d}"


def subscriber_key(page: str, subscriber: str) -> tuple[str, str]:
    return shard_key(page, shard_of(subscriber)), subscriber


def person_key(page: str, subscriber: str) -> str:
    return f"PAGE#{page}#PERSON#{subscriber}"


def get_subscriber(table: Table, page: str, subscriber: str, now: float) -> Subscriber | None:
    """A subscriber as of now, strongly consistent; expired unconfirmed ones are not there."""
    row = table.get(*subscriber_key(page, subscriber))
    return subscriber_of(row, now) if row else None


def get_subscribers(
    table: Table, page: str, ids: Sequence[str], now: float
) -> dict[str, Subscriber]:
    """Several at once, strongly consistent, one read unit each."""
    rows = table.get_many([subscriber_key(page, one) for one in ids])
    return {one.id: one for one in _readable(rows, now)}


def page_through_shard(
    table: Table, page: str, shard: int, after: str, now: float, limit: int = 0
) -> tuple[list[Subscriber], str]:
    """One page of a shard in order of id, and the id to go on after ("" at the end)."""
    rows, after = page_through_rows(table, page, shard, after, limit)
    return _readable(rows, now), after


def page_through_rows(
    table: Table, page: str, shard: int, after: str, limit: int
) -> tuple[list[Item], str]:
    """One page of a shard's rows as they are stored, and the id to go on after ("" at the end)."""
    rows, more = table.query(shard_key(page, shard), after=after, limit=limit)
    return rows, rows[-1]["sk"] if more and rows else ""


def _readable(rows: Sequence[Item], now: float) -> list[Subscriber]:
    """Those of many that are there and whole: one half-written row must not keep the others from
    being told."""
    found = []
    for row in rows:
        try:
            one = subscriber_of(row, now)
        except (KeyError, TypeError, ValueError) as error:
            log_failure("A subscriber's row cannot be read", error, {"subscriber": row.get("sk")})
            count("RowUnreadable")
            continue
        if one:
            found.append(one)
    return found


def subscriber_of(row: Item, now: float) -> Subscriber | None:
    """A subscriber from its row; None for one whose time is up, whatever TTL has got round to."""
    expires_at = row.get("expires_at")
    if expires_at is not None and now >= expires_at:
        return None
    return Subscriber(
        id=row["sk"],
        page=row["page"],
        phone=_opened(row, "phone"),
        mode=Mode(row.get("mode", Mode.SMS)),
        address=_opened(row, "address"),
        state=State(row["state"]),
        created_at=row["created_at"],
        preferences=preferences_of(row.get("preferences", {})),
        verified_at=row.get("verified_at"),
        suppressed=row.get("suppressed"),
        quarantined_at=row.get("quarantined_at"),
        quarantined_for=row.get("quarantined_for", ""),
        expires_at=expires_at,
        token_epoch=row.get("token_epoch", 0),
        threads={incident: thread_of(one) for incident, one in row.get("told", {}).items()},
        paused_until=row.get("paused_until", 0.0),
        recent=tuple(row.get("recent", ())),
        wishes=row.get("wishes", 0),
        said=row.get("said", {}),
        failing=Failing(**row["failing"]) if "failing" in row else None,
        secret_version=row.get("secret_version", 0),
        secret_rotated_at=row.get("secret_rotated_at", 0.0),
    )


def _opened(row: Item, name: str) -> str:
    """An address of a row. Raises ValueError for one that is still sealed, as it did not open."""
    found: str | bytes = row.get(name, "")
    if isinstance(found, bytes):
        raise ValueError(f"a sealed {name}")
    return found


def reached_row(mode: Mode, address: str) -> Item:
    """How a row says where somebody is reached: a number alone is of the mode sms."""
    return {"phone": address} if mode is Mode.SMS else {"mode": mode.value, "address": address}


def thread_of(row: Mapping[str, Any]) -> Thread:
    """A thread from its row; names are short, as every text pays for them by the kilobyte."""
    state: ThreadState
    match row["st"]:
        case "closed":
            state = Closed()
        case "held":
            state = Held(row["u"])
        case "claimed":
            account = Account(Carrier(row["c"]), row.get("ac", ""))
            state = Claimed(row["e"], row["b"], row.get("w", ""), account)
        case "not_accepted":
            state = NotAccepted(row.get("u", 0.0))
        case other:
            raise ValueError(f"no state of a thread: {other}")
    return Thread(
        seq=row["s"],
        attempt=row["n"],
        at=row["t"],
        known=row.get("k", ""),
        state=state,
        doubts=row.get("d", 0),
        refusals=row.get("f", 0),
        muted=row.get("m", False),
    )


def thread_row(thread: Thread) -> Item:
    """A thread as its row holds it. Its state is there by name; what is empty is absent."""
    found: Item = {"s": thread.seq, "n": thread.attempt, "t": thread.at}
    match thread.state:
        case Closed():
            found["st"] = "closed"
        case Held(until):
            found |= {"st": "held", "u": until}
        case Claimed(says, body, carried_by, account):
            found |= {"st": "claimed", "e": says, "b": body, "w": carried_by}
            found |= {"c": account.carrier.value, "ac": account.sid}
        case NotAccepted(held_until):
            found |= {"st": "not_accepted", "u": held_until}
    found |= {"k": thread.known, "d": thread.doubts, "f": thread.refusals, "m": thread.muted}
    return {name: value for name, value in found.items() if value or name == "t"}


def preferences_of(row: Mapping[str, Any]) -> Preferences:
    """Preferences from a row; what an older row does not hold has its default."""
    return Preferences(
        **{
            **row,
            "severity_filter": tuple(Impact(i) for i in row.get("severity_filter", tuple(Impact))),
            "services": tuple(row.get("services", ())),
            "incidents": tuple(row.get("incidents", ())),
            "language": Language(row["language"]) if row.get("language") else None,
        }
    )


def preferences_row(preferences: Preferences) -> Item:
    """Preferences as a row holds them."""
    return {
        **vars(preferences),
        "severity_filter": [impact.value for impact in preferences.severity_filter],
        "services": list(preferences.services),
        "incidents": list(preferences.incidents),
        "language": preferences.language.value if preferences.language else None,
    }


def activate(subscriber: Subscriber, preferences: Preferences, now: float) -> Write:
    """Make a subscription active, unless the number is suppressed."""
    pk, sk = subscriber_key(subscriber.page, subscriber.id)
    reached = reached_row(subscriber.mode, subscriber.reached_at)
    return Write(
        pk,
        sk,
        update=(
            "SET kind = :kind, page = :page, #state = :active,"
            f" {', '.join(f'#{name} = :{name}' for name in reached)},"
            " preferences = :preferences, told = if_not_exists(told, :none),"
            " said = if_not_exists(said, :none),"
            " created_at = if_not_exists(created_at, :created), verified_at = :now"
            ", chose_at = :now REMOVE #ttl, expires_at, left_at, number_removed_at, failing,"
            " quarantined_for, quarantined_at"
            " ADD wishes :one"
        ),
        condition="attribute_not_exists(suppressed)",
        names={"state": "state", "ttl": "ttl", **{name: name for name in reached}},
        values={
            "kind": "subscriber",
            "page": subscriber.page,
            **reached,
            "active": State.ACTIVE.value,
            "preferences": preferences_row(preferences),
            "none": {},
            "created": subscriber.created_at,
            "now": now,
            "one": 1,
        },
    )


def set_preferences(page: str, subscriber: str, preferences: Preferences, now: float) -> Write:
    """Change what an active subscriber wants."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update="SET preferences = :preferences, chose_at = :now ADD wishes :one",
        condition="#state = :active",
        names={"state": "state"},
        values={
            "preferences": preferences_row(preferences),
            "active": State.ACTIVE.value,
            "now": now,
            "one": 1,
        },
    )


def end_subscription(page: str, subscriber: str, reason: str, now: float) -> Write:
    """Unsubscribe without suppressing: asked for on the page, or by an operator."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET #state = :ended, ended_at = :now, ended_by = :reason,"
            " left_at = if_not_exists(left_at, :now)"
            " REMOVE #ttl, expires_at ADD token_epoch :one"
        ),
        condition="attribute_exists(pk) AND #state <> :ended",
        names={"state": "state", "ttl": "ttl"},
        values={"ended": State.UNSUBSCRIBED.value, "now": now, "reason": reason, "one": 1},
    )
