"""A stack's life: deployed from the earlier version, used, updated to this one, used, deleted.

The tests run in the order of the file, on one stack.
"""

import contextlib
import json
import random
import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from typer.testing import CliRunner

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, ROOT
from local.fake_twilio.ledger import FakeTwilio
from local.fake_twilio.server import FakeTwilioServer
from statustext_cli.api import Reply, request
from statustext_cli.checkup import api as checkup_api
from statustext_cli.checkup import twilio as checkup_twilio
from statustext_cli.command import app
from tests.deployment.building import Build, Place, altered, build, check_out, earlier_version
from tests.deployment.deployed import STACK as STACK_NAME
from tests.deployment.deployed import PublicAddress, Stack, deploy, eventually
from tests.deployment.ministack import Ministack, running
from tests.functional.test_events import EVENTS, function_of

STAYER, LEAVER, LATECOMER, NEWCOMER, BY_KEY = (f"+1555123000{n}" for n in range(1, 6))
SUPPRESSED = "+15551230009"
API_KEY = ("SK" + "5" * 32, "secret-of-the-api-key")
PACKAGED = ("CodeUri", "ContentUri", "TemplateURL", "Metadata")
"""What `sam deploy` replaces by addresses in S3, and where it notes its own ids."""


class Phones:
    """The people's phones, and Twilio between them and us."""

    def __init__(self, stack: Stack) -> None:
        self._fake = FakeTwilio(
            account_sid=FAKE_ACCOUNT_SID,
            auth_token=FAKE_AUTH_TOKEN,
            rng=random.Random(7),  # noqa: S311 (only picks message ids)
        )
        self.server = FakeTwilioServer(self._fake, http=PublicAddress(stack.local_address))

    def texts(self, number: str) -> list[str]:
        with self.server.state:
            found = [one for one in self._fake.phones(time.time()) if one["number"] == number]
        messages = [message for one in found for message in one["messages"]]
        return [one["body"] for one in messages if one["direction"].startswith("outbound")]

    def text(self, number: str, pattern: str) -> re.Match[str]:
        """The newest text on a phone that matches, once there is one."""

        def match() -> re.Match[str] | None:
            found = [m for text in self.texts(number) if (m := re.search(pattern, text))]
            return found[-1] if found else None

        found: re.Match[str] = eventually(match, f"a text like {pattern}")
        return found

    def reply(self, number: str, body: str, webhook: str) -> None:
        """Text from a phone, and wait until our webhook has answered for it."""
        with self.server.state:
            self._fake.inbound_url = webhook
            before = len(self._answered())
            self._fake.reply(number, body, time.time())
            self.server.state.notify_all()
        eventually(lambda: len(self._answered()) > before, "an answer to a text from a phone")
        assert self._answered()[-1] == 200

    def accept_key(self, sid: str, secret: str) -> None:
        """Take texts from an API key as well."""
        with self.server.state:
            self._fake.api_keys[sid] = secret

    @contextlib.contextmanager
    def refusing_the_token(self) -> Iterator[None]:
        """Take texts from API keys alone."""
        self._fake.auth_token = "f" * 32
        yield
        self._fake.auth_token = FAKE_AUTH_TOKEN

    def set_inbound(self, webhook: str) -> None:
        """What the number's owner pasted at Twilio."""
        with self.server.state:
            self._fake.inbound_url = webhook

    def _answered(self) -> list[Any]:
        log = list(self._fake.outbox.log)
        return [one.outcome for one in log if one.request.target.endswith("/inbound")]


@dataclass(frozen=True)
class Life:
    """The stack after its update, and what it was told before."""

    stack: Stack
    phones: Phones
    this: Build
    pending: str
    """The subscription whose code was in a queue during the update."""
    stored: Mapping[str, set[str]]
    """What operators read before the update: the ids in each list."""


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministack]:
    with running(tmp_path_factory.mktemp("ministack")) as started:
        yield started


