"""What an operator sees of a page's SMS provider: which, and of its keys that they are there."""

from typing import Any

from statustext.adapters.page_secrets import PageSecret
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.domain.carrier import Carrier
from statustext.domain.page import Page, Sender, Senders
from statustext.flows.operating.providing import NEEDED, masked
from statustext.flows.operating.statuspage import timestamp

HIDDEN = "****"


def shown(page: Page, secret: PageSecret, deployed: Senders, now: float) -> dict[str, Any]:
    """The provider that texts go by, what was begun of another, and accounts of before."""
    texting = page.sender_for("", deployed)
    is_own = texting == page.provider
    begun = secret.begun
    return {
        "status": "own" if is_own else "default",
        "carrier": texting.carrier.value,
        "sender": texting.id,
        "mps": texting.mps,
        **(_keys(texting, secret, now) if is_own and texting.account_sid else {}),
        "webhook_url": webhook_url(page) if texting.carrier is Carrier.TWILIO else None,
        "begun": {name: _hidden(name, str(begun[name])) for name in begun} or None,
        "missing": [name for name in NEEDED if not begun.get(name)] if begun else [],
        "former": [
            {"account_sid": masked(one.sender.account_sid), "accepted_until": timestamp(one.until)}
            for one in page.former_providers
            if now < one.until
        ],
    }


def webhook_url(page: Page) -> str:
    """What is to be pasted at Twilio as "A message comes in"."""
    return f"{page.public_url}/twilio/{page.id}/inbound{RETRY_OVERRIDE}"


def _keys(sender: Sender, secret: PageSecret, now: float) -> dict[str, Any]:
    keys = secret.accounts[sender.account_sid]
    is_rotating = bool(keys.previous_auth_token) and now < keys.previous_until
    return {
        "account_sid": masked(sender.account_sid),
        "auth_token": HIDDEN,
        "previous_auth_token_until": timestamp(keys.previous_until) if is_rotating else None,
        "api_key_sid": masked(keys.api_key_sid) or None,
    }


def _hidden(name: str, value: str) -> str:
    if name in ("auth_token", "api_key_secret"):
        return HIDDEN
    return masked(value) if name in ("account_sid", "api_key_sid") else value
