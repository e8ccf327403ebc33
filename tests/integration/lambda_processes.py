"""Functions under AWS's own bootstrap, each in a process that asks a small Runtime API for work.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from local.configuration import ROOT
from local.function_host import FunctionDefinition, FunctionHost
from local.template import REGION

RUNTIME = "/2018-06-01/runtime"


class HandlerRaisedError(Exception):
    """The function reported an error; the message is its type."""


class InitFailedError(Exception):
    """The function could not be loaded; the message is what it reported."""


class ProcessDiedError(Exception):
    """The process ended in the middle of an invocation."""


class TimedOutError(Exception):
    """The invocation lasted too long, and the process was killed, as Lambda does."""


class ProcessHost(FunctionHost):
    """As FunctionHost, every execution environment being a process. `logs` is a directory."""

    def __init__(self, definitions: list[FunctionDefinition], logs: Path) -> None:
        self._logs = logs
        self.processes: dict[str, LambdaProcess] = {}
        """By the function's folder."""
        super().__init__(definitions)

    def _make_environment(self, function: Any) -> "LambdaProcess":
        folder = function.definition.path.parent.name
        assert folder not in self.processes, "one invocation at a time"
        self.processes[folder] = LambdaProcess(function.definition, self._logs / folder)
        return self.processes[folder]

    def end(self) -> None:
        """Kill every process."""
        for process in self.processes.values():
            process.kill()


class LambdaProcess:
    """One function's process: started when it is first invoked, and again when it has died.

    `patience` is how many seconds an invocation may last, whatever its deadline says.
    """

    def __init__(self, definition: FunctionDefinition, log: Path) -> None:
        self.definition = definition
        self._log = log
        self._api: _RuntimeApi | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.patience: float = definition.timeout

    def __call__(self, event: Any, _context: Any = None) -> Any:
        """The function's answer to an event. Raises one of the errors above."""
        if self._api is None or self._process is None or self._process.poll() is not None:
            self._start()
        assert self._api is not None
        deadline = time.time() + self.definition.timeout
        self._api.invocations.put((self.definition.arn, deadline, event))
        outcome, payload = self._await(self._api.outcomes)
        if outcome == "init/error":
            self.kill()
            raise InitFailedError(payload["errorMessage"])
        if outcome == "error":
            raise HandlerRaisedError(payload["errorType"])
        return payload

    def _start(self) -> None:
        self.kill()
        self._api = _RuntimeApi()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", "app.handler"],
                cwd=self.definition.path.parent,
                env=self._environment(self._api.address),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.starts += 1

    def _environment(self, address: str) -> Mapping[str, str]:
        """What Lambda sets, what the template sets, and where AWS is."""
        return {
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "layers/core/python"),
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_LAMBDA_FUNCTION_NAME": self.definition.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.definition.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_REGION": REGION,
            "LAMBDA_TASK_ROOT": str(self.definition.path.parent),
            "_HANDLER": "app.handler",
            **self.definition.environment,
        }

    def _await(self, outcomes: "SimpleQueue[tuple[str, Any]]") -> tuple[str, Any]:
        assert self._process is not None
        began = time.monotonic()
        while time.monotonic() < began + self.patience:
            try:
                return outcomes.get(timeout=0.05)
            except Empty:
                if self._process.poll() is not None:
                    self.kill()
                    raise ProcessDiedError from None
        self.kill()
        raise TimedOutError

    def crash(self) -> None:
        """Whoever waits for the invocation sees the process die."""
        assert self._process is not None
        self._process.kill()

    def kill(self) -> None:
        """Leave no process; the next invocation is cold."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._api is not None:
            self._api.end()
        self._api = self._process = None


class _RuntimeApi(ThreadingHTTPServer):
    """One process asks this for invocations, and tells it what became of them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.invocations: SimpleQueue[tuple[str, float, Any] | None] = SimpleQueue()
        self.outcomes: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.invocations.put(None)
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{RUNTIME}/invocation/next", self.path
        invocation = self.server.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        arn, deadline, event = invocation
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
        }
        self._answer(200, headers, json.dumps(event).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(202, {}, b"")
        # …/init/error, …/invocation/ID/response or …/invocation/ID/error
        path = self.path.removeprefix(f"{RUNTIME}/")
        outcome = path if path == "init/error" else path.rpartition("/")[2]
        self.server.outcomes.put((outcome, json.loads(body)))

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
