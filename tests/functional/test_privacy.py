"""Promise 8: no phone number, code, key or token in a log, a metric, a queue, an event, an error.

The journeys, with what goes wrong on them, under the most talkative logging there is.
"""

import io
import json
import logging
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.configuration import FAKE_AUTH_TOKEN, FAKE_FROM
from statustext.domain.ids import subscriber_id
from statustext.domain.masking import mask, mask_all
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    Watch,
    add_active,
    change_quietly,
    master_key,
    open_quietly,
    queue,
    settle_down,
    spoil,
    watched,
)
from tests.stepped import KEY, PHONE, SteppedSystem

OTHER = "+15557654321"


@dataclass
class Told:
    """All that left the program other than texts and answers, by where it went."""

    system: SteppedSystem
    watch: Watch
    log: io.StringIO
    secrets: dict[str, str] = field(default_factory=dict)

    def everything(self, printed: str) -> dict[str, str]:
        calls = self.watch.calls
        return {
            "the log": self.log.getvalue(),
            "standard output": printed,
            "a queue": self._sent(calls, "sqs"),
            "an event": self._sent(calls, "events"),
            "an error": "\n".join(self.system.failures),
        }

    def _sent(self, calls: list[Call], service: str) -> str:
        wanted = ("SendMessage", "SendMessageBatch", "PutEvents")
        sent = [c for c in calls if c.service == service and c.operation in wanted]
        return "\n".join(str(call.params) for call in sent if call.function)


class _Everything(logging.Formatter):
    """A record with all that it holds: message, arguments, extras, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} {record.__dict__!r}"


@pytest.fixture(autouse=True)
def one_and_the_same_chance(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes that are the same in every run: six digits may else stand in a time by accident."""
    chance = random.Random(5)  # noqa: S311  # what is wanted is no secret
    for name, module in list(sys.modules.items()):
        if name.startswith("local_functions_") and hasattr(module, "system_entropy"):
            monkeypatch.setattr(module, "system_entropy", chance.randbytes)


