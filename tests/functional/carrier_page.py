"""A carrier's status page in the world, as the clock reads it."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest import mock

from statustext.adapters.guarded_http import Answer, GuardedHttp, Verdict
from statustext.flows.keeping_time.carrier_pages import StatusPage

URL = "https://status.twilio.com/api/v2/summary.json"
UNREACHABLE = Answer(Verdict.UNREACHABLE, "not_connected")


def says(status: str) -> Answer:
    """An answer in which texting has a status."""
    body = json.dumps({"components": [{"name": "SMS", "status": status}]}).encode()
    return Answer(Verdict.ACCEPTED, "http_200", 200, body=body)


@dataclass
class CarrierPage:
    """What it answers, and how often it was asked."""

    answer: Answer = field(default_factory=lambda: says("operational"))
    asked: int = 0


@contextlib.contextmanager
def watched_page() -> Iterator[CarrierPage]:
    """Meanwhile the deployment looks at Twilio's page."""
    page = CarrierPage()

    def get(_: GuardedHttp, url: str, *, longest: int) -> Answer:
        assert url == URL
        assert longest > 0
        page.asked += 1
        return page.answer

    address = property(lambda _: URL)  # as from the environment, which has none in other tests
    with (
        mock.patch.object(GuardedHttp, "get", get),
        mock.patch.object(StatusPage, "url", address, create=True),
    ):
        yield page
