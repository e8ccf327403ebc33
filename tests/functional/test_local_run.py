"""The local run over a small template of its own: what the template says is what is served."""

import base64
import gzip
import http.client
import importlib
import json
import queue
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from local.demo_site import DemoSite
from local.http_server import PortTakenError
from local.system import LocalSystem

PATIENCE = 30
"""Seconds until a test that waits for an event is lost; no test takes a part of it."""

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  TwilioFrom: { Type: String }
Globals:
  Api: { OpenApiVersion: 3.0.1 }
  Function:
    Runtime: python3.13
    Handler: app.handler
    Timeout: 7
    MemorySize: 256
    Layers: [!Ref Layer]
    Environment:
      Variables:
        QUEUE_URL: !Ref Queue
        TABLE_NAME: !Ref Table
        SENDER: !Ref TwilioFrom
Resources:
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layer }
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      MinimumCompressionSize: 1000
      Cors: { AllowOrigin: "'*'", AllowHeaders: "'Content-Type'", MaxAge: "'600'" }
      Models:
        Thing: { type: object, required: [name], properties: { name: { type: string } } }
      GatewayResponses:
        MISSING_AUTHENTICATION_TOKEN:
          StatusCode: 404
          ResponseParameters: { Headers: { Access-Control-Allow-Origin: "'*'" } }
          ResponseTemplates: { application/json: '{"error":"no route"}' }
        DEFAULT_4XX:
          ResponseTemplates: { application/json: '{"error":$context.error.messageString}' }
        DEFAULT_5XX:
          ResponseTemplates: { application/json: '{"error":"failed"}' }
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/echo
      Events:
        Read: { Type: Api, Properties: { RestApiId: !Ref Api, Method: GET, Path: "/things/{id}" } }
        List: { Type: Api, Properties: { RestApiId: !Ref Api, Method: GET, Path: /things/all } }
        Answer: { Type: Api, Properties: { RestApiId: !Ref Api, Method: PUT, Path: /answer } }
        Make:
          Type: Api
          Properties:
            RestApiId: !Ref Api
            Method: POST
            Path: /things
            RequestModel: { Model: Thing, ValidateBody: true }
  Consumer:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/consumer
      Events:
        Messages:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
            BatchSize: 2
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: { MaximumConcurrency: 2 }
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 10
            FilterCriteria:
              Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"kind":{"S":["told"]}}}}' }]
        Tick: { Type: Schedule, Properties: { Schedule: rate(1 minute) } }
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 2 }
  DeadLetters: { Type: AWS::SQS::Queue }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: pk, AttributeType: S }
        - { AttributeName: sk, AttributeType: S }
      KeySchema:
        - { AttributeName: pk, KeyType: HASH }
        - { AttributeName: sk, KeyType: RANGE }
      StreamSpecification: { StreamViewType: NEW_IMAGE }
"""

ECHO = """
import json, os

SENDER = os.environ["SENDER"]
VARIABLES = sorted(os.environ)

def handler(event, context):
    if event["httpMethod"] == "PUT":
        asked = json.loads(event["body"])
        if asked == "raise":
            raise ValueError("at +15551234567")
        return asked
    seen = {
        "event": event,
        "sender": SENDER,
        "variables": VARIABLES,
        "memory": context.memory_limit_in_mb,
        "function": context.function_name,
        "remaining": context.get_remaining_time_in_millis(),
    }
    return {"statusCode": 200, "headers": {"X-Own": "1"}, "body": json.dumps(seen)}
"""

CONSUMER = """
import seen_by_consumer

def handler(event, context):
    seen_by_consumer.EVENTS.put(event)
    bad = [r["messageId"] for r in event.get("Records", []) if r.get("body") == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}
"""


def write_project(root: Path, template: str = TEMPLATE) -> Path:
    files = {
        "template.yaml": template,
        "functions/echo/app.py": ECHO,
        "functions/consumer/app.py": CONSUMER,
        "layer/python/seen_by_consumer.py": "import queue\nEVENTS = queue.Queue()\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / "template.yaml"


def nothing(*_: object) -> None:
    """Seeds an empty table."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    template = write_project(tmp_path_factory.mktemp("project"))
    environment = {"TWILIO_FROM": "+15550002222", "TWILIO_API_URL": "http://127.0.0.1:9"}
    with LocalSystem.start(environment, template=template, seed=nothing) as started:
        yield started
    sys.modules.pop("seen_by_consumer", None)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    system: LocalSystem,
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    connection = http.client.HTTPConnection(system.url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def next_event(source: str) -> Any:
    """The next event that the consumer gets from a source; those of other sources go back."""
    events: queue.Queue[Any] = importlib.import_module("seen_by_consumer").EVENTS
    aside = []
    try:
        while True:
            event = events.get(timeout=PATIENCE)
            found = event["Records"][0]["eventSource"] if "Records" in event else event["source"]
            if found == source:
                return event
            aside.append(event)
    finally:
        for event in aside:
            events.put(event)


def test_a_route_s_function_gets_a_rest_event(system: LocalSystem) -> None:
    answer = ask(
        system, "GET", "/things/a%20b?x=1&x=2&y=", headers={"X-OwN": "v", "User-Agent": "me"}
    )
    assert (answer.status, answer.headers["X-Own"]) == (200, "1")
    assert answer.headers["Content-Type"] == "application/json"
    event = answer.json()["event"]
    assert event["resource"] == "/things/{id}"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "2", "y": ""}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": [""]}
    assert event["headers"]["X-OwN"] == "v"
    assert event["multiValueHeaders"]["X-OwN"] == ["v"]
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    context = event["requestContext"]
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == "me"
    assert (context["stage"], context["resourcePath"]) == ("live", "/things/{id}")


