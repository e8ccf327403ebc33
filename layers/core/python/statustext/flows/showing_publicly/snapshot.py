"""A page's public state in one row, so that showing it costs one read.

It is taken anew in the wake of every transaction that changes what the page shows: the table's
stream calls for it within a fraction of a second. Nothing is decided from it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from statustext.adapters.components import list_parts, list_state_changes
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import list_incidents, list_open, list_updates
from statustext.adapters.pages import page_key, page_of
from statustext.adapters.snapshots import (
    MOST_BYTES,
    get_packed_snapshot,
    get_snapshot,
    packed,
    put_snapshot,
    unpacked,
)
from statustext.domain.ids import new_id
from statustext.domain.incident import Incident
from statustext.domain.uptime import DAYS
from statustext.errors import RacedError, RejectedError
from statustext.flows.showing_publicly import statuspage_v2
from statustext.flows.showing_publicly.documents import MOST, Snapshot, is_over
from statustext.flows.showing_publicly.statuspage_v2 import Shape, is_listed_as_maintenance

FORM = 3
"""Counts the forms a stored snapshot has had. One of another form is not read, but taken anew."""

RACES = 20
MOST_ROWS = 1000
"""Incidents looked through, newest first, for the last 50 of either kind."""


def read(
    table: Table, page: str, now: float, known: tuple[bytes, Snapshot] | None = None
) -> tuple[bytes, Snapshot]:
    """A page's public state, with the bytes that it was read from; it is as `known` where they are
    the same, and has none where it is read from its rows. Raises RejectedError 404 for a page that
    does not exist."""
    kept = get_packed_snapshot(table, page)
    if kept and known and known[0] == kept:
        return known
    content = unpacked(kept) if kept else {}
    if content.get("form") == FORM:
        return kept, _opened(content)
    taken = take(table, page, now)
    if taken is None:
        raise RejectedError(404, "page_not_found", "There is no such page.")
    return b"", taken


def keep(table: Table, page: str, touched: Collection[str], now: float) -> None:
    """Take and store a page's snapshot; incidents in `touched` changed since the last one.

    Raises RacedError where others did the same again and again.
    """
    for _ in range(RACES):
        kept = get_snapshot(table, page)
        edition, content = kept or (0, {})
        before = _opened(content) if content.get("form") == FORM else None
        taken = take(table, page, now, before, touched)
        if taken is None:
            return
        fresh = _fitting(taken)
        if fresh == packed(content):
            return
        if table.write_if(put_snapshot(page, edition + 1, fresh)):
            return
    raise RacedError("snapshot")


def take(
    table: Table,
    page_id: str,
    now: float,
    before: Snapshot | None = None,
    touched: Collection[str] = (),
) -> Snapshot | None:
    """A page's public state from its rows, None where there is no page. What `before` shows of an
    incident is taken over where its row has not changed."""
    row = table.get(*page_key(page_id))
    if row is None:
        return None
    page = page_of(row)
    components, groups = list_parts(table, page_id)
    shapes = statuspage_v2.component_shapes(page_id, components, groups)
    names, url = statuspage_v2.full_names(shapes), statuspage_v2.page_shape(page, 0)["url"]
    incidents = _shown(table, page_id)
    known: Mapping[str, Shape] = {}
    if before and before.page["url"] == url and incident_names(before) == names:
        known = {one["id"]: one for one in (*before.incidents, *before.maintenances)}
    told = []
    for one in incidents:
        shape = known.get(one.id)
        is_same = before and before.editions.get(one.id) == one.edition and one.id not in touched
        if shape is None or not is_same:
            updates = list_updates(table, page_id, one.id)
            shape = statuspage_v2.incident_shape(one, updates, names, url)
        told.append((is_listed_as_maintenance(one), shape))
    moments = [one.updated_at for one in components]
    moments += [one.updated_at for one in groups]
    moments += [one.updated_at for one in incidents]
    since = new_id(max(now - (DAYS + 1) * 86_400, 0), bytes(4))
    return Snapshot(
        page=statuspage_v2.page_shape(page, max(moments, default=0.0)),
        components=shapes,
        incidents=[shape for is_planned, shape in told if not is_planned],
        maintenances=[shape for is_planned, shape in told if is_planned],
        editions={one.id: one.edition for one in incidents},
        changes=[
            (one.at, {name: (old.value, new.value) for name, (old, new) in one.changes.items()})
            for one in list_state_changes(table, page_id, since)
        ],
        countries=page.countries,
        modes=[mode.value for mode in page.modes],
        words=page.words,
        look=row.get("brand", {}),
    )


def incident_names(taken: Snapshot) -> Mapping[str, str]:
    """What updates call the components of a snapshot."""
    return statuspage_v2.full_names(taken.components)


def _shown(table: Table, page: str) -> list[Incident]:
    """The last 50 incidents and maintenances that are over, and all that are not; newest first."""
    found = {one.id: one for one in list_open(table, page)}
    ended = {True: 0, False: 0}
    after, looked = "", 0
    while looked < MOST_ROWS and min(ended.values()) < MOST:
        rows = list_incidents(table, page, MOST, after)
        for one in rows:
            kind = is_listed_as_maintenance(one)
            if one.is_over and ended[kind] < MOST:
                ended[kind] += 1
                found[one.id] = one
            elif not one.is_over:
                found[one.id] = one
        if len(rows) < MOST:
            break
        after, looked = rows[-1].id, looked + len(rows)
    return sorted(found.values(), key=lambda one: (one.created_at, one.id), reverse=True)


def _fitting(taken: Snapshot) -> bytes:
    """The snapshot as its row holds it; without the oldest that are over where it is too large."""
    incidents, maintenances = list(taken.incidents), list(taken.maintenances)
    while True:
        content = packed({**_closed(taken), "incidents": incidents, "maintenances": maintenances})
        over = [one for one in (*incidents, *maintenances) if is_over(one)]
        if len(content) <= MOST_BYTES or not over:
            return content
        over.sort(key=lambda one: str(one["created_at"]))
        dropped = {one["id"] for one in over[: max(len(over) // 4, 1)]}
        incidents = [one for one in incidents if one["id"] not in dropped]
        maintenances = [one for one in maintenances if one["id"] not in dropped]


def _closed(taken: Snapshot) -> dict[str, Any]:
    return {"form": FORM, **vars(taken)}


def _opened(content: Mapping[str, Any]) -> Snapshot:
    return Snapshot(**{name: value for name, value in content.items() if name != "form"})
