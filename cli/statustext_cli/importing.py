"""`statustext import statuspage`: a whole page of Statuspage's, by its management API v1.

Nobody is texted: subscribers come verified with what proves their consent, incidents of the past
are backfilled, and open ones are entered with deliver_notifications off. What is done is noted in a
file, so that an import that broke goes on where it was.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import phonenumbers
import typer
import urllib3

from statustext_cli import api
from statustext_cli.api import REFUSED, UNREACHABLE
from statustext_cli.terminal import Session, session

app = typer.Typer(no_args_is_help=True, help="Bring a page from elsewhere.")

PER_PAGE = 100
TRIES = 6
OVER = ("resolved", "postmortem", "completed")
SLOW_DOWN = (420, 429)
"""Statuspage's own status for too many requests, and everybody's."""


@dataclass(frozen=True)
class Source:
    """The page to be read. Answers of 420 and 429 are waited for."""

    base_url: str
    key: str
    page: str
    wait: Callable[[float], None] = time.sleep

    def get(self, path: str = "", **query: Any) -> Any:
        """What stands at a path below the page. Ends the program where it cannot be read."""
        url = f"{self.base_url.rstrip('/')}/v1/pages/{quote(self.page)}{path}"
        url += f"?{urlencode(query)}" if query else ""
        for _ in range(TRIES):
            try:
                reply = api.request("GET", url, None, {"Authorization": f"OAuth {self.key}"})
            except urllib3.exceptions.HTTPError:
                raise _end(f"{self.base_url} cannot be reached.", UNREACHABLE) from None
            if reply.status not in SLOW_DOWN:
                break
            given = reply.headers.get("Retry-After", "")
            self.wait(float(given) if given.isdigit() else 60)
        if reply.status != 200:
            raise _end(f"{path or '/'} of the source answered {reply.status}.", REFUSED)
        return json.loads(reply.text)

    def every(self, path: str, size: str = "limit", **query: Any) -> Iterator[dict[str, Any]]:
        """A list, page by page; `size` is what the list calls the length of one.

        Some lists of Statuspage's count their pages from 0 and some from 1: the first is asked for
        without a number, and comes again as number 1 where they count from there.
        """
        first = found = self.get(path, **query, **{size: PER_PAGE})
        number = 0
        while found:
            yield from found
            if len(found) < PER_PAGE:
                return
            number += 1
            found = self.get(path, **query, page=number, **{size: PER_PAGE})
            if number == 1 and found == first:
                number = 2
                found = self.get(path, **query, page=number, **{size: PER_PAGE})


@dataclass
class Progress:
    """What is done, by kind and the source's id, and what it became here; kept in a file."""

    file: Path
    is_dry: bool
    done: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)

    def once(self, kind: str, one: str, do: Callable[[], str]) -> str:
        """Do it, unless it was done; what it became."""
        name = f"{kind}:{one}"
        if name in self.done:
            self.counts[f"{kind} done before"] += 1
            return self.done[name]
        made = "" if self.is_dry else do()
        self.counts[kind] += 1
        if not self.is_dry:
            self.done[name] = made
            self.file.write_text(json.dumps(self.done), encoding="utf-8")
        return made

    def leave_out(self, kind: str, one: str, why: str) -> None:
        self.counts[f"{kind} left out"] += 1
        self.left_out.append(f"{kind} {one}: {why}")


@app.command()
def statuspage(
    ctx: typer.Context,
    base_url: Annotated[str, typer.Option(help="Of the API, such as https://api.statuspage.io.")],
    key: Annotated[str, typer.Option(envvar="STATUSPAGE_KEY", help="A key of the source.")],
    from_page: Annotated[str, typer.Option(help="The page's id at the source.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read and count.")] = False,
    state: Annotated[Path, typer.Option(help="Where what is done is noted.")] = Path(
        "statustext-import.json"
    ),
) -> None:
    """Components, groups, incidents and text subscribers; who left stays left. Texts nobody.

    statustext import statuspage --base-url https://api.statuspage.io --from-page PAGE --dry-run
    """
    run, source = session(ctx), Source(base_url, key, from_page)
    known = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    progress = Progress(state, dry_run, known)
    page = source.get()
    progress.once("page", from_page, lambda: _page(run, page))
    for step, work in (
        ("components", _components),
        ("incidents", _incidents),
        ("unsubscribed", _unsubscribed),
        ("subscribers", _subscribers),
    ):
        typer.echo(f"Reading {step}…", err=True)
        work(run, source, progress)
    report = {
        "dry_run": dry_run,
        "counts": dict(progress.counts),
        "left_out": progress.left_out,
    }
    lines = [f"{count} {kind}" for kind, count in progress.counts.items()]
    lines += [f"Left out {one}" for one in progress.left_out]
    run.show(
        report, "\n".join([*lines, "Nothing was changed." if dry_run else "Nobody was texted."])
    )


def _page(run: Session, page: Mapping[str, Any]) -> str:
    settings: dict[str, Any] = {"name": str(page["name"])[:40]}
    if "/" in str(page.get("time_zone") or page.get("timezone") or ""):
        settings["timezone"] = page.get("time_zone") or page.get("timezone")
    run.api.send("PATCH", "", settings)
    return run.api.page


