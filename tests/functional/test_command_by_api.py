"""What the command does by way of the API, against the real routes."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import urllib3
from typer.testing import CliRunner, Result

from local.configuration import FAKE_FROM
from statustext.adapters.circuits import open_circuit
from statustext_cli import api
from statustext_cli.command import app
from tests.functional.engine import circuit, settle_down
from tests.stepped import KEY, PHONE, SteppedSystem

ADDRESS = "https://api.example.test/v1"
Run = Callable[..., Result]


@pytest.fixture
def run(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command, whose requests reach the system's routes; its file is in an empty folder."""

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        assert url.startswith(ADDRESS)
        given = None if body is None else json.loads(body)
        answer = system.http(method, url.removeprefix(ADDRESS), given, headers=dict(headers))
        return api.Reply(answer.status, answer.text, answer.headers)

    monkeypatch.setattr(api, "request", request)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("STATUSTEXT_API", ADDRESS)
    monkeypatch.setenv("STATUSTEXT_KEY", KEY)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return call


def opened_by(run: Run, *more: str) -> str:
    made = run("incident", "open", "API is down", "--impact", "critical", "--yes", *more)
    assert made.exit_code == 0, made.output
    found = re.fullmatch(
        r"Incident ([a-z0-9]{12}) is investigating, impact critical.\n", made.stdout
    )
    assert found, made.stdout
    return found[1]


def test_what_would_be_published_is_shown_before_it_is(system: SteppedSystem, run: Run) -> None:
    system.subscribe(preferences={"updates": True})
    seen = run("incident", "preview", "API is down", "--impact", "critical")
    assert seen.exit_code == 0, seen.output
    lines = seen.stdout.splitlines()
    assert lines[:2] == [
        "API is down: investigating, impact critical",
        "This texts 1 person, 1 segment, for about 0.01 USD.",
    ]
    assert "  US: 1 text, 1 segment at 0.0128 (published)" in lines
    one = opened_by(run)
    settle_down(system, 60)
    told = json.loads(run("--json", "incident", "preview", "--of", one, "--body", "A disk.").stdout)
    assert told["texts"][0]["event"] == "updated"
    asked = run("incident", "update", one, "--body", "A disk.")
    assert asked.exit_code == api.WRONG_USE
    assert "This texts 1 person" in asked.output
    silent = run("incident", "preview", "--of", one)
    assert "This texts nobody. It says nothing new" in silent.stdout


def test_a_page_that_asks_for_a_confirmation_gets_one(system: SteppedSystem, run: Run) -> None:
    system.subscribe()
    system.subscribe("+15557654321")
    system.operator("PATCH", "/v1/pages/default", {"confirm_above": 1})
    opened_by(run)


def test_an_incident_from_its_beginning_to_its_end(system: SteppedSystem, run: Run) -> None:
    system.subscribe()
    one = opened_by(run, "--component", "svc_api=major_outage")
    settle_down(system, 60)
    states = run("components", "list").stdout
    assert re.search(r"svc_api +API +major_outage", states), states
    run("incident", "update", one, "--status", "identified", "--body", "A disk.", "--yes")
    ended = run("incident", "resolve", one, "--component", "svc_api=operational", "--yes")
    assert ended.stdout == f"Incident {one} is resolved, impact critical.\n"
    settle_down(system, 60)
    texts = system.texts()
    assert "API is down" in texts[-2]
    assert "esolved" in texts[-1]
    assert one in run("incident", "list").stdout
    assert one not in run("incident", "list", "--unresolved").stdout
    assert "A disk." in run("incident", "show", one).stdout


@pytest.mark.parametrize(
    ("flag", "state"), [("--mended", "operational"), ("--not-mended", "major_outage"), ("", "")]
)
def test_the_end_says_what_becomes_of_components(run: Run, flag: str, state: str) -> None:
    """Where nobody can be asked they stay as they are, and it is said."""
    one = opened_by(run, "--component", "svc_api=major_outage")
    ended = run("incident", "resolve", one, "--yes", *([flag] if flag else []))
    assert ended.exit_code == 0, ended.output
    assert ("svc_api stays major_outage" in ended.stderr) is (flag != "--mended")
    states = run("components", "list").stdout
    assert re.search(rf"svc_api +API +{state or 'major_outage'}", states), states