@pytest.fixture
def told(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """Everything is written down meanwhile, down to DEBUG."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    from statustext.observability import logger

    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(_Everything("%(name)s %(message)s"))
    ours: Any = logging.getLogger(logger.name)
    found = [logging.getLogger(), ours]
    levels = [one.level for one in found]
    for one in found:
        one.setLevel(logging.DEBUG)
        one.addHandler(handler)
    try:
        with watched(system) as watch:
            yield Told(system, watch, log)
    finally:
        for one, level in zip(found, levels, strict=True):
            one.removeHandler(handler)
            one.setLevel(level)


def visitors(told: Told) -> None:
    """Sign up, mistype, verify, manage; with numbers where none belong."""
    system = told.system
    one = system.sign_up()
    code = told.secrets["code"] = system.code()
    system.http("POST", f"/subscriptions/{one}/verify", {"code": "000000"})
    verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": code}).json
    token = told.secrets["manage token"] = verified["manage_token"]
    system.run()
    bearer = {"Authorization": f"Bearer {token}"}
    system.http("GET", f"/subscriptions/{one}", headers=bearer)
    system.http("PATCH", f"/subscriptions/{one}", {"preferences": {PHONE: 1}}, headers=bearer)
    system.http("GET", f"/subscriptions/{PHONE}", headers=bearer)
    system.http("POST", f"/subscriptions/{PHONE}/verify", {"code": code, PHONE: code})
    system.http("POST", f"/pages/{PHONE}/subscriptions", {"phone": PHONE, "consent": True})
    for body in ({"phone": PHONE}, {"phone": f"{PHONE}{PHONE}", "consent": True}, {PHONE: True}):
        system.http("POST", "/subscriptions", body)
    system.http("POST", "/subscriptions", raw=f'{{"phone": "{PHONE}"'.encode())
    system.operator("GET", f"/api/sms/subscribers?id={PHONE}")
    system.operator("GET", f"/api/sms/subscribers?cursor={PHONE}")
    system.http("GET", "/v1/pages/default", headers={"X-API-Key": f"wrong {PHONE}"})
    system.operator("POST", "/api/sms/subscribers", {"phone": OTHER, "verified": True})
    system.run()


def repliers(told: Told) -> None:
    """Words of all kinds, a number among them; forged and repeated webhooks."""
    system = told.system
    system.operator("PATCH", "/v1/pages/default", {"keyword_replies": "statustext"})
    words = ["MANAGE", "HELP", "STATUS", "LIST", f"PAUSE until {OTHER} calls", "RESUME", "MUTE"]
    words += ["STOP", "START", f"stop the light outage at {OTHER}? 5557654321"]
    for number, word in enumerate(words):
        system.clock.shift(number + 1)
        system.twilio.reply(PHONE, word, system.now, to=FAKE_FROM)
        system.run()
    link = next(body for body in system.texts() if "#statustext=" in body)
    told.secrets["token in a link"] = link.partition("#statustext=")[2]
    form = {"From": PHONE, "Body": PHONE, "MessageSid": PHONE}
    for signature in (PHONE, ""):
        headers = {"X-Twilio-Signature": signature}
        system.http("POST", "/twilio/default/inbound", form=form, headers=headers)
        system.http("POST", f"/twilio/{PHONE}/inbound", form=form, headers=headers)


def announcements(told: Told) -> None:
    """Every outcome at Twilio, whose refusals repeat the number they are about."""
    system = told.system
    everybody = list(add_active(system, 12, Preferences(), first=300).values())
    for number, phone in enumerate(everybody):
        told.secrets[f"recipient {number}"] = phone
    faults: list[dict[str, Any]] = [
        {"kind": "refuse", "code": 21211, "message": f"The 'To' number {everybody[0]} is not"},
        {"kind": "refuse", "code": 21610, "message": f"{everybody[1]} opted out"},
        {"kind": "refuse", "code": 21408, "message": f"Permission for {everybody[2]}"},
        {"kind": "refuse", "code": 29999, "message": f"{everybody[3]} {FAKE_AUTH_TOKEN}"},
        {"kind": "refuse", "code": 20429, "status": 429, "message": everybody[4]},
        {"kind": "server_error"},
        {"kind": "time_out"},
        {"kind": "malformed", "body": f'{{"sid": {everybody[7]}'},
        {"kind": "malformed", "body": f'["{everybody[8]}"]'},
        {"kind": "reset"},
        {"kind": "final_status", "status": "failed", "code": 21610},
    ]
    for phone, fault in zip(everybody, faults, strict=False):
        spoil(system, **fault, to=phone, times=2)
    spoil(system, kind="server_error", on="list", times=3)
    incident = open_quietly(system)
    settle_down(system, 3600)
    change_quietly(system, incident, status="resolved")
    settle_down(system, 600)


def mishaps(told: Told) -> None:
    """AWS fails in the middle of everything, and says about what; poison lies in the queues."""
    system = told.system

    def fail(call: Call) -> None:
        answer: Any = {"Error": {"Code": "ValidationException", "Message": f"bad value {PHONE}"}}
        if call.service != "secretsmanager":
            raise ClientError(answer, call.operation)

    for name in ("fan-out", "announcements", "codes"):
        url = system.queue_url(queue(system, name).queue_arn)
        for body in (f'{{"v": "{PHONE}"}}', f'{{"{PHONE}": {PHONE}}}', PHONE):
            system.clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    system.run()
    told.watch.before = fail
    system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
    system.http("POST", f"/subscriptions/sub_{'x' * 16}/verify", {"code": "123456"})
    system.operator("POST", "/api/sms/subscribers", {"phone": PHONE, "verified": True})
    system.twilio.reply(PHONE, "STOP", system.now, to=FAKE_FROM)
    system.webhooks()
    told.watch.before = None
    system.sign_up(OTHER)
    open_quietly(system, "Another")
    records = system.stream_records()
    assert records
    told.watch.before = fail
    system.invoke("relay", {"Records": records})
    for name in ("fan-out", "announcements", "codes"):
        system.poll(queue(system, name))
    told.watch.before = None
    settle_down(system, 1200)


def test_nothing_personal_leaves_but_to_whom_it_is_meant_for(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    system = told.system
    told.secrets |= {
        "phone": PHONE,
        "other phone": OTHER,
        "operator's key": KEY,
        "master key": master_key(system),
        "Twilio's token": FAKE_AUTH_TOKEN,
    }
    visitors(told)
    repliers(told)
    announcements(told)
    mishaps(told)
    printed = capsys.readouterr().out
    everywhere = told.everything(printed)
    assert "CloudWatchMetrics" in printed, "no metric was written"
    assert "A carrier refused a text" in everywhere["the log"], "nothing was logged"
    assert "A message was not processed" in everywhere["the log"]
    assert "AWS did not do its part" in everywhere["the log"]
    assert "sub_" in everywhere["an event"]
    assert "sub_" in everywhere["a queue"]
    found = [
        f"{name} in {place}: …{text[max(0, text.find(secret) - 150) : text.find(secret) + 60]}…"
        for place, text in everywhere.items()
        for name, value in told.secrets.items()
        for secret in {value, value.removeprefix("+1")}
        if secret in text
    ]
    assert found == []


def test_ids_do_not_hold_what_they_were_made_from(system: SteppedSystem) -> None:
    one = subscriber_id(master_key(system), "default", PHONE)
    assert PHONE.removeprefix("+") not in one
    assert subscriber_id("another key", "default", PHONE) != one
    assert subscriber_id(master_key(system), "another", PHONE) != one


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (PHONE, "+1555123xxxx"),
        (f"To {PHONE} from {OTHER}.", "To +1555123xxxx from +1555765xxxx."),
        ("+4915112345678", "+491511234xxxx"),
        ("no number, sub_0123456789abcdef", "no number, sub_0123456789abcdef"),
        ("", ""),
    ],
)
def test_numbers_in_the_words_of_others_are_masked(text: str, shown: str) -> None:
    assert mask_all(text) == shown


def test_a_short_number_is_masked_whole() -> None:
    assert mask("+12345") == "xxxx"
    assert "5551234567" not in json.dumps(mask(PHONE))


def test_what_the_table_holds_of_a_code_is_not_the_code(system: SteppedSystem) -> None:
    system.sign_up()
    code, rows = system.code(), system.rows()
    assert code not in str([{k: v for k, v in row.items() if k != "at"} for row in rows])
    assert KEY not in str(rows)
    assert FAKE_AUTH_TOKEN not in str(rows)


def test_the_loggers_of_others_are_quiet(system: SteppedSystem) -> None:
    """They log whole requests, numbers and tokens among them, at INFO and DEBUG."""
    assert "statustext.observability" in sys.modules
    for name in ("twilio", "twilio.http_client", "urllib3", "requests", "botocore", "boto3"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
