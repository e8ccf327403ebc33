"""The whole system in one thread, stepped by hand under a clock that only tests move.

The template's resources, routes, roles and event sources are used as deployed; AWS is
local/lean_aws or moto in the process, Twilio the stateful fake right under twilio-python's HTTP
client. Nothing waits: a sleep moves the clock.
"""

import base64
import contextlib
import io
import itertools
import json
import math
import os
import random
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import time_machine
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends
from twilio.http.response import Response

from local.api_gateway import RestApi
from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM, ROOT
from local.emulator import Clients, connect
from local.event_pattern import passes
from local.event_sources import QueueSettings, queue_record
from local.fake_aws_sms import FakeAwsSms
from local.fake_ses import FakeSes
from local.fake_twilio.ledger import FakeTwilio
from local.fake_twilio.pacing import Accepted
from local.fake_twilio.rest import respond
from local.fake_twilio.webhooks import WebhookRequest
from local.function_host import FunctionDefinition, FunctionError, FunctionHost
from local.http_messages import HttpRequest
from local.resources import Resources
from local.stream_source import StreamSettings, stream_record
from local.template import ACCOUNT_ID, REGION, load, parameter_values, translate
from statustext.domain.incident import MAINTENANCE
from statustext.domain.page import Page
from tests import moto_repairs
from tests.in_turn import InTurn, first
from tests.twilio_api.judge import judge

START = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
NEXT_MORNING: dict[str, Any] = {
    "scheduled_for": "2027-01-16T02:00:00Z",
    "scheduled_until": "2027-01-16T04:00:00Z",
}
"""When a maintenance is planned."""
API_URL = "https://api.example.test"
KEY = "key-of-the-test-operator"
SENDERS = {
    "+447700900123": 2.5,
    "+447700900001": 5,
    "24680": 100,
    "12345": 1,
    "MG0123456789abcdef0123456789abcdef": 0.25,
    "MG" + "5" * 32: 1,
    "MG" + "a" * 32: 2.5,
    "+15550002222": 0.02,
    "+15550008888": 1,
    "+15005550007": 10,  # of which the fake says, as Twilio's test numbers do, that it cannot text
}
"""The deployment's senders beside FAKE_FROM, which pages may choose, with their rates."""

EMAIL_SENDER = "Acme Status <status@acme.example>"
AWS_SENDER = "arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef"
"""What the second carrier texts from, 5 segments a second."""

PLAIN_WORDS = {
    "created": "[{{page}}] {{Severity}} incident: {{title}}",
    "updated": "[{{page}}] Update: {{title}} - {{Status}}",
    "resolved": "[{{page}}] Resolved: {{title}}",
    "maintenance_scheduled": "[{{page}}] Maintenance scheduled: {{title}}",
    "maintenance_reminder": "[{{page}}] Reminder: {{title}}",
    "maintenance_rescheduled": "[{{page}}] Maintenance moved: {{title}}",
    "maintenance_started": "[{{page}}] Maintenance started: {{title}}",
    "maintenance_updated": "[{{page}}] Maintenance {{status}}: {{title}}",
    "maintenance_completed": "[{{page}}] Maintenance completed: {{title}}",
}
"""The test page's own words: without times and addresses, which tests of other things would have to
know. Those of the defaults take them away."""

PAGE = Page(
    "default",
    "Demo",
    "https://status.example.test/",
    API_URL,
    quiet_hours="",
    coalescing_window=0,
    recipient_limits=(),
    templates=PLAIN_WORDS,
)
"""What makes a text wait is switched on by the tests that are about it."""

PHONE = "+15551234567"
"""Fictional, and so are all others here."""


@dataclass(frozen=True)
class Answer:
    """What a caller of the API sees."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The error's code."""
        return str(self.json["error"]["code"])


class Aws(Protocol):
    """What stands for AWS under the clients, as far as no API of AWS's reaches it."""

    def take_stream(self, table: str, stream_arn: str) -> list[dict[str, Any]]:
        """The records of a table's stream since the last time, as Lambda hands them on."""

    def empty_queues(self) -> None:
        """Forget every message of every queue."""


