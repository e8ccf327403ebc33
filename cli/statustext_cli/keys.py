"""`statustext keys`: operators' API keys, with AWS credentials."""

import secrets
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Columns

from statustext.adapters.api_keys import list_api_keys
from statustext.adapters.clock import system_entropy
from statustext.adapters.pages import get_page
from statustext.domain.api_key import ApiKey, Kind, Scope, new_key
from statustext.domain.handsets import is_number, one_spelling
from statustext.domain.masking import mask
from statustext.domain.page import DEFAULT_PAGE, Page
from statustext.domain.typed_digits import plain
from statustext.errors import RejectedError
from statustext.flows.operating import keys
from statustext_cli import deployment
from statustext_cli.api import WRONG_USE
from statustext_cli.terminal import console

app = typer.Typer(no_args_is_help=True, help="Operators' API keys (with AWS credentials).")
out = Console()

Stack = Annotated[str, typer.Option(help="The CloudFormation stack.", envvar="STATUSTEXT_STACK")]
PageId = Annotated[str, typer.Option(help="The page's id.")]
DAY = 24 * 3600
ACTOR = "the command"
"""Who the audit trail says it was; CloudTrail knows whose AWS credentials."""


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[Scope, typer.Option(help="How much it may do.")] = Scope.ADMIN,
    days: Annotated[int | None, typer.Option(help="Days until it ends by itself.", min=1)] = None,
    kind: Annotated[Kind, typer.Option(help="Whom its texts reach.")] = Kind.LIVE,
    number: Annotated[
        list[str] | None, typer.Option(help="A number of a team key; may be repeated.")
    ] = None,
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """Make a key and show it, once. A team key texts only its numbers, a test key nobody.

    statustext keys create "the deploy script" --scope write --days 90

    statustext keys create "staging" --scope write --kind team --number +15551234567
    """
    numbers = frozenset(one_spelling(plain(one)) for one in number or ())
    if not all(map(is_number, numbers)) or bool(numbers) is not (kind is Kind.TEAM):
        typer.echo("A team key, and no other, needs --number +15551234567, in full.", err=True)
        raise typer.Exit(WRONG_USE)
    found = deployment.find(stack)
    require_page(found, page)
    now, secret = time.time(), new_secret()
    ends_at = now + days * DAY if days else None
    key = new_key(secret, page, name, now, scope, ends_at, kind=kind, numbers=numbers)
    store_and_print(found, key, secret)


@app.command("list")
def list_keys(stack: Stack = "statustext", page: PageId = DEFAULT_PAGE) -> None:
    """A page's keys, ended ones included, and whom they reach.

    statustext keys list
    """
    columns = Columns("Id", "Name", "Scope", "Reaches", "Made", "Ends", box=None)
    for one in list_api_keys(deployment.find(stack).table, page):
        ends = one.revoked_at or one.expires_at
        columns.add_row(one.id, one.name, one.scope, _reach(one), day(one.created_at), day(ends))
    console().print(columns)


def _reach(key: ApiKey) -> str:
    if key.kind is Kind.TEAM:
        return ", ".join(map(mask, sorted(key.numbers)))
    return "everybody" if key.kind is Kind.LIVE else "nobody"


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The id shown when the key was made.")],
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """End a key, at once.

    statustext keys revoke 0f3a9c1d2b4e5f60
    """
    table = deployment.find(stack).table
    try:
        keys.revoke_key(page, key_id, ACTOR, table, time.time(), system_entropy)
    except RejectedError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    out.print(f"Key {key_id} is no longer accepted.")


def day(moment: float | None) -> str:
    """A moment's date, in UTC."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).date().isoformat()


def require_page(found: deployment.Deployment, page: str) -> Page:
    """A page of a deployment, or the end of the command."""
    known = get_page(found.table, page)
    if known is None:
        typer.echo(f"There is no page {page}; run setup first.", err=True)
        raise typer.Exit(1)
    return known


def new_secret() -> str:
    """What a key is presented by."""
    return f"st_{secrets.token_urlsafe(32)}"


def store_and_print(found: deployment.Deployment, key: ApiKey, secret: str) -> None:
    """Let a key act, and show its secret."""
    keys.create_key(key, ACTOR, found.table, system_entropy)
    kind = "" if key.kind is Kind.LIVE else f", kind {key.kind}"
    told = f"Key {key.id} for page {key.page_id}, scope {key.scope}{kind}."
    out.print(f"{told} It is shown this once; keep it:", soft_wrap=True)
    out.print(secret, soft_wrap=True, highlight=False)
