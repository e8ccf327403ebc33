"""What is deployed: a version as `sam build` makes it, and the little altered for ministack."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.configuration import ROOT

SAM = ROOT / ".venv-sam" / "bin" / "sam"
DEPLOYED = ("template.yaml", "monitoring.yaml", "functions", "layers")
"""What of the repository goes to AWS."""

CONCURRENCY = ("ScalingConfig", "MaximumConcurrency")

Template = dict[str, Any]
Place = tuple[str, ...]
"""Keys that lead to a value of a template, from its top."""


@dataclass(frozen=True)
class Alteration:
    """One value that is replaced, or taken out where `value` is None."""

    file: str
    place: Place
    value: Any
    reason: str


def alterations(template: Template, monitoring: Template) -> list[Alteration]:
    """Everything that ministack needs to be otherwise than AWS."""
    return [
        Alteration(
            "template.yaml",
            ("Parameters", "TwilioApiUrl", "AllowedPattern"),
            "^(https?://[A-Za-z0-9.:/_-]+)?$",
            "the fake Twilio speaks http, on this machine only",
        ),
        *(
            Alteration(
                "template.yaml",
                (*("Resources", name, "Properties", "Events", event, "Properties"), *CONCURRENCY),
                2,
                "ministack's CloudFormation leaves a number that a parameter gives a string",
            )
            for name, resource in template["Resources"].items()
            for event, source in resource.get("Properties", {}).get("Events", {}).items()
            if not isinstance(_concurrency(source), int | None)
        ),
        *(
            Alteration(
                "Monitoring/template.yaml",
                ("Resources", name),
                None,
                "ministack's CloudFormation takes no alarm on metric math",
            )
            for name, resource in monitoring["Resources"].items()
            if "Metrics" in resource.get("Properties", {})
        ),
        *(
            Alteration(
                "Monitoring/template.yaml",
                ("Resources", name),
                None,
                "ministack's CloudFormation has no saved log queries",
            )
            for name, resource in monitoring["Resources"].items()
            if resource["Type"] == "AWS::Logs::QueryDefinition"
        ),
    ]


def _concurrency(source: Template) -> Any:
    """How many may work through a queue at once: a number, a reference, or None without a limit."""
    scaling, name = CONCURRENCY
    return source["Properties"].get(scaling, {}).get(name)


def altered(template: Template, those: list[Alteration]) -> Template:
    """A copy of a template with these alterations."""
    copy = deepcopy(template)
    for one in those:
        place = copy
        for key in one.place[:-1]:
            place = place[key]
        if one.value is None:
            del place[one.place[-1]]
        else:
            assert one.place[-1] in place, one
            place[one.place[-1]] = one.value
    return copy


@dataclass(frozen=True)
class Build:
    """What `sam build` made, and, at `directory`, what is deployed of it.

    `source` is the version, `built` are its templates before any alteration, by their file below
    `directory`.
    """

    source: Path
    directory: Path
    built: Mapping[str, Template]
    alterations: list[Alteration]


def build(source: Path, into: Path, environment: Mapping[str, str]) -> Build:
    """Run `sam build` over a version of the repository, and alter its templates for ministack."""
    directory = into / "build"
    given = {
        **environment,
        # The functions run here and not on Lambda's processor, so the compiled packages differ.
        "STATUSTEXT_LAYER_PLATFORM": f"manylinux2014_{platform.machine()}",
        "STATUSTEXT_PYTHON": sys.executable,
        "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
        "SAM_CLI_TELEMETRY": "0",
    }
    _run(
        [SAM, "build", "--build-dir", directory, "--cache-dir", into / "cache"],
        cwd=source,
        env=given,
    )
    files = ("template.yaml", "Monitoring/template.yaml")
    built = {file: yaml.safe_load((directory / file).read_text()) for file in files}
    those = alterations(*built.values())
    for file, template in built.items():
        mine = [one for one in those if one.file == file]
        (directory / file).write_text(yaml.safe_dump(altered(template, mine), sort_keys=False))
    return Build(source, directory, built, those)


def earlier_version() -> str:
    """What is updated: STATUSTEXT_SINCE, or else the last release, or else the commit that was the
    last but one to change what is deployed."""
    if given := os.environ.get("STATUSTEXT_SINCE"):
        return given
    released = _git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^")
    if released.returncode == 0:
        return released.stdout.strip()
    found = _git("log", "-2", "--format=%H", "--", *DEPLOYED).stdout.split()
    assert len(found) == 2, "there is no earlier version; fetch the repository's history"
    is_changed = _git("diff", "--quiet", "HEAD", "--", *DEPLOYED).returncode != 0
    return found[0] if is_changed else found[1]


def check_out(commit: str, into: Path) -> Path:
    """What of a commit is deployed, and its command, in a directory of its own."""
    into.mkdir(parents=True)
    archive = into / "version.tar"
    _run(["git", "archive", "--output", archive, commit, *DEPLOYED, "cli"], cwd=ROOT)
    _run(["tar", "-xf", archive], cwd=into)
    return into


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *words],  # noqa: S607 (the developer's git)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def _run(words: list[Any], cwd: Path, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
