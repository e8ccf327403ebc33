"""AWS clients as a function should have them: with time-outs far below the function's own."""

from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},
)


def client(service: str) -> Any:
    """A client of `service`, typed where it is used."""
    return boto3.client(service, config=CONFIG)  # type: ignore[call-overload]  # by name
