"""What a sending rate asks of each part of the deployment, and what the template gives it.

Rates are in segments per second, and every text is taken to be one segment, the most texts there
can be. What one piece of work takes is from docs/performance.md, on 512 MB, rounded up.
"""

import math
from dataclasses import dataclass
from typing import Any

from tests.contract.cloudformation import of_type, source, target

RECEIPTS = 4
"""Of a text: "queued", "sending" or neither, "sent", and its end."""

REPLIES = 0.1
"""Of a text; the first incident of a page makes some people write STOP."""

LEDGER_CHANGES = 2
"""Of a text: accepted, ended."""

BATCH = 25
"""Texts of a message of the announcement queue, and of an invocation (flows/publishing)."""

BETWEEN_BATCHES = 0.16
"""Seconds of an invocation without a slot: what it reads first, and its last text's claim,
Twilio's answer and record. Meanwhile others must be at work (`python -m benchmarks rate`)."""

WEBHOOK_SECONDS = 0.05
RELAY_SECONDS = 0.002
"""Of a record, in a batch of 100."""

FOUND_A_SECOND = 2000
"""Subscribers that one fan-out reads and enqueues."""

SHARDS = 4
"""Of a new on-demand table's stream."""

TWILIO_SECONDS = 10
"""The time-outs of one call, to connect and to read."""

ACCOUNT_REQUESTS = 10_000
"""A second, to all REST APIs of an account and region:
https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""

ALWAYS = 3
"""Executions beside what a rate asks for: the clock, and two for people at the API."""


@dataclass(frozen=True)
class Needs:
    """What a rate asks for. Requests are by the second, the rest are concurrent executions."""

    receipts: float
    replies: float
    announcements: int
    webhooks: int
    relays: int
    fan_outs: int

    @property
    def account(self) -> int:
        """Concurrent executions that an account needs, with as many senders of codes as default."""
        codes = parameter("CodeConcurrency")["Default"]
        parts = (self.announcements, self.webhooks, self.relays, self.fan_outs, codes, ALWAYS)
        return math.ceil(sum(parts))


def needs(mps: int) -> Needs:
    """What `mps` segments a second ask for."""
    receipts, replies = RECEIPTS * mps, REPLIES * mps
    return Needs(
        receipts,
        replies,
        announcements=max(2, 1 + math.ceil(mps * BETWEEN_BATCHES / BATCH)),
        webhooks=math.ceil((receipts + replies) * WEBHOOK_SECONDS),
        relays=math.ceil(LEDGER_CHANGES * mps * RELAY_SECONDS),
        fan_outs=max(2, math.ceil(mps / FOUND_A_SECOND)),
    )


def parameter(name: str) -> dict[str, Any]:
    """A parameter of the template."""
    found: dict[str, Any] = source()["Parameters"][name]
    return found


def rates() -> range:
    """Every rate that the template takes."""
    return range(parameter("TwilioMps")["MinValue"], parameter("TwilioMps")["MaxValue"] + 1)


def throttle(path: str, mps: int) -> float:
    """Requests a second that API Gateway lets through to a route, at a rate."""
    (stage,) = of_type("AWS::ApiGateway::Stage").values()
    encoded = path.replace("/", "~1")
    (setting,) = [one for one in stage["MethodSettings"] if one["ResourcePath"] == f"/{encoded}"]
    return float(resolved(setting["ThrottlingRateLimit"], mps))


def resolved(value: Any, mps: int) -> str:
    """A property that is a number, or `TwilioMps` and what stands behind it."""
    given = value["Fn::Sub"] if isinstance(value, dict) and "Fn::Sub" in value else str(value)
    return str(given).replace("${TwilioMps}", str(mps))


def mapping(name: str) -> dict[str, Any]:
    """An event source mapping, by its logical id."""
    found: dict[str, Any] = of_type("AWS::Lambda::EventSourceMapping")[name]
    return found


def concurrency(name: str) -> dict[str, Any]:
    """The parameter that bounds a queue's concurrency."""
    return parameter(target(mapping(name)["ScalingConfig"]["MaximumConcurrency"]))


def table() -> list[str]:
    """The README's table, line by line."""
    lines = [
        "| `TwilioMps` | `AnnouncementConcurrency` | webhooks a second, and let through "
        "| at work on them | concurrent executions of the account |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for mps in (1, 3, 10, 30, 100, 400, 1000):
        need = needs(mps)
        let_through = throttle("/twilio/{page}/status/{attempt}", mps)
        lines.append(
            f"| {mps} | {need.announcements} | {need.receipts + need.replies:,.0f} of"
            f" {let_through:,.0f} | {need.webhooks} | {need.account} |"
        )
    return lines
