"""What a local run is told, what it says, and what API Gateway says in its place."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from local import readable_logs
from local.api_gateway import RestApi
from local.configuration import Configuration, ConfigurationError
from local.emulator import aws_environment, overrides
from local.gateway_responses import GatewayResponses
from local.http_messages import HttpRequest
from local.template import TemplateError, layer_directories


def test_defaults() -> None:
    configuration = Configuration.read({})
    assert (configuration.port, configuration.twilio_port) == (8080, 8081)
    assert configuration.api_key == "local-key"
    assert configuration.twilio_api_url == ""
    assert configuration.parameters["TwilioMps"] == "10"
    assert configuration.parameters["AllowFictionalNumbers"] == "true"


def test_the_phones_are_one_port_further_unless_said_otherwise() -> None:
    assert Configuration.read({"PORT": "9000"}).twilio_port == 9001
    assert Configuration.read({"PORT": "9000", "TWILIO_PORT": "7000"}).twilio_port == 7000
    assert Configuration.read({"PORT": "0"}).twilio_port == 0


def test_another_twilio() -> None:
    given = {
        "TWILIO_API_URL": "http://127.0.0.1:9999/",
        "TWILIO_ACCOUNT_SID": "ACx",
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_FROM": "MGx",
        "TWILIO_MPS": "3",
        "TWILIO_SENDERS": "24680:100",
    }
    configuration = Configuration.read(given)
    assert configuration.twilio_api_url == "http://127.0.0.1:9999"
    assert configuration.parameters == {
        "TwilioAccountSid": "ACx",
        "TwilioAuthToken": "t",
        "TwilioFrom": "MGx",
        "TwilioMps": "3",
        "TwilioSenders": "24680:100",
        "TwilioStatusUrl": "",
        "AllowFictionalNumbers": "true",
        "CallThisMachine": "true",
    }


@pytest.mark.parametrize("port", ["x", "-1", "65536", "80 80", "8080.0", "٣", "9" * 5000])
def test_impossible_ports(port: str) -> None:
    with pytest.raises(ConfigurationError, match="PORT"):
        Configuration.read({"PORT": port})


def test_the_last_port_leaves_none_for_the_phones() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_PORT"):
        Configuration.read({"PORT": "65535"})


def test_nothing_reaches_aws() -> None:
    ours = aws_environment({"AWS_SECRET_ACCESS_KEY": "real"})
    assert ours["AWS_ENDPOINT_URL"] == "http://aws.invalid"
    assert ours["AWS_SECRET_ACCESS_KEY"] == "local"
    assert ours["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_streams_come_from_where_the_tables_are() -> None:
    dynamodb = {"AWS_ENDPOINT_URL_DYNAMODB": "http://db"}
    assert overrides(dynamodb)["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] == "http://db"
    both = {**dynamodb, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": "http://streams"}
    assert overrides(both)["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] == "http://streams"
    assert overrides({"AWS_ENDPOINT_URL_SQS": "", "PORT": "1"}) == {}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to +15551234567.", "to +1555123xxxx."),
        ("from 15551234567 to +442079460000", "from 1555123xxxx to +44207946xxxx"),
        ("sub_12345678901 took 1234 ms", "sub_12345678901 took 1234 ms"),
    ],
)
def test_numbers_are_masked(text: str, masked: str) -> None:
    assert readable_logs.masked(text) == masked


def test_json_logs_become_lines_and_go_back(capsys: pytest.CaptureFixture[str]) -> None:
    class AsJson(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            entry = {"level": record.levelname, "message": record.getMessage(), "service": "s"}
            return json.dumps({**entry, "attempt": "a1", "timestamp": "now"})

    logger, handler = logging.getLogger("test.local.logs"), logging.StreamHandler()
    original = AsJson()
    handler.setFormatter(original)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        readable_logs.take_over()
        logger.warning("refused +15551234567")
        line = capsys.readouterr().err
        assert line.endswith("WARNING s: refused +1555123xxxx attempt=a1\n")
        readable_logs.give_back()
        assert handler.formatter is original
    finally:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("level", "said"), [("", False), ("INFO", True), ("warning", False), ("nonsense", False)]
)
def test_quiet_by_default(
    level: str, said: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    readable_logs.say("INFO", "who", "what")
    assert bool(capsys.readouterr().out) is said


def test_gateway_responses_fall_back_to_the_template_s_defaults_and_then_to_aws_s() -> None:
    responses = GatewayResponses(
        {
            "DEFAULT_4XX": {
                "responseTemplates": {
                    "application/json": '{"m":$context.error.messageString,'
                    '"r":"$context.requestId"}'
                },
                "responseParameters": {"gatewayresponse.header.X-Why": "'because'"},
            }
        }
    )
    answer = responses.render("BAD_REQUEST_BODY", "id-1")
    assert json.loads(answer.body) == {"m": "Invalid request body", "r": "id-1"}
    assert (answer.status, dict(answer.headers)["X-Why"]) == (400, "because")
    failed = responses.render("DEFAULT_5XX", "id-1")
    assert (failed.status, failed.body) == (502, b'{"message":"Internal server error"}')


def test_a_gateway_response_that_is_no_static_text_is_refused() -> None:
    with pytest.raises(TemplateError):
        GatewayResponses({"THROTTLED": {"responseParameters": {"gatewayresponse.header.A": "b"}}})


def integration(kind: str = "aws_proxy", **more: Any) -> dict[str, Any]:
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:f/invocations"
    return {"x-amazon-apigateway-integration": {"type": kind, "uri": uri, **more}}


def test_routes_prefer_the_specific_and_fall_back_to_any() -> None:
    seen: list[str] = []

    def invoke(_arn: str, event: Any) -> Any:
        seen.append(f"{event['resource']} {event['pathParameters']}")
        return {"statusCode": 200}

    any_method = "x-amazon-apigateway-any-method"
    api = RestApi(
        {
            "paths": {
                "/a/{x}": {"get": integration()},
                "/a/b": {"get": integration()},
                "/{proxy+}": {any_method: integration()},
                "/{x}/b": {"get": integration()},
            }
        },
        invoke,
    )
    for path in ("/a/b", "/a/c%2Fd", "/z/b", "/p/q/r"):
        assert api.answer(HttpRequest("GET", path)).status == 200
    assert api.answer(HttpRequest("PUT", "/p/q")).status == 200
    # The resource is chosen first: one that lacks the method does not fall back to a vaguer one.
    assert api.answer(HttpRequest("PUT", "/a/b")).status == 403
    assert seen == [
        "/a/b None",
        "/a/{x} {'x': 'c/d'}",
        "/{x}/b {'x': 'z'}",
        "/{proxy+} {'proxy': 'p/q/r'}",
        "/{proxy+} {'proxy': 'p/q'}",
    ]


@pytest.mark.parametrize(
    "operation",
    [
        {},
        integration("http_proxy"),
        integration(uri="arn:aws:states"),
        {**integration(), "security": [{"api_key": []}]},
        {**integration(), "x-amazon-apigateway-request-validator": "none of these"},
        integration("mock", requestTemplates={"application/json": "#if(true)"}),
        integration("mock"),
    ],
)
def test_what_would_be_served_wrongly_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        RestApi({"paths": {"/a": {"get": operation}}}, lambda arn, event: None)


def test_required_parameters_are_checked_by_the_validator() -> None:
    operation = {
        **integration(),
        "x-amazon-apigateway-request-validator": "params",
        "parameters": [
            {"in": "query", "name": "q", "required": True},
            {"in": "header", "name": "H", "required": True},
        ],
    }
    validators = {"params": {"validateRequestParameters": True}}
    api = RestApi(
        {
            "paths": {"/a": {"get": operation}},
            "x-amazon-apigateway-request-validators": validators,
        },
        lambda arn, event: {"statusCode": 204},
    )
    assert api.answer(HttpRequest("GET", "/a")).status == 400
    assert api.answer(HttpRequest("GET", "/a", "q=1", (("h", "x"),))).status == 204


def test_layers_are_their_python_directory(tmp_path: Path) -> None:
    (tmp_path / "one" / "python").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    layer = "AWS::Serverless::LayerVersion"
    template = {
        "Resources": {
            "One": {"Type": layer, "Properties": {"ContentUri": "one"}},
            "Two": {"Type": layer, "Properties": {"ContentUri": "two"}},
            "Other": {"Type": "AWS::SQS::Queue"},
        }
    }
    found = layer_directories(template, tmp_path)
    assert found == [tmp_path / "one" / "python", tmp_path / "two"]
