"""Every file in events/ is a real trigger of a function: each is run here, and does its job."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.configuration import FAKE_AUTH_TOKEN, ROOT
from local.fake_twilio.faults import DropCallbacks
from local.fake_twilio.webhooks import sign
from local.http_messages import HttpRequest
from local.proxy_integration import proxy_event
from statustext.adapters.direct_texts import put_direct_text
from statustext.adapters.quarantine import quarantine
from statustext.adapters.subscribers import get_subscriber
from tests.aws_calls import AwsCalls, watched
from tests.functional.engine import add_mailbox
from tests.functional.phrases import set_page
from tests.functional.test_team import raised
from tests.functional.web_world import add_endpoint, endpoints
from tests.stepped import API_URL, KEY, PHONE, START, SteppedSystem

EVENTS = sorted((ROOT / "events").glob("*.json"))
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))

FILES = ("widget", "console")
"""Functions that answer with a file; of a request they need its method alone."""

# What the files stand in with for what a real system makes up.
SUBSCRIBER = "sub_5k2j8w0q7n4r1m3x"
INCIDENT = "0frwxtbsbr91"
ESCALATION = "mwz0aaaa1b2c"
DIRECT = "0frwxtc1a2b3"
TOKEN = f"{SUBSCRIBER}.0-6b91ff80.signature-of-the-token"
SIGNATURE = "signature-by-twilio="


def function_of(file: Path) -> str:
    """`twilio_webhook_stop.json` is for function twilio_webhook."""
    return max((one for one in FUNCTIONS if file.stem.startswith(one + "_")), key=len)


def run(system: SteppedSystem, name: str, real: Mapping[str, str] | None = None) -> Any:
    """Invoke the function with the file's event, ids and secrets being this system's."""
    text = (ROOT / "events" / f"{name}.json").read_text(encoding="utf-8")
    for written, meant in {"your-api-key": KEY, **(real or {})}.items():
        assert written in text or written == "your-api-key", written
        text = text.replace(written, meant)
    return system.invoke(function_of(Path(f"{name}.json")), json.loads(text))


def answer(given: Mapping[str, Any], status: int) -> Any:
    """The body of an HTTP answer."""
    assert given["statusCode"] == status, given
    return json.loads(given["body"])


def told(calls: AwsCalls) -> list[str]:
    return [entry["DetailType"] for put in calls.of("PutEvents") for entry in put["Entries"]]


def queued(calls: AwsCalls) -> list[Any]:
    return [
        json.loads(entry["MessageBody"])
        for sent in calls.of("SendMessageBatch")
        for entry in sent["Entries"]
    ]


def quietly_open(system: SteppedSystem) -> str:
    """An incident that is published, and whose telling has not begun."""
    incident = {"name": "API is down", "impact_override": "critical"}
    body = {"incident": incident}
    return str(system.operator("POST", "/v1/pages/default/incidents", body).json["id"])


# One for each file, by its name.


def subscribe_sign_up(system: SteppedSystem) -> None:
    one = answer(run(system, "subscribe_sign_up"), 202)["id"]
    system.run()
    assert len(system.code()) == 6
    (row,) = system.rows("direct")
    assert row["preferences"]["severity_filter"] == ["critical", "major"]
    assert row["subscriber"] == one


def subscribe_sign_up_form(system: SteppedSystem) -> None:
    answer(run(system, "subscribe_sign_up_form"), 202)
    system.run()
    (row,) = system.rows("direct")
    assert len(row["preferences"]["services"]) == 1
    assert len(system.texts()) == 1


def statuspage_sign_up_subscribe(system: SteppedSystem) -> None:
    system.operator("PATCH", "/v1/pages/default", {"statuspage_sign_up": True})
    shown = answer(run(system, "statuspage_sign_up_subscribe"), 201)["subscriber"]
    assert shown["phone_number"] == "+1555123xxxx"
    system.run()
    assert len(system.code()) == 6


def subscribe_sign_up_on_page(system: SteppedSystem) -> None:
    answer(run(system, "subscribe_sign_up_on_page"), 202)
    (row,) = system.rows("direct")
    assert row["preferences"]["severity_filter"] == ["critical"]


def subscribe_resend(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(31)
    assert answer(run(system, "subscribe_resend", {SUBSCRIBER: one}), 202)["id"] == one
    system.run()
    assert len(system.texts()) == 2


def verify_code(system: SteppedSystem) -> None:
    one = system.sign_up()
    given = run(system, "verify_code", {SUBSCRIBER: one, "123456": system.code()})
    assert answer(given, 200)["status"] == "active"


def _managed(system: SteppedSystem, name: str) -> Any:
    verified = system.subscribe()
    real = {TOKEN: verified["manage_token"], SUBSCRIBER: verified["id"]}
    return answer(run(system, name, real), 200)


def manage_read(system: SteppedSystem) -> None:
    assert _managed(system, "manage_read")["phone"] == "+1555123xxxx"


def manage_change(system: SteppedSystem) -> None:
    assert _managed(system, "manage_change")["preferences"]["updates"] is True


def manage_unsubscribe(system: SteppedSystem) -> None:
    assert _managed(system, "manage_unsubscribe")["status"] == "unsubscribed"
    (row,) = system.rows("subscriber")
    assert row["state"] == "unsubscribed"


def public_api_form(system: SteppedSystem) -> None:
    form = answer(run(system, "public_api_form"), 200)
    assert form["page"] == {"id": "default", "name": "Demo", "url": "https://status.example.test/"}
    assert {one["key"] for one in form["components"]} == {"svc_api", "svc_payments"}


def subscribe_challenge(system: SteppedSystem) -> None:
    set_page(system, bot_gate=True)
    assert answer(run(system, "subscribe_challenge"), 200)["algorithm"] == "SHA-256"


def public_api_openapi(system: SteppedSystem) -> None:
    assert "/subscriptions" in answer(run(system, "public_api_openapi"), 200)["paths"]


def widget_script(system: SteppedSystem) -> None:
    given = run(system, "widget_script")
    assert given["statusCode"] == 200
    assert given["headers"]["Content-Type"].startswith("text/javascript")
    assert "subscription_form" in given["body"]


def console_page(system: SteppedSystem) -> None:
    given = run(system, "console_page")
    assert (given["statusCode"], given["headers"]["Content-Type"][:9]) == (200, "text/html")
    assert 'src="console/main.js"' in given["body"]


def console_file(system: SteppedSystem) -> None:
    given = run(system, "console_file")
    assert (given["statusCode"], given["headers"]["Content-Type"][:15]) == (200, "text/javascript")
    assert "./api.js" in given["body"]


def incident_open(system: SteppedSystem) -> None:
    system.subscribe()
    one = answer(run(system, "incident_open"), 201)
    system.run()
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"
    assert answer(run(system, "incident_open"), 201)["id"] == one["id"]  # its Idempotency-Key


def incident_update(system: SteppedSystem) -> None:
    one = system.open_incident()
    assert answer(run(system, "incident_update", {INCIDENT: one}), 200)["status"] == "identified"


def incident_preview(system: SteppedSystem) -> None:
    system.subscribe(preferences={"updates": True})
    one = system.open_incident()
    seen = answer(run(system, "incident_preview", {INCIDENT: one}), 200)
    assert (seen["id"], seen["recipients"]["total"]) == (one, 1)


def incident_recall(system: SteppedSystem) -> None:
    one = quietly_open(system)
    assert answer(run(system, "incident_recall", {INCIDENT: one}), 200)["id"] == one


def incident_list(system: SteppedSystem) -> None:
    one = system.open_incident()
    assert [each["id"] for each in answer(run(system, "incident_list"), 200)] == [one]


def incident_components(system: SteppedSystem) -> None:
    names = {one["name"] for one in answer(run(system, "incident_components"), 200)}
    assert names == {"API", "Payments"}


def incident_console_open(system: SteppedSystem) -> None:
    system.subscribe()
    assert run(system, "incident_console_open")["status"] == "investigating"
    system.run()
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"


def incident_console_update(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    one = system.open_incident()
    assert run(system, "incident_console_update", {INCIDENT: one})["status"] == "identified"
    system.run()
    assert system.texts()[-1] == "[Demo] Update: API is down - Identified"


def incident_console_recall(system: SteppedSystem) -> None:
    one = quietly_open(system)
    assert run(system, "incident_console_recall", {INCIDENT: one})["id"] == one


def incident_console_resolve(system: SteppedSystem) -> None:
    system.subscribe()
    one = run(system, "incident_console_open")["id"]
    system.run()
    ended = run(system, "incident_console_resolve", {INCIDENT: one})
    assert ended["status"] == "resolved"
    assert ended["components"][0]["status"] == "operational"
    system.run()
    assert system.texts()[-1] == "[Demo] Resolved: API is down"


def operator_add_subscriber(system: SteppedSystem) -> None:
    added = answer(run(system, "operator_add_subscriber"), 201)
    assert (added["status"], added["warnings"]) == ("active", [])


def operator_list_subscribers(system: SteppedSystem) -> None:
    system.subscribe()
    given = run(system, "operator_list_subscribers")
    assert given["statusCode"] == 200
    assert given["body"] == "+1555123xxxx | Yes | 2027-01-15\n"


def statuspage_subscribers_list(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    (shown,) = answer(run(system, "statuspage_subscribers_list"), 200)
    assert (shown["id"], shown["mode"]) == (one, "sms")


def operator_remove_subscriber(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    removed = answer(run(system, "operator_remove_subscriber", {SUBSCRIBER: one}), 200)
    assert removed == {"id": one, "status": "unsubscribed"}


def operator_release_subscriber(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    system.table.write(quarantine("default", one, "twilio 30005", START))
    released = answer(run(system, "operator_release_subscriber", {SUBSCRIBER: one}), 200)
    assert released == {"id": one, "status": "active"}


def operator_change_page(system: SteppedSystem) -> None:
    changed = answer(run(system, "operator_change_page"), 200)
    assert (changed["timezone"], changed["quiet_hours"]) == ("America/New_York", "22:00-07:00")


def operator_read_sending(system: SteppedSystem) -> None:
    assert answer(run(system, "operator_read_sending"), 200)["paused"] is False


def accounts_deliveries(system: SteppedSystem) -> None:
    system.subscribe()
    one = system.open_incident()
    system.run()
    found = answer(run(system, "accounts_deliveries", {INCIDENT: one}), 200)
    assert found["deliveries"] or found["next_cursor"]


def accounts_report(system: SteppedSystem) -> None:
    one = system.open_incident()
    assert answer(run(system, "accounts_report", {INCIDENT: one}), 200)["incident"] == one


def accounts_history(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    found = answer(run(system, "accounts_history", {SUBSCRIBER: one}), 200)
    assert found["id"] == one


def accounts_audit(system: SteppedSystem) -> None:
    system.open_incident()
    (entry,) = answer(run(system, "accounts_audit"), 200)["audit"]
    assert entry["event"] == "incident.created"


def status_page_read(system: SteppedSystem) -> None:
    given = run(system, "status_page_read")
    assert given["statusCode"] == 200
    assert "All Systems Operational" in given["body"]


def snapshot_page(system: SteppedSystem) -> None:
    assert run(system, "snapshot_page") == {"batchItemFailures": []}
    assert system.rows("snapshot")


def alerts_alertmanager(system: SteppedSystem) -> None:
    system.add_key("key-of-the-monitoring", scope="alerts")
    real = {"your-api-key": "key-of-the-monitoring"}
    assert answer(run(system, "alerts_alertmanager", real), 202)["taken"] == 1
    assert [row["state"] for row in system.rows("draft")] == ["waiting"]


def alerts_eventbridge(system: SteppedSystem) -> None:
    assert run(system, "alerts_eventbridge")["taken"] == 1


def team_show(system: SteppedSystem) -> None:
    assert answer(run(system, "team_show"), 200)["policy"]["critical"][-1] == "sms"


def team_acknowledge(system: SteppedSystem) -> None:
    one = raised(system)
    found = answer(run(system, "team_acknowledge", {ESCALATION: one}), 200)
    assert found["state"] == "acknowledged"


def provider_show(system: SteppedSystem) -> None:
    assert answer(run(system, "provider_show"), 200)["status"] == "default"


def provider_set(system: SteppedSystem) -> None:
    assert answer(run(system, "provider_set"), 200)["status"] == "own"


def provider_test(system: SteppedSystem) -> None:
    provider_set(system)
    found = answer(run(system, "provider_test"), 200)
    assert found["works"] is True, found


def suppressions_add(system: SteppedSystem) -> None:
    system.subscribe()
    assert answer(run(system, "suppressions_add"), 201)["reason"] == "operator"
    assert system.rows("subscriber")[0]["state"] == "unsubscribed"


def sends_send(system: SteppedSystem) -> None:
    given = answer(run(system, "sends_send"), 202)
    system.run()
    assert given["status"] == "queued"
    assert system.texts() == ["Your ticket 4711 was closed."]


def sends_stats(system: SteppedSystem) -> None:
    assert answer(run(system, "sends_stats"), 200)["total"]["texts"] == 0


def sends_usage(system: SteppedSystem) -> None:
    assert answer(run(system, "sends_usage"), 200)["is_metered"] is False


def sends_list(system: SteppedSystem) -> None:
    assert answer(run(system, "sends_list"), 200)["sends"] == []


def suppressions_list(system: SteppedSystem) -> None:
    assert answer(run(system, "suppressions_list"), 200)["suppressions"] == []


def suppressions_reviews(system: SteppedSystem) -> None:
    assert answer(run(system, "suppressions_reviews"), 200)["reviews"] == []


def suppressions_codes(system: SteppedSystem) -> None:
    assert answer(run(system, "suppressions_codes"), 200)["paused"] == []


def operator_pause_sending(system: SteppedSystem) -> None:
    assert answer(run(system, "operator_pause_sending"), 200)["paused"] is True


def operator_save_template(system: SteppedSystem) -> None:
    saved = answer(run(system, "operator_save_template"), 200)
    assert saved["preview"].startswith("[Demo] Major: ")


def operator_console_help(system: SteppedSystem) -> None:
    assert "pause" in run(system, "operator_console_help")["actions"]


def operator_console_pause(system: SteppedSystem) -> None:
    assert run(system, "operator_console_pause")["paused"] is True
    (note,) = [row for row in system.rows("audit") if row["event"] == "page.paused"]
    assert note["actor"] == "the AWS console"


def operator_console_resume(system: SteppedSystem) -> None:
    run(system, "operator_console_pause")
    assert run(system, "operator_console_resume")["paused"] is False


def operator_console_sending(system: SteppedSystem) -> None:
    assert run(system, "operator_console_sending")["senders"]


def operator_console_list(system: SteppedSystem) -> None:
    system.subscribe()
    (one,) = run(system, "operator_console_list")["subscribers"]
    assert one["phone"] == "+1555123xxxx"


def operator_console_show(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    assert run(system, "operator_console_show", {SUBSCRIBER: one})["phone"] == PHONE
    (note,) = [row for row in system.rows("audit") if row["event"] == "subscriber.shown"]
    assert note["actor"] == "the AWS console"


def operator_console_recall(system: SteppedSystem) -> None:
    one = quietly_open(system)
    recalled = run(system, "operator_console_recall", {INCIDENT: one})
    assert recalled == {"incident": one, "recalled": 1}


def _signed(name: str, path: str, real: Mapping[str, str]) -> dict[str, str]:
    """What to put in place of the file's signature: Twilio's, of this system's URL and token."""
    text = (ROOT / "events" / f"{name}.json").read_text()
    for written, meant in real.items():
        text = text.replace(written, meant)
    form = dict(parse_qsl(json.loads(text)["body"], keep_blank_values=True))
    return {**real, SIGNATURE: sign(API_URL + path, form, FAKE_AUTH_TOKEN)}


