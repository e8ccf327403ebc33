"""A page's own SMS provider: its account, its token and its sender, in place of the deployment's.

The keys lie in the page's own secret and are never shown. What is to be used is asked of Twilio
first, so that nobody's texts meet a wrong token or a sender that is not theirs. The page's row
names the version of the secret, and is written last: until then all is as before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from statustext.adapters.page_secrets import (
    AccountKeys,
    PageSecret,
    PageSecrets,
    read_page_secret,
)
from statustext.adapters.pages import change_provider, get_page, page_ids
from statustext.adapters.secret_store import Secrets, TwilioLogin
from statustext.adapters.twilio_account import TwilioAccount, TwilioSilentError
from statustext.contracts import ProviderInput
from statustext.domain.carrier import Carrier
from statustext.domain.page import FormerProvider, Page, Sender, Senders
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act

FORMER_KEPT = 2 * 24 * 3600
"""Seconds for which an account that was left is still asked and believed: receipts come for hours,
and a text in doubt is settled within one."""

PREVIOUS_KEPT = 7 * 24 * 3600
"""Seconds in which webhooks signed by a token that was replaced count: until Twilio's secondary
token is promoted, all are."""

SLOWEST = 1.0
"""Segments per second where nothing is said: that of a US number without registration.
https://help.twilio.com/articles/115002943027"""

NEEDED = ("account_sid", "auth_token", "sender")
KEYS = ("account_sid", "auth_token", "api_key_sid", "api_key_secret", "sender", "mps")


@dataclass(frozen=True)
class Desk:
    """What keeping a provider takes: the secrets to read and to write, how an account is asked, and
    the deployment's senders."""

    secrets: Secrets
    page_secrets: PageSecrets
    account_of: Callable[[TwilioLogin], TwilioAccount]
    senders: Senders


def secret_of(page: Page, desk: Desk) -> PageSecret:
    """The keys of a page; none for a page that never had a provider."""
    if not page.provider_secret:
        return PageSecret()
    return read_page_secret(desk.secrets.of_page(page.id, page.provider_secret))


def set_provider(
    page: Page, given: ProviderInput, desk: Desk, act: Act, *, whole: bool
) -> tuple[Page, PageSecret]:
    """Have a page text by a provider of its own from now on; what is claimed already stays where it
    is. Unless the `whole` of it is given, what is left out stays, and what is not complete yet is
    kept and not used.

    Raises RejectedError: 409 for a rate that is not the sender's and where somebody else changed
    it meanwhile, 422 for what is missing or what Twilio does not accept, 503 where it is silent.
    """
    if given.carrier is Carrier.AWS:
        return _by_aws(page, given, desk, act)
    secret = secret_of(page, desk)
    wanted = given.model_dump(exclude_none=True, exclude={"carrier"})
    if not whole and not given.model_fields_set:
        sentence = f"Give what is to change, such as {', '.join(NEEDED)}."
        raise RejectedError(422, "invalid_request", sentence)
    if not whole:
        wanted = _merged(page, secret, wanted)
    missing = [name for name in NEEDED if not wanted.get(name)]
    if missing and whole:
        raise RejectedError(
            422,
            "invalid_request",
            f"Give {' and '.join(missing)} too.",
            fields=dict.fromkeys(missing, "is required"),
        )
    if ("api_key_sid" in wanted) != ("api_key_secret" in wanted):
        raise _wrong("api_key_sid", "An API key is its SID and its secret; give both, or neither.")
    if missing:
        begun = replace(secret, begun=wanted)
        return _saved(page, page, begun, act, "provider.begun", desk), begun
    rate = _rate_of(wanted, page, desk, act)
    sender = Sender(wanted["sender"], rate, Carrier.TWILIO, wanted["account_sid"])
    _require_accepted(sender, wanted, desk)
    after = _moved_to(page, sender, act.now)
    kept = PageSecret(_keys(after, secret, wanted, act.now))
    return _saved(page, after, kept, act, "provider.set", desk), kept


