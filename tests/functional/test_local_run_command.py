"""`python -m local` as a newcomer meets it: it starts, says where, ends cleanly or says why not."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from local.configuration import ROOT

PATIENCE = 60
"""Seconds until a command that hangs is lost; no test takes a part of it."""


def run_command(**variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("variables", "code", "complaint"),
    [
        ({"PORT": "http"}, 2, "PORT"),
        ({"PORT": "65536"}, 2, "PORT"),
        ({"PORT": "8000", "TWILIO_PORT": "8000"}, 2, "TWILIO_PORT"),
        ({"TWILIO_API_URL": "twilio"}, 2, "TWILIO_API_URL"),
        ({"TWILIO_MPS": "fast", "PORT": "0"}, 1, "TwilioMps"),
    ],
)
def test_a_wrong_variable_is_one_line(variables: dict[str, str], code: int, complaint: str) -> None:
    with run_command(**variables) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (code, "")
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("variable", ["PORT", "TWILIO_PORT"])
def test_a_taken_port_is_one_line(variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with run_command(**{"PORT": "0", variable: port}) as process:
            out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert port in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_starts_says_where_and_ends_cleanly(number: signal.Signals) -> None:
    with run_command(PORT="0", STATUSTEXT_API_KEY="a-key") as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not any("Ctrl-C" in line for line in lines):
            line = process.stdout.readline()
            assert line, "".join(lines) + (process.stderr.read() if process.stderr else "")
            lines.append(line)
        banner = "".join(lines)
        url = next(word for word in banner.split() if word.startswith("http://"))
        with urllib.request.urlopen(f"{url}healthz", timeout=PATIENCE) as answer:  # noqa: S310
            assert json.load(answer) == {"status": "ok"}
        assert "X-API-Key: a-key" in banner
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
