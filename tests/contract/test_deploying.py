"""What `sam build` makes of the layers, and what a first `sam deploy --guided` asks."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from local.intrinsics import Resolver
from local.template import parameter_values
from tests.contract.cloudformation import ROOT, source

NEEDED = ["TwilioAccountSid", "TwilioAuthToken", "TwilioFrom"]
UNCHECKED_HASH = 0b01  # https://peps.python.org/pep-0552/
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", flags=re.MULTILINE)


def requirements() -> str:
    return (ROOT / "layers" / "dependencies" / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("package", "pin"), PINNED.findall(requirements()))
def test_what_is_shipped_is_what_is_tested(package: str, pin: str) -> None:
    assert version(package) == pin


def test_every_package_is_pinned_by_hash() -> None:
    lines = [line for line in requirements().splitlines() if not line.startswith(("#", "    #"))]
    packages = "\n".join(lines).replace(" \\\n", " ").splitlines()
    assert len(packages) == len(PINNED.findall(requirements()))
    assert [p for p in packages if "--hash=sha256:" not in p] == []


def test_the_runtime_brings_boto3() -> None:
    assert {"boto3", "botocore"} & {name for name, _ in PINNED.findall(requirements())} == set()


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="only Lambda's Python compiles for it")
def test_our_layer_is_laid_out_for_lambda_and_compiled(tmp_path: Path) -> None:
    core = ROOT / "layers" / "core"
    makefile, artifacts = str(core / "Makefile"), f"ARTIFACTS_DIR={tmp_path}"
    command = ["make", "--makefile", makefile, "build-CoreLayer", artifacts]  # as `sam build` does
    subprocess.run(command, cwd=core, check=True, capture_output=True)
    assert [path.name for path in tmp_path.iterdir()] == ["python"]
    package = tmp_path / "python" / "statustext"
    sources = {path.relative_to(package) for path in package.rglob("*.py")}
    original = core / "python" / "statustext"
    assert sources == {path.relative_to(original) for path in original.rglob("*.py")}
    for path in sources:
        compiled = package / path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc"
        flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
        assert flags == UNCHECKED_HASH, path


@pytest.mark.parametrize(
    ("domain", "base", "address"),
    [
        ("", "", "https://Api.ref.execute-api.us-east-1.amazonaws.com/Api.Stage"),
        ("api.example.com", "", "https://api.example.com"),
        ("api.example.com", "status", "https://api.example.com/status"),
    ],
)
def test_a_domain_of_ones_own_is_a_choice(domain: str, base: str, address: str) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
    chosen = {"DomainName": domain, "DomainBasePath": base}
    chosen |= {"DomainCertificateArn": certificate} if domain else {}
    template, given = source(), dict.fromkeys(NEEDED, "given")
    values = parameter_values(template, given | chosen)
    find = Resolver(template, values, "statustext", lambda name, part: f"{name}.{part or 'ref'}")
    outputs = {
        name: find.resolve(output["Value"])
        for name, output in template["Outputs"].items()
        if "Condition" not in output or find.holds(output["Condition"])
    }
    assert outputs["ApiUrl"].startswith("https://Api.ref.execute-api.")
    assert outputs["InboundWebhookUrl"].partition("#")[0] == f"{address}/twilio/default/inbound"
    assert outputs.get("CustomApiUrl") == (address if domain else None)
    made = {
        name: find.resolve(resource["Properties"])
        for name, resource in template["Resources"].items()
        if resource.get("Condition") == "HasDomain" and find.holds("HasDomain")
    }
    assert set(made) == ({"Domain", "DomainMapping"} if domain else set())
    if domain:
        assert made["Domain"] == {
            "DomainName": domain,
            "RegionalCertificateArn": certificate,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "SecurityPolicy": "TLS_1_2",
        }
        assert made["DomainMapping"].get("BasePath", "") == base
    rule = template["Rules"]["DomainHasCertificate"]
    assert find.resolve(rule["RuleCondition"]) is bool(domain)
    assert all(find.resolve(one["Assert"]) is bool(domain) for one in rule["Assertions"])


def test_a_first_deployment_is_asked_only_what_it_must() -> None:
    parameters = source()["Parameters"]
    needed = [name for name, p in parameters.items() if "Default" not in p]
    assert needed == NEEDED
    assert list(parameters)[: len(needed)] == needed, "sam deploy --guided asks in this order"
    for name, parameter in parameters.items():
        assert parameter["Description"].endswith("."), name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), name
        if "AllowedPattern" in parameter:
            assert parameter["ConstraintDescription"], name
            default = parameter.get("Default")
            assert default is None or re.search(parameter["AllowedPattern"], default), name
        # sam deploy --guided takes no empty answer to a hidden question.
        assert not (parameter.get("NoEcho") and "Default" in parameter), name


def test_saved_events_are_put_to_the_functions_they_are_for() -> None:
    """`make test-events` makes a function's logical id from its folder's name."""
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    named = {f"{one.title().replace('_', '')}Function" for one in folders}
    functions = {
        n for n, r in source()["Resources"].items() if r["Type"].endswith("::Serverless::Function")
    }
    assert named == functions
    without = {one for one in folders if not list((ROOT / "events").glob(f"{one}_*.json"))}
    assert without == set(), "the shell would hand on the pattern itself"
