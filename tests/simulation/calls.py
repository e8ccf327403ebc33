"""What becomes of a call to AWS or Twilio: it takes time, fails, or is done and nobody hears.

The real clients are above this, so each fault is what botocore or requests would make of it after
its own retries.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import requests
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from twilio.http.response import Response

from local.fake_twilio.answers import Answer, error
from local.fake_twilio.ledger import FakeTwilio
from local.fake_twilio.rest import respond
from local.lean_aws import LeanAws, as_client_error
from local.lean_aws.errors import AwsError
from statustext.adapters.deadlines import WHOLE_CALL
from tests.simulation.weather import Weather
from tests.simulation.world import Task, World
from tests.twilio_api.judge import judge

WAY = (0.001, 0.018)
"""Seconds a text takes to Twilio: what the throttle's margin allows for."""

Params = Mapping[str, Any]

REFUSALS = (21614, 21408, 30005, 30023, 30007, 21612, 99999)
"""Of Twilio's codes one or two of each class that has consequences; the last is none of its own."""

OTHER_CARRIERS = {"sesv2", "pinpoint-sms-voice-v2"}

_WRITES = {"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems"}
_FATES = ("crashes", "throttled", "failed", "lost", "repeated", "slow", "conflicts", "partial")
_THROTTLED = {
    "dynamodb": "ThrottlingException",
    "sqs": "ThrottlingException",
    "events": "ThrottlingException",
    "secretsmanager": "ThrottlingException",
}


