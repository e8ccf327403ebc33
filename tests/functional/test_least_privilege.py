"""Every journey with each function allowed no more than its role in the template grants.

What is missing fails here and not in production; what is granted and never used is refused too.
"""

import fnmatch
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from unittest import mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM, ROOT, STACK_NAME
from statustext.adapters import code_shares
from statustext.adapters.circuits import open_circuit
from statustext.adapters.contacts import put_contact
from statustext.adapters.data_keys import DataKeys
from statustext.adapters.secret_store import MAX_AGE
from statustext.adapters.snapshots import snapshot_key
from statustext.domain.code_share import CodeShare
from statustext.domain.ids import subscriber_id
from statustext.domain.subscriber import Preferences
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel
from statustext.flows.delivering import fanning_out
from statustext.flows.operating.providing import FORMER_KEPT
from statustext.queue_messages import SnapshotTask
from tests.faults.stage import iso
from tests.functional.engine import (
    JO,
    Call,
    add_active,
    add_mailbox,
    change_quietly,
    circuit,
    enqueue,
    master_key,
    open_quietly,
    queue,
    settle_down,
    spoil,
    subscriber_row,
    watched,
)
from tests.functional.phrases import set_page
from tests.functional.test_signing_secrets import rotate, sign_up
from tests.functional.web_world import DOWN, OK, add_endpoint, endpoints
from tests.solving import solve
from tests.stepped import AWS_SENDER, KEY, PHONE, SteppedSystem

KMS_KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
"""Where a ciphertext says which key made it, and the call does not."""

SES_IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/acme.example"
SES_CONFIGURATION_SET = "arn:aws:ses:us-east-1:123456789012:configuration-set/statustext-mails"

USED_BY_LAMBDA = {
    ("*", "logs:CreateLogStream"): "Lambda writes the logs",
    ("*", "logs:PutLogEvents"): "Lambda writes the logs",
    ("*", "sqs:ReceiveMessage"): "Lambda polls the queue with the function's role",
    ("*", "sqs:DeleteMessage"): "Lambda polls the queue with the function's role",
    ("*", "sqs:GetQueueAttributes"): "Lambda polls the queue with the function's role",
    ("relay", "dynamodb:DescribeStream"): "Lambda reads the stream with the function's role",
    ("relay", "dynamodb:GetRecords"): "Lambda reads the stream with the function's role",
    ("relay", "dynamodb:GetShardIterator"): "Lambda reads the stream with the function's role",
    ("relay", "dynamodb:ListStreams"): "Lambda reads the stream with the function's role",
}
OF_SECRETS = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
DEAD_LETTERS = "Lambda itself puts what failed for good there"

ACTIONS_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""


@dataclass(frozen=True)
class Need:
    """One action on one resource; of a table, on the partitions of these keys."""

    action: str
    resource: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One action allowed on one resource; of a table, where each key is like one of `like` (if any
    are given) and like none of `unlike`."""

    action: str
    resource: str
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()

    def covers(self, need: Need) -> bool:
        return (
            fnmatch.fnmatchcase(need.action.lower(), self.action.lower())
            and fnmatch.fnmatchcase(need.resource, self.resource)
            and all(not self.like or _is_like(key, self.like) for key in need.keys)
            and not any(_is_like(key, self.unlike) for key in need.keys)
        )


def _is_like(key: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(key, one) for one in patterns)


@dataclass
class Role:
    """What a function's role allows. Deny, and conditions other than on the leading keys, are not
    known here, and refused."""

    allowed: list[Grant]
    used: set[Grant] = field(default_factory=set)

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "Role":
        assert not properties.get("ManagedPolicyArns"), "read from and write to much more"
        allowed: list[Grant] = []
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
                given = dict(statement.get("Condition", {}))
                like = _leading_keys(given.pop("ForAllValues:StringLike", None))
                unlike = _leading_keys(given.pop("ForAllValues:StringNotLike", None))
                assert not given, given
                allowed += [
                    Grant(action, resource, like, unlike)
                    for action in as_list(statement["Action"])
                    for resource in as_list(statement["Resource"])
                ]
        return cls(allowed)

    def allows(self, need: Need) -> bool:
        """Whether it does; what allowed it is noted as used."""
        found = [one for one in self.allowed if one.covers(need)]
        self.used.update(found)
        return bool(found)


def _leading_keys(condition: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The patterns of a condition, which must be on the keys of partitions."""
    if condition is None:
        return ()
    assert list(condition) == ["dynamodb:LeadingKeys"]
    return tuple(as_list(condition["dynamodb:LeadingKeys"]))


def as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def roles_of(system: SteppedSystem) -> dict[str, Role]:
    """The role of each function, by its folder's name."""
    by_arn = {
        system.resources.reference(logical_id, "Arn"): properties
        for logical_id, properties in system.resources.of_type("AWS::IAM::Role").items()
    }
    return {
        next(
            folder
            for folder, arn in system.arns.items()
            if arn == system.resources.reference(logical_id, "Arn")
        ): Role.of(by_arn[properties["Role"]])
        for logical_id, properties in system.resources.of_type("AWS::Lambda::Function").items()
    }


