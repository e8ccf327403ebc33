"""ministack, with what it does otherwise than AWS mended. Its own Python runs this file.

Each is looked up by name, so that a ministack without it does not start, and its mending goes.
"""

import copy
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

dynamodb: Any = import_module("ministack.services.dynamodb")
gateway: Any = import_module("ministack.services.apigateway_v1")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")


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


if __name__ == "__main__":
    store_every_value_apart()
    keep_the_id_of_an_api()
    sys.exit(import_module("ministack.app").main())