def test_who_was_told(system: SteppedSystem, run: Run) -> None:
    subscriber = system.subscribe()["id"]
    one = opened_by(run)
    settle_down(system, 60)
    report = run("incident", "report", one).stdout
    assert re.search("1555123xxxx +1 +accepted +The carrier has it", report), report
    assert run("incident", "report", one, "--csv").stdout.count("accepted") == 1
    assert json.loads(run("--json", "incident", "report", one).stdout)[0]["status"] == "accepted"
    assert "The carrier has it." in run("subscribers", "history", subscriber).stdout


def test_nothing_is_texted_without_a_yes(system: SteppedSystem, run: Run) -> None:
    refused = run("incident", "open", "API is down")
    assert refused.exit_code == api.WRONG_USE
    assert "--yes" in refused.stderr
    assert system.rows("incident") == []
    assert run("incident", "open", "API is down", "--quiet").exit_code == 0


def test_a_recall_stops_an_update(system: SteppedSystem, run: Run) -> None:
    one = opened_by(run)
    assert run("incident", "recall", one, "1").stdout == f"Update 1 of {one} is recalled.\n"
    assert any(row["event"] == "incident.recalled" for row in system.rows("audit"))


def test_the_list_is_as_the_source_material_prints_it(system: SteppedSystem, run: Run) -> None:
    system.subscribe()
    system.sign_up("+15557000002")
    system.run()
    lines = run("subscribers", "list", "--type", "sms").stdout.splitlines()
    assert lines[0] == "Phone | Verified | Subscribed"
    assert sorted(lines[1:]) == [
        "+1555123xxxx | Yes | 2027-01-15",
        "+1555700xxxx | No | (pending verification)",
    ]
    assert "sub_" in run("subscribers", "list", "--ids").stdout
    assert PHONE not in run("--json", "subscribers", "list").stdout


def test_a_number_by_hand(system: SteppedSystem, run: Run) -> None:
    added = run("subscribers", "add", PHONE, "--verified")
    assert added.exit_code == 0
    assert "active" in added.stdout
    assert "No consent statement was given" in added.stderr
    one = added.stdout.split()[2].rstrip(",")
    assert PHONE in run("subscribers", "show", one).stdout
    assert run("subscribers", "remove", one).exit_code == api.WRONG_USE
    assert "unsubscribed" in run("subscribers", "remove", one, "--yes").stdout
    assert system.rows("subscriber")[0]["state"] == "unsubscribed"


def test_pause_and_resume(system: SteppedSystem, run: Run) -> None:
    assert "is paused" in run("pause").stdout
    assert system.operator("GET", "/v1/pages/default/sending").json["paused"] is True
    assert run("sending").stdout.startswith("Page default is paused.")
    assert "sends again" in run("resume").stdout
    assert system.operator("GET", "/v1/pages/default/sending").json["paused"] is False
    assert "page.paused" in run("audit").stdout


def test_sending_says_what_stopped_and_what_to_do(system: SteppedSystem, run: Run) -> None:
    system.table.write(open_circuit(circuit("country:GB", 21408, system.now)))
    shown = run("sending").stdout.splitlines()
    assert shown[:2] == [
        "Page default sends.",
        f"From {FAKE_FROM} at 100 segments a second to all other numbers.",
    ]
    assert shown[2].startswith("Stopped: country:GB, by Twilio's error 21408, since 2027-01-15T08")


def test_the_wording(run: Run) -> None:
    saved = run("templates", "set", "created", "{{page}}: {{title}}")
    assert saved.stdout.startswith("Saved: 1 segments")
    assert "{{page}}: {{title}}" in run("templates", "show").stdout


def test_components(run: Run) -> None:
    assert "Component svc_db is" in run("components", "add", "Database", "--key", "svc_db").stdout
    assert run("components", "set", "svc_db", "partial_outage").stdout == (
        "Database is partial_outage.\n"
    )