def needs_of(call: Call, arns: Callable[[str, str], str]) -> Sequence[Need]:
    """The permissions that a call to AWS takes; `arns` makes one of a service and a name."""
    params = call.params
    match call.service, call.operation:
        case "dynamodb", "TransactWriteItems":
            return [
                Need(
                    f"dynamodb:{ACTIONS_IN_TRANSACTIONS[kind]}",
                    arns("table", one["TableName"]),
                    leading_keys(one),
                )
                for item in params["TransactItems"]
                for kind, one in item.items()
            ]
        case "dynamodb", "BatchGetItem":
            return [
                Need(
                    "dynamodb:BatchGetItem",
                    arns("table", name),
                    tuple(key["pk"]["S"] for key in asked["Keys"]),
                )
                for name, asked in params["RequestItems"].items()
            ]
        case "dynamodb", "BatchWriteItem":
            return [
                Need(
                    "dynamodb:BatchWriteItem",
                    arns("table", name),
                    tuple(
                        key for one in asked for two in one.values() for key in leading_keys(two)
                    ),
                )
                for name, asked in params["RequestItems"].items()
            ]
        case "dynamodb", _ if "TableName" in params:
            table = arns("table", params["TableName"])
            return [Need(f"dynamodb:{call.operation}", table, leading_keys(params))]
        case "sqs", "SendMessage" | "SendMessageBatch":
            return [Need("sqs:SendMessage", arns("queue", params["QueueUrl"]))]
        case "kms", "Decrypt" | "GenerateDataKey":
            return [Need(f"kms:{call.operation}", params.get("KeyId", KMS_KEY))]
        case "secretsmanager", "GetSecretValue":
            name = params["SecretId"]
            if "VersionId" in params:  # a page's own, which goes by its name
                name = f"{OF_SECRETS}{name}"
            return [Need("secretsmanager:GetSecretValue", name)]
        case "secretsmanager", ("CreateSecret" | "PutSecretValue" | "DeleteSecret") as made:
            name = params.get("SecretId") or params["Name"]
            return [Need(f"secretsmanager:{made}", f"{OF_SECRETS}{name}")]
        case "pinpoint-sms-voice-v2", "SendTextMessage":
            return [Need("sms-voice:SendTextMessage", params["OriginationIdentity"])]
        case "sesv2", "SendEmail":  # a mail that is MIME needs the other right as well
            named = (SES_IDENTITY, SES_CONFIGURATION_SET)
            return [
                Need(f"ses:{act}", one) for act in ("SendEmail", "SendRawEmail") for one in named
            ]
        case "events", "PutEvents":
            names = {entry["EventBusName"] for entry in params["Entries"]}
            return [Need("events:PutEvents", arns("bus", name)) for name in sorted(names)]
    return [Need(f"{call.service}:{call.operation}", "unknown")]


