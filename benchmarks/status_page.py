"""What showing a large page costs a warm function: requests to DynamoDB, CPU, bytes; and how long
an update of it is on its way until it is shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.bill import SHARE_OF_A_CORE, request_seconds
from benchmarks.metering import Meter, metered_system, queue
from statustext.adapters.components import put_component
from statustext.adapters.incidents import note_whether_open, put_incident, put_update
from statustext.domain.component import Component, ComponentStatus
from statustext.domain.ids import new_id
from statustext.domain.incident import Impact, Incident, Status, Update
from statustext.domain.templates import Event
from statustext.flows.showing_publicly import snapshot
from tests.stepped import SteppedSystem

COMPONENTS, INCIDENTS, UPDATES = 500, 50, 4
READS = 50
CHANGES = 10
STREAM, QUEUE = 0.25, 0.02
"""Seconds: the longest until Lambda looks at a shard of the stream again; a message on its way."""

AIM = 10
BODY = "Requests to this part of the service fail or are slow; the team is working on it. " * 4


def measure() -> Iterator[Mapping[str, Any]]:
    """One line for each of the documents that are asked for most, and the page itself."""
    with metered_system(mps=100) as (system, meter):
        fill(system)
        snapshot.keep(system.table, "default", (), system.now)
        content = system.rows("snapshot")[0]["content"]
        for path in ("/api/v2/summary.json", "/api/v2/status.json", "/"):
            yield {**_read(system, meter, path), "snapshot_bytes": len(content)}
        yield _until_shown(system, meter)


def fill(system: SteppedSystem, components: int = COMPONENTS, incidents: int = INCIDENTS) -> None:
    """Put so many components, and open incidents of some of them, on the page."""
    ids = []
    for place in range(components):
        one = Component(
            new_id(system.now - place, bytes(4)),
            f"svc_{place}",
            f"Component {place}",
            ComponentStatus.OPERATIONAL,
            "What it is for, in a few words.",
            position=place,
            created_at=system.now - 1e7,
            updated_at=system.now,
        )
        ids.append(one.id)
        system.table.write(put_component("default", one))
    for place in range(incidents):
        _open(system, system.now - 3600 + place, tuple(ids[place * 3 : place * 3 + 3]))


def _open(system: SteppedSystem, at: float, components: tuple[str, ...]) -> None:
    one = new_id(at, b"abcd")
    incident = Incident(
        id=one,
        page="default",
        name="Some requests fail",
        status=Status.INVESTIGATING,
        impact=Impact.MINOR,
        component_ids=components,
        newest_seq=UPDATES,
        announced_seq=0,
        created_at=at,
        updated_at=at,
        started_at=at,
        edition=1,
    )
    system.table.write(put_incident(incident))
    system.table.write(note_whether_open(incident))
    for seq in range(1, UPDATES + 1):
        update = Update(one, seq, Status.INVESTIGATING, Event.UPDATED, BODY, False, at,
                        id=new_id(at + seq, b"abcd"), updated_at=at, display_at=at)  # fmt: skip
        system.table.write(put_update("default", update))


def _read(system: SteppedSystem, meter: Meter, path: str) -> Mapping[str, Any]:
    system.http("GET", "/page.js")  # warm
    meter.usage.clear()
    size = len(system.http("GET", path).text.encode())
    first = meter.usage["status_page"].cpu_seconds
    meter.usage.clear()
    for _ in range(READS):
        assert system.http("GET", path).status == 200
    usage = meter.usage["status_page"]
    return {
        "benchmark": "status_page",
        "path": path,
        "components": COMPONENTS,
        "open_incidents": INCIDENTS,
        "requests_per_1000_reads": usage.per(READS),
        "cpu_milliseconds_first": round(first * 1000, 2),
        "cpu_milliseconds_per_read": round(usage.cpu_seconds * 1000 / READS, 2),
        "bytes": size,
        "aim": f"at most 2 requests a read, and {AIM} ms once drawn",
    }


def _until_shown(system: SteppedSystem, meter: Meter) -> Mapping[str, Any]:
    """Updates of one incident, each until the snapshot has it; seconds are reckoned for Lambda.

    Under load a pass for earlier changes is under way, and the update is in the next one.
    """
    (one, *_) = system.http("GET", "/api/v2/incidents/unresolved.json").json["incidents"]
    for number in range(CHANGES + 1):
        if number == 1:  # warm
            meter.usage.clear()
        given = {"body": f"Step {number}.", "deliver_notifications": False}
        path = f"/v1/pages/default/incidents/{one['id']}"
        assert system.operator("PATCH", path, {"incident": given}).status == 200
        system.relay_stream()
        assert system.poll(queue(system, "snapshots"))
        shown = system.http("GET", "/api/v2/incidents/unresolved.json").json["incidents"][0]
        assert shown["incident_updates"][0]["body"] == given["body"]
    seconds = {}
    for function in ("relay", "snapshot"):
        usage = meter.usage[function]
        requests = {name: n / CHANGES for name, n in usage.requests.items()}
        seconds[function] = usage.cpu_seconds / CHANGES / SHARE_OF_A_CORE + request_seconds(
            requests
        )
    at_rest = STREAM + seconds["relay"] + QUEUE + seconds["snapshot"]
    return {
        "benchmark": "status_page",
        "what": "an update, until it is shown",
        "components": COMPONENTS,
        "open_incidents": INCIDENTS,
        "requests_of_a_pass": meter.usage["snapshot"].per(CHANGES),
        "cpu_milliseconds_of_a_pass": round(
            meter.usage["snapshot"].cpu_seconds * 1000 / CHANGES, 1
        ),
        "seconds_at_rest": round(at_rest, 2),
        "seconds_under_load": round(at_rest + seconds["snapshot"], 2),
        "aim": "at most 1 second",
    }
