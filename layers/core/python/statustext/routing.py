"""Routes: which function of an app answers a request of API Gateway's, and how the answer is sent.

The part of powertools' event handler that we use, and held equal to it by a test; that loads 80
modules more, a sixth of a cold start (docs/decisions/2026-11-28-a-router-of-ours.md).
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Body = TypeVar("Body")
Answering = TypeVar("Answering", bound=Callable[..., "Response[Any]"])
Handling = TypeVar("Handling", bound=Callable[[Any], "Response[Any]"])

_VALUE = re.compile(r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+")
"""What may stand for `<name>` in a path, encoded or not."""


class Response(Generic[Body]):
    """An answer; its body is text, or bytes, which are sent as Base64. A header has one value or a
    list of them."""

    def __init__(
        self,
        status_code: int,
        content_type: str | None = None,
        body: Body | None = None,
        headers: Mapping[str, str | list[str]] | None = None,
    ) -> None:
        self.status_code = status_code
        self.body = body
        kind = {"Content-Type": content_type} if content_type else {}
        self.headers: dict[str, str | list[str]] = {**kind, **(headers or {})}


@dataclass(frozen=True)
class Request:
    """An event of API Gateway's, as it came."""

    raw_event: Mapping[str, Any]

    @property
    def headers(self) -> Mapping[str, str]:
        return self.raw_event.get("headers") or {}

    @property
    def query_string_parameters(self) -> Mapping[str, str]:
        return self.raw_event.get("queryStringParameters") or {}

    @property
    def path_parameters(self) -> Mapping[str, str]:
        return self.raw_event.get("pathParameters") or {}

    @property
    def resource(self) -> str:
        """The route as the template has it."""
        return str(self.raw_event["resource"])

    @property
    def body(self) -> str | None:
        return self.raw_event.get("body")

    @property
    def decoded_body(self) -> str | None:
        """As text. Raises ValueError for what is no Base64 or no UTF-8."""
        if self.body and self.raw_event.get("isBase64Encoded"):
            return base64.b64decode(self.body.encode()).decode()
        return self.body

    @property
    def source_address(self) -> str:
        """Who called, as API Gateway saw it."""
        return str(self.raw_event["requestContext"]["identity"].get("sourceIp") or "")


_current: ContextVar[Request] = ContextVar("request")
"""Of this thread, as the local run answers several at once."""


class Api:
    """The routes of one function, with what answers for its errors.

    `cors` are the headers of every answer to a browser's script, which may come from any page, or
    None where no script may call.
    """

    def __init__(self, cors: Mapping[str, str] | None = None) -> None:
        self._cors = cors
        self._routes: list[tuple[str, list[str], Callable[..., Response[Any]]]] = []
        self._handlers: dict[type[Exception], Callable[[Any], Response[Any]]] = {}
        self._not_found: Callable[[], Response[Any]] = lambda: Response(404)

    @property
    def current_event(self) -> Request:
        """The request at work."""
        return _current.get()

    def route(self, rule: str, method: Sequence[str]) -> Callable[[Answering], Answering]:
        """Decorates what answers requests to a path such as `/pages/<page>`; it is called with
        what stands for each `<name>`. Routes without any come first, then those declared first."""

        def declared(answer: Answering) -> Answering:
            self._routes += [(one, rule.split("/"), answer) for one in method]
            self._routes.sort(key=lambda route: any(part[:1] == "<" for part in route[1]))
            return answer

        return declared

    def get(self, rule: str) -> Callable[[Answering], Answering]:
        return self.route(rule, ["GET"])

    def post(self, rule: str) -> Callable[[Answering], Answering]:
        return self.route(rule, ["POST"])

    def put(self, rule: str) -> Callable[[Answering], Answering]:
        return self.route(rule, ["PUT"])

    def patch(self, rule: str) -> Callable[[Answering], Answering]:
        return self.route(rule, ["PATCH"])

    def delete(self, rule: str) -> Callable[[Answering], Answering]:
        return self.route(rule, ["DELETE"])

    def exception_handler(self, *kinds: type[Exception]) -> Callable[[Handling], Handling]:
        """Decorates what answers where one of these was raised."""

        def declared(answer: Handling) -> Handling:
            self._handlers.update(dict.fromkeys(kinds, answer))
            return answer

        return declared

    def not_found(self, answer: Callable[[], Response[Any]]) -> Callable[[], Response[Any]]:
        """Decorates what answers where there is no route."""
        self._not_found = answer
        return answer

    def resolve(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to an event, as API Gateway wants it. Raises what nothing handles."""
        token = _current.set(Request(event))
        try:
            return self._sent(self._answer(event["httpMethod"].upper(), event["path"]))
        finally:
            _current.reset(token)

    def _answer(self, method: str, path: str) -> Response[Any]:
        try:
            for known, rule, answer in self._routes:
                if known == method and (values := _values(rule, path)) is not None:
                    return answer(**values)
            if self._cors is not None and method == "OPTIONS":
                every = ",".join(sorted({"OPTIONS", *(known for known, _, _ in self._routes)}))
                return Response(204, body="", headers={"Access-Control-Allow-Methods": every})
            return self._not_found()
        except Exception as error:
            for kind in type(error).__mro__:
                if handler := self._handlers.get(kind):
                    return handler(error)
            raise

    def _sent(self, answer: Response[Any]) -> dict[str, Any]:
        is_script = any(name.lower() == "origin" for name in self.current_event.headers)
        headers = {**answer.headers, **(self._cors or {} if is_script else {})}
        body = answer.body
        return {
            "statusCode": answer.status_code,
            "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
            "isBase64Encoded": isinstance(body, bytes),
            "multiValueHeaders": {
                name: [value] if isinstance(value, str) else list(value)
                for name, value in headers.items()
            },
        }


def _values(rule: Sequence[str], path: str) -> dict[str, str] | None:
    """What stands in a path for each `<name>` of a rule, or None where they differ."""
    given = path.rstrip("/").split("/") if path.strip("/") else ["", ""]
    if len(given) != len(rule):
        return None
    values = {}
    for known, part in zip(rule, given, strict=True):
        if known[:1] == "<" and _VALUE.fullmatch(part):
            values[known[1:-1]] = part
        elif known != part:
            return None
    return values
