"""Our router answers as powertools' does, whose place it takes; and what powertools cannot do."""

import itertools
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig
from aws_lambda_powertools.event_handler import Response as TheirResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from statustext import web
from statustext.routing import Api, Response

RULES = ("/", "/things", "/things/<one>", "/things/all", "/things/<one>/parts/<part>")
PATHS = (
    *("/", "//", "", "/things", "/things/", "/things//", "/thingsx", "/things/all", "/things/1"),
    *("/things/%2B1555", "/things/a b", "/things/é", '/things/a"b', "/things/a#b", "/things/<x>"),
    *("/things//parts/2", "/things/1/parts/2/", "/things/1/parts", "/things/{all}", "/other"),
)


class KnownError(LookupError):
    """Of a kind that has a handler."""


def event(method: str, path: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()} or None,
        "queryStringParameters": None,
        "requestContext": {"identity": {"sourceIp": "198.51.100.7"}},
        "body": None,
        "isBase64Encoded": False,
    }


def declare(app: Any, response: Any) -> None:
    """The same routes, in either kind of app."""
    for rule in RULES:

        def answer(_rule: str = rule, **values: str) -> Any:
            if values.get("one") == "1":
                raise KnownError
            return response(200, "text/plain", f"{_rule} {sorted(values.items())}", {"X": _rule})

        app.get(rule)(answer)
    app.post("/things")(lambda: response(201, None, b"\x00\xff", {"Y": ["a", "b"]}))
    app.exception_handler(LookupError)(lambda error: response(409, None, type(error).__name__))


def ours(*, is_public: bool) -> Any:
    app = Api(web.CORS if is_public else None)
    declare(app, Response)
    app.not_found(lambda: Response(404, "text/plain", "none"))
    return app.resolve


def theirs(*, is_public: bool) -> Any:
    cors = CORSConfig(
        allow_headers=["Content-Type", "Authorization", "Idempotency-Key"],
        expose_headers=["Retry-After"],
        max_age=3600,
    )
    app = APIGatewayRestResolver(cors=cors if is_public else None)
    declare(app, TheirResponse)

    @app.not_found
    def not_found(_: NotFoundError) -> TheirResponse[str]:
        return TheirResponse(404, "text/plain", "none")

    context: Any = None
    return lambda asked: app.resolve(asked, context)


@pytest.mark.parametrize("is_public", [True, False])
def test_answers_are_those_of_powertools(is_public: bool) -> None:
    mine, known = ours(is_public=is_public), theirs(is_public=is_public)
    origins = (None, {"Origin": "https://status.example"}, {"origin": "null"})
    asked = itertools.product(("GET", "POST", "PUT", "OPTIONS", "get"), PATHS, origins)
    for method, path, headers in asked:
        request = event(method, path, headers)
        assert mine(request) == known(request), request


def test_what_nothing_handles_is_raised_and_the_request_is_over() -> None:
    app = Api()

    @app.get("/")
    def answer() -> Response[str]:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        app.resolve(event("GET", "/"))
    with pytest.raises(LookupError):
        _ = app.current_event


def test_requests_side_by_side_each_see_their_own() -> None:
    """As in the local run, whose functions share a process."""
    app, both_in, seen = Api(), threading.Barrier(2, timeout=20), dict[str, str]()

    @app.get("/<name>")
    def answer(name: str) -> Response[str]:
        both_in.wait()
        seen[name] = app.current_event.resource
        both_in.wait()
        return Response(204)

    threads = [threading.Thread(target=app.resolve, args=(event("GET", p),)) for p in ("/a", "/b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"a": "/a", "b": "/b"}


def test_a_request_within_another_leaves_it_as_it_was() -> None:
    app = Api()

    @app.get("/outer")
    def outer() -> Response[str]:
        app.resolve(event("GET", "/inner"))
        return Response(200, "text/plain", app.current_event.resource)

    @app.get("/inner")
    def inner() -> Response[str]:
        return Response(204)

    assert app.resolve(event("GET", "/outer"))["body"] == "/outer"
