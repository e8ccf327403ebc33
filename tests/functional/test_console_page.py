"""GET /console: what browsers are told, and what the page's files may hold."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from functions.console import app

FOLDER = Path(app.__file__).parent
FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in app.TYPES)
SCRIPTS = sorted(FOLDER.glob("*.js"))


def get(file: str | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    path = {"file": file} if file else None
    return app.handler({"httpMethod": "GET", "pathParameters": path, "headers": headers}, None)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_as_it_is_on_disk_to_this_origin_alone(name: str) -> None:
    answer = get(name)
    assert answer["statusCode"] == 200
    assert answer["body"] == (FOLDER / name).read_text(encoding="utf-8")
    headers = answer["headers"]
    assert headers["Content-Type"].startswith(app.TYPES[Path(name).suffix])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_page_itself_is_at_the_folder() -> None:
    assert get()["body"] == (FOLDER / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_a_caller_who_has_a_file_is_told_so(value: str) -> None:
    tag = get("main.js")["headers"]["ETag"]
    answer = get("main.js", {"if-none-match": value.format(tag=tag)})
    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert answer["headers"]["ETag"] == tag


@pytest.mark.parametrize("name", ["app.py", "..", "../app.py", "%2e%2e", "nothing.js", "main.js/"])
def test_nothing_else_of_the_folder_is_served(name: str) -> None:
    answer = get(name)
    assert answer["statusCode"] == 404
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_nothing_comes_from_elsewhere_and_no_text_becomes_markup() -> None:
    policy = get()["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for name in FILES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.findall(r"(?<!xmlns=')https?://", text), name
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "localStorage"):
            assert word not in text, (script.name, word)


def test_it_is_small_on_the_way() -> None:
    sizes = [len(gzip.compress((FOLDER / name).read_bytes())) for name in FILES]
    assert sum(sizes) < 21_000
