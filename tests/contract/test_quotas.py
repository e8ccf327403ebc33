"""Hard quotas of AWS that no linter and no emulator of ours knows; a deployment would fail."""

import json

import pytest

from tests.contract.cloudformation import ROOT, metrics, of_type, resources

STACK = "a-stack-whose-name-has-forty-characters-"
REGION = "ap-southeast-1"
"""None is longer that has all that is needed."""


def test_an_alarm_on_an_expression_has_at_most_ten_metrics() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html"""
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        assert len(list(metrics(alarm))) <= 10, name


@pytest.mark.parametrize("function", sorted(of_type("AWS::Lambda::Function")))
def test_what_may_call_a_function_fits_into_its_policy(function: str) -> None:
    """SAM writes a statement for each route, and 20 kB is the most that Lambda takes.

    A function that is at the end of it needs some of its routes given to another.
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:{STACK}-{function}"
    statements = [
        {
            "Sid": f"{STACK}-{name}-ABCDEFGHIJKL",
            "Effect": "Allow",
            "Principal": {"Service": permission["Principal"]},
            "Action": permission["Action"],
            "Resource": arn,
            "Condition": {"ArnLike": {"AWS:SourceArn": _source(permission["SourceArn"])}},
        }
        for name, permission in of_type("AWS::Lambda::Permission").items()
        if function in permission["FunctionName"].values()
    ]
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    assert len(json.dumps(policy, separators=(",", ":"))) <= 20_480


def _source(arn: dict[str, list[str]]) -> str:
    """The method's address, as long as it will be: an API's id has ten characters."""
    given = {"AWS::Region": REGION, "AWS::AccountId": "123456789012", "__ApiId__": "abcdefghij"}
    text = arn["Fn::Sub"][0] if "Fn::Sub" in arn else ""
    for name, value in given.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def test_names_made_of_the_stacks_are_short_enough() -> None:
    """64 characters for a function and 80 for a queue."""
    for kind, key, most in (
        ("Lambda::Function", "FunctionName", 64),
        ("SQS::Queue", "QueueName", 80),
    ):
        for properties in of_type(f"AWS::{kind}").values():
            assert len(properties[key]["Fn::Sub"].replace("${AWS::StackName}", STACK)) <= most


def test_the_templates_are_as_large_as_cloudformation_takes() -> None:
    """docs/decisions/2026-11-27-a-template-above-51200-bytes.md"""
    sizes = {file: (ROOT / file).stat().st_size for file in ("template.yaml", "monitoring.yaml")}
    assert sizes["monitoring.yaml"] <= 51_200
    assert sizes["template.yaml"] <= 1_048_576
    assert len(json.dumps(resources())) <= 1_048_576, "as SAM's transform leaves it"
    assert len(resources()) <= 500
