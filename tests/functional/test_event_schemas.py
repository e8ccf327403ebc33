"""Every event on EventBridge has the shape that is published for it, and a line in the docs."""

import json
import re

import jsonschema

from local.configuration import ROOT
from tests.functional.engine import spoil, watched
from tests.functional.phrases import live
from tests.stepped import PHONE, SteppedSystem

SCHEMAS = json.loads((ROOT / "docs/event-schemas.json").read_text())
DOCS = (ROOT / "docs/events.md").read_text()
SEND = "/api/v1/orgs/default/sms/send"
FAILING = "+15557000009"


def test_events_of_a_page_s_day_are_as_published(system: SteppedSystem) -> None:
    with watched(system) as watch:
        system.subscribe()
        incident = system.open_incident()
        live(system, 300)
        text = {"to": PHONE, "body": "Your ticket was closed.", "category": "transactional"}
        for _ in range(2):
            assert system.operator("POST", SEND, text).status in (200, 202)
        spoil(system, kind="final_status", to=FAILING, status="undelivered", code=30006)
        assert system.operator("POST", SEND, text | {"to": FAILING}).status == 202
        change = {"incident": {"status": "resolved"}}
        system.operator("PATCH", f"/v1/pages/default/incidents/{incident}", change)
        live(system, 300)
        system.reply("thanks")
        system.reply("STOP")
        live(system, 300)
    told = [
        (entry["DetailType"], json.loads(entry["Detail"]))
        for call in watch.of("relay", "PutEvents")
        for entry in call.params["Entries"]
    ]
    for name, detail in told:
        jsonschema.validate({name: detail}, SCHEMAS)
        assert not re.search(r"\+?[0-9]{11,}", json.dumps(detail)), detail
        assert f"`{name}`" in DOCS or f"`.{name.partition('.')[2]}`" in DOCS, name
    of_texts = {(name, detail["category"]) for name, detail in told if "category" in detail}
    assert {
        ("sms.sent", "verification"),
        ("sms.delivered", "verification"),
        ("sms.sent", "announcement"),
        ("sms.delivered", "transactional"),
        ("sms.suppressed", "transactional"),
        ("sms.failed", "transactional"),
    } <= of_texts
    assert {"incident.created", "incident.resolved", "sms.replied", "subscriber.opted_out"} <= {
        name for name, _ in told
    }
