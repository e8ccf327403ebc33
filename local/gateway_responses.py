"""What API Gateway answers itself, by the template's GatewayResponses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from local.http_messages import HttpResponse
from local.template import TemplateError

# Type -> (status, message) where the template says nothing.
_DEFAULTS: dict[str, tuple[int, str]] = {
    "BAD_REQUEST_BODY": (400, "Invalid request body"),
    "BAD_REQUEST_PARAMETERS": (400, "Missing required request parameters"),
    "INTEGRATION_FAILURE": (504, "Internal server error"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "DEFAULT_5XX": (502, "Internal server error"),
    "INVALID_SIGNATURE": (403, "Invalid key=value pair (missing equal-sign)"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
}
_VARIABLE = re.compile(r"\$(?:context|stageVariables|input)\b[\w.]*")


class GatewayResponses:
    """Renders gateway responses. Raises TemplateError for a template it would render wrongly."""

    def __init__(self, declared: Mapping[str, Any]) -> None:
        self._declared = declared
        known = self._variables("", "", "")
        for kind, rules in declared.items():
            for text in rules.get("responseTemplates", {}).values():
                if unknown := set(_VARIABLE.findall(text)) - set(known):
                    raise TemplateError(
                        f"The local run does not know {', '.join(sorted(unknown))} in {kind}."
                    )
            for name, value in rules.get("responseParameters", {}).items():
                if not name.startswith("gatewayresponse.header."):
                    raise TemplateError(f"The local run does not know {name} in {kind}.")
                literal(value)

    def render(self, kind: str, request_id: str, *, detail: str = "") -> HttpResponse:
        """The answer of one type; `detail` says what a validator found."""
        usual, message = _DEFAULTS[kind]
        fallback = "DEFAULT_5XX" if usual >= 500 else "DEFAULT_4XX"
        rules = self._declared.get(kind) or self._declared.get(fallback) or {}
        templates = rules.get("responseTemplates") or {
            "application/json": '{"message":$context.error.messageString}'
        }
        media_type = (
            "application/json" if "application/json" in templates else next(iter(templates))
        )
        variables = self._variables(message, detail, request_id)
        body = _VARIABLE.sub(lambda match: variables[match[0]], templates[media_type])
        headers = [("Content-Type", media_type)]
        for name, value in rules.get("responseParameters", {}).items():
            headers.append((name.removeprefix("gatewayresponse.header."), literal(value)))
        return HttpResponse(int(rules.get("statusCode") or usual), body.encode(), tuple(headers))

    def _variables(self, message: str, detail: str, request_id: str) -> dict[str, str]:
        return {
            "$context.error.message": message,
            "$context.error.messageString": json.dumps(message),
            "$context.error.validationErrorString": json.dumps(detail)[1:-1],
            "$context.requestId": request_id,
        }


def literal(value: str) -> str:
    """The text of a static response parameter, which API Gateway wants in single quotes."""
    if len(value) < 2 or value[0] != "'" or value[-1] != "'":
        raise TemplateError(f"The local run does not know the response parameter {value}.")
    return value[1:-1]
