"""`statustext`: an operator's work from a shell.

What stands in this file works on the deployment itself, with the operator's own AWS credentials:
setting up a page, and keys. Everything else calls the API, and stands in a file of its own.
"""

import os
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.completion import shell_complete

from statustext import __version__
from statustext.adapters.clock import system_entropy
from statustext.adapters.pages import get_page
from statustext.contracts import PageChange
from statustext.domain.api_key import new_key
from statustext.domain.page import DEFAULT_PAGE, Page
from statustext.domain.phone_numbers import left_out
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating import setting_up
from statustext.validation import validated
from statustext_cli import (
    alerts,
    code_keys,
    codes,
    compliance,
    components,
    config,
    deployment,
    figures,
    importing,
    incidents,
    keys,
    ladders,
    maintenance,
    number_keys,
    profiles,
    provider,
    sends,
    subscribers,
    suppressions,
    team,
)
from statustext_cli import page as page_commands
from statustext_cli.api import WRONG_USE, Api
from statustext_cli.doctor import doctor
from statustext_cli.keys import (
    ACTOR,
    PageId,
    Stack,
    day,
    new_secret,
    store_and_print,
)
from statustext_cli.terminal import Session

app = typer.Typer(no_args_is_help=True)
app.add_typer(incidents.app, name="incident")
app.add_typer(maintenance.app, name="maintenance")
app.add_typer(components.app, name="components")
app.add_typer(subscribers.app, name="subscribers")
app.command()(sends.send)
app.add_typer(sends.app, name="sends")
app.command()(figures.usage)
app.command()(figures.stats)
app.add_typer(provider.app, name="provider")
app.add_typer(suppressions.app, name="suppressions")
app.add_typer(codes.app, name="codes")
app.add_typer(alerts.alerts, name="alerts")
app.add_typer(alerts.rules, name="rules")
app.add_typer(alerts.drafts, name="drafts")
app.add_typer(team.contacts, name="contacts")
app.add_typer(team.policy, name="policy")
app.add_typer(team.oncall, name="oncall")
app.add_typer(ladders.ladders, name="ladders")
app.add_typer(ladders.rotations, name="rotations")
app.add_typer(team.escalations, name="escalations")
app.add_typer(page_commands.templates, name="templates")
app.command()(page_commands.pause)
app.command()(page_commands.resume)
app.command()(page_commands.sending)
app.command()(page_commands.audit)
app.command()(doctor)
app.add_typer(importing.app, name="import")
app.command()(page_commands.versions)
app.command()(page_commands.undo)
app.command()(compliance.consent)
app.command()(compliance.compliance_pack)
app.add_typer(keys.app, name="keys")
app.add_typer(code_keys.app, name="code-keys")
app.add_typer(number_keys.app, name="number-keys")
app.add_typer(config.app, name="config")
out = Console()


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"statustext {__version__}")
        raise typer.Exit


@app.callback()
def main(
    ctx: typer.Context,
    profile: Annotated[
        str, typer.Option(envvar="STATUSTEXT_PROFILE", help="Of your file; local is `make run`.")
    ] = profiles.DEFAULT,
    api: Annotated[
        str | None, typer.Option(envvar="STATUSTEXT_API", help="The API's address.")
    ] = None,
    key: Annotated[str | None, typer.Option(envvar="STATUSTEXT_KEY", help="An API key.")] = None,
    on_page: Annotated[
        str | None, typer.Option("--page", envvar="STATUSTEXT_PAGE", help="The page's id.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Say which.")
    ] = False,
) -> None:
    """Operate Statustext: incidents, subscribers, settings and accounts of a status page."""
    chosen = profiles.choose(profile, api, key, on_page, os.environ)
    ctx.obj = Session(Api(chosen), as_json, chosen)


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(help="bash, zsh, fish or powershell.")],
) -> None:
    """Print what completes commands and options in your shell.

    statustext completion bash >> ~/.bashrc
    """
    if shell not in ("bash", "zsh", "fish", "powershell"):
        typer.echo("Shells are bash, zsh, fish and powershell.", err=True)
        raise typer.Exit(WRONG_USE)
    command = typer.main.get_command(app)
    shell_complete(command, {}, "statustext", "_STATUSTEXT_COMPLETE", f"source_{shell}")


