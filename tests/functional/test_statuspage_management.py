"""Statuspage's management API as its clients call it: lists and paging, groups, PUT and DELETE."""

from typing import Any

import pytest

from statustext.domain.ids import key_hash
from statustext.domain.subscriber import Preferences
from statustext.request_limit import MOST, WINDOW, counted
from tests.functional.engine import (
    add_active,
    change_quietly,
    enqueue,
    open_quietly,
    queue,
    settle_down,
    spoil,
    status,
)
from tests.functional.phrases import live
from tests.stepped import KEY, NEXT_MORNING, Answer, SteppedSystem

V1 = "/v1/pages/default"
INCIDENTS, COMPONENTS, GROUPS = f"{V1}/incidents", f"{V1}/components", f"{V1}/component-groups"


PAGE_FIELDS = [
    "id",
    "created_at",
    "updated_at",
    "name",
    "page_description",
    "headline",
    "branding",
    "subdomain",
    "domain",
    "url",
    "support_url",
    "hidden_from_search",
    "allow_page_subscribers",
    "allow_incident_subscribers",
    "allow_email_subscribers",
    "allow_sms_subscribers",
    "allow_rss_atom_feeds",
    "allow_webhook_subscribers",
    "notifications_from_email",
    "notifications_email_footer",
    "activity_score",
    "twitter_username",
    "viewers_must_be_team_members",
    "ip_restrictions",
    "city",
    "state",
    "country",
    "time_zone",
    "css_body_background_color",
    "css_font_color",
    "css_light_font_color",
    "css_greens",
    "css_yellows",
    "css_oranges",
    "css_blues",
    "css_reds",
    "css_border_color",
    "css_graph_color",
    "css_link_color",
    "css_no_data",
    "favicon_logo",
    "transactional_logo",
    "hero_cover",
    "email_logo",
    "twitter_logo",
]


def ids(system: SteppedSystem, path: str) -> list[str]:
    answer = system.operator("GET", path)
    assert answer.status == 200, answer
    return [one["id"] for one in answer.json]


def reworded(system: SteppedSystem, incident: str, **given: Any) -> Answer:
    update = system.operator("GET", f"{INCIDENTS}/{incident}").json["incident_updates"][0]["id"]
    path = f"{INCIDENTS}/{incident}/incident_updates/{update}"
    return system.operator("PATCH", path, {"incident_update": given})


@pytest.mark.parametrize("scheme", ["OAuth", "Bearer"])
def test_keys_come_as_statuspages_clients_send_them(system: SteppedSystem, scheme: str) -> None:
    given = {"Authorization": f"{scheme} {KEY}"}
    assert system.http("GET", f"{COMPONENTS}.json", headers=given).status == 200
    assert system.http("GET", f"{COMPONENTS}?api_key={KEY}").status == 200
    assert system.http("GET", f"{COMPONENTS}?api_key=another").status == 401
    raw = b'{"incident": {"name": "API is down"}}'  # and no Content-Type
    assert system.http("POST", f"{INCIDENTS}.json", raw=raw, headers=given).status == 201


