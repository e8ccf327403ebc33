"""The operators' command, against the real table's shape."""

import json
import re
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from statustext import __version__
from statustext.adapters.dynamodb import Table
from statustext_cli import deployment
from statustext_cli.command import app
from tests.stepped import API_URL, SteppedSystem

Run = Callable[..., Result]


@pytest.fixture
def run(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> Run:
    outputs = {"CodeKeysSecretId": system.resources.reference("CodeKeysSecret", None)}
    clients, rows = system.clients, Table(system.clients.dynamodb, system.table.name)
    deployed = deployment.Deployment(
        rows, API_URL, outputs, clients.secrets, clients.kms, clients.dynamodb
    )
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
    assert f"{API_URL}/twilio/acme/inbound#rc=5&rp=4xx,5xx,ct,rt" in made.stdout
    headers = {"X-API-Key": last_key(made)}
    page = system.http("GET", "/v1/pages/acme", headers=headers)
    assert page.json["countries"] == ["US", "CA"]
    components = system.http("GET", "/v1/pages/acme/components", headers=headers)
    assert [one["key"] for one in components.json] == ["svc_db"]
    assert system.http("GET", "/v1/pages/default", headers=headers).code == "wrong_page"


def test_setup_asks_for_what_it_must_know(run: Run) -> None:
    made = run("setup", "--page", "acme", answers="Acme\nhttps://status.acme.test\n\n")
    assert made.exit_code == 0
    assert "Page acme created" in made.stdout
    assert "Numbers of Puerto Rico (PR)" in made.stdout


def test_setup_leaves_an_existing_page_alone(system: SteppedSystem, run: Run) -> None:
    again = run("setup", "--name", "Other", "--url", "https://x.test", "--countries", "US")
    assert "was there already" in again.stdout
    assert "st_" not in again.stdout
    assert system.operator("GET", "/v1/pages/default").json["name"] == "Demo"


def test_setup_moves_a_page_that_is_there(system: SteppedSystem, run: Run) -> None:
    moved = run("setup", "--api-url", "https://api.example.com/status/")
    assert moved.exit_code == 0, moved.stderr
    assert f"signs for {API_URL} is accepted until" in moved.stdout
    assert "https://api.example.com/status/twilio/default/inbound#rc=5" in moved.stdout
    shown = system.operator("GET", "/v1/pages/default").json
    assert shown["public_url"] == "https://api.example.com/status"
    assert [one["url"] for one in shown["former_addresses"]] == [API_URL]
    again = run("setup", "--api-url", "https://api.example.com/status")
    assert "already" in again.stdout
    says = run("setup").stdout
    assert f"`statustext setup --api-url {API_URL}` moves it." in says


def test_setup_takes_no_address_that_twilio_could_not_sign(system: SteppedSystem, run: Run) -> None:
    refused = run("setup", "--api-url", "http://api.example.com")
    assert refused.exit_code == 1
    assert "https" in refused.stderr
    assert system.operator("GET", "/v1/pages/default").json["public_url"] == API_URL


def test_setup_gives_a_new_page_the_address_asked_for(system: SteppedSystem, run: Run) -> None:
    words = ("--page", "acme", "--name", "Acme", "--url", "https://status.acme.test")
    made = run("setup", *words, "--countries", "US", "--api-url", "https://sms.acme.test")
    assert "https://sms.acme.test/twilio/acme/inbound#rc=5" in made.stdout


def test_a_key_that_never_was_cannot_be_revoked(run: Run) -> None:
    refused = run("keys", "revoke", "0123456789abcdef")
    assert refused.exit_code == 1
    assert "no longer accepted" not in refused.stdout
    assert "There is no key with this id on this page." in refused.stderr


def test_keys_are_listed_with_their_scope_and_end(run: Run) -> None:
    run("keys", "create", "chart", "--scope", "read", "--days", "2")
    listed = run("keys", "list").stdout
    assert re.search(r"chart +read +everybody +2[0-9]{3}-[0-9-]{5} +2[0-9]{3}-[0-9-]{5}", listed), (
        listed
    )


def test_a_team_key_lists_its_numbers(run: Run) -> None:
    made = run("keys", "create", "staging", "--kind", "team", "--number", "+15551234567")
    assert "scope admin, kind team" in made.stdout
    assert "+1555123xxxx" in run("keys", "list").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "team"),
        ("--number", "+15551234567"),
        ("--kind", "test", "--number", "+15551234567"),
        ("--kind", "team", "--number", "5551234567"),
    ],
)
def test_only_a_team_key_has_numbers(run: Run, words: tuple[str, ...]) -> None:
    refused = run("keys", "create", "staging", *words)
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_revoked_key_is_refused_at_once(system: SteppedSystem, run: Run) -> None:
    made = run("keys", "create", "ci")
    headers = {"X-API-Key": last_key(made)}
    assert system.http("GET", "/v1/pages/default", headers=headers).status == 200
    key_id = made.stdout.split()[1]
    run("keys", "revoke", key_id)
    assert system.http("GET", "/v1/pages/default", headers=headers).status == 401


def test_a_key_for_no_page_is_refused(run: Run) -> None:
    assert run("keys", "create", "ci", "--page", "nowhere").exit_code == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--url", "status.acme.test"),
        ("--countries", "USA"),
        ("--name", " "),
        ("--timezone", "Berlin"),
    ],
)
def test_setup_refuses_what_the_api_would(run: Run, option: str, value: str) -> None:
    given = {"--name": "Acme", "--url": "https://status.acme.test", "--countries": "US"}
    words = [word for pair in (given | {option: value}).items() for word in pair]
    made = run("setup", "--page", "acme", *words)
    assert made.exit_code == 1
    assert "Page acme created" not in made.output


def test_setup_takes_the_page_s_timezone(system: SteppedSystem, run: Run) -> None:
    made = run(
        *("setup", "--page", "acme", "--name", "Acme", "--url", "https://status.acme.test"),
        *("--countries", "US", "--timezone", "America/New_York"),
    )
    headers = {"X-API-Key": last_key(made)}
    page = system.http("GET", "/v1/pages/acme", headers=headers)
    assert page.json["timezone"] == "America/New_York"


def test_it_says_its_version(run: Run) -> None:
    assert run("--version").stdout == f"statustext {__version__}\n"


def test_the_key_of_codes_is_rotated_and_the_old_one_removed(
    system: SteppedSystem, run: Run
) -> None:
    name = system.resources.reference("CodeKeysSecret", None)
    before = system.clients.secrets.get_secret_value(SecretId=name)["SecretString"]
    try:
        assert run("code-keys", "list").stdout == "1  makes new codes\n"
        rotated = run("code-keys", "rotate")
        assert "Key 2 makes new codes" in rotated.stdout
        assert "statustext code-keys remove 1" in rotated.stdout
        assert run("code-keys", "list").stdout == "1  reads its own\n2  makes new codes\n"
        refused = run("code-keys", "remove", "2")
        assert (refused.exit_code, "rotate first" in refused.stderr) == (1, True)
        assert "is refused" in run("code-keys", "remove", "1").stdout
        assert run("code-keys", "list").stdout == "2  makes new codes\n"
        after = system.clients.secrets.get_secret_value(SecretId=name)["SecretString"]
        assert all(key not in rotated.stdout for key in json.loads(after).values() if len(key) > 1)
        system.clients.secrets.put_secret_value(SecretId=name, SecretString="nothing")
        broken = run("code-keys", "list")
        assert (broken.exit_code, "CodeKeysSecret" in broken.stderr) == (1, True)
    finally:
        system.clients.secrets.put_secret_value(SecretId=name, SecretString=before)