def test_a_literal_segment_wins_over_a_variable(system: LocalSystem) -> None:
    assert ask(system, "GET", "/things/all").json()["event"]["resource"] == "/things/all"
    assert ask(system, "GET", "/things/all/").json()["event"]["resource"] == "/things/all"


def test_the_address_is_the_peer_s_whatever_the_headers_say(system: LocalSystem) -> None:
    answer = ask(system, "GET", "/things/1", headers={"X-Forwarded-For": "203.0.113.9"})
    event = answer.json()["event"]
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"


def test_a_function_has_its_template_s_settings_and_nothing_of_the_shell(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = ask(system, "GET", "/things/1").json()
    assert seen["sender"] == "+15550002222"
    assert {"QUEUE_URL", "TABLE_NAME", "AWS_ENDPOINT_URL", "AWS_REGION"} <= set(seen["variables"])
    assert not {"PYTEST_CURRENT_TEST", "TWILIO_API_URL", "USER"} & set(seen["variables"])
    assert seen["memory"] == "256"
    assert seen["function"].endswith("Echo")
    assert 0 < seen["remaining"] <= 7000


@pytest.mark.parametrize(
    ("body", "encoded"),
    [('{"name": "é"}'.encode(), False), (b"\xff\xfe", True)],
)
def test_bodies(system: LocalSystem, body: bytes, encoded: bool) -> None:
    event = ask(system, "POST", "/things", body, {"Content-Type": "text/plain"}).json()["event"]
    got = base64.b64decode(event["body"]) if encoded else event["body"].encode()
    assert (got, event["isBase64Encoded"]) == (body, encoded)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"name": 1}', "{}", '{"name": NaN}', "[" * 100_000]
)
def test_a_body_against_the_model_is_refused_before_the_function(
    system: LocalSystem, body: str
) -> None:
    answer = ask(system, "POST", "/things", body, {"Content-Type": "application/json"})
    assert (answer.status, answer.json()) == (400, {"error": "Invalid request body"})


def test_a_body_of_the_model_passes_and_other_media_types_are_not_looked_at(
    system: LocalSystem,
) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert ask(system, "POST", "/things", '{"name": "x"}', headers).status == 200
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(system, "POST", "/things", "name", form).status == 200


