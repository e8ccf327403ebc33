"""Functions that may die in the middle, and may be invoked while others are at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.function_host import FunctionDefinition, FunctionError, FunctionHost
from tests.functional.engine import Died


@dataclass(frozen=True)
class Trigger:
    """An invocation at work: which function, by its folder's name, and with which event."""

    function: str
    arn: str
    event: Mapping[str, Any]


class MortalHost(FunctionHost):
    """Functions that may die in the middle: whoever invoked one sees that it failed."""

    def __init__(self, definitions: list[FunctionDefinition]) -> None:
        super().__init__(definitions)
        self.at_work: list[Trigger] = []
        self._folders = {one.arn: one.path.parent.name for one in definitions}

    def invoke(self, arn: str, event: Mapping[str, Any]) -> Any:
        """As FunctionHost.invoke, also from within another invocation."""
        self.at_work.append(Trigger(self._folders[arn], arn, event))
        try:
            return super().invoke(arn, event)
        except Died:
            raise FunctionError(f"{self._folders[arn]} died") from None
        finally:
            self.at_work.pop()
