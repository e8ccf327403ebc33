"""The local API Gateway compresses as the deployed one does."""

import gzip

import pytest

from local.compression import compressed
from local.http_messages import HttpRequest, HttpResponse

LONG = HttpResponse(200, b"x" * 5000, (("Content-Type", "text/plain"),))


def asked(accepts: str) -> HttpRequest:
    return HttpRequest("GET", "/", headers=(("accept-encoding", accepts),))


@pytest.mark.parametrize(
    ("accepts", "is_compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br, deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
    ],
)
def test_by_what_the_caller_takes(accepts: str, is_compressed: bool) -> None:
    answer = compressed(LONG, asked(accepts), 4096)
    assert (("Content-Encoding", "gzip") in answer.headers) is is_compressed
    assert (gzip.decompress(answer.body) if is_compressed else answer.body) == LONG.body


def test_what_is_short_or_encoded_already_stays() -> None:
    short = HttpResponse(200, b"x" * 4095)
    encoded = HttpResponse(200, LONG.body, (("content-encoding", "br"),))
    for one in (short, encoded):
        assert compressed(one, asked("gzip"), 4096) is one
    nothing = HttpResponse(304)
    assert compressed(nothing, asked("gzip"), 0) is nothing