def test_preflights_are_answered_by_the_template_s_cors(system: LocalSystem) -> None:
    answer = ask(system, "OPTIONS", "/things/1")
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("DELETE", "/things/1"),
        ("GET", "/things/"),
        ("GET", "/../template.yaml"),
        ("GET", "/%2e%2e/template.yaml"),
        ("BREW", "/things/1"),
    ],
)
def test_unknown_routes_have_the_template_s_answer(
    system: LocalSystem, method: str, path: str
) -> None:
    answer = ask(system, method, path)
    assert (answer.status, answer.json()) == (404, {"error": "no route"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_body_above_ten_megabytes_is_refused(system: LocalSystem) -> None:
    answer = ask(system, "POST", "/things", b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, answer.json()) == (413, {"error": "Request Too Long"})


@pytest.mark.parametrize(
    "answer",
    [
        "raise",
        None,
        [],
        {"body": "no status"},
        {"statusCode": "soon"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "unknown": 1},
        {"statusCode": 200, "headers": {"a": ["list"]}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
    ],
)
def test_a_function_that_fails_is_a_502(system: LocalSystem, answer: Any) -> None:
    got = ask(system, "PUT", "/answer", json.dumps(answer))
    assert (got.status, got.json()) == (502, {"error": "failed"})


def test_answers_are_compressed_as_the_template_says(system: LocalSystem) -> None:
    for length, encoding in ((999, None), (1000, "gzip")):
        given = json.dumps({"statusCode": 200, "body": "x" * length})
        got = ask(system, "PUT", "/answer", given, {"Accept-Encoding": "gzip, br"})
        assert got.headers.get("Content-Encoding") == encoding
        assert (gzip.decompress(got.body) if encoding else got.body) == b"x" * length


def test_answers_keep_repeated_headers_and_the_unusual(system: LocalSystem) -> None:
    asked = {
        "statusCode": 302,
        "headers": {"Location": "/x", "Content-Type": "text/plain"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": "é",
    }
    connection = http.client.HTTPConnection(system.url.removeprefix("http://"), timeout=PATIENCE)
    connection.request("PUT", "/answer", json.dumps(asked))
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (302, "é".encode())
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["Content-Type"] == "text/plain"
    connection.close()


def test_failures_are_logged_without_numbers(
    system: LocalSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(system, "PUT", "/answer", '"raise"')
    said = capsys.readouterr().out
    assert "ValueError" in said
    assert "+1555123xxxx" in said
    assert "1234567" not in said


def test_messages_arrive_in_batches_and_only_the_failed_stay(system: LocalSystem) -> None:
    sqs = system.clients.sqs
    url = system.resources.reference("Queue", None)
    entries: Any = [{"Id": body, "MessageBody": body} for body in ("good", "bad")]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    records = next_event("aws:sqs")["Records"]
    while len(records) < 2:
        records += next_event("aws:sqs")["Records"]
    assert sorted(record["body"] for record in records) == ["bad", "good"]
    assert records[0]["attributes"]["ApproximateReceiveCount"] == "1"
    assert records[0]["eventSourceARN"] == system.resources.reference("Queue", "Arn")
    # The failed one comes back when its visibility ends, and then has spent its receives.
    bad = next(record for record in records if record["body"] == "bad")
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=bad["receiptHandle"], VisibilityTimeout=0
    )
    (again,) = next_event("aws:sqs")["Records"]
    assert (again["body"], again["attributes"]["ApproximateReceiveCount"]) == ("bad", "2")
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=again["receiptHandle"], VisibilityTimeout=0
    )
    dead = system.resources.reference("DeadLetters", None)
    received = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=20)
    assert [message["Body"] for message in received["Messages"]] == ["bad"]


def test_changes_arrive_in_order_and_filtered_even_after_a_failed_transaction(
    system: LocalSystem,
) -> None:
    dynamodb = system.clients.dynamodb
    table = system.resources.reference("Table", None)

    def put(pk: str, kind: str) -> Any:
        return {
            "TableName": table,
            "Item": {"pk": {"S": pk}, "sk": {"S": "-"}, "kind": {"S": kind}},
        }

    dynamodb.put_item(**put("1", "told"))
    dynamodb.put_item(**put("2", "secret"))
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": put("3", "told")},
                {"Put": put("1", "told") | {"ConditionExpression": "attribute_not_exists(pk)"}},
            ]
        )
    dynamodb.transact_write_items(TransactItems=[{"Put": put("4", "told")}])
    seen: list[str] = []
    while len(seen) < 2:
        for record in next_event("aws:dynamodb")["Records"]:
            assert (record["eventName"], record["eventVersion"]) == ("INSERT", "1.1")
            seen.append(record["dynamodb"]["NewImage"]["pk"]["S"])
    assert seen == ["1", "4"]


def test_schedules_tick(system: LocalSystem) -> None:
    event = next_event("aws.events")
    assert event["detail-type"] == "Scheduled Event"


def test_claims_side_by_side_have_one_winner(system: LocalSystem) -> None:
    from concurrent.futures import ThreadPoolExecutor

    dynamodb = system.clients.dynamodb
    table = system.resources.reference("Table", None)

    def claim(_: int) -> bool:
        try:
            dynamodb.put_item(
                TableName=table,
                Item={"pk": {"S": "claim"}, "sk": {"S": "-"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(24))) == 1


def test_healthz(system: LocalSystem) -> None:
    answer = ask(system, "GET", "/healthz")
    assert (answer.status, answer.json()) == (200, {"status": "ok"})


def test_the_port_of_a_running_system_is_refused(system: LocalSystem) -> None:
    port = system.url.rpartition(":")[2]
    with pytest.raises(PortTakenError, match=port):
        LocalSystem.start({"PORT": port})


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "attacker.example:8080", "127.0.0.1.nip.io", "localhost.attacker.example"],
)
@pytest.mark.parametrize("path", ["/", "/demo.json", "/healthz"])
def test_another_name_that_leads_here_reads_nothing(
    system: LocalSystem, path: str, host: str
) -> None:
    """A page whose name was made to lead to this machine (DNS rebinding)."""
    answer = ask(system, "GET", path, headers={"Host": host})
    assert answer.status == 421
    assert answer.json()["error"]["code"] == "misdirected_request"


@pytest.mark.parametrize("name", ["localhost", "status.localhost"])
def test_localhost_is_this_machine(system: LocalSystem, name: str) -> None:
    port = system.url.rpartition(":")[2]
    assert ask(system, "GET", "/healthz", headers={"Host": f"{name}:{port}"}).status == 200


def test_a_browser_that_comes_early_waits() -> None:
    client = Client(DemoSite())
    page = client.get("/", "http://127.0.0.1:8080", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, 'http-equiv="refresh"' in page.text) == (503, True)
    program = client.get("/", "http://127.0.0.1:8080", headers={"Accept": "*/*"})
    assert (program.status_code, '"unavailable"' in program.text) == (503, True)