def remove_provider(page: Page, desk: Desk, act: Act) -> tuple[Page, PageSecret]:
    """Text by the deployment's sender again, what waits unclaimed as well. The keys to the account
    that is left are kept for its receipts; removing once more when these do not count any more
    deletes the page's secret.

    Raises RejectedError 404 where there is nothing to remove, 409 where somebody else changed it
    meanwhile.
    """
    secret, after = secret_of(page, desk), _moved_to(page, None, act.now)
    kept = PageSecret(_still_counting(secret, after, act.now))
    if page.provider is None and kept == secret and page.provider_secret == "":
        raise RejectedError(404, "no_provider", "This page has no SMS provider of its own.")
    if kept.accounts:
        return _saved(page, after, kept, act, "provider.removed", desk), kept
    after = replace(after, provider_secret="")
    _write(page, after, act, "provider.removed")
    if page.provider_secret:
        desk.page_secrets.forget(page.id)
    return after, kept


def _by_aws(page: Page, given: ProviderInput, desk: Desk, act: Act) -> tuple[Page, PageSecret]:
    own = desk.senders.by(Carrier.AWS)
    if own is None:
        raise _wrong("carrier", "This deployment texts by Twilio only; see its AwsSmsFrom.")
    if given.account_sid or given.auth_token or given.api_key_sid or given.api_key_secret:
        raise _wrong("carrier", "Texts by AWS go by the deployment's rights; leave keys out.")
    if given.sender not in (None, own.id):
        raise _wrong("sender", f"At AWS this deployment texts from {own.id}; leave it out.")
    if given.mps not in (None, own.mps):
        raise _other_rate(own)
    secret = secret_of(page, desk)
    after = _moved_to(page, own, act.now)
    kept = PageSecret(_still_counting(secret, after, act.now))
    return _saved(page, after, kept, act, "provider.set", desk), kept