@app.command()
def setup(
    name: Annotated[
        str | None, typer.Option(help="The status page's name, as texts show it.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The status page's address (https://…).")] = None,
    countries: Annotated[str | None, typer.Option(help="Countries to text, such as US,CA.")] = None,
    api_url: Annotated[
        str | None, typer.Option(help="Where the API is reached from outside, if not as deployed.")
    ] = None,
    component: Annotated[
        list[str] | None, typer.Option(help="A component as key=Name; may be repeated.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Whose morning counts where a number's place is unknown (IANA).")
    ] = "UTC",
    stack: Stack = "statustext",
    page: PageId = DEFAULT_PAGE,
) -> None:
    """Create a page and its first key, and say what to paste at Twilio.

    With --api-url, a page that is there already is reached at that address from now on.

    statustext setup --name Acme --url https://status.acme.example --countries US,CA
    """
    found = deployment.find(stack)
    known = get_page(found.table, page)
    if known:
        made, public_url = False, _moved(found, known, api_url)
    else:
        name = name or typer.prompt("Name of the status page, as texts show it")
        url = url or typer.prompt("Address of the status page (https://…)")
        countries = countries or typer.prompt("Countries to text, such as US,CA", default="US")
        served = [country.strip().upper() for country in countries.split(",") if country.strip()]
        given = {"name": name, "url": url, "countries": served, "timezone": timezone}
        checked = _checked({**given, "public_url": api_url or found.api_url})
        public_url = str(checked.public_url)
        new = Page(page, str(checked.name), url, public_url, tuple(served), timezone=timezone)
        made = setting_up.create_page(found.table, new)
        out.print(f"Page {page} {'created' if made else 'was there already and is as it was'}.")
        if missed := left_out(served):
            out.print(missed, soft_wrap=True)
    for one in component or []:
        key, _, title = one.partition("=")
        try:
            act = Act(ACTOR, found.table, time.time(), system_entropy)
            setting_up.create_component(page, key, title or key, act)
        except RejectedError as error:
            out.print(error.message)
    if made:
        secret = new_secret()
        store_and_print(found, new_key(secret, page, "first key", time.time()), secret)
    hook = f"{public_url}/twilio/{page}/inbound#rc=5&rp=4xx,5xx,ct,rt"
    out.print("At Twilio, as the webhook for incoming messages (HTTP POST), paste:")
    out.print(hook, soft_wrap=True, highlight=False)


def _checked(given: dict[str, Any]) -> PageChange:
    try:
        return validated(given, PageChange)
    except RejectedError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None


def _moved(found: deployment.Deployment, known: Page, api_url: str | None) -> str:
    """Where a page that is there already is reached, after its move if one is asked for."""
    if api_url is None:
        out.print(f"Page {known.id} was there already and is as it was.")
        if found.api_url != known.public_url:
            out.print(f"It is reached at {known.public_url}, and the stack elsewhere:")
            out.print(f"`statustext setup --api-url {found.api_url}` moves it.", soft_wrap=True)
        return known.public_url
    address = str(_checked({"public_url": api_url}).public_url)
    if address == known.public_url:
        out.print(f"Page {known.id} is reached at {address} already.", soft_wrap=True)
        return address
    now = time.time()
    moved = setting_up.move_page(known, address, Act(ACTOR, found.table, now, system_entropy))
    kept = day(moved.former_addresses[0].accepted_until)
    out.print(f"Page {known.id} is reached at {address} from now on.", soft_wrap=True)
    out.print(f"What Twilio signs for {known.public_url} is accepted until {kept}.", soft_wrap=True)
    return address
