"""Which page a request is about, and what of it: told by its host and its path."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import get_page, page_ids
from statustext.domain.ids import page_id_shown
from statustext.domain.page import DEFAULT_PAGE
from statustext.errors import RejectedError

KNOWN_FOR = 60.0
"""Seconds until the pages' own domains are looked up again."""

NO_ROUTE = "There is no such route; see /openapi.json."

OF_AWS = re.compile(r"\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
"""API Gateway's own domains, which are no page's."""


@dataclass(frozen=True)
class Address:
    """A page by its internal id, and the rest of the path, without slashes at its ends.

    `site` and `root` are the relative paths from here to the deployment's root and the page's, so
    that links hold behind any stage, base path or cache.
    """

    page: str
    rest: str
    site: str
    root: str


def path_within(event: Mapping[str, Any]) -> str:
    """The path below the deployment's root: API Gateway gives it as it was called, with a custom
    domain's base path before it. Raises RejectedError 404."""
    if "%2f" in str(event["path"]).lower():
        raise RejectedError(404, "not_found", NO_ROUTE)  # no name here has a slash in it
    path = str(event["resource"])
    for name, value in (event.get("pathParameters") or {}).items():
        path = path.replace(f"{{{name}+}}", value).replace(f"{{{name}}}", value)
    ends_so = str(event["path"]).endswith("/") and not path.endswith("/")
    return path + "/" if ends_so else path


def read_path(path: str) -> tuple[str | None, str, str]:
    """The page named in a path, if one is; the rest; and the relative path to the root.

    Doubled slashes count as one: some clients join a base that ends in one with a path.
    """
    parts = [part for part in path.split("/") if part]
    depth = len(parts) if path.endswith("/") else max(len(parts) - 1, 0)
    page = None
    if len(parts) >= 2 and parts[0] == "pages":
        page, parts = parts[1], parts[2:]
    return page, "/".join(parts), "../" * depth


def where_slashes_are_single(event: Mapping[str, Any]) -> str | None:
    """A relative reference to the same path without its doubled slashes, which other functions'
    routes do not match; None where it has none. Raises RejectedError 404."""
    path = path_within(event)
    if "//" not in path:
        return None
    # Dots take away one segment each, empty ones too (RFC 3986, 5.2.4).
    here = "../" * (path.count("/") - 1) + "/".join(quote(part) for part in path.split("/") if part)
    asked = urlencode(event.get("multiValueQueryStringParameters") or {}, doseq=True)
    return f"{here}?{asked}" if asked else here


@dataclass
class Pages:
    """The pages of this deployment, as far as requests have named them."""

    table: Table
    now: Callable[[], float]
    _by_host: dict[str, str] = field(default_factory=dict)
    _by_shown_id: dict[str, str] = field(default_factory=dict)
    _until: float = 0.0

    def address(self, event: Mapping[str, Any]) -> Address:
        """What a request is about. A page in the path goes before the host; without either it is
        the default page."""
        host = str(event["requestContext"].get("domainName") or "")
        named, rest, site = read_path(path_within(event))
        if named is None:
            page = self._of_host(host.partition(":")[0].lower())
            return Address(page, rest, site, site)
        root, page = f"{site}pages/{quote(named)}/", named
        if re.fullmatch(r"[a-z0-9]{12}", named):
            self._look_up()
            page = self._by_shown_id.get(named, named)
        return Address(page, rest, site, root)

    def _of_host(self, host: str) -> str:
        if not host or OF_AWS.search(host):
            return DEFAULT_PAGE
        self._look_up()
        return self._by_host.get(host, DEFAULT_PAGE)

    def _look_up(self) -> None:
        if self.now() < self._until:
            return
        by_host: dict[str, str] = {}
        for one in page_ids(self.table):
            self._by_shown_id[page_id_shown(one)] = one
            url = urlsplit(page.url) if (page := get_page(self.table, one)) else None
            # Only a page that is at the root of its domain has that domain.
            if url and url.hostname and url.path in ("", "/"):
                by_host.setdefault(url.hostname, one)
        self._by_host, self._until = by_host, self.now() + KNOWN_FOR
