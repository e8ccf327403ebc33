"""A page of Statuspage's brought here: everything comes, nobody is texted, a break does no harm."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from statustext_cli import api
from statustext_cli.command import app
from statustext_cli.statuspage_sources import ManagementApi
from tests.stepped import KEY, SteppedSystem

SOURCE = "https://statuspage.test"
ADDRESS = "https://api.example.test/v1"
Run = Callable[..., Result]
T = "2026-03-0{}T10:00:00.000Z"


def person(number: int, **more: Any) -> dict[str, Any]:
    phone = {"mode": "sms", "phone_number": f"555-123-{number:04}", "phone_country": "US"}
    return {"id": f"sub{number:09}", **phone, "created_at": T.format(1), "state": "active", **more}


def step(status: str, body: str, day: int) -> dict[str, Any]:
    return {
        "status": status,
        "body": body,
        "created_at": T.format(day),
        "display_at": T.format(day),
    }


LISTS: dict[str, Any] = {
    "": {"id": "kctbh9vrtdwd", "name": "GitHub", "time_zone": "America/New_York"},
    "/components": [
        {"id": "grp000000001", "name": "Core", "group": True, "group_id": None},
        {"id": "grp000000002", "name": "Empty", "group": True, "group_id": None},
        {"id": "8l4ygp009s5s", "name": "Git", "group": False, "group_id": "grp000000001",
         "description": "Pushes and pulls", "status": "degraded_performance"},
        {"id": "4230lsnqdsld", "name": "Webhooks", "group": False, "group_id": None},
    ],
    "/incidents": [
        {"id": "inc000000002", "name": "Slow now", "status": "identified", "impact": "minor",
         "created_at": T.format(4), "components": [{"id": "8l4ygp009s5s"}],
         "incident_updates": [
             step("identified", "A disk.", 5), step("investigating", "Looking.", 4)]},
        {"id": "inc000000001", "name": "Was down", "status": "resolved", "impact": "major",
         "created_at": T.format(2), "started_at": T.format(2),
         "components": [{"id": "4230lsnqdsld"}],
         "incident_updates": [step("resolved", "Done.", 3), step("investigating", "Oh.", 2)]},
    ],
    "/subscribers": [
        person(1, components=["8l4ygp009s5s"]),
        person(2, state="unconfirmed"),
        person(3, quarantined_at=T.format(2)),
        {"id": "sub000000004", "mode": "email", "created_at": T.format(1)},
        person(5),
        person(6, phone_number="12"),
        person(7, phone_number="+442079460018"),
    ],
    "/subscribers/unsubscribed": [person(9)],
}  # fmt: skip


@pytest.fixture
def run(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command: the source answers LISTS, after one 420; the rest reaches the system."""
    busy = [api.Reply(420, "{}", {"Retry-After": "0"})]

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        if url.startswith(SOURCE):
            assert (method, headers["Authorization"]) == ("GET", "OAuth their-key")
            if busy:
                return busy.pop()
            asked = urlsplit(url)
            first = parse_qs(asked.query).get("page", ["1"]) == ["1"]
            found = LISTS[asked.path.removeprefix("/v1/pages/kctbh9vrtdwd")]
            return api.Reply(200, json.dumps(found if first else []))
        given = None if body is None else json.loads(body)
        answer = system.http(method, url.removeprefix(ADDRESS), given, headers=dict(headers))
        return api.Reply(answer.status, answer.text, answer.headers)

    monkeypatch.setattr(api, "request", request)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("STATUSTEXT_API", ADDRESS)
    monkeypatch.setenv("STATUSTEXT_KEY", KEY)

    def call(*more: str, by_key: bool = True) -> Result:
        words = ["import", "statuspage", "--base-url", SOURCE]
        words += ["--key", "their-key", "--from-page", "kctbh9vrtdwd"] if by_key else []
        words += ["--state", str(tmp_path / "done.json"), *more]
        return CliRunner().invoke(app, words)

    return call


