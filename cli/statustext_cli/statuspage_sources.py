"""Where `statustext import statuspage` reads a page: the management API v1, or the public one."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import typer
import urllib3

from statustext_cli import api
from statustext_cli.api import REFUSED, UNREACHABLE

PER_PAGE = 100
TRIES = 6
SLOW_DOWN = (420, 429)
"""Statuspage's own status for too many requests, and everybody's."""


class Source(Protocol):
    """A page that is brought here. Each method ends the program where it cannot be read."""

    @property
    def has_subscribers(self) -> bool:
        """Whether it tells who is subscribed."""

    def page(self) -> dict[str, Any]:
        """The page itself: id, name and time zone."""

    def every(self, path: str, size: str = "limit", **query: Any) -> Iterator[dict[str, Any]]:
        """A list of the management API's, by its path; `size` is what the list calls the length of
        one part."""


@dataclass(frozen=True)
class ManagementApi:
    """Everything of the page `page_id`, for its operators' key."""

    base_url: str
    key: str
    page_id: str
    wait: Callable[[float], None] = time.sleep
    has_subscribers: bool = True

    def page(self) -> dict[str, Any]:
        found: dict[str, Any] = self._read("")
        return {**found, "id": self.page_id}

    def _read(self, path: str, **query: Any) -> Any:
        url = f"{self.base_url.rstrip('/')}/v1/pages/{quote(self.page_id)}{path}"
        url += f"?{urlencode(query)}" if query else ""
        return _read(url, {"Authorization": f"OAuth {self.key}"}, self.wait)

    def every(self, path: str, size: str = "limit", **query: Any) -> Iterator[dict[str, Any]]:
        """Some lists of Statuspage's count their pages from 0 and some from 1: the first is asked
        for without a number, and comes again as number 1 where they count from there."""
        first = found = self._read(path, **query, **{size: PER_PAGE})
        number = 0
        while found:
            yield from found
            if len(found) < PER_PAGE:
                return
            number += 1
            found = self._read(path, **query, page=number, **{size: PER_PAGE})
            if number == 1 and found == first:
                number = 2
                found = self._read(path, **query, page=number, **{size: PER_PAGE})


@dataclass(frozen=True)
class PublicApi:
    """What everybody may read of a page, at its own address: components, and the 50 most recent
    incidents and maintenances. https://www.githubstatus.com/api lists the documents."""

    base_url: str
    wait: Callable[[float], None] = time.sleep
    has_subscribers: bool = False

    def page(self) -> dict[str, Any]:
        found: dict[str, Any] = self._read("components")["page"]
        return found

    def _read(self, document: str) -> Any:
        url = f"{self.base_url.rstrip('/')}/api/v2/{document}.json"
        found = _read(url, {}, self.wait)
        if isinstance(found, dict) and "page" in found:
            return found
        raise end(f"{url} is no document of Statuspage's public API.", REFUSED)

    def every(self, path: str, size: str = "limit", **query: Any) -> Iterator[dict[str, Any]]:
        """All at once. Maintenances stand among the incidents, as the management API has them."""
        del size, query
        if path == "/components":
            yield from self._read("components")["components"]
            return
        found = list(self._read("incidents")["incidents"])
        found += self._read("scheduled-maintenances")["scheduled_maintenances"]
        yield from sorted(found, key=lambda one: str(one["created_at"]), reverse=True)


def _read(url: str, headers: Mapping[str, str], wait: Callable[[float], None]) -> Any:
    """What stands there. Answers of 420 and 429 are waited for."""
    for _ in range(TRIES):
        try:
            reply = api.request("GET", url, None, headers)
        except urllib3.exceptions.HTTPError:
            raise end(f"{url} cannot be reached.", UNREACHABLE) from None
        if reply.status not in SLOW_DOWN:
            break
        given = reply.headers.get("Retry-After", "")
        wait(float(given) if given.isdigit() else 60)
    if reply.status != 200:
        raise end(f"{url} answered {reply.status}.", REFUSED)
    try:
        return json.loads(reply.text)
    except ValueError:
        raise end(f"{url} answered something that is not JSON.", REFUSED) from None


def end(sentence: str, code: int) -> typer.Exit:
    """The end of the program, with a sentence that says why."""
    typer.echo(sentence, err=True)
    return typer.Exit(code)
