"""Rows of texts to one person: codes, welcomes, answers to HELP. They live with the person."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import person_key, subscriber_key
from statustext.domain.delivery import RANK, WITH_TWILIO, DeliveryStatus
from statustext.domain.mode import Mode
from statustext.domain.subscriber import DEACTIVATED, State
from statustext.domain.templates import Event
from statustext.domain.verification import (
    CODE_LIFE,
    CODES_PER_DAY,
    DAY,
    UNCONFIRMED_LIFE,
    next_code_at,
)

PREFIX = "DIRECT#"
MANAGE_LINK = "manage_link"
ANSWER = "answer"
TRANSACTIONAL = "transactional"
ALERT = "alert"
ON_CALL = "on_call"
ON_CALL_CODE = "on_call_code"
NUMBER_CHECK = "number_check"
"""Direct texts without a template: a link to one's own subscription, answers to keywords, what an
operator wrote, to anybody or to subscribers only, what the page's own team is told, or verified by,
and the question whether a number is still the subscriber's."""

OPERATORS_OWN = (TRANSACTIONAL, ALERT)
ONLY_TO_ACTIVE = (Event.WELCOME, MANAGE_LINK, ANSWER, ALERT)

DIRECT_TEXT_KEPT_FOR = 30 * DAY


def put_direct_text(
    page: str, subscriber: str, direct: str, event: str, now: float, **more: Any
) -> Write:
    """Ask for a text to one person. The stream hands it to the codes' own lane."""
    return Write(
        person_key(page, subscriber),
        PREFIX + direct,
        item={
            "kind": "direct",
            "page": page,
            "subscriber": subscriber,
            "direct": direct,
            "event": event,
            "at": now,
            "ttl": int(now)
            + (UNCONFIRMED_LIFE if event == Event.VERIFICATION else DIRECT_TEXT_KEPT_FOR),
            **more,
        },
        condition="attribute_not_exists(pk)",
    )


def over_limit(sign_up: Write) -> Write:
    """The row in place of a sign-up that is one too many: as costly to write, and led nowhere.

    Out of the way of `list_sign_ups`, so that many of them do not hide one that was texted.
    """
    item = {**(sign_up.item or {}), "kind": "over_limit"}
    return replace(sign_up, sk=f"OVER_LIMIT#{item['direct']}", item=item)


def get_over_limit(table: Table, page: str, subscriber: str, direct: str) -> Item | None:
    """A sign-up that was one too many, where whoever made it asks for it."""
    return table.get(person_key(page, subscriber), f"OVER_LIMIT#{direct}")


def choose_before_code(sign_up: Item, preferences: Mapping[str, Any]) -> Write:
    """Change what a sign-up will want, once its code is entered."""
    return Write(
        sign_up["pk"],
        sign_up["sk"],
        update="SET preferences = :preferences",
        condition="attribute_exists(pk) AND attribute_not_exists(used_at)",
        values={"preferences": preferences},
    )


def get_direct_text(table: Table, page: str, subscriber: str, direct: str) -> Item | None:
    """One of them."""
    return table.get(person_key(page, subscriber), PREFIX + direct)


def list_direct_texts(table: Table, page: str, subscriber: str) -> list[Item]:
    """The newest hundred of one person, newest first."""
    pk = person_key(page, subscriber)
    return table.query(pk, prefix=PREFIX, newest_first=True, limit=100)[0]


def list_sign_ups(table: Table, page: str, subscriber: str, now: float) -> list[Item]:
    """Sign-ups of the last day for this number that have not been used, newest first."""
    rows, _ = table.query(person_key(page, subscriber), prefix=PREFIX, newest_first=True, limit=60)
    return [
        row
        for row in rows
        if row["event"] == Event.VERIFICATION
        and now < row["at"] + UNCONFIRMED_LIFE
        and "used_at" not in row
    ]


