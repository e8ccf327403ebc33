"""GET /widget.js: the subscribe form that any status page can embed.

Imports nothing beyond the standard library: the answer is one constant file, so the function
starts as fast as bare Python does.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("widget.js").read_text(encoding="utf-8")
ETAG = f'"{hashlib.sha256(SCRIPT.encode()).hexdigest()[:32]}"'
HEADERS = {
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control": "public, max-age=300",
    "ETag": ETAG,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

WRONG_EVENT = {
    "error": {
        "code": "wrong_event",
        "message": "This function takes requests of API Gateway; events/ has some to try.",
    }
}


def handler(event: Any, _context: object) -> dict[str, Any]:
    """Answer an API Gateway REST proxy event with the script, or 304 if the caller has it.

    `If-None-Match` is read as RFC 9110 §13.1.2 says: `*` or a list of tags, compared weakly
    (a proxy that compresses turns our tag into a weak one). Never raises for a malformed header.
    """
    if not isinstance(event, dict) or "httpMethod" not in event:
        return WRONG_EVENT
    asked = ",".join(
        str(value)
        for name, value in (event.get("headers") or {}).items()
        if name.lower() == "if-none-match"
    )
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    if known & {ETAG, "*"}:
        return {"statusCode": 304, "headers": HEADERS, "body": ""}
    return {"statusCode": 200, "headers": HEADERS, "body": SCRIPT}
