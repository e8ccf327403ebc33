"""Invokes functions by the clock, as EventBridge's rules of `rate(…)` do.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.doorbell import Doorbell
from local.event_sources import Invoke
from local.function_host import FunctionError
from local.template import ACCOUNT_ID, REGION, TemplateError

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
FIRST_TICK = 1.0
"""Seconds from the start to a schedule's first tick: nobody should wait a minute to see it work."""


@dataclass(frozen=True)
class Schedule:
    """A function invoked every `period` seconds, with `constant` instead of the usual event."""

    name: str
    rule_arn: str
    function_arn: str
    period: float
    constant: Any = None


def schedules_of(name: str, rule_arn: str, properties: Mapping[str, Any]) -> list[Schedule]:
    """The schedules of an AWS::Events::Rule, none if it is disabled.

    Raises TemplateError for a rule that is not of the form `rate(…)`.
    """
    if properties.get("State", "ENABLED") == "DISABLED":
        return []
    match = _RATE.fullmatch(properties.get("ScheduleExpression", ""))
    if match is None:
        raise TemplateError(f"The local run knows only rules of rate(…), and {name} is none.")
    period = int(match[1]) * _SECONDS[match[2]]
    found: list[Schedule] = []
    for target in properties.get("Targets", []):
        if "InputPath" in target or "InputTransformer" in target:
            raise TemplateError(f"The local run does not know the input of {name}.")
        constant = json.loads(target["Input"]) if "Input" in target else None
        found.append(Schedule(name, rule_arn, target["Arn"], period, constant))
    return found


def scheduled_event(schedule: Schedule, now: dt.datetime) -> Any:
    """The event of one tick."""
    if schedule.constant is not None:
        return schedule.constant
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [schedule.rule_arn],
        "detail": {},
    }


class ScheduleSource:
    """Ticks one schedule until told to stop. A tick that takes long delays the next."""

    def __init__(
        self,
        schedule: Schedule,
        invoke: Invoke,
        bell: Doorbell,
        *,
        first: float = FIRST_TICK,
    ) -> None:
        self._schedule = schedule
        self._invoke = invoke
        self._bell = bell
        self._first = first

    def run(self) -> None:
        """Ticks until the bell is closed."""
        due = time.monotonic() + self._first
        while True:
            self._bell.pause(max(0.0, due - time.monotonic()))
            if self._bell.closed:
                return
            due = max(due + self._schedule.period, time.monotonic())
            # A failure was already reported, and the next tick is the retry.
            with contextlib.suppress(FunctionError):
                event = scheduled_event(self._schedule, dt.datetime.now(dt.UTC))
                self._invoke(self._schedule.function_arn, event)
