"""Bytes that became an object, checked against the shape they should have."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from statustext.errors import RejectedError

Model = TypeVar("Model", bound=BaseModel)


def validated(given: Any, model: type[Model]) -> Model:
    """`given` as `model`, or RejectedError 422 that names the fields and not their values."""
    if not isinstance(given, dict):
        raise RejectedError(422, "invalid_request", "Send an object with named fields.")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fields = {
            ".".join(str(part) for part in one["loc"][:6]) or "body": one["msg"][:200]
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        }
        name, reason = next(iter(fields.items()))
        raise RejectedError(
            422, "invalid_request", f"Correct {name[:80]}: {reason}.", fields=fields
        ) from None