def claim_code(sign_up: Item, state: Item, now: float) -> Write:
    """Write ahead on the subscriber's row that a code is being texted.

    `state` is that row as just read, or empty. Holds that the number is not suppressed, that the
    wait after the last code is over, that no more than five go out a day, that each sign-up is
    texted once, and that the subscription is still what was read: somebody who entered an older
    code meanwhile stays active. Only a number that was never verified becomes an unconfirmed
    subscriber; of others the row keeps what it knows until the code is entered.
    """
    pk, sk = subscriber_key(sign_up["page"], sign_up["subscriber"])
    known = state if not _is_expired(state, now) else {}
    today, sent = int(now) // DAY, 1
    if state.get("codes_day") == today:
        sent = state["codes_sent"] + 1
    values: dict[str, Any] = {
        "kind": "subscriber",
        "page": sign_up["page"],
        "codes_day": today,
        "codes_sent": sent,
        "next_code_at": next_code_at(sent, now),
        "last_code": sign_up["direct"],
    }
    if "verified_at" not in state:
        values |= {
            "state": State.UNCONFIRMED.value,
            **reached_of(sign_up),
            "expires_at": now + UNCONFIRMED_LIFE,
            "ttl": int(now) + UNCONFIRMED_LIFE,
            "created_at": known.get("created_at", now),
            "preferences": sign_up["preferences"],
        }
    unchanged, before = "attribute_not_exists(#state)", {}
    if "state" in state:
        unchanged = "#state = :before_state"
        before = {"before_state": state["state"]}
    if "codes_sent" in state:
        unchanged += " AND #codes_sent = :before_sent"
        before["before_sent"] = state["codes_sent"]
    removed = "" if "verified_at" in state else " REMOVE left_at, number_removed_at"
    return Write(
        pk,
        sk,
        update="SET told = if_not_exists(told, :none), said = if_not_exists(said, :none), "
        + ", ".join(f"#{name} = :{name}" for name in values)
        + removed,
        condition=(
            "attribute_not_exists(suppressed) AND"
            f" (attribute_not_exists(#next_code_at) OR #next_code_at <= :now) AND {unchanged}"
        ),
        names={name: name for name in (*values, "state")},
        values={**values, **before, "now": now, "none": {}},
    )


def may_send_code(sign_up: Item, state: Item, now: float) -> bool:
    """What claim_code will find, told beforehand from the row, where it can be; and that the
    sign-up was not taken back and no other code was entered since, as this one may have waited."""
    if "used_at" in sign_up or "suppressed" in state or state.get("next_code_at", 0) > now:
        return False
    if state.get("verified_at", 0.0) > sign_up["at"]:
        return False
    return state.get("codes_day") != int(now) // DAY or state["codes_sent"] < CODES_PER_DAY


def code_may_go_at(sign_up: Item, state: Item, now: float) -> float | None:
    """When the wait after the last code is over, where this one may go then, while somebody still
    waits for it."""
    at = state.get("next_code_at", 0.0)
    is_in_time = now < at <= sign_up["at"] + CODE_LIFE
    return at if is_in_time and may_send_code(sign_up, state, at) else None


def _is_expired(state: Item, now: float) -> bool:
    return "expires_at" in state and now >= state["expires_at"]


def has_code(table: Table, state: Item, now: float) -> bool:
    """Whether a code was texted to this number since it left (or may have been), and may still be
    entered. `state` is the subscriber's row."""
    if "last_code" not in state:
        return False
    row = get_direct_text(table, state["page"], state["sk"], state["last_code"]) or {}
    is_texted = row.get("status") in (DeliveryStatus.UNKNOWN, *WITH_TWILIO)
    is_open = "used_at" not in row and row.get("code_expires_at", 0.0) > now
    return bool(is_texted and is_open and row["claimed_at"] > state.get("ended_at", 0.0))


def mode_of(row: Item) -> Mode:
    """By what a row's text, or what is sent in its place, goes."""
    return Mode(row.get("mode", Mode.SMS))


def reached_of(row: Item) -> Item:
    """Of a row, where it goes, as `reached_row` writes it."""
    return {name: row[name] for name in ("phone", "mode", "address") if name in row}


