"""What template.yaml promises about the API."""

import json
import re

from local.configuration import ROOT
from statustext.flows.showing_publicly.resources import API, FEEDS, INCIDENT, PAGES
from tests.contract.cloudformation import of_type, resources

# API Gateway's variables that say nothing about a person.
LOGGED = {
    "requestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "responseLatency",
    "integrationLatency", "integrationStatus", "responseLength", "error.responseType",
}  # fmt: skip
JSON_BODY_METHODS = {"post", "patch", "put"}
NO_JSON = ("/twilio/", "/api/v1/sms/webhooks/", "/v1/", "/team/")
WITHOUT_BODY = (
    "/resend_confirmation", "/release", "/recall", "/confirm", "/undo", "/unsubscribe",
    "/signing_secret",
)  # fmt: skip


def test_json_bodies_are_validated_and_only_those() -> None:
    body = resources()["Api"]["Properties"]["Body"]
    for path, methods in body["paths"].items():
        for method in JSON_BODY_METHODS & set(methods):
            route = methods[method]
            # Under /v1 the function says where a body is no JSON; API Gateway cannot.
            if path.startswith(NO_JSON) or path.endswith(WITHOUT_BODY):
                assert "requestBody" not in route, f"{path} takes no JSON"
                continue
            # A model for another type of content would refuse forms.
            assert set(route["requestBody"]["content"]) == {"application/json"}, path
            validator = route["x-amazon-apigateway-request-validator"]
            validators = body["x-amazon-apigateway-request-validators"]
            assert validators[validator]["validateRequestBody"] is True, path


def test_browsers_are_not_offered_the_operators_key() -> None:
    for path, methods in resources()["Api"]["Properties"]["Body"]["paths"].items():
        preflight = methods["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        allowed = preflight["responseParameters"]
        headers = allowed["method.response.header.Access-Control-Allow-Headers"]
        assert headers == "'Content-Type,Authorization,Idempotency-Key'", path
        assert "method.response.header.Access-Control-Allow-Credentials" not in allowed, path


def test_every_answer_of_the_gateway_has_our_shape() -> None:
    responses = resources()["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "BAD_REQUEST_BODY"} <= set(responses)
    throttled = responses["THROTTLED"]["responseParameters"]
    assert throttled["gatewayresponse.header.Retry-After"] == "'5'"
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "405"
    for name, response in responses.items():
        answer = json.loads(response["responseTemplates"]["application/json"])
        assert set(answer) == {"error"}, name
        assert set(answer["error"]) == {"code", "message"}, name
        assert re.fullmatch(r"[a-z_]+", answer["error"]["code"]), name
        assert answer["error"]["message"].endswith("."), name


def test_the_access_log_tells_nothing_about_a_person() -> None:
    (stage,) = of_type("AWS::ApiGateway::Stage").values()
    line = stage["AccessLogSetting"]["Format"]
    assert set(json.loads(line).values()) == {f"$context.{name}" for name in LOGGED}
    assert stage["MethodSettings"]
    for settings in stage["MethodSettings"]:
        assert settings["DataTraceEnabled"] is False
        assert settings["LoggingLevel"] == "OFF"
        assert settings["MetricsEnabled"] is True
        assert {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(settings)


def test_the_largest_answers_have_throttles_of_their_own() -> None:
    """What a stranger could make them cost stands in docs/security.md."""
    [stage] = of_type("AWS::ApiGateway::Stage").values()
    rates = {
        (one["HttpMethod"], one["ResourcePath"].replace("~1", "/").removeprefix("/")): one[
            "ThrottlingRateLimit"
        ]
        for one in stage["MethodSettings"]
    }
    large = ("/openapi.json", "/docs/{path+}", "/pages/{page}/docs/{path+}")
    assert all(rates[("GET", path)] <= 2 for path in large)


WITH_A_KEY = re.compile(r"/v1/|/api/sms/|/api/v1/")
"""One line of the table is for all of them."""


def anonymous_calls() -> list[tuple[str, str]]:
    """Method and path of whatever anybody may ask for, a page's own twins left out."""
    found = [(method, path) for path, methods in routes() for method in methods]
    shown = [*PAGES, *FEEDS, "page.js", f"{API}{{path}}", f"{INCIDENT}{{incident}}"]
    found += [("get", f"/{one}") for one in shown]
    return [
        (method, re.sub(r"^/pages/\{page\}|\+", "", path) or "/")
        for method, path in found
        if not WITH_A_KEY.match(path)
        and method not in ("options", "x-amazon-apigateway-any-method")
    ]


def routes() -> list[tuple[str, list[str]]]:
    paths = resources()["Api"]["Properties"]["Body"]["paths"]
    return [(path, list(methods)) for path, methods in paths.items()]


def test_what_strangers_can_cost_is_told_of_every_route() -> None:
    rows = (ROOT / "docs/security.md").read_text(encoding="utf-8").split("\n")
    cells = [row.split("|") for row in rows if row.startswith("| ")]
    named: list[tuple[set[str], re.Pattern[str]]] = []
    for cell in (one[1] for one in cells if len(one) == 6):
        words = [word for span in re.findall("`([^`]+)`", cell) for word in span.split(", ")]
        methods: set[str] = set()
        for *method, last in (word.split(" ") for word in words):
            methods |= {one.lower() for one in method} | (
                {last.lower()} if last.isupper() else set()
            )
            if "/" in last or "…" in last:
                pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(last)).replace("…", ".*")
                named.append((methods, re.compile(pattern)))
    missing = [
        (method, path)
        for method, path in anonymous_calls()
        if method != "head" and not any(method in of and one.fullmatch(path) for of, one in named)
    ]
    assert missing == []
