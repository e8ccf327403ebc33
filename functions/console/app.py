"""GET /console and /console/{file}: the page operators work with, and its style and scripts.

Imports nothing beyond the standard library and holds no rights: everything that is shown there the
browser asks of the API, with the operator's own key.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
FILES = {
    path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.suffix in TYPES
}
TAGS = {name: f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"' for name, text in FILES.items()}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

WRONG_EVENT = {
    "error": {
        "code": "wrong_event",
        "message": "This function takes requests of API Gateway; events/ has some to try.",
    }
}


def handler(event: Any, _context: object) -> dict[str, Any]:
    """Answer an API Gateway REST proxy event with a file, or 304 if the caller has it.

    Browsers keep a file and ask whether it is still good: all files of one release go together.
    """
    if not isinstance(event, dict) or "httpMethod" not in event:
        return WRONG_EVENT
    name = (event.get("pathParameters") or {}).get("file") or "index.html"
    if name not in FILES:
        error = {"code": "not_found", "message": "The console has no such file; see /console."}
        headers = {
            **SAFE,
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Content-Security-Policy": POLICY,
        }
        return {"statusCode": 404, "headers": headers, "body": json.dumps({"error": error})}
    headers = {
        **SAFE,
        "Content-Type": f"{TYPES[Path(name).suffix]}; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
        "ETag": TAGS[name],
    }
    if {TAGS[name], "*"} & _known(event):
        return {"statusCode": 304, "headers": headers, "body": ""}
    return {"statusCode": 200, "headers": headers, "body": FILES[name]}


def _known(event: dict[str, Any]) -> set[str]:
    """The tags of If-None-Match, compared weakly (RFC 9110 §13.1.2)."""
    asked = ",".join(
        str(value)
        for name, value in (event.get("headers") or {}).items()
        if name.lower() == "if-none-match"
    )
    return {tag.strip().removeprefix("W/") for tag in asked.split(",")}