@pytest.fixture(scope="module")
def life(ministack: Ministack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    scratch = tmp_path_factory.mktemp("versions")
    stack = Stack(ministack)
    phones = Phones(stack)
    with phones.server.start() as twilio:
        earlier, this = _built(scratch, ministack)
        deploy(ministack, earlier, twilio.url)
        stack.key = _set_up(stack, earlier.source)
        subscribe(stack, phones, STAYER)
        subscribe(stack, phones, LEAVER)
        phones.reply(LEAVER, "STOP", stack.outputs["InboundWebhookUrl"])
        stack.set_consuming("sender", False)
        pending = sign_up(stack, LATECOMER)
        open_incident(stack, "Before the update")
        eventually(lambda: stack.waiting("codes"), "a code's message")
        eventually(lambda: stack.waiting("announcements"), "an announcement's message")
        stored = _store_more(stack)
        deploy(ministack, this, twilio.url, TwilioApiKeySecret=_make_api_key(stack, phones))
        yield Life(stack, phones, this, pending, stored)


def _make_api_key(stack: Stack, phones: Phones) -> str:
    """A Twilio API key, kept as docs/operations.md says; the secret's ARN."""
    phones.accept_key(*API_KEY)
    kept = json.dumps({"sid": API_KEY[0], "secret": API_KEY[1]})
    secrets = stack.client("secretsmanager")
    name = f"{STACK_NAME}/twilio-api-key"
    return str(secrets.create_secret(Name=name, SecretString=kept)["ARN"])


def _built(scratch: Path, ministack: Ministack) -> tuple[Build, Build]:
    """The earlier version and this one."""
    earlier = check_out(earlier_version(), scratch / "earlier")
    sources = [(earlier, earlier / "built"), (ROOT, scratch / "this")]
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda of: build(of[0], of[1], ministack.environment), sources)
    return one, other


def _set_up(stack: Stack, source: Path) -> str:
    """Create the page as the README says, and let it text at once; the operator's key."""
    said = stack.command(
        source,
        *("setup", "--name", "Demo", "--url", "https://status.example.test"),
        *("--countries", "US", "--component", "svc_api=API"),
    )
    assert stack.outputs["InboundWebhookUrl"] in said
    stack.key = next(line for line in said.splitlines() if line.startswith("st_"))
    at_once = {"quiet_hours": "off", "coalescing_window": 0, "recipient_limits": []}
    stack.operate("PATCH", "/v1/pages/default", at_once)
    return stack.key


def sign_up(stack: Stack, number: str) -> str:
    answer = stack.ask("POST", "/subscriptions", {"phone": number, "consent": True})
    assert answer.status == 202, answer
    return str(answer.body["id"])


def verify(stack: Stack, phones: Phones, number: str, subscription: str) -> None:
    code = phones.text(number, r"code is (\d{6})")[1]
    answer = stack.ask("POST", f"/subscriptions/{subscription}/verify", {"code": code})
    assert (answer.status, answer.body["status"]) == (200, "active")


def subscribe(stack: Stack, phones: Phones, number: str) -> None:
    verify(stack, phones, number, sign_up(stack, number))


def open_incident(stack: Stack, name: str) -> str:
    incident = {"name": name, "impact_override": "critical", "body": "On it."}
    made = stack.operate("POST", "/v1/pages/default/incidents", {"incident": incident})
    return str(made["id"])


PAGE, SMS = "/v1/pages/default", "/api/v1/orgs/default/sms"
LISTS = (
    *(f"{PAGE}/{one}" for one in ("incidents", "components", "audit", "versions")),
    f"{SMS}/sends",
    f"{SMS}/suppressions/{quote(SUPPRESSED)}",
    f"/api/sms/subscribers?phone={quote(STAYER)}",
)


