"""What `make run` spends: seconds until it is up, CPU for a text with its receipts, memory.

The local run is started as a newcomer starts it, with its HTTP servers, threads and stand-ins; the
CPU is that of the whole process. The floor is what the same functions spend where one thread hands
each other's events on (tests/stepped.py), on the same AWS in memory.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.metering import Meter
from benchmarks.running import add_people, ask, local_run, sign_up
from benchmarks.running import open_incident as open_by_http
from local.lean_aws import lean_aws
from local.system import LocalSystem
from tests.stepped import stepped_system

FEW, MANY, TEXTS = 300, 2_000, 10_000
USUAL_MPS, HIGH_MPS = 10, 1000
PATIENCE = 900.0


def measure() -> Iterator[Mapping[str, Any]]:
    yield _start()
    yield _of_texts(FEW, 1, HIGH_MPS)


def measure_many() -> Iterator[Mapping[str, Any]]:
    """At the usual rate to two thousand people, and ten thousand texts as fast as it goes."""
    yield _of_texts(MANY, 1, USUAL_MPS)
    yield _of_texts(MANY, TEXTS // MANY, HIGH_MPS)


def _start() -> Mapping[str, Any]:
    """From `python -m local` to its banner, in a process of its own; the floor imports boto3."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        env={**os.environ, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        seconds, cpu = time.monotonic() - began, _cpu_of(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)
    floor = time.monotonic()
    a_client = "import boto3; boto3.client('sqs', region_name='us-east-1')"
    subprocess.run([sys.executable, "-c", a_client], check=True)
    floor = time.monotonic() - floor
    return {
        "benchmark": "local_run",
        "what": "start",
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "floor_seconds": round(floor, 2),
        "ratio": round(seconds / floor, 1),
    }


def _of_texts(people: int, incidents: int, mps: int) -> Mapping[str, Any]:
    """`incidents` one after the other, each told to everybody, three receipts for each text."""
    with local_run({"TWILIO_MPS": str(mps)}) as system:
        sign_up(system, 0)
        add_people(system, people - 1)
        _tell(system, "warms", people)
        megabytes = _megabytes()
        began, cpu = time.monotonic(), time.process_time()
        for number in range(incidents):
            _tell(system, f"{number}", people)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        grown = _megabytes() - megabytes
    texts, floor = people * incidents, _floor()
    return {
        "benchmark": "local_run",
        "what": "texts with their receipts",
        "mps": mps,
        "people": people,
        "texts": texts,
        "texts_per_second": round(texts / seconds, 1),
        "cpu_milliseconds_per_text": round(cpu * 1000 / texts, 1),
        "floor_milliseconds": round(floor * 1000, 1),
        "ratio": round(cpu / texts / floor, 2),
        "megabytes": round(megabytes + grown),
        "kilobytes_grown_per_text": round(grown * 1024 / texts, 1),
    }


def _tell(system: LocalSystem, name: str, people: int) -> None:
    """Open an incident and wait until everybody's text is known to have arrived."""
    incident = open_by_http(system, f"API is down {name}")
    path, until = f"/v1/pages/default/incidents/{incident}", time.monotonic() + PATIENCE
    while True:
        (update,) = ask(system, "GET", path)["incident_updates"]
        if update["progress"]["delivered"] >= people:
            return
        assert time.monotonic() < until, update["progress"]
        time.sleep(0.5)


def _floor() -> float:
    """CPU seconds of the same for one text, stepped in one thread."""
    with stepped_system(mps=str(HIGH_MPS), aws=lean_aws) as system, system.first_day():
        gather(system, Meter(), FEW)
        for _warm in (True, False):
            began = time.process_time()
            open_incident(system)
            for _ in range(10):
                system.advance(1.0)
            cpu = time.process_time() - began
            system.advance(3600.0)
    assert len(system.twilio.accepted) > 2 * FEW
    return cpu / FEW


def _megabytes() -> float:
    """Of this process, in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
