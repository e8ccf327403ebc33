"""API Gateway's part: from the translated template's OpenAPI document to answers.

The paths served have no stage before them, as behind a custom domain.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.compression import compressed
from local.function_host import FunctionError
from local.gateway_responses import GatewayResponses, literal
from local.http_messages import HttpRequest, HttpResponse
from local.proxy_integration import MalformedAnswerError, answer_of, proxy_event
from local.request_validation import RequestRefusedError, RequestValidator
from local.template import TemplateError

MAX_PAYLOAD = 10 * 1024 * 1024
"""Octets of a request's body, by API Gateway's quota."""

Invoke = Callable[[str, Mapping[str, Any]], Any]
_FUNCTION = re.compile(r":lambda:path/[^/]+/functions/(?P<arn>.+)/invocations$")
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_ANY = "x-amazon-apigateway-any-method"
_VARIABLE = "{"


@dataclass(frozen=True)
class _Operation:
    resource: str
    segments: tuple[str, ...]
    integration: Mapping[str, Any]
    validator: RequestValidator


class RestApi:
    """One AWS::ApiGateway::RestApi. Raises TemplateError for what it would serve wrongly."""

    def __init__(
        self,
        document: Mapping[str, Any],
        invoke: Invoke,
        *,
        stage: str = "live",
        stage_variables: Mapping[str, str] | None = None,
        binary_media_types: list[str] | None = None,
        compressed_from: int | None = None,
    ) -> None:
        """`document` is the resolved Body; `invoke` runs a function by its ARN. Bodies of so many
        bytes and more are compressed, none where it is None."""
        self._compressed_from = compressed_from
        self._invoke = invoke
        self._stage = stage
        self._stage_variables = stage_variables
        self._binary = binary_media_types or document.get(
            "x-amazon-apigateway-binary-media-types", []
        )
        self._responses = GatewayResponses(
            document.get("x-amazon-apigateway-gateway-responses", {})
        )
        self._operations: dict[str, list[_Operation]] = {}
        self._by_start: dict[str, list[tuple[str, _Operation]]] = {}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if method.lower() in _METHODS or method == _ANY:
                    self._add(document, path, method, operation)

    @property
    def routes(self) -> set[tuple[str, str]]:
        """(method, resource) of every operation."""
        return {(m, one.resource) for m, found in self._operations.items() for one in found}

    def has_route(self, method: str, path: str) -> bool:
        """Whether a request would reach an operation."""
        return self._find(method, path) is not None

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Never raises: what fails is a gateway response."""
        request_id = str(uuid.uuid4())
        response = self._answer(request, request_id)
        if self._compressed_from is not None:
            response = compressed(response, request, self._compressed_from)
        return HttpResponse(
            response.status, response.body, (*response.headers, ("x-amzn-RequestId", request_id))
        )

    def too_large(self) -> HttpResponse:
        """The answer to a body above MAX_PAYLOAD."""
        return self._responses.render("REQUEST_TOO_LARGE", str(uuid.uuid4()))

    def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        found = self._find(request.method, request.path)
        if found is None:
            # Authorization is read as an AWS signature before the route is looked for.
            signed = request.header("Authorization")
            kind = "INVALID_SIGNATURE" if signed else "MISSING_AUTHENTICATION_TOKEN"
            return self._responses.render(kind, request_id)
        operation, path_parameters = found
        if len(request.body) > MAX_PAYLOAD:
            return self._responses.render("REQUEST_TOO_LARGE", request_id)
        try:
            operation.validator.check(request)
        except RequestRefusedError as refused:
            return self._responses.render(refused.kind, request_id, detail=refused.detail)
        if operation.integration["type"].lower() == "mock":
            return _mock(operation.integration)
        event = proxy_event(
            request,
            resource=operation.resource,
            path_parameters=path_parameters,
            stage=self._stage,
            stage_variables=self._stage_variables,
            binary_media_types=self._binary,
            request_id=request_id,
        )
        try:
            result = self._invoke(operation.integration["arn"], event)
            return answer_of(result, request, self._binary)
        except (FunctionError, MalformedAnswerError):
            return self._responses.render("DEFAULT_5XX", request_id)

    def _add(
        self, document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
    ) -> None:
        integration = operation.get("x-amazon-apigateway-integration")
        where = f"{method.upper()} {path}"
        if integration is None:
            raise TemplateError(f"{where} has no integration.")
        if operation.get("security"):
            raise TemplateError(f"The local run does not know the authorization of {where}.")
        kind = str(integration.get("type", "")).lower()
        if kind == "mock":
            _mock(integration)
        elif kind == "aws_proxy":
            match = _FUNCTION.search(integration.get("uri", ""))
            if match is None:
                raise TemplateError(f"{where} does not lead to a function.")
            integration = {**integration, "arn": match["arn"]}
        else:
            raise TemplateError(f"The local run does not know the integration {kind} of {where}.")
        known = _Operation(
            path, _segments(path), integration, RequestValidator(document, path, method)
        )
        name = "ANY" if method == _ANY else method.upper()
        self._operations.setdefault(name, []).append(known)
        self._by_start.setdefault(_start(known.segments), []).append((name, known))

    def _find(self, method: str, path: str) -> tuple[_Operation, dict[str, str]] | None:
        """The most specific resource, if it has the method: a vaguer one is not asked. A trailing
        slash makes no difference."""
        asked = tuple(path.rstrip("/").split("/")[1:])
        ranked = [
            (match[0], name, operation, match[1])
            for start in dict.fromkeys((unquote(_start(asked)), _VARIABLE))
            for name, operation in self._by_start.get(start, ())
            if (match := _match(operation.segments, asked)) is not None
        ]
        best = min((rank for rank, *_ in ranked), default=())
        for wanted in (method, "ANY"):
            for rank, name, operation, variables in ranked:
                if (rank, name) == (best, wanted):
                    return operation, variables
        return None


