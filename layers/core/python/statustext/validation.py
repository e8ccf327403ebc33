"""Bytes that became an object, checked against the shape they should have."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from statustext.errors import RejectedError

MAX_FAULTS = 20
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}|[0-9]{1,4}")

Model = TypeVar("Model", bound=BaseModel)


def validated(given: Any, model: type[Model]) -> Model:
    """`given` as `model`, or RejectedError 422 that names the fields and not their values."""
    if not isinstance(given, dict):
        raise RejectedError(422, "invalid_request", "Send an object with named fields.")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        fields = {_name(one["loc"]): _reason(one["msg"]) for one in faults[:MAX_FAULTS]}
        name, reason = next(iter(fields.items()))
        raise RejectedError(
            422, "invalid_request", f"Correct {name[:80]}: {reason}.", fields=fields
        ) from None


def _name(place: Sequence[int | str]) -> str:
    # A field's name was sent too: it may be a phone number, or anything else.
    parts = (str(part) for part in place[:6])
    return ".".join(one if WORD.fullmatch(one) else "(unknown)" for one in parts) or "body"


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")[:200]
