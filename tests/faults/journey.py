"""A journey: what somebody does and what follows from it, with one fault on the way, or none."""

import contextlib
import io
import logging
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from local import readable_logs
from local.function_host import FunctionError
from local.lean_aws.table import Change
from tests.aws_calls import logged
from tests.faults.calls import Call, Route, answered_by
from tests.faults.faults import Fault, lasts, strike
from tests.faults.mortal_host import Trigger
from tests.faults.promises import STALE_FOR, TEXTING, Witness, problems
from tests.faults.stage import Stage

Walk = Callable[[Stage], Generator[None]]
Act = Callable[[Stage], None]

REST = 20
"""Minutes after which all is at rest: five, and the fifteen of doubt about a text."""

LOOKED_AT = 4
"""Minutes that are always waited for: the clock takes up after three what was left undone."""


@dataclass(frozen=True)
class Journey:
    """`walk` prepares, yields, acts, yields, and says what must have come of it once all is at
    rest. `then` is what somebody does after it, which in disorder comes before it is over."""

    name: str
    group: str
    walk: Walk
    then: tuple[Act, ...]


JOURNEYS: dict[str, Journey] = {}


def journey(*then: Act) -> Callable[[Walk], Walk]:
    """Register a journey under its name."""

    def register(walk: Walk) -> Walk:
        name, group = walk.__name__, walk.__module__.rpartition(".")[2]
        assert name not in JOURNEYS
        JOURNEYS[name] = Journey(name, group, walk, then)
        return walk

    return register


def comes_again(trigger: Trigger) -> bool:
    """Whether it may be delivered once more later on. People repeat at once, or mean it."""
    event = trigger.event
    is_webhook = trigger.function == "twilio_webhook"
    return is_webhook or ("Records" in event and trigger.function != "relay")


@dataclass
class Trial:
    """One journey on the stage. `seen` are the calls of its middle part, in order, each
    with the key of its row."""

    stage: Stage
    journey: Journey
    route: Route | None = None
    fault: Fault | None = None
    then: Act | None = None
    note: Callable[[Call], None] = lambda call: None
    committed: Callable[[Change], None] = lambda change: None

    def __post_init__(self) -> None:
        self.seen: dict[Route, str] = {}
        self.struck = 0
        self._armed = False
        self._left = 1
        self._trigger: Trigger | None = None
        self._witness = Witness(self.stage, self.committed)

    def run(self) -> list[str]:
        """Everything that is not as it should be."""
        stage, heard = self.stage, io.StringIO()
        with contextlib.ExitStack() as stack:
            stack.enter_context(stage.system.first_day())
            stage.begin()
            stack.enter_context(self._witness.watching())
            stack.enter_context(answered_by(stage, self._answer, self._is_listening))
            stack.enter_context(mock.patch.object(logging.getLogger("statustext"), "handlers", []))
            lines = stack.enter_context(logged())
            stack.enter_context(contextlib.redirect_stdout(heard))
            say: Any = lambda severity, who, text: heard.write(text)  # noqa: E731
            stack.enter_context(mock.patch.object(readable_logs, "say", say))
            parts = stack.enter_context(contextlib.closing(self.journey.walk(stage)))
            next(parts)
            stage.answers.clear()
            stage.forget_secrets()
            stage.system.clock.shift(STALE_FOR)
            self._armed = True
            next(parts)
            self._armed = False
            self._settle()
            if self._trigger and self.fault is Fault.REPEATED and comes_again(self._trigger):
                with contextlib.suppress(FunctionError):
                    stage.host.invoke(self._trigger.arn, self._trigger.event)
                self._settle()
            try:
                next(parts, None)
            except AssertionError as error:
                line = traceback.extract_tb(error.__traceback__)[-1]
                stage.problems.append(f"{line.name}, line {line.lineno}: {error!s:.2000}")
            stage.live(60, step=20)
            return problems(stage, heard.getvalue() + "\n".join(lines))

    def _settle(self) -> None:
        patience = max(REST, self.stage.patience)
        for minute in range(patience):
            self.stage.live(60, step=20)
            if minute >= LOOKED_AT and self.stage.is_quiet():
                return
        self.stage.problems.append(f"not at rest after {patience} minutes")

    def _is_listening(self) -> bool:
        return self._armed or bool(self.stage.latency or self.stage.interruption)

    def _answer(self, call: Call) -> Any:
        self._delay(call)
        if not self._armed:
            return self._made(call)
        self.seen.setdefault(call.route, call.key)
        self.note(call)
        if call.route != self.route or self.fault is None:
            return self._made(call)
        if not self.struck:
            self._left = lasts(self.fault, call)
        if self.struck == self._left:
            return self._made(call)
        self.struck += 1
        self._trigger = self.stage.host.at_work[-1]
        return strike(self.fault, self._watched(call), self.stage, self._overtake)

    def _delay(self, call: Call) -> None:
        stage = self.stage
        if stage.latency and stage.now < stage.slow_until and call.service != "twilio":
            stage.system.clock.shift(stage.latency)
        if stage.interruption and stage.interruption[0](call):
            _, act = stage.interruption
            stage.interruption = None
            act()

    def _watched(self, call: Call) -> Call:
        if call.operation not in TEXTING:
            return call
        return Call(call.route, call.service, call.params, lambda: self._made(call), call.client)

    def _made(self, call: Call) -> Any:
        return self._witness.texts(call) if call.operation in TEXTING else call.make()

    def _overtake(self) -> None:
        self.stage.overtaken = True
        assert self.then is not None
        self.then(self.stage)
        self.stage.carry_on()
