"""Every document of the public API over generated pages, against the schema of what is served."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from statustext.domain.component import Component, ComponentGroup, ComponentStatus
from statustext.domain.ids import new_id
from statustext.domain.incident import Impact, Incident, Schedule, Status, Update
from statustext.domain.page import Page
from statustext.domain.templates import Event
from statustext.flows.showing_publicly import statuspage_v2
from statustext.flows.showing_publicly.documents import DOCUMENTS, MOST, Snapshot

SCHEMA = json.loads((Path(__file__).parents[1] / "statuspage" / "v2.schema.json").read_text())
KIND = {
    "summary": "doc_summary",
    "status": "doc_status",
    "components": "doc_components",
    "incidents": "doc_incidents",
    "incidents/unresolved": "doc_incidents",
    "incidents/resolved": "doc_incidents",
    "scheduled-maintenances": "doc_scheduled_maintenances",
    "scheduled-maintenances/upcoming": "doc_scheduled_maintenances",
    "scheduled-maintenances/active": "doc_scheduled_maintenances",
}
EVERYTHING = list(KIND)

IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=12)
WORDS = st.text(max_size=30) | st.sampled_from(
    ["Ünïcode – API", "支払い", "مرحبا", "🧑‍🚒 on it", "a\0b", ""]
)
MOMENTS = st.floats(1.5e9, 1.9e9) | st.integers(1_500_000_000, 1_900_000_000)
DATES = st.none() | st.dates().map(str)


@cache
def validator(document: str) -> Draft202012Validator:
    """Of one document alone, so that a `summary` never passes for a `status`."""
    return Draft202012Validator({"$ref": f"#/$defs/{KIND[document]}", "$defs": SCHEMA["$defs"]})


@st.composite
def pages(draw: st.DrawFn) -> tuple[Page, Snapshot]:
    """A page with up to 200 components in groups and outside them, incidents and maintenances."""
    page = Page(draw(st.text(min_size=1, max_size=12)), draw(WORDS), "https://s.example/", "")
    page = replace(page, timezone=draw(st.sampled_from(["UTC", "Europe/Berlin"])))
    groups = [
        ComponentGroup(one, draw(WORDS), draw(WORDS), draw(st.integers(1, 9)), 1.6e9, 1.6e9 + 0.5)
        for one in draw(st.lists(IDS, max_size=4, unique=True))
    ]
    belongs = st.none() | st.sampled_from([one.id for one in groups]) if groups else st.none()
    few = draw(st.lists(st.tuples(belongs, st.sampled_from(ComponentStatus)), max_size=6))
    found = few * draw(st.sampled_from([1, 1, 1, 33]))
    components = [
        Component(
            new_id(1.6e9 + place, b"abcd"),
            f"key-{place}",
            draw(WORDS) if place < 6 else f"Part {place}",
            state,
            "" if place % 2 else "What it does.",
            group,
            place + 1,
            place % 3 == 0,
            draw(DATES) if place < 6 else None,
            place % 5 == 0,
            1.6e9 + place / 7,
            1.7e9 + place / 7,
        )
        for place, (group, state) in enumerate(found)
    ]
    shapes = statuspage_v2.component_shapes(page.id, components, groups)
    names = statuspage_v2.full_names(shapes)
    planned: list[Any] = []
    real: list[Any] = []
    for _ in range(draw(st.integers(0, 4))):
        one, updates = draw(incidents(page.id, [each.id for each in components[:8]]))
        is_planned = statuspage_v2.is_listed_as_maintenance(one)
        shape = statuspage_v2.incident_shape(one, updates, names, "https://s.example")
        (planned if is_planned else real).append(shape)
    shown = statuspage_v2.page_shape(page, draw(MOMENTS))
    return page, Snapshot(shown, shapes, real, planned)


@st.composite
def incidents(draw: st.DrawFn, page: str, components: list[str]) -> tuple[Incident, list[Update]]:
    """An incident or a maintenance with its updates, oldest first."""
    one, moment = draw(IDS), draw(MOMENTS)
    chosen = draw(st.lists(st.sampled_from(components), unique=True)) if components else []
    states = st.sampled_from(ComponentStatus)
    updates = [
        Update(
            incident=one,
            seq=seq,
            status=draw(st.sampled_from(Status)),
            event=Event.UPDATED,
            body=draw(WORDS),
            deliver=draw(st.booleans()),
            created_at=moment + seq,
            affected=tuple(
                {"code": name, "name": "X", "old_status": draw(states).value,
                 "new_status": draw(states).value}
                for name in chosen
            ),
            id=draw(IDS),
            updated_at=moment + seq,
            display_at=moment + seq,
        )
        for seq in range(1, draw(st.integers(2, 4)))
    ]  # fmt: skip
    status = draw(st.sampled_from(Status))
    incident = Incident(
        id=one,
        page=page,
        name=draw(WORDS),
        status=status,
        impact=draw(st.sampled_from(Impact)),
        component_ids=(*chosen, "gone00000000"),
        newest_seq=len(updates),
        announced_seq=0,
        created_at=moment,
        updated_at=moment + 9,
        started_at=moment,
        monitoring_at=draw(st.none() | MOMENTS),
        resolved_at=draw(st.none() | MOMENTS),
        schedule=draw(st.none() | st.builds(Schedule, MOMENTS, MOMENTS)),
    )
    return incident, updates


def test_there_is_a_schema_for_every_document() -> None:
    assert list(DOCUMENTS) == EVERYTHING


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(pages())
def test_every_document_meets_its_schema(made: tuple[Page, Snapshot]) -> None:
    _, taken = made
    for name, make in DOCUMENTS.items():
        served = json.loads(json.dumps(make(taken), ensure_ascii=False))
        fault = next(validator(name).iter_errors(served), None)
        assert fault is None, f"{name}: {list(fault.absolute_path)} {fault.message[:200]}"


def recorded(name: str) -> Any:
    path = Path(__file__).parents[1] / "statuspage" / "recorded" / name
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["discord-2022-02-15.summary", "discord-2022-02-15.status"])
def test_the_schema_is_that_of_recordings(name: str) -> None:
    assert not list(validator(name.rpartition(".")[2]).iter_errors(recorded(f"{name}.json")))


def an_incident(seq: int, *, over: bool) -> Incident:
    return Incident(
        id=f"inc{seq:09d}",
        page="default",
        name=f"Number {seq}",
        status=Status.RESOLVED if over else Status.INVESTIGATING,
        impact=Impact.MINOR,
        component_ids=("api000000000",),
        newest_seq=2,
        announced_seq=2,
        created_at=1.6e9 + seq,
        updated_at=1.6e9 + seq,
        started_at=1.6e9 + seq,
    )


PAGE = Page("default", "Demo", "https://status.example.test/", "")
URL = "https://status.example.test"
GROUP = ComponentGroup("grp000000000", "Europe")
API = Component("api000000000", "api", "API", group_id=GROUP.id)
ALONE = Component("web000000000", "web", "Website", position=2)


def snapshot(incidents: list[Incident]) -> Snapshot:
    shapes = statuspage_v2.component_shapes("default", [API, ALONE], [GROUP])
    names = statuspage_v2.full_names(shapes)
    affected = {"code": API.id, "name": "as it was called", "old_status": "operational",
                "new_status": "major_outage"}  # fmt: skip
    updates = [
        Update("x", seq, Status.INVESTIGATING, Event.CREATED, f"{seq}", True, 1.6e9, (affected,),
               id=f"upd{seq:09d}")
        for seq in (1, 2)
    ]  # fmt: skip
    return Snapshot(
        statuspage_v2.page_shape(PAGE, 1.6e9),
        shapes,
        [statuspage_v2.incident_shape(one, updates, names, URL) for one in incidents],
        [],
    )


def test_fifty_most_recent_and_all_that_go_on() -> None:
    found = [an_incident(seq, over=seq not in (3, 4)) for seq in range(80, 0, -1)]
    taken = snapshot(found)
    ids = [one["id"] for one in DOCUMENTS["incidents"](taken)["incidents"]]
    assert ids[:MOST] == [one.id for one in found[:MOST]]
    assert ids[MOST:] == ["inc000000004", "inc000000003"]
    unresolved = DOCUMENTS["incidents/unresolved"](taken)["incidents"]
    assert [one["id"] for one in unresolved] == ids[MOST:]
    assert DOCUMENTS["summary"](taken)["incidents"] == unresolved
    assert len(DOCUMENTS["incidents/resolved"](taken)["incidents"]) == MOST


def test_updates_are_newest_first_and_name_components_with_their_group() -> None:
    (one,) = DOCUMENTS["summary"](snapshot([an_incident(1, over=False)]))["incidents"]
    assert [update["body"] for update in one["incident_updates"]] == ["2", "1"]
    (affected,) = one["incident_updates"][0]["affected_components"]
    assert affected["name"] == "Europe - API"
    assert [each["name"] for each in one["components"]] == ["API"]


def test_groups_stand_before_their_components_and_alone_have_a_list() -> None:
    group, api, alone = DOCUMENTS["components"](snapshot([]))["components"]
    assert (group["group"], group["components"]) == (True, [API.id])
    assert (api["group_id"], alone["group_id"]) == (GROUP.id, None)
    assert "components" not in api
    assert "components" not in alone


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (1.6e9, "2020-09-13T12:26:40.000Z"),
        (1.6e9 + 0.5, "2020-09-13T12:26:40.500Z"),
        (1.6e9 + 0.1239, "2020-09-13T12:26:40.123Z"),
    ],
)
def test_timestamps_have_three_fractional_digits(seconds: float, written: str) -> None:
    assert statuspage_v2.timestamp(seconds) == written
