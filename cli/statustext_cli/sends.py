"""`statustext send` and `statustext sends …`: one text to one number, and every text."""

from typing import Annotated, Any

import typer

from statustext_cli.terminal import Session, confirm, minute, session

app = typer.Typer(no_args_is_help=True, help="Texts: codes, welcomes, answers, your own.")

Text = Annotated[str, typer.Argument(help="The text's id, as the list shows it.")]
MOST_PAGES = 20
"""Pages of a list asked for before the reader is told to narrow it."""


def send(
    ctx: typer.Context,
    phone: Annotated[str, typer.Argument(help="In full, as in +15551234567.")],
    body: Annotated[str, typer.Argument(help="What to say.")],
    alert: Annotated[
        bool, typer.Option("--alert", help="Only if the number is subscribed to the page.")
    ] = False,
    at: Annotated[str | None, typer.Option(help="When, as in 2027-01-20T02:00:00Z.")] = None,
    key: Annotated[
        str | None, typer.Option(help="An Idempotency-Key: repeated, nothing is sent twice.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Text one number. Example: statustext send +15551234567 "Your ticket was closed." """
    run = session(ctx)
    confirm(f"Text {phone}?", is_agreed=yes)
    given: dict[str, Any] = {"to": phone, "body": body}
    given["category"] = "alert" if alert else "transactional"
    if at:
        given["send_at"] = at
    headers = {"Idempotency-Key": key} if key else {}
    sent = run.api.send("POST", f"{_sms(run)}/send", given, headers)
    run.show(sent, f"{sent['id']} to {sent['to']} is {sent['status']}. {sent['in_words']}")


@app.command()
def audience(
    ctx: typer.Context,
    body: Annotated[str, typer.Argument(help="What to say.")],
    component: Annotated[
        list[str] | None, typer.Option(help="Who follows it, by key or id; may be repeated.")
    ] = None,
    impact: Annotated[str | None, typer.Option(help="Who wants it, such as critical.")] = None,
    at: Annotated[str | None, typer.Option(help="When, as in 2027-01-20T02:00:00Z.")] = None,
    key: Annotated[
        str | None, typer.Option(help="An Idempotency-Key: repeated, nothing is sent twice.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Text active subscribers, at most 500. Example: statustext sends audience "Slow tonight." """
    run = session(ctx)
    confirm("Text every active subscriber for whom it is?", is_agreed=yes)
    wanted = {"components": component or [], "impact": impact}
    given: dict[str, Any] = {"audience": wanted, "body": body, "category": "alert"}
    if at:
        given["send_at"] = at
    headers = {"Idempotency-Key": key} if key else {}
    order = run.api.send("POST", f"{_sms(run)}/send", given, headers)
    run.show(order, f"{order['id']} is {order['status']} for {order['recipients']} subscribers.")


@app.command("list")
def list_sends(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(help="Only these, such as failed.")] = None,
    category: Annotated[str | None, typer.Option(help="Such as verification, alert.")] = None,
    phone: Annotated[str | None, typer.Option(help="To this number, in full.")] = None,
    incident: Annotated[str | None, typer.Option(help="An incident's announcements.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Ordered since.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Ordered before.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=2000)] = 100,
) -> None:
    """Texts, the newest first. Example: statustext sends list --status failed"""
    run = session(ctx)
    asked = {"status": status, "category": category, "phone": phone, "incident": incident}
    asked |= {"from": since, "to": until}
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = run.api.get(f"{_sms(run)}/sends", **asked, cursor=cursor)
        found += page["sends"]
        cursor = page["next_cursor"]
        if not cursor or len(found) >= limit:
            break
    rows = [
        (minute(one["updated_at"]), one["to"], one["category"], one["status"], one["id"])
        for one in found[:limit]
    ]
    run.table(found[:limit], ("At (UTC)", "To", "Category", "Status", "Id"), rows)
    if cursor:
        typer.echo("There are more; narrow the list with --from and --to.", err=True)


@app.command()
def show(ctx: typer.Context, text: Text) -> None:
    """One text, and what happened to it.

    statustext sends show SEND
    """
    run = session(ctx)
    found = run.api.get(f"{_sms(run)}/sends/{text}")
    rows = [(minute(step["at"]), step["what"]) for step in found["history"]]
    run.table(found, ("At (UTC)", "What"), rows)
    if not run.as_json:
        typer.echo(found["in_words"])


@app.command()
def cancel(ctx: typer.Context, text: Text) -> None:
    """Take back a text that waits for its moment, or all of an order to an audience.

    statustext sends cancel SEND
    """
    run = session(ctx)
    cancelled = run.api.send("DELETE", f"{_sms(run)}/sends/{text}")
    run.show(cancelled, f"{text} will not be sent.")


def _sms(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms"
