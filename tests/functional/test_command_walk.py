"""A walk through every command, whose real output is docs/command.md (`make walk` writes it anew).

Ids, keys and digests differ from run to run; in the document each kind is the same everywhere.
"""

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from statustext.adapters import code_shares
from statustext.adapters.dynamodb import Table
from statustext.domain.code_share import CodeShare
from statustext_cli import api, deployment
from statustext_cli.command import app
from tests.functional.engine import settle_down
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import API_URL, KEY, SteppedSystem

DOCUMENT = Path(__file__).parents[2] / "docs" / "command.md"
WALK = Path(__file__).with_name("command_walk.txt").read_text(encoding="utf-8")
"""The document without what the commands print. Names in single braces are ids that a command
before printed."""

BODIES = Path(__file__).parents[1] / "alert_bodies"
RULES = [{"name": "checkout", "match": {"labels": {"owner": "team*"}}, "components": ["svc_api"]}]

SAME = (
    (r"\bst_[A-Za-z0-9_-]{43}", "st_8Zc0…"),
    (r"\bsub_[a-z0-9]{16}\b", "sub_0k3v9x2m4q7t8w1z"),
    (r"\b[0-9a-f]{16}\b", "0f3a9c1d2b4e5f60"),
    (r"\bmy[a-z0-9]{10}\b", "0frwxtbsbr91"),
    (r"\b0180000[0-9]{4}-", "01800003000-"),
    (r"2027-01-15 0[89]:[0-9]{2}", "2027-01-15 08:30"),
    (r"/\S+/config\.toml", "~/.config/statustext/config.toml"),
    (r"over by 2027-02-14 0[89]:[0-9]{2}", "over by 2027-02-14 08:30"),
    (r"(version|address_hash) [0-9a-f]{8,}", r"\1 b76a9d05"),
    (r"consent text [0-9a-f]{8}", "consent text b76a9d05"),
)
"""What differs from run to run, and what the document shows in its place."""


@pytest.fixture
def printed(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """What the walk prints, as Markdown."""

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> api.Reply:
        given = None if body is None else json.loads(body)
        answer = system.http(method, url.removeprefix(API_URL), given, headers=dict(headers))
        return api.Reply(answer.status, answer.text, answer.headers)

    outputs = {
        "CodeKeysSecretId": system.resources.reference("CodeKeysSecret", None),
        "NumbersKeyId": system.resources.reference("NumbersKey", "Arn"),
    }
    clients, rows = system.clients, Table(system.clients.dynamodb, system.table.name)
    deployed = deployment.Deployment(
        rows, API_URL, outputs, clients.secrets, clients.kms, clients.dynamodb
    )
    monkeypatch.setattr(deployment, "find", lambda _stack: deployed)
    monkeypatch.setattr(api, "request", request)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("STATUSTEXT_API", API_URL)
    monkeypatch.setenv("STATUSTEXT_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.chdir(tmp_path)
    Path("old.csv").write_text("phone\n+15557654321\n", encoding="utf-8")
    Path("opted-out.csv").write_text("phone\n+15557650000\n", encoding="utf-8")
    Path("rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    Path("secret.txt").write_text("the-secret-of-pagerduty\n", encoding="utf-8")
    fired = BODIES / "alertmanager/1-alert1-firing.json"
    Path("alert.json").write_text(fired.read_text(encoding="utf-8"), encoding="utf-8")
    system.subscribe()
    return _printed(system)


def _printed(system: SteppedSystem) -> str:
    known: dict[str, str] = {}
    told: list[str] = []
    for line in WALK.splitlines():
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            for name, one in known.items():
                command = command.replace(f" {{{name}}}", f" {one}")
            output = _output(system, command)
            known |= _ids(command, output)
            told.append(f"```console\n$ {command}\n{output}\n```\n")
        elif line or told[-1:] != [""]:
            told.append(line)
    text = "\n".join(told)
    for pattern, instead in SAME:
        text = re.sub(pattern, instead, text)
    return text


def _output(system: SteppedSystem, command: str) -> str:
    if "suppressions reviews" in command:
        assert post(system, INBOUND, inbound("wrong number", "SM1")).status == 200
    if "codes paused" in command:
        given = code_shares.pause("default", "+1555201", CodeShare(21, 0), system.now)
        system.table.write(given)
    if "alerts list" in command:
        _fire(system)
    if "escalations list" in command:
        system.tick()
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert done.exit_code == (1 if " release " in command else 0), (command, done.output)
    settle_down(system, 60)
    return "\n".join(row.rstrip() for row in done.output.rstrip().splitlines())


def _fire(system: SteppedSystem) -> None:
    """What monitoring says meanwhile: two alerts, and something that nobody understands."""
    system.add_key("key-of-the-monitoring", scope="alerts")
    headers = {"X-API-Key": "key-of-the-monitoring"}
    labels = {"service": "checkout"}
    for body in ({"title": "No orders", "labels": labels}, {"title": "Disk is full"}, {}):
        path = "/v1/pages/default/alerts/json"
        assert system.http("POST", path, body, headers=headers).status == 202
        system.clock.shift(1)  # so that lists by time have one order


def _ids(command: str, output: str) -> dict[str, str]:
    """Ids that this command printed, by the name that a later command calls them."""
    words = output.split()
    if "keys create" in command:
        return {"key": words[1]}
    if "incident open" in command:
        return {"incident": words[1]}
    if "maintenance schedule" in command:
        return {"maintenance": words[1]}
    if "subscribers find" in command:
        return {"subscriber": next(one for one in words if one.startswith("sub_"))}
    if "statustext send " in command:
        name = "scheduled" if "--at" in command else "send"
        return {name: next(one.rstrip(".") for one in words if re.search(r"[a-z0-9]{12}", one))}
    if "alerts list" in command:
        return {"alert": next(one for one in words if one.startswith("json-"))}
    if "drafts list" in command:
        drafts = [one for one in words if re.fullmatch("[0-9a-f]{16}-1", one)]
        return {"draft": drafts[0], "other_draft": drafts[1]}
    if "contacts add" in command:
        return {"contact": words[0]}
    if "escalations list" in command:
        return {"escalation": next(one for one in words if re.fullmatch("my[a-z0-9]{10}", one))}
    if "suppressions reviews" in command:
        return {"review": next(one for one in words if one.endswith("-SM1"))}
    return {}


def test_the_document_says_what_the_commands_print(printed: str) -> None:
    if os.environ.get("STATUSTEXT_WRITE_WALK"):
        DOCUMENT.write_text(printed, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == printed
