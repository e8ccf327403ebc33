"""Clients of Statuspage that others wrote, unchanged, against the local run."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from local.configuration import ROOT
from local.system import LocalSystem

HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
PACKAGES = ROOT / ".venv-clients-npm" / "node_modules"
NODE = shutil.which("node")
KEY = {"X-API-Key": "local-key"}
INCIDENT = {"name": "API is down", "body": "On it.", "components": {"svc_api": "major_outage"}}
UPGRADE = {
    "name": "Upgrade",
    "body": "Five minutes.",
    "scheduled_for": "2099-01-20T10:00:00Z",
    "scheduled_until": "2099-01-20T11:00:00Z",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of a page with an open incident and a maintenance to come, both shown."""
    with LocalSystem.start() as system:
        address = f"{system.url}/v1/pages/default/incidents"
        for given in (UPGRADE, INCIDENT):
            body = {"incident": {**given, "deliver_notifications": False}}
            assert requests.post(address, json=body, headers=KEY, timeout=20).status_code == 201
        patience = time.monotonic() + 20
        while not read(system.url, "summary")["incidents"]:
            assert time.monotonic() < patience, "the incident is not shown"
        yield system.url


def read(url: str, name: str) -> Any:
    return requests.get(f"{url}/api/v2/{name}.json", timeout=20).json()


def printed(*command: str | Path) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(not PYTHON.exists(), reason="`make .venv-clients/ready` installs the clients")
def test_they_read_every_field_they_read_of_a_real_page(url: str) -> None:
    found, shown = printed(PYTHON, HERE / "read.py", url), read(url, "summary")
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
        "part": ["Search", 204],
        "page": "Demo",
        "components": names,
        "unresolved": ["API is down"],
        "scheduled": ["Upgrade"],
        "added": ["sms", "5558585400", "US"],
        "subscribers": True,
        "removed": 200,
        "left": [],
    }


@pytest.mark.skipif(
    NODE is None or not PACKAGES.exists(), reason="`make .venv-clients-npm/ready` needs npm"
)
def test_the_package_of_npm_reads_each_document(url: str) -> None:
    found = printed(NODE or "", HERE / "read.js", PACKAGES, url)
    assert found == {name: read(url, name) for name in found}
    assert len(found) == 7
