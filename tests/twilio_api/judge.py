"""Requests to Twilio and its answers, against Twilio's published OpenAPI."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

TWILIO, MESSAGING = "https://api.twilio.com", "https://messaging.twilio.com"
FORM = "application/x-www-form-urlencoded"


PERSONAL = frozenset({"To", "Body", "StatusCallback"})
"""Values that differ from text to text."""

_judged: set[Any] = set()


def judge(method: str, path: str, given: Mapping[str, str], status: int, answer: bytes) -> None:
    """As `assert_described`, and each kind of request once a process, as it takes milliseconds.

    Fails the test also from within a function, which takes no exception for its end.
    """
    said = json.loads(answer) if answer else None
    kind = (
        *(method, path.count("/"), status),
        *sorted((name, "" if name in PERSONAL else value) for name, value in given.items()),
        *_shape(said),
    )
    if kind in _judged:
        return
    try:
        assert_described(method, path, given, status, answer)
    except (AssertionError, OpenAPIError) as error:
        pytest.fail(f"{method} {path}: {error}: {error.__cause__ or ''}")
    _judged.add(kind)


def _shape(answer: Any) -> tuple[str, ...]:
    """Names, types and status of what was answered."""
    if not isinstance(answer, dict):
        return ()
    one = next(iter(answer.get("messages", ())), answer)
    return (str(one.get("status")), *(f"{name}:{type(one[name]).__name__}" for name in one))


def assert_described(
    method: str, path: str, given: Mapping[str, str], status: int, answer: bytes
) -> None:
    """Fail where Twilio's OpenAPI does not describe this request, or its 2xx answer.

    `given` is the form of a POST, the query of anything else. Of a request that was refused only
    the names are judged: why it was refused may be in its values.
    """
    document, is_post = _published(), method.upper() == "POST"
    request = MockRequest(
        MESSAGING if path.startswith("/v1/") else TWILIO,
        method.lower(),
        urlsplit(path).path,
        args={} if is_post else dict(given),
        data=urlencode(given).encode() if is_post else None,
        content_type=FORM if is_post else "",
        headers={"Authorization": "Basic Og=="},  # whether it is right, a 2xx says
    )
    unknown = set(given) - _names(method.lower(), path)
    assert not unknown, f"Twilio has no {sorted(unknown)} for {method} {path}"
    if not 200 <= status < 300:
        return
    document.validate_request(request)
    response = MockResponse(answer, status_code=status, content_type="application/json")
    document.validate_response(request, response)
    if answer:
        undescribed = set(_undescribed(json.loads(answer)))
        assert not undescribed, f"Twilio answers no {sorted(undescribed)}"


@cache
def _document() -> dict[str, Any]:
    file = Path(__file__).with_name("api-v2010.openapi.json")
    published: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return published


@cache
def _published() -> OpenAPI:
    return OpenAPI.from_dict(_document())


def _names(method: str, path: str) -> set[str]:
    """What a request may say, in its form or its query."""
    for template, operations in _document()["paths"].items():
        is_list = template.count("/") == path.count("/")
        if is_list and method in operations and _fits(template, path):
            operation = operations[method]
            body = operation.get("requestBody", {}).get("content", {}).get(FORM, {})
            query = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
            return query | set(body.get("schema", {}).get("properties", {}))
    raise AssertionError(f"Twilio has no {method} {path}")


def _fits(template: str, path: str) -> bool:
    pairs = zip(template.split("/"), path.split("/"), strict=True)
    return all("{" in one or one == other for one, other in pairs)


SCHEMAS = {
    "messages": "api.v2010.account.message",
    "incoming_phone_numbers": "api.v2010.account.incoming_phone_number",
    "short_codes": "api.v2010.account.short_code",
    "AC": "api.v2010.account",
    "MG": "messaging.v1.service",
}
"""What describes the members of a list, and a thing by the first letters of its SID."""


def _undescribed(answer: Any) -> Iterator[str]:
    """Fields of what is answered that Twilio's schema does not have."""
    kind = next((name for name in SCHEMAS if name in answer), answer.get("sid", "")[:2])
    schema = SCHEMAS.get(kind, SCHEMAS["messages"])
    known = set(_document()["components"]["schemas"][schema]["properties"])
    for one in answer.get(kind, [answer] if "sid" in answer else []):
        yield from set(one) - known
