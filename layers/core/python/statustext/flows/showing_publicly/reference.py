"""/docs: the published OpenAPI in a viewer that others wrote, served from here."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from statustext.errors import RejectedError
from statustext.flows.showing_publicly.addresses import NO_ROUTE, Address
from statustext.flows.showing_publicly.answers import Answer, cached

FILES: Mapping[str, str] = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "readable.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}
A_DAY = 24 * 3600
A_YEAR = 365 * A_DAY
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def reference(event: Mapping[str, Any], address: Address, folder: Path) -> Answer:
    """The page, or one of its files from `folder`. Raises RejectedError 404."""
    _, _, name = address.rest.partition("/")
    if not name:
        more = {"Content-Security-Policy": POLICY}
        page = _page(address.site, _version(folder))
        return cached(event, page, "text/html; charset=utf-8", more, seconds=A_DAY)
    if name not in FILES:
        raise RejectedError(404, "not_found", NO_ROUTE)
    return cached(event, _text(folder / name), FILES[name], seconds=A_YEAR)


def _page(site: str, version: str) -> str:
    return Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>API reference</title>\n"
        '<link rel="stylesheet" href="{site}docs/swagger-ui.css?v={version}">\n'
        '<link rel="stylesheet" href="{site}docs/readable.css?v={version}">\n'
        '<link rel="icon" href="data:,">\n</head>\n<body>\n'
        '<div id="reference"><main><p>The API is described in '
        '<a href="{site}openapi.json">openapi.json</a>.</p></main></div>\n'
        '<script src="{site}docs/swagger-ui-bundle.js?v={version}"></script>\n'
        '<script src="{site}docs/start.js?v={version}" '
        'data-openapi="{site}openapi.json"></script>\n'
        "</body>\n</html>\n"
    ).format(site=site, version=version)


@cache
def _version(folder: Path) -> str:
    """Changes when a file does, so that they may be kept for a year."""
    read = hashlib.sha256()
    for name in FILES:
        read.update((folder / name).read_bytes())
    return read.hexdigest()[:12]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
