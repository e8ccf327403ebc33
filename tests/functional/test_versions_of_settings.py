"""Changes of a page's settings: listed with before and after, undone, and what waited let go."""

import pytest

from tests.functional.engine import add_active
from tests.functional.phrases import NEW_YORK, live, minor, set_page
from tests.stepped import SteppedSystem

PAGE = "/v1/pages/default"


def versions(system: SteppedSystem) -> list[dict[str, object]]:
    answer = system.operator("GET", f"{PAGE}/versions")
    assert answer.status == 200, answer
    found: list[dict[str, object]] = answer.json["versions"]
    return found


def change(system: SteppedSystem, **settings: object) -> None:
    answer = system.operator("PATCH", PAGE, settings)
    assert answer.status == 200, answer
    system.clock.shift(1)


def test_a_change_is_listed_with_who_before_and_after(system: SteppedSystem) -> None:
    change(system, name="Other", limits={"texts_per_hour": 9})
    (one,) = versions(system)
    assert one["changed"] == ["limits", "name"]
    assert one["before"] == {"name": "Demo", "limits.texts_per_hour": 0}
    assert one["after"] == {"name": "Other", "limits.texts_per_hour": 9}
    assert str(one["actor"]).startswith("key ")


def test_a_change_is_undone_and_that_undone_again(system: SteppedSystem) -> None:
    change(system, name="Other", limits={"texts_per_hour": 9})
    (one,) = versions(system)
    undone = system.operator("POST", f"{PAGE}/versions/{one['id']}/undo")
    assert (undone.json["name"], undone.json["limits"]["texts_per_hour"]) == ("Demo", 0)
    newest = versions(system)[0]
    assert (newest["undoes"], newest["after"]) == (one["id"], one["before"])
    again = system.operator("POST", f"{PAGE}/versions/{newest['id']}/undo")
    assert again.json["name"] == "Other"


def test_what_was_changed_since_stays(system: SteppedSystem) -> None:
    change(system, name="Second")
    change(system, name="Third")
    newest, first = versions(system)
    refused = system.operator("POST", f"{PAGE}/versions/{first['id']}/undo")
    assert (refused.status, refused.json["error"]["code"]) == (409, "changed_since")
    assert system.operator("POST", f"{PAGE}/versions/{newest['id']}/undo").status == 200
    system.clock.shift(1)
    assert system.operator("POST", f"{PAGE}/versions/{first['id']}/undo").json["name"] == "Demo"


def test_an_address_that_twilio_calls_is_not_taken_back(system: SteppedSystem) -> None:
    change(system, public_url="https://sms.example.test")
    (one,) = versions(system)
    refused = system.operator("POST", f"{PAGE}/versions/{one['id']}/undo")
    assert (refused.status, refused.json["error"]["code"]) == (409, "cannot_be_undone")


@pytest.mark.parametrize("version", ["nothing", "x" * 60])
def test_no_such_version(system: SteppedSystem, version: str) -> None:
    assert system.operator("POST", f"{PAGE}/versions/{version}/undo").status == 404


def test_only_an_admin_undoes(system: SteppedSystem) -> None:
    change(system, name="Other")
    (one,) = versions(system)
    system.add_key("writer", scope="write")
    path = f"{PAGE}/versions/{one['id']}/undo"
    assert system.http("POST", path, headers={"X-API-Key": "writer"}).status == 403


def test_a_template_is_previewed_saved_reset_and_undone(system: SteppedSystem) -> None:
    path, words = f"{PAGE}/templates/created", {"template": "{{page}} is broken: {{title}}"}
    seen = system.operator("POST", f"{path}/preview", words)
    assert seen.json["preview"] == "Demo is broken: Elevated API error rates"
    assert versions(system) == []
    assert system.operator("PUT", path, words).json == seen.json
    system.clock.shift(1)
    assert system.operator("DELETE", path).status == 200
    listed = {one["event"]: one for one in system.operator("GET", f"{PAGE}/templates").json}
    assert listed["created"]["is_default"]
    newest = versions(system)[0]
    assert newest["after"] == {"templates.created": None}
    system.clock.shift(1)
    assert system.operator("POST", f"{PAGE}/versions/{newest['id']}/undo").status == 200
    listed = {one["event"]: one for one in system.operator("GET", f"{PAGE}/templates").json}
    assert listed["created"]["template"] == words["template"]


@pytest.mark.parametrize("event", ["verification", "welcome"])
def test_a_text_without_a_way_out_is_refused(system: SteppedSystem, event: str) -> None:
    words = {"template": "{{page}} {{code}}" if event == "verification" else "{{page}} hello"}
    for method, more in (("PUT", ""), ("POST", "/preview")):
        answer = system.operator(method, f"{PAGE}/templates/{event}{more}", words)
        assert (answer.status, answer.json["error"]["code"]) == (422, "stop_missing")


def test_quiet_hours_turned_off_let_go_what_they_held(night: SteppedSystem) -> None:
    people = add_active(night, 3, NEW_YORK)
    minor(night)
    assert all(night.texts(phone) == [] for phone in people.values())
    change(night, quiet_hours="off")
    live(night, 30, step=5)
    told = ["[Demo] Minor incident: API is down"]
    assert [night.texts(phone) for phone in people.values()] == [told] * 3


def test_undoing_quiet_hours_lets_go_too_and_other_settings_do_not(night: SteppedSystem) -> None:
    set_page(night, quiet_hours="")
    change(night, quiet_hours="21:00-08:00")
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    minor(night)
    change(night, name="Demo")
    live(night, 30, step=5)
    assert night.texts(phone) == []
    newest = next(one for one in versions(night) if one["changed"] == ["quiet_hours"])
    assert night.operator("POST", f"{PAGE}/versions/{newest['id']}/undo").status == 200
    live(night, 30, step=5)
    assert len(night.texts(phone)) == 1