def _merged(page: Page, secret: PageSecret, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given over what is there. Another account comes with its token and its sender."""
    there: dict[str, Any] = dict(secret.begun)
    own = page.provider
    if own and own.account_sid:
        keys = secret.accounts[own.account_sid]
        there = {"account_sid": own.account_sid, "sender": own.id, "mps": own.mps}
        there |= {"auth_token": keys.auth_token}
        if keys.api_key_sid:
            there |= {"api_key_sid": keys.api_key_sid, "api_key_secret": keys.api_key_secret}
        if given.get("account_sid", own.account_sid) != own.account_sid:
            if not {"auth_token", "sender"} <= given.keys():
                sentence = "Another account comes with its token and its sender; give all three."
                raise _wrong("account_sid", sentence)
            there = {}
    return {**there, **given}


def _rate_of(wanted: Mapping[str, Any], page: Page, desk: Desk, act: Act) -> float:
    """A sender has one rate, wherever it is named, as all share its throttle."""
    named = [desk.senders.named(wanted["sender"])]
    for other in page_ids(act.table):
        found = get_page(act.table, other) if other != page.id else None
        named.append(found.provider if found else None)
    known = next((one for one in named if one and one.id == wanted["sender"]), None)
    rate = float(wanted.get("mps", known.mps if known else SLOWEST))
    if known and known.mps != rate:
        raise _other_rate(known)
    return rate


def _require_accepted(sender: Sender, wanted: Mapping[str, Any], desk: Desk) -> None:
    """Ask Twilio whether the keys are good and the sender is the account's."""
    sid = sender.account_sid
    try:
        account = desk.account_of(TwilioLogin(sid, sid, wanted["auth_token"]))
        standing = account.standing()
        if not standing:
            sentence = f"Twilio does not accept this token for account {masked(sid)}."
            raise _wrong("auth_token", f"{sentence} Copy both from its console.")
        if standing != "active":
            sentence = f"Account {masked(sid)} is {standing} at Twilio and cannot text."
            raise _wrong("account_sid", sentence)
        if account.hook_of(sender.id) is None:
            sentence = f"Account {masked(sid)} has no sender {sender.id}."
            raise _wrong("sender", f"{sentence} Give a number or Messaging Service of its own.")
        if "api_key_sid" in wanted:
            key = TwilioLogin(sid, wanted["api_key_sid"], wanted["api_key_secret"])
            if not desk.account_of(key).may_read_messages():
                sentence = "Twilio does not let this API key read messages; text with another."
                raise _wrong("api_key_sid", sentence)
    except TwilioSilentError:
        raise RejectedError(
            503,
            "twilio_silent",
            "Twilio did not answer, so nothing was changed. Try again in a minute.",
            headers={"Retry-After": "60"},
        ) from None


def _moved_to(page: Page, sender: Sender | None, now: float) -> Page:
    """The page texting by another sender. An account that is left is remembered for a while."""
    former = [one for one in page.former_providers if now < one.until]
    if page.provider and page.account_sid and page.provider.account != (sender and sender.account):
        former.append(FormerProvider(page.provider, now + FORMER_KEPT))
    kept = (one for one in former if sender is None or one.sender.account != sender.account)
    return replace(page, provider=sender, former_providers=tuple(kept))


def _keys(
    after: Page, secret: PageSecret, wanted: Mapping[str, Any], now: float
) -> dict[str, AccountKeys]:
    """The keys that a page needs: to its account, and to those that it left a while ago."""
    sid, token = wanted["account_sid"], wanted["auth_token"]
    new = AccountKeys(
        token,
        api_key_sid=wanted.get("api_key_sid", ""),
        api_key_secret=wanted.get("api_key_secret", ""),
    )
    before = secret.accounts.get(sid)
    if before and before.auth_token != token:
        until = now + PREVIOUS_KEPT
        new = replace(new, previous_auth_token=before.auth_token, previous_until=until)
    elif before:
        previous, until = before.previous_auth_token, before.previous_until
        new = replace(new, previous_auth_token=previous, previous_until=until)
    return {**_still_counting(secret, after, now), sid: new}


def _still_counting(secret: PageSecret, page: Page, now: float) -> dict[str, AccountKeys]:
    """The keys to accounts that a page texts by, or left a while ago."""
    counting = page.accounts_at(now)
    return {sid: keys for sid, keys in secret.accounts.items() if sid in counting}


def _saved(before: Page, after: Page, secret: PageSecret, act: Act, event: str, desk: Desk) -> Page:
    """Write the secret, and then the row that names it; the page as it is then."""
    version = act.entropy(16).hex()
    desk.page_secrets.put(before.id, secret, version)
    after = replace(after, provider_secret=version)
    _write(before, after, act, event)
    return after


def _write(before: Page, after: Page, act: Act, event: str) -> None:
    own = after.provider
    detail = {"sender": own.id, "mps": own.mps, "account": masked(own.account_sid)} if own else {}
    try:
        act.table.transact([change_provider(before, after), act.note(before.id, event, detail)])
    except ConditionFailedError:
        sentence = "Somebody else changed the provider meanwhile; look at it and try again."
        raise RejectedError(409, "changed_meanwhile", sentence) from None


def masked(sid: str) -> str:
    """A SID's beginning and end."""
    return f"{sid[:2]}…{sid[-4:]}" if sid else ""


def _wrong(field: str, sentence: str) -> RejectedError:
    return RejectedError(422, "provider_refused", sentence, fields={field: "is not accepted"})


def _other_rate(sender: Sender) -> RejectedError:
    sentence = f"{sender.id} texts {sender.mps:g} segments a second here; give mps as that."
    return RejectedError(409, "rate_differs", sentence, fields={"mps": f"must be {sender.mps:g}"})
