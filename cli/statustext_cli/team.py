"""`statustext contacts`, `policy`, `oncall` and `escalations`: the page's own team."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from statustext_cli.api import WRONG_USE
from statustext_cli.terminal import minute, session

contacts = typer.Typer(no_args_is_help=True, help="Where the page's own team is reached.")
policy = typer.Typer(no_args_is_help=True, help="Which level reaches the team by which channel.")
oncall = typer.Typer(no_args_is_help=True, help="Whose phone is called.")
escalations = typer.Typer(no_args_is_help=True, help="What the team is to react to.")

Contact = Annotated[str, typer.Argument(help="The contact's id.")]
MOST_LISTED = 50
"""Escalations of one page of the API's list."""
MOMENT = "As in 2027-01-16T08:00:00Z."


def _path(*more: str) -> str:
    return "/".join(["team", *(quote(one, safe="") for one in more)])


@contacts.command("list")
def list_contacts(ctx: typer.Context) -> None:
    """All contacts, masked, and whether they are verified.

    statustext contacts list
    """
    run = session(ctx)
    found = run.api.get(_path())["contacts"]
    rows = [(one["id"], one["name"], one["channel"], one["address"], one["state"]) for one in found]
    run.table(found, ("Id", "Name", "Channel", "Address", "State"), rows)


@contacts.command("add")
def add_contact(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    phone: Annotated[str, typer.Option(help="A number, which is texted a code.")] = "",
    slack: Annotated[str, typer.Option(help="A Slack incoming webhook.")] = "",
    email: Annotated[str, typer.Option(help="A mailbox, which is mailed a code.")] = "",
) -> None:
    """Add an on-call phone, a mailbox or a Slack webhook.

    statustext contacts add Ann --phone +15557654321
    """
    run = session(ctx)
    addresses = {"sms": phone, "email": email, "slack": slack}
    chosen = [(channel, address) for channel, address in addresses.items() if address]
    if len(chosen) != 1:
        typer.echo("Give one of --phone, --email and --slack.", err=True)
        raise typer.Exit(WRONG_USE)
    channel, address = chosen[0]
    given = {"name": name, "channel": channel, "address": address}
    made = run.api.send("POST", _path("contacts"), given)
    then = f"; statustext contacts verify {made['id']} CODE" if not slack else ""
    run.show(made, f"{made['id']} is {made['state']}{then}")


@contacts.command("verify")
def verify_contact(
    ctx: typer.Context,
    contact: Contact,
    code: Annotated[str, typer.Argument(help="Without one, another is texted.")] = "",
) -> None:
    """Verify an on-call phone by the code that it was texted.

    statustext contacts verify sub_5k2j8w0q7n4r1m3x 123456
    """
    run = session(ctx)
    given = {"code": code} if code else {}
    made = run.api.send("POST", _path("contacts", contact, "verify"), given)
    run.show(made, f"{contact} is {made['state']}." if code else "Another code is on its way.")


@contacts.command("remove")
def remove_contact(ctx: typer.Context, contact: Contact) -> None:
    """Tell a contact nothing any more.

    statustext contacts remove sub_5k2j8w0q7n4r1m3x
    """
    run = session(ctx)
    run.api.call("DELETE", _path("contacts", contact), None, {})
    run.show({"id": contact, "removed": True}, f"{contact} is told nothing any more.")


@policy.command("show")
def show_policy(ctx: typer.Context) -> None:
    """The routing policy in words, and why SMS is restricted.

    statustext policy show
    """
    run = session(ctx)
    found = run.api.get(_path())
    run.show(found["policy"], _in_words(found))


@policy.command("set")
def set_policy(
    ctx: typer.Context,
    level: Annotated[str, typer.Argument(help="info, good, warning, error or critical.")],
    channels: Annotated[list[str], typer.Argument(help="Of log, slack, email and sms.")],
) -> None:
    """Have a level reach the team by these channels and no others.

    statustext policy set warning log slack email
    """
    run = session(ctx)
    found = run.api.send("PATCH", _path(), {"policy": {level: channels}})
    run.show(found["policy"], _in_words(found))


def _in_words(found: Any) -> str:
    return "\n".join([*found["policy_in_words"], "", found["why_sms_is_restricted"]])


@oncall.command("show")
def show_on_call(ctx: typer.Context) -> None:
    """Whose phone is called now, and who is next.

    statustext oncall show
    """
    run = session(ctx)
    found = run.api.get(_path())
    known = {one["id"]: one for one in found["contacts"]}
    called = [known[one] for one in found["on_call"]]
    rows = [
        ("now" if number == 0 else "next", one["name"], one["address"], one["id"])
        for number, one in enumerate(called)
    ]
    run.table(called, ("When", "Name", "Phone", "Contact"), rows)


@oncall.command("override")
def override(
    ctx: typer.Context,
    contact: Contact,
    starts: Annotated[str, typer.Option("--from", help=MOMENT)],
    ends: Annotated[str, typer.Option("--until", help=MOMENT)],
) -> None:
    """Have somebody take a shift.

    statustext oncall override sub_5k2j8w0q7n4r1m3x --from 2027-01-16T08:00:00Z
    --until 2027-01-17T08:00:00Z
    """
    run = session(ctx)
    found = run.api.get(_path())
    phones = [one["id"] for one in found["contacts"] if one["channel"] == "sms"]
    rotation = found["rotation"] or {"contacts": phones, "first_day": starts[:10]}
    shift = {"contact": contact, "starts_at": starts, "ends_at": ends}
    rotation = {**rotation, "overrides": [*rotation.get("overrides", []), shift]}
    run.api.send("PATCH", _path(), {"rotation": rotation})
    run.show(shift, f"{contact} is on call from {starts} until {ends}.")


@escalations.command("list")
def list_escalations(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(help="How many of the newest.", min=1, max=1000)] = 20,
) -> None:
    """What was raised to the team, the newest first, and where it stands.

    statustext escalations list --limit 100
    """
    run = session(ctx)
    found: list[Any] = []
    cursor = None
    while len(found) < limit:
        most = min(limit - len(found), MOST_LISTED)
        page = run.api.get(_path("escalations"), limit=most, cursor=cursor)
        found += page["escalations"]
        if not (cursor := page["next_cursor"]):
            break
    rows = [
        (one["id"], minute(one["raised_at"]), one["level"], one["state"], one["title"])
        for one in found
    ]
    run.table(found, ("Id", "Raised (UTC)", "Level", "State", "What"), rows)


@escalations.command("ack")
def acknowledge(
    ctx: typer.Context,
    escalation: Annotated[str, typer.Argument(help="The escalation's id.")],
) -> None:
    """Acknowledge an escalation: nothing more of it is sent.

    statustext escalations ack mwz0aaaa1b2c
    """
    run = session(ctx)
    made = run.api.send("POST", _path("escalations", escalation, "acknowledge"))
    run.show(made, f"{escalation} is {made['state']}.")
