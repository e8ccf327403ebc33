"""Clients of moto and clients of a lean AWS, side by side."""

import functools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
import time_machine

from local.emulator import Clients, connect
from local.lean_aws import LeanAws
from local.template import REGION
from tests.stepped import START, moto

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
}


@dataclass(frozen=True, repr=False)
class BothAws:
    """The same clients of two emulators, and the clock of both."""

    moto: Clients
    lean: Clients
    answering: LeanAws
    clock: Any

    def __repr__(self) -> str:
        return "both"


@pytest.fixture(scope="module")
def both() -> Iterator[BothAws]:
    with (
        mock.patch.dict(os.environ, ENVIRONMENT),
        time_machine.travel(START, tick=False) as clock,
        moto(),
    ):
        answering, lean = LeanAws.empty(time.time), connect()
        for client in vars(lean).values():
            client._make_api_call = functools.partial(answering.call, client)
        yield BothAws(connect(), lean, answering, clock)
