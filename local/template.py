"""The template: read, given its parameters, and translated as AWS does.

The translator is AWS's own (`aws-sam-translator`, the code behind the Serverless transform), so
what is served here is what would be deployed.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import importlib.metadata
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"

KEPT_TRANSLATIONS = 8
"""So many, of the last templates and parameters, stand in .cache/translated of the template's
directory."""


ADDRESS, ANY_ADDRESS = "TwilioApiUrl", "http://any.invalid"
"""A parameter that differs in each run of a test. The transform is told the same of it each time,
and must do nothing with it but pass the reference on."""


class TemplateError(ValueError):
    """The template, or a parameter given to it, cannot be used; the message is one sentence."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML with CloudFormation's short forms; dates stay text, as there."""


def _short_form(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> dict[str, Any]:
    """The template as data, short forms (`!Ref x`) written out. Raises TemplateError."""
    try:
        # _Loader descends from yaml's safe loader.
        template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    except OSError as error:
        raise TemplateError(f"{path} cannot be read: {error.strerror}.") from None
    except yaml.YAMLError as error:
        raise TemplateError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path} has no Resources.")
    return template


@dataclass(frozen=True)
class Translated:
    """A CloudFormation template without SAM in it, and where the code of its parts lies.

    `code` has the directory of every function and layer by the logical id in the source template.
    """

    template: dict[str, Any]
    code: Mapping[str, Path]


_CODE_PROPERTY = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


def translate(template: Mapping[str, Any], parameters: Mapping[str, str], root: Path) -> Translated:
    """Apply the Serverless transform. Code directories are relative to `root`.

    The transform takes two seconds, so what it made of a template is kept under `root`. Raises
    TemplateError with every complaint that AWS's translator has.
    """
    source = copy.deepcopy(dict(template))
    code: dict[str, Path] = {}
    for logical_id, resource in source["Resources"].items():
        name = _CODE_PROPERTY.get(resource.get("Type"))
        if name is None:
            continue
        given = resource.get("Properties", {}).get(name)
        if not isinstance(given, str):
            raise TemplateError(f"{logical_id} needs a {name} that is a directory.")
        code[logical_id] = root / given
        # The translator takes only addresses in S3, which `sam deploy` puts here.
        resource["Properties"][name] = f"s3://local/{logical_id}"
    told = {**parameters, **({ADDRESS: ANY_ADDRESS} if ADDRESS in parameters else {})}
    given = json.dumps([source, told, importlib.metadata.version("aws-sam-translator")])
    code_of_ours = Path(__file__).read_bytes()
    name = hashlib.sha256(given.encode() + code_of_ours).hexdigest()
    kept = root / ".cache" / "translated" / f"{name}.json"
    with contextlib.suppress(OSError, ValueError):
        return Translated(json.loads(kept.read_bytes()), code)
    translated = _transformed(source, told)
    if ANY_ADDRESS in json.dumps(translated):
        raise TemplateError(f"{ADDRESS} stands where the Serverless transform reads it.")
    with contextlib.suppress(OSError):
        _keep(translated, kept)
    return Translated(translated, code)


def _keep(translated: Mapping[str, Any], kept: Path) -> None:
    """Whole or not at all, as others may read it now; the oldest goes."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    being_written = kept.with_suffix(f".{os.getpid()}")
    being_written.write_text(json.dumps(translated))
    being_written.replace(kept)
    by_age = sorted(kept.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-KEPT_TRANSLATIONS]:
        path.unlink(missing_ok=True)


def _transformed(source: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    # Imported here: it takes a second, and is seldom needed.
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import (
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )

    # It warns of feature toggles that only AWS's own service has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    translator = Translator(None, Parser(), boto_session=boto3.session.Session(region_name=REGION))
    # Logical ids that SAM makes (a deployment's, a layer's) are hashes by Python 2.7's order.
    to_py27_compatible_template(source, dict(parameters))
    try:
        translated: dict[str, Any] = undo_mark_unicode_str_in_template(
            translator.translate(source, dict(parameters), get_managed_policy_map=dict)
        )
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise TemplateError(f"The template cannot be translated: {causes}") from None
    return translated


def layer_directories(template: Mapping[str, Any], root: Path) -> list[Path]:
    """What stands for /opt/python: of each layer its `python`, or itself where it has none."""
    layers = [
        root / str(resource.get("Properties", {}).get("ContentUri"))
        for resource in template["Resources"].values()
        if resource.get("Type") == "AWS::Serverless::LayerVersion"
    ]
    return [path / "python" if (path / "python").is_dir() else path for path in layers]


def parameter_values(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Every parameter's value, by CloudFormation's rules: given, else its default.

    AllowedPattern is not applied: it demands https of Twilio's address and a real account SID,
    and a local run has neither. Raises TemplateError for a missing or impossible value.
    """
    declared = template.get("Parameters", {})
    if unknown := sorted(set(given) - set(declared)):
        raise TemplateError(f"The template has no parameter {', '.join(unknown)}.")
    values: dict[str, Any] = {}
    for name, rules in declared.items():
        if name not in given and "Default" not in rules:
            raise TemplateError(f"The template's parameter {name} needs a value.")
        value = str(given.get(name, rules.get("Default")))
        _check_parameter(name, value, rules)
        is_list = rules["Type"] == "CommaDelimitedList" or rules["Type"].startswith("List<")
        values[name] = [part.strip() for part in value.split(",")] if is_list else value
    return values


def _check_parameter(name: str, value: str, rules: Mapping[str, Any]) -> None:
    allowed = [str(one) for one in rules.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise TemplateError(f"{name} must be one of {', '.join(allowed)}.")
    if rules["Type"] != "Number":
        return
    try:
        number = float(value)
    except ValueError:
        raise TemplateError(f"{name} must be a number.") from None
    low, high = float(rules.get("MinValue", "-inf")), float(rules.get("MaxValue", "inf"))
    if not low <= number <= high:
        raise TemplateError(f"{name} must be from {low:g} to {high:g}.")
