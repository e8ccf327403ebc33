"""A postmortem: drafted, published, published anew, taken back, removed. Nobody is texted."""

import pytest

from tests.functional.engine import add_active, change_quietly, open_quietly, run_on
from tests.stepped import NEXT_MORNING, SteppedSystem

INCIDENTS = "/v1/pages/default/incidents"
WORDS = "A disk was full. We watch it now."


@pytest.fixture
def over(system: SteppedSystem) -> str:
    """An incident that is over, of which everybody heard."""
    add_active(system, 1)
    incident = open_quietly(system)
    run_on(system)
    change_quietly(system, incident, status="resolved")
    run_on(system)
    system.clock.shift(60)
    return incident


def shown(system: SteppedSystem, incident: str) -> tuple[str, list[str]]:
    """Its status on the page, and of its updates."""
    run_on(system)
    found = system.http("GET", "/api/v2/incidents.json").json["incidents"]
    (one,) = (one for one in found if one["id"] == incident)
    return one["status"], [update["status"] for update in one["incident_updates"]]


def test_from_a_draft_to_the_page_and_back(system: SteppedSystem, over: str) -> None:
    path, told = f"{INCIDENTS}/{over}/postmortem", len(system.texts(None))
    assert system.operator("GET", path).status == 404
    drafted = system.operator("PUT", path, {"postmortem": {"body_draft": WORDS}})
    assert (drafted.status, drafted.json["body_draft"], drafted.json["body"]) == (200, WORDS, None)
    assert shown(system, over) == ("resolved", ["resolved", "investigating"])
    # Statuspage's notify_subscribers is about e-mail.
    asked = {"postmortem": {"notify_subscribers": True}}
    published = system.operator("PUT", f"{path}/publish", asked)
    assert (published.status, published.json["body"]) == (200, WORDS)
    assert published.json["notify_subscribers"] is True
    assert shown(system, over) == ("postmortem", ["postmortem", "resolved", "investigating"])
    one = system.operator("GET", f"{INCIDENTS}/{over}").json
    assert one["postmortem_body"] == one["incident_updates"][0]["body"] == WORDS
    system.operator("PUT", path, {"postmortem": {"body_draft": "Better words."}})
    again = system.operator("PUT", f"{path}/publish", {"postmortem": {"notify_subscribers": True}})
    assert again.json["body"] == "Better words."
    assert again.json["published_at"] == published.json["published_at"]
    one = system.operator("GET", f"{INCIDENTS}/{over}").json
    assert one["incident_updates"][0]["body"] == "Better words."
    assert len(one["incident_updates"]) == 3
    reverted = system.operator("PUT", f"{path}/revert").json
    assert (reverted["body"], reverted["body_draft"]) == (None, "Better words.")
    assert shown(system, over) == ("resolved", ["resolved", "investigating"])
    assert system.operator("DELETE", path).status == 204
    assert system.operator("GET", path).status == 404
    assert system.operator("DELETE", path).status == 404
    system.clock.shift(3600)
    run_on(system)
    assert len(system.texts(None)) == told


def test_a_maintenance_is_completed_again_where_it_is_taken_back(system: SteppedSystem) -> None:
    incident = open_quietly(system, "Disks", status="completed", **NEXT_MORNING)
    path = f"{INCIDENTS}/{incident}/postmortem"
    system.operator("PUT", path, {"postmortem": {"body_draft": WORDS}})
    system.operator("PUT", f"{path}/publish", {"postmortem": {}})
    assert system.operator("GET", f"{INCIDENTS}/{incident}").json["status"] == "postmortem"
    system.operator("PUT", f"{path}/revert")
    assert system.operator("GET", f"{INCIDENTS}/{incident}").json["status"] == "completed"


def test_what_cannot_be_published(system: SteppedSystem) -> None:
    incident = open_quietly(system)
    path = f"{INCIDENTS}/{incident}/postmortem"
    assert system.operator("PUT", f"{path}/publish", {"postmortem": {}}).status == 404
    assert system.operator("PUT", path, {"postmortem": {"body": "x"}}).status == 422
    assert system.operator("PUT", path, {"postmortem": {"body_draft": WORDS}}).status == 200
    answer = system.operator("PUT", f"{path}/publish", {"postmortem": {}})
    assert (answer.status, answer.code) == (409, "incident_not_over")
    tweet = {"postmortem": {"notify_twitter": True}}
    assert system.operator("PUT", f"{path}/publish", tweet).status == 422


def test_the_pages_of_a_key_are_its_own(system: SteppedSystem) -> None:
    answer = system.operator("GET", "/v1/pages")
    assert [one["id"] for one in answer.json] == ["default"]
    changed = system.operator("PUT", "/v1/pages/default", {"segment_budget": 2})
    assert changed.json["segment_budget"] == 2
