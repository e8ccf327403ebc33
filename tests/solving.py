"""Solves challenges as ALTCHA's clients do."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any


def solve(given: Mapping[str, Any]) -> str:
    """The payload of a challenge: each number is tried."""
    number = next(
        number
        for number in range(int(given["maxnumber"]) + 1)
        if hashlib.sha256(f"{given['salt']}{number}".encode()).hexdigest() == given["challenge"]
    )
    names = ("algorithm", "challenge", "salt", "signature")
    told = {**{name: given[name] for name in names}, "number": number}
    return base64.b64encode(json.dumps(told).encode()).decode()
