"""The edge Twilio calls: nothing is believed that is not signed."""

from collections.abc import Sequence

from statustext import web
from statustext.adapters.secret_store import TwilioCredentials
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
    addresses: Sequence[str],
    credentials: TwilioCredentials,
    needed: Sequence[str],
) -> tuple[Page, dict[str, str]]:
    """The page and the form of a webhook that Twilio signed for one of these `addresses`.

    A Messaging Service may have texted by RCS or WhatsApp: the channel is taken off the numbers.
    The addresses are those that we gave Twilio, never taken from the request. Raises RejectedError
    403 for whatever is not genuine, is no form, lacks a `needed` field, or is for no page of ours,
    and 413 for a body of more than 64 KiB, of which no signature is reckoned.
    """
    fields = read_form(_body(app))
    signature = web.header(app, "X-Twilio-Signature") or ""
    form = single(fields or {})
    if page is not None and fields is not None and all(form.get(name) for name in needed):
        is_ours = form.get("AccountSid", credentials.account_sid) == credentials.account_sid
        if is_ours and any(is_genuine(a, fields, signature, credentials) for a in addresses):
            plain = {name: without_channel(form[name]) for name in NUMBERS if name in form}
            return page, form | plain
    count("WebhookRefused")
    raise RejectedError(403, "forbidden", "This address takes webhooks signed by Twilio only.")


def _body(app: Api) -> bytes:
    try:
        body = (app.current_event.decoded_body or "").encode("ascii")
    except ValueError:
        return b"\xff"  # reads as no form
    if len(body) > web.MAX_BODY:
        raise web.too_large()
    return body