def _store_more(stack: Stack) -> dict[str, set[str]]:
    """Rows of further kinds, and what is read of all of them."""
    in_a_day = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    later = {"to": STAYER, "body": "Later.", "category": "transactional", "send_at": in_a_day}
    stack.operate("POST", f"{SMS}/send", later)
    stack.operate("POST", f"{SMS}/suppressions", {"phone": SUPPRESSED, "reason": "asked"})
    stack.operate("PUT", f"{PAGE}/templates/created", {"template": "{{page}}: {{title}}"})
    return _lists(stack)


def _lists(stack: Stack) -> dict[str, set[str]]:
    return {path: set(_ids(stack.operate("GET", path))) for path in LISTS}


def _ids(answer: Any) -> Iterator[str]:
    """Whatever an answer calls its entries by, at any depth."""
    entries = answer.values() if isinstance(answer, dict) else answer
    if isinstance(answer, dict):
        yield from (str(answer[name]) for name in ("id", "subscriber") if name in answer)
    for entry in entries:
        if isinstance(entry, dict | list):
            yield from _ids(entry)


def test_what_was_stored_before_the_update_is_read_after_it(life: Life) -> None:
    read = _lists(life.stack)
    for path, before in life.stored.items():
        assert before, path
        assert before <= read[path], path
    template = life.stack.operate("GET", f"{PAGE}/templates")
    assert "{{page}}: {{title}}" in json.dumps(template)


def test_an_update_keeps_rows_and_the_messages_in_the_queues(life: Life) -> None:
    life.stack.set_consuming("sender", True)
    life.phones.text(STAYER, "Before the update")
    verify(life.stack, life.phones, LATECOMER, life.pending)
    assert not [text for text in life.phones.texts(LEAVER) if "Before the update" in text]


def test_the_tour(life: Life) -> None:
    stack, phones = life.stack, life.phones
    subscribe(stack, phones, NEWCOMER)
    incident = open_incident(stack, "First outage")
    for number in (STAYER, LATECOMER, NEWCOMER):
        phones.text(number, "First outage")
    phones.reply(NEWCOMER, "Please stop texting me", stack.outputs["InboundWebhookUrl"])
    resolved = {"incident": {"status": "resolved"}}
    stack.operate("PATCH", f"/v1/pages/default/incidents/{incident}", resolved)
    for number in (STAYER, LATECOMER):
        phones.text(number, r"Resolved after \d+ min: First outage")
    for number in (LEAVER, NEWCOMER):
        assert not [text for text in phones.texts(number) if "Resolved" in text]


def test_receipts_arrive(life: Life) -> None:
    def delivered() -> bool:
        (incident,) = [
            one
            for one in life.stack.operate("GET", "/v1/pages/default/incidents")
            if one["name"] == "First outage"
        ]
        counts = json.dumps(incident["incident_updates"])
        return '"delivered": 3' in counts

    eventually(delivered, "receipts")


def test_the_clock_ticks(life: Life) -> None:
    logs = life.stack.client("logs")
    group = f"/aws/lambda/{STACK_NAME}-clock"

    def ticked() -> bool:
        return bool(logs.describe_log_streams(logGroupName=group)["logStreams"])

    eventually(ticked, "a tick of the clock")


def test_texts_go_by_the_api_key_that_the_update_brought(life: Life) -> None:
    with life.phones.refusing_the_token():
        sign_up(life.stack, BY_KEY)
        life.phones.text(BY_KEY, r"code is \d{6}")


