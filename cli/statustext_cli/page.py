"""The page itself: stop and go on, its settings and texts, what was done to it."""

from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from statustext_cli.terminal import minute, session

templates = typer.Typer(no_args_is_help=True, help="The wording of texts, one for each event.")


def pause(ctx: typer.Context) -> None:
    """Stop sending for the page, at once. What waits is kept.

    statustext pause
    """
    run = session(ctx)
    shown = run.api.send("PATCH", "sending", {"paused": True})
    page = run.api.page
    run.show(shown, f"Page {page} is paused: nothing more is sent. `statustext resume` goes on.")


def resume(ctx: typer.Context) -> None:
    """Go on sending for the page. What is stale by now is not sent.

    statustext resume
    """
    run = session(ctx)
    shown = run.api.send("PATCH", "sending", {"paused": False})
    run.show(shown, f"Page {run.api.page} sends again.")


def sending(ctx: typer.Context) -> None:
    """Whether the page sends, from which numbers, and what the carrier stopped.

    statustext sending
    """
    run = session(ctx)
    shown = run.api.get("sending")
    lines = [f"Page {run.api.page} {'is paused' if shown['paused'] else 'sends'}."]
    for one in shown["senders"]:
        to = ", ".join(one["prefixes"]) or "all other numbers"
        lines.append(f"From {one['id']} at {one['mps']:g} segments a second to {to}.")
    for one in shown["circuits"]:
        until = f"until {one['resumes_at']}" if one["resumes_at"] else "with no end known"
        stopped = f"Stopped: {one['scope']}, by Twilio's error {one['code']}"
        lines.append(f"{stopped}, since {one['since']}, {until}. {one['meaning']}")
    for one in shown["carriers"]:
        if one["is_down"]:
            lines.append(
                f"{one['carrier'].capitalize()} says that it is down, since {one['since']}:"
                " what is not critical waits."
            )
        if not one["is_readable"]:
            last = one["read_at"] or "never"
            lines.append(f"The status page of {one['carrier']} cannot be read. Last read: {last}.")
    run.show(shown, "\n".join(lines))


def audit(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(help="How many of the newest.", min=1, max=1000)] = 50,
) -> None:
    """What operators and the system did to the page, the newest first.

    statustext audit --limit 20
    """
    run = session(ctx)
    found = run.api.get("audit", limit=limit)["audit"]
    rows = [
        (minute(one["at"]), one["event"], one["actor"], _detail(one["detail"])) for one in found
    ]
    run.table(found, ("At (UTC)", "Event", "Who", "Detail"), rows)


def _detail(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in _in_order(detail).items())


def _in_order(value: Any) -> Any:
    """By name, at every depth: DynamoDB keeps no order of a map."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(one) for one in value] if isinstance(value, list) else value


EventName = Annotated[str, typer.Argument(help="As `templates show` names it.")]
Wording = Annotated[str, typer.Argument(help="As in '{{page}}: {{title}} is {{status}}'.")]
InLanguage = Annotated[
    str | None,
    typer.Option("--language", help="Of which language's texts, as in de; the page's by default."),
]


@templates.command("show")
def show_templates(ctx: typer.Context, language: InLanguage = None) -> None:
    """The texts in use.

    statustext templates show --language de
    """
    run = session(ctx)
    found = run.api.get("templates", language=language)
    rows = [
        (one["event"], "default" if one["is_default"] else "", one["template"]) for one in found
    ]
    run.table(found, ("Event", "", "Template"), rows)


@templates.command("set")
def set_template(
    ctx: typer.Context, event: EventName, template: Wording, language: InLanguage = None
) -> None:
    """Use another wording from now on.

    statustext templates set created "{{page}}: {{title}} is {{status}}"
    """
    run = session(ctx)
    saved = run.api.send("PUT", _template(event, language), {"template": template})
    run.show(saved, f"Saved: {saved['segments']} segments, as in: {saved['preview']}")


@templates.command("reset")
def reset_template(ctx: typer.Context, event: EventName, language: InLanguage = None) -> None:
    """Go back to the default wording.

    statustext templates reset created
    """
    run = session(ctx)
    shown = run.api.send("DELETE", _template(event, language))
    run.show(shown, f"The default again, as in: {shown['preview']}")


@templates.command("preview")
def preview_template(
    ctx: typer.Context, event: EventName, template: Wording, language: InLanguage = None
) -> None:
    """See a wording with its price, without using it.

    statustext templates preview created "{{page}}: {{title}} is {{status}}"
    """
    run = session(ctx)
    path = _template(event, language, "/preview")
    shown = run.api.send("POST", path, {"template": template})
    price = f"{shown['segments']} segments, {shown['fitted_segments']} when cut"
    run.show(shown, f"{shown['preview']}\n{shown['encoding']}, {price}.")


def _template(event: str, language: str | None, act: str = "") -> str:
    asked = f"?{urlencode({'language': language})}" if language else ""
    return f"templates/{event}{act}{asked}"


def versions(ctx: typer.Context) -> None:
    """Changes of the page's settings: who, when, what was before and after.

    statustext versions
    """
    run = session(ctx)
    found = run.api.every("versions", "versions")
    rows = [
        (one["id"], minute(one["at"]), one["actor"], name, one["before"][name], one["after"][name])
        for one in found
        for name in one["after"]
    ]
    run.table(found, ("Version", "At (UTC)", "Who", "Setting", "Before", "After"), rows)


def undo(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="As `versions` shows it.")],
) -> None:
    """Take a change of the page's settings back.

    statustext undo mwz0aaaa1b2c
    """
    run = session(ctx)
    shown = run.api.send("POST", f"versions/{version}/undo")
    run.show(shown, f"Change {version} is undone.")
