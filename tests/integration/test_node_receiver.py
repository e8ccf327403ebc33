"""What we sign, verified by the Standard Webhooks library of another language."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.domain.webhook_signing import SECRET_BYTES, secret_of, signed

INSTALLED = Path(__file__).parents[2] / ".cache/node-receiver"
"""Where `make test-integration` puts it, where there is Node."""

SECRET = secret_of(bytes(range(SECRET_BYTES)))


class NodeReceiver:
    """The receiver's process: its address, and what it says of each request."""

    def __init__(self, said: IO[str]) -> None:
        self._said = said
        self.url = f"http://127.0.0.1:{int(said.readline())}/status"

    def post(self, body: str, **changed: str) -> tuple[Answer, dict[str, Any]]:
        headers = {**signed([SECRET], "msg_1", body, time.time()), **changed}
        answer = GuardedHttp(is_local_run=True).post(self.url, body.encode(), headers)
        return answer, json.loads(self._said.readline())


@pytest.fixture
def node_receiver() -> Iterator[NodeReceiver]:
    node = shutil.which("node")
    if node is None or not (INSTALLED / "node_modules").is_dir():
        pytest.skip("There is no Node here, or `make test-integration` has not prepared it.")
    with contextlib.ExitStack() as ended:
        process = subprocess.Popen(
            [node, "receiver.mjs"],
            cwd=INSTALLED,
            env={"PATH": os.environ["PATH"], "WEBHOOK_SECRET": SECRET},
            stdout=subprocess.PIPE,
            text=True,
        )
        ended.enter_context(process)
        ended.callback(process.terminate)
        assert process.stdout
        yield NodeReceiver(process.stdout)


def test_a_node_receiver_verifies_answers_the_challenge_and_tells_repeats(
    node_receiver: NodeReceiver,
) -> None:
    body = json.dumps({"incident": {"name": "Störung 🧯"}}, ensure_ascii=False)
    answer, said = node_receiver.post(body)
    assert (answer.verdict, said["done"]) == (Verdict.ACCEPTED, 1)
    answer, said = node_receiver.post(body)
    assert (answer.verdict, said["done"]) == (Verdict.ACCEPTED, 1)  # a repeat, by its id
    answer, said = node_receiver.post(body, **{"webhook-id": "msg_2"})
    assert (answer.verdict, answer.status) == (Verdict.REFUSED, 401)
    answer, said = node_receiver.post(body, **signed([SECRET], "msg_3", body, time.time() - 600))
    assert (answer.verdict, answer.status) == (Verdict.REFUSED, 401)
    answer, said = node_receiver.post(json.dumps({"challenge": "abc"}))
    assert (answer.verdict, answer.body) == (Verdict.ACCEPTED, b"abc")
