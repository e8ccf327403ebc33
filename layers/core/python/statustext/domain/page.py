"""A page: the tenant, its words and its limits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from statustext.domain.brand import Brand
from statustext.domain.carrier import OF_TEXTS, Account, Carrier
from statustext.domain.language import Language
from statustext.domain.mode import CARRIERS, Mode
from statustext.domain.team.settings import Team
from statustext.domain.templates import Event, default, key_of

DEFAULT_PAGE = "default"

ADDRESS_KEPT = 30 * 24 * 3600
"""Seconds for which a page's former address is accepted. Receipts come for hours; the address of
incoming texts is pasted at Twilio by hand."""
MOST_FORMER = 5


@dataclass(frozen=True)
class Limits:
    """How many sign-ups are let through; beyond, nobody is texted."""

    signups_per_address: int = 10  # in four hours
    signups_per_number: int = 20  # in a day; texts are limited further, see verification.py
    signups_per_hour: int = 300
    signups_per_prefix: int = 20  # in an hour, of 10,000 numbers behind each other
    signups_per_country: int = 100  # in an hour, of each country but the page's first
    unproven_per_prefix: int = 20  # in a day, of codes that nobody enters, see code_share.py
    unproven_per_country: int = 100  # the same, of each country but the page's first
    least_entered_percent: int = 20  # of codes beyond these
    texts_per_hour: int = 0  # announcements, 0 for no cap
    # Of everything that is texted, 0 for no quota; see domain/quota.py.
    texts_per_day: int = 0
    texts_per_month: int = 0
    segments_per_hour: int = 0
    segments_per_day: int = 0
    segments_per_month: int = 0
    usd_per_hour: float = 0
    usd_per_day: float = 0
    usd_per_month: float = 0


@dataclass(frozen=True)
class Sender:
    """What a carrier texts from: at Twilio a number or Messaging Service, at SES an address. `mps`
    is its rate in segments per second, or in mails; 0 for one without a rate. `account_sid` is the
    page's own account that it belongs to, empty for one of the deployment's."""

    id: str
    mps: float
    carrier: Carrier = Carrier.TWILIO
    account_sid: str = ""

    @property
    def account(self) -> Account:
        return Account(self.carrier, self.account_sid)


@dataclass(frozen=True)
class FormerProvider:
    """A page's own sender of before: what it has claimed goes on by it until then (seconds since
    1970), and its account's webhooks count."""

    sender: Sender
    until: float


@dataclass(frozen=True)
class Senders:
    """The deployment's: `own` texts whatever no page chose another for. Each has one rate, as all
    pages share its throttle."""

    own: Sender
    others: tuple[Sender, ...] = ()

    def by(self, carrier: Carrier) -> Sender | None:
        """The first of a carrier's."""
        return next((one for one in (self.own, *self.others) if one.carrier is carrier), None)

    def named(self, sender_id: str) -> Sender | None:
        """One of those of texts by its id."""
        texting = (one for one in (self.own, *self.others) if one.carrier in OF_TEXTS)
        return next((one for one in texting if one.id == sender_id), None)


@dataclass(frozen=True)
class SenderChoice:
    """A page's choice among the deployment's senders: numbers that begin with one of `prefixes`
    are texted from it, the longest prefix first."""

    id: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class FormerAddress:
    """Where a page was reached before, which Twilio may sign until then (seconds since 1970)."""

    url: str
    accepted_until: float


CONSENT = (
    "I agree to receive automated text messages about incidents from {page} at this number. "
    "Message frequency varies. Msg & data rates may apply. Reply STOP to opt out, HELP for help."
)
"""CTIA Messaging Principles, 5.1.2.1."""

MAIL_CONSENT = "I agree to receive e-mails about incidents of {page} at this address."
CALL_CONSENT = "I agree to receive messages about incidents of {page} at this address."


def consent_for(mode: Mode) -> str:
    """What is agreed to, in English, before somebody is reached so; {page} is the page's name."""
    if mode is Mode.SMS:
        return CONSENT
    return CALL_CONSENT if mode.is_called else MAIL_CONSENT


RECIPIENT_LIMITS = ((1, 60), (5, 900), (11, 3600), (21, 10_800))
"""Texts and the seconds in which one person gets no more of them, as in GoAlert's SMS limits."""


