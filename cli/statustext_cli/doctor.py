"""`statustext doctor`: looks at a whole deployment, and says what to do about what is wrong."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import get_page, page_ids
from statustext.domain.page import Page
from statustext_cli import profiles
from statustext_cli.api import REFUSED
from statustext_cli.checkup import api, aws, twilio
from statustext_cli.checkup.aws import Connect, Stack, Twilio
from statustext_cli.checkup.finding import Finding, State, look, wrong
from statustext_cli.terminal import session

LOCAL = Twilio("AC" + "0" * 32, ("0" * 32,))
"""The account that `make run` plays."""
LOCAL_URL, LOCAL_SENDER = "http://127.0.0.1:8081", "+15550001111"


def connect(service: str) -> Any:
    """A client of AWS, with the operator's own credentials."""
    return boto3.client(service)  # type: ignore[call-overload]


def doctor(
    ctx: typer.Context,
    stack: Annotated[
        str, typer.Option(help="The CloudFormation stack.", envvar="STATUSTEXT_STACK")
    ] = "statustext",
) -> None:
    """Look at stack, API, page and Twilio from end to end; 1 where something is wrong.

    With --profile local, at what `make run` started. Nobody is texted, and nothing is changed.

    statustext doctor
    """
    run = session(ctx)
    profile = run.profile
    is_local = ctx.find_root().params["profile"] == profiles.LOCAL
    found = _local(profile, os.environ) if is_local else _deployed(stack, profile, connect)
    found = list(found)
    lines = [
        f"{one.state:<6} {one.said}" + (f"\n       → {one.to_do}" if one.to_do else "")
        for one in found
    ]
    count = sum(one.state is State.WRONG for one in found)
    lines.append("Nothing is wrong." if not count else f"{count} of {len(found)} are wrong.")
    run.show([asdict(one) for one in found], "\n".join(lines))
    if count:
        raise typer.Exit(REFUSED)


def _deployed(name: str, profile: profiles.Profile, connect: Connect) -> Iterable[Finding]:
    """Everything, as far as the credentials and the key at hand show it."""
    try:
        stack = aws.read_stack(name, connect)
    except (BotoCoreError, ClientError) as error:
        yield wrong(f"AWS shows no stack {name} ({error}).", "Name it: --stack; or log in to AWS.")
        return
    yield from aws.stack(stack)
    if any(output not in stack.outputs for output in aws.OUTPUTS):
        return
    yield from aws.seen("the key of our hashes", aws.keys_secret(stack, connect))
    yield from aws.seen("the table", aws.table(stack, connect))
    yield from aws.seen("what feeds the functions", aws.mappings(stack, connect))
    yield from aws.seen("the dead letters", aws.dead_letters(stack, connect))
    yield from aws.seen("alarms", aws.alarms(stack, connect))
    yield from aws.seen("the account's limits", aws.concurrency(connect))
    try:
        account = aws.read_twilio(stack, connect)
        pages = _pages(stack, connect)
    except (BotoCoreError, ClientError) as error:
        yield aws.unseen("Twilio's secret and the pages", error)
        return
    if not pages:
        yield wrong("There is no page.", f"statustext setup --stack {name}")
    if isinstance(account, str):
        yield wrong(f"The secret lacks {account}.", "docs/operations.md says how to put it there.")
    else:
        yield from _pages_and_twilio(stack, account, pages)
    yield from _by_key(stack.outputs["ApiUrl"], profile)


def _pages(stack: Stack, connect: Connect) -> list[Page]:
    table = Table(connect("dynamodb"), stack.outputs["TableName"])
    return [page for one in page_ids(table) if (page := get_page(table, one))]


def _pages_and_twilio(stack: Stack, account: Twilio, pages: list[Page]) -> Iterable[Finding]:
    addresses = {
        stack.outputs[name] for name in ("ApiUrl", "CustomApiUrl") if name in stack.outputs
    }
    for page in pages:
        yield from api.address(page.public_url)
        yield from api.status_callback(
            page.public_url, page.id, account.account_sid, account.tokens[0]
        )
        if page.public_url not in addresses:
            yield look(
                f"Page {page.id} is reached at {page.public_url}, which is not the stack's.",
                "Right behind a proxy of yours; else: statustext setup --api-url …",
            )
    elsewhere = stack.parameters.get("TwilioApiUrl", "")
    yield from twilio.account(account, elsewhere)
    listed = stack.parameters.get("TwilioSenders", "").split(",")
    ids = [stack.parameters["TwilioFrom"], *(one.rpartition(":")[0] for one in listed if one)]
    ours = {
        f"{address}/twilio/{page.id}/inbound{api.RETRIES}": address == page.public_url
        for page in pages
        for address in (page.public_url, *(one.url for one in page.former_addresses))
    }
    ask = twilio.asking(account.account_sid, account.tokens[0], elsewhere)
    yield from twilio.senders(ids, ask, account.account_sid, ours)


def _by_key(api_url: str, profile: profiles.Profile) -> Iterable[Finding]:
    """What an operator's key shows."""
    where = profile.api or api_url.rstrip("/")
    if not profile.key:
        yield look("No key of yours was tried.", "Give one: --key, or statustext config set key.")
        return
    found, page = api.key(where, profile.page, profile.key)
    yield from found
    if page:
        yield from api.countries(page)
        yield from api.sending(where, profile.page, profile.key)


def _local(profile: profiles.Profile, environment: Mapping[str, str]) -> Iterable[Finding]:
    """What `make run` started: there are no stack, no alarms and no secrets to look at."""
    found, page = api.key(profile.api, profile.page, profile.key)
    yield from found
    if page is None:
        return
    yield from api.countries(page)
    yield from api.sending(profile.api, profile.page, profile.key)
    url = environment.get("TWILIO_API_URL") or LOCAL_URL
    sid = environment.get("TWILIO_ACCOUNT_SID") or LOCAL.account_sid
    token = environment.get("TWILIO_AUTH_TOKEN") or LOCAL.tokens[0]
    public = page["public_url"]
    yield from api.address(public)
    yield from api.status_callback(public, page["id"], sid, token)
    yield from twilio.account(Twilio(sid, (token,)), url)
    sender = environment.get("TWILIO_FROM") or LOCAL_SENDER
    ours = {f"{public}/twilio/{page['id']}/inbound{api.RETRIES}": True}
    yield from twilio.senders([sender], twilio.asking(sid, token, url), sid, ours)
