"""The published description against the system: what it says is true, whatever is sent."""

import copy
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.configuration import ROOT
from local.http_messages import HttpRequest
from tests.stepped import API_URL, KEY, SteppedSystem, stepped_system

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = json.loads((ROOT / "functions/public_api/openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(copy.deepcopy(DOCUMENT))
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
EXAMPLES_PER_MODE = 12


@pytest.fixture(scope="module")
def in_use() -> Iterator[tuple[SteppedSystem, dict[str, str]]]:
    """A system in which what paths name is there: a subscription, an incident, components."""
    with stepped_system() as system, system.first_day():
        yield system, {}


@pytest.fixture
def known(in_use: tuple[SteppedSystem, dict[str, str]]) -> dict[str, str]:
    """Values of path parameters, and a token; everything as on the first day."""
    system, _ = in_use
    system._reset()
    limits = {"signups_per_address": 100_000, "signups_per_number": 1000}
    system.operator("PATCH", "/v1/pages/default", {"limits": limits})
    subscription = system.subscribe()
    return {
        "page": "default",
        "id": subscription["id"],
        "manage_token": subscription["manage_token"],
        "incident": system.open_incident(components={"svc_api": "partial_outage"}),
        "component": "svc_api",
        "event": "created",
        "attempt": "a.b.1.c.1",
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_described(
    label: str, in_use: tuple[SteppedSystem, dict[str, str]], known: dict[str, str]
) -> None:
    operation, (system, _) = OPERATIONS[label], in_use
    names = [one.name for one in operation.path_parameters]
    there = {name: known[name] for name in names}
    addresses = (f"198.51.100.{n % 250}" for n in itertools.count())
    seen: set[int] = set()

    def cases(mode: GenerationMode) -> st.SearchStrategy[Case]:
        on_what_is_there = operation.as_strategy(generation_mode=mode, path_parameters=there)
        if not names or mode is GenerationMode.NEGATIVE:
            return on_what_is_there
        return on_what_is_there | operation.as_strategy(generation_mode=mode)

    def check(case: Case) -> None:
        response = _send(system, case, known, next(addresses))
        seen.add(response.status_code)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            told = json.loads(response.content)["error"]
            assert told["message"].endswith((".", ".”")), told

    for mode in GenerationMode:
        if mode is GenerationMode.NEGATIVE and not (names or operation.body or operation.query):
            continue
        strategy = cases(mode)
        hypothesis.settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=EXAMPLES_PER_MODE,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(hypothesis.given(case=strategy)(check))()
    assert seen


def _send(
    system: SteppedSystem, case: Case, known: Mapping[str, str], address: str
) -> schemathesis.Response:
    headers = {}
    security = case.operation.definition.raw.get("security", [])
    if {"operator_key": []} in security:
        headers["X-API-Key"] = KEY
    if {"manage_token": []} in security:
        headers["Authorization"] = f"Bearer {known['manage_token']}"
    sent = requests.Request(**case.as_transport_kwargs(base_url=API_URL, headers=headers)).prepare()
    path, _, query = (sent.path_url or "/").partition("?")
    body = sent.body or b""
    answer = system.api.answer(
        HttpRequest(
            sent.method or "GET",
            path,
            query,
            tuple((name, _text(value)) for name, value in sent.headers.items()),
            body.encode() if isinstance(body, str) else bytes(body),
            source_ip=address,
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
