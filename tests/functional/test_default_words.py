"""What a page without templates of its own says: how long, when, and where to read more."""

import pytest

from tests.functional.phrases import set_page
from tests.stepped import PHONE, SteppedSystem

INCIDENTS = "/v1/pages/default/incidents"
LINK = "https://status.example.test/"


@pytest.fixture
def plain(system: SteppedSystem) -> SteppedSystem:
    set_page(system, templates={}, timezone="Europe/Berlin")
    return system


def test_the_opening_has_the_link_and_the_end_how_long_it_took(plain: SteppedSystem) -> None:
    plain.subscribe()
    incident = plain.open_incident()
    assert plain.texts()[-1] == f"[Demo] Critical incident: API is down {LINK}"
    plain.advance(85 * 60)
    body = {"incident": {"status": "resolved"}}
    assert plain.operator("PATCH", f"{INCIDENTS}/{incident}", body).status == 200
    plain.run()
    assert plain.texts()[-1] == f"[Demo] Resolved after 1 h 25 min: API is down {LINK}"


def test_a_link_without_room_is_left_out(plain: SteppedSystem) -> None:
    plain.subscribe()
    plain.open_incident("x" * 120)
    assert plain.texts()[-1] == "[Demo] Critical incident: " + "x" * 120


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("", "Sat 16 Jan 10:00 CET to 12:30 CET"),
        ("America/New_York", "Sat 16 Jan 04:00 EST to 06:30 EST"),
        ("Asia/Tokyo", "Sat 16 Jan 18:00 JST to 20:30 JST"),
    ],
)
def test_a_maintenance_says_when_at_the_subscribers_place(
    plain: SteppedSystem, zone: str, said: str
) -> None:
    plain.subscribe(preferences={"preset": "all", "timezone": zone})
    body = {
        "name": "New disks",
        "status": "scheduled",
        "scheduled_for": "2027-01-16T09:00:00Z",
        "scheduled_until": "2027-01-16T11:30:00Z",
    }
    answer = plain.operator("POST", INCIDENTS, {"incident": body})
    assert answer.status == 201, answer.text
    plain.run()
    assert plain.texts()[-1] == f"[Demo] Maintenance {said}: New disks {LINK}"
    change = {"incident": {"status": "in_progress"}}
    plain.operator("PATCH", f"{INCIDENTS}/{answer.json['id']}", change)
    plain.run()
    until = said.partition(" to ")[2]
    assert "Maintenance started, until " in plain.texts()[-1]
    assert until in plain.texts()[-1]


def test_a_template_of_ones_own_may_say_when(plain: SteppedSystem) -> None:
    path = "/v1/pages/default/templates/maintenance_scheduled"
    answer = plain.operator("PUT", path, {"template": "{{title}} from {{starts}} until {{ends}}"})
    assert answer.status == 200, answer.text
    assert PHONE not in answer.text
