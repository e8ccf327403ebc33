"""The operators' command, against the real table's shape."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from cli import deployment
from cli.command import app
from tests.stepped import API_URL, SteppedSystem

Run = Callable[..., Result]


@pytest.fixture
def run(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> Run:
    deployed = deployment.Deployment(system.table, API_URL)
    monkeypatch.setattr(deployment, "find", lambda _stack: deployed)

    def call(*words: str, answers: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=answers)

    return call


def last_key(result: Result) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith("st_"))


def test_setup_makes_a_page_whose_key_works(system: SteppedSystem, run: Run) -> None:
    made = run(
        *("setup", "--page", "acme", "--name", "Acme", "--url", "https://status.acme.test"),
        *("--countries", "us, ca", "--component", "svc_db=Database"),
    )
    assert made.exit_code == 0, made.stdout
    assert f"{API_URL}/twilio/acme/inbound#rc=5&rp=5xx,ct,rt" in made.stdout
    headers = {"X-API-Key": last_key(made)}
    page = system.http("GET", "/v1/pages/acme", headers=headers)
    assert page.json["countries"] == ["US", "CA"]
    components = system.http("GET", "/v1/pages/acme/components", headers=headers)
    assert [one["key"] for one in components.json] == ["svc_db"]
    assert system.http("GET", "/v1/pages/default", headers=headers).status == 401


def test_setup_asks_for_what_it_must_know(run: Run) -> None:
    made = run("setup", "--page", "acme", answers="Acme\nhttps://status.acme.test\n\n")
    assert made.exit_code == 0
    assert "Page acme created" in made.stdout


def test_setup_leaves_an_existing_page_alone(system: SteppedSystem, run: Run) -> None:
    again = run("setup", "--name", "Other", "--url", "https://x.test", "--countries", "US")
    assert "was there already" in again.stdout
    assert "st_" not in again.stdout
    assert system.operator("GET", "/v1/pages/default").json["name"] == "Demo"


def test_a_revoked_key_is_refused_at_once(system: SteppedSystem, run: Run) -> None:
    made = run("keys", "create", "ci")
    headers = {"X-API-Key": last_key(made)}
    assert system.http("GET", "/v1/pages/default", headers=headers).status == 200
    key_id = made.stdout.split()[1]
    run("keys", "revoke", key_id)
    assert system.http("GET", "/v1/pages/default", headers=headers).status == 401


def test_a_key_for_no_page_is_refused(run: Run) -> None:
    assert run("keys", "create", "ci", "--page", "nowhere").exit_code == 1


def test_the_list_masks_numbers(system: SteppedSystem, run: Run) -> None:
    system.subscribe()
    shown = run("subscribers", "list").stdout
    assert "+1555123xxxx" in shown
    assert "+15551234567" not in shown


@pytest.mark.parametrize(
    ("option", "value"), [("--url", "status.acme.test"), ("--countries", "USA"), ("--name", " ")]
)
def test_setup_refuses_what_the_api_would(run: Run, option: str, value: str) -> None:
    given = {"--name": "Acme", "--url": "https://status.acme.test", "--countries": "US"}
    words = [word for pair in (given | {option: value}).items() for word in pair]
    made = run("setup", "--page", "acme", *words)
    assert made.exit_code == 1
    assert "Page acme created" not in made.output
