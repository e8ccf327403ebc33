"""What API Gateway tells a function of a request, and what it makes of the function's answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import binascii
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from local.http_messages import HttpRequest, HttpResponse, grouped
from local.template import ACCOUNT_ID

API_ID = "local"
_SET_BY_GATEWAY = frozenset(
    {"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
)

MAX_ANSWER = 6 * 1024 * 1024
"""Octets of a function's whole answer, by Lambda's quota."""


class MalformedAnswerError(ValueError):
    """A function's answer is not what a proxy integration may return."""


def proxy_event(
    request: HttpRequest,
    *,
    resource: str,
    path_parameters: Mapping[str, str],
    stage: str,
    stage_variables: Mapping[str, str] | None,
    binary_media_types: Sequence[str],
    request_id: str,
) -> dict[str, Any]:
    """The event of a REST API (payload format 1.0). Values that are absent are None, as there."""
    headers = grouped(_headers(request))
    query = grouped(request.parameters())
    body, is_base64 = _body(request, binary_media_types)
    now = time.time()
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": dict(stage_variables) if stage_variables else None,
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": API_ID,
            "domainName": request.header("Host"),
            "domainPrefix": API_ID,
            "extendedRequestId": request_id[:16],
            "httpMethod": request.method,
            "identity": {
                "accessKey": None,
                "accountId": None,
                "caller": None,
                "cognitoAuthenticationProvider": None,
                "cognitoAuthenticationType": None,
                "cognitoIdentityId": None,
                "cognitoIdentityPoolId": None,
                "principalOrgId": None,
                "sourceIp": request.source_ip,
                "user": None,
                "userAgent": request.header("User-Agent") or None,
                "userArn": None,
            },
            "path": request.path,
            "protocol": request.protocol,
            "requestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "resourceId": "local",
            "resourcePath": resource,
            "stage": stage,
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


def answer_of(result: Any, request: HttpRequest, binary_media_types: Sequence[str]) -> HttpResponse:
    """The HTTP answer that a function's result stands for. Raises MalformedAnswerError."""
    known = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies"}
    if not isinstance(result, dict) or set(result) - known:
        raise MalformedAnswerError("not an object of a proxy integration")
    headers: dict[str, list[str]] = {}
    for name, value in (result.get("headers") or {}).items():
        headers[name] = [_header_value(value)]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers[name] = [_header_value(value) for value in values]
    if "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = ["application/json"]
    body = _answer_body(result, request, binary_media_types)
    pairs = tuple((name, value) for name, values in headers.items() for value in values)
    return HttpResponse(_status(result), body, pairs)


def _headers(request: HttpRequest) -> list[tuple[str, str]]:
    # Proxies append the address they saw, so that only the last one can be believed.
    forwarded = [value for name, value in request.headers if name.lower() == "x-forwarded-for"]
    sent = [pair for pair in request.headers if pair[0].lower() not in _SET_BY_GATEWAY]
    trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
    return [
        *sent,
        ("X-Amzn-Trace-Id", request.header("X-Amzn-Trace-Id") or trace),
        ("X-Forwarded-For", ", ".join([*forwarded, request.source_ip])),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]


def _body(request: HttpRequest, binary_media_types: Sequence[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if not matches_media_type(request.header("Content-Type"), binary_media_types):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def matches_media_type(header: str, media_types: Sequence[str]) -> bool:
    """Whether a Content-Type (or the first type of an Accept) is among `media_types`."""
    asked = header.split(",")[0].split(";")[0].strip().lower()
    family = asked.split("/")[0] + "/*"
    return any(one.replace("~1", "/").lower() in (asked, family, "*/*") for one in media_types)


def _status(result: dict[str, Any]) -> int:
    status = result.get("statusCode")
    if isinstance(status, str) and status.isdecimal():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise MalformedAnswerError("no statusCode")
    return status


def _header_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise MalformedAnswerError("a header that is no text")
    text = str(value)
    if "\r" in text or "\n" in text:
        raise MalformedAnswerError("a header of several lines")
    return text


def _answer_body(
    result: dict[str, Any], request: HttpRequest, binary_media_types: Sequence[str]
) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswerError("a body that is no text")
    if len(body) > MAX_ANSWER:
        raise MalformedAnswerError("a body above Lambda's quota")
    # Without a binary media type that the caller accepts, API Gateway hands on the base64 text.
    if result.get("isBase64Encoded") and matches_media_type(
        request.header("Accept"), binary_media_types
    ):
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise MalformedAnswerError("a body that is no base64") from None
    return body.encode("utf-8", "replace")