def claim_direct_text(
    page: str, subscriber: str, direct: str, kid: str, now: float, life: float = CODE_LIFE
) -> Write:
    """Write ahead on the row that it is being texted, with a code made by the key `kid`; for a code
    its `life` begins, in seconds."""
    return Write(
        person_key(page, subscriber),
        PREFIX + direct,
        update=(
            "SET claimed_at = :now, attempt = :one, code_expires_at = :expires, tries = :none,"
            " kid = :kid"
        ),
        condition=(
            "attribute_exists(pk) AND attribute_not_exists(claimed_at)"
            " AND attribute_not_exists(used_at)"
        ),
        values={"now": now, "one": 1, "expires": now + life, "none": 0, "kid": kid},
    )


def unclaim_direct_text(page: str, subscriber: str, direct: str) -> Write:
    """Twilio is proven not to have accepted it: it may be claimed again."""
    return Write(
        person_key(page, subscriber),
        PREFIX + direct,
        update="REMOVE claimed_at, code_expires_at",
        condition="attribute_exists(claimed_at)",
    )


def require_textable(page: str, subscriber: str, *, active: bool) -> Write:
    """The condition for a text to one person, for a transaction: never after an opt-out.

    A welcome or a manage link also needs an `active` subscription; HELP is answered to anybody.
    """
    pk, sk = subscriber_key(page, subscriber)
    if not active:
        return Write(pk, sk, condition="attribute_not_exists(suppressed)")
    return Write(
        pk,
        sk,
        condition="#state = :active AND attribute_not_exists(suppressed)",
        names={"state": "state"},
        values={"active": State.ACTIVE.value},
    )


def require_deactivated(page: str, subscriber: str) -> Write:
    """The condition for asking whether a number is still theirs."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        condition=(
            "#state = :quarantined AND quarantined_for = :reason AND"
            " attribute_not_exists(suppressed)"
        ),
        names={"state": "state"},
        values={"quarantined": State.QUARANTINED.value, "reason": DEACTIVATED},
    )


def count_try(row: Item, most: Mapping[str, int], now: float) -> Write:
    """Count a try before it is compared, by counters that have a limit each. The deadline is in the
    condition, not left to TTL."""
    names = {f"c{number}": name for number, name in enumerate(most)}
    limits = {f"l{number}": limit for number, limit in enumerate(most.values())}
    room = [
        f"(attribute_not_exists(#c{number}) OR #c{number} < :l{number})"
        for number in range(len(most))
    ]
    return Write(
        row["pk"],
        row["sk"],
        update="ADD " + ", ".join(f"#{name} :one" for name in names),
        condition=" AND ".join(["code_expires_at > :now", "attribute_not_exists(used_at)", *room]),
        names=names,
        values={"one": 1, "now": now, **limits},
    )


def count_vain_try(page: str, subscriber: str, now: float) -> Write:
    """The write in place of a try where there is no code to try: it takes as long."""
    return Write(
        person_key(page, subscriber),
        "VAIN_TRIES",
        update="ADD tries :one SET #kind = :kind, #ttl = :ttl",
        names={"kind": "kind", "ttl": "ttl"},
        values={"one": 1, "kind": "vain_tries", "ttl": int(now) + CODE_LIFE},
    )


def take_back(sign_up: Item, now: float) -> Write:
    """End a sign-up before a code was entered; its codes work no more."""
    return Write(
        sign_up["pk"],
        sign_up["sk"],
        update="SET used_at = :now",
        condition="attribute_exists(pk) AND attribute_not_exists(used_at)",
        values={"now": now},
    )


def use_code(row: Item, now: float) -> Write:
    """Use a code up; the condition lets only one of two concurrent requests do it."""
    return Write(
        row["pk"],
        row["sk"],
        update="SET used_at = :now",
        condition="code_expires_at > :now AND attribute_not_exists(used_at)",
        values={"now": now},
    )


def record_direct_text(
    page: str, subscriber: str, direct: str, status: DeliveryStatus, now: float, **more: Any
) -> Write:
    """Move a direct text forward by rank, or by another `rank` that its carrier's words have."""
    values: dict[str, Any] = {
        "status": status.value,
        "rank": RANK[status],
        "status_at": now,
        **more,
    }
    return Write(
        person_key(page, subscriber),
        PREFIX + direct,
        update="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        condition="attribute_exists(pk) AND (attribute_not_exists(#rank) OR #rank < :rank)",
        names={name: name for name in values},
        values=values,
    )
