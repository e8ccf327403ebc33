"""The terms of a condition are found, and left out with what only they need."""

from statustext.adapters.dynamodb import Write
from tests.teeth.dropped_term import name_of, terms_of, without


def test_terms_are_what_is_joined_outside_of_parentheses() -> None:
    condition = "#state = :active AND (attribute_not_exists(a) OR size(a) = :none AND b = :b)"
    first, second = terms_of(condition)
    assert first == "#state = :active"
    assert second == "(attribute_not_exists(a) OR size(a) = :none AND b = :b)"
    assert terms_of("") == []


def test_incidents_are_not_told_apart() -> None:
    assert name_of("x", "told.#i12.#s = :seq12") == name_of("x", "told.#i0.#s = :seq0")


def test_what_is_left_is_a_whole_write() -> None:
    write = Write(
        "a",
        "b",
        update="SET c = :c",
        condition="#state = :active AND d = :d",
        names={"state": "state"},
        values={"c": 1, "active": "active", "d": 2},
    )
    left = without(write.parameters("t"), "x", "x: #state = :active")
    assert left["ConditionExpression"] == "d = :d"
    assert set(left["ExpressionAttributeValues"]) == {":c", ":d"}
    assert "ExpressionAttributeNames" not in left
    none = without(
        Write(
            "a", "b", update="SET c = :c", condition="d = :d", values={"c": 1, "d": 2}
        ).parameters("t"),
        "x",
        "x: d = :d",
    )
    assert "ConditionExpression" not in none
