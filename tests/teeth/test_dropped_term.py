"""The terms of a condition are found, and left out with what only they need."""

from statustext.adapters.dynamodb import Write
from tests.teeth.dropped_term import left_of, name_of, terms_of, without


def test_terms_are_what_is_joined_at_any_depth() -> None:
    either = "(attribute_not_exists(a) OR size(a) = :none AND b = :b)"
    assert list(terms_of(f"#state = :active AND {either}")) == [
        "#state = :active",
        either,
        f"attribute_not_exists(a), of {either}",
        f"size(a) = :none AND b = :b, of {either}",
        "size(a) = :none, of size(a) = :none AND b = :b",
        "b = :b, of size(a) = :none AND b = :b",
    ]
    assert list(terms_of("a = :a")) == ["a = :a"]
    assert list(terms_of("")) == []


def test_one_term_is_left_out_and_the_rest_stays() -> None:
    condition = "a = :a AND (b = :b OR c = :c AND d = :d)"
    left = [left_of(condition, "x", name_of("x", one)) for one in terms_of(condition)]
    assert left == [
        "(b = :b OR (c = :c AND d = :d))",
        "a = :a",
        "a = :a AND ((c = :c AND d = :d))",
        "a = :a AND (b = :b)",
        "a = :a AND (b = :b OR (d = :d))",
        "a = :a AND (b = :b OR (c = :c))",
    ]
    assert left_of("a = :a", "x", "x: a = :a") == ""


def test_what_stands_behind_a_not_is_left_out_of_it() -> None:
    condition = "a = :a AND NOT (b = :b AND c > :c)"
    left = [left_of(condition, "x", name_of("x", one)) for one in terms_of(condition)]
    assert left == [
        "NOT (b = :b AND c > :c)",
        "a = :a",
        "a = :a AND NOT (c > :c)",
        "a = :a AND NOT (b = :b)",
    ]


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
