"""The published description against the system: what it says is true, whatever is sent."""

import copy
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from local.configuration import ROOT
from local.http_messages import HttpRequest
from tests.stepped import API_URL, KEY, Aws, SteppedSystem, stepped_system

AnyCase = Case[Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
]
"""Those of the library that look at one answer. Those that follow a thing through several requests
(use_after_free, ensure_resource_availability) want links, which the document has none of; what keys
may do (ignored_auth) is in test_bad_input.py, whose keys are real."""

REFUSED_THOUGH_VALID = {
    "provider_refused": "an account's keys and senders are Twilio's to know",
    "rate_differs": "a sender has the rate that it has elsewhere",
    "code_invalid": "only one code is right",
    "consent_required": "consent: false is a valid answer, and no sign-up",
    "consent_outdated": "only one version is current",
    "country_not_served": "a page's countries are its own",
    "idempotency_key_reused": "the example's key comes again with another body",
    "invalid_cursor": "only the last answer's cursor leads on",
    "invalid_number": "a number's digits are judged by the numbering plan, which no pattern holds",
    "unassigned_number": "the same",
    "landline": "the same",
    "fictional_number": "the same",
    "premium_number": "the same",
    "key_is_fixed": "a component keeps its key",
    "contrast_too_low": "colours must be told apart by eye",
    "mode_not_offered": "how a page reaches people is its own",
    "invalid_address": "a webhook is Slack's",
    "invalid_endpoint": "which addresses can be called no pattern holds",
    "fragment_in_endpoint": "the same",
    "host_not_a_name": "the same",
    "login_in_endpoint": "the same",
    "not_https": "the same",
    "port_not_allowed": "the same",
    "unknown_contact": "contacts are the page's",
    "invalid_override": "a shift ends after it starts",
    "unknown_sender": "senders are the deployment's",
    "unknown_group": "groups are the page's",
    "unknown_service": "components are the page's",
    "unknown_variable": "templates have a grammar",
    "unbalanced_braces": "the same",
    "code_missing": "a template must hold what it is for",
    "stop_missing": "the same",
    "empty": "the same",
    "too_long": "segments are counted, not characters",
    "invalid_moment": "a moment must lie where it makes sense",
    "invalid_schedule": "the same",
    "unreadable_file": "the columns of a CSV file stand in its first line",
}
"""Codes of refusals that no schema can foresee, and why."""

VALID_BY_SCHEMA = re.compile(
    "control characters|can be read|valid Unicode"  # of any text, by what a reader sees
    "|date and time that exists|date, as in|day as in"  # months have 28 to 31 days
    "|IANA time zone"  # names come and go
    "|at least 1"  # of spaces nothing is left
    "|must name each"  # twice is once too often
    "|must end at another time"  # quiet hours of no hour
    "|at most 92 days"  # between two dates
    "|goes with"  # one field that needs another
    "|by an incident of the past"  # one field that excludes another
    "|^Give what is to change"  # of nothing
    "|With incident, only"  # of two lists behind one address
    "|must be a list|must be an object|is required|named once|name every field once"  # see FORMS
)
FORMS = "a form is written a[b]=1 and a[]=1, as the document says in words; the library does not"
"""Of a form it says the same as of JSON, in one field for each top-level property."""


def sentences(answer: Any) -> list[str]:
    """What a refusal says; Statuspage's public API lists them."""
    return answer if isinstance(answer, list) else [answer["error"]["message"]]


def why_refused(answer: Any, media_type: str | None) -> str:
    """Why a request that is valid by its schema was refused; "" for no reason."""
    if isinstance(answer, list):
        return "a new subscriber and one there is are behind one address; see its own tests"
    error = answer["error"]
    if error["code"] in REFUSED_THOUGH_VALID:
        return REFUSED_THOUGH_VALID[error["code"]]
    if media_type == "application/x-www-form-urlencoded":
        return FORMS
    told = list(error.get("fields", {}).values()) or [error["message"]]
    return "no pattern says it" if all(VALID_BY_SCHEMA.search(one) for one in told) else ""


