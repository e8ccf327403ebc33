"""Endpoints in the world, as functions call them: what each answers, and what it got."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest

from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.adapters.subscribers import activate
from statustext.domain.ids import subscriber_id
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences, State, Subscriber, usual_preferences
from tests.functional.engine import master_key
from tests.functional.phrases import set_page
from tests.stepped import SteppedSystem

OK = Answer(Verdict.ACCEPTED, "http_204", 204)
DOWN = Answer(Verdict.UNREACHABLE, "not_connected")
SILENT = Answer(Verdict.UNKNOWN, "timed_out")
REFUSES = Answer(Verdict.REFUSED, "http_404", 404)
GONE = Answer(Verdict.GONE, "http_410", 410)


@dataclass(frozen=True)
class Got:
    """A request that arrived."""

    at: float
    url: str
    body: Any
    raw: str
    headers: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class World:
    """`answers` are by address; one that is not there answers 204."""

    got: list[Got] = field(default_factory=list)
    answers: dict[str, Answer | Callable[[Got], Answer]] = field(default_factory=dict)

    def at(self, url: str) -> list[Got]:
        return [one for one in self.got if one.url == url]


@pytest.fixture
def world(system: SteppedSystem) -> Iterator[World]:
    """All endpoints; the page has every mode turned on."""
    with endpoints(system) as made:
        yield made


@contextlib.contextmanager
def endpoints(system: SteppedSystem) -> Iterator[World]:
    """The same for a while."""
    made = World()

    def post(_: GuardedHttp, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        got = Got(system.now, url, json.loads(body), body.decode(), headers)
        made.got.append(got)
        answer = made.answers.get(url, OK)
        return answer if isinstance(answer, Answer) else answer(got)

    set_page(system, modes=[mode.value for mode in Mode])
    with mock.patch.object(GuardedHttp, "post", post):
        yield made


def add_endpoint(
    system: SteppedSystem,
    url: str,
    mode: Mode = Mode.WEBHOOK,
    preferences: Preferences | None = None,
) -> str:
    """A verified subscriber, without the journey; their id."""
    one = subscriber_id(master_key(system), "default", url, mode)
    someone = Subscriber(one, "default", "", State.ACTIVE, system.now, mode=mode, address=url)
    wanted = preferences or usual_preferences(mode)
    system.table.write(activate(someone, wanted, system.now))
    system.relay_stream()
    return one