def _start(segments: tuple[str, ...]) -> str:
    """The first segment, by which resources are told apart; `_VARIABLE` for any that may be one."""
    first = segments[0] if segments else ""
    return _VARIABLE if first.startswith("{") else first


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.rstrip("/").split("/")[1:])


def _match(
    pattern: tuple[str, ...], asked: tuple[str, ...]
) -> tuple[tuple[int, ...], dict[str, str]] | None:
    """How vague the match is, by segment (0 literal, 1 variable, 2 rest), and its variables."""
    variables: dict[str, str] = {}
    rank: list[int] = []
    for position, part in enumerate(pattern):
        if part.startswith("{") and part.endswith("+}"):
            if len(asked) <= position:
                return None
            variables[part[1:-2]] = unquote("/".join(asked[position:]))
            return (*rank, 2), variables
        if position >= len(asked) or not asked[position]:
            return None
        value = unquote(asked[position])
        if part.startswith("{"):
            variables[part[1:-1]] = value
            rank.append(1)
        elif part == value:
            rank.append(0)
        else:
            return None
    return (tuple(rank), variables) if len(pattern) == len(asked) else None


def _mock(integration: Mapping[str, Any]) -> HttpResponse:
    """The one answer of a mock integration whose request template states a fixed status."""
    template = integration.get("requestTemplates", {}).get("application/json", "{}")
    try:
        chosen = str(json.loads(template).get("statusCode", 200))
    except (ValueError, AttributeError):
        raise TemplateError(
            "The local run knows only mock integrations of a fixed status."
        ) from None
    responses = integration.get("responses", {})
    rules = responses.get(chosen) or responses.get("default")
    if rules is None:
        raise TemplateError("A mock integration has no response.")
    headers = [
        (name.removeprefix("method.response.header."), literal(value))
        for name, value in rules.get("responseParameters", {}).items()
    ]
    body = rules.get("responseTemplates", {}).get("application/json", "").strip()
    return HttpResponse(
        int(rules["statusCode"]), body.encode(), (("Content-Type", "application/json"), *headers)
    )
