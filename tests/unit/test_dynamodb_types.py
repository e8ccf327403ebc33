"""Our typed JSON is boto3's, which is the oracle here."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from statustext.adapters.dynamodb_types import marshal, plain, typed, unmarshal

SCALARS = st.none() | st.booleans() | st.text() | st.binary() | st.integers(-(10**30), 10**30)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_is_what_boto3_writes(value: Any) -> None:
    assert typed(value) == TypeSerializer().serialize(value)


@given(VALUES)
def test_reads_back_what_it_wrote(value: Any) -> None:
    assert plain(typed(value)) == value


@given(st.sets(st.integers(-(10**9), 10**9), min_size=1))
def test_sets_of_numbers_are_boto3s(value: set[int]) -> None:
    ours = typed(value)
    given_to_boto3: Any = ours
    assert TypeDeserializer().deserialize(given_to_boto3) == {Decimal(one) for one in value}
    assert plain(ours) == value


@given(st.floats(0, 4e9))
def test_floats_are_kept_to_the_microsecond(value: float) -> None:
    assert plain(typed(value)) == pytest.approx(value, abs=1e-6)


def test_whole_numbers_come_back_as_int() -> None:
    assert isinstance(plain({"N": "3.0"}), int)
    assert isinstance(plain({"N": "3.5"}), float)


def test_what_it_does_not_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        typed(object())
    with pytest.raises(TypeError, match="SS"):
        plain({"SS": ["a"]})
    with pytest.raises(TypeError):
        typed(set())


def test_absent_values_leave_no_attribute() -> None:
    assert marshal({"a": None, "b": 1}) == {"b": {"N": "1"}}
    assert unmarshal({"b": {"N": "1"}}) == {"b": 1}
