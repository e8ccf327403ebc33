"""Calls to AWS and Twilio as they are made: by which function, from where in the code."""

import sys
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import CodeType, FrameType
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from twilio.http.response import Response

from local.configuration import ROOT
from tests.faults.call_sites import Place
from tests.faults.mortal_host import MortalHost
from tests.faults.stage import Stage

OURS = (f"{ROOT}/layers/core/python/statustext/", f"{ROOT}/functions/")
THE_TESTS = f"{ROOT}/tests/"
WORKERS = f"{ROOT}/tests/in_turn.py"
"""In place of the threads of a function: its calls go through here."""


@dataclass(frozen=True, order=True)
class Step:
    """One frame: a function of ours, and the expression that it stands at."""

    function: str
    place: Place


@dataclass(frozen=True, order=True)
class Route:
    """How a call is reached: the function deployed, and the frames from its handler to the call."""

    function: str
    operation: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Call:
    """One call, above the client's own retries. `make` makes it, with these parameters or others,
    and gives its answer."""

    route: Route
    service: str
    params: Mapping[str, Any]
    make: Callable[..., Any]
    client: Any = None

    @property
    def operation(self) -> str:
        return self.route.operation

    @property
    def key(self) -> str:
        """The partition key of the row written or read, where it is one."""
        row = self.params.get("Key") or self.params.get("Item") or {}
        return str(row.get("pk", {}).get("S", "")) if isinstance(row, Mapping) else ""


Answering = Callable[[Call], Any]
"""What becomes of a call: its answer."""


@contextmanager
def answered_by(
    stage: Stage, answering: Answering, is_listening: Callable[[], bool]
) -> Iterator[None]:
    """Every call that a function makes meanwhile is answered so; those of the tests go through, and
    while nobody is listening those to AWS as well."""
    from statustext.adapters import twilio_http

    real_call = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore-stubs leave it out
    real_request = twilio_http.TwilioHttp.request

    def make_api_call(client: BaseClient, operation: str, params: Mapping[str, Any]) -> Any:
        def make(given: Mapping[str, Any] = params) -> Any:
            return real_call(client, operation, given)

        if not (stage.host.at_work and is_listening()):
            return make()
        route = _route(stage, operation)
        if route is None:
            return make()
        service = client.meta.service_model.service_name
        return answering(Call(route, service, params, make, client))

    def request(http: Any, method: str, uri: str, *args: Any, **named: Any) -> Response:
        path = urllib.parse.urlsplit(uri).path
        operation = {"POST": "create"}.get(method.upper())
        operation = operation or ("list" if path.endswith("/Messages.json") else "fetch")
        form = named.get("data") or named.get("params") or {}
        route = _route(stage, operation)
        assert route is not None

        def make() -> Response:
            return real_request(http, method, uri, *args, **named)

        answer: Response = answering(Call(route, "twilio", form, make))
        return answer

    with (
        mock.patch.object(BaseClient, "_make_api_call", make_api_call),
        mock.patch.object(twilio_http.TwilioHttp, "request", request),
    ):
        yield


def _route(stage: Stage, operation: str) -> Route | None:
    """How the call is reached; None for one of the tests' own, in the midst of a function's too."""
    steps: list[Step] = []
    frame: FrameType | None = sys._getframe(2)
    while frame and not _is_a_test_s(frame.f_code.co_filename):
        if step := _step(frame.f_code, frame.f_lasti):
            steps.append(step)
        frame = frame.f_back
    if frame is None or frame.f_code is not MortalHost.invoke.__code__:
        return None
    return Route(stage.host.at_work[-1].function, operation, tuple(reversed(steps)))


def _is_a_test_s(file: str) -> bool:
    return file.startswith(THE_TESTS) and file != WORKERS


@cache
def _step(code: CodeType, instruction: int) -> Step | None:
    """The expression at work, as the compiler noted it."""
    if not code.co_filename.startswith(OURS):
        return None
    line, end_line, column, end_column = list(code.co_positions())[instruction // 2]
    file = code.co_filename.removeprefix(f"{ROOT}/")
    place = Place(file, line or 0, column or 0, end_line or 0, end_column or 0)
    return Step(code.co_qualname, place)