def _components(run: Session, source: Source, progress: Progress) -> None:
    """Each under its old id as its key, by which incidents and preferences name it."""
    every = list(source.every("/components", "per_page"))
    inside: dict[str, list[str]] = {}
    for one in every:
        if one.get("group"):
            continue
        given = {
            "key": one["id"],
            "name": str(one["name"])[:100],
            "description": one.get("description") or "",
            "status": one.get("status") or "operational",
            "showcase": bool(one.get("showcase", True)),
            "only_show_if_degraded": bool(one.get("only_show_if_degraded")),
            "start_date": one.get("start_date"),
        }
        if one.get("group_id"):
            inside.setdefault(one["group_id"], []).append(one["id"])
        body = {"component": {name: value for name, value in given.items() if value is not None}}
        progress.once("components", one["id"], partial(_made, run, "components", body))
    for one in every:
        if not one.get("group"):
            continue
        members = inside.get(one["id"], [])
        if not members:
            progress.leave_out("groups", one["name"], "has no components")
            continue
        group = {"component_group": {"name": str(one["name"])[:100], "components": members}}
        progress.once("groups", one["id"], partial(_made, run, "component-groups", group))


def _made(run: Session, path: str, body: Mapping[str, Any]) -> str:
    return str(run.api.send("POST", path, body)["id"])


def _incidents(run: Session, source: Source, progress: Progress) -> None:
    for one in reversed(list(source.every("/incidents"))):
        progress.once("incidents", one["id"], partial(_incident, run, one))


def _incident(run: Session, one: Mapping[str, Any]) -> str:
    """What is over comes as one update that tells its whole story; what is not, step by step."""
    steps = sorted(one.get("incident_updates") or [], key=lambda step: str(step["created_at"]))
    about = {
        "name": one["name"],
        "impact_override": one.get("impact_override") or one.get("impact"),
        "component_ids": [each["id"] for each in one.get("components") or []],
        "deliver_notifications": False,
        "metadata": {"statuspage": {"id": one["id"]}},
    }
    if one["status"] in OVER:
        story = "\n\n".join(_told(step) for step in steps)
        began = one.get("started_at") or one["created_at"]
        over = {**about, "backfilled": True, "backfill_date": began, "body": story}
        return _made(run, "incidents", {"incident": over})
    times = {name: one[name] for name in ("scheduled_for", "scheduled_until") if one.get(name)}
    first, *later = steps or [{"status": one["status"], "body": ""}]
    begun = {**about, **times, "status": first["status"], "body": first.get("body") or ""}
    made = _made(run, "incidents", {"incident": begun})
    for step in later:
        said = {"status": step["status"], "body": step.get("body") or ""}
        update = {"incident": {**said, "deliver_notifications": False}}
        run.api.send("PATCH", f"incidents/{made}", update)
    return made


def _told(step: Mapping[str, Any]) -> str:
    when = str(step.get("display_at") or step["created_at"])[:16].replace("T", " ")
    return f"{when} UTC, {step['status']}: {step.get('body') or ''}".strip()


def _subscribers(run: Session, source: Source, progress: Progress) -> None:
    for one in source.every("/subscribers", state="active"):
        if reason := _not_taken(one):
            progress.leave_out("subscribers", one["id"], reason)
            continue
        progress.once("subscribers", one["id"], partial(_subscriber, run, progress, one))


def _not_taken(one: Mapping[str, Any]) -> str:
    if one.get("mode", "sms") != "sms" or not one.get("phone_number"):
        return f"is told by {one.get('mode')}, which this page has not turned on"
    if one.get("quarantined_at"):
        return "could not be reached"
    # Statuspage lists the active ones and names no state; others may list all.
    return "" if one.get("state", "active") == "active" else "never confirmed"


def _number(one: Mapping[str, Any]) -> str:
    """In E.164: Statuspage writes `202-555-0105` and the country beside it."""
    try:
        number = phonenumbers.parse(one["phone_number"], one.get("phone_country"))
    except phonenumbers.NumberParseException:
        return "?"  # which the API refuses in words
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _subscriber(run: Session, progress: Progress, one: Mapping[str, Any]) -> str:
    consent = {
        "source": "Statuspage",
        "statement": "Subscribed to texts of this page at Statuspage, and confirmed by code.",
        "obtained_at": one["created_at"],
    }
    body = {
        "phone": _number(one),
        "verified": True,
        "consent": consent,
        "preferences": {"services": list(one.get("components") or [])},
    }
    path = "/api/sms/subscribers"
    # Refused: subscribed, or said STOP, here already; or a number that cannot be texted from here.
    reply = json.loads(run.api.call("POST", path, body, {}, also=(409, 422)).text)
    if "error" in reply:
        progress.leave_out("subscribers", one["id"], str(reply["error"]["message"]))
    return str(reply.get("id", "left out"))


def _unsubscribed(run: Session, source: Source, progress: Progress) -> None:
    for one in source.every("/subscribers/unsubscribed", "per_page"):
        if not one.get("phone_number"):
            progress.leave_out("suppressions", one["id"], "is told by other means than texts")
            continue
        progress.once("suppressions", one["id"], partial(_suppressed, run, progress, one))


def _suppressed(run: Session, progress: Progress, one: Mapping[str, Any]) -> str:
    body = {"phone": _number(one), "reason": "Unsubscribed at Statuspage"}
    path = f"/api/v1/orgs/{run.api.page}/sms/suppressions"
    reply = json.loads(run.api.call("POST", path, body, {}, also=(409, 422)).text)
    if "error" in reply:
        progress.leave_out("suppressions", one["id"], str(reply["error"]["message"]))
    return "suppressed"


def _end(sentence: str, code: int) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(code)
