"""ministack: CloudFormation, API Gateway, Lambda, SQS, DynamoDB and more, in one process."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.configuration import ROOT
from local.template import REGION

PYTHON = ROOT / ".venv-ministack" / "bin" / "python"
PROGRAM = Path(__file__).with_name("mended_ministack.py")
HOST = "127.0.0.1"
PATIENCE = 180
"""Seconds until a server that does not answer is given up."""


@dataclass(frozen=True)
class Ministack:
    """A running one. `environment` leads sam, our command and every client of AWS to it."""

    port: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextlib.contextmanager
def running(scratch: Path) -> Iterator[Ministack]:
    """One with nothing in it, until the block is left. What it keeps is below `scratch`.

    Raises RuntimeError, with what the server said, where it does not start.
    """
    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    ours = {
        # Nothing of the developer's: no profile, no credentials, no configuration.
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": _made(scratch / "home"),
        "TMPDIR": _made(scratch / "tmp"),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }
    started = Ministack(port, {**ours, "AWS_ENDPOINT_URL": f"http://{HOST}:{port}"})
    log = scratch / "ministack.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [PYTHON, "-P", PROGRAM],  # -P, as this module's name is its package's too
            # Its default is to listen on every address.
            env={
                **ours,
                "BIND_HOST": HOST,
                "MINISTACK_HOST": HOST,
                "GATEWAY_PORT": str(port),
                "S3_DATA_DIR": _made(scratch / "s3"),
                "STATE_DIR": _made(scratch / "state"),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its functions are processes of the same group
        )
    try:
        _wait(started, server, log)
        yield started
    finally:
        # Ends ministack and the functions that it started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _made(directory: Path) -> str:
    directory.mkdir(parents=True)
    return str(directory)


def _wait(started: Ministack, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{started.url}/_ministack/health").close()  # noqa: S310 (ours)
            return
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"ministack does not start: {log.read_text()}")
        time.sleep(0.1)