def test_everything_comes_and_nobody_is_texted(system: SteppedSystem, run: Run) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    system.run()
    assert system.texts(None) == []
    summary = system.http("GET", "/api/v2/summary.json").json
    assert (summary["page"]["name"], summary["page"]["time_zone"]) == ("GitHub", "America/New_York")
    by_name = {one["name"]: one for one in summary["components"]}
    assert by_name["Git"]["group_id"] == by_name["Core"]["id"]
    assert by_name["Git"]["status"] == "degraded_performance"
    incidents = system.http("GET", "/api/v2/incidents.json").json["incidents"]
    told = {one["name"]: [each["body"] for each in one["incident_updates"]] for one in incidents}
    assert told["Slow now"] == ["A disk.", "Looking."]
    (story,) = told["Was down"]
    assert story.endswith("investigating: Oh.\n\n2026-03-03 10:00 UTC, resolved: Done.")
    people = system.operator("GET", "/api/sms/subscribers").json["subscribers"]
    assert sorted(one["phone"] for one in people) == ["+1555123xxxx"] * 2
    (consent, _) = system.rows("consent")
    assert consent["source"] == "Statuspage"
    left = {"phone": "+15551230009", "verified": True}
    again = system.operator("POST", "/api/sms/subscribers", left)
    assert (again.status, again.code) == (409, "number_opted_out")
    for said in ("2 components", "1 groups", "2 incidents", "1 suppressions"):
        assert said in done.output, done.output
    assert "sub000000007: This is a landline" in done.output
    for said in ("never confirmed", "could not be reached", "told by email", "Nobody was texted."):
        assert said in done.output, done.output
    assert "555123" not in done.output


def test_a_dry_run_changes_nothing(system: SteppedSystem, run: Run) -> None:
    before = system.http("GET", "/api/v2/summary.json").json
    done = run("--dry-run")
    assert done.exit_code == 0, done.output
    assert "2 incidents" in done.output
    assert "Nothing was changed." in done.output
    assert system.http("GET", "/api/v2/summary.json").json == before
    assert not system.rows("subscriber")


