"""The page that everybody reads: documents, feeds and pages, over HTTP as deployed."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from benchmarks.status_page import fill
from local.event_sources import queue_record
from statustext.adapters.components import list_components, put_component, put_group
from statustext.adapters.dynamodb import Write
from statustext.adapters.snapshots import get_snapshot, packed, put_snapshot, snapshot_key
from statustext.domain.component import ComponentGroup
from statustext.domain.ids import page_id_shown
from statustext.flows.operating.setting_up import create_page
from statustext.flows.showing_publicly import resources, snapshot
from statustext.flows.showing_publicly.html import skeleton
from statustext.queue_messages import SnapshotTask
from tests.functional.engine import watched
from tests.stepped import PAGE, Answer, SteppedSystem
from tests.unit.test_statuspage_v2 import EVERYTHING, validator

INCIDENTS = "/v1/pages/default/incidents"


def document(system: SteppedSystem, name: str = "summary", **more: Any) -> Any:
    answer = system.http("GET", f"/api/v2/{name}.json", **more)
    assert answer.status == 200, answer
    return answer.json


def page(system: SteppedSystem, path: str = "/") -> Answer:
    return system.http("GET", path, headers={"Accept": "text/html"})


@pytest.fixture
def busy(system: SteppedSystem) -> SteppedSystem:
    """A page with a group, an open incident, one that is over and a maintenance."""
    system.table.write(put_group("default", ComponentGroup("grp000000000", "Europe", position=9)))
    inside = replace(
        list_components(system.table, "default")[0],
        id="fra000000000",
        key="svc_frankfurt",
        name="Frankfurt",
        group_id="grp000000000",
    )
    system.table.write(put_component("default", inside))
    over = system.open_incident("Slow")
    system.clock.shift(60)
    system.update_incident(over, status="resolved", body="Fast again.")
    system.open_incident("Down", components={"svc_frankfurt": "major_outage"})
    planned = {
        "scheduled_for": "2027-01-20T10:00:00Z",
        "scheduled_until": "2027-01-20T11:00:00Z",
    }
    system.open_incident("Upgrade", impact_override="maintenance", **planned)
    return system


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_document_is_served_as_the_schema_says(busy: SteppedSystem, name: str) -> None:
    for prefix in ("", "/pages/default", f"/pages/{page_id_shown('default')}", "/"):
        answer = busy.http("GET", f"{prefix}/api/v2/{name}.json")
        assert (answer.status, answer.json) == (200, document(busy, name)), prefix
        assert answer.headers["Content-Type"].startswith("application/json")
    assert not list(validator(name).iter_errors(document(busy, name)))


def test_the_summary_says_what_is_so(busy: SteppedSystem) -> None:
    summary = document(busy)
    assert summary["status"]["description"] == "Partial System Outage"
    assert [one["name"] for one in summary["incidents"]] == ["Down"]
    assert [one["name"] for one in summary["scheduled_maintenances"]] == ["Upgrade"]
    (affected,) = summary["incidents"][0]["incident_updates"][0]["affected_components"]
    assert affected["name"] == "Europe - Frankfurt"
    states = {one["name"]: one["status"] for one in summary["components"]}
    assert states["Europe"] == states["Frankfurt"] == "major_outage"
    assert [one["name"] for one in document(busy, "incidents")["incidents"]] == ["Down", "Slow"]
    upcoming = document(busy, "scheduled-maintenances/upcoming")["scheduled_maintenances"]
    assert [one["scheduled_for"] for one in upcoming] == ["2027-01-20T10:00:00.000Z"]


def test_a_change_is_shown_and_what_did_not_change_stays(busy: SteppedSystem) -> None:
    (one,) = document(busy)["incidents"]
    busy.update_incident(one["id"], status="identified", body="Found it.")
    after = document(busy)["incidents"][0]
    assert [step["body"] for step in after["incident_updates"]] == ["Found it.", "On it."]
    assert after["incident_updates"][1] == one["incident_updates"][0]
    busy.update_incident(one["id"], status="resolved", components={"svc_frankfurt": "operational"})
    assert document(busy, "status")["status"]["indicator"] == "none"


def test_head_options_and_what_is_known_already(busy: SteppedSystem) -> None:
    path = "/api/v2/summary.json"
    whole = busy.http("GET", path)
    head = busy.http("HEAD", path)
    assert (head.status, head.text) == (200, "")
    names = ("ETag", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin")
    assert [head.headers[one] for one in names] == [whole.headers[one] for one in names]
    assert "s-maxage=10" in whole.headers["Cache-Control"]
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    for known in (whole.headers["ETag"], f'"x", W/{whole.headers["ETag"]}', "*"):
        again = busy.http("GET", path, headers={"if-none-match": known})
        assert (again.status, again.text) == (304, "")
        assert again.headers["ETag"] == whole.headers["ETag"]
    assert busy.http("GET", path, headers={"If-None-Match": '"other"'}).status == 200
    preflight = busy.http("OPTIONS", path)
    assert preflight.status == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v2/nothing.json", 404, "not_found"),
        ("GET", "/pages/nobody/api/v2/summary.json", 404, "page_not_found"),
        ("GET", "/pages/nobody000000/api/v2/summary.json", 404, "page_not_found"),
        ("GET", "/incidents/nothing", 404, "incident_not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/api/v2/summary.json", 405, "method_not_allowed"),
        ("DELETE", "/", 405, "method_not_allowed"),
        ("TRACE", "/history", 405, "method_not_allowed"),
        ("PUT", "/docs/", 405, "method_not_allowed"),
        ("PATCH", "/page.js", 405, "method_not_allowed"),
        ("POST", "/incidents/nothing", 405, "method_not_allowed"),
        ("DELETE", "/nothing", 404, "not_found"),
    ],
)
def test_errors_are_json(
    system: SteppedSystem, method: str, path: str, status: int, code: str
) -> None:
    answer = system.http(method, path)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    "path",
    [
        "//api/v2/subscribers.json",
        "/api//v2/subscribers.json",
        "/pages//default/api/v2/subscribers.json",
    ],
)
def test_what_others_answer_is_found_behind_doubled_slashes_too(
    system: SteppedSystem, path: str
) -> None:
    """By a redirect that keeps method and body, relative as what is before the path is unknown."""
    answer = system.http("POST", path, form={"subscriber[phone_number]": "nope"})
    there = answer.headers["Location"]
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (308, "*")
    assert there.count("../") == path.count("/") - 1
    page = "/pages/default" if "pages" in path else ""
    assert urljoin(f"https://up.test{path}", there) == (
        f"https://up.test{page}/api/v2/subscribers.json"
    )
    asked = system.http("GET", "//api/v2/subscribers/ab.json?x=a%26b&x=2")
    assert asked.headers["Location"].endswith("/api/v2/subscribers/ab.json?x=a%26b&x=2")
    assert system.http("POST", "//nothing").status == 308
    assert system.http("POST", "/nothing").status == 404


@pytest.mark.parametrize("path", ["/incidents/nothing", "/nothing"])
def test_who_follows_an_old_link_is_led_back(busy: SteppedSystem, path: str) -> None:
    answer = busy.http("GET", path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
    assert '<h1 class="title">This page does not exist.</h1>' in answer.text
    program = busy.http("GET", "/api/v2/nothing.json", headers={"Accept": "text/html"})
    assert program.json["error"]["code"] == "not_found"


def test_the_history_has_what_is_under_way_too(busy: SteppedSystem) -> None:
    listed = busy.http("GET", "/history").text
    for one in busy.http("GET", "/api/v2/incidents/unresolved.json").json["incidents"]:
        assert f"incidents/{one['id']}" in listed
    for one in busy.http("GET", "/api/v2/scheduled-maintenances/upcoming.json").json[
        "scheduled_maintenances"
    ]:
        assert f"incidents/{one['id']}" not in listed
    assert "<h4" not in listed


def test_a_domain_of_its_own_shows_its_page(system: SteppedSystem) -> None:
    other = replace(PAGE, id="other", name="Other", url="https://up.other.test/")
    create_page(system.table, replace(other, statuspage_sign_up=True))
    system.run()
    system.clock.shift(120)
    shown = document(system, headers={"Host": "up.other.test"})
    assert (shown["page"]["name"], shown["page"]["url"]) == ("Other", "https://up.other.test")
    assert document(system)["page"]["name"] == "Demo"
    for path in ("/", "/history", "/history.rss", "/history.atom", "/maintenance.ics"):
        assert "Other" in system.http("GET", path, headers={"Host": "up.other.test"}).text, path
        assert "Other" not in system.http("GET", path).text, path
    sign_up = {"subscriber[phone_number]": "5551234567", "subscriber[phone_country]": "us"}
    api, own = "/api/v2/subscribers.json", {"Host": "up.other.test"}
    assert system.http("POST", api, form=sign_up).status == 422  # which is off there
    assert system.http("POST", api, form=sign_up, headers=own).status == 201
    by_path = system.http(
        "GET", "/pages/default/api/v2/status.json", headers={"Host": "up.other.test"}
    )
    assert by_path.json["page"]["name"] == "Demo"


def test_a_warm_function_asks_once(busy: SteppedSystem) -> None:
    document(busy)
    with watched(busy) as watch:
        for name in EVERYTHING:
            document(busy, name)
    assert [call.operation for call in watch.of("status_page")] == ["GetItem"] * len(EVERYTHING)


def test_without_a_snapshot_the_rows_are_read(busy: SteppedSystem) -> None:
    before = {name: document(busy, name) for name in EVERYTHING}
    pk, sk = snapshot_key("default")
    busy.table.delete_many([(pk, sk)])
    assert {name: document(busy, name) for name in EVERYTHING} == before


def test_an_incremental_snapshot_is_the_whole_one(busy: SteppedSystem) -> None:
    (one,) = document(busy)["incidents"]
    busy.operator("PATCH", f"{INCIDENTS}/{one['id']}", {"incident": {"name": "Renamed"}})
    busy.operator("PATCH", "/v1/pages/default/components/svc_api", {"component": {"name": "REST"}})
    busy.run()
    kept = get_snapshot(busy.table, "default")
    whole = snapshot.take(busy.table, "default", busy.now)
    assert kept
    assert whole
    assert kept[1]["incidents"] == json.loads(json.dumps(whole.incidents))
    assert kept[1]["components"] == whole.components


def test_of_two_at_once_the_one_who_read_older_rows_looks_again(
    busy: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = snapshot.take
    overtaken: list[bool] = []

    def take(*given: Any) -> Any:
        taken = real(*given)
        if not overtaken:  # another function sees a change that came after our look
            overtaken.append(True)
            busy.operator(
                "PATCH", "/v1/pages/default/components/svc_api", {"component": {"name": "REST"}}
            )
            snapshot.keep(busy.table, "default", (), busy.now)
        return taken

    monkeypatch.setattr(snapshot, "take", take)
    snapshot.keep(busy.table, "default", (), busy.now)
    assert "REST" in [one["name"] for one in document(busy, "components")["components"]]


def test_an_unchanged_page_is_not_written(busy: SteppedSystem) -> None:
    before = get_snapshot(busy.table, "default")
    snapshot.keep(busy.table, "default", (), busy.now)
    assert get_snapshot(busy.table, "default") == before


def test_a_snapshot_too_large_loses_what_is_over_first(
    busy: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = len(busy.rows("snapshot")[0]["content"])
    monkeypatch.setattr(snapshot, "MOST_BYTES", whole - 40)
    snapshot.keep(busy.table, "default", [one["id"] for one in document(busy)["incidents"]], 2e9)
    assert [one["name"] for one in document(busy, "incidents")["incidents"]] == ["Down"]
    gone = next(row for row in busy.rows("incident") if row["name"] == "Slow")
    assert "Fast again." in page(busy, f"/incidents/{gone['sk']}").text


def test_a_snapshot_of_another_form_is_not_read(busy: SteppedSystem) -> None:
    found = get_snapshot(busy.table, "default")
    assert found
    busy.table.write(put_snapshot("default", found[0] + 1, packed({"form": 0})))
    assert document(busy)["status"]["indicator"] == "major"
    snapshot.keep(busy.table, "default", (), busy.now)
    kept = get_snapshot(busy.table, "default")
    assert kept
    assert kept[1]["form"] == snapshot.FORM


def test_how_far_an_update_has_got_takes_no_snapshot(busy: SteppedSystem) -> None:
    before = get_snapshot(busy.table, "default")
    (one,) = [
        row
        for row in busy.rows("update")
        if row["incident"] == document(busy)["incidents"][0]["id"]
    ]
    with watched(busy) as watch:
        busy.table.write(
            Write(
                one["pk"],
                one["sk"],
                "SET #found = :found",
                names={"found": "found"},
                values={"found": 7},
            )
        )
        busy.run()
    assert not watch.of("snapshot")
    assert get_snapshot(busy.table, "default") == before


# The page in a browser's eyes; tests/browser has it in a real one.


def test_the_first_paint_holds_the_state(busy: SteppedSystem) -> None:
    answer = page(busy)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'data-indicator="major"' in answer.text
    assert "<h1>Partial System Outage</h1>" in answer.text
    for said in ("Down", "On it.", "Upgrade", "Slow", "Europe", "Frankfurt", "Major outage"):
        assert said in answer.text, said
    assert "All Systems Operational" not in answer.text


def test_an_open_incident_without_components_is_not_called_operational(
    system: SteppedSystem,
) -> None:
    system.open_incident("Somewhere")
    assert document(system, "status")["status"]["indicator"] == "none"
    assert "<h1>Incident under way</h1>" in page(system).text


def test_what_operators_wrote_is_text(system: SteppedSystem) -> None:
    system.open_incident("<img src=x onerror=alert(1)>", body="<script>alert(2)</script>\"'&")
    for path in ("/", f"/incidents/{document(system)['incidents'][0]['id']}"):
        html = page(system, path).text
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(2)&lt;/script&gt;" in html


def test_nothing_but_our_own_may_be_loaded(busy: SteppedSystem) -> None:
    answer = page(busy)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    outside = [one for one in re.findall(r'(?:src|href)="([^"]+)"', answer.text) if "//" in one]
    assert not [one for one in outside if not one.startswith("data:")]
    assert " style=" not in answer.text
    assert not re.findall(r"\son\w+=", answer.text)


def test_links_hold_below_any_path(busy: SteppedSystem) -> None:
    (one,) = document(busy)["incidents"]
    assert f'href="incidents/{one["id"]}"' in page(busy).text
    for path, script in (
        (f"/incidents/{one['id']}", "../page.js"),
        ("/pages/default/", "../../widget.js"),
        ("/history", "page.js"),
    ):
        answer = page(busy, path)
        assert (answer.status, f'src="{script}' in answer.text) == (200, True), path
    assert "Fast again." in page(busy, "/history").text


def test_feeds_are_where_the_page_says(busy: SteppedSystem) -> None:
    for path, kind in (("history.rss", "rss20"), ("history.atom", "atom10")):
        assert f'href="{path}"' in page(busy).text
        answer = busy.http("GET", f"/{path}")
        assert feedparser.parse(answer.text).version == kind
    assert busy.http("GET", "/maintenance.ics").text.count("BEGIN:VEVENT") == 1


def test_recordings_and_ours_have_the_same_fields(busy: SteppedSystem) -> None:
    """The newest recording has one more field, which clients older than it refuse."""
    path = Path(__file__).parents[1] / "statuspage/recorded/github-2024-09-17.incidents.json"
    theirs = json.loads(path.read_text())["incidents"][0]
    ours = document(busy, "incidents")["incidents"][0]
    assert set(theirs) - set(ours) == {"reminder_intervals"}
    assert set(ours) <= set(theirs)
    assert set(ours["incident_updates"][0]) == set(theirs["incident_updates"][0])


def test_a_page_is_drawn_once_until_something_changes(
    busy: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    real = skeleton.document

    def document_drawn(title: str, *rest: Any) -> str:
        drawn.append(title)
        return real(title, *rest)

    monkeypatch.setattr(resources, "document", document_drawn)
    first = page(busy).text
    assert page(busy).text == first
    assert len(drawn) == 1
    page(busy, "/?lang=de")
    assert len(drawn) == 2
    (one,) = document(busy)["incidents"]
    busy.update_incident(one["id"], status="identified", body="Found it.")
    assert "Found it." in page(busy).text
    busy.clock.shift(60)  # uptimes go on
    page(busy)
    assert len(drawn) == 4


def test_a_change_is_shown_without_waiting_for_anything(busy: SteppedSystem) -> None:
    """No delay lies between a publication and its snapshot: in simulated time it takes none. The
    real time is measured by `python -m benchmarks`."""
    (one,) = document(busy)["incidents"]
    before = busy.now
    body = {"incident": {"status": "identified", "body": "Found it."}}
    busy.operator("PATCH", f"{INCIDENTS}/{one['id']}", body)
    busy.relay_stream()
    busy.run()
    assert busy.now == before
    assert document(busy)["incidents"][0]["status"] == "identified"


def test_a_burst_of_changes_is_one_pass_for_each_batch(busy: SteppedSystem) -> None:
    """What a page waits for under load: two passes at most, the one under way and the next."""
    records = []
    for number in range(10):
        change = {"component": {"name": f"API {number}"}}
        busy.operator("PATCH", "/v1/pages/default/components/svc_api", change)
        (one,) = document(busy)["incidents"]
        task = SnapshotTask(page="default", incidents=(one["id"],) if number % 2 else ())
        records.append(message(task.model_dump_json(), number))
    records.append(message("no task", 10))
    with watched(busy) as watch:
        answer = busy.invoke("snapshot", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "10"}]}
    written = [one.operation for one in watch.of("snapshot") if one.operation != "Query"]
    assert written.count("GetItem") == 2  # the snapshot before, and the page
    assert "API 9" in [one["name"] for one in document(busy)["components"]]


def message(body: str, number: int) -> dict[str, Any]:
    arn = "arn:aws:sqs:us-east-1:123456789012:statustext-snapshots"
    given = {"MessageId": str(number), "Body": body, "ReceiptHandle": "x", "MD5OfBody": ""}
    return queue_record({**given, "Attributes": {"ApproximateReceiveCount": "1"}}, arn)


def test_a_page_of_a_hundred_components_is_small(system: SteppedSystem) -> None:
    """What a new visitor loads, compressed as API Gateway does it; tests/browser says that it is
    this and nothing else."""
    fill(system, components=98, incidents=1)
    snapshot.keep(system.table, "default", (), system.now)
    html = page(system).text
    paths = [one.partition("?")[0] for one in re.findall(r'<script src="([^"]+)"', html)]
    assert paths == ["page.js", "widget.js"]
    asked = [*paths, "pages/default/subscription_form"]
    loaded = [html, *(page(system, f"/{one}").text for one in asked)]
    assert len(document(system, "components")["components"]) == 100
    assert sum(len(gzip.compress(one.encode(), 6)) for one in loaded) < 50_000


def test_the_api_is_described_for_people(system: SteppedSystem) -> None:
    answer = page(system, "/docs")
    assert answer.status == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for path in re.findall(r'(?:src|href)="(docs/[^"]+)"', answer.text):
        file = system.http("GET", f"/{path}")
        assert (file.status, "max-age=31536000" in file.headers["Cache-Control"]) == (200, True)
        assert (
            system.http("GET", f"/{path}", headers={"If-None-Match": file.headers["ETag"]}).status
            == 304
        )
    assert system.http("GET", "/docs/LICENSE").status == 404
    assert system.http("GET", "/docs/../app.py").status == 404
