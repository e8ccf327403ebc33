"""What holds of every field of every request body."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BeforeValidator

from statustext import (
    alert_contracts,
    contracts,
    sign_up_contracts,
    statuspage_contracts,
    team_contracts,
)
from statustext.sign_up_contracts import Body

CONTRACTS = (
    contracts,
    sign_up_contracts,
    statuspage_contracts,
    alert_contracts,
    team_contracts,
)


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for one in of.__subclasses__():
        yield one
        yield from bodies(one)


def refuses_true(checks: Iterable[Any]) -> bool:
    for one in checks:
        if isinstance(one, BeforeValidator):
            try:
                one.func(True)  # type: ignore[call-arg]  # of one argument, as all of ours are
            except ValueError:
                return True
    return False


def takes_true_for_a_number(kind: Any, *, is_refused: bool = False) -> bool:
    """Whether a type has a number in it without the check that refuses JSON's booleans."""
    if kind in (int, float):
        return not is_refused
    if get_origin(kind) is Annotated:
        kind, *checks = get_args(kind)
        return takes_true_for_a_number(kind, is_refused=is_refused or refuses_true(checks))
    if get_origin(kind) in (type, dict):  # the keys of JSON's objects are text
        return takes_true_for_a_number(get_args(kind)[-1], is_refused=is_refused)
    return any(takes_true_for_a_number(one, is_refused=is_refused) for one in get_args(kind))


@pytest.mark.parametrize("body", list(bodies()), ids=lambda body: body.__name__)
def test_true_is_no_number(body: type[Body]) -> None:
    assert body.__module__ in {one.__name__ for one in CONTRACTS}
    taken = [
        name
        for name, field in body.model_fields.items()
        if takes_true_for_a_number(field.annotation, is_refused=refuses_true(field.metadata))
    ]
    assert taken == []
