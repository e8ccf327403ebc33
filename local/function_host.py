"""Runs the functions as Lambda does: their own environment at import, one invocation at a time.

A function has execution environments: copies of its module, each at work on one invocation at most.
More are made while more invocations arrive than there are idle ones.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from local import readable_logs
from local.template import REGION, TemplateError

MAX_ENVIRONMENTS = 10

# What a process needs whatever it runs; everything else of the developer's shell is hidden from a
# function while it is imported, so that a variable missing from the template is missing here.
_OF_THE_MACHINE = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


class FunctionError(Exception):
    """A function raised, or answered what is not JSON; the message holds its name and the type."""


@dataclass(frozen=True)
class FunctionDefinition:
    """One function of the template. `timeout` is in seconds, `memory` in MB."""

    name: str
    arn: str
    path: Path
    handler: str
    environment: Mapping[str, str]
    timeout: int = 3
    memory: int = 128


@dataclass(frozen=True)
class LambdaContext:
    """The second argument of a handler, as AWS's runtime for Python makes it."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    deadline: float
    """On time.monotonic's clock."""
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout, never less than 0."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass
class _Function:
    definition: FunctionDefinition
    idle: list[Callable[[Any, Any], Any]] = field(default_factory=list)
    made: int = 0
    places: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(MAX_ENVIRONMENTS)
    )


class FunctionHost:
    """All functions of a template, invoked by ARN."""

    def __init__(self, definitions: list[FunctionDefinition]) -> None:
        """Makes an execution environment of each. Raises TemplateError where an import fails."""
        self._functions = {one.arn: _Function(one) for one in definitions}
        self._importing = threading.Lock()
        self._muted = False
        for function in self._functions.values():
            function.idle.append(self._make_environment(function))

    def knows(self, arn: str) -> bool:
        """Whether the template has this function."""
        return arn in self._functions

    def timeout(self, arn: str) -> int:
        """The function's timeout in seconds."""
        return self._functions[arn].definition.timeout

    def mute(self) -> None:
        """Report no more failures: the emulator is about to go, and calls to it will fail."""
        self._muted = True

    def invoke(self, arn: str, event: Mapping[str, Any]) -> Any:
        """The function's answer to an event, both as JSON carries them. Raises FunctionError."""
        function = self._functions[arn]
        definition = function.definition
        with function.places:
            handler = self._take(function)
            try:
                answer = handler(json.loads(json.dumps(event)), _context(definition))
                return json.loads(json.dumps(answer))
            except Exception as error:
                if not self._muted:
                    readable_logs.say(
                        "ERROR", definition.name, "".join(traceback.format_exception(error))
                    )
                raise FunctionError(f"{definition.name}: {type(error).__name__}") from None
            finally:
                function.idle.append(handler)

    def _take(self, function: _Function) -> Callable[[Any, Any], Any]:
        with contextlib.suppress(IndexError):
            return function.idle.pop()
        return self._make_environment(function)

    def _make_environment(self, function: _Function) -> Callable[[Any, Any], Any]:
        definition = function.definition
        with self._importing:
            function.made += 1
            module_name = f"local_functions_{definition.path.parent.name}_{function.made}"
            spec = importlib.util.spec_from_file_location(module_name, definition.path)
            if spec is None or spec.loader is None or not definition.path.is_file():
                raise TemplateError(f"{definition.path} of {definition.name} is not there.")
            module = importlib.util.module_from_spec(spec)
            with _only_environment(_variables(definition)):
                _execute(module, spec.loader, definition)
            readable_logs.take_over()
            handler: Callable[[Any, Any], Any] | None = getattr(module, definition.handler, None)
            if handler is None:
                raise TemplateError(f"{definition.path} has no {definition.handler}.")
            return handler


def _execute(module: ModuleType, loader: Any, definition: FunctionDefinition) -> None:
    sys.modules[module.__name__] = module
    try:
        loader.exec_module(module)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise TemplateError(
            f"{definition.name} cannot be imported: {type(error).__name__}: {error} "
            f"({frame.filename}, line {frame.lineno})"
        ) from error


def _context(definition: FunctionDefinition) -> LambdaContext:
    return LambdaContext(
        function_name=definition.name,
        invoked_function_arn=definition.arn,
        memory_limit_in_mb=str(definition.memory),
        aws_request_id=str(uuid.uuid4()),
        log_group_name=f"/aws/lambda/{definition.name}",
        log_stream_name="local",
        deadline=time.monotonic() + definition.timeout,
    )


def _variables(definition: FunctionDefinition) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{definition.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_REGION": REGION,
        "LAMBDA_TASK_ROOT": str(definition.path.parent),
        "_HANDLER": f"{definition.path.stem}.{definition.handler}",
        **definition.environment,
        **readable_logs.variables(),
    }


@contextlib.contextmanager
def _only_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """`variables` and what every process has, in os.environ; as it was before, afterwards.

    Other threads go on meanwhile, so the AWS_* variables that they may read are never absent.
    """
    before = dict(os.environ)
    kept = {k: v for k, v in before.items() if k in _OF_THE_MACHINE or k.startswith("AWS_")}
    _become({**kept, **variables})
    try:
        yield
    finally:
        _become(before)


def _become(variables: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)
