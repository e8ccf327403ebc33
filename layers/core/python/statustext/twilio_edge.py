"""The edge Twilio calls: nothing is believed that is not signed."""

from collections.abc import Iterator, Sequence

from statustext import web
from statustext.adapters.page_secrets import read_page_secret
from statustext.adapters.secret_store import Secrets, TwilioCredentials
from statustext.adapters.twilio_signature import is_genuine, read_form, single
from statustext.domain.handsets import without_channel
from statustext.domain.page import Page
from statustext.errors import RejectedError
from statustext.observability import count
from statustext.routing import Api

NUMBERS = ("From", "To")


def genuine_form(
    app: Api,
    page: Page | None,
    path: str,
    secrets: Secrets,
    now: float,
    needed: Sequence[str],
) -> tuple[Page, dict[str, str]]:
    """The page and the form of a webhook that Twilio signed for `path` under the page's address, by
    a token of the deployment's account or of one of the page's own. Its AccountSid is then the
    page's own account, or empty for the deployment's.

    A Messaging Service may have texted by RCS or WhatsApp: the channel is taken off the numbers.
    The address is one that we gave Twilio, never taken from the request. Raises RejectedError
    403 for whatever is not genuine, is no form, lacks a `needed` field, or is for no page of ours,
    and 413 for a body of more than 64 KiB, of which no signature is reckoned.
    """
    fields = read_form(_body(app))
    signature = web.header(app, "X-Twilio-Signature") or ""
    form = single(fields or {})
    if page is not None and fields is not None and all(form.get(name) for name in needed):
        addresses = [f"{address}{path}" for address in page.addresses_at(now)]
        for account, credentials in _accounts(page, form.get("AccountSid"), secrets, now):
            if any(is_genuine(one, fields, signature, credentials) for one in addresses):
                plain = {name: without_channel(form[name]) for name in NUMBERS if name in form}
                return page, form | plain | {"AccountSid": account}
    count("WebhookRefused")
    raise RejectedError(403, "forbidden", "This address takes webhooks signed by Twilio only.")


def _accounts(
    page: Page, named: str | None, secrets: Secrets, now: float
) -> Iterator[tuple[str, TwilioCredentials]]:
    """Whose tokens may have signed what comes from the account that is `named`: the page's own,
    the deployment's."""
    if named and named in page.accounts_at(now):
        secret = read_page_secret(secrets.of_page(page.id, page.provider_secret))
        if own := secret.credentials(named, now):
            yield named, own
    deployed = secrets.twilio()
    if named in (None, deployed.account_sid):
        yield "", deployed


def _body(app: Api) -> bytes:
    try:
        body = (app.current_event.decoded_body or "").encode("ascii")
    except ValueError:
        return b"\xff"  # reads as no form
    if len(body) > web.MAX_BODY:
        raise web.too_large()
    return body
