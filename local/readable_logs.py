"""What functions log, as lines for people: no JSON, no phone numbers, and only what matters."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from typing import Any

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NUMBER = re.compile(r"(?<!\w)(\+?[1-9]\d{4,10})\d{4}(?!\w)")
_NOT_SHOWN = {
    *("level", "location", "timestamp", "service", "message", "cold_start", "exception"),
    *("function_name", "function_arn", "function_memory_size", "function_request_id"),
    "correlation_id",
}
_writing = threading.Lock()
_taken: list[tuple[logging.Handler, logging.Formatter | None]] = []


def level() -> str:
    """LOG_LEVEL of the local run's environment; WARNING if there is none."""
    asked = os.environ.get("LOG_LEVEL", "").upper()
    return asked if asked in _LEVELS else "WARNING"


def variables() -> dict[str, str]:
    """What a function's environment says about logs and metrics in a local run."""
    return {
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": level(),
        "POWERTOOLS_LOG_LEVEL": level(),
        "POWERTOOLS_METRICS_DISABLED": "false" if level() == "DEBUG" else "true",
        "LOG_LEVEL": level(),
    }


def masked(text: str) -> str:
    """`text` with the last four digits of everything that may be a phone number replaced by x."""
    return _NUMBER.sub(r"\1xxxx", text)


def say(severity: str, who: str, text: str) -> None:
    """One masked line (or several) on standard output, unless below LOG_LEVEL."""
    if _LEVELS.index(severity) < _LEVELS.index(level()):
        return
    with _writing:
        sys.stdout.write(
            f"{time.strftime('%H:%M:%S')} {severity:7} {who}: {masked(text).strip()}\n"
        )
        sys.stdout.flush()


class _Readable(logging.Formatter):
    """Renders what another formatter made of a record, so that its own redaction still counts."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter("%(message)s")

    def __getattr__(self, name: str) -> Any:
        """Everything else is the other formatter's: powertools keeps a logger's keys in it."""
        return getattr(self._inner, name)

    def format(self, record: logging.LogRecord) -> str:
        text = self._inner.format(record)
        try:
            entry = json.loads(text)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            entry = {"message": text}
        more = " ".join(
            f"{k}={v}" for k, v in entry.items() if k not in _NOT_SHOWN and v is not None
        )
        line = f"{entry.get('message', '')} {more}".strip()
        if entry.get("exception"):
            line += f"\n{entry['exception']}"
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        return masked(f"{clock} {record.levelname:7} {entry.get('service', record.name)}: {line}")


def take_over() -> None:
    """Make every handler that writes to standard output or error readable."""
    for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
        if not isinstance(logger, logging.Logger):
            continue
        for handler in logger.handlers:
            ours = isinstance(handler.formatter, _Readable)
            if type(handler) is logging.StreamHandler and not ours:
                _taken.append((handler, handler.formatter))
                handler.setFormatter(_Readable(handler.formatter))


def give_back() -> None:
    """Undo `take_over`: loggers belong to the process, which may go on with something else."""
    while _taken:
        handler, formatter = _taken.pop()
        handler.setFormatter(formatter)
