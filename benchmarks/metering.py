"""What each function asks of AWS, and of the machine, while the whole system is stepped."""

import contextlib
import os
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest import mock

from botocore.endpoint import Endpoint

from benchmarks.wire import Call, Wire
from local.fake_twilio import rest
from local.function_host import FunctionDefinition, FunctionHost
from local.lean_aws import LeanAws
from tests import stepped
from tests.stepped import SteppedSystem, stepped_system


@dataclass
class Usage:
    """Of one function. CPU seconds and bytes are its own, without AWS's and Twilio's."""

    invocations: int = 0
    cpu_seconds: float = 0.0
    most_bytes: int = 0
    """In one invocation, beyond what it found; where memory is traced."""
    requests: Counter[str] = field(default_factory=Counter)
    events: int = 0
    """Told to EventBridge, ten a request."""
    read_units: float = 0.0
    written_units: float = 0.0
    throttle: Counter[str] = field(default_factory=Counter)
    """Units `read` and `written` on a sender's throttle, which are not among the others: how many
    there are depends on how many senders are at work."""

    def note(self, call: Call) -> None:
        key: Any = call.given.get("Key", {}).get("pk", {})
        if str(key.get("S", "")).startswith("SENDER#"):
            self.throttle.update({"read": call.read_units, "written": call.written_units})
            return
        self.requests[call.operation] += 1
        self.events += len(call.given["Entries"]) if call.operation == "PutEvents" else 0
        self.read_units += call.read_units
        self.written_units += call.written_units

    def per(self, count: int) -> dict[str, float]:
        """Its requests, for every 1,000 of what there were `count` of."""
        return _per(self.requests, count)

    def throttle_per(self, count: int) -> dict[str, float]:
        """The throttle's units, likewise."""
        return _per(self.throttle, count)


def _per(counted: Mapping[str, float], count: int) -> dict[str, float]:
    return {name: round(number * 1000 / count, 2) for name, number in sorted(counted.items())}


@dataclass
class Meter:
    """Usage by function's folder; "" is whoever calls AWS outside of any."""

    usage: dict[str, Usage] = field(default_factory=lambda: defaultdict(Usage))
    wire: Any = None
    at_work: list[str] = field(default_factory=lambda: [""])

    def note(self, call: Call) -> None:
        self.usage[self.at_work[-1]].note(call)

    def cpu_of(self, work: Callable[[], object]) -> float:
        """CPU seconds of a piece of work, whatever else the machine does, and without AWS's."""
        began, theirs = time.process_time(), self.wire.cpu_seconds
        work()
        return time.process_time() - began - float(self.wire.cpu_seconds - theirs)

    def invoke(self, function: str, work: Callable[[], Any]) -> Any:
        """Add one invocation's work to its function's usage."""
        usage, answer = self.usage[function], []
        self.at_work.append(function)
        before = self.wire.own_peak = self.wire.own_bytes()
        if tracemalloc.is_tracing():
            tracemalloc.reset_peak()
        try:
            usage.cpu_seconds += self.cpu_of(lambda: answer.append(work()))
            self.wire.own_bytes()
            usage.most_bytes = max(usage.most_bytes, self.wire.own_peak - before)
        finally:
            usage.invocations += 1
            self.at_work.pop()
        return answer[0]


class MeteredHost(FunctionHost):
    """Functions that are metered."""

    def __init__(self, definitions: list[FunctionDefinition], meter: Meter) -> None:
        super().__init__(definitions)
        self._meter = meter
        self._folders = {one.arn: one.path.parent.name for one in definitions}

    def invoke(self, arn: str, event: Mapping[str, Any]) -> Any:
        work = partial(super().invoke, arn, event)
        return self._meter.invoke(self._folders[arn], work)


@contextlib.contextmanager
def metered_system(mps: int = 1000) -> Iterator[tuple[SteppedSystem, Meter]]:
    """A system on the first day, whose page is as `statustext setup` makes one."""
    meter = Meter()

    @contextlib.contextmanager
    def lean_aws_on_a_wire() -> Iterator[LeanAws]:
        meter.wire = Wire(LeanAws.empty(time.time), meter.note)
        with mock.patch.object(Endpoint, "_send", meter.wire.send):
            yield meter.wire.aws

    def respond(*given: Any) -> Any:
        with meter.wire.apart():
            return real_respond(*given)

    real_respond = rest.respond
    host = partial(MeteredHost, meter=meter)
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        mock.patch.object(stepped, "respond", respond),
        stepped_system(mps=str(mps), aws=lean_aws_on_a_wire, make_host=host) as system,
        system.first_day(),
    ):
        _as_set_up(system)
        meter.wire.watch(system.table.name)
        meter.wire.aws.events.keep = lambda _event: False
        yield system, meter


def _as_set_up(system: SteppedSystem) -> None:
    from statustext.domain.page import RECIPIENT_LIMITS, Page

    usual = Page("", "", "", "")
    change = {
        "quiet_hours": usual.quiet_hours,
        "coalescing_window": usual.coalescing_window,
        "recipient_limits": [list(one) for one in RECIPIENT_LIMITS],
    }
    answer = system.operator("PATCH", "/v1/pages/default", change)
    assert answer.status == 200, answer.text
    system.run()


def queue(system: SteppedSystem, name: str) -> Any:
    """A queue, by the end of its name."""
    return next(one for one in system.queues() if one.queue_arn.endswith(f"-{name}"))


def work_off(system: SteppedSystem, name: str) -> None:
    """Poll a queue until nothing of it is due."""
    settings = queue(system, name)
    while system.poll(settings):
        pass
