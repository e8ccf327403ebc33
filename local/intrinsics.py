"""CloudFormation's intrinsic functions, resolved. Pure: what a resource is called, the caller says.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from local.template import ACCOUNT_ID, REGION, TemplateError

Reference = Callable[[str, str | None], Any]
"""The value of Ref (attribute None) or Fn::GetAtt of a resource, by logical id."""

_NO_VALUE = object()


class Resolver:
    """Replaces intrinsic functions by values; `reference` knows those of resources."""

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, Any],
        stack_name: str,
        reference: Reference,
    ) -> None:
        self._conditions: Mapping[str, Any] = template.get("Conditions", {})
        self._mappings: Mapping[str, Any] = template.get("Mappings", {})
        self._reference = reference
        stack = f"{REGION}:{ACCOUNT_ID}:stack/{stack_name}/local"
        self._plain: dict[str, Any] = {
            **parameters,
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::NoValue": _NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{stack}",
            "AWS::StackName": stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def resolve(self, value: Any) -> Any:
        """`value` without intrinsic functions; members that are AWS::NoValue are left out.

        Raises TemplateError for a function or a reference that is not known.
        """
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument) = next(iter(value.items()))
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
            if name == "Condition" and isinstance(argument, str) and argument in self._conditions:
                return self.holds(argument)
        resolved = {key: self.resolve(one) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not _NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true."""
        if condition not in self._conditions:
            raise TemplateError(f"The template has no condition {condition}.")
        return bool(self.resolve(self._conditions[condition]))

    def _ref(self, name: str) -> Any:
        return self._plain[name] if name in self._plain else self._reference(name, None)

    def _call(self, name: str, argument: Any) -> Any:
        functions: dict[str, Callable[[Any], Any]] = {
            "And": lambda parts: all(self.resolve(part) for part in parts),
            "Base64": lambda text: base64.b64encode(self.resolve(text).encode()).decode(),
            "Equals": lambda pair: str(self.resolve(pair[0])) == str(self.resolve(pair[1])),
            "FindInMap": self._find_in_map,
            "GetAtt": self._get_att,
            "If": lambda of: self.resolve(of[1] if self.holds(of[0]) else of[2]),
            "Join": lambda of: str(of[0]).join(map(str, self.resolve(of[1]))),
            "Not": lambda parts: not self.resolve(parts[0]),
            "Or": lambda parts: any(self.resolve(part) for part in parts),
            "Select": lambda of: self.resolve(of[1])[int(self.resolve(of[0]))],
            "Split": lambda of: self.resolve(of[1]).split(of[0]),
            "Sub": self._sub,
        }
        if name not in functions:
            raise TemplateError(f"The local run does not know the function Fn::{name}.")
        return functions[name](argument)

    def _get_att(self, argument: Any) -> Any:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._reference(logical_id, self.resolve(attribute))

    def _find_in_map(self, argument: list[Any]) -> Any:
        found: Any = self._mappings
        for key in self.resolve(argument):
            if key not in found:
                raise TemplateError(f"The template's Mappings have no {key}.")
            found = found[key]
        return found

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in given:
                return str(self.resolve(given[name]))
            if "." in name and name not in self._plain:
                return str(self._get_att(name))
            return str(self._ref(name))

        return re.sub(r"\$\{([^}]*)\}", replace, text)
