"""ministack, with what it does otherwise than AWS mended, and what takes long. Its own Python runs
this file.

Each is looked up by name, so that a ministack without it does not start, and its mending goes.
"""

import copy
import hashlib
import os
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

dynamodb: Any = import_module("ministack.services.dynamodb")
gateway: Any = import_module("ministack.services.apigateway_v1")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
eventbridge: Any = import_module("ministack.services.eventbridge")
lambda_runtime: Any = import_module("ministack.core.lambda_runtime")


def store_every_value_apart() -> None:
    """Give each attribute a value of its own.

    An update that sets two attributes to one map has ministack store one map for both, and what is
    later written into either is then read in the other.
    """
    value_of: Callable[..., Any] = dynamodb._eval_set_value
    dynamodb._eval_set_value = lambda *given: copy.deepcopy(value_of(*given))


def keep_the_id_of_an_api() -> None:
    """Put a changed API in the place of the one before, under its id, as CloudFormation does:
    `Body` is updated with "No interruption". ministack makes another API, at another address.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    create, update = handlers["create"], handlers["update"]
    parts = [
        getattr(gateway, name)
        for name in ("_resources", "_authorizers_v1", "_models", "_gateway_responses")
    ]

    def update_in_place(
        api: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str = ""
    ) -> Any:
        if old.get("Body") != new.get("Body"):
            other, _ = create(logical_id, new, stack)
            for part in parts:
                part[api] = part.pop(other)
            handlers["delete"](other, new)
        return update(api, {**old, "Body": new.get("Body")}, new, stack, logical_id)

    handlers["update"] = update_in_place


def unpack_each_layer_once() -> None:
    """Let all processes of functions read one copy of a layer, which nobody writes to.

    ministack unpacks its five thousand files anew for every process that it starts.
    """
    unpacked: dict[str, Path] = {}
    lock = threading.Lock()

    class Package(zipfile.ZipFile):
        """A function's code, or a layer, which ministack writes to `layer_….zip` before."""

        @property
        def _is_layer(self) -> bool:
            return Path(str(self.filename)).name.startswith("layer_")

        def namelist(self) -> list[str]:
            return [] if self._is_layer else super().namelist()  # only asked whether they escape

        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            if not self._is_layer:
                return super().extractall(path, members, pwd)
            digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
            with lock:
                if digest not in unpacked:
                    copy_of_it = Path(tempfile.mkdtemp(prefix="layer-"))
                    super().extractall(copy_of_it, super().namelist())
                    unpacked[digest] = copy_of_it
            for entry in unpacked[digest].iterdir():
                os.symlink(entry, Path(path) / entry.name)
            return None

    given = lambda_runtime.zipfile
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(given), "ZipFile": Package})


def let_schedules_come_six_times_as_often() -> None:
    """A minute is ten seconds, so that nobody waits for the clock's tick."""
    seconds_of: Callable[[str], int | None] = eventbridge._parse_rate_seconds

    def sooner(expression: str) -> int | None:
        seconds = seconds_of(expression)
        return seconds and max(1, seconds // 6)

    eventbridge._parse_rate_seconds = sooner


if __name__ == "__main__":
    store_every_value_apart()
    keep_the_id_of_an_api()
    unpack_each_layer_once()
    let_schedules_come_six_times_as_often()
    sys.exit(import_module("ministack.app").main())
