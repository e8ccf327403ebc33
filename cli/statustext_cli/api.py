"""Calls to a deployment's API, and what its refusals mean for a shell.

Exit codes: 1 the API refused it (the sentence says why), 2 the command was used wrongly, 3 the API
could not be reached or failed, 4 the key is missing, wrong, or may not do this.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import typer
import urllib3

from statustext_cli.profiles import Profile

REFUSED, WRONG_USE, UNREACHABLE, NOT_ALLOWED = 1, 2, 3, 4
TIMEOUT = 40.0
"""Seconds; API Gateway gives up after 29."""


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Reply:
    """One HTTP request. Raises urllib3.exceptions.HTTPError where no answer came."""
    answer = urllib3.request(
        method, url, body=body, headers=dict(headers), timeout=TIMEOUT, retries=False
    )
    return Reply(answer.status, answer.data.decode(), answer.headers)


class Api:
    """A deployment's API, called as the profile says."""

    def __init__(self, profile: Profile) -> None:
        self.page = profile.page
        self._profile = profile

    def get(self, path: str, **query: Any) -> Any:
        """What stands at a path below the page, `/v1/pages/{page}`, or from a slash on."""
        return json.loads(self.call("GET", path, None, query).text)

    def every(self, name: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """All of a list that comes in pages, each of which holds some under `name`."""
        found: list[dict[str, Any]] = []
        page = self.get(path, **query)
        while page["next_cursor"]:
            found += page[name]
            page = self.get(path, **query, cursor=page["next_cursor"])
        found += page[name]
        return found

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Change something; the API's answer."""
        return json.loads(self.call(method, path, body, {}, headers).text)

    def call(
        self,
        method: str,
        path: str,
        body: Any,
        query: Mapping[str, Any],
        more_headers: Mapping[str, str] | None = None,
        also: Sequence[int] = (),
    ) -> Reply:
        """One call. Ends the program with one sentence where it is refused, unless with a status
        that is `also` an answer, or not answered."""
        if not self._profile.api or not self._profile.key:
            raise _end(
                "Say which API to call: --api and --key, STATUSTEXT_API and STATUSTEXT_KEY,"
                " --profile local for `make run`, or `statustext config set`.",
                WRONG_USE,
            )
        where = path if path.startswith("/") else f"/v1/pages/{self.page}/{path}".rstrip("/")
        given = {name: value for name, value in query.items() if value is not None}
        url = self._profile.api + where + (f"?{urlencode(given)}" if given else "")
        headers = {"X-API-Key": self._profile.key, "Accept": "application/json"}
        headers |= more_headers or {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            reply = request(method, url, None if body is None else json.dumps(body), headers)
        except urllib3.exceptions.HTTPError as error:
            why = type(error).__name__
            raise _end(f"{self._profile.api} cannot be reached ({why}).", UNREACHABLE) from None
        if reply.status < 400 or reply.status in also:
            return reply
        raise _end(_sentence(reply), _code(reply.status))


def _code(status: int) -> int:
    if status in (401, 403):
        return NOT_ALLOWED
    return UNREACHABLE if status >= 500 else REFUSED


def _sentence(reply: Reply) -> str:
    try:
        error = json.loads(reply.text)["error"]
        fields = dict(error.get("fields", {}))
        said = str(error["message"])
    except (ValueError, KeyError, TypeError):
        return f"The API answered {reply.status}, and not in Statustext's words; is it one?"
    more = [f"  {name}: {why}" for name, why in fields.items()] if len(fields) > 1 else []
    return "\n".join([said, *more])


def _end(sentence: str, code: int) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(code)
