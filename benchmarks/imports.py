"""Import time of each function, in CPU seconds, over bare Python with a boto3 client.

CPU seconds of the best of several runs: on a busy machine wall time tells about the machine.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from statustext.settings import MAY_BE_EMPTY, VARIABLES

ROOT = Path(__file__).parents[1]
FLOOR = "import boto3; boto3.client('dynamodb')"
RUNS = 7
AIMS = {"sender": 1.6, "subscribe": 1.4, "verify": 1.4, "twilio_webhook": 1.4}


def measure() -> Iterator[Mapping[str, Any]]:
    floor = _best(FLOOR, ROOT)
    for folder in sorted(path.parent for path in ROOT.glob("functions/*/app.py")):
        seconds = _best("import app", folder)
        yield {
            "benchmark": "import",
            "function": folder.name,
            "cpu_seconds": round(seconds, 3),
            "floor": FLOOR,
            "floor_cpu_seconds": round(floor, 3),
            "ratio": round(seconds / floor, 2),
            "aim_at_most": AIMS.get(folder.name),
        }


def _best(code: str, folder: Path) -> float:
    filled = {name: "" if name in MAY_BE_EMPTY else "1" for name in VARIABLES}
    paths = os.pathsep.join([str(folder), str(ROOT / "layers/core/python")])
    # Lambda reads bytecode from its layers; here it is written at the first run and read by others.
    cache = str(ROOT / ".cache" / "bytecode")
    environment = {
        **filled,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": paths,
        "PYTHONPYCACHEPREFIX": cache,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return min(_cpu_of(code, environment) for _ in range(RUNS))


def _cpu_of(code: str, environment: Mapping[str, str]) -> float:
    before = _children()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