class Moto:
    """moto, in this process."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def take_stream(self, table: str, stream_arn: str) -> list[dict[str, Any]]:
        """Read behind moto's API, whose iterators die with every transaction it rolls back."""
        account, region = stream_arn.split(":")[4], stream_arn.split(":")[3]
        shard = dynamodb_backends[account][region].get_table(table).stream_shard
        assert shard is not None
        items = list(shard.items)
        shard.items.clear()  # moto copies them all in every transaction
        records = [dict(stream_record(item.to_json(), stream_arn)) for item in items]
        for record in records:  # moto's own begin anew with every list that was cleared
            record["dynamodb"] = {
                **record["dynamodb"],
                "SequenceNumber": f"{next(self._numbers):021d}",
            }
        return records

    def empty_queues(self) -> None:
        """PurgeQueue is allowed once a minute only."""
        for queue in sqs_backends[ACCOUNT_ID][REGION].queues.values():
            queue._messages.clear()


@contextlib.contextmanager
def moto() -> Iterator[Aws]:
    """An empty moto, for all clients of this process."""
    moto_repairs.apply()
    with mock_aws():
        yield Moto()


@dataclass
class SteppedSystem:
    """Everything deployed, and everything that would call it."""

    aws: Aws
    clients: Clients
    resources: Resources
    functions: FunctionHost
    api: RestApi
    twilio: FakeTwilio
    other_accounts: list[FakeTwilio] = field(default_factory=list, kw_only=True)
    aws_sms: FakeAwsSms
    ses: FakeSes
    arns: Mapping[str, str]
    table: Any = None
    clock: Any = None
    failures: list[str] = field(default_factory=list)
    on_send: Callable[[Mapping[str, str]], None] | None = None
    workers: InTurn = field(default_factory=InTurn)
    seals: Any = None
    data_keys: dict[Any, Any] = field(default_factory=dict)
    """What the functions keep of the pages' data keys: all the same, as if each had asked KMS."""
    _queue_urls: dict[str, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def first_day(self) -> Iterator[None]:
        """Time stands still at START, and everything is as on the first day."""
        with time_machine.travel(START, tick=False) as self.clock:
            self.reset()
            yield

    def reset(self) -> None:
        """Nothing but page `default`, two components, an operator's key."""
        from statustext.adapters.clock import system_entropy
        from statustext.adapters.dynamodb_types import marshal
        from statustext.flows.acting import Act
        from statustext.flows.operating.setting_up import create_component, create_page

        keys = [marshal({"pk": row["pk"], "sk": row["sk"]}) for row in self.stored_rows()]
        for start in range(0, len(keys), 25):
            requests: Any = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
            self.clients.dynamodb.batch_write_item(RequestItems={self.table.name: requests})
        self.aws.empty_queues()
        self.twilio, self.aws_sms = fake_twilio(), FakeAwsSms(random.Random(7))  # noqa: S311
        self.other_accounts.clear()
        self.ses = FakeSes(random.Random(7))  # noqa: S311
        self.on_send, self.workers.choose = None, first
        create_page(self.table, PAGE)
        self.data_keys.clear()
        self.seals.keys.current(PAGE.id)
        for key, name in (("svc_api", "API"), ("svc_payments", "Payments")):
            act = Act("tests", self.table, self.now, system_entropy)
            create_component("default", key, name, act)
        # What is there on the first day is nobody's act.
        self.table.delete_many([(row["pk"], row["sk"]) for row in self.rows("audit")])
        self.add_key(KEY)
        self.stream_records()
        self.failures.clear()

    def add_key(
        self,
        secret: str,
        page: str = "default",
        scope: str = "admin",
        ends_in: float | None = None,
        **more: Any,
    ) -> str:
        """Let an operator in with `secret`; the key's id. Nothing is noted of it."""
        from statustext.adapters.api_keys import put_api_key
        from statustext.domain.api_key import Scope, new_key

        ends = None if ends_in is None else self.now + ends_in
        key = new_key(secret, page, "tests", self.now, Scope(scope), ends, **more)
        self.table.transact(put_api_key(key))
        return key.id

    # Callers.

    def http(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        source_ip: str = "198.51.100.7",
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request through the template's API, with a JSON, form or raw body."""
        sent = {"Host": "api.example.test", **(headers or {})}
        data = raw or b""
        if form is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
            data = urllib.parse.urlencode(form).encode()
        elif body is not None:
            sent.setdefault("Content-Type", "application/json")
            data = json.dumps(body).encode()
        path, _, query = path.partition("?")
        request = HttpRequest(
            method,
            path,
            query,
            tuple((name, value) for name, value in sent.items()),
            data,
            source_ip=source_ip,
        )
        answer = self.api.answer(request)
        return Answer(answer.status, answer.body.decode(), dict(answer.headers))

    def operator(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request with the operator's key."""
        headers = {"X-API-Key": KEY, **more.pop("headers", {})}
        return self.http(method, path, body, headers=headers, **more)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """A direct invocation of a function, by its folder's name."""
        return self.functions.invoke(self.arns[function], event)

    def reply(self, body: str, phone: str = PHONE) -> None:
        """The handset's owner answers, and everything that follows happens."""
        self.twilio.reply(phone, body, self.now)
        self.run()

    # Time.

    @property
    def now(self) -> float:
        return time.time()

    def advance(self, seconds: float) -> None:
        """Let time pass, and then everything happen that is due."""
        self.clock.shift(seconds)
        self.run()

    def run(self, most: int = 500) -> None:
        """Carry on until nothing is due: streams, queues, Twilio's webhooks."""
        for _ in range(most):
            moved = [self.relay_stream(), *(self.poll(q) for q in self.queues()), self.webhooks()]
            moved.append(self.aws_events())
            moved.append(self.mail_events())
            if not any(moved):
                return
        raise AssertionError("the system never comes to rest")

    def tick(self) -> Any:
        """The clock's minute."""
        return self.invoke("clock", json.loads((ROOT / "events/clock_tick.json").read_text()))

    # Event sources, as the template maps them.

    def queues(self) -> list[QueueSettings]:
        return [
            QueueSettings.of(mapping, self._arn_of(mapping["FunctionName"]))
            for mapping in self.resources.of_type("AWS::Lambda::EventSourceMapping").values()
            if ":sqs:" in mapping["EventSourceArn"]
        ]

    def _arn_of(self, function: str) -> str:
        return next(arn for arn in self.arns.values() if arn.endswith(f":{function}"))

    def queue_url(self, queue_arn: str) -> str:
        if queue_arn not in self._queue_urls:
            name = queue_arn.rpartition(":")[2]
            found = self.clients.sqs.get_queue_url(QueueName=name)
            self._queue_urls[queue_arn] = found["QueueUrl"]
        return self._queue_urls[queue_arn]

    def poll(self, queue: QueueSettings) -> bool:
        """One batch of a queue; whether there was one."""
        url = self.queue_url(queue.queue_arn)
        messages = self.clients.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(queue.batch_size, 10),
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return False
        records = [queue_record(message, queue.queue_arn) for message in messages]
        failed = self.deliver(queue.function_arn, records)
        for record in records:
            if record["messageId"] not in failed:
                # Received again since, it is not gone with the older handle.
                with contextlib.suppress(self.clients.sqs.exceptions.ReceiptHandleIsInvalid):
                    self.clients.sqs.delete_message(
                        QueueUrl=url, ReceiptHandle=record["receiptHandle"]
                    )
        return True

    def deliver(self, function_arn: str, records: Sequence[Mapping[str, Any]]) -> set[str]:
        """Invoke a function with a batch; the ids of messages that are to come again."""
        try:
            answer = self.functions.invoke(function_arn, {"Records": list(records)})
        except FunctionError as error:
            self.failures.append(str(error))
            return {record["messageId"] for record in records}
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.failures += sorted(failed)
        return failed

    def streams(self) -> list[StreamSettings]:
        """Each mapping of the table's stream: what is carried on first, then what is counted."""
        return [
            StreamSettings.of(mapping, self._arn_of(mapping["FunctionName"]))
            for mapping in self.resources.of_type("AWS::Lambda::EventSourceMapping").values()
            if ":dynamodb:" in mapping["EventSourceArn"]
        ]

    def stream_records(self) -> list[dict[str, Any]]:
        """What the table's stream holds that was not relayed yet, unfiltered."""
        return self.aws.take_stream(self.table.name, self.streams()[0].stream_arn)

    def relay_stream(self) -> bool:
        """What the table's stream holds, each mapping's part of it in one batch; whether there was
        any."""
        taken, found = self.stream_records(), False
        for stream in self.streams():
            records = [one for one in taken if passes(one, stream.filters)]
            if records:
                answer = self.functions.invoke(stream.function_arn, {"Records": records})
                assert answer == {"batchItemFailures": []}, answer
                found = True
        return found

    # Twilio.

    def webhooks(self) -> bool:
        """Deliver the webhooks that are due; whether there were any."""
        due = [(one, request) for one in self.twilios for request in one.due(self.now)]
        for one, request in due:
            self.post_webhook(request, one)
        return bool(due)

    @property
    def twilios(self) -> list[FakeTwilio]:
        """The deployment's account at Twilio, and pages' own."""
        return [self.twilio, *self.other_accounts]

    def account_in(self, path: str) -> FakeTwilio:
        """Whose account a path of Twilio's API names; the deployment's where it names none."""
        return next((one for one in self.twilios if f"/{one.account_sid}" in path), self.twilio)

    def aws_events(self) -> bool:
        """Put what the second carrier tells into its queue, as its topic does; whether there was
        anything."""
        due = self.aws_sms.due(self.now)
        for event in due:
            url = self.resources.reference("AwsSmsQueue", None)
            self.clients.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        return bool(due)

    def mail_events(self) -> bool:
        """Put what SES tells of mails into its queue, as its topic does; whether there was
        anything."""
        due = self.ses.due(self.now)
        for event in due:
            url = self.resources.reference("MailEventsQueue", None)
            self.clients.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        return bool(due)

    def post_webhook(self, request: WebhookRequest, twilio: FakeTwilio | None = None) -> Answer:
        """One webhook as Twilio sends it, and what it makes of the answer."""
        twilio = twilio or self.twilio
        answer = self.http(
            "POST",
            urllib.parse.urlsplit(request.target).path,
            headers=request.headers(twilio.auth_token),
            raw=request.body.encode(),
            source_ip="203.0.113.9",
        )
        twilio.answered(request, answer.status, self.now, answer.text)
        return answer

    def texts(self, phone: str | None = PHONE) -> list[str]:
        """Bodies of what Twilio accepted from us, for one phone or (None) for all, in order."""
        ours = {one.sid for one in self.accepted(phone)}
        return [
            message["body"]
            for handset in self.twilio.phones(self.now)
            for message in handset["messages"]
            if message["sid"] in ours
        ]

    def accepted(self, phone: str | None = PHONE) -> list[Accepted]:
        """What Twilio accepted, for one phone or (None) for all, in order."""
        return [one for one in self.twilio.accepted if phone in (None, one.to)]

    # Journeys.

    def sign_up(self, phone: str = PHONE, **more: Any) -> str:
        """Sign a number up; the subscription's id. Its code is on the phone."""
        answer = self.http("POST", "/subscriptions", {"phone": phone, "consent": True, **more})
        assert answer.status == 202, answer
        self.run()
        return str(answer.json["id"])

    def code(self, phone: str = PHONE) -> str:
        """The last code on a phone."""
        last = [body for body in self.texts(phone) if "code is" in body][-1]
        return last.partition("code is ")[2][:6]

    def subscribe(self, phone: str = PHONE, **more: Any) -> Mapping[str, Any]:
        """Sign up and verify; the answer with `id` and `manage_token`."""
        one = self.sign_up(phone, **more)
        answer = self.http("POST", f"/subscriptions/{one}/verify", {"code": self.code(phone)})
        assert answer.status == 200, answer
        self.run()
        return dict(answer.json)

    def open_incident(self, name: str = "API is down", **more: Any) -> str:
        """Open a critical incident and let it be told; its id."""
        times = NEXT_MORNING if more.get("status") in MAINTENANCE else {}
        incident = {"name": name, "impact_override": "critical", "body": "On it.", **times, **more}
        answer = self.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
        assert answer.status == 201, answer
        self.run()
        return str(answer.json["id"])

    def update_incident(self, incident: str, **changes: Any) -> None:
        """Add an update and let it be told."""
        answer = self.operator(
            "PATCH", f"/v1/pages/default/incidents/{incident}", {"incident": changes}
        )
        assert answer.status == 200, answer
        self.run()

    # The table.

    def stored_rows(self) -> list[dict[str, Any]]:
        """All rows as they are stored."""
        from statustext.adapters.dynamodb_types import unmarshal

        pages = self.clients.dynamodb.get_paginator("scan").paginate(TableName=self.table.name)
        return [unmarshal(item) for page in pages for item in page["Items"]]

    def rows(self, kind: str | None = None) -> list[dict[str, Any]]:
        """All rows of a kind, for a look behind the scenes."""
        rows = [self.seals.opened(row) for row in self.stored_rows()]
        return [row for row in rows if kind in (None, row.get("kind"))]


@contextlib.contextmanager
def stepped_system(
    *,
    mps: str = "100",
    aws: Callable[[], AbstractContextManager[Aws]] = moto,
    make_host: Callable[[list[FunctionDefinition]], FunctionHost] = FunctionHost,
    twilio_url: str = "",
) -> Iterator[SteppedSystem]:
    """A system whose functions are imported once; use it through `first_day`.

    Where the host runs functions in processes of their own, they find Twilio at `twilio_url`.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        with aws() as beneath, _patched() as patches:
            given = {"TwilioMps": mps, "TwilioApiUrl": twilio_url}
            yield _build(beneath, patches, make_host, given)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _build(
    aws: Aws,
    patches: "_Patches",
    make_host: Callable[[list[FunctionDefinition]], FunctionHost],
    given: Mapping[str, str],
) -> SteppedSystem:
    source = load(ROOT / "template.yaml")
    parameters = parameter_values(
        source,
        {
            "TwilioAccountSid": FAKE_ACCOUNT_SID,
            "TwilioAuthToken": FAKE_AUTH_TOKEN,
            "TwilioFrom": FAKE_FROM,
            "TwilioSenders": ",".join(f"{one}:{mps}" for one, mps in SENDERS.items()),
            "AwsSmsFrom": AWS_SENDER,
            "AwsSmsMps": "5",
            "EmailFrom": EMAIL_SENDER,
            "EmailIdentity": "acme.example",
            "EmailRate": "10",
            "AllowFictionalNumbers": "true",
            "CallThisMachine": "true",
            **given,
        },
    )
    translated = translate(source, parameters, ROOT)
    clients = connect()
    resources = Resources(translated.template, parameters, "statustext", clients, KEY)
    resources.make_all()
    functions = resources.of_type("AWS::Lambda::Function")
    definitions, arns = [], {}
    for logical_id, properties in functions.items():
        arn = resources.reference(logical_id, "Arn")
        path = translated.code[logical_id] / "app.py"
        arns[path.parent.name] = arn
        definitions.append(
            FunctionDefinition(
                name=resources.reference(logical_id, None),
                arn=arn,
                path=path,
                handler="handler",
                environment={
                    name: str(value)
                    for name, value in properties["Environment"]["Variables"].items()
                },
                timeout=int(properties["Timeout"]),
            )
        )
    host = make_host(definitions)
    (api,) = resources.of_type("AWS::ApiGateway::RestApi").values()
    rest = RestApi(api["Body"], host.invoke, stage="v1")
    fakes = fake_twilio(), FakeAwsSms(random.Random(7)), FakeSes(random.Random(7))  # noqa: S311
    system = SteppedSystem(aws, clients, resources, host, rest, *fakes, arns)
    patches.system, system.workers, system.data_keys = system, patches.workers, patches.data_keys
    (logical_id,) = resources.of_type("AWS::DynamoDB::Table")
    from statustext.adapters.clock import system_entropy
    from statustext.adapters.data_keys import DataKeys
    from statustext.adapters.dynamodb import Table
    from statustext.adapters.sealed import Seals

    name, key = resources.reference(logical_id, None), resources.reference("NumbersKey", "Arn")
    keys = DataKeys(Table(clients.dynamodb, name), key, lambda: clients.kms, time.time)
    system.seals = Seals(keys, system_entropy)
    system.table = Table(clients.dynamodb, name, sealing=system.seals)
    return system


def answer_of_aws_sms(fake: FakeAwsSms, request: Any, now: float) -> AWSResponse:
    """What botocore receives from the fake. Raises ReadTimeoutError for silence."""
    answer = fake.send_text_message(json.loads(request.body), now)
    if answer is None:
        raise ReadTimeoutError(endpoint_url=request.url)
    status, body = answer
    raw: Any = _Raw(json.dumps(body).encode())
    headers: Any = {"x-amzn-requestid": "1"}
    return AWSResponse(request.url, status, headers, raw)


def answer_of_ses(fake: FakeSes, request: Any, now: float) -> AWSResponse:
    """What botocore receives from the fake. Raises ReadTimeoutError for silence."""
    answer = fake.send_email(json.loads(request.body), now)
    if answer is None:
        raise ReadTimeoutError(endpoint_url=request.url)
    status, body = answer
    raw: Any = _Raw(json.dumps(body).encode())
    headers: Any = {"x-amzn-requestid": "1", "x-amzn-errortype": str(body.get("__type", ""))}
    return AWSResponse(request.url, status, headers, raw)


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        """As urllib3's response."""
        yield self.read()


def fake_twilio() -> FakeTwilio:
    """Twilio with nothing in it, which sends inbound texts to page `default`."""
    return FakeTwilio(
        account_sid=FAKE_ACCOUNT_SID,
        auth_token=FAKE_AUTH_TOKEN,
        rng=random.Random(7),  # noqa: S311  # only picks message ids
        inbound_url=f"{API_URL}/twilio/default/inbound#rc=5&rp=4xx,5xx,ct,rt",
    )


@dataclass
class _Patches:
    system: SteppedSystem | None = None
    workers: InTurn = field(default_factory=InTurn)
    data_keys: dict[Any, Any] = field(default_factory=dict)


@contextlib.contextmanager
def _patched() -> Iterator[_Patches]:
    """Waiting moves the clock, secrets are read anew, and Twilio's API is the fake."""
    from statustext.adapters import aws_sms, data_keys, lanes, ses, twilio_account, twilio_http
    from statustext.adapters import clock as clock_module
    from statustext.adapters.guarded_http import Answer as Called
    from statustext.adapters.guarded_http import GuardedHttp, verdict_of

    patches = _Patches()

    def sleep(_self: object, seconds: float) -> None:
        assert patches.system is not None
        patches.system.clock.shift(math.ceil(max(seconds, 0.0) * 1e6) / 1e6)  # never too short

    def request(
        _self: object,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: Any,
    ) -> Response:
        assert patches.system is not None
        system = patches.system
        given = {k: str(v) for k, v in (data or params or {}).items()}
        if system.on_send and method.upper() == "POST":
            system.on_send(given)
        path = urllib.parse.urlsplit(uri).path
        twilio = system.account_in(path)
        answer = respond(twilio, method.upper(), path, given, auth, system.now)
        if not isinstance(answer.body, str):  # a fault of the fake's, malformed on purpose
            judge(method, path, given, answer.status, answer.payload)
        if answer.fate != "answered":
            import requests

            raise requests.exceptions.ReadTimeout("no answer")
        return Response(answer.status, answer.payload.decode(), dict(answer.headers))

    def lines(_self: object, url: str) -> Iterator[str]:
        """The file behind an address that the fake gave."""
        assert patches.system is not None
        parts = urllib.parse.urlsplit(url)
        day, query = parts.path[-14:-4], dict(urllib.parse.parse_qsl(parts.query))
        fake = patches.system.twilio.deactivations
        given = fake.file(day, query["Expires"], query["Signature"], patches.system.now)
        assert given.status == 200
        yield from str(given.body).splitlines()

    def ask_about_account(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        assert patches.system is not None
        system, parts = patches.system, urllib.parse.urlsplit(url)
        given = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        name, _, password = given.partition(":")
        twilio = next((one for one in system.twilios if one.account_sid == name), system.twilio)
        if parts.path.startswith("/2010"):
            twilio = system.account_in(parts.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        answer = respond(twilio, "GET", parts.path, query, (name, password), system.now)
        return answer.status, answer.payload

    def text_by_aws(request: Any, **_: Any) -> AWSResponse:
        assert patches.system is not None
        return answer_of_aws_sms(patches.system.aws_sms, request, patches.system.now)

    def with_fake(channel: aws_sms.AwsSms, client: Any, configuration_set: str) -> None:
        client.meta.events.register_first("before-send.*.SendTextMessage", text_by_aws)
        real_init(channel, client, configuration_set)

    def mail_by_ses(request: Any, **_: Any) -> AWSResponse:
        assert patches.system is not None
        return answer_of_ses(patches.system.ses, request, patches.system.now)

    def with_mailbox(channel: ses.Ses, client: Any, configuration_set: str) -> None:
        client.meta.events.register_first("before-send.*.SendEmail", mail_by_ses)
        real_ses_init(channel, client, configuration_set)

    def post_to_us(http: GuardedHttp, url: str, body: bytes, headers: Mapping[str, str]) -> Any:
        """Our own address leads to us; any other is called."""
        if not url.startswith(API_URL):
            return real_post(http, url, body, headers)
        assert patches.system is not None
        path = url.removeprefix(API_URL)
        with contextlib.redirect_stdout(io.StringIO()):  # another function's log
            answer = patches.system.http("POST", path, headers=headers, raw=body)
        return Called(verdict_of(answer.status), f"http_{answer.status}", answer.status)

    real_post = GuardedHttp.post
    GuardedHttp.post = post_to_us  # type: ignore[method-assign,assignment]
    real_ses_init: Any = ses.Ses.__init__
    setattr(ses.Ses, "__init__", with_mailbox)  # noqa: B010
    real_init: Any = aws_sms.AwsSms.__init__
    setattr(aws_sms.AwsSms, "__init__", with_fake)  # noqa: B010

    def with_what_all_keep(keys: data_keys.DataKeys, *given: Any) -> None:
        real_keys_init(keys, *given)
        keys._kept = patches.data_keys

    real_keys_init: Any = data_keys.DataKeys.__init__
    setattr(data_keys.DataKeys, "__init__", with_what_all_keep)  # noqa: B010
    real_threads: Any = lanes.Threads
    real_sleep, real_request = clock_module.SystemClock.sleep, twilio_http.TwilioHttp.request
    setattr(lanes, "Threads", lambda most: patches.workers)  # noqa: B010
    clock_module.SystemClock.sleep = sleep  # type: ignore[method-assign,assignment]
    twilio_http.TwilioHttp.request = request  # type: ignore[method-assign,assignment]
    real_lines = twilio_http.TwilioHttp.lines
    twilio_http.TwilioHttp.lines = lines  # type: ignore[method-assign,assignment]
    real_ask = twilio_account.request
    setattr(twilio_account, "request", ask_about_account)  # noqa: B010
    try:
        yield patches
    finally:
        setattr(lanes, "Threads", real_threads)  # noqa: B010
        setattr(aws_sms.AwsSms, "__init__", real_init)  # noqa: B010
        setattr(data_keys.DataKeys, "__init__", real_keys_init)  # noqa: B010
        setattr(ses.Ses, "__init__", real_ses_init)  # noqa: B010
        clock_module.SystemClock.sleep = real_sleep  # type: ignore[method-assign]
        twilio_http.TwilioHttp.request = real_request  # type: ignore[method-assign]
        twilio_http.TwilioHttp.lines = real_lines  # type: ignore[method-assign]
        setattr(twilio_account, "request", real_ask)  # noqa: B010
        GuardedHttp.post = real_post  # type: ignore[method-assign]
        for name in [name for name in sys.modules if name.startswith("local_functions_")]:
            del sys.modules[name]
