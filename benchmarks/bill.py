"""The AWS bill for a million texts, from what benchmarks/journey.py counted.

List prices of us-east-1 in dollars, as of mid-2026: check them, they change. Lambda is on arm64.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Line = Mapping[str, Any]

MILLION = 1_000_000
PRICES = {
    "DynamoDB write unit": 0.625 / MILLION,
    "DynamoDB read unit": 0.125 / MILLION,
    "SQS request": 0.40 / MILLION,
    "EventBridge event": 1.00 / MILLION,
    "API Gateway request": 3.50 / MILLION,
    "Lambda request": 0.20 / MILLION,
    "Lambda GB-second": 0.0000133334,
    "CloudWatch Logs GB": 0.50,
}

MEMORY_GB = 0.5
SHARE_OF_A_CORE = 512 / 1769
"""Of a function with 512 MB: 1,769 MB are one core."""

SECONDS = {
    "DynamoDB": 0.005,
    "SQS": 0.010,
    "PutEvents": 0.015,
    "GetSecretValue": 0.010,
}
"""What one request is taken to wait for its answer; assumed, not measured."""

QUEUES = frozenset({"SendMessageBatch", "SendMessage"})
LOG_BYTES = {"sender": 600, "fan_out": 600, "twilio_webhook": 600 + 330, "relay": 600}
"""Of Lambda's own start, end and report lines in JSON for each invocation, assumed; of API
Gateway's access log line besides."""

MPS, SENDERS = 100, 2
"""Senders that wait for their slots are billed for waiting: so many at work for the whole time."""


def reckon(lines: Iterable[Line], throttle_per_text: float) -> Iterator[Line]:
    """A line for each function and service, then their sum. Of the relay's, those with full
    batches, as at this rate.

    `throttle_per_text` is how often a text reads and writes the throttle's row (rate.py).
    """
    total = 0.0
    for line in lines:
        if line["function"] == "relay" and line["records_in_a_batch"] < 100:
            continue
        for service, quantity, dollars in _of(line, throttle_per_text):
            total += dollars
            yield {
                "benchmark": "bill",
                "function": line["function"],
                "what": service,
                "per_text": round(quantity / MILLION, 4),
                "dollars_per_million_texts": round(dollars, 2),
            }
    yield {"benchmark": "bill", "what": "all", "dollars_per_million_texts": round(total, 2)}


def _of(line: Line, throttle_per_text: float) -> Iterator[tuple[str, float, float]]:
    function, requests = line["function"], line["requests_per_1000"]
    is_sender = function == "sender"
    throttle = throttle_per_text if is_sender else 0.0
    calls = 1000 * line["invocations_per_1000"]
    quantities = {
        "DynamoDB write unit": 1000 * line["write_units_per_1000"] + MILLION * throttle,
        "DynamoDB read unit": 1000 * line["read_units_per_1000"] + MILLION * throttle,
        "SQS request": 1000 * sum(requests.get(one, 0) for one in QUEUES),
        "EventBridge event": 1000 * line["events_per_1000"],
        "API Gateway request": calls if function == "twilio_webhook" else 0.0,
        "Lambda request": calls,
        "Lambda GB-second": MEMORY_GB
        * (SENDERS * MILLION / MPS if is_sender else busy_seconds(line)),
        "CloudWatch Logs GB": calls * LOG_BYTES[function] / 1e9,
    }
    if function in ("sender", "fan_out"):
        quantities["SQS request"] += (
            2 * calls
        )  # received and deleted by Lambda, which charges them to us
    for what, quantity in quantities.items():
        if quantity:
            yield what, quantity, quantity * PRICES[what]


def busy_seconds(line: Line) -> float:
    """Seconds that a function is at work for a million texts, on its share of a core."""
    cpu: float = MILLION * line["cpu_milliseconds_per_text"] / 1000 / SHARE_OF_A_CORE
    return cpu + 1000 * request_seconds(line["requests_per_1000"])


def request_seconds(requests: Mapping[str, float]) -> float:
    """What waiting for the answers to so many requests takes, by what SECONDS takes each for."""
    seconds = 0.0
    for name, number in requests.items():
        kind = "SQS" if name in QUEUES else name if name in SECONDS else "DynamoDB"
        seconds += number * SECONDS[kind]
    return seconds
