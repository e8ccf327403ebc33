"""What is kept of components: their place on the page, and every change of their state."""

from statustext.adapters.components import list_state_changes
from statustext.adapters.incidents import list_open
from statustext.domain.component import ComponentStatus
from statustext.domain.ids import new_id
from tests.functional.engine import change_quietly, open_quietly
from tests.stepped import SteppedSystem

COMPONENTS = "/v1/pages/default/components"
OPERATIONAL, MAJOR = ComponentStatus.OPERATIONAL, ComponentStatus.MAJOR_OUTAGE


def test_every_change_of_state_is_kept_with_its_moment_and_what_made_it(
    system: SteppedSystem,
) -> None:
    api = system.operator("GET", f"{COMPONENTS}/svc_api").json["id"]
    began = system.now
    incident = open_quietly(system, components={"svc_api": "major_outage"})
    system.clock.shift(600)
    change_quietly(system, incident, body="Still looking.", component_ids=["svc_api"])
    system.clock.shift(600)
    system.operator("PATCH", f"{COMPONENTS}/svc_api", {"component": {"status": "operational"}})
    system.operator("PATCH", f"{COMPONENTS}/svc_api", {"component": {"description": "REST"}})
    down, up = list_state_changes(system.table, "default")
    assert (down.at, down.incident) == (began, incident)
    assert down.changes == {api: (OPERATIONAL, MAJOR)}
    assert (up.at, up.incident, up.changes) == (began + 1200, None, {api: (MAJOR, OPERATIONAL)})
    since = new_id(began + 1, bytes(4))
    assert list_state_changes(system.table, "default", since) == [up]


def test_components_stand_in_the_order_in_which_they_were_made(system: SteppedSystem) -> None:
    for name in ("First", "Second"):
        system.operator("POST", COMPONENTS, {"component": {"name": name}})
    shown = system.operator("GET", COMPONENTS).json
    assert [one["position"] for one in shown] == list(range(1, len(shown) + 1))
    assert [one["name"] for one in shown][-2:] == ["First", "Second"]


def test_what_is_not_over_is_listed_however_old(system: SteppedSystem) -> None:
    first = open_quietly(system)
    system.clock.shift(1)
    second = open_quietly(system, "Second")
    change_quietly(system, first, status="resolved")
    assert [one.id for one in list_open(system.table, "default")] == [second]
    change_quietly(system, first, status="investigating")
    assert [one.id for one in list_open(system.table, "default")] == [first, second]
