"""template.yaml and monitoring.yaml as CloudFormation gets them, and ways to ask about them."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]

Resource = dict[str, Any]


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


@cache
def source(file: str = "template.yaml") -> Resource:
    """A template as it is written."""
    template: Resource = yaml_parse((ROOT / file).read_text(encoding="utf-8"))
    return template


@cache
def resources() -> dict[str, Resource]:
    """What CloudFormation gets to see, by logical id; monitoring's among the rest."""
    return _translated() | _monitoring()


@cache
def _translated() -> dict[str, Resource]:
    copy = json.loads(json.dumps(source()))
    for resource in copy["Resources"].values():
        for uri in ("CodeUri", "ContentUri"):
            if uri in resource.get("Properties", {}):
                resource["Properties"][uri] = "s3://bucket/key"  # as `sam package` leaves it
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        translated: dict[str, Resource] = transform(copy, {}, _NoManagedPolicies())["Resources"]
    return translated


@cache
def _monitoring() -> dict[str, Resource]:
    """monitoring.yaml's resources, with what template.yaml hands them in place of parameters.

    A name made from the stack's is replaced by a Ref to the resource of that name.
    """
    (given,) = [
        r["Properties"]["Parameters"]
        for r in source()["Resources"].values()
        if r["Properties"].get("TemplateURL") == "monitoring.yaml"
    ]
    named = {
        properties[key]["Fn::Sub"].replace("${AWS::StackName}", "${StackName}"): logical_id
        for logical_id, resource in _translated().items()
        for properties in [resource.get("Properties", {})]
        for key in ("FunctionName", "QueueName")
        if isinstance(properties.get(key), dict) and "Fn::Sub" in properties[key]
    }

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(one) for one in value]
        if not isinstance(value, dict):
            return value
        if value.get("Ref") in given:
            return given[value["Ref"]]
        if value.get("Fn::Sub") in named:
            return {"Ref": named[value["Fn::Sub"]]}
        return {key: filled(one) for key, one in value.items()}

    resources: dict[str, Resource] = filled(source("monitoring.yaml")["Resources"])
    return resources


def of_type(kind: str) -> dict[str, Any]:
    """The properties of every resource of a type, by logical id."""
    return {n: r.get("Properties", {}) for n, r in resources().items() if r["Type"] == kind}


def target(value: Any) -> Any:
    """The logical id that a Ref or GetAtt points at; anything else as it is."""
    if isinstance(value, dict) and "Ref" in value:
        return value["Ref"]
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return value["Fn::GetAtt"][0]
    return value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def dead_letter_queues() -> set[str]:
    """The queues that hand on to no other."""
    queues = of_type("AWS::SQS::Queue")
    return {name for name, queue in queues.items() if "RedrivePolicy" not in queue}


def metrics(alarm: Resource) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Namespace, name and dimensions of each metric that an alarm watches."""
    asked = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m]
    for metric in asked or [alarm]:
        dimensions = {d["Name"]: target(d["Value"]) for d in metric["Dimensions"]}
        yield metric["Namespace"], metric["MetricName"], dimensions


def watched(name: str, dimension: str) -> set[Any]:
    """The values that some alarm watches a metric for."""
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    return {dims[dimension] for a in alarms for _, m, dims in metrics(a) if m == name}


def statements() -> Iterator[tuple[str, Resource]]:
    """Every statement of every policy, with the logical id of what carries it."""
    for name, resource in resources().items():
        properties = resource.get("Properties", {})
        documents = [p["PolicyDocument"] for p in properties.get("Policies", [])]
        documents += [properties[k] for k in ("PolicyDocument", "KeyPolicy") if k in properties]
        for document in documents:
            for statement in document["Statement"]:
                # One that a parameter may take away is one that may be there.
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement
