"""What becomes of a call to another carrier than Twilio: AWS, SES, and the addresses of strangers.

Each takes time, fails, is refused, or is done and nobody hears.
"""

import base64
import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from local.lean_aws import as_client_error
from local.lean_aws.errors import AwsError
from statustext.adapters.channel import Accepted, Text
from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.adapters.web_calls import WebCalls
from tests.simulation.sources import Today
from tests.simulation.world import Task, World
from tests.stepped import SteppedSystem

WAY = (0.001, 0.018)
"""Seconds that a text takes to its carrier, as to Twilio (calls.WAY)."""

OWN_ID = re.compile(rb"^X-Entity-Ref-ID: (\S+)", re.MULTILINE | re.IGNORECASE)

REFUSALS = {
    "sesv2": (("MessageRejected", ""), ("AccountSuspendedException", "")),
    "pinpoint-sms-voice-v2": (
        ("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"),
        ("ResourceNotFoundException", ""),
    ),
}
"""Of a carrier's refusals one that is about one text, and one that stops more."""


@dataclass(frozen=True)
class Sent:
    """What arrives at a carrier: the attempt that it belongs to ("" for what the team is told), the
    id by which its receiver tells a repeat ("" for a text), whom it goes to, and its words."""

    attempt: str
    id: str
    to: str = field(repr=False)
    words: str = field(repr=False)
    sender: str = ""