REFUSALS = [
    (("incident", "show", "0frwxtbsbr91"), {}, api.REFUSED, "no such incident"),
    (("incident", "recall", "0frwxtbsbr91", "1"), {}, api.REFUSED, "no such incident"),
    (("pause",), {"STATUSTEXT_KEY": "wrong"}, api.NOT_ALLOWED, "There is no such key"),
    (("--page", "other", "pause"), {}, api.NOT_ALLOWED, "This key is another page's"),
    (("pause",), {"STATUSTEXT_API": ""}, api.WRONG_USE, "Say which API to call"),
    (("--profile", "nope", "pause"), {}, api.WRONG_USE, "There is no profile nope"),
]


@pytest.mark.parametrize(("words", "environment", "code", "sentence"), REFUSALS)
def test_a_refusal_is_one_sentence_and_a_code(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    environment: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    refused = run(*words)
    assert refused.exit_code == code
    assert sentence in refused.stderr
    assert KEY not in refused.output


@pytest.mark.parametrize(
    ("reply", "code"), [(api.Reply(502, "<html>"), 3), (api.Reply(404, "[]"), 1)]
)
def test_an_answer_that_is_not_ours(
    run: Run, monkeypatch: pytest.MonkeyPatch, reply: api.Reply, code: int
) -> None:
    monkeypatch.setattr(api, "request", lambda *_: reply)
    refused = run("sending")
    assert refused.exit_code == code
    assert "is it one?" in refused.stderr


def test_nobody_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def request(*_: object) -> api.Reply:
        raise urllib3.exceptions.TimeoutError

    monkeypatch.setattr(api, "request", request)
    refused = run("sending")
    assert (refused.exit_code, "cannot be reached" in refused.stderr) == (api.UNREACHABLE, True)


def test_a_profile_is_kept_for_its_owner_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("STATUSTEXT_API", "STATUSTEXT_KEY"):
        monkeypatch.delenv(name)
    assert run("sending").exit_code == api.WRONG_USE
    assert run("config", "set", "api", ADDRESS + "/").exit_code == 0
    assert run("config", "set", "key", KEY).exit_code == 0
    file = tmp_path / "statustext" / "config.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    shown = run("config", "show").stdout
    assert KEY not in shown
    assert ADDRESS in shown
    assert run("sending").exit_code == 0
    assert run("config", "set", "colour", "red").exit_code == api.WRONG_USE
    file.write_text("[default]\napi = 1\n")
    assert run("sending").exit_code == api.WRONG_USE


def test_the_local_run_needs_one_flag(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def request(_method: str, url: str, _body: object, headers: Mapping[str, str]) -> api.Reply:
        asked.append((url, headers["X-API-Key"]))
        return api.Reply(200, "[]")

    monkeypatch.setattr(api, "request", request)
    for name in ("STATUSTEXT_API", "STATUSTEXT_KEY"):
        monkeypatch.delenv(name)
    run("--profile", "local", "incident", "list")
    assert asked == [("http://127.0.0.1:8080/v1/pages/default/incidents", "local-key")]


def test_one_text_to_one_number(system: SteppedSystem, run: Run) -> None:
    assert run("send", PHONE, "Your ticket was closed.").exit_code == api.WRONG_USE
    said = ("send", PHONE, "Your ticket was closed.", "--key", "ticket-1", "--yes")
    sent = run(*said).stdout
    one = sent.split()[0]
    assert re.search(r"to \+1555123xxxx is queued\. It is on its way", sent), sent
    assert run(*said).stdout.startswith(one)
    settle_down(system, 60)
    assert system.texts() == ["Your ticket was closed."]
    found = run("sends", "list", "--status", "accepted", "--category", "transactional").stdout
    assert one in found
    assert "handed to the carrier" in run("sends", "show", one).stdout
    later = run("send", PHONE, "Later", "--at", "2027-01-16T08:00:00Z", "--yes").stdout
    assert "scheduled" in later
    cancelled = run("sends", "cancel", later.split()[0])
    assert cancelled.stdout.endswith("will not be sent.\n")
    assert run("sends", "cancel", one).exit_code == api.REFUSED
    settle_down(system, 60)
    assert json.loads(run("--json", "sends", "list", "--status", "suppressed").stdout)[0]["reason"]
