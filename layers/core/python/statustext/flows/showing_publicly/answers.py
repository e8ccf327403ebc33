"""Answers that caches may keep: entity tags, 304, HEAD, and errors in our one shape.

Without powertools' resolver: every request is a read of one of a few resources.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from statustext.errors import RejectedError
from statustext.safe_headers import SAFE_HEADERS

Answer = dict[str, Any]

SHARED_FOR = 10
"""Seconds for which a cache may answer in our place."""

FOR_ANYBODY = {
    **SAFE_HEADERS,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def header(event: Mapping[str, Any], name: str) -> str:
    """A header's values, joined, whatever the case of its name."""
    given = event.get("headers") or {}
    return ",".join(str(value) for key, value in given.items() if key.lower() == name)


def cached(
    event: Mapping[str, Any],
    body: str,
    kind: str,
    more: Mapping[str, str] | None = None,
    seconds: int = SHARED_FOR,
) -> Answer:
    """200 with the body, or 304 where the caller has it (RFC 9110, 13.1.2: `*` or a list of tags,
    compared weakly, as a proxy that compresses makes ours weak)."""
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {
        "Content-Type": kind,
        "Cache-Control": f"public, max-age={seconds}, s-maxage={seconds}",
        "ETag": tag,
        **FOR_ANYBODY,
        **(more or {}),
    }
    known = {one.strip().removeprefix("W/") for one in header(event, "if-none-match").split(",")}
    if known & {tag, "*"}:
        return {"statusCode": 304, "headers": headers, "body": ""}
    without_body = event.get("httpMethod") == "HEAD"
    return {"statusCode": 200, "headers": headers, "body": "" if without_body else body}


def moved(where: str) -> Answer:
    """308, after which a client sends the same method and body to the other place (RFC 9110,
    15.4.9)."""
    headers = {"Location": where, "Cache-Control": "no-store", **FOR_ANYBODY}
    return {"statusCode": 308, "headers": headers, "body": ""}


def as_json(content: Any) -> str:
    """A JSON document's text."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def refused(error: RejectedError) -> Answer:
    """An error in JSON, which no cache keeps."""
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {
        "statusCode": error.status,
        "headers": {**headers, **FOR_ANYBODY, **error.headers},
        "body": json.dumps({"error": told}),
    }