def twilio_webhook_stop(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    assert run(system, "twilio_webhook_stop")["statusCode"] == 403  # not Twilio's signature
    real = _signed("twilio_webhook_stop", "/twilio/default/inbound", {})
    assert run(system, "twilio_webhook_stop", real)["statusCode"] == 200
    found = get_subscriber(system.table, "default", one, system.now)
    assert found is not None
    assert found.suppressed == "stop"


def twilio_webhook_keyword(system: SteppedSystem) -> None:
    system.subscribe()
    real = _signed("twilio_webhook_keyword", "/twilio/default/inbound", {})
    assert run(system, "twilio_webhook_keyword", real)["statusCode"] == 200
    system.run()
    assert system.texts()[-1].startswith("[Demo] No alerts until Fri 15 Jan 16:00 UTC.")


def twilio_webhook_delivered(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    system.twilio.faults.add([_no_callbacks()])
    incident = system.open_incident()
    (row,) = system.rows("delivery")
    assert row["status"] == "accepted"
    real = {INCIDENT: incident, SUBSCRIBER: one}
    path = f"/twilio/default/status/a.{incident}.1.{one}.1"
    given = run(system, "twilio_webhook_delivered", _signed("twilio_webhook_delivered", path, real))
    assert given["statusCode"] == 200
    (row,) = system.rows("delivery")
    assert row["status"] == "delivered"


def _no_callbacks() -> Any:
    return DropCallbacks(kind="drop_callbacks")


def aws_sms_stop(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    assert run(system, "aws_sms_stop") == {"batchItemFailures": []}
    found = get_subscriber(system.table, "default", one, system.now)
    assert found is not None
    assert found.suppressed == "stop"


def aws_sms_delivered(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    system.twilio.faults.add([_no_callbacks()])
    incident = system.open_incident()
    real = {INCIDENT: incident, SUBSCRIBER: one}
    assert run(system, "aws_sms_delivered", real) == {"batchItemFailures": []}
    (row,) = system.rows("delivery")
    assert row["status"] == "delivered"


def _mailed(system: SteppedSystem) -> dict[str, str]:
    """A mailbox that was told of an incident, as the files name both. SES says nothing itself."""
    system.ses.tells = False
    one = add_mailbox(system)
    sent_at = datetime.fromtimestamp(system.now + 1, UTC).isoformat()
    return {
        INCIDENT: system.open_incident(),
        SUBSCRIBER: one,
        "2027-01-15T08:00:00.012Z": sent_at,
    }


def mail_events_delivered(system: SteppedSystem) -> None:
    assert run(system, "mail_events_delivered", _mailed(system)) == {"batchItemFailures": []}
    (row,) = system.rows("delivery")
    assert row["status"] == "delivered"


def mail_events_bounced(system: SteppedSystem) -> None:
    real = _mailed(system)
    assert run(system, "mail_events_bounced", real) == {"batchItemFailures": []}
    (row,) = system.rows("delivery")
    assert (row["status"], row["reason"]) == ("undelivered", "ses BouncePermanent")
    found = get_subscriber(system.table, "default", real[SUBSCRIBER], system.now)
    assert found is not None
    assert found.suppressed == "bounce"


def mail_events_complained(system: SteppedSystem) -> None:
    real = _mailed(system)
    assert run(system, "mail_events_complained", real) == {"batchItemFailures": []}
    (row,) = system.rows("delivery")
    assert (row["status"], row["reason"]) == ("delivered", "ses Complaint")
    found = get_subscriber(system.table, "default", real[SUBSCRIBER], system.now)
    assert found is not None
    assert found.suppressed == "complaint"


def relay_update(system: SteppedSystem) -> None:
    with watched() as calls:
        assert run(system, "relay_update") == {"batchItemFailures": []}
    (task,) = [one for one in queued(calls) if one["kind"] != "snapshot"]
    assert (task["kind"], task["incident"], task["seq"]) == ("fan_out", INCIDENT, 1)
    assert task["shards"] == list(range(16))


def relay_direct_text(system: SteppedSystem) -> None:
    with watched() as calls:
        assert run(system, "relay_direct_text") == {"batchItemFailures": []}
    (task,) = queued(calls)
    assert (task["kind"], task["subscriber"], task["direct"]) == ("direct", SUBSCRIBER, DIRECT)
    assert PHONE not in json.dumps(task)


def relay_audit(system: SteppedSystem) -> None:
    with watched() as calls:
        assert run(system, "relay_audit") == {"batchItemFailures": []}
    assert told(calls) == ["incident.created"]


def relay_delivery(system: SteppedSystem) -> None:
    with watched() as calls:
        assert run(system, "relay_delivery") == {"batchItemFailures": []}
    assert told(calls) == ["sms.delivered"]


def fan_out_update(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    incident = quietly_open(system)
    with watched() as calls:
        given = run(system, "fan_out_update", {INCIDENT: incident})
    assert given == {"batchItemFailures": []}
    (batch,) = [task for task in queued(calls) if task["kind"] == "announcement"]
    assert batch["subscribers"] == [one]


def sender_announcement(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    real = {INCIDENT: quietly_open(system), SUBSCRIBER: one}
    for _ in range(2):  # queues deliver twice
        assert run(system, "sender_announcement", real) == {"batchItemFailures": []}
    texts = [text for text in system.texts() if "incident" in text]
    assert texts == ["[Demo] Critical incident: API is down"]


def web_sender_announcement(system: SteppedSystem) -> None:
    with endpoints(system) as world:
        one = add_endpoint(system, "https://hooks.example.com/")
        real = {INCIDENT: quietly_open(system), SUBSCRIBER: one}
        for _ in range(2):  # queues deliver twice
            assert run(system, "web_sender_announcement", real) == {"batchItemFailures": []}
    assert len(world.got) == 1


def sender_code(system: SteppedSystem) -> None:
    more = {"phone": PHONE, "nonce": "00" * 16, "preferences": {}}
    asked = put_direct_text("default", SUBSCRIBER, DIRECT, "verification", system.now, **more)
    system.table.write(asked)
    for _ in range(2):
        assert run(system, "sender_code") == {"batchItemFailures": []}
    assert len(system.texts()) == 1
    assert len(system.code()) == 6


def deactivations_daily(system: SteppedSystem) -> None:
    assert run(system, "deactivations_daily") == {"quarantined": 0}


def clock_tick(system: SteppedSystem) -> None:
    assert run(system, "clock_tick")["pages"] == 1


RUN: Mapping[str, Callable[[SteppedSystem], None]] = {
    one.__name__: one
    for one in (
        subscribe_sign_up,
        subscribe_sign_up_form,
        statuspage_sign_up_subscribe,
        subscribe_sign_up_on_page,
        subscribe_resend,
        verify_code,
        manage_read,
        manage_change,
        manage_unsubscribe,
        public_api_form,
        subscribe_challenge,
        public_api_openapi,
        widget_script,
        console_page,
        console_file,
        incident_open,
        incident_update,
        incident_preview,
        incident_recall,
        incident_list,
        incident_components,
        incident_console_open,
        incident_console_update,
        incident_console_recall,
        incident_console_resolve,
        operator_add_subscriber,
        operator_list_subscribers,
        statuspage_subscribers_list,
        operator_remove_subscriber,
        operator_release_subscriber,
        operator_change_page,
        operator_read_sending,
        operator_pause_sending,
        status_page_read,
        snapshot_page,
        aws_sms_delivered,
        aws_sms_stop,
        mail_events_delivered,
        mail_events_bounced,
        mail_events_complained,
        alerts_alertmanager,
        alerts_eventbridge,
        team_show,
        team_acknowledge,
        provider_show,
        provider_set,
        provider_test,
        suppressions_add,
        suppressions_list,
        suppressions_reviews,
        suppressions_codes,
        sends_send,
        sends_list,
        sends_stats,
        sends_usage,
        accounts_deliveries,
        accounts_report,
        accounts_history,
        accounts_audit,
        operator_save_template,
        operator_console_help,
        operator_console_pause,
        operator_console_resume,
        operator_console_sending,
        operator_console_list,
        operator_console_show,
        operator_console_recall,
        twilio_webhook_stop,
        twilio_webhook_keyword,
        twilio_webhook_delivered,
        relay_update,
        relay_direct_text,
        relay_audit,
        relay_delivery,
        fan_out_update,
        sender_announcement,
        web_sender_announcement,
        sender_code,
        clock_tick,
        deactivations_daily,
    )
}


@pytest.mark.parametrize("name", sorted(RUN))
def test_event(system: SteppedSystem, name: str) -> None:
    RUN[name](system)
    assert not system.failures


WRONG: tuple[Any, ...] = (
    {"key1": "value1", "key2": "value2", "key3": "value3"},  # what the console proposes
    {},
    [],
    None,
    "hello",
    {"Records": "none"},
    {"Records": [None]},
    {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "example-bucket"}}}]},
    {"httpMethod": "GET"},
    {"httpMethod": "GET", "path": "/", "requestContext": {}},
    {"action": "dance"},
    {"action": "show"},
    {"action": "pause", "page": "nowhere"},
)


@pytest.mark.parametrize(
    ("function", "event"),
    [
        pytest.param(function, event, id=f"{function} {json.dumps(event)}")
        for function in FUNCTIONS
        for event in WRONG
        if function not in ("clock", "deactivations")  # which look, whatever they are given
        and not (function in FILES and isinstance(event, dict) and "httpMethod" in event)
    ],
)
def test_an_event_that_a_function_does_not_take_is_answered_by_a_sentence(
    system: SteppedSystem, function: str, event: Any
) -> None:
    told = system.invoke(function, event)["error"]
    assert told["message"].endswith(".")
    assert not system.failures


def test_every_file_is_run() -> None:
    assert {file.stem for file in EVENTS} == set(RUN)


def test_every_function_has_an_event() -> None:
    assert {function_of(file) for file in EVENTS} == set(FUNCTIONS)


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_an_event_is_as_its_source_makes_it(system: SteppedSystem, file: Path) -> None:
    """With every field that the local run, which follows AWS, gives such an event."""
    event = json.loads(file.read_text(encoding="utf-8"))
    if "httpMethod" in event:
        made = _http_event()
        made["requestContext"].pop("stage", None)
        assert set(made) <= set(event)
        assert set(made["requestContext"]) <= set(event["requestContext"])
        assert set(made["requestContext"]["identity"]) <= set(event["requestContext"]["identity"])
        routes = system.api.routes
        assert {(event["httpMethod"], event["resource"]), ("ANY", event["resource"])} & set(routes)
        assert system.api.has_route(event["httpMethod"], event["path"])
    for record in event.get("Records", []):
        assert record["eventSource"] in ("aws:sqs", "aws:dynamodb")
        assert record["awsRegion"] == "us-east-1"


def _http_event() -> dict[str, Any]:
    return proxy_event(
        HttpRequest("GET", "/x"),
        resource="/x",
        path_parameters={},
        stage="v1",
        stage_variables=None,
        binary_media_types=[],
        request_id="x",
    )
