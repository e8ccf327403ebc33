"""`statustext` maintenance, suppressions, templates, versions, completion, config, and its help."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import typer
from typer.testing import CliRunner

from statustext_cli.command import app
from tests.functional.test_command_by_api import Run, run
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import PHONE, SteppedSystem

__all__ = ["run"]
FIRST, SECOND = "+15550000077", "+15550000078"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by the words that call it."""

    def below(words: tuple[str, ...], command: Any) -> Iterator[tuple[str, Any]]:
        for name, one in sorted(getattr(command, "commands", {}).items()):
            yield from below((*words, name), one)
        if not hasattr(command, "commands"):
            yield " ".join(words), command

    yield from below((), typer.main.get_command(app))


@pytest.mark.parametrize(("words", "command"), list(commands()))
def test_every_command_shows_an_example_of_itself(words: str, command: Any) -> None:
    assert command.help
    assert f"statustext {words}" in command.help
    shown = CliRunner().invoke(app, [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert f"statustext {words}" in " ".join(shown.stdout.split())


def test_a_maintenance_from_its_announcement_to_its_end(run: Run) -> None:
    times = ("--from", "2027-02-01T22:00:00Z", "--until", "2027-02-01T23:00:00Z")
    asked = ("maintenance", "schedule", "Database upgrade", *times)
    assert run(*asked).exit_code == 2  # nobody is there to ask
    made = run(*asked, "--component", "svc_api", "--body", "Read-only for a while.", "--yes")
    assert made.stdout.endswith(" is scheduled.\n"), made.output
    one = made.stdout.split()[1]
    listed = run("maintenance", "list").stdout
    assert "2027-02-01 22:00  2027-02-01 23:00" in listed, listed
    assert (
        run("maintenance", "start", one, "--yes").stdout == f"Maintenance {one} is in progress.\n"
    )
    ended = run("maintenance", "complete", one, "--quiet")
    assert ended.stdout == f"Maintenance {one} is completed.\n"


def test_numbers_are_suppressed_listed_and_lifted(run: Run, tmp_path: Path) -> None:
    why = ("--reason", "asked by e-mail")
    added = run("suppressions", "add", FIRST, *why)
    assert added.exit_code == 0, added.output
    assert run("suppressions", "add", FIRST, *why).exit_code == 1
    assert "operator" in run("suppressions", "list").stdout
    lifted = run("suppressions", "remove", FIRST, *why)
    assert lifted.stdout == "The number may subscribe again.\n"
    assert run("suppressions", "remove", FIRST, *why).exit_code == 1
    file = tmp_path / "opted-out.csv"
    file.write_text(f"phone,since\n{FIRST},2026\n{SECOND},2026\n{SECOND},2026\nbanana,\n", "utf-8")
    done = run("suppressions", "import", str(file), *why)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "2 suppressed, 1 already_suppressed, 1 refused.",
        "  line 5: is no number in full, as in +15551234567.",
    ]
    again = run("--json", "suppressions", "import", str(file), *why)
    assert json.loads(again.stdout)["counts"] == {"already_suppressed": 3, "refused": 1}


def test_words_are_previewed_reset_and_taken_back(run: Run) -> None:
    words = "{{page}} is broken: {{title}}"
    seen = run("templates", "preview", "created", words).stdout
    assert seen.startswith("Demo is broken: Elevated API error rates\nGSM-7, "), seen
    assert run("templates", "set", "created", words).exit_code == 0
    assert "default" not in next(
        line for line in run("templates", "show").stdout.splitlines() if line.startswith("created ")
    )
    assert "Elevated API error rates" in run("templates", "reset", "created").stdout
    listed = json.loads(run("--json", "versions").stdout)
    newest = next(one for one in listed if one["after"] == {"templates.created": None})
    assert run("undo", newest["id"]).stdout == f"Change {newest['id']} is undone.\n"
    assert words in run("templates", "show").stdout
    assert "templates.created" in run("versions").stdout
    assert run("undo", "nothing").exit_code == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_for_every_shell(run: Run, shell: str) -> None:
    assert "_STATUSTEXT_COMPLETE" in run("completion", shell).stdout
    assert run("completion", "tcsh").exit_code == 2


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """CloudFormation with one deployed stack."""
    client = mock.Mock()
    parameters = {
        "TwilioAccountSid": "AC" + "0" * 28 + "beef",
        "TwilioAuthToken": "****",
        "TwilioFrom": "+15550001111",
        "TwilioMps": "10",
    }
    described = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
    ]
    client.describe_stacks.return_value = {"Stacks": [{"Parameters": described}]}
    monkeypatch.setattr("boto3.client", lambda _service: client)
    return client


def test_the_twilio_account_is_changed_and_shown_masked(run: Run, stack: mock.Mock) -> None:
    changed = run("config", "set", "twilio.phone_number", "+15550002222", "--stack", "s1")
    assert changed.exit_code == 0, changed.output
    given = stack.update_stack.call_args.kwargs
    assert given["UsePreviousTemplate"] is True
    values = {one["ParameterKey"]: one.get("ParameterValue") for one in given["Parameters"]}
    assert values == {
        "TwilioAccountSid": None,
        "TwilioAuthToken": None,
        "TwilioFrom": "+15550002222",
        "TwilioMps": None,
    }
    shown = run("config", "show", "--stack", "statustext").stdout
    assert "twilio.account_sid = AC…beef\n" in shown
    assert "twilio.auth_token = ****\n" in shown
    assert "twilio.phone_number = +15550001111\n" in shown


def test_a_token_is_asked_for_and_never_shown(stack: mock.Mock) -> None:
    given = CliRunner().invoke(
        app, ["config", "set", "twilio.auth_token", "--stack", "s1"], input="s3cret\n"
    )
    assert given.exit_code == 0, given.output
    assert "s3cret" not in given.output
    values = stack.update_stack.call_args.kwargs["Parameters"]
    assert {"ParameterKey": "TwilioAuthToken", "ParameterValue": "s3cret"} in values


def test_a_subscriber_is_added_and_removed(system: SteppedSystem, run: Run) -> None:
    added = run(
        "subscribers",
        "add",
        PHONE,
        "--verified",
        "--source",
        "paper",
        "--statement",
        "Yes.",
        "--obtained-at",
        "2027-01-01",
    )
    assert added.exit_code == 0, added.output
    one = added.stdout.split()[2].rstrip(",")
    assert run("subscribers", "remove", one, "--yes").stdout == f"{one} is unsubscribed.\n"


def test_a_reply_that_may_have_been_an_opt_out_is_reviewed(run: Run, system: SteppedSystem) -> None:
    system.subscribe()
    assert post(system, INBOUND, inbound("you have the wrong number", "SM1")).status == 200
    (review,) = json.loads(run("--json", "suppressions", "reviews").stdout)
    assert "you have the wrong number" in run("suppressions", "reviews").stdout
    done = run("suppressions", "review", review["id"], "--no-opt-out")
    assert "is not suppressed by it" in done.stdout
    assert not is_stopped(system)
    assert run("suppressions", "review", review["id"], "--opt-out").exit_code == 1
