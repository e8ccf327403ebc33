"""What clients written by others read of a page: `python read.py URL`, in their own environment.

Prints one JSON object: by client, what it made of the page.
"""

import asyncio
import json
import os
import sys
import tempfile
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


if __name__ == "__main__":
    clients = {"arez": by_arez, "statuscheck": by_statuscheck, "exporter": by_exporter}
    sys.stdout.write(json.dumps({name: read(sys.argv[1]) for name, read in clients.items()}))