def leading_keys(params: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of the partition that a request is about, as DynamoDB tells it to IAM."""
    if "KeyConditionExpression" in params:
        name, _, value = params["KeyConditionExpression"].split(" AND ")[0].partition(" = ")
        assert params.get("ExpressionAttributeNames", {}).get(name, name) == "pk"
        return (params["ExpressionAttributeValues"][value]["S"],)
    row = params["Key"] if "Key" in params else params["Item"]
    return (row["pk"]["S"],)


@dataclass
class Guard:
    """IAM, as far as it decides about our calls."""

    system: SteppedSystem
    roles: dict[str, Role]
    refused: list[str] = field(default_factory=list)

    def check(self, call: Call) -> None:
        """Refuse a call as AWS would."""
        for need in needs_of(call, self._arn):
            if self.roles[call.function].allows(need):
                continue
            self.refused.append(f"{call.function} may not {need.action} on {need.resource}")
            answer = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
            raise ClientError(cast(Any, answer), call.operation)

    def _arn(self, kind: str, name: str) -> str:
        resources = self.system.resources
        types = {
            "table": "AWS::DynamoDB::Table",
            "queue": "AWS::SQS::Queue",
            "bus": "AWS::Events::EventBus",
        }
        return next(
            resources.reference(logical_id, "Arn")
            for logical_id in resources.of_type(types[kind])
            if resources.reference(logical_id, None) == name
        )


@pytest.fixture
def guard(system: SteppedSystem) -> Iterator[Guard]:
    """Every call to AWS is checked meanwhile."""
    system.clock.shift(MAX_AGE)  # secrets are read anew
    found = Guard(system, roles_of(system))

    def check(call: Call) -> None:
        system.data_keys.clear()  # whoever reads a number asks KMS for its key
        found.check(call)

    # Every number is its page's first: whoever writes one makes a key for it.
    with watched(system) as watch, mock.patch.object(DataKeys, "current", DataKeys.add):
        watch.before = check
        yield found


def visitors(system: SteppedSystem) -> None:
    """Sign up, ask again, verify, look, change, leave; with and without the page in the path."""
    assert system.http("GET", "/subscription_form").status == 200
    assert system.http("GET", "/pages/default/subscription_form").status == 200
    assert system.http("GET", "/openapi.json").status == 200
    assert system.http("GET", "/widget.js").status == 200
    assert system.http("GET", "/console").status == 200
    assert system.http("GET", "/console/main.js").status == 200
    set_page(system, bot_gate=True)
    solved = solve(system.http("GET", "/challenge").json)
    asked = {"phone": "+15550000068", "consent": True, "altcha": solved}
    answer = system.http("POST", "/subscriptions", asked, source_ip="198.51.100.99")
    assert answer.status == 202
    set_page(system, bot_gate=False)
    one = system.sign_up(preferences={"services": ["svc_api"]})
    system.clock.shift(40)
    assert system.http("POST", f"/subscriptions/{one}/resend_confirmation").status == 202
    system.run()
    assert system.http("POST", f"/subscriptions/{one}/verify", {"code": "000000"}).status == 422
    path = f"/pages/default/subscriptions/{one}"
    verified = system.http("POST", f"{path}/verify", {"code": system.code()})
    assert verified.status == 200
    system.run()
    bearer = {"Authorization": f"Bearer {verified.json['manage_token']}"}
    assert system.http("GET", path, headers=bearer).status == 200
    change = {"preferences": {"preset": "all"}}
    assert system.http("PATCH", path, change, headers=bearer).status == 200
    assert system.http("DELETE", path, headers=bearer).status == 200
    assert system.http("DELETE", path, headers=bearer).status == 401
    subscribers_by_statuspage_api(system)
    again = system.subscribe("+15550000063")
    bearer = {"Authorization": f"Bearer {again['manage_token']}"}
    forget = f"/subscriptions/{again['id']}?erase=true"
    assert system.http("DELETE", forget, headers=bearer).status == 200


def numbers_given_up(system: SteppedSystem) -> None:
    """The daily look finds one of a subscriber."""
    phone = "+15550000067"
    system.subscribe(phone)
    system.clock.shift(2 * 24 * 3600)
    yesterday = datetime.fromtimestamp(system.now - 24 * 3600, UTC).date().isoformat()
    system.twilio.deactivations.add(phone, yesterday)
    event = json.loads((ROOT / "events/deactivations_daily.json").read_text(encoding="utf-8"))
    assert system.invoke("deactivations", event) == {"quarantined": 1}
    system.run()


def subscribers_by_statuspage_api(system: SteppedSystem) -> None:
    """Sign up, choose, ask again, enter the code, look, leave; and a sign-up that is taken back."""
    system.operator("PATCH", "/v1/pages/default", {"statuspage_sign_up": True})
    path, given = "/api/v2/subscribers", {"phone_number": "+15550000064"}
    given["incident"] = system.open_incident(deliver_notifications=False)
    answer = system.http("POST", f"{path}.json", {"subscriber": given})
    assert answer.status == 201
    one = f"{path}/{answer.json['subscriber']['id']}"
    chosen = {"subscriber": {"components": ["svc_api"]}}
    assert system.http("PATCH", f"/pages/default{one}.json", chosen).status == 200
    system.clock.shift(40)
    assert system.http("POST", f"{one}/resend_confirmation").status == 201
    system.run()
    code = {"subscriber": {"code": system.code("+15550000064")}}
    assert system.http("POST", f"{one}/verify", code).status == 200
    assert system.http("PATCH", f"{one}.json", chosen).status == 200
    assert system.http("GET", f"{one}.json").status == 200
    assert system.http("DELETE", f"{one}.json").status == 200
    second = {"subscriber": {"phone_number": "+15550000065"}}
    other = system.http("POST", "/pages/default/api/v2/subscribers.json", second)
    assert system.http("POST", f"{path}.json", second).status == 302
    assert system.http("DELETE", f"{path}.json", other.json).status == 422
    gone = {"subscriber": {"id": other.json["subscriber"]["id"]}}
    assert system.http("DELETE", f"{path}.json", gone).status == 200


def operators_of_statuspage_tools(system: SteppedSystem) -> None:
    """Add, list, count, choose, ask again, bring back, remove."""
    path = "/v1/pages/default/subscribers"
    given = {"subscriber": {"phone_number": "+15550000066", "component_ids": ["svc_api"]}}
    one = system.operator("POST", path, given).json["id"]
    system.run()
    for part in ("", "/count", "/histogram_by_state", "/unsubscribed", f"/{one}"):
        assert system.operator("GET", path + part).status == 200
    assert system.operator("POST", f"{path}/{one}/resend_confirmation").status == 201
    for act in ("resend_confirmation", "reactivate", "unsubscribe"):
        assert system.operator("POST", f"{path}/{act}", {"subscribers": "all"}).status == 201
    assert system.operator("PATCH", f"{path}/{one}", {}).status == 409
    assert system.operator("DELETE", f"{path}/{one}").status == 200
    _of_one_incident(system)


def _of_one_incident(system: SteppedSystem) -> None:
    paths = []
    for number in range(2):
        given = {"incident": {"name": f"Incident {number}"}}
        made = system.operator("POST", "/v1/pages/default/incidents", given).json
        paths.append(f"/v1/pages/default/incidents/{made['id']}/subscribers")
    system.run()
    asked = {"subscriber": {"phone_number": "+15550000067"}}
    one = system.operator("POST", paths[0], asked).json["id"]
    system.run()
    assert system.operator("POST", f"{paths[0]}/{one}/resend_confirmation").status == 201
    at_once = {"subscriber": {**asked["subscriber"], "skip_confirmation_notification": True}}
    for path in paths:
        assert system.operator("POST", path, at_once).status == 201
        assert system.operator("GET", path).status == 200
        assert system.operator("GET", f"{path}/{one}").status == 200
    for path in paths:
        assert system.operator("DELETE", f"{path}/{one}").status == 200


def readers(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page, its documents and an incident of it; with its snapshot and before there is one. A
    snapshot that AWS is in the way of is taken later."""
    incident = system.open_incident("Read about")
    paths = ("/", "/history.rss", "/api/v2/summary.json", f"/incidents/{incident}")
    for path in paths:
        assert system.http("GET", path).status == 200
    system.table.delete_many([snapshot_key("default")])
    for path in paths:
        assert system.http("GET", path).status == 200
    away = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    with monkeypatch.context() as patches:
        for name, module in list(sys.modules.items()):
            if name.startswith("local_functions_snapshot_"):
                patches.setattr(module, "keep", mock.Mock(side_effect=away))
        body = SnapshotTask(page="default").model_dump_json()
        message = {"body": body, "messageId": "1", "attributes": {"ApproximateReceiveCount": "3"}}
        answer = system.invoke("snapshot", {"Records": [message]})
    assert answer == {"batchItemFailures": []}
    system.clock.shift(60)
    system.run()
    assert system.rows("snapshot")


def repliers(system: SteppedSystem) -> None:
    """HELP, MANAGE, keywords, STOP, START and anything else; receipts come with every text."""
    system.operator("PATCH", "/v1/pages/default", {"keyword_replies": "statustext"})
    add_active(system, 1, first=50)
    phone = "+15550000050"
    words = ["hello", "HELP", "MANAGE", "STATUS", "LIST", "PAUSE", "RESUME", "STOP", "START"]
    for number, word in enumerate(words):
        system.clock.shift(number)
        system.twilio.reply(phone, word, system.now, to=FAKE_FROM)
        system.run()
    settle_down(system, 60)
    system.sign_up("+15550000051")
    system.twilio.reply("+15550000051", "STOP", system.now, to=FAKE_FROM)
    system.run()
    system.twilio.reply("+15550000051", "START", system.now, to=FAKE_FROM)
    system.run()


def second_carrier(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """An announcement by AWS, whose receipts come; STOP and START to its number. An event that AWS
    is in the way of is taken later."""
    (phone,) = add_active(system, 1, first=52).values()
    page = "/v1/pages/default"
    choice = [{"id": AWS_SENDER, "prefixes": [phone]}]
    assert system.operator("PATCH", page, {"senders": choice}).status == 200
    system.open_incident()
    system.clock.shift(5)
    system.run()
    for word in ("STATUS", "STOP", "START"):
        system.clock.shift(1)
        system.aws_sms.reply(phone, word, system.now)
        system.run()
    assert system.operator("PATCH", page, {"senders": []}).status == 200
    takes_later(system, monkeypatch, "aws_sms")


def takes_later(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """An event that AWS is in the way of is put into its queue anew."""
    away = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    with monkeypatch.context() as patches:
        for name, module in list(sys.modules.items()):
            if name.startswith(f"local_functions_{function}_"):
                patches.setattr(module, "take_event", mock.Mock(side_effect=away))
        message = {"body": "{}", "messageId": "1", "attributes": {"ApproximateReceiveCount": "3"}}
        answer = system.invoke(function, {"Records": [message]})
    assert answer == {"batchItemFailures": []}
    system.clock.shift(60)
    system.run()


def operators(system: SteppedSystem) -> None:
    operators_of_statuspage_tools(system)
    """Subscribers, the page, templates, components, incidents; by HTTP and from the console."""
    consent = {"source": "paper", "statement": "I agree", "obtained_at": "2027-01-01"}
    added = system.operator(
        "POST",
        "/api/sms/subscribers",
        {"phone": PHONE, "verified": True, "consent": consent},
    )
    assert added.status == 201, added
    pending = {"phone": "+15550000061", "verified": False}
    assert system.operator("POST", "/api/sms/subscribers", pending).status == 201
    system.run()
    one = added.json["id"]
    for path in ("?type=sms", f"?id={one}", f"?phone=%2B{PHONE[1:]}", "?last4=4567"):
        assert system.operator("GET", f"/api/sms/subscribers{path}").status == 200
    wanted = {"preferences": {"services": ["svc_api"]}}
    assert system.operator("PATCH", f"/api/sms/subscribers/{one}", wanted).status == 200
    assert system.operator("GET", "/api/sms/subscribers/export").status == 200
    lines = "phone,services\n+15550000065,svc_api\n"
    imported = {"csv": lines, "consent": consent}
    assert system.operator("POST", "/api/sms/subscribers/import", imported).json["added"] == 1
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}").status == 200
    page = "/v1/pages/default"
    assert system.operator("GET", f"{page}/consent/%2B{PHONE[1:]}").status == 200
    assert system.operator("GET", f"{page}/compliance_pack").status == 200
    assert system.operator("POST", f"/api/sms/subscribers/{one}/release").status == 409
    assert system.operator("GET", f"{page}/sending").status == 200
    assert system.operator("GET", f"{page}/audit").status == 200
    suppressions = "/api/v1/orgs/default/sms/suppressions"
    number = {"phone": "+15550000062", "reason": "asked by e-mail"}
    assert system.operator("POST", suppressions, number).status == 201
    assert system.operator("GET", suppressions).status == 200
    assert system.operator("DELETE", f"{suppressions}/+15550000062").status == 200
    sms = "/api/v1/orgs/default/sms"
    assert system.operator("GET", f"{sms}/reviews").status == 200
    assert system.operator("GET", f"{sms}/codes").status == 200
    system.table.write(code_shares.pause("default", "+1555201", CodeShare(21, 0), system.now))
    assert system.operator("DELETE", f"{sms}/codes/paused/%2B1555201").status == 200
    for unsure in ("confirm", "undo"):
        system.twilio.reply("+15550000051", "wrong number", system.now, to=FAKE_FROM)
        system.run()
        (review,) = system.operator("GET", f"{sms}/reviews").json["reviews"]
        assert system.operator("POST", f"{sms}/reviews/{review['id']}/{unsure}").status == 200
    text = {"to": "+15550000071", "body": "Hello", "category": "transactional"}
    send = system.operator("POST", f"{sms}/send", text).json["id"]
    later = text | {"body": "Hello again", "send_at": "2027-01-16T02:00:00Z"}
    waiting = system.operator("POST", f"{sms}/send", later).json["id"]
    many = {"audience": {}, "category": "alert", "body": "Tonight"}
    many |= {"send_at": "2027-01-16T02:00:00Z"}
    order = system.operator("POST", f"{sms}/send", many).json["id"]
    assert system.operator("DELETE", f"{sms}/sends/{order}").status == 200
    system.run()
    assert len(system.operator("GET", f"{sms}/sends").json["sends"]) >= 2
    assert system.operator("GET", f"{sms}/sends/{send}").status == 200
    assert system.operator("GET", f"{sms}/usage").status == 200
    assert system.operator("GET", f"{sms}/stats").status == 200
    assert system.operator("DELETE", f"{sms}/sends/{waiting}").status == 200
    forget = f"/api/sms/subscribers?id={one}&erase=true"
    assert system.operator("DELETE", forget).status == 200
    assert system.operator("GET", f"{page}/subscribers/{one}/history").status == 200
    for paused in (True, False):
        assert system.operator("PATCH", f"{page}/sending", {"paused": paused}).status == 200
    assert system.operator("GET", page).status == 200
    assert system.operator("PATCH", page, {"segment_budget": 2}).status == 200
    assert system.operator("GET", f"{page}/templates").status == 200
    template = {"template": "{{page}} {{service}}: {{title}}"}
    assert system.operator("PUT", f"{page}/templates/created", template).status == 200
    preview = system.operator("POST", f"{page}/templates/created/preview", template)
    assert preview.status == 200
    assert system.operator("DELETE", f"{page}/templates/created").status == 200
    versions = system.operator("GET", f"{page}/versions").json["versions"]
    (reset,) = [one["id"] for one in versions if one["after"] == {"templates.created": None}]
    assert system.operator("POST", f"{page}/versions/{reset}/undo").status == 200
    made = system.operator("POST", f"{page}/components", {"component": {"name": "New"}})
    assert made.status == 201, made
    component = f"{page}/components/{made.json['id']}"
    assert system.operator("GET", component).status == 200
    change = {"component": {"status": "major_outage"}}
    assert system.operator("PATCH", component, change).status == 200
    assert system.operator("GET", f"{page}/components").status == 200
    given = {"name": "Down", "components": {made.json["id"]: "partial_outage"}, "external_id": "x1"}
    for _ in range(2):
        opened = system.operator(
            "POST",
            f"{page}/incidents",
            {"incident": given},
            headers={"Idempotency-Key": "once"},
        )
        assert opened.status == 201, opened
    system.run()
    incident = f"{page}/incidents/{opened.json['id']}"
    end = {"incident": {"status": "resolved"}}
    assert system.operator("POST", f"{page}/incidents/preview", {"incident": given}).status == 200
    seen = system.operator("POST", f"{incident}/preview", end)
    assert seen.status == 200, seen
    end["incident"]["confirm_token"] = seen.json["confirm_token"]
    assert system.operator("PATCH", incident, end).status == 200
    assert system.operator("PATCH", incident, {"incident": {"name": "Was down"}}).status == 200
    assert system.operator("GET", incident).status == 200
    assert system.operator("GET", f"{page}/incidents").status == 200
    system.run()
    console = system.invoke("incident", {"action": "open", "name": "From the console"})
    for action in ("get", "resolve"):
        system.invoke("incident", {"action": action, "id": console["id"]})
    system.run()


def providers(system: SteppedSystem) -> None:
    """Set, looked at, tried, used for a text and its receipt, removed and forgotten."""
    path = "/api/v1/orgs/default/sms/provider"
    own = {"account_sid": FAKE_ACCOUNT_SID, "auth_token": FAKE_AUTH_TOKEN, "sender": FAKE_FROM}
    assert system.operator("PUT", path, own).status == 200
    assert system.operator("GET", path).status == 200
    assert system.operator("PATCH", path, {"auth_token": FAKE_AUTH_TOKEN}).status == 200
    trial = system.operator("POST", f"{path}/test", {"to": "+15550000073"})
    assert trial.json["works"] is True, trial.json
    settle_down(system, 60)
    for _ in range(2):
        assert system.operator("DELETE", path).status == 200
        system.clock.shift(FORMER_KEPT + 1)


def alerts(system: SteppedSystem) -> None:
    """Taken in, published at once, by a press and by the clock; resolved; discarded."""
    key, page = "key-of-the-monitoring", "/v1/pages/default"
    system.add_key(key, scope="alerts")
    rule = {"name": "api", "match": {"title": "api*"}, "components": ["svc_api"]}
    rules = {"rules": [{**rule, "publish": "publish", "settle_minutes": 0}]}
    assert system.operator("PUT", f"{page}/alert_rules", rules).status == 200
    signing = {"signing_secrets": ["a-secret-of-pagerduty"]}
    assert system.operator("PUT", f"{page}/alerts/pagerduty", signing).status == 200
    trial = {"source": "json", "body": {"title": "x"}}
    assert system.operator("POST", f"{page}/alert_rules/try", trial).status == 200
    said = [("api", "firing"), ("api", "resolved"), ("x", "firing"), ("y", "firing"), ("z", "odd")]
    for title, state in said:
        body = {"title": title, "state": state}
        answer = system.http("POST", f"{page}/alerts/json/{key}", body)
        assert answer.status == 202, answer
        system.run()
    assert system.operator("GET", f"{page}/alerts").status == 200
    waiting = system.operator("GET", f"{page}/drafts?state=waiting").json["drafts"]
    one, other = (f"{page}/drafts/{draft['id']}" for draft in waiting)
    shown = {"incident": system.operator("GET", one).json["opens_as"]}
    preview = system.operator("POST", f"{page}/incidents/preview", shown).json
    confirmed = {"confirm_token": preview["confirm_token"]}
    assert system.operator("POST", f"{one}/publish", confirmed).status == 200
    assert system.operator("POST", f"{other}/discard").status == 200
    system.run()
    system.tick()


def mails(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-up, its link, an announcement, the mailbox's button, and what SES tells."""
    one = add_mailbox(system)
    body = {"email": JO, "consent": True}
    asked = system.http("POST", "/subscriptions", body, source_ip="203.0.113.77")
    assert asked.status == 202
    system.run()
    page = f"/pages/default/subscriptions/{one}"
    assert system.http("GET", f"{page}/confirm?code=x").status == 200
    assert system.http("GET", f"{page}/unsubscribe?token=x").status == 200
    assert system.http("POST", f"{page}/unsubscribe?token=x", form={}).status == 401
    system.open_incident("Told by mail")
    settle_down(system, 300)
    mail = system.ses.to(JO)[-1]
    system.ses.bounce(mail, "Transient", "MailboxFull", system.now)
    system.run()
    assert "unreachable_at" in subscriber_row(system, one)
    system.ses.complain(mail, system.now)
    system.run()
    assert subscriber_row(system, one)["suppressed"] == "complaint"
    takes_later(system, monkeypatch, "mail_events")


def announcements(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told, refused, in doubt, without room, overtaken; a fan-out of several tasks."""
    monkeypatch.setattr(fanning_out, "PER_TASK", 3)
    monkeypatch.setattr(fanning_out, "PER_PAGE", 2)
    monkeypatch.setattr(fanning_out, "FIRST_PAGE", 2)
    everybody = list(add_active(system, 12, Preferences(updates=True), first=70).values())
    spoil(system, kind="refuse", code=21610, to=everybody[0], times=1)
    spoil(system, kind="refuse", code=21211, to=everybody[1], times=1)
    spoil(system, kind="refuse", status=429, code=20429, to=everybody[2], times=1)
    spoil(system, kind="time_out", to=everybody[3], times=1)
    spoil(system, kind="final_status", status="failed", code=21610, to=everybody[4], times=1)
    incident = system.open_incident()
    settle_down(system, 1800)
    cursor: str | None = "1.0."
    while cursor:
        path = f"/v1/pages/default/incidents/{incident}/deliveries?cursor={cursor}"
        cursor = system.operator("GET", path).json["next_cursor"]
    system.table.write(open_circuit(circuit("country:US", 21408, system.now - 100)))
    system.open_incident("Probed")  # its first text closes the circuit
    settle_down(system, 300)
    assert [row["state"] for row in system.rows("circuit")] == ["passed"]
    for name, module in list(sys.modules.items()):
        if name.startswith("local_functions_sender_"):
            own = replace(module.SENDERS.own, mps=0.2)
            monkeypatch.setattr(module, "SENDERS", replace(module.SENDERS, own=own))
    change_quietly(system, incident, status="identified", body="Found it.")
    settle_down(system, 300, step=50)
    open_quietly(system, "Another")
    spoil(system, kind="refuse", status=429, code=20429, to="+15550000099", times=1)
    system.sign_up("+15550000099")  # its code is put back
    enqueue(system)
    change_quietly(system, incident, status="resolved")
    settle_down(system, 600, step=100)


def the_clock(system: SteppedSystem) -> None:
    """Sweep a sign-up of yesterday; forget who left last month; start and end a maintenance; resume
    a fan-out whose task is lost."""
    system.subscribe("+15550000096")
    system.twilio.reply("+15550000096", "STOP", system.now, to=FAKE_FROM)
    system.run()
    system.clock.shift(31 * 24 * 3600)
    assert system.tick()["numbers_removed"] > 0
    system.open_incident(
        "Planned",
        status="scheduled",
        component_ids=["svc_api"],
        scheduled_for=iso(system.now + 3600),
        scheduled_until=iso(system.now + 7200),
        scheduled_auto_in_progress=True,
        scheduled_auto_completed=True,
        auto_transition_to_maintenance_state=True,
        auto_transition_deliver_notifications_at_start=False,
        auto_transition_deliver_notifications_at_end=False,
    )
    system.sign_up("+15550000097", country="US")
    system.clock.shift(25 * 3600)
    for _ in range(16):
        system.tick()
        system.clock.shift(60)
    system.run()  # or the maintenance's own fan-out would be resumed as well
    open_quietly(system, "Lost")
    system.relay_stream()
    url = system.queue_url(queue(system, "fan-out").queue_arn)
    for lost in system.clients.sqs.receive_message(QueueUrl=url).get("Messages", []):
        system.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=lost["ReceiptHandle"])
    system.clock.shift(300)
    assert system.tick()["resumed"] == 16
    system.run()
    stopped_and_held(system)


def stopped_and_held(system: SteppedSystem) -> None:
    """A circuit that opens and closes; what is held overnight; an update that is filtered;
    receipts that do not come; a batch of the stream that comes again."""
    add_active(system, 60, first=200)
    spoil(system, kind="refuse", code=20003, times=1)
    system.open_incident("Refused")
    settle_down(system, 300, step=20)
    asleep = Preferences(timezone="Asia/Tokyo", quiet_hours="00:00-23:59")
    add_active(system, 1, asleep, first=300)
    open_quietly(system, "Held", impact_override="minor")
    spoil(system, kind="final_status", status="undelivered", code=30007, times=3)
    system.open_incident("Filtered")
    settle_down(system, 120, step=20)
    spoil(system, kind="drop_callbacks")
    system.open_incident("No receipts")
    for _ in range(30):
        system.clock.shift(3600)
        system.tick()
        system.run()
    open_quietly(system, "Counted twice")
    enqueue(system)
    records: list[dict[str, Any]] = []  # once its slot has come
    while not records:
        system.clock.shift(1)
        enqueue(system)
        system.poll(queue(system, "announcements"))
        records = system.stream_records()
    for _ in range(2):
        system.invoke("relay", {"Records": records})


def the_team(system: SteppedSystem) -> None:
    """An on-call phone is verified, another one goes; an incident climbs to one that answers."""
    team = "/v1/pages/default/team"
    given = {"name": "Bob", "channel": "sms", "address": "+15550107002"}
    bob = system.operator("POST", f"{team}/contacts", given).json["id"]
    system.clock.shift(MAX_AGE)
    system.operator("POST", f"{team}/contacts/{bob}/verify", {})
    system.operator("POST", f"{team}/contacts/{bob}/verify", {"code": "000000"})
    by_mail = {"name": "Jo", "channel": "email", "address": JO}
    system.operator("POST", f"{team}/contacts", by_mail)
    system.operator("PATCH", team, {"stale_minutes": 0})
    system.operator("DELETE", f"{team}/contacts/{bob}")
    assert system.operator("GET", team).status == 200
    assert system.operator("GET", f"{team}/escalations").status == 200
    one = subscriber_id(master_key(system), "default", PHONE)
    contact = Contact(one, "Ann", Channel.SMS, PHONE, ContactState.VERIFIED, system.now)
    mailbox = replace(contact, id="mailbox", channel=Channel.EMAIL, address=JO)
    for each in (contact, mailbox):
        system.table.write(put_contact("default", each))
    system.open_incident("Climbs")
    for _ in range(5):
        system.tick()
        system.run()
        system.clock.shift(600)
    system.reply("ACK")


def who_is_called(system: SteppedSystem) -> None:
    """A webhook that fails once, and one that is held."""
    url, asleep = (
        "https://hooks.example.com/",
        Preferences(timezone="UTC", quiet_hours="00:00-23:59"),
    )
    with endpoints(system) as world:
        add_endpoint(system, url)
        add_endpoint(system, f"{url}asleep", preferences=replace(asleep, critical_always=False))
        world.answers[url] = DOWN
        system.open_incident("Called")
        changed = {"component": {"status": "partial_outage"}}
        system.operator("PATCH", "/v1/pages/default/components/svc_api", changed)
        system.http("POST", "/subscriptions", {"endpoint": f"{url}new", "consent": True})
        world.answers[url] = OK
        settle_down(system, 120, step=10)
        assert len({one.id for one in world.at(url)}) < len(world.at(url))
        one, token, _ = sign_up(system, world)
        assert rotate(system, one, token).status == 200


def test_roles_allow_what_the_journeys_need_and_nothing_else(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = guard.system
    visitors(system)
    repliers(system)
    second_carrier(system, monkeypatch)
    operators(system)
    alerts(system)
    readers(system, monkeypatch)
    announcements(system, monkeypatch)
    the_clock(system)
    who_is_called(system)
    providers(system)
    mails(system, monkeypatch)
    the_team(system)
    numbers_given_up(system)
    assert guard.refused == []
    unused = [
        f"{name} may {need.action} on {need.resource}"
        for name, role in sorted(guard.roles.items())
        for need in role.allowed
        if need not in role.used and not is_used_by_lambda(name, need)
    ]
    assert unused == []


def is_used_by_lambda(function: str, need: Grant) -> bool:
    """Whether AWS itself needs it; the reasons are in USED_BY_LAMBDA and DEAD_LETTERS."""
    if need.action == "sqs:SendMessage" and need.resource.endswith(f"{function}-dead"):
        return bool(DEAD_LETTERS)
    return any((who, need.action) in USED_BY_LAMBDA for who in ("*", function))


def test_every_function_has_a_role_of_its_own(system: SteppedSystem) -> None:
    functions = system.resources.of_type("AWS::Lambda::Function").values()
    roles = [properties["Role"] for properties in functions]
    assert len(set(roles)) == len(roles)
    assert set(roles_of(system)) == set(system.arns)


def test_no_role_names_more_than_it_must(system: SteppedSystem) -> None:
    for name, role in roles_of(system).items():
        for need in role.allowed:
            assert "*" not in need.action, name
            if "*" in need.resource:
                table = system.resources.reference("Table", "Arn")
                known = (f"{table}/stream/*", f"{OF_SECRETS}{STACK_NAME}/pages/*")
                assert need.resource in known or ":logs:" in need.resource, name


def test_a_missing_permission_is_refused(guard: Guard) -> None:
    """The test above bites: without any one of the actions used, something fails."""
    table = guard.system.resources.reference("Table", "Arn")
    for action in ("GetItem", "PutItem", "UpdateItem", "Query"):
        role = guard.roles["subscribe"]
        before, guard.refused = role.allowed, []
        role.allowed = [one for one in before if one.action != f"dynamodb:{action}"]
        guard.system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
        guard.system.http("POST", f"/subscriptions/sub_{'x' * 16}/resend_confirmation")
        role.allowed = before
        assert f"subscribe may not dynamodb:{action} on {table}" in guard.refused


@pytest.mark.parametrize(
    ("allowed", "needed", "holds"),
    [
        (Grant("a:Get*", "x"), Need("a:GetItem", "x"), True),
        (Grant("a:getitem", "x"), Need("a:GetItem", "x"), True),
        (Grant("a:GetItem", "x/*"), Need("a:GetItem", "x/y"), True),
        (Grant("a:GetItem", "x"), Need("a:GetItem", "x/y"), False),
        (Grant("a:GetItem", "x"), Need("a:GetItems", "x"), False),
        (Grant("a:GetItem", "x"), Need("b:GetItem", "x"), False),
        (Grant("a:GetItem", "X"), Need("a:GetItem", "x"), False),
        (Grant("a:Get", "x", ("P#*",)), Need("a:Get", "x", ("P#1", "P#2")), True),
        (Grant("a:Get", "x", ("P#*",)), Need("a:Get", "x", ("P#1", "K#2")), False),
        (Grant("a:Get", "x", ("P#*",), ("P#*#S",)), Need("a:Get", "x", ("P#1",)), True),
        (Grant("a:Get", "x", ("P#*",), ("P#*#S",)), Need("a:Get", "x", ("P#1#S",)), False),
        (Grant("a:Get", "x", (), ("K#*", "L#*")), Need("a:Get", "x", ("P#1", "L#1")), False),
    ],
)
def test_a_statement_is_read_as_iam_reads_it(allowed: Grant, needed: Need, holds: bool) -> None:
    assert Role([allowed]).allows(needed) is holds


HOLD_NUMBERS = ("PAGE#default#SUBSCRIBERS#03", "PAGE#default#PERSON#sub_0")
OF_KEYS = ("KEY#0123456789abcdef", "PAGE#default#KEYS")
ANONYMOUS = ("subscribe", "verify", "manage", "public_api", "status_page", "twilio_webhook")
"""Functions that whoever has no key makes work."""


@pytest.mark.parametrize(
    ("functions", "actions", "keys"),
    [
        (ANONYMOUS, ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"), OF_KEYS),
        (("public_api", "status_page"), ("GetItem", "Query", "BatchGetItem"), HOLD_NUMBERS),
        (
            ("subscribe", "verify", "manage", "public_api", "status_page"),
            ("GetItem", "Query", "BatchGetItem"),
            OF_KEYS,
        ),
        (("subscribe",), ("GetItem", "Query", "PutItem", "UpdateItem"), HOLD_NUMBERS[:1]),
        (("subscribe", "verify", "manage"), ("PutItem", "UpdateItem"), ("PAGE#default", "PAGES")),
    ],
)
def test_what_anybody_can_reach_touches_no_keys_and_reads_no_numbers(
    system: SteppedSystem, functions: Sequence[str], actions: Sequence[str], keys: Sequence[str]
) -> None:
    """Whatever else is wrong in them, and with a harmless key beside it in the same request."""
    table, roles = system.resources.reference("Table", "Arn"), roles_of(system)
    for function in functions:
        for action in actions:
            for key in keys:
                for asked in ((key,), ("PAGE#default#COMPONENTS", key)):
                    need = Need(f"dynamodb:{action}", table, asked)
                    assert not roles[function].allows(need), (function, need)


def test_no_function_but_those_for_operators_reads_a_key(system: SteppedSystem) -> None:
    """Reading one is how a key is checked."""
    table = system.resources.reference("Table", "Arn")
    need = Need("dynamodb:GetItem", table, OF_KEYS[:1])
    checking = {name for name, role in roles_of(system).items() if role.allows(need)}
    assert checking & set(ANONYMOUS) <= {"twilio_webhook"}


def test_the_operator_s_key_is_in_nobody_s_environment(system: SteppedSystem) -> None:
    for properties in system.resources.of_type("AWS::Lambda::Function").values():
        assert KEY not in str(properties["Environment"])
