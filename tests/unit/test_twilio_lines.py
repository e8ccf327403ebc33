"""A file that Twilio gives the address of, over a real connection."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from statustext.adapters.deactivations import number_of
from statustext.adapters.twilio_http import TwilioHttp

LINES = [f"1555{number:07}" for number in range(20_000)]


class Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = "\n".join(LINES).encode()
        self.send_response(200 if self.path == "/list.txt" else 403)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        assert "Authorization" not in self.headers

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_lines_come_one_by_one(address: str) -> None:
    assert list(TwilioHttp().lines(f"{address}/list.txt")) == LINES


def test_an_address_that_is_not_good_any_more_is_an_error(address: str) -> None:
    with pytest.raises(requests.exceptions.HTTPError):
        list(TwilioHttp().lines(f"{address}/old.txt"))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("15551234567", "+15551234567"),
        ("+15551234567", "+15551234567"),
        ("5551234567", "+15551234567"),
        (" 15551234567\r", "+15551234567"),
        ("447700900123", None),
        ("phone_number", None),
        ("", None),
    ],
)
def test_numbers_of_the_us_are_read(line: str, number: str | None) -> None:
    assert number_of(line) == number