@dataclass(frozen=True)
class Page:
    """A status page.

    `url` is the page people read, `public_url` the address under which API Gateway is reached from
    outside (Twilio signs it), `former_addresses` those before it. `segment_budget` is the most
    segments an announcement may cost, 1 to 3. `keyword_replies` says who answers HELP: "twilio"
    (its default) or "statustext".

    Who texts JOIN to `join_number`, one of the deployment's, subscribes (empty: nobody can).
    `language` is that of people who chose none. `templates` are its own, by event and language
    (`key_of` in domain/templates.py).

    `quiet_hours` ("21:00-08:00", empty for none) hold at the subscriber's place what is not
    critical, and `timezone` is the page's own, for numbers that tell none. `overnight` says whether
    an incident opened and resolved meanwhile is one "line" in the morning or "nothing". Updates
    wait `coalescing_window` seconds for the next one. The number of who left is kept for
    `ended_kept_days`. Who is to be reminded of a maintenance is
    `maintenance_reminder_minutes` before it begins. `senders` are chosen among the deployment's.
    `without_components` says whom an incident is for that names none: "all", or those who chose no
    services ("all_services"). When an incident is resolved its components "keep" their state, as
    `components_when_resolved`, or become "operational". While `paused`, nothing is sent.
    `provider` is what the page texts from in place of all of the deployment's, in an account of its
    own; `former_providers` are those before it, and `provider_secret` is the version of its secret
    that has the keys to them (empty for no secret).
    `statuspage_sign_up` lets people subscribe by Statuspage's public API, too. With a `bot_gate`
    each sign-up by our own form does some work (domain/proof_of_work.py). `modes` are the ways
    in which people may be told; by one that is not among them nobody is.

    `prices` are its own for a segment, in US dollars by country, in place of the table's
    (domain/prices.py). When a sender's or its account's circuit has been open for more than
    `failover_after_minutes` (0 for never), another carrier's sender texts in its place. What
    reaches more than `confirm_above` people (0 for no such number) is published with a confirm
    token only; what it was given for may have grown by `confirm_tolerance` percent.
    """

    id: str
    name: str
    url: str
    public_url: str
    countries: tuple[str, ...] = ("US",)
    segment_budget: int = 1
    consent_required: bool = False
    keyword_replies: str = "twilio"
    language: Language = Language.EN
    join_number: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    timezone: str = "UTC"
    quiet_hours: str = "21:00-08:00"
    overnight: str = "line"
    coalescing_window: int = 120
    ended_kept_days: int = 30
    maintenance_reminder_minutes: int = 60
    recipient_limits: tuple[tuple[int, int], ...] = RECIPIENT_LIMITS
    senders: tuple[SenderChoice, ...] = ()
    without_components: str = "all"
    components_when_resolved: str = "keep"
    paused: bool = False
    provider: Sender | None = None
    former_providers: tuple[FormerProvider, ...] = ()
    provider_secret: str = ""
    statuspage_sign_up: bool = False
    bot_gate: bool = False
    former_addresses: tuple[FormerAddress, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)
    confirm_above: int = 0
    confirm_tolerance: int = 10
    failover_after_minutes: int = 0
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    brand: Brand = field(default_factory=Brand)
    team: Team = field(default_factory=Team)
    modes: tuple[Mode, ...] = (Mode.SMS,)

    @property
    def account_sid(self) -> str:
        """The account of its own that it texts by; "" for none."""
        return self.provider.account_sid if self.provider else ""

    def moved_to(self, public_url: str, now: float) -> "Page":
        """The page reached at another address; of its former ones the newest are remembered."""
        if public_url == self.public_url:
            return self
        left = FormerAddress(self.public_url, now + ADDRESS_KEPT)
        others = (
            one
            for one in self.former_addresses
            if one.url not in (public_url, left.url) and now < one.accepted_until
        )
        former = (left, *others)[:MOST_FORMER]
        return replace(self, public_url=public_url, former_addresses=former)

    def addresses_at(self, now: float) -> tuple[str, ...]:
        """The addresses that Twilio may have signed."""
        former = (one.url for one in self.former_addresses if now < one.accepted_until)
        return (self.public_url, *former)

    def accounts_at(self, now: float) -> frozenset[str]:
        """The accounts of its own whose webhooks count."""
        former = {one.sender.account_sid for one in self.former_providers if now < one.until}
        return frozenset({self.account_sid, *former} - {""})

    def sender_for(self, phone: str, deployed: Senders) -> Sender:
        """Which sender texts a number: the page's own; else the one chosen for its longest prefix,
        else the deployment's, as for a choice that is not among the `deployed` any more."""
        if own := self._provider_among(deployed):
            return own
        fitting = [
            (len(prefix), one.id)
            for one in self.senders
            for prefix in one.prefixes
            if phone.startswith(prefix)
        ]
        return deployed.named(max(fitting, default=(0, ""))[1]) or deployed.own

    def senders_for(
        self, phone: str, deployed: Senders, only_by: Account | None = None
    ) -> tuple[Sender, ...]:
        """Which senders may text a number: the one that is chosen for it, and if the page wants
        that, one of another carrier to take over. `only_by` an account: a sender of that one."""
        chosen = self.sender_for(phone, deployed)
        if only_by:
            own = chosen if chosen.account == only_by else self._sender_of(only_by, deployed)
            return (own,) if own else ()
        if not self.failover_after_minutes:
            return (chosen,)
        others = [deployed.by(one) for one in OF_TEXTS if one is not chosen.carrier]
        return (chosen, *(one for one in others if one))

    def senders_by_mode(
        self, mode: Mode, address: str, deployed: Senders, only_by: Account | None = None
    ) -> tuple[Sender, ...]:
        """Which senders may reach an address: of texts those above, of any other mode the one of
        the mode's carrier, if the deployment has it."""
        if mode is Mode.SMS:
            return self.senders_for(address, deployed, only_by)
        own = deployed.by(CARRIERS[mode])
        return (own,) if own else ()

    def _provider_among(self, deployed: Senders) -> Sender | None:
        """The page's provider: of its own account, or one that the deployment has still."""
        own = self.provider
        return own if own is None or own.account_sid else deployed.named(own.id)

    def _sender_of(self, account: Account, deployed: Senders) -> Sender | None:
        """One of an account that is not where the page texts from now."""
        if not account.sid:
            return deployed.by(account.carrier)
        former = (one.sender for one in self.former_providers)
        return next((one for one in former if one.account == account), None)

    def language_of(self, chosen: Language | None) -> Language:
        """In which language somebody is texted who chose one, or None."""
        return chosen or self.language

    def template(self, event: Event, language: Language) -> str:
        """The page's own template of an event in a language, else the default."""
        return self.templates.get(key_of(event, language)) or default(event, language)

    def incident_url(self, incident: str) -> str:
        """The permanent address of one incident on the page."""
        return f"{self.url.rstrip('/')}/incidents/{incident}"


def consent_version(text: str) -> str:
    """Eight hex digits that change when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
