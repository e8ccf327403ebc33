"""Rows of escalations, of what is open among them by its cause, and of each message sent."""

from collections.abc import Sequence
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.incidents import open_key
from statustext.adapters.pages import AUDIT_LIFE
from statustext.adapters.team_settings import step_of, step_row
from statustext.domain.team.escalation import (
    UNANSWERED,
    Cause,
    CauseKind,
    Escalation,
    EscalationState,
)
from statustext.domain.team.routing import Level


def escalation_key(page: str, escalation: str) -> tuple[str, str]:
    return f"PAGE#{page}#ESCALATIONS", escalation


def _open_key(page: str, cause: Cause) -> tuple[str, str]:
    return f"PAGE#{page}#ESCALATING", cause.key


def put_escalation(escalation: Escalation, in_place_of: str = "") -> list[Write]:
    """Write a new one and note it as the open one of its cause, of which there is one, or the one
    that it takes the place of."""
    pk, sk = escalation_key(escalation.page, escalation.id)
    noted = Write(
        *_open_key(escalation.page, escalation.cause),
        item={"kind": "escalating", "escalation": escalation.id},
        condition="escalation = :before" if in_place_of else "attribute_not_exists(pk)",
        values={"before": in_place_of} if in_place_of else {},
    )
    row = {
        **vars(escalation),
        "kind": "escalation",
        "state": escalation.state.value,
        "level": escalation.level.value,
        "cause": {"kind": escalation.cause.kind.value, "id": escalation.cause.id},
        "component_ids": list(escalation.component_ids),
        "steps": [step_row(one) for one in escalation.steps],
    }
    del row["id"]
    return [Write(pk, sk, item=row), noted]


def get_escalation(table: Table, page: str, escalation: str) -> Escalation | None:
    """One, strongly consistent."""
    row = table.get(*escalation_key(page, escalation))
    return escalation_of(row) if row else None


def find_open(table: Table, page: str, cause: Cause) -> Escalation | None:
    """The open one of a cause."""
    row = table.get(*_open_key(page, cause))
    return get_escalation(table, page, row["escalation"]) if row else None


def list_open_ids(table: Table, page: str) -> list[str]:
    """The ids of all that are not resolved."""
    return [row["escalation"] for row in table.query_all(f"PAGE#{page}#ESCALATING")]


def list_open_escalations(table: Table, page: str) -> list[Escalation]:
    """All that are not resolved, the oldest first."""
    ids = list_open_ids(table, page)
    found: list[Escalation] = []
    for start in range(0, len(ids), 100):
        keys = [escalation_key(page, one) for one in ids[start : start + 100]]
        found += map(escalation_of, table.get_many(keys))
    return sorted(found, key=lambda one: one.id)


def page_through_escalations(
    table: Table, page: str, limit: int, after: str
) -> tuple[list[Escalation], str]:
    """One page of them, the newest first, and the id to go on after ("" at the end)."""
    rows, more = table.query(
        f"PAGE#{page}#ESCALATIONS", newest_first=True, limit=limit, after=after
    )
    return [escalation_of(row) for row in rows], rows[-1]["sk"] if more and rows else ""


def escalation_of(row: Item) -> Escalation:
    """An escalation from its row."""
    return Escalation(
        id=row["sk"],
        page=row["page"],
        state=EscalationState(row["state"]),
        level=Level(row["level"]),
        title=row["title"],
        cause=Cause(CauseKind(row["cause"]["kind"]), row["cause"]["id"]),
        component_ids=tuple(row["component_ids"]),
        link=row["link"],
        steps=tuple(map(step_of, row["steps"])),
        step=row["step"],
        raised_at=row["raised_at"],
        state_at=row["state_at"],
        token=row["token"],
        by=row["by"],
    )


def acknowledge(escalation: Escalation, by: str, now: float) -> Write:
    """Nobody is told of it any more; `by` whom, as the audit trail calls them."""
    return _turn(escalation, UNANSWERED, EscalationState.ACKNOWLEDGED, by, now)


def exhaust(escalation: Escalation, now: float) -> Write:
    """Its last step was taken, and nobody answered."""
    return _turn(escalation, (EscalationState.RAISED,), EscalationState.EXHAUSTED, "", now)


def resolve(escalation: Escalation, now: float) -> Write:
    """What it was about is over."""
    still = (*UNANSWERED, EscalationState.ACKNOWLEDGED)
    return _turn(escalation, still, EscalationState.RESOLVED, escalation.by, now)


def close(escalation: Escalation) -> Write:
    """It is not the open one of its cause any more."""
    return Write(
        *_open_key(escalation.page, escalation.cause),
        delete=True,
        condition="escalation = :this",
        values={"this": escalation.id},
    )


def _turn(
    escalation: Escalation,
    before: Sequence[EscalationState],
    after: EscalationState,
    by: str,
    now: float,
) -> Write:
    pk, sk = escalation_key(escalation.page, escalation.id)
    states = {f"s{number}": one.value for number, one in enumerate(before)}
    values: dict[str, Any] = {"state": after.value, "state_at": now, "by": by}
    if after is EscalationState.RESOLVED:
        values["ttl"] = int(now) + AUDIT_LIFE
    return Write(
        pk,
        sk,
        update="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        condition=f"#state IN ({', '.join(f':{name}' for name in states)})",
        names={name: name for name in values},
        values={**values, **states},
    )


def climb(escalation: Escalation) -> Write:
    """Its step is taken: the next one is its turn."""
    pk, sk = escalation_key(escalation.page, escalation.id)
    return Write(
        pk,
        sk,
        update="SET step = :next",
        condition="#state = :raised AND step = :step",
        names={"state": "state"},
        values={
            "raised": EscalationState.RAISED.value,
            "step": escalation.step,
            "next": escalation.step + 1,
        },
    )


def require_unanswered(page: str, escalation: str, incident: str) -> list[Write]:
    """The conditions under which the team is told, for the transaction of a claim: nobody has
    acknowledged it, and the `incident` that it is about ("" for none) is not over."""
    pk, sk = escalation_key(page, escalation)
    still = Write(
        pk,
        sk,
        condition="#state IN (:raised, :exhausted)",
        names={"state": "state"},
        values={state.value: state.value for state in UNANSWERED},
    )
    if not incident:
        return [still]
    return [still, Write(*open_key(page, incident), condition="attribute_exists(pk)")]


def is_unanswered(table: Table, page: str, escalation: str, incident: str) -> bool:
    """The same, told beforehand."""
    found = get_escalation(table, page, escalation)
    if found is None or found.state not in UNANSWERED:
        return False
    return not incident or table.get(*open_key(page, incident)) is not None
