"""GET /widget.js: what browsers and caches are told."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from functions.widget import app

WIDGET = Path(app.__file__).with_name("widget.js")


def get(headers: dict[str, str] | None = None) -> dict[str, Any]:
    event = {"httpMethod": "GET", "path": "/widget.js", "resource": "/widget.js"}
    return app.handler({**event, "headers": headers}, None)


def test_the_script_is_served_as_it_is_on_disk() -> None:
    answer = get()
    assert answer["statusCode"] == 200
    assert answer["body"] == WIDGET.read_text(encoding="utf-8")
    assert answer["headers"]["Content-Type"] == "text/javascript; charset=utf-8"


def test_any_page_may_load_and_cache_it() -> None:
    headers = get({})["headers"]
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["If-None-Match", "if-none-match"])
@pytest.mark.parametrize("value", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_a_caller_who_has_it_is_told_so(name: str, value: str) -> None:
    tag = get()["headers"]["ETag"]
    answer = get({name: value.format(tag=tag)})
    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert answer["headers"]["ETag"] == tag
    assert answer["headers"]["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("value", ["", '"other"', "unquoted", "W/", ",,,", "\x00", "😀"])
def test_anything_else_gets_the_script(value: str) -> None:
    assert get({"If-None-Match": value})["statusCode"] == 200


def test_it_stays_small_and_within_a_strict_content_security_policy() -> None:
    script = WIDGET.read_bytes()
    assert len(gzip.compress(script)) < 13_000
    for forbidden in (b"innerHTML", b"outerHTML", b"insertAdjacentHTML", b"eval(", b"new Function"):
        assert forbidden not in script
