"""What clients written by others read of a page: `python read.py URL`, in their own environment.

Prints one JSON object: by client, what it made of the page.
"""

import asyncio
import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any


def by_arez(url: str) -> Any:
    from arez.statuspage import StatusPage

    async def read() -> Any:
        page = StatusPage(url)
        found = await page.get_status()
        await page.close()
        return found

    found = asyncio.run(read())
    return {
        "status": found.status,
        "components": [one.name for one in found.components],
        "incidents": {one.name: one.last_update.description for one in found.incidents},
        "maintenances": {one.name: str(one.scheduled_for) for one in found.maintenances},
    }


def by_statuscheck(url: str) -> Any:
    from statuscheck.services.bases._statuspageio import BaseStatusPageAPI

    class Ours(BaseStatusPageAPI):  # type: ignore[misc]  # it has no types
        def _get_base_url(self) -> str:
            return f"{url}/api/v2/"

    found = Ours().get_summary()
    return {
        "status": found.status.description,
        "components": [one.name for one in found.components],
        "incidents": [one.name for one in found.incidents],
    }


def by_exporter(url: str) -> Any:
    service = {"name": "Ours", "type": "status_page", "url": f"{url}/api/v2/summary.json"}
    os.chdir(tempfile.mkdtemp())
    Path("services.json").write_text(json.dumps({"ours": service}))
    from statuspage_prometheus_exporter.service_checker import check_status_page_service

    found = check_status_page_service("ours", service)
    return {
        "success": found["success"],
        "status": found["raw_status"],
        "components": [one["name"] for one in found["component_metadata"]],
        "incidents": [one["shortlink"] for one in found["incident_metadata"]],
        "maintenances": [one["scheduled_start"] for one in found["maintenance_metadata"]],
    }


def by_transity(url: str) -> Any:
    """A client of the management API, with the key of the local run."""
    import statuspageio

    client = statuspageio.Client(api_key="local-key", page_id="default", organization_id="none")
    client.config.base_url = url
    given = {"phone_number": "5558585400", "phone_country": "us"}
    added = client.subscribers.create(**given, skip_confirmation_notification=True)
    part = client.components.create(name="Search", status="operational")
    return {
        "part": [part.name, client.components.delete(part.id)],
        "page": client.pages.get().name,
        "components": [one.name for one in client.components.list()],
        "unresolved": [one.name for one in client.incidents.list_unresolved()],
        "scheduled": [one.name for one in client.incidents.list_scheduled()],
        "added": [added.mode, added.phone_number, added.phone_country],
        "subscribers": [one.id for one in client.subscribers.list()] == [added.id],
        "removed": client.subscribers.delete(added.id),
        "left": client.subscribers.list(),
    }


if __name__ == "__main__":
    clients = {
        "arez": by_arez,
        "statuscheck": by_statuscheck,
        "exporter": by_exporter,
        "transity": by_transity,
    }
    with redirect_stdout(sys.stderr):  # one of them prints each request
        found = {name: read(sys.argv[1]) for name, read in clients.items()}
    sys.stdout.write(json.dumps(found))