def test_a_key_that_asks_too_often_is_told_to_wait(system: SteppedSystem) -> None:
    other = system.add_key("another-key")
    key_id = key_hash(KEY)[:16]
    assert key_id != other
    counted[key_id, int(system.now) // WINDOW] = MOST
    busy = system.http("GET", f"{COMPONENTS}.json", headers={"Authorization": f"OAuth {KEY}"})
    assert (busy.status, busy.code) == (420, "too_many_requests")
    assert busy.headers["Retry-After"] == "60"
    for path in (COMPONENTS, "/api/sms/subscribers"):
        busy = system.operator("GET", path)
        assert (busy.status, busy.headers["Retry-After"]) == (429, "60")
    assert system.http("GET", COMPONENTS, headers={"X-API-Key": "another-key"}).status == 200
    system.advance(60)
    assert system.operator("GET", COMPONENTS).status == 200


def test_a_client_that_turns_pages_comes_to_an_end(system: SteppedSystem) -> None:
    made = []
    for number in range(5):
        made.append(open_quietly(system, f"Incident {number}"))
        system.clock.shift(1)
    pages = [ids(system, f"{INCIDENTS}?limit=2&page={number}") for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [one for page in pages for one in page] == made[::-1]
    assert ids(system, f"{INCIDENTS}?q=incident%203") == [made[3]]
    assert ids(system, f"{INCIDENTS}?q=ON%20IT&limit=1") == [made[4]]
    assert len(ids(system, f"{COMPONENTS}?per_page=1&page=2")) == 1
    assert ids(system, f"{COMPONENTS}?per_page=1&page=9") == []


def test_a_parameter_that_nothing_reads_is_refused(system: SteppedSystem) -> None:
    answer = system.operator("GET", f"{INCIDENTS}?pages=2")
    assert (answer.status, answer.json["error"]["code"]) == (422, "unknown_parameter")
    assert "did you mean page." in answer.json["error"]["message"]
    assert system.operator("GET", f"{INCIDENTS}?page=0").status == 422
    assert system.operator("GET", f"{INCIDENTS}/unresolved?q=x").status == 422


def test_lists_of_what_is_not_over(system: SteppedSystem) -> None:
    down = open_quietly(system)
    over = open_quietly(system, "Over")
    change_quietly(system, over, status="resolved")
    planned = open_quietly(system, "Disks", status="scheduled", **NEXT_MORNING)
    running = open_quietly(system, "Cables", status="in_progress", **NEXT_MORNING)
    done = open_quietly(system, "Done", status="in_progress", **NEXT_MORNING)
    change_quietly(system, done, status="completed")
    assert ids(system, f"{INCIDENTS}/unresolved.json") == [down]
    assert ids(system, f"{INCIDENTS}/upcoming") == [planned]
    assert ids(system, f"{INCIDENTS}/active_maintenance.json") == [running]
    assert set(ids(system, f"{INCIDENTS}/scheduled")) == {planned, running, done}


def test_groups_hold_components_in_order_and_leave_them(system: SteppedSystem) -> None:
    api, payments = ids(system, COMPONENTS)
    given = {"description": "EU", "component_group": {"name": "Europe", "components": [payments]}}
    group = system.operator("POST", f"{GROUPS}.json", given).json
    assert (group["components"], group["description"]) == ([payments], "EU")
    path = f"{GROUPS}/{group['id']}"
    change: dict[str, Any] = {"component_group": {"components": [api, payments]}}
    assert system.operator("PUT", path, change).json["components"] == [api, payments]
    shown = system.operator("GET", f"{COMPONENTS}/svc_api.json").json
    assert (shown["group_id"], shown["position"]) == (group["id"], 1)
    out = {"component": {"group_id": None}}
    assert system.operator("PATCH", f"{COMPONENTS}/svc_api", out).json["group_id"] is None
    into = {"component": {"group_id": "nothing"}}
    assert system.operator("PUT", f"{COMPONENTS}/svc_api", into).status == 422
    assert system.operator("DELETE", path).json["components"] == [payments]
    assert ids(system, GROUPS) == []
    assert system.operator("GET", f"{COMPONENTS}/{payments}").json["group_id"] is None


def test_a_removed_component_frees_its_key(system: SteppedSystem) -> None:
    assert system.operator("DELETE", f"{COMPONENTS}/svc_api").status == 204
    assert system.operator("GET", f"{COMPONENTS}/svc_api").status == 404
    again = {"component": {"name": "API", "key": "svc_api", "start_date": "2027-01-01"}}
    made = system.operator("POST", COMPONENTS, again)
    assert (made.status, made.json["start_date"]) == (201, "2027-01-01")


def test_other_words_of_a_posted_update_are_told_to_nobody(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    settle_down(system, 60)
    before = system.texts(phone)
    answer = reworded(system, incident, body="Other words.", display_at="2027-01-15T07:00:00Z")
    assert (answer.status, answer.json["body"]) == (200, "Other words.")
    assert answer.json["display_at"] == "2027-01-15T07:00:00.000Z"
    settle_down(system, 3600)
    assert system.texts(phone) == before
    assert reworded(system, incident, deliver_notifications=True).status == 422


def test_of_a_removed_incident_nobody_is_told(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    incident = open_quietly(system, deliver_notifications=False)
    assert system.operator("DELETE", f"{INCIDENTS}/{incident}.json").json["id"] == incident
    assert system.operator("GET", f"{INCIDENTS}/{incident}").status == 404
    assert ids(system, INCIDENTS) == ids(system, f"{INCIDENTS}/unresolved") == []
    settle_down(system, 3600)
    assert system.texts(phone) == []


def test_what_is_on_its_way_of_a_removed_incident_ends_quietly(system: SteppedSystem) -> None:
    """In a queue, held for the morning, in doubt: told to nobody, and no dead letter."""
    everybody = add_active(system, 26)
    held = Preferences(quiet_hours="00:00-23:59", timezone="Europe/Berlin", critical_always=False)
    ((asleep, _),) = add_active(system, 1, held, first=100).items()
    doubtful = next(iter(everybody.values()))
    spoil(system, kind="time_out", to=doubtful, times=1)
    incident = open_quietly(system, external_id="pd-1")
    enqueue(system)
    system.poll(queue(system, "announcements"))
    told = len(system.texts(None))
    assert told < len(everybody)
    assert system.operator("DELETE", f"{INCIDENTS}/{incident}").status == 200
    settle_down(system, 1800, step=60)
    system.clock.shift(15 * 3600)
    live(system, 600)
    assert len(system.texts(None)) == told
    assert status(system, incident, asleep) == "suppressed"
    for name in ("announcements", "fan-out"):
        url = system.queue_url(queue(system, name).queue_arn) + "-dead"
        found = system.clients.sqs.receive_message(QueueUrl=url)
        assert not found.get("Messages")
    assert all(row["ttl"] for row in (*system.rows("update"), *system.rows("removed")))
    again = system.operator(
        "POST", INCIDENTS, {"incident": {"name": "Again", "external_id": "pd-1"}}
    )
    assert again.status == 201
    assert again.json["id"] != incident


def test_of_an_incident_of_the_past_nobody_is_ever_told(system: SteppedSystem) -> None:
    add_active(system, 1)
    past = {"backfilled": True, "backfill_date": "2026-12-24T18:00:00Z"}
    incident = open_quietly(system, "Christmas outage", **past)
    shown = system.operator("GET", f"{INCIDENTS}/{incident}").json
    assert (shown["status"], shown["started_at"]) == ("resolved", "2026-12-24T18:00:00.000Z")
    assert shown["incident_updates"][0]["display_at"] == shown["resolved_at"]
    change_quietly(system, incident, status="postmortem", body="What we learnt.")
    change_quietly(system, incident, status="investigating", body="Again.")
    settle_down(system, 3600)
    assert system.texts(None) == []
    assert ids(system, f"{INCIDENTS}?q=christmas") == [incident]


@pytest.mark.parametrize(
    "given",
    [
        {"backfilled": True, "components": {"svc_api": "major_outage"}},
        {"backfill_date": "2026-12-24"},
        {"status": "scheduled"},
        {"status": "scheduled", "scheduled_for": "2027-01-16T02:00:00Z"},
        {**NEXT_MORNING, "scheduled_until": "2027-01-16T01:00:00Z"},
    ],
)
def test_what_would_be_dropped_in_silence_is_refused(
    system: SteppedSystem, given: dict[str, Any]
) -> None:
    answer = system.operator("POST", INCIDENTS, {"incident": {"name": "Odd", **given}})
    assert answer.status == 422, answer
    assert ids(system, INCIDENTS) == []


def test_a_page_is_changed_as_statuspages_clients_write_it(system: SteppedSystem) -> None:
    change = {"page": {"name": "Acme", "time_zone": "Europe/Berlin", "hidden_from_search": False}}
    for method in ("PATCH", "PUT"):
        answer = system.operator(method, V1, change)
        assert answer.status == 200, answer
    assert system.operator("GET", V1).json["time_zone"] == "Europe/Berlin"
    form = b"page[name]=Acme+Two"
    typed = {"X-API-Key": KEY, "Content-Type": "application/x-www-form-urlencoded"}
    assert system.http("PATCH", V1, raw=form, headers=typed).json["name"] == "Acme Two"


def test_a_page_has_every_field_that_clients_read(system: SteppedSystem) -> None:
    """Those of Atlassian's description, Page."""
    shown = system.operator("GET", V1).json
    assert set(PAGE_FIELDS) <= set(shown)
    assert shown["domain"] == "status.example.test"
    allowed = [shown[f"allow_{mode}_subscribers"] for mode in ("sms", "email", "webhook")]
    assert allowed == [True, False, False]


@pytest.mark.parametrize(
    ("given", "name", "told"),
    [
        ({"page": {"naem": "Acme"}}, "naem", "is no field here; did you mean name"),
        ({"pgae": {"name": "Acme"}}, "pgae", "is no field here"),
        ({"page": {"branding": "premium"}}, "branding", "is not done here; leave it out"),
        ({"hidden_from_search": 0}, "hidden_from_search", "is not done here; leave it out"),
        ({"page": {"name": "Acme"}, "name": "B"}, "page", "is no field here"),
        ({"timezone": "UTC", "time_zone": "Europe/Rome"}, "body", "must name one zone"),
    ],
)
def test_a_page_s_misspelt_field_is_refused(
    system: SteppedSystem, given: dict[str, Any], name: str, told: str
) -> None:
    answer = system.operator("PATCH", V1, given)
    assert answer.status == 422
    assert answer.json["error"]["fields"][name].startswith(told)