@dataclass
class Calls:
    """The calls that functions make, under today's weather."""

    world: World
    aws: LeanAws
    twilio: Callable[[], FakeTwilio]
    tokens: set[str]
    """Auth tokens that Twilio's API takes."""
    weather: Weather
    requested: Callable[[Params], None] = lambda form: None
    """Told of every text that reaches Twilio, before it is accepted or refused."""
    answered: Callable[[Params, int, Task, bool, bool], None] = lambda *_: None
    """Told what Twilio made of it, whether the function hears of it, and whether it was longer on
    its way than texts are, as everything stood still meanwhile."""
    to_others: Callable[[BaseClient, str, Params], Any] | None = None
    """Takes the calls to other carriers."""
    sent: Callable[[str], None] = lambda body: None
    """Told of every message of a queue and every event."""
    rows: int = 0
    """Of a partition of subscribers so many are read at once, as if they filled a page; 0: all."""
    count: int = 0

    @contextlib.contextmanager
    def going_through(self) -> Iterator[None]:
        """All calls of this process go through here meanwhile, and all waiting is virtual."""
        from statustext.adapters import clock, dynamodb, queues, twilio_http

        calls = self

        def make_api_call(client: BaseClient, operation: str, given: Params) -> Any:
            return calls.to_aws(client, operation, given)

        def request(_: object, method: str, uri: str, *args: Any, **named: Any) -> Response:
            return calls.to_twilio(method.upper(), uri, named)

        def sleep(seconds: float) -> None:
            calls.sleep(seconds)

        with (
            mock.patch.object(BaseClient, "_make_api_call", make_api_call),
            mock.patch.object(twilio_http.TwilioHttp, "request", request),
            mock.patch.object(clock.SystemClock, "sleep", lambda _, seconds: sleep(seconds)),
            mock.patch.object(queues.Queue.__init__, "__defaults__", (sleep,)),
            mock.patch.object(dynamodb.Table.__init__, "__defaults__", (sleep,)),
        ):
            yield

    def sleep(self, seconds: float) -> None:
        if task := self.world.current:  # a test waits for nothing
            task.pause(seconds + self.world.between(0, 0.002))

    def to_aws(self, client: BaseClient, operation: str, given: Params) -> Any:
        """One call to AWS, of a function or (at once, without faults) of a test."""
        task, world = self.world.current, self.world
        if task is None:
            return self.aws.call(client, operation, given)
        self.count += 1
        service = client.meta.service_model.service_name
        if self.to_others and service in OTHER_CARRIERS:
            return self.to_others(client, operation, given)
        task.pause(world.between(0.001, 0.008))
        fate = self._fate_at_aws(service, operation)
        if fate:
            world.note(fate, task, operation)
        match fate:
            case "crashes" if world.chance(0.5):
                task.die()
            case "slow":
                task.pause(world.between(0.1, 4.0))
            case "throttled":
                raise _error(client, operation, _THROTTLED[service], 400)
            case "conflicts":
                raise self._conflict(client, operation, given)
            case "failed":
                task.pause(world.between(0.1, 20.0))
                raise self._silence(client, operation)
        if fate == "partial":
            answer = self._in_part(client, operation, given)
        else:
            answer = self._done(client, operation, given, twice=fate == "repeated")
        task.pause(world.between(0.001, 0.004))
        if fate == "crashes":
            task.die()
        if fate == "lost":
            task.pause(world.between(0.1, 20.0))
            raise self._silence(client, operation)
        return answer

    def _fate_at_aws(self, service: str, operation: str) -> str:
        roll = self.world.random.random()
        for kind, below in _fates(self.weather):
            if roll < below:
                if kind == "conflicts" and not (service == "dynamodb" and operation in _WRITES):
                    return ""
                return "" if kind == "partial" and operation not in _PARTIAL else kind
        return ""

    def _done(
        self, client: BaseClient, operation: str, given: Params, *, twice: bool = False
    ) -> Any:
        in_part = operation == "Query" and self.rows and "Limit" not in given
        if in_part and "#SUBSCRIBERS#" in str(given["ExpressionAttributeValues"]):
            given = {**given, "Limit": self.rows}
        if operation in ("SendMessageBatch", "PutEvents"):
            for entry in given["Entries"]:
                self.sent(entry.get("MessageBody") or entry["Detail"])
        if twice and operation == "TransactWriteItems":
            twice = False  # botocore gives both the same token, so the second does nothing
        if twice:
            with contextlib.suppress(Exception):
                self.aws.call(client, operation, given)
        return self.aws.call(client, operation, given)

    def _in_part(self, client: BaseClient, operation: str, given: Params) -> Any:
        key, _ = _PARTIAL[operation]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            ((table, asked),) = given["RequestItems"].items()
            members = asked["Keys"] if operation == "BatchGetItem" else asked
            some, rest = self._divided(members)
            wrap = (lambda part: {**asked, "Keys": part}) if key == "UnprocessedKeys" else list
            answer: Any = {"Responses": {table: []}}
            if some:
                answer = self._done(client, operation, {"RequestItems": {table: wrap(some)}})
            return {**answer, key: {table: wrap(rest)} if rest else {}}
        some, rest = self._divided(given["Entries"])
        answer = {"Successful": []}
        if some:
            answer = self._done(client, operation, {**given, "Entries": some})
        if key == "Failed":
            refused = [
                {"Id": one["Id"], "Code": "InternalError", "SenderFault": False} for one in rest
            ]
            return {**answer, "Failed": refused}
        return {**answer, "FailedEntryCount": len(rest)}

    def _divided(self, members: Any) -> tuple[list[Any], list[Any]]:
        some: list[Any] = []
        rest: list[Any] = []
        for one in members:
            (rest if self.world.chance(0.4) else some).append(one)
        return some, rest

    def _conflict(self, client: BaseClient, operation: str, given: Params) -> Exception:
        if operation != "TransactWriteItems":
            return _error(client, operation, "TransactionConflictException", 400)
        reasons: list[Any] = [{"Code": "None"} for _ in given["TransactItems"]]
        reasons[self.world.random.randrange(len(reasons))] = {"Code": "TransactionConflict"}
        cancelled = AwsError(
            "TransactionCanceledException", "Cancelled.", CancellationReasons=reasons
        )
        return as_client_error(client, operation, cancelled)

    def _silence(self, client: BaseClient, operation: str) -> Exception:
        if self.world.chance(0.5):
            return ReadTimeoutError(endpoint_url="https://aws.example.test")
        return _error(client, operation, "InternalServerError", 500)

    def to_twilio(self, method: str, uri: str, given: Mapping[str, Any]) -> Response:
        """One request to Twilio's API."""
        task, world = self.world.current, self.world
        assert task is not None
        self.count += 1
        weather = self.weather
        form = {k: str(v) for k, v in (given.get("data") or given.get("params") or {}).items()}
        is_create = method == "POST"
        began = world.now
        task.pause(world.between(*WAY))
        is_late = world.now > began + WAY[1]
        if world.chance(weather.crashes):
            task.die()
        fate = ""
        if world.chance(weather.unreached):
            fate = "unreached"
        elif world.chance(weather.unanswered):
            fate = "unanswered"
        if fate:
            world.note(fate, task, method)
        if fate == "unreached" and world.chance(0.3):
            task.pause(2.0)
            raise requests.exceptions.ConnectTimeout("never connected")
        if is_create:
            self.requested(form)
        path = uri.removeprefix("https://api.twilio.com").partition("?")[0]
        if fate == "unreached":
            answer = error(503, 20500, "An internal server error has occurred")
        elif world.chance(weather.slowed):
            answer = error(429, 20429, "Too Many Requests")
        elif is_create and world.chance(weather.carrier_down):
            answer = error(401, 20003, "Authentication Error")
        elif is_create and world.chance(weather.refused):
            answer = error(400, world.random.choice(REFUSALS), f"Refused: {form['To']}.")
        else:
            answer = respond(
                self.twilio(), method, path, form, self._known(given.get("auth")), world.now
            )
            if not isinstance(answer.body, str):  # a fault of the fake's, malformed on purpose
                judge(method, path, form, answer.status, answer.payload)
        heard = not fate and not world.chance(weather.crashes)
        if is_create:
            self.answered(form, answer.status, task, heard, is_late)
        if not fate and not heard:
            task.die()
        return self._heard(answer, fate, task)

    def _known(self, auth: tuple[str, str] | None) -> tuple[str, str] | None:
        if auth and auth[1] in self.tokens:
            return auth[0], self.twilio().auth_token
        return auth

    def _heard(self, answer: Answer, fate: str, task: Task) -> Response:
        """What the function gets. A crash while it waits is up to `pause` and the weather."""
        world = self.world
        task.pause(world.between(0.03, 0.2))
        if not fate:
            return Response(answer.status, answer.payload.decode(), dict(answer.headers))
        how = world.random.choice(("timeout", "reset", "5xx", "unreadable", "trickles"))
        match how:
            case "timeout":
                task.pause(8.0)
                raise requests.exceptions.ReadTimeout("no answer")
            case "trickles":
                task.pause(WHOLE_CALL)
                raise requests.exceptions.ConnectionError("Read timed out.")  # within the body
            case "reset":
                raise requests.exceptions.ConnectionError("reset")
            case "unreadable" if answer.status < 400:
                return Response(answer.status, '{"sid": "SM', {})
        body = json.dumps({"code": 20500, "message": "Internal", "status": 503})
        return Response(503, body, {})


@functools.lru_cache(maxsize=64)
def _fates(weather: Weather) -> list[tuple[str, float]]:
    """The fates that this weather has for a call to AWS, each with the roll that it lies below."""
    found, below = [], 0.0
    for kind in _FATES:
        if probability := getattr(weather, kind):
            below += probability
            found.append((kind, below))
    return found


_PARTIAL: Mapping[str, tuple[str, str]] = {
    "BatchGetItem": ("UnprocessedKeys", "Keys"),
    "BatchWriteItem": ("UnprocessedItems", ""),
    "SendMessageBatch": ("Failed", ""),
    "PutEvents": ("FailedEntryCount", ""),
}


def _error(client: BaseClient, operation: str, code: str, status: int) -> Exception:
    return as_client_error(client, operation, AwsError(code, "Not today.", status=status))
