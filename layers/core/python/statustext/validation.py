"""Bytes that became an object, checked against the shape they should have, and told in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from statustext.errors import RejectedError

MAX_FAULTS = 20
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}|[0-9]{1,4}")
ALIKE = 0.6
"""How much of two names must be the same for one to be taken for a slip of the other."""

WORDS: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
"""What a caller reads for pydantic's type of a fault. No sentence of a library reaches them."""

Model = TypeVar("Model", bound=BaseModel)


def validated(given: Any, model: type[Model]) -> Model:
    """`given` as `model`, or RejectedError 422 that names the fields and not their values."""
    if not isinstance(given, dict):
        raise RejectedError(422, "invalid_request", "Send an object with named fields.")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)[:MAX_FAULTS]
    wrapper, about = next(iter(model.model_fields.items()))
    if about.is_required() and wrapper not in given and any(_models(about.annotation)):
        raise RejectedError(
            422,
            "invalid_request",
            f'Put the fields into an object named {wrapper}, as in {{"{wrapper}": {{…}}}}.',
            fields={wrapper: "is required"},
        )
    fields = {_name(one["loc"]): _reason(one, model) for one in faults}
    name, reason = next(iter(fields.items()))
    raise RejectedError(
        422, "invalid_request", f"Correct {name[:80]}: {reason}.", fields=fields
    ) from None


def close_to(name: str, known: Sequence[str]) -> str:
    """`; did you mean status?` where a known name is like the one given, else nothing."""
    found = get_close_matches(name.lower()[:64], known, n=1, cutoff=ALIKE)
    return f"; did you mean {found[0]}?" if found else ""


def _name(place: Sequence[int | str]) -> str:
    # A field's name was sent too: it may be a phone number, or anything else.
    parts = (str(part) for part in place[:6])
    return ".".join(one if WORD.fullmatch(one) else "(unknown)" for one in parts) or "body"


def _reason(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden":
        known = list(_model_at(model, fault["loc"][:-1]).model_fields)
        meant = close_to(str(fault["loc"][-1]), known)
        return "is no field here" + (meant.removesuffix("?") if meant else "")
    kind = fault["type"]
    if (
        fault.get("ctx", {}).get("field_type") == "Value"
    ):  # pydantic's word where checks of text nest
        kind = f"string_{kind}"
    words = WORDS.get(kind, "is not as it should be")
    context = {name: _plain(value) for name, value in fault.get("ctx", {}).items()}
    return words.format(**context)[:200]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else str(value).replace("'", "")


def _model_at(model: type[BaseModel], place: Sequence[int | str]) -> type[BaseModel]:
    for part in place:
        field = model.model_fields.get(str(part))
        model = next(_models(field.annotation), model) if field else model
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models within a type such as `list[SenderInput] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
