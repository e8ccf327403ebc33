"""Readers of the status page: what they are shown, and how it gets there."""

import json
from collections.abc import Generator
from typing import Any

from statustext.adapters.snapshots import get_snapshot, packed, put_snapshot, snapshot_key
from statustext.domain.ids import page_id_shown
from statustext.flows.showing_publicly import snapshot
from statustext.flows.showing_publicly.addresses import KNOWN_FOR
from tests.faults.afterwards import settings_are_changed, the_end_is_published
from tests.faults.journey import journey
from tests.faults.stage import Stage

SUMMARY = f"/pages/{page_id_shown('default')}/api/v2/summary.json"


def is_shown_as_it_is(stage: Stage) -> None:
    """The snapshot is what the rows say, whatever came between."""
    stage.carry_on()
    kept = get_snapshot(stage.system.table, "default")
    taken = snapshot.take(stage.system.table, "default", stage.now)
    assert kept
    assert taken
    assert kept[1] == json.loads(json.dumps({"form": snapshot.FORM, **vars(taken)}))


@journey(the_end_is_published)
def showing_what_happens(stage: Stage) -> Generator[None]:
    stage.shows_pages = True
    yield
    incident = stage.open(components={"svc_api": "major_outage"})
    stage.carry_on()
    stage.change(incident, status="identified", body="Found it.")
    stage.carry_on()
    yield
    is_shown_as_it_is(stage)


@journey(settings_are_changed)
def reading_the_page(stage: Stage) -> Generator[None]:
    incident = stage.open()
    stage.shows_pages = True
    stage.carry_on()
    found: list[Any] = []
    yield
    for there_is_one in (True, False):
        if not there_is_one:
            stage.system.table.delete_many([snapshot_key("default")])
        found += [stage.request("GET", path) for path in (SUMMARY, "/", f"/incidents/{incident}")]
    yield
    assert [answer.status for answer in found] == [200] * 6
    assert found[0].json["incidents"][0]["id"] == incident


@journey(settings_are_changed)
def reading_about_an_old_incident(stage: Stage) -> Generator[None]:
    incident = stage.open()
    stage.shows_pages = True
    stage.carry_on()
    edition, content = get_snapshot(stage.system.table, "default") or (0, {})
    old = {**content, "incidents": [], "editions": {}}
    stage.system.table.write(put_snapshot("default", edition + 1, packed(old)))
    yield
    answer = stage.request("GET", f"/incidents/{incident}")
    yield
    assert (answer.status, "API is down" in answer.text) == (200, True)


@journey(settings_are_changed)
def following_an_old_link(stage: Stage) -> Generator[None]:
    stage.shows_pages = True
    stage.carry_on()
    yield
    answer = stage.request("GET", "/nothing", headers={"Accept": "text/html"})
    yield
    assert (answer.status, "This page does not exist." in answer.text) == (404, True)


@journey(settings_are_changed)
def reading_a_feed_by_host(stage: Stage) -> Generator[None]:
    stage.open()
    stage.shows_pages = True
    stage.carry_on()
    stage.system.clock.shift(KNOWN_FOR + 1)  # until hosts are looked up again
    yield
    answer = stage.request("GET", "/history.rss")
    yield
    assert (answer.status, "API is down" in answer.text) == (200, True)
