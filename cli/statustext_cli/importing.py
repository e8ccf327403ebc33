"""`statustext import statuspage`: a whole page of Statuspage's, by its management API v1; or what
everybody may read of it, by its public API v2.

Nobody is texted: subscribers come verified with what proves their consent, incidents of the past
are backfilled, and open ones are entered with deliver_notifications off. What is done is noted in a
file, so that an import that broke goes on where it was.
"""

import json
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import phonenumbers
import typer

from statustext_cli.api import REFUSED
from statustext_cli.statuspage_sources import ManagementApi, PublicApi, Source, end
from statustext_cli.terminal import Session, session

app = typer.Typer(no_args_is_help=True, help="Bring a page from elsewhere.")

OVER = ("resolved", "postmortem", "completed")


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
    base_url: Annotated[
        str, typer.Option(help="https://api.statuspage.io; without a key, the page's own address.")
    ],
    key: Annotated[
        str | None,
        typer.Option(envvar="STATUSPAGE_KEY", help="Without one, what everybody may read is."),
    ] = None,
    from_page: Annotated[
        str | None, typer.Option(help="The page's id at the source, with a key.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read and count.")] = False,
    state: Annotated[Path, typer.Option(help="Where what is done is noted.")] = Path(
        "statustext-import.json"
    ),
) -> None:
    """Components, groups, incidents and text subscribers; who left stays left. Texts nobody.

    statustext import statuspage --base-url https://api.statuspage.io --from-page PAGE --dry-run
    """
    run, source = session(ctx), _source(base_url, key, from_page)
    known = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    progress = Progress(state, dry_run, known)
    page = source.page()
    progress.once("page", page["id"], lambda: _page(run, page))
    typer.echo("Reading components…", err=True)
    components = _components(run, source, progress)
    typer.echo("Reading incidents…", err=True)
    _incidents(run, source, progress, components)
    if source.has_subscribers:
        typer.echo("Reading subscribers…", err=True)
        _unsubscribed(run, source, progress)
        _subscribers(run, source, progress)
    else:
        progress.left_out.append("subscribers: read with --key and --from-page alone")
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


def _source(base_url: str, key: str | None, page: str | None) -> Source:
    if key is None:
        return PublicApi(base_url)
    if page is None:
        raise end("Give --from-page, the page's id at the source, with --key.", REFUSED)
    return ManagementApi(base_url, key, page)


def _page(run: Session, page: Mapping[str, Any]) -> str:
    settings: dict[str, Any] = {"name": str(page["name"])[:40]}
    if "/" in str(page.get("time_zone") or page.get("timezone") or ""):
        settings["timezone"] = page.get("time_zone") or page.get("timezone")
    run.api.send("PATCH", "", settings)
    return run.api.page


def _components(run: Session, source: Source, progress: Progress) -> set[str]:
    """Each under its old id as its key, by which incidents and preferences name it; all ids."""
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
    return {one["id"] for one in every if not one.get("group")}


def _made(run: Session, path: str, body: Mapping[str, Any]) -> str:
    return str(run.api.send("POST", path, body)["id"])


def _incidents(
    run: Session, source: Source, progress: Progress, components: Container[str]
) -> None:
    for one in reversed(list(source.every("/incidents"))):
        named = [each["id"] for each in one.get("components") or []]
        kept = [each for each in named if each in components]
        for gone in named:
            if gone not in kept:
                progress.leave_out("components", gone, f"incident {one['id']} alone names it")
        progress.once("incidents", one["id"], partial(_incident, run, one, kept))


def _incident(run: Session, one: Mapping[str, Any], components: Sequence[str]) -> str:
    """What is over comes as one update that tells its whole story; what is not, step by step."""
    steps = sorted(one.get("incident_updates") or [], key=lambda step: str(step["created_at"]))
    about = {
        "name": one["name"],
        "impact_override": one.get("impact_override") or one.get("impact"),
        "component_ids": components,
        "deliver_notifications": False,
        "metadata": {"statuspage": {"id": one["id"]}},
    }
    times = {name: one[name] for name in ("scheduled_for", "scheduled_until") if one.get(name)}
    if one["status"] in OVER:
        story = "\n\n".join(_told(step) for step in steps)
        over = {**about, "backfilled": True, "backfill_date": _began(one), "body": story}
        if times:  # one of the past: the states of now are not its to change
            over |= {**times, "status": "completed", "auto_transition_to_operational_state": False}
        return _made(run, "incidents", {"incident": over})
    first, *later = steps or [{"status": one["status"], "body": ""}]
    begun = {**about, **times, "status": first["status"], "body": first.get("body") or ""}
    made = _made(run, "incidents", {"incident": begun})
    for step in later:
        said = {"status": step["status"], "body": step.get("body") or ""}
        update = {"incident": {**said, "deliver_notifications": False}}
        run.api.send("PATCH", f"incidents/{made}", update)
    return made


def _began(one: Mapping[str, Any]) -> str:
    """When what is over began. Statuspage's started_at of a maintenance is when it was entered, and
    one may be completed before its time."""
    if planned := one.get("scheduled_for"):
        times = (str(planned), str(one.get("resolved_at") or planned))
        return min(times, key=datetime.fromisoformat)
    return str(one.get("started_at") or one["created_at"])


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
