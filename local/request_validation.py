"""Refuses what API Gateway's request validators refuse, before any function runs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema

from local.http_messages import HttpRequest
from local.template import TemplateError


class RequestRefusedError(Exception):
    """The request does not pass; `kind` is the gateway response's type."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail


class RequestValidator:
    """The validator of one operation of an OpenAPI (2 or 3) document."""

    def __init__(self, document: Mapping[str, Any], path: str, method: str) -> None:
        operation = document["paths"][path][method]
        name = operation.get("x-amazon-apigateway-request-validator") or document.get(
            "x-amazon-apigateway-request-validator"
        )
        validators = document.get("x-amazon-apigateway-request-validators", {})
        if name is not None and name not in validators:
            raise TemplateError(
                f"{method} {path} names a request validator {name} that is not there."
            )
        rules = validators.get(name, {})
        self._checks_parameters = _truth(rules.get("validateRequestParameters"))
        self._checks_body = _truth(rules.get("validateRequestBody"))
        parameters = operation.get("parameters", [])
        self._required = [
            (one["in"], one["name"])
            for one in parameters
            if one["in"] in ("query", "header") and _truth(one.get("required"))
        ]
        self._models = {
            media_type: jsonschema.Draft4Validator(_within(document, schema))
            for media_type, schema in _schemas(operation, parameters).items()
        }

    def check(self, request: HttpRequest) -> None:
        """Raises RequestRefusedError."""
        if self._checks_parameters:
            self._check_parameters(request)
        if self._checks_body and self._models:
            self._check_body(request)

    def _check_parameters(self, request: HttpRequest) -> None:
        query = {name for name, value in request.parameters() if value}
        missing = [
            name
            for place, name in self._required
            if (name not in query if place == "query" else not request.header(name))
        ]
        if missing:
            raise RequestRefusedError("BAD_REQUEST_PARAMETERS", f"[{', '.join(missing)}]")

    def _check_body(self, request: HttpRequest) -> None:
        given = request.header("Content-Type").split(";")[0].strip().lower() or "application/json"
        # "If the content type does not match a model, the request is not validated."
        model = self._models.get(given)
        if model is None:
            return
        try:
            body = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
            fault = next(model.iter_errors(body), None)
        except (ValueError, RecursionError):
            raise RequestRefusedError("BAD_REQUEST_BODY", "[not JSON]") from None
        if fault is not None:
            raise RequestRefusedError("BAD_REQUEST_BODY", f"[{fault.validator}]")


def _schemas(operation: Mapping[str, Any], parameters: list[Any]) -> dict[str, Any]:
    if "requestBody" in operation:
        content = operation["requestBody"].get("content", {})
        return {kind.lower(): one["schema"] for kind, one in content.items() if "schema" in one}
    bodies = [one for one in parameters if one["in"] == "body" and "schema" in one]
    consumes = operation.get("consumes") or ["application/json"]
    return {kind.lower(): bodies[0]["schema"] for kind in consumes} if bodies else {}


def _within(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """`schema` beside the definitions that its references point into."""
    around = {key: document[key] for key in ("definitions", "components") if key in document}
    return {**around, "allOf": [schema]}


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