def test_the_doctor_finds_a_good_deployment(
    life: Life, ministack: Ministack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = life.stack
    for name, value in ministack.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)

    def carry(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        is_ours = url.startswith(stack.outputs["ApiUrl"])
        return request(method, stack.local_address(url) if is_ours else url, body, headers)

    monkeypatch.setattr(checkup_api, "request", carry)
    monkeypatch.setattr(checkup_twilio, "request", carry)
    words = ["--json", "--key", stack.key, "--api", stack.outputs["ApiUrl"], "doctor"]
    life.phones.set_inbound(stack.outputs["InboundWebhookUrl"])
    found = json.loads(CliRunner().invoke(app, words).stdout)
    said = [one["said"] for one in found if one["state"] != "ok"]
    # ministack sends no mail, so its subscription is never confirmed, and plays no recovery of a
    # table, which the template asks for (tests/contract/test_template.py).
    not_played = ("hears of alarms", "point-in-time recovery")
    assert [one for one in said if not any(what in one for what in not_played)] == [], found
    assert len(found) == 15, found


def test_nothing_is_given_up(life: Life) -> None:
    for queue in ("fan-out", "announcements", "codes"):
        eventually(lambda: not life.stack.waiting(queue), f"an empty queue {queue}")  # noqa: B023
    for queue in ("relay", "fan-out", "announcements", "codes", "clock"):
        assert life.stack.waiting(f"{queue}-dead") == 0, queue


def test_no_log_holds_a_number(life: Life) -> None:
    logs = life.stack.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK_NAME}-")["logGroups"]
    lines = [
        event["message"]
        for group in groups
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    ]
    assert lines
    for number in (STAYER, LEAVER, LATECOMER, NEWCOMER, BY_KEY):
        assert not [line for line in lines if number in line or number[1:] in line]


def test_only_the_listed_alterations_were_deployed(life: Life) -> None:
    formation = life.stack.client("cloudformation")
    nested = formation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="Monitoring"
    )["StackResourceDetail"]["PhysicalResourceId"]
    names = {"template.yaml": STACK_NAME, "Monitoring/template.yaml": nested}
    for file, name in names.items():
        body = formation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
        deployed = _parsed(body)
        built = life.this.built[file]
        listed = [one for one in life.this.alterations if one.file == file]
        assert _differences(built, deployed) == {one.place for one in listed}
        assert _differences(altered(built, listed), deployed) == set()


def _parsed(body: Any) -> Any:
    return yaml.safe_load(body) if isinstance(body, str) else body


def _differences(one: Any, other: Any, place: Place = ()) -> set[Place]:
    """Where two templates differ, but for what packaging replaces."""
    if place and place[-1] in PACKAGED:
        return set()
    if isinstance(one, dict) and isinstance(other, dict):
        found: set[Place] = set()
        for key in one.keys() | other.keys():
            if key in one and key in other:
                found |= _differences(one[key], other[key], (*place, str(key)))
            elif key not in PACKAGED:
                found.add((*place, str(key)))
        return found
    return set() if one == other else {place}


OF_SOME_STACKS = ("aws_sms", "mail_events")
OF_EVERY_STACK = [one for one in EVENTS if function_of(one) not in OF_SOME_STACKS]
"""Those functions are there with a second carrier (AwsSmsFrom) or mails (EmailFrom) only, which the
emulator has not."""


@pytest.mark.parametrize("file", OF_EVERY_STACK, ids=lambda file: file.stem)
def test_every_function_takes_its_events_directly(life: Life, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("your-api-key", life.stack.key)
    error, answer = life.stack.invoke(function_of(file), json.loads(text))
    assert error is None, answer
    if isinstance(answer, dict) and "statusCode" in answer:
        assert answer["statusCode"] < 500, answer


def test_a_delete_keeps_what_must_be_kept(life: Life) -> None:
    stack = life.stack
    kept = {name: stack.outputs[name] for name in ("TableName", "KeysSecretId", "TwilioSecretId")}
    stack.delete()
    rows = stack.client("dynamodb").scan(TableName=kept["TableName"])["Items"]
    kinds = {row["kind"]["S"] for row in rows if "kind" in row}
    assert {"subscriber", "consent", "incident"} <= kinds
    secrets = stack.client("secretsmanager").list_secrets()["SecretList"]
    known = {one[name] for one in secrets for name in ("ARN", "Name")}
    assert kept["KeysSecretId"] in known
    assert kept["TwilioSecretId"] not in known
    assert stack.client("lambda").list_functions()["Functions"] == []
    assert not stack.client("sqs").list_queues(QueueNamePrefix=STACK_NAME).get("QueueUrls")
    alarms = stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarms == [], "the stack inside the stack is gone with it"
