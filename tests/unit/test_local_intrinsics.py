"""CloudFormation's intrinsic functions, and the parameters they refer to."""

from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import local.template
from local.intrinsics import Resolver
from local.template import (
    ADDRESS,
    ANY_ADDRESS,
    KEPT_TRANSLATIONS,
    TemplateError,
    load,
    parameter_values,
    translate,
)

TEMPLATE: dict[str, Any] = {
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsDev": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
    },
    "Mappings": {"Sizes": {"dev": {"Memory": 128}}},
}


def reference(logical_id: str, attribute: str | None) -> str:
    if logical_id not in ("Queue", "Table"):
        raise TemplateError(f"no {logical_id}")
    return f"{logical_id}:{attribute or 'ref'}"


def resolve(value: Any, **parameters: Any) -> Any:
    given = {"Stage": "dev", "Names": ["a", "b"], **parameters}
    return Resolver(TEMPLATE, given, "stack", reference).resolve(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (7, 7),
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Queue"}, "Queue:ref"),
        ({"Ref": "AWS::StackName"}, "stack"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "Queue:Arn"),
        ({"Fn::GetAtt": "Queue.Arn"}, "Queue:Arn"),
        (
            {"Fn::Sub": "${Stage}-${Queue}-${Queue.Arn}-${!Literal}"},
            "dev-Queue:ref-Queue:Arn-${Literal}",
        ),
        ({"Fn::Sub": ["${A}/${AWS::Region}", {"A": {"Ref": "Table"}}]}, "Table:ref/us-east-1"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Stage"}, 3]]}, "x-dev-3"),
        ({"Fn::Join": [",", {"Ref": "Names"}]}, "a,b"),
        ({"Fn::Select": [1, {"Ref": "Names"}]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "p/q"]}]}, "p"),
        ({"Fn::If": ["IsProd", "yes", {"Ref": "Stage"}]}, "dev"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}, 128),
        ({"Fn::Base64": "ab"}, "YWI="),
        ({"a": {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([1, {"Ref": "AWS::NoValue"}], [1]),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert resolve(value) == expected


@pytest.mark.parametrize(
    ("stage", "prod", "dev", "both", "either"),
    [("prod", True, False, False, True), ("dev", False, True, False, True)],
)
def test_conditions(stage: str, prod: bool, dev: bool, both: bool, either: bool) -> None:
    resolver = Resolver(TEMPLATE, {"Stage": stage}, "stack", reference)
    holds = [resolver.holds(name) for name in ("IsProd", "IsDev", "Both", "Either")]
    assert holds == [prod, dev, both, either]


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::ImportValue": "x"},
        {"Fn::Transform": {}},
        {"Ref": "Nobody"},
        {"Fn::GetAtt": ["Nobody", "Arn"]},
        {"Fn::If": ["Nobody", 1, 2]},
        {"Fn::FindInMap": ["Sizes", "dev", "Nobody"]},
        {"Fn::Sub": "${Nobody}"},
    ],
)
def test_what_is_not_known_is_refused(value: Any) -> None:
    with pytest.raises(TemplateError):
        resolve(value)


DECLARED = {
    "Parameters": {
        "Rate": {"Type": "Number", "Default": 1, "MinValue": 1, "MaxValue": 10},
        "Flag": {"Type": "String", "AllowedValues": ["true", "false"]},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
    }
}


def test_parameters_have_defaults_and_types() -> None:
    values = parameter_values(DECLARED, {"Flag": "true"})
    assert values == {"Rate": "1", "Flag": "true", "Zones": ["a", "b"]}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Flag": "maybe"},
        {"Flag": "true", "Rate": "fast"},
        {"Flag": "true", "Rate": "11"},
        {"Flag": "true", "Rate": "0"},
        {"Flag": "true", "Unknown": "1"},
    ],
)
def test_impossible_parameters_are_refused_by_name(given: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match=r"Flag|Rate|Unknown"):
        parameter_values(DECLARED, given)


def test_short_forms_are_written_out_and_dates_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "AWSTemplateFormatVersion: 2010-09-09\n"
        "Resources:\n"
        "  A: {X: !Ref B, Y: !GetAtt B.C.D, Z: !Sub [t, {u: !Ref V}], W: !If [c, 1, !Ref V]}\n"
    )
    template = load(path)
    assert template["AWSTemplateFormatVersion"] == "2010-09-09"
    assert template["Resources"]["A"] == {
        "X": {"Ref": "B"},
        "Y": {"Fn::GetAtt": ["B", "C.D"]},
        "Z": {"Fn::Sub": ["t", {"u": {"Ref": "V"}}]},
        "W": {"Fn::If": ["c", 1, {"Ref": "V"}]},
    }


@pytest.mark.parametrize("text", ["a: [", "- 1", "Resources: 3"])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    with pytest.raises(TemplateError, match=r"template\.yaml"):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_the_translator_s_complaints_are_handed_on() -> None:
    template = {
        "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "f"}}}
    }
    with pytest.raises(TemplateError, match="F"):
        translate(template, {}, Path())


def translatable(code: str = "f") -> dict[str, Any]:
    properties = {"CodeUri": code, "Handler": "app.handler", "Runtime": "python3.13"}
    return {"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": properties}}}


def test_a_template_is_translated_once(tmp_path: Path) -> None:
    first = translate(translatable(), {}, tmp_path)
    with mock.patch.object(local.template, "_transformed", side_effect=AssertionError):
        again = translate(translatable(), {}, tmp_path)
    assert again == first
    assert again.template["Resources"]["F"]["Type"] == "AWS::Lambda::Function"
    assert again.code == {"F": tmp_path / "f"}


def test_what_is_kept_is_of_one_template_and_its_parameters(tmp_path: Path) -> None:
    with mock.patch.object(local.template, "_transformed", return_value={}) as transformed:
        for number in range(KEPT_TRANSLATIONS + 2):
            translate(translatable(), {"Rate": str(number)}, tmp_path)
        other = translatable()
        other["Resources"]["F"]["Properties"]["Timeout"] = 3
        translate(other, {"Rate": "0"}, tmp_path)
    assert transformed.call_count == KEPT_TRANSLATIONS + 3
    assert len(list(tmp_path.glob(".cache/translated/*"))) == KEPT_TRANSLATIONS


def test_what_cannot_be_read_is_translated_anew(tmp_path: Path) -> None:
    translate(translatable(), {}, tmp_path)
    (kept,) = tmp_path.glob(".cache/translated/*")
    whole = kept.read_text()
    kept.write_text(whole[:100])
    translate(translatable(), {}, tmp_path)
    assert kept.read_text() == whole


def test_an_address_of_one_run_is_not_part_of_a_translation(tmp_path: Path) -> None:
    with mock.patch.object(local.template, "_transformed", return_value={}) as transformed:
        for port in "12":
            translate(translatable(), {ADDRESS: f"http://127.0.0.1:{port}"}, tmp_path)
    transformed.assert_called_once()
    read = {"Resources": {"F": ANY_ADDRESS}}
    with (
        mock.patch.object(local.template, "_transformed", return_value=read),
        pytest.raises(TemplateError, match=ADDRESS),
    ):
        translate(translatable("g"), {ADDRESS: "http://127.0.0.1:1", "Rate": "1"}, tmp_path)