@dataclass
class Channels:
    """The carriers. `requested` is told of all that reaches one, and `answered` whether it was
    accepted, by which task, whether that hears of it, and whether it was long on its way."""

    world: World
    system: SteppedSystem
    today: Today
    requested: Callable[[Sent], None] = lambda sent: None
    answered: Callable[[Sent, int, Task, bool, bool], None] = lambda *_: None
    answers: dict[str, Answer] = field(default_factory=dict)
    """Of addresses on the web that are not well, by address."""
    _attempts: dict[Task, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def going_through(self) -> Iterator[None]:
        """Posts of this process go through here meanwhile."""
        channels, send = self, WebCalls.send

        def post(_: GuardedHttp, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
            return channels.to_web(url, body.decode(), headers.get("webhook-id", ""))

        def send_text(calls: WebCalls, text: Text) -> Accepted:
            task = channels.world.current
            assert task is not None
            assert text.post is not None
            channels._attempts[task] = f"{text.attempt} {text.post.message}"
            try:
                return send(calls, text)
            finally:
                channels._attempts.pop(task, None)

        with (
            mock.patch.object(GuardedHttp, "post", post),
            mock.patch.object(WebCalls, "send", send_text),
        ):
            yield

    def to_aws(self, client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        """A text by AWS End User Messaging, or a mail by SES."""
        service = client.meta.service_model.service_name
        sent = _mail(given) if service == "sesv2" else _text(given)

        def refused() -> Exception:
            code, reason = self.world.random.choice(REFUSALS[service])
            return as_client_error(client, operation, AwsError(code, "No.", Reason=reason))

        def slowed() -> Exception:
            code = "ThrottlingException" if service != "sesv2" else "TooManyRequestsException"
            return as_client_error(client, operation, AwsError(code, "Slower.", status=429))

        def silence() -> Exception:
            if self.world.chance(0.5):
                return ReadTimeoutError(endpoint_url="https://aws.example.test")
            failed = AwsError("InternalServerException", "Not today.", status=500)
            return as_client_error(client, operation, failed)

        def unreached() -> Exception:
            return ConnectTimeoutError(endpoint_url="https://aws.example.test")

        def take() -> Any:
            now = self.world.now
            if service == "sesv2":
                answer = self.system.ses.send_email(_encoded(given), now)
            else:
                answer = self.system.aws_sms.send_text_message(given, now)
            assert answer is not None  # no fault was put there
            status, body = answer
            if status < 400:
                return body
            error = AwsError(body["__type"], "No.", Reason=body.get("Reason", ""))
            raise as_client_error(client, operation, error)

        return self._sent(sent, _Fates(unreached, silence, slowed, refused), take)

    def to_web(self, url: str, body: str, webhook_id: str) -> Answer:
        """A post to somebody's own address, or to the chat of the page's team."""
        task = self.world.current
        assert task is not None
        attempt, _, message = self._attempts.get(task, "").partition(" ")
        sent = Sent(attempt, webhook_id or message, url, body)
        fates = _Fates(
            lambda: _Told(Answer(Verdict.UNREACHABLE, "not_connected")),
            lambda: _Told(Answer(Verdict.UNKNOWN, "timed_out")),
            lambda: _Told(Answer(Verdict.SLOW_DOWN, "http_429", 429, retry_after=20.0)),
            lambda: _Told(Answer(Verdict.REFUSED, "http_404", 404)),
        )
        try:
            answer: Answer = self._sent(sent, fates, lambda: self._answer(url))
        except _Told as told:
            return told.answer
        return answer

    def _answer(self, url: str) -> Answer:
        answer = self.answers.get(url, Answer(Verdict.ACCEPTED, "http_204", 204))
        if answer.verdict is not Verdict.ACCEPTED:
            raise _Told(answer)
        return answer

    def _sent(self, sent: Sent, fates: "_Fates", take: Callable[[], Any]) -> Any:
        world, weather, task = self.world, self.today.weather, self.world.current
        assert task is not None
        began = world.now
        task.pause(world.between(*WAY))
        is_late = world.now > began + WAY[1]
        if world.chance(weather.crashes):
            task.die()
        if world.chance(weather.unreached):
            world.note("unreached", task)
            if world.chance(0.3):
                task.pause(2.0)
                raise fates.unreached()
            self.requested(sent)
            task.pause(world.between(0.1, 8.0))
            raise fates.silence()
        self.requested(sent)
        failure: Exception | None = None
        if world.chance(weather.slowed):
            failure = fates.slowed()
        elif world.chance(weather.refused):
            failure = fates.refused()
        answer: Any = None
        if failure is None:
            try:
                answer = take()
            except Exception as error:  # the carrier's own answer
                failure = error
        is_unanswered = world.chance(weather.unanswered)
        heard = not is_unanswered and not world.chance(weather.crashes)
        self.answered(sent, _status(failure), task, heard, is_late)
        if not is_unanswered and not heard:
            task.die()
        task.pause(world.between(0.03, 0.2))
        if is_unanswered:
            world.note("unanswered", task)
            task.pause(world.between(0.1, 8.0))
            raise fates.silence()
        if failure is not None:
            raise failure
        return answer


@dataclass(frozen=True)
class _Fates:
    """What a caller gets: no connection; no answer that tells; "later"; "no"."""

    unreached: Callable[[], Exception]
    silence: Callable[[], Exception]
    slowed: Callable[[], Exception]
    refused: Callable[[], Exception]


class _Told(Exception):  # noqa: N818  # an answer, not a defect
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def form_of(sent: Sent) -> Mapping[str, str]:
    """A text of the second carrier as a request to Twilio would say it."""
    callback = f"/status/{sent.attempt}"
    return {"To": sent.to, "Body": sent.words, "From": sent.sender, "StatusCallback": callback}


def _status(failure: Exception | None) -> int:
    if failure is None:
        return 200
    is_unknown = isinstance(failure, _Told) and failure.answer.verdict is Verdict.UNKNOWN
    return 500 if is_unknown else 400


def _encoded(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A request to SES as it goes over the wire."""
    raw = base64.b64encode(given["Content"]["Raw"]["Data"]).decode()
    return {**given, "Content": {"Raw": {"Data": raw}}}


def _text(given: Mapping[str, Any]) -> Sent:
    attempt = str(given["Context"]["attempt"])
    to, words = given["DestinationPhoneNumber"], given["MessageBody"]
    return Sent(attempt, "", to, words, sender=given["OriginationIdentity"])


def _mail(given: Mapping[str, Any]) -> Sent:
    raw: bytes = given["Content"]["Raw"]["Data"]
    tags = {one["Name"]: one["Value"] for one in given.get("EmailTags", ())}
    found = OWN_ID.search(raw)
    (to,) = given["Destination"]["ToAddresses"]
    attempt = tags.get("attempt", "").replace("-", ".")
    attempt = "" if attempt.startswith("t.") else attempt  # to the team
    words = raw.decode().replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
    return Sent(attempt, found[1].decode() if found else "", to, words)
