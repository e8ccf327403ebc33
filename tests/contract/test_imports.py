"""The import budget: what a function may load before its first event; seconds: benchmarks/."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from statustext.settings import MAY_BE_EMPTY, VARIABLES

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
FOR_NOBODY = (
    "phonenumbers.geocoder",
    "phonenumbers.carrier",
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "moto",
    "flask",
)
FOR_THE_SENDER = ("twilio.rest", "requests")
PROBE = "import sys, json, app; print(json.dumps(sorted(sys.modules)))"


@lru_cache
def loaded_by(function: str) -> frozenset[str]:
    """Every module in memory after `function` was imported as Lambda imports it."""
    filled = {name: "" if name in MAY_BE_EMPTY else "1" for name in VARIABLES}
    paths = [str(ROOT / "functions" / function), str(ROOT / "layers/core/python")]
    environment = {
        **filled,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(paths),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True
    )
    return frozenset(json.loads(probe.stdout))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_loads_nothing_that_nobody_may(function: str) -> None:
    assert not loaded_by(function) & set(FOR_NOBODY)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_sender_loads_twilio_rest(function: str) -> None:
    may = {"sender": set(FOR_THE_SENDER), "deactivations": {"requests"}}
    assert loaded_by(function) & set(FOR_THE_SENDER) == may.get(function, set())


@pytest.mark.parametrize("function", ["widget", "console"])
def test_what_serves_files_loads_no_library_at_all(function: str) -> None:
    assert not {m for m in loaded_by(function) if m.startswith(("boto", "pydantic", "aws_"))}


def test_the_webhook_reads_replies_without_pydantic() -> None:
    """Twilio waits for it, and what it reads is a form, checked by its signature."""
    assert "pydantic" not in loaded_by("twilio_webhook")


@pytest.mark.parametrize("function", ["subscribe", "verify"])
def test_what_a_person_waits_for_loads_little(function: str) -> None:
    """Each module costs some tenths of a millisecond of the start, shapes of bodies more. They load
    561; with powertools' router it was 662. Bare Python with boto3's client has 395."""
    assert "statustext.contracts" not in loaded_by(function)
    assert len(loaded_by(function)) <= 580
