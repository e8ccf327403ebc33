"""Everything deployed and everybody who calls it, as tenacious as they are in production.

A function that dies takes only its own work with it: the queue delivers again when its visibility
time-out is over, the stream at once, Twilio by its retry override, the clock a minute later, and
people and browsers ask once more.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from local.configuration import FAKE_FROM
from local.event_pattern import passes
from local.function_host import FunctionDefinition, FunctionError, FunctionHost
from statustext.adapters.pages import change_settings
from statustext.domain.subscriber import Preferences
from tests.functional.engine import Died, add_active
from tests.lean_aws import LeanAws, lean_aws
from tests.stepped import KEY, Answer, SteppedSystem, stepped_system

ASKED_AGAIN_AFTER = 5.0
"""Seconds after which a person or a browser repeats a request that failed."""

INCIDENTS = "/v1/pages/default/incidents"


@dataclass(frozen=True)
class Trigger:
    """An invocation at work: which function, by its folder's name, and with which event."""

    function: str
    arn: str
    event: Mapping[str, Any]


class MortalHost(FunctionHost):
    """Functions that may die in the middle: whoever invoked one sees that it failed."""

    def __init__(self, definitions: list[FunctionDefinition]) -> None:
        super().__init__(definitions)
        self.at_work: list[Trigger] = []
        self._folders = {one.arn: one.path.parent.name for one in definitions}

    def invoke(self, arn: str, event: Mapping[str, Any]) -> Any:
        """As FunctionHost.invoke, also from within another invocation."""
        # Powertools keeps the current event on a class; in Lambda a process has only one.
        router: Any = BaseRouter
        names = ("current_event", "lambda_context")
        before = {name: getattr(router, name) for name in names if hasattr(router, name)}
        self.at_work.append(Trigger(self._folders[arn], arn, event))
        try:
            return super().invoke(arn, event)
        except Died:
            raise FunctionError(f"{self._folders[arn]} died") from None
        finally:
            self.at_work.pop()
            for name, value in before.items():
                setattr(router, name, value)


@dataclass
class Stage:
    """One system, and what a journey keeps in mind. `answers` are all that callers were given."""

    system: SteppedSystem
    aws: LeanAws
    host: MortalHost
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What broke a promise, noted where an exception would not come through."""
    secrets: list[str] = field(default_factory=list)
    """What no log may hold."""
    overtaken: bool = False
    """Whether what comes after the journey came before it was over."""
    dead_letters: int = 0
    """Clock ticks that failed: nobody repeats them, the next one does what they left."""
    _records: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queues = self.system.queues()
        self.stream = self.system.stream()

    @property
    def now(self) -> float:
        return self.system.now

    # People and browsers.

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request, and once more where it failed. What it failed with is in our shape."""
        answer = self._ask(method, path, body, **more)
        if answer.status >= 500:
            self.system.clock.shift(ASKED_AGAIN_AFTER)
            answer = self._ask(method, path, body, **more)
        return answer

    def _ask(self, method: str, path: str, body: Any, **more: Any) -> Answer:
        answer = self.system.http(method, path, body, **more)
        self.answers.append(answer)
        return answer

    def operator(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request with the operator's key; a publishing one is safe to repeat."""
        headers = {"X-API-Key": KEY, **more.pop("headers", {})}
        if method in ("POST", "PATCH") and path.startswith(INCIDENTS):
            headers.setdefault("Idempotency-Key", json.dumps([method, path, body]))
        return self.request(method, path, body, headers=headers, **more)

    def console(self, event: Mapping[str, Any]) -> Any:
        """The incident function invoked by hand, and once more where it failed."""
        try:
            return self.system.invoke("incident", event)
        except FunctionError:
            return self.system.invoke("incident", event)

    def reply(self, body: str, phone: str) -> None:
        """A handset's owner writes; Twilio carries it when the stage goes on."""
        self.system.twilio.reply(phone, body, self.now, to=FAKE_FROM)

    # What happens by itself.

    def carry_on(self, most: int = 400) -> None:
        """Until nothing is due: stream, queues, Twilio's webhooks."""
        for _ in range(most):
            moved = [self._relay(), *map(self.system.poll, self.queues), self._webhooks()]
            if not any(moved):
                return
        self.problems.append("the system never comes to rest")

    def live(self, seconds: float, step: float = 60) -> None:
        """Let time pass, the clock ticking at every step."""
        end = self.now + seconds
        while self.now < end:
            self.system.clock.shift(min(step, end - self.now))
            self.tick()
            self.carry_on()

    def tick(self) -> None:
        """The clock's minute. Where it fails, nobody repeats it."""
        try:
            self.system.tick()
        except FunctionError:
            self.dead_letters += 1

    def _relay(self) -> bool:
        """One batch of the stream; whether there was one. From what failed on, it comes again."""
        if any(one.function == "relay" for one in self.host.at_work):
            return False  # the shard waits
        self._records += [
            one for one in self.system.stream_records() if passes(one, self.stream.filters)
        ]
        batch = self._records[: self.stream.batch_size]
        if not batch:
            return False
        try:
            answer = self.host.invoke(self.stream.function_arn, {"Records": batch})
        except FunctionError:
            return True
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        numbers = [one["dynamodb"]["SequenceNumber"] for one in batch]
        done = next((place for place, one in enumerate(numbers) if one in failed), len(batch))
        del self._records[:done]
        return True

    def _webhooks(self) -> bool:
        due = self.system.twilio.due(self.now)
        for request in due:
            self.answers.append(self.system.post_webhook(request))
        return bool(due)

    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more, and nobody waits for the present moment."""
        waiting = any(
            queue.messages for name, queue in self.aws.sqs.queues.items() if "dead" not in name
        )
        moment = f"{int(self.now):011d}~"
        due = any(row["sk"] < moment for row in self.system.rows("hold"))
        return not (waiting or due or self._records or self.system.twilio.next_due())

    # Things that journeys begin with.

    def active(self, count: int = 1, **preferences: Any) -> dict[str, str]:
        """Verified subscribers; their numbers by their ids."""
        found = add_active(self.system, count, Preferences(**preferences), first=len(self.secrets))
        self.secrets += found.values()
        return found

    def set_page(self, **changes: Any) -> None:
        self.system.table.write(change_settings("default", changes))
        self.system.stream_records()

    def open(self, name: str = "API is down", **more: Any) -> str:
        """Publish a critical incident, and no more; its id."""
        incident = {"name": name, "impact_override": "critical", "body": "On it.", **more}
        answer = self.operator("POST", INCIDENTS, {"incident": incident})
        assert answer.status == 201, answer
        return str(answer.json["id"])

    def change(self, incident: str, **changes: Any) -> Answer:
        """Publish an update, and no more."""
        return self.operator("PATCH", f"{INCIDENTS}/{incident}", {"incident": changes})

    def begin(self) -> None:
        """As on the first day; secrets are read anew."""
        self.answers, self.problems, self.secrets, self._records = [], [], [KEY], []
        self.overtaken, self.dead_letters = False, 0
        self.aws.events.put.clear()
        for handler in self.secret_stores():
            handler._kept.clear()

    def secret_stores(self) -> Iterator[Any]:
        import sys

        for name, module in list(sys.modules.items()):
            if re.match("local_functions_", name) and hasattr(module, "secrets"):
                yield module.secrets


@contextmanager
def stage() -> Iterator[Stage]:
    """A warm stage: functions are imported once."""
    with stepped_system(aws=lean_aws, make_host=MortalHost) as system:
        assert isinstance(system.aws, LeanAws)
        assert isinstance(system.functions, MortalHost)
        yield Stage(system, system.aws, system.functions)
