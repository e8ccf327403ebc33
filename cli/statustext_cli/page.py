"""The page itself: stop and go on, its settings and texts, what was done to it."""

from typing import Annotated, Any

import typer

from statustext_cli.terminal import minute, session

templates = typer.Typer(no_args_is_help=True, help="The wording of texts, one for each event.")


def pause(ctx: typer.Context) -> None:
    """Stop sending for the page, at once. What waits is kept."""
    run = session(ctx)
    shown = run.api.send("PATCH", "sending", {"paused": True})
    page = run.api.page
    run.show(shown, f"Page {page} is paused: nothing more is sent. `statustext resume` goes on.")


def resume(ctx: typer.Context) -> None:
    """Go on sending for the page. What is stale by now is not sent."""
    run = session(ctx)
    shown = run.api.send("PATCH", "sending", {"paused": False})
    run.show(shown, f"Page {run.api.page} sends again.")


def sending(ctx: typer.Context) -> None:
    """Whether the page sends, from which numbers, and what the carrier stopped."""
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
    run.show(shown, "\n".join(lines))


def audit(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(help="How many of the newest.", min=1, max=1000)] = 50,
) -> None:
    """What operators and the system did to the page, the newest first."""
    run = session(ctx)
    found = run.api.get("audit", limit=limit)["audit"]
    rows = [
        (minute(one["at"]), one["event"], one["actor"], _detail(one["detail"])) for one in found
    ]
    run.table(found, ("At (UTC)", "Event", "Who", "Detail"), rows)


def _detail(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())


@templates.command("show")
def show_templates(ctx: typer.Context) -> None:
    """The texts in use."""
    run = session(ctx)
    found = run.api.get("templates")
    rows = [
        (one["event"], "default" if one["is_default"] else "", one["template"]) for one in found
    ]
    run.table(found, ("Event", "", "Template"), rows)


@templates.command("set")
def set_template(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(help="As `templates show` names it.")],
    template: Annotated[str, typer.Argument(help="As in '{{page}}: {{title}} is {{status}}'.")],
) -> None:
    """Use another wording from now on."""
    run = session(ctx)
    saved = run.api.send("PUT", f"templates/{event}", {"template": template})
    run.show(saved, f"Saved: {saved['segments']} segments, as in: {saved['preview']}")
