"""`statustext provider …`: the page's own SMS provider."""

from typing import Annotated, Any

import typer

from statustext_cli.api import REFUSED
from statustext_cli.terminal import Session, session

app = typer.Typer(no_args_is_help=True, help="The page's own SMS provider.")

FIELDS = {
    "twilio.account_sid": "account_sid",
    "twilio.auth_token": "auth_token",
    "twilio.phone_number": "sender",
}
"""Names of `statustext config set`, and the API's."""


def path(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms/provider"


@app.command()
def show(ctx: typer.Context) -> None:
    """By whose account the page texts; of keys only that they are there.

    statustext provider show
    """
    run = session(ctx)
    found = run.api.get(path(run))
    run.show(found, _told(found))


@app.command("set")
def set_provider(
    ctx: typer.Context,
    account_sid: Annotated[str, typer.Option(prompt=True, help="AC…, from Twilio's console.")],
    sender: Annotated[str, typer.Option(prompt=True, help="A number, or MG… of a service.")],
    auth_token: Annotated[
        str, typer.Option(prompt=True, hide_input=True, help="Asked for if left out.")
    ],
    mps: Annotated[float | None, typer.Option(help="Its segments per second.")] = None,
) -> None:
    """Text by the page's own Twilio account from now on, if Twilio takes the token.

    statustext provider set --account-sid AC… --sender +15550001111
    """
    run = session(ctx)
    given: dict[str, Any] = {"account_sid": account_sid, "auth_token": auth_token}
    given |= {"sender": sender} | ({} if mps is None else {"mps": mps})
    found = run.api.send("PUT", path(run), given)
    run.show(found, _told(found))


@app.command()
def remove(ctx: typer.Context) -> None:
    """Text by the deployment's sender again, with all that waits.

    statustext provider remove
    """
    run = session(ctx)
    found = run.api.send("DELETE", path(run))
    run.show(found, _told(found))


@app.command("test")
def try_out(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option(help="A number of yours to text.")] = None,
) -> None:
    """See whether the page's provider works, and what is wrong. Ends with 1 where something is.

    statustext provider test --to +15551234567
    """
    run = session(ctx)
    found = run.api.send("POST", f"{path(run)}/test", {} if to is None else {"to": to})
    told = [f"{'ok' if one['ok'] else 'WRONG'}: {one['says']}" for one in found["checks"]]
    if text := found["text"]:
        told.append(f"Text {text['id']} is {text['status']}; see statustext sends show.")
    run.show(found, "\n".join(told))
    if not found["works"]:
        raise typer.Exit(REFUSED)


def change(run: Session, setting: str, value: str) -> str:
    """Set one of FIELDS; what to say of it."""
    found = run.api.send("PATCH", path(run), {FIELDS[setting]: value})
    return _told(found)


def settings(run: Session) -> dict[str, str]:
    """The FIELDS as they may be shown."""
    found = run.api.get(path(run))
    there = (found["begun"] or {}) | (found if found["status"] == "own" else {})
    return {name: str(there.get(field) or "") for name, field in FIELDS.items()}


def _told(found: dict[str, Any]) -> str:
    lines = [f"Texts go from {found['sender']} by {found['carrier']}, {found['mps']:g} MPS."]
    if found["status"] == "default":
        lines.append("That is the deployment's sender; the page has none of its own in use.")
    else:
        lines.append(f"Account {found.get('account_sid') or 'of the deployment'}.")
        lines.append(f"Webhook at Twilio (POST): {found['webhook_url'] or 'none'}")
    if found["missing"]:
        lines.append(f"Begun, and not used until there is {' and '.join(found['missing'])}.")
    return "\n".join(lines)
