"""What two real clients put on the wire when they read a page: every path is answered in full.

Recorded of Atlassian's own se-v2.js and of a typed Python client, which rejects a missing or an
unknown field.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from statustext.adapters.components import put_component
from statustext.domain.component import Component
from statustext.domain.ids import new_id
from statustext.flows.showing_publicly import snapshot
from tests.stepped import SteppedSystem
from tests.unit.test_statuspage_v2 import validator

RECORDED = Path(__file__).parents[1] / "clients" / "recorded"
READS = [
    pytest.param(one, id=f"{path.stem} {one['path']}")
    for path in sorted(RECORDED.glob("*.json"))
    for one in json.loads(path.read_text(encoding="utf-8"))
    if one["method"] == "GET" and "/subscribers/" not in one["path"]
]
MOST_BYTES = 100_000


@pytest.mark.parametrize("read", READS)
def test_it_is_answered(system: SteppedSystem, read: dict[str, Any]) -> None:
    system.open_incident("Down", components={"svc_api": "major_outage"})
    answer = system.http("GET", read["path"], headers={"User-Agent": read["user_agent"]})
    assert answer.status == 200
    name = read["path"].removeprefix("/api/v2/").removesuffix(".json")
    assert not list(validator(name).iter_errors(answer.json))


def test_a_page_of_100_components_is_small(system: SteppedSystem) -> None:
    """With the scripts that it loads, as API Gateway compresses them."""
    for place in range(100):
        one = Component(
            new_id(system.now - place, bytes(4)),
            f"svc_{place}",
            f"Component {place}",
            description="What it is for, in a few words.",
            position=place,
            created_at=system.now - 1e7,
        )
        system.table.write(put_component("default", one))
    snapshot.keep(system.table, "default", (), system.now)
    loaded = ("/", "/page.js", "/widget.js", "/subscription_form")
    texts = [system.http("GET", path).text for path in loaded]
    assert texts[0].count('class="days"') >= 100
    sizes = {
        path: len(gzip.compress(text.encode())) for path, text in zip(loaded, texts, strict=True)
    }
    assert sum(sizes.values()) < MOST_BYTES, sizes
