"""`statustext subscribers …`: who is subscribed, with masked addresses, and what they got."""

from typing import Annotated, Any

import typer

from statustext_cli.api import WRONG_USE
from statustext_cli.subscriber_files import export_subscribers, import_subscribers
from statustext_cli.terminal import confirm, minute, session

app = typer.Typer(no_args_is_help=True, help="Who is subscribed, and what they got.")
app.command("import")(import_subscribers)
app.command("export")(export_subscribers)

LIST = "/api/sms/subscribers"
Subscriber = Annotated[str, typer.Argument(help="The subscriber's id, sub_….")]


@app.command("list")
def list_subscribers(
    ctx: typer.Context,
    channel: Annotated[
        str, typer.Option("--type", help="sms, email, webhook, slack, teams, discord or all.")
    ] = "sms",
    ids: Annotated[bool, typer.Option("--ids", help="With their ids.")] = False,
) -> None:
    """Every subscriber of the page of one type: masked number or address, verified, since when.

    statustext subscribers list --type email
    """
    run = session(ctx)
    only = {} if channel == "all" else {"type": channel}
    found = run.api.every("subscribers", LIST, limit=1000, **only)
    if run.as_json:
        run.show(found, "")
        return
    where = {"sms": "Phone", "email": "E-mail"}.get(channel, "Address")
    typer.echo(f"{where} | Verified | Subscribed" + (" | Id" if ids else ""))
    for one in found:
        typer.echo(_line(one) + (f" | {one['id']}" if ids else ""))


def _line(one: dict[str, Any]) -> str:
    if not one["verified"]:
        return f"{reached(one)} | No | (pending verification)"
    return f"{reached(one)} | Yes | {one['created_at'][:10]}"


def reached(one: dict[str, Any]) -> str:
    """The number or address of a subscriber, as the API shows it."""
    return one["phone"] or one.get("email") or one.get("endpoint") or "(not kept)"


@app.command()
def find(
    ctx: typer.Context,
    number: Annotated[
        str, typer.Argument(help="In full, as in +15551234567, or 4 last digits; or an e-mail.")
    ],
) -> None:
    """Who has a number or an e-mail address, opted-out people too.

    statustext subscribers find +15551234567
    """
    run = session(ctx)
    by = "last4" if len(number) == 4 and number.isdecimal() else "phone"
    found = run.api.every("subscribers", LIST, **{"email" if "@" in number else by: number})
    rows = [(one["id"], reached(one), one["status"], one["created_at"][:10]) for one in found]
    run.table(found, ("Id", "Phone", "State", "Since"), rows)


@app.command()
def edit(
    ctx: typer.Context,
    subscriber: Subscriber,
    impact: Annotated[
        list[str] | None, typer.Option(help="critical, major, minor …; may be repeated.")
    ] = None,
    component: Annotated[
        list[str] | None, typer.Option(help="A component's key or id; may be repeated.")
    ] = None,
    every_component: Annotated[
        bool, typer.Option("--every-component", help="Not only chosen ones.")
    ] = False,
    updates: Annotated[bool | None, typer.Option(help="Whether they hear updates.")] = None,
    maintenance: Annotated[bool | None, typer.Option(help="Whether of maintenance.")] = None,
    quiet_hours: Annotated[str | None, typer.Option(help="As in 22:00-07:00, or off.")] = None,
    language: Annotated[
        str | None, typer.Option(help="In which they are texted, as in de.")
    ] = None,
) -> None:
    """Change what a subscriber wants; what is not mentioned stays.

    statustext subscribers edit sub_0k3v9x2m4q7t8w1z --impact critical --no-updates
    """
    run = session(ctx)
    given = {
        "severity_filter": impact,
        "services": [] if every_component else component,
        "updates": updates,
        "maintenance": maintenance,
        "quiet_hours": quiet_hours,
        "language": language,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted:
        typer.echo("Say what to change; see --help.", err=True)
        raise typer.Exit(WRONG_USE)
    edited = run.api.send("PATCH", f"{LIST}/{subscriber}", {"preferences": wanted})
    run.show(edited, f"{reached(edited)}\n{_wanted(edited)}")


@app.command()
def show(ctx: typer.Context, subscriber: Subscriber) -> None:
    """One subscriber with the number or address in full; that you looked is noted.

    statustext subscribers show sub_0k3v9x2m4q7t8w1z
    """
    run = session(ctx)
    one = run.api.get(LIST, id=subscriber)
    run.show(
        one, f"{reached(one)}, {one['status']}, since {one['created_at'][:10]}\n{_wanted(one)}"
    )


def _wanted(one: dict[str, Any]) -> str:
    """What one subscriber hears of, and when."""
    named = {"severity_filter": "impacts"}
    return "\n".join(
        f"  {named.get(name, name).replace('_', ' ')}: {_chosen(value)}"
        for name, value in one["preferences"].items()
    )


def _chosen(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) or "any") if isinstance(value, list) else value or "not set"


@app.command()
def history(ctx: typer.Context, subscriber: Subscriber) -> None:
    """What one subscriber agreed to, was sent, and why there was no text.

    statustext subscribers history sub_0k3v9x2m4q7t8w1z
    """
    run = session(ctx)
    found = run.api.get(f"subscribers/{subscriber}/history")
    rows = [(minute(one["at"]), one["kind"], one["what"]) for one in found["history"]]
    run.table(found, ("At (UTC)", "Kind", "What"), rows)


@app.command()
def add(
    ctx: typer.Context,
    phone: Annotated[str, typer.Argument(help="In full, as in +15551234567; or an e-mail.")],
    verified: Annotated[
        bool, typer.Option("--verified", help="They agreed elsewhere; text them no code.")
    ] = False,
    source: Annotated[str | None, typer.Option(help="Where they agreed, as 'paper form'.")] = None,
    statement: Annotated[str | None, typer.Option(help="What they agreed to.")] = None,
    obtained_at: Annotated[str | None, typer.Option(help="When, as in 2027-01-15.")] = None,
) -> None:
    """Add a number or an e-mail address by hand. Without --verified it is sent a code, or a link.

    statustext subscribers add +15551234567
    """
    run = session(ctx)
    given: dict[str, Any] = {"email" if "@" in phone else "phone": phone, "verified": verified}
    if source or statement or obtained_at:
        given["consent"] = {"source": source, "statement": statement, "obtained_at": obtained_at}
    added = run.api.send("POST", LIST, given)
    run.show(added, f"{reached(added)} is {added['id']}, {added['status']}.")
    for warning in added["warnings"]:
        typer.echo(warning, err=True)


@app.command()
def remove(
    ctx: typer.Context,
    subscriber: Subscriber,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """End a subscription.

    statustext subscribers remove sub_0k3v9x2m4q7t8w1z
    """
    run = session(ctx)
    confirm(f"End the subscription of {subscriber}?", is_agreed=yes)
    ended = run.api.call("DELETE", LIST, None, {"id": subscriber})
    run.show({"id": subscriber, "answer": ended.status}, f"{subscriber} is unsubscribed.")


@app.command()
def release(ctx: typer.Context, subscriber: Subscriber) -> None:
    """Text a number again that could not be reached.

    statustext subscribers release sub_0k3v9x2m4q7t8w1z
    """
    run = session(ctx)
    released = run.api.send("POST", f"{LIST}/{subscriber}/release")
    run.show(released, f"{subscriber} is texted again.")