def _holds_null(given: object) -> bool:
    if isinstance(given, dict | list):
        return any(map(_holds_null, given.values() if isinstance(given, dict) else given))
    return given is None


def why_taken(case: AnyCase, status: int) -> str:
    """Why a request that is not valid by its schema was taken; "" for no reason."""
    label, headers = case.operation.label, set(case.headers or {})
    if _security(case) and not {"X-API-Key", "Authorization"} & headers:
        return "the key that the library left out is sent all the same"
    if "/resend_confirmation" in label and status in (201, 202):
        return "an id that nobody has is answered as others are, so that it tells nothing"
    if label.endswith("/postmortem/publish") and "x-www-form" in (case.media_type or ""):
        return "a form writes false as text, and custom_tweet may say that nothing is tweeted"
    if _holds_null(case.body):
        return "null is as left out, as Statuspage's clients send it"
    if "" in (case.query or {}).values():
        return "a parameter without a value is one that is left out, as forms write it"
    return ""


ALERTS_KEY = "key-of-the-monitoring"
DOCUMENT = json.loads((ROOT / "functions/public_api/openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(copy.deepcopy(DOCUMENT))
# What ends the subscription or changes the limits comes last.
HARMFUL = ("PATCH /v1/pages/{page}", "PUT /v1/pages/{page}", "DELETE /")
OPERATIONS: dict[str, Any] = {
    one.ok().label: one.ok()  # type: ignore[union-attr]  # an invalid one fails right here
    for one in SCHEMA.get_all_operations()
}
EXAMPLES = int(os.environ.get("STATUSTEXT_EXAMPLES", "12"))
"""Of each operation in each mode."""

SEED = os.environ.get("STATUSTEXT_SEED", "")
"""Which examples; empty for the same ones in every run."""


def _harm(label: str) -> bool:
    return label in HARMFUL or label.startswith(HARMFUL[-1])


IN_ORDER: list[str] = sorted(OPERATIONS, key=_harm)


@dataclass(frozen=True)
class InUse:
    """A system in which what paths name is there."""

    system: SteppedSystem
    path_parameters: Mapping[str, str]
    manage_token: str
    addresses: Iterator[str]


@pytest.fixture(scope="module")
def in_use(aws: Callable[[], AbstractContextManager[Aws]]) -> Iterator[InUse]:
    with stepped_system(aws=aws) as system, system.first_day():
        limits = {"signups_per_address": 100_000, "signups_per_number": 1000}
        system.operator("PATCH", "/v1/pages/default", {"limits": limits})
        subscription = system.subscribe()
        there = {
            "page": "default",
            "id": subscription["id"],
            "incident": system.open_incident(components={"svc_api": "partial_outage"}),
            "component": "svc_api",
            "group": "nothing",
            "update": "nothing",
            "subscriber": subscription["id"],
            "phone": "%2B15558887777",
            "send": "nothing",
            "review": "nothing",
            "scope": "GB",
            "event": "created",
            "seq": "1",
            "attempt": "a.b.1.c.1",
            "file": "main.js",
            "version": "nothing",
            "source": "json",
            "key": ALERTS_KEY,
            "draft": "nothing",
            "contact": "nothing",
            "escalation": "nothing",
            "token": "nothing",
        }
        system.add_key(ALERTS_KEY, scope="alerts")
        addresses = (f"198.51.100.{n % 250}" for n in itertools.count())
        yield InUse(system, there, subscription["manage_token"], addresses)


@pytest.mark.parametrize("label", IN_ORDER)
def test_every_answer_is_as_described(label: str, in_use: InUse) -> None:
    operation = OPERATIONS[label]
    names = [one.name for one in operation.path_parameters]
    paths = {name: in_use.path_parameters[name] for name in names}

    def cases(mode: GenerationMode) -> st.SearchStrategy[AnyCase] | None:
        """Half of them about what is there, so that they get past the path."""
        anywhere: st.SearchStrategy[AnyCase] = operation.as_strategy(generation_mode=mode)
        there: st.SearchStrategy[AnyCase] = operation.as_strategy(
            generation_mode=mode, path_parameters=paths
        )
        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            return there | anywhere if names else there
        return anywhere if names else None

    def check(case: AnyCase) -> None:
        response = _send(in_use, case)
        case.validate_response(response, checks=CHECKS)
        _explain(case, response)
        if response.status_code >= 400:
            for sentence in sentences(json.loads(response.content)):
                assert sentence.endswith((".", ".”")), sentence

    for mode in GenerationMode:
        strategy = cases(mode)
        if strategy is None:
            continue
        run = hypothesis.settings(
            derandomize=not SEED,
            database=None,
            deadline=None,
            max_examples=EXAMPLES,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(hypothesis.given(case=strategy)(check))
        (hypothesis.seed(SEED)(run) if SEED else run)()


def _explain(case: AnyCase, response: schemathesis.Response) -> None:
    """What is valid is taken, what is not is refused, or the reason is written above."""
    try:
        case.validate_response(response, checks=[positive_data_acceptance, negative_data_rejection])
    except FailureGroup:
        if response.status_code == 413:
            return  # refused, which the library does not know by this status
        answer = json.loads(response.content) if response.content else {}
        if response.status_code >= 400:
            reason = why_refused(answer, case.media_type)
        else:
            reason = why_taken(case, response.status_code)
        if not reason:
            raise


def _security(case: AnyCase) -> list[Any]:
    return list(case.operation.definition.raw.get("security", []))


def _send(in_use: InUse, case: AnyCase) -> schemathesis.Response:
    headers: dict[str, str] = {}
    security = _security(case)
    if {"operator_key": []} in security:
        is_intake = "/alerts/{source}" in case.operation.path and case.method == "POST"
        headers["X-API-Key"] = ALERTS_KEY if is_intake else KEY
    if {"manage_token": []} in security:
        headers["Authorization"] = f"Bearer {in_use.manage_token}"
    sent = requests.Request(**case.as_transport_kwargs(base_url=API_URL, headers=headers)).prepare()
    path, _, query = (sent.path_url or "/").partition("?")
    body = sent.body or b""
    assert isinstance(body, str | bytes)
    answer = in_use.system.api.answer(
        HttpRequest(
            sent.method or "GET",
            path,
            query,
            tuple((name, _text(value)) for name, value in sent.headers.items()),
            body.encode() if isinstance(body, str) else body,
            source_ip=next(in_use.addresses),
        )
    )
    answered: dict[str, list[str]] = {}
    for name, value in answer.headers:
        answered.setdefault(name, []).append(value)
    return schemathesis.Response(
        answer.status, answered, answer.body, request=sent, elapsed=0.0, verify=False
    )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("media_type", ["application/json", FORM])
def test_the_examples_work(media_type: str, in_use: InUse) -> None:
    """In the document's order, which is a journey's; what nobody can know is filled in."""
    system = in_use.system
    system.reset()
    known = {"page": "default", "component": "svc_api", "event": "created", "source": "pagerduty"}
    sent: set[str] = set()
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            body = _example(operation, media_type)
            if body is None or path.startswith(("/pages/", "/twilio/", "/api/v1/sms/webhooks/")):
                continue
            if "rules" in body and media_type == FORM:  # its match is no form's
                sent.add(operation["requestBody"]["$ref"])
                continue
            if "code" in body:
                is_contacts = path.endswith("/{contact}/verify")
                body = {"code": _contacts_code(system) if is_contacts else system.code()}
            if path.startswith("/api/v2/"):
                body = _of_ones_own(body, known, system)
            if "/drafts/" in path:
                known["draft"] = _drafted(system)
            elif path.endswith("/publish"):
                over = {"incident": {"status": "resolved"}}
                system.operator("PATCH", f"/v1/pages/default/incidents/{known['incident']}", over)
            there = dict(known)
            if path.endswith("/{incident}/subscribers"):  # the one before is resolved by now
                there["incident"] = system.open_incident()
            if path == "/v1/pages/{page}/subscribers/{subscriber}":  # of one who entered the code
                there["subscriber"] = known["id"]
            headers = {"X-API-Key": KEY, "Content-Type": media_type}
            headers["Authorization"] = f"Bearer {known.get('manage_token')}"
            answer = system.http(
                method.upper(),
                path.format(**there),
                raw=_encoded(body, media_type),
                headers=headers,
            )
            assert str(answer.status) == next(iter(operation["responses"])), (path, answer)
            system.run()
            sent.add(operation["requestBody"]["$ref"])
            if path == "/api/v2/subscribers.json":
                if method == "delete":  # it is gone, and another follows, after the wait for codes
                    system.advance(60)
                    answer = system.http("POST", path, _example(methods["post"], media_type))
                    system.run()
                known["subscriber"] = answer.json["subscriber"]["id"]
            elif path.endswith("/sending"):  # which it paused: codes would wait until they expire
                system.operator("PATCH", "/v1/pages/default/sending", {"paused": False})
            elif path.endswith("/preview") and "incidents" in path:
                assert answer.json["confirm_token"]
            elif path.endswith("/{incident}/subscribers"):
                known["subscriber"] = answer.json["id"]
            elif path.endswith("/team/contacts"):
                known["contact"] = answer.json["id"]
            elif "/incidents" in path and "/postmortem" not in path:
                known["incident"] = answer.json.get("incident_id", answer.json["id"])
                updates = answer.json.get("incident_updates")
                known["update"] = updates[0]["id"] if updates else known.get("update", "")
            elif "/component-groups" in path:
                known["group"] = answer.json["id"]
            elif "/subscriptions" in path:
                known |= {k: v for k, v in answer.json.items() if k in ("id", "manage_token")}
    assert len(sent) == len(DOCUMENT["components"]["requestBodies"]) - 2  # Twilio's


def _contacts_code(system: SteppedSystem) -> str:
    """What the phone of the document's contact was texted last."""
    found = re.search(r"\b[0-9]{6}\b", system.texts("+15557654321")[-1])
    assert found
    return found[0]


def _drafted(system: SteppedSystem) -> str:
    """The id of a draft that an alert opened."""
    system.add_key(ALERTS_KEY, scope="alerts")
    alert = {"title": "Disk is full"}
    headers = {"X-API-Key": ALERTS_KEY}
    system.http("POST", "/v1/pages/default/alerts/json", alert, headers=headers)
    return str(system.operator("GET", "/v1/pages/default/drafts").json["drafts"][0]["id"])


def _of_ones_own(
    body: Mapping[str, Any], known: Mapping[str, str], system: SteppedSystem
) -> dict[str, Any]:
    """With the id and the code that there are."""
    one = dict(body["subscriber"])
    if "id" in one:
        one["id"] = known["subscriber"]
    if "code" in one:
        one["code"] = system.code("+15551237654")
    return {"subscriber": one}


def _example(operation: Mapping[str, Any], media_type: str) -> dict[str, Any] | None:
    body = operation.get("requestBody")
    if body is None:
        return None
    found = DOCUMENT["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
    written: dict[str, Any] = found["content"].get(media_type, {})
    if "examples" in written:  # once for all media types, among the components
        name = written["examples"]["one"]["$ref"].rpartition("/")[2]
        written = {"example": DOCUMENT["components"]["examples"][name]["value"]}
    example: dict[str, Any] | None = written.get("example")
    return example


def _encoded(body: Mapping[str, Any], media_type: str) -> bytes:
    if media_type == "application/json":
        return json.dumps(body).encode()
    return urlencode(list(_fields("", body))).encode()


def _fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields of a form, as the document says that forms are written."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _fields(f"{name}[{key}]" if name else key, one)
    elif isinstance(value, list):
        for one in value:
            yield from _fields(f"{name}[]", one)
    else:
        yield name, json.dumps(value) if isinstance(value, bool | int) else str(value)