def test_after_a_break_it_goes_on(
    system: SteppedSystem, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = api.request

    def breaks(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        if "sms/subscribers" in url:
            return api.Reply(503, '{"error": {"code": "unavailable", "message": "Later."}}')
        return through(method, url, body, headers)

    monkeypatch.setattr(api, "request", breaks)
    assert run().exit_code == api.UNREACHABLE
    monkeypatch.setattr(api, "request", through)
    done = run()
    assert done.exit_code == 0, done.output
    assert "2 components done before" in done.output
    assert len(system.http("GET", "/api/v2/incidents.json").json["incidents"]) == 2
    assert len(system.operator("GET", "/api/sms/subscribers").json["subscribers"]) == 2


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("length", [0, 99, 100, 101, 250])
def test_every_page_of_a_list_is_read_once(
    monkeypatch: pytest.MonkeyPatch, first: int, length: int
) -> None:
    def request(_method: str, url: str, *_: Any) -> api.Reply:
        number = int(parse_qs(urlsplit(url).query).get("page", [str(first)])[0]) - first
        part = list(range(length))[number * 100 : number * 100 + 100] if number >= 0 else []
        return api.Reply(200, json.dumps([{"id": one} for one in part]))

    monkeypatch.setattr(api, "request", request)
    found = list(ManagementApi(SOURCE, "their-key", "one").every("/incidents"))
    assert [one["id"] for one in found] == list(range(length))


def test_our_own_management_api_is_a_source_too(
    system: SteppedSystem, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is brought to itself: who is subscribed stays so, who left becomes a suppression."""
    for number, way in (("+15551230021", "stays"), ("+15551230022", "leaves")):
        one = system.subscribe(number)["id"]
        if way == "leaves":
            system.operator("DELETE", f"/v1/pages/default/subscribers/{one}")
    over = system.open_incident("Was down", components={"svc_api": "major_outage"})
    system.update_incident(over, status="resolved", body="Done.")
    system.open_incident("Slow now")

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        path = url.removeprefix(ADDRESS)
        given = None if body is None else json.loads(body)
        answer = system.http(method, path, given, headers=dict(headers))
        return api.Reply(answer.status, answer.text, answer.headers)

    monkeypatch.setattr(api, "request", request)
    done = run("--base-url", ADDRESS, "--key", KEY, "--from-page", "default")
    assert done.exit_code == 0, done.output
    system.run()
    incidents = system.http("GET", "/api/v2/incidents.json").json["incidents"]
    assert sorted(one["name"] for one in incidents) == ["Slow now"] * 2 + ["Was down"] * 2
    names = [
        one["name"] for one in system.http("GET", "/api/v2/components.json").json["components"]
    ]
    assert names.count("API") == 2
    assert "remove it first" in done.output
    left = {"phone": "+15551230022", "verified": True}
    again = system.operator("POST", "/api/sms/subscribers", left)
    assert again.code == "number_opted_out"
    assert "5551230" not in done.output


RECORDED = Path(__file__).parents[1] / "statuspage" / "recorded"


def document(page: str, kind: str) -> dict[str, Any]:
    """A public document as it was recorded, or its part of the recorded summary; else empty."""
    for name in (kind, kind.replace("-", "_"), "summary", "components"):
        path = RECORDED / f"{page}.{name}.json"
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        key = kind.replace("-", "_")
        if key in found:
            return {"page": found["page"], key: found[key]}
    return {"page": found["page"], key: []}


@pytest.mark.parametrize(
    "name",
    [
        "github-2020-04-02",
        "github-2024-09-17",
        "hashicorp-2021-08-06",
        "discord-2019-06-24",
        "discord-2022-02-15",
        "htx-2020-02-11",
    ],
)
def test_what_everybody_may_read_of_a_recorded_page_comes(
    system: SteppedSystem, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    there = {
        f"{SOURCE}/api/v2/{kind}.json": document(name, kind)
        for kind in ("components", "incidents", "scheduled-maintenances")
    }
    through = api.request

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        if url in there:
            assert (method, dict(headers)) == ("GET", {})
            return api.Reply(200, json.dumps(there[url]))
        assert not url.startswith(SOURCE), url
        return through(method, url, body, headers)

    monkeypatch.setattr(api, "request", request)
    before = {one["id"] for one in components(system)}
    done = run(by_key=False)
    assert done.exit_code == 0, done.output
    system.run()
    assert system.texts(None) == []
    assert "subscribers: read with --key and --from-page alone" in done.output
    was, source, maintenances = (list(one.values())[1] for one in there.values())
    now = [one for one in components(system) if one["id"] not in before]
    leaves = [one["name"] for one in was if not one["group"]]
    assert sorted(one["name"] for one in now if not one["group"]) == sorted(leaves)
    ours = system.http("GET", "/api/v2/incidents.json").json["incidents"]
    ours += system.http("GET", "/api/v2/scheduled-maintenances.json").json["scheduled_maintenances"]
    told = {one["name"]: (one["status"], one["impact"]) for one in ours}
    assert told == {one["name"]: (one["status"], one["impact"]) for one in source + maintenances}
    past = [one for one in ours if one["status"] == "completed"]
    assert [one["started_at"] for one in past] == [one["scheduled_for"] for one in past]
    again = run(by_key=False)
    assert again.exit_code == 0, again.output
    assert len(components(system)) == len(before) + len(now)


def test_a_maintenance_completed_before_its_time_is_not_of_the_future(
    system: SteppedSystem, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = "2026-03-02T10:00:00.000Z"
    early: dict[str, Any] = {
        "id": "mnt000000001",
        "name": "Early",
        "status": "completed",
        "impact": "maintenance",
    }
    early |= {"created_at": T.format(1), "started_at": T.format(1), "resolved_at": ended}
    early |= {"scheduled_for": "2099-03-02T11:00:00.000+01:00", "components": []}
    early |= {"scheduled_until": "2099-03-02T12:00:00.000+01:00"}
    monkeypatch.setitem(LISTS, "/incidents", [early])
    done = run()
    assert done.exit_code == 0, done.output
    path = "/api/v2/scheduled-maintenances.json"
    (one,) = system.http("GET", path).json["scheduled_maintenances"]
    assert (one["status"], one["started_at"], one["resolved_at"]) == ("completed", ended, ended)


def components(system: SteppedSystem) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = system.http("GET", "/api/v2/components.json").json["components"]
    return found


def test_a_source_is_named_whole(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATUSPAGE_KEY", "their-key")
    done = run(by_key=False)
    assert done.exit_code == api.REFUSED
    assert "Give --from-page" in done.output
