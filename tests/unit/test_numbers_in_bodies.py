"""What JSON calls true is no number, whatever Python says, in any field of any body."""

import inspect
import typing
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from statustext import contracts, sign_up_contracts

MODELS = sorted(
    (
        one
        for module in (contracts, sign_up_contracts)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, BaseModel) and one.__module__ == module.__name__
    ),
    key=lambda one: one.__name__,
)


def numbers_in(annotation: Any, around: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The types of numbers within a type, each with what is annotated right around it."""
    if typing.get_origin(annotation) is Annotated:
        inner, *notes = typing.get_args(annotation)
        yield from numbers_in(inner, tuple(notes))
    elif annotation in (int, float):
        yield Annotated[annotation, *around] if around else annotation
    else:
        for one in typing.get_args(annotation):
            yield from numbers_in(one)


def takes(number: Any, value: Any) -> bool:
    try:
        TypeAdapter(number).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("model", MODELS, ids=lambda one: str(one.__name__))
def test_a_boolean_is_no_number(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        for number in numbers_in(field.annotation, tuple(field.metadata)):
            for value in (True, False, "true"):
                assert not takes(number, value), f"{model.__name__}.{name} takes {value}"


def test_there_are_numbers() -> None:
    found = [
        name
        for model in MODELS
        for name, field in model.model_fields.items()
        for _ in numbers_in(field.annotation)
    ]
    assert {"signups_per_hour", "recipient_limits", "seq", "limit"} <= set(found)
