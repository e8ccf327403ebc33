"""Clients of Statuspage that others wrote, unchanged, against the local run."""

import json
import subprocess
import time
from pathlib import Path

import pytest
import requests

from local.configuration import ROOT
from local.system import LocalSystem

PYTHON = ROOT / ".venv-clients" / "bin" / "python"
KEY = {"X-API-Key": "local-key"}
INCIDENT = {"name": "API is down", "body": "On it.", "components": {"svc_api": "major_outage"}}
UPGRADE = {
    "name": "Upgrade",
    "body": "Five minutes.",
    "scheduled_for": "2099-01-20T10:00:00Z",
    "scheduled_until": "2099-01-20T11:00:00Z",
}


@pytest.mark.skipif(not PYTHON.exists(), reason="`make .venv-clients/ready` installs the clients")
def test_they_read_every_field_they_read_of_a_real_page() -> None:
    with LocalSystem.start() as system:
        address = f"{system.url}/v1/pages/default/incidents"
        for given in (UPGRADE, INCIDENT):
            body = {"incident": {**given, "deliver_notifications": False}}
            assert requests.post(address, json=body, headers=KEY, timeout=20).status_code == 201
        summary, patience = f"{system.url}/api/v2/summary.json", time.monotonic() + 20
        while not (shown := requests.get(summary, timeout=20).json())["incidents"]:
            assert time.monotonic() < patience, "the incident is not shown"
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
