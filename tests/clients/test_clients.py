"""Clients of Statuspage that others wrote, unchanged, against the local run."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from local.configuration import ROOT
from local.system import LocalSystem

NODE, MODULES = shutil.which("node"), ROOT / ".venv-npm" / "node_modules"
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
KEY = {"X-API-Key": "local-key"}
INCIDENT = {"name": "API is down", "body": "On it.", "components": {"svc_api": "major_outage"}}
UPGRADE = {
    "name": "Upgrade",
    "body": "Five minutes.",
    "scheduled_for": "2099-01-20T10:00:00Z",
    "scheduled_until": "2099-01-20T11:00:00Z",
}


def with_something_to_read(system: LocalSystem) -> Any:
    """The page's summary once it shows an incident and a maintenance to come."""
    address = f"{system.url}/v1/pages/default/incidents"
    for given in (UPGRADE, INCIDENT):
        body = {"incident": {**given, "deliver_notifications": False}}
        assert requests.post(address, json=body, headers=KEY, timeout=20).status_code == 201
    summary, patience = f"{system.url}/api/v2/summary.json", time.monotonic() + 20
    while not (shown := requests.get(summary, timeout=20).json())["incidents"]:
        assert time.monotonic() < patience, "the incident is not shown"
    return shown


@pytest.mark.skipif(not PYTHON.exists(), reason="`make .venv-clients/ready` installs the clients")
def test_they_read_every_field_they_read_of_a_real_page() -> None:
    with LocalSystem.start() as system:
        shown = with_something_to_read(system)
        script = Path(__file__).with_name("read.py")
        done = subprocess.run(
            [PYTHON, script, system.url], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    names = [one["name"] for one in shown["components"]]
    assert found["arez"] == {
        "status": "Partial System Outage",
        "components": names,
        "incidents": {"API is down": "On it."},
        "maintenances": {"Upgrade": "2099-01-20 10:00:00"},
    }
    assert found["statuscheck"] == {
        "status": "Partial System Outage",
        "components": names,
        "incidents": ["API is down", "Upgrade"],
    }
    assert found["exporter"] == {
        "success": True,
        "status": "critical",  # of the worst incident
        "components": names,
        "incidents": [shown["incidents"][0]["shortlink"]],
        "maintenances": ["2099-01-20T10:00:00.000Z"],
    }
    assert found["transity"] == {
        "page": ["Ours", "Europe/Berlin"],
        "component": ["Fax", "degraded_performance"],
        "incident": ["Slow fax", "minor"],
        "unresolved": ["API is down"],
        "scheduled": ["Upgrade"],
        "is_kept": False,
    }


@pytest.mark.skipif(
    NODE is None or not MODULES.exists(), reason="`make .venv-npm/ready`, with Node"
)
def test_so_does_a_client_for_node() -> None:
    with LocalSystem.start() as system:
        shown = with_something_to_read(system)
        script = Path(__file__).parent / "npm" / "read.js"
        command = [str(NODE), str(script), system.url, str(MODULES)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {
        "status": "Partial System Outage",
        "indicator": "major",
        "components": [one["name"] for one in shown["components"]],
        "incidents": ["API is down"],
        "unresolved": ["API is down"],
        "maintenances": ["Upgrade"],
        "upcoming": ["Upgrade"],
        "active": ["Upgrade"],  # it asks for upcoming.json
    }
