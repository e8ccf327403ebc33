"""What operators look at: a dashboard on two screens, and saved queries that the runbook names."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.contract.cloudformation import ROOT, of_type, source

SCREEN = 13
"""Rows of a dashboard's grid that fit on one screen."""

COLUMNS = 24


def widgets() -> list[dict[str, Any]]:
    (dashboard,) = [
        one["Properties"]
        for one in source("monitoring.yaml")["Resources"].values()
        if one["Type"] == "AWS::CloudWatch::Dashboard"
    ]
    found: list[dict[str, Any]] = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    return found


def metrics(rows: int = 2 * SCREEN) -> list[list[Any]]:
    """Namespace, name, dimensions, without expressions; of the first rows."""
    shown = [w["properties"].get("metrics", []) for w in widgets() if w["y"] < rows]
    return [one for listed in shown for one in written_out(listed)]


def written_out(listed: list[list[Any]]) -> Iterator[list[Any]]:
    """Metrics in full: "..." stands for what the one before began with, "." for one of its parts.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    before: list[Any] = []
    for one in listed:
        if not isinstance(one[0], str):
            continue
        if one[0] == "...":
            named = [part for part in one[1:] if isinstance(part, str)]
            one = [*before[: len(before) - len(named)], *one[1:]]
        dotted = zip(one, [*before, *one[len(before) :]], strict=True)
        one = [was if part == "." else part for part, was in dotted]
        before = [part for part in one if isinstance(part, str)]
        yield one


def test_it_fits_on_two_screens_and_nothing_overlaps() -> None:
    taken: set[tuple[int, int]] = set()
    for one in widgets():
        cells = {
            (x, y)
            for x in range(one["x"], one["x"] + one["width"])
            for y in range(one["y"], one["y"] + one["height"])
        }
        assert not cells & taken
        taken |= cells
    assert max(x for x, _ in taken) < COLUMNS
    assert max(y for _, y in taken) < 2 * SCREEN


def test_its_figures_are_emitted() -> None:
    program = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "layers" / "core").rglob("*.py")
    )
    ours = {one[1] for one in metrics() if one[0] == "Statustext"}
    assert "TextsSent" in ours
    assert [name for name in ours if f'"{name}"' not in program] == []


def test_every_function_and_queue_is_on_it() -> None:
    stack = "${AWS::StackName}"
    shown = {one[3].replace("${StackName}", stack) for one in metrics()}
    for kind, name in (("Lambda::Function", "FunctionName"), ("SQS::Queue", "QueueName")):
        named = {p[name]["Fn::Sub"] for p in of_type(f"AWS::{kind}").values()}
        assert named <= shown


def test_the_runbook_speaks_of_every_function_and_figure() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    looked_at = re.findall(r"`for f in ([a-z_ ]+); do", runbook)[0].split()
    assert set(looked_at) == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    figures = {one[1] for one in metrics(SCREEN) if one[0] == "Statustext"}
    assert "OptOuts" in figures
    assert [name for name in figures if f"`{name}`" not in runbook] == []


def test_saved_queries_are_in_the_runbook_and_read_every_log() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    groups = {
        f"/aws/lambda/{path.parent.name}"
        for path in (ROOT / "functions").glob("*/app.py")
        if path.parent.name not in ("widget", "console")  # which log nothing
    }
    queries = of_type("AWS::Logs::QueryDefinition").values()
    assert queries
    for query in queries:
        assert f"`{query['Name']['Fn::Sub'].removeprefix('${StackName}/')}`" in runbook
        named = [one["Fn::If"][1] if "Fn::If" in one else one for one in query["LogGroupNames"]]
        read = {one["Fn::Sub"].replace("${StackName}-", "") for one in named}
        assert read == groups
