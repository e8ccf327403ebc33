"""What every log line of a function has, so that the runbook's queries find it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.configuration import ROOT

PROBE = """
import sys
from types import SimpleNamespace
from statustext import web
from statustext.observability import logger, observed, log_failure
from statustext.queue_edge import each_message

context = SimpleNamespace(
    function_name="stack-sender", memory_limit_in_mb="512", aws_request_id="r-1",
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:stack-sender",
)

@observed
def queue(event, context):
    return each_message(event, lambda body, receives: logger.info("heard"), lambda body: None)

class App:
    def resolve(self, event):
        logger.info("asked")

@observed
def request(event, context):
    return web.resolve(App(), event, context)

def message(body):
    return {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}

queue({"Records": [message('{"incident": "abc", "seq": 2}'), message('{"direct": "d1"}')]}, context)
queue({"Records": [message("no JSON")]}, context)
request({"httpMethod": "GET", "path": "/", "requestContext": {"requestId": "gateway-1"}}, context)
"""


def lines() -> list[dict[str, Any]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "core" / "python"),
        "POWERTOOLS_SERVICE_NAME": "stack",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_says_which_invocation_and_what_it_was_about() -> None:
    found = lines()
    assert [one["correlation_id"] for one in found] == ["abc.2", "d1", "", "gateway-1"]
    assert [one["cold_start"] for one in found] == [True, True, False, False]
    for one in found:
        assert one["service"] == "stack"
        assert one["function_name"] == "stack-sender"
        assert one["function_request_id"] == "r-1"


def test_every_handler_is_observed() -> None:
    for path in Path(ROOT / "functions").glob("*/app.py"):
        if path.parent.name not in ("widget", "console"):  # which log and import nothing
            assert "@observed\ndef handler(" in path.read_text(encoding="utf-8"), path
