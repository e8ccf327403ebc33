"""A deployed stack, and what may be asked of it from outside."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import urllib3
from botocore.config import Config

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM, ROOT
from tests.deployment.building import SAM, Build
from tests.deployment.ministack import Ministack

STACK = "statustext"
PATIENCE = 180
"""Seconds until what does not happen is given up; no test takes a part of it."""


def deploy(ministack: Ministack, build: Build, twilio_url: str, **more: str) -> None:
    """`sam deploy`, with the samconfig.toml that operators use, and `more` parameters."""
    parameters = {
        **more,
        "TwilioAccountSid": FAKE_ACCOUNT_SID,
        "TwilioAuthToken": FAKE_AUTH_TOKEN,
        "TwilioFrom": FAKE_FROM,
        "TwilioMps": "10",
        "TwilioApiUrl": twilio_url,
        "AllowFictionalNumbers": "true",
        "AlarmEmail": "ops@example.com",
    }
    _sam(
        ministack,
        *("deploy", "--config-file", str(ROOT / "samconfig.toml")),
        *("--no-confirm-changeset", "--stack-name", STACK),
        *("--template-file", str(build.directory / "template.yaml")),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    )


def _sam(ministack: Ministack, *words: str) -> None:
    environment = {
        **ministack.environment,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
    }
    done = subprocess.run(
        [SAM, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]


class Stack:
    """The stack in ministack: its outputs, its API, its functions, its queues."""

    def __init__(self, ministack: Ministack) -> None:
        self._ministack = ministack
        self.key = ""
        """The operator's key, once `set_up` has been called."""

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self._ministack.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(read_timeout=PATIENCE, retries={"total_max_attempts": 1}),
        )

    @cached_property
    def outputs(self) -> dict[str, str]:
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def command(self, source: Path, *words: str) -> str:
        """Run the `statustext` of a version; what it prints."""
        paths = (source / "layers" / "core" / "python", source / "cli")
        environment = {
            **self._ministack.environment,
            "STATUSTEXT_STACK": STACK,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }
        done = subprocess.run(
            [sys.executable, "-m", "statustext_cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def local_address(self, url: str) -> str:
        """Where ministack answers what is asked of the API's public address."""
        public, asked = urlsplit(self.outputs["ApiUrl"]), urlsplit(url)
        assert asked.netloc == public.netloc, url
        api = public.netloc.partition(".")[0]
        stage, _, path = asked.path.lstrip("/").partition("/")
        query = f"?{asked.query}" if asked.query else ""
        return f"{self._ministack.url}/restapis/{api}/{stage}/_user_request_/{path}{query}"

    def delete(self) -> None:
        """Delete the stack, and wait for it.

        `sam delete` asks CloudFormation for the same, but fails on ministack's answers before it.
        """
        formation = self.client("cloudformation")
        formation.delete_stack(StackName=STACK)
        formation.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": PATIENCE}
        )

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request to the API's public address. `body` is sent as JSON, bytes as they are."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (ministack's http address)
            self.local_address(self.outputs["ApiUrl"] + path),
            method=method,
            data=data,
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 (same)
                return _read(answer)
        except urllib.error.HTTPError as refusal:
            return _read(refusal)

    def operate(self, method: str, path: str, body: Any = None) -> Any:
        """A request with the operator's key that must succeed; its body."""
        answer = self.ask(method, path, body, **{"X-API-Key": self.key})
        assert answer.status < 300, answer
        return answer.body

    def invoke(self, function: str, event: Any) -> tuple[str | None, Any]:
        """Invoke a function directly: its error, if any, and what it returned."""
        answer = self.client("lambda").invoke(
            FunctionName=f"{STACK}-{function}", Payload=json.dumps(event)
        )
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    def waiting(self, queue: str) -> int:
        """How many messages of a queue wait or are being handled."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=f"{STACK}-{queue}")["QueueUrl"]
        asked = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]
        return sum(int(found[name]) for name in asked)

    def set_consuming(self, function: str, is_consuming: bool) -> None:
        """Let a function take messages from its queues, or not."""
        functions = self.client("lambda")
        name = f"{STACK}-{function}"
        for mapping in functions.list_event_source_mappings(FunctionName=name)[
            "EventSourceMappings"
        ]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=is_consuming)


def _read(answer: Any) -> Answer:
    text = answer.read().decode()
    is_json = answer.headers.get_content_type() == "application/json"
    return Answer(answer.status, json.loads(text) if is_json else text, dict(answer.headers))


class PublicAddress(urllib3.PoolManager):
    """Carries what is meant for the API's public address to ministack."""

    def __init__(self, local_address: Callable[[str], str]) -> None:
        super().__init__()
        self._local_address = local_address

    def urlopen(self, method: str, url: str, **more: Any) -> Any:  # type: ignore[override]
        return super().urlopen(method, self._local_address(url), **more)


def eventually(condition: Callable[[], Any], what: str) -> Any:
    """What `condition` answers, once that is true. Fails after PATIENCE seconds."""
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.1)
    return found
