"""What a function is told by its environment. The only place that reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLES: tuple[str, ...] = (
    "TABLE_NAME",
    "FAN_OUT_QUEUE_URL",
    "ANNOUNCEMENT_QUEUE_URL",
    "CODE_QUEUE_URL",
    "EVENT_BUS_NAME",
    "KEYS_SECRET_ID",
    "TWILIO_SECRET_ID",
    "TWILIO_FROM",
    "TWILIO_MPS",
    "TWILIO_API_URL",
    "ALLOW_FICTIONAL_NUMBERS",
)
MAY_BE_EMPTY = frozenset({"TWILIO_API_URL"})


@dataclass(frozen=True)
class Settings:
    """One deployment's names and addresses. `twilio_mps` is in segments per second."""

    table_name: str
    fan_out_queue_url: str
    announcement_queue_url: str
    code_queue_url: str
    event_bus_name: str
    keys_secret_id: str
    twilio_secret_id: str
    twilio_from: str
    twilio_mps: float
    twilio_api_url: str
    allow_fictional_numbers: bool


class MissingSettingError(RuntimeError):
    """An environment variable is absent or unreadable; the message names it."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises MissingSettingError, naming every variable that is missing, so that a function with half
    an environment fails when it starts and not at its first text.
    """
    given = os.environ if environ is None else environ
    missing = [n for n in VARIABLES if n not in given or not (given[n] or n in MAY_BE_EMPTY)]
    if missing:
        raise MissingSettingError(f"Set the environment variables {', '.join(missing)}.")
    try:
        mps = float(given["TWILIO_MPS"])
    except ValueError:
        mps = 0.0
    if not 0 < mps <= 10_000:
        raise MissingSettingError("Set TWILIO_MPS to the sender's segments per second, such as 10.")
    return Settings(
        table_name=given["TABLE_NAME"],
        fan_out_queue_url=given["FAN_OUT_QUEUE_URL"],
        announcement_queue_url=given["ANNOUNCEMENT_QUEUE_URL"],
        code_queue_url=given["CODE_QUEUE_URL"],
        event_bus_name=given["EVENT_BUS_NAME"],
        keys_secret_id=given["KEYS_SECRET_ID"],
        twilio_secret_id=given["TWILIO_SECRET_ID"],
        twilio_from=given["TWILIO_FROM"],
        twilio_mps=mps,
        twilio_api_url=given["TWILIO_API_URL"].rstrip("/"),
        allow_fictional_numbers=given["ALLOW_FICTIONAL_NUMBERS"].lower() == "true",
    )
