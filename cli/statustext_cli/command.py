"""The commands: set up a page, hand out and revoke keys, look at subscribers, stop and resume."""

import secrets
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Columns

from statustext import __version__
from statustext.adapters.api_keys import list_api_keys
from statustext.adapters.clock import system_entropy
from statustext.adapters.pages import get_page
from statustext.contracts import PageChange
from statustext.domain.api_key import Scope, new_key
from statustext.domain.page import DEFAULT_PAGE, Page
from statustext.errors import RejectedError
from statustext.flows.operating import keys as operators_keys
from statustext.flows.operating import setting_up, showing
from statustext.flows.operating import subscribers as operating
from statustext.flows.publishing import recalling
from statustext.validation import validated
from statustext_cli import deployment

app = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True, help="Operators' API keys.")
subscribers = typer.Typer(no_args_is_help=True, help="Who is subscribed, with masked numbers.")
app.add_typer(keys, name="keys")
app.add_typer(subscribers, name="subscribers")
out = Console()

Stack = Annotated[str, typer.Option(help="The CloudFormation stack.", envvar="STATUSTEXT_STACK")]
PageId = Annotated[str, typer.Option(help="The page's id.")]
DAY = 24 * 3600
ACTOR = "the command"
"""Who the audit trail says it was; CloudTrail knows whose AWS credentials."""


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"statustext {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Say which.")
    ] = False,
) -> None:
    """Operate Statustext with your own AWS credentials."""


@app.command()
def setup(
    name: Annotated[str, typer.Option(prompt="Name of the status page, as texts show it")],
    url: Annotated[str, typer.Option(prompt="Address of the status page (https://…)")],
    countries: Annotated[
        str, typer.Option(prompt="Countries to text, such as US,CA", show_default=True)
    ] = "US",
    component: Annotated[
        list[str] | None, typer.Option(help="A component as key=Name; may be repeated.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Whose morning counts where a number's place is unknown (IANA).")
    ] = "UTC",
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """Create a page and its first key, and say what to paste at Twilio."""
    found = deployment.find(stack)
    served = [country.strip().upper() for country in countries.split(",") if country.strip()]
    try:
        given = {"name": name, "url": url, "countries": served, "timezone": timezone}
        checked = validated(given, PageChange)
    except RejectedError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    new = Page(page, checked.name or name, url, found.api_url, tuple(served), timezone=timezone)
    made = setting_up.create_page(found.table, new)
    out.print(f"Page {page} {'created' if made else 'was there already and is as it was'}.")
    for one in component or []:
        key, _, title = one.partition("=")
        try:
            setting_up.create_component(
                found.table, page, key, title or key, time.time(), system_entropy
            )
        except RejectedError as error:
            out.print(error.message)
    if made:
        _print_key(found, page, "first key")
    hook = f"{found.api_url}/twilio/{page}/inbound#rc=5&rp=4xx,5xx,ct,rt"
    out.print("At Twilio, as the webhook for incoming messages (HTTP POST), paste:")
    out.print(hook, soft_wrap=True, highlight=False)


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[Scope, typer.Option(help="How much it may do.")] = Scope.ADMIN,
    days: Annotated[int | None, typer.Option(help="Days until it ends by itself.", min=1)] = None,
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """Make a key and show it, once."""
    found = deployment.find(stack)
    _require_page(found, page)
    _print_key(found, page, name, scope, days)


@keys.command("list")
def list_keys(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """A page's keys, ended ones included."""
    columns = Columns("Id", "Name", "Scope", "Made", "Ends", box=None)
    for one in list_api_keys(deployment.find(stack).table, page):
        ends = one.revoked_at or one.expires_at
        columns.add_row(one.id, one.name, one.scope, _day(one.created_at), _day(ends))
    out.print(columns)


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The id shown when the key was made.")],
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """End a key, at once."""
    table = deployment.find(stack).table
    try:
        operators_keys.revoke_key(page, key_id, ACTOR, table, time.time(), system_entropy)
    except RejectedError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    out.print(f"Key {key_id} is no longer accepted.")


def _day(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).date().isoformat()


@subscribers.command("list")
def list_subscribers(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """Every subscriber of a page: masked number, verified, since when."""
    found = deployment.find(stack)
    columns = Columns("Number", "Verified", "Since", box=None)
    cursor, now = "", time.time()
    while True:
        listed, cursor = operating.list_subscribers(page, found.table, now, 500, cursor)
        for one in listed:
            columns.add_row(*operating.line(one).split(" | "))
        if not cursor:
            break
    out.print(columns)


@app.command()
def pause(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """Stop sending for a page, at once. What waits is kept."""
    _set_paused(deployment.find(stack), page, paused=True)
    out.print(f"Page {page} is paused: nothing more is sent. `statustext resume` goes on.")


@app.command()
def resume(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """Go on sending for a page. What is stale by now is not sent."""
    _set_paused(deployment.find(stack), page, paused=False)
    out.print(f"Page {page} sends again.")


def _set_paused(found: deployment.Deployment, page: str, *, paused: bool) -> None:
    before = _require_page(found, page)
    setting_up.set_paused(before, paused, found.table, ACTOR, time.time(), system_entropy)


@app.command()
def sending(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """Whether a page sends, from which numbers, and what Twilio stopped."""
    found = deployment.find(stack)
    shown = showing.sending(_require_page(found, page), found.senders, found.table)
    out.print(f"Page {page} {'is paused' if shown['paused'] else 'sends'}.")
    for one in shown["senders"]:
        to = ", ".join(one["prefixes"]) or "all other numbers"
        out.print(f"From {one['id']} at {one['mps']:g} segments a second to {to}.", soft_wrap=True)
    for one in shown["circuits"]:
        until = f"until {one['resumes_at']}" if one["resumes_at"] else "with no end known"
        stopped = f"Stopped: {one['scope']}, by Twilio's error {one['code']}"
        out.print(f"{stopped}, since {one['since']}, {until}. {one['meaning']}", soft_wrap=True)


@app.command()
def recall(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    seq: Annotated[int, typer.Argument(help="The number of the update, from 1.", min=1)],
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """Stop telling one update: what is not with Twilio yet is not sent."""
    table, why, now = deployment.find(stack).table, recalling.RECALLED, time.time()
    try:
        recalling.recall(page, incident, seq, why, ACTOR, table, now, system_entropy)
    except RejectedError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    out.print(f"Update {seq} of {incident} is recalled.")


def _require_page(found: deployment.Deployment, page: str) -> Page:
    known = get_page(found.table, page)
    if known is None:
        typer.echo(f"There is no page {page}; run setup first.", err=True)
        raise typer.Exit(1)
    return known


def _print_key(
    found: deployment.Deployment,
    page: str,
    name: str,
    scope: Scope = Scope.ADMIN,
    days: int | None = None,
) -> None:
    secret, now = f"st_{secrets.token_urlsafe(32)}", time.time()
    key = new_key(secret, page, name, now, scope, now + days * DAY if days else None)
    operators_keys.create_key(key, ACTOR, found.table, system_entropy)
    out.print(f"Key {key.id} for page {page}, scope {scope}. It is shown this once; keep it:")
    out.print(secret, soft_wrap=True, highlight=False)
