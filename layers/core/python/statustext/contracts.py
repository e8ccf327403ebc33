"""Shapes of request bodies.

Each is compiled at its first use (`defer_build`): no function uses more than a few, and all of them
would be a tenth of its cold start.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from statustext.domain.carrier import Carrier
from statustext.domain.component import ComponentStatus
from statustext.domain.incident import Impact, Status
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.field_types import (
    AccountSid,
    ApiKeySid,
    AuthToken,
    Country,
    CountryInCapitals,
    Date,
    EmailInput,
    JoinNumber,
    Key,
    Line,
    Metadata,
    Moment,
    NoBoolean,
    OwnKey,
    PhoneInput,
    Prefix,
    Printable,
    PublicAddress,
    QuietHours,
    Seconds,
    SenderId,
    Timezone,
    Title,
    Unused,
    WebAddress,
    described,
    matching,
    printable,
)
from statustext.sign_up_contracts import Body, PreferencesInput

MAX_STATES = 90
"""Components whose state one update may change: with the rest of it, below the 100 writes of a
DynamoDB transaction."""


class ConsentInput(Body):
    """Where and when an operator was told that a number may be texted."""

    source: Line
    statement: Annotated[Printable, StringConstraints(min_length=1, max_length=2000)]
    obtained_at: Moment


class OperatorSubscriber(Body):
    """POST /api/sms/subscribers."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["phone"]}, {"required": ["email"]}]}
    )

    type: Literal[Mode.SMS, Mode.EMAIL] | None = None
    phone: PhoneInput | None = None
    email: EmailInput | None = None
    country: Country | None = None
    verified: bool = False
    consent: ConsentInput | None = None
    preferences: PreferencesInput | None = None

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.phone is None) is (self.email is None):
            raise ValueError("needs a phone, or an email in its place")
        if self.type not in (None, self.way):
            raise ValueError("needs an address of the type that it names")
        return self

    @property
    def way(self) -> Mode:
        """How they are to be reached."""
        return Mode.SMS if self.phone is not None else Mode.EMAIL


class SubscriberImport(Body):
    """POST /api/sms/subscribers/import. `consent` is for rows that name none."""

    csv: Annotated[str, StringConstraints(min_length=1, max_length=60_000)]
    consent: ConsentInput | None = None
    dry_run: bool = False


class SuppressionInput(Body):
    """POST /api/v1/orgs/{page}/sms/suppressions."""

    phone: PhoneInput
    reason: Line


class ProviderInput(Body):
    """PUT and PATCH /api/v1/orgs/{page}/sms/provider. Texts by Twilio need an account, its token
    and a sender of it; with an API key they are sent by that, and the token only checks webhooks.
    Texts by AWS go from what the deployment has there."""

    carrier: Literal[Carrier.TWILIO, Carrier.AWS] | None = None
    account_sid: AccountSid | None = None
    auth_token: AuthToken | None = None
    api_key_sid: ApiKeySid | None = None
    api_key_secret: Annotated[Line, StringConstraints(min_length=1, max_length=64)] | None = None
    sender: SenderId | None = None
    mps: Annotated[float, Field(ge=0.1, le=1000, allow_inf_nan=False), NoBoolean] | None = None


class ProviderTrial(Body):
    """POST /api/v1/orgs/{page}/sms/provider/test: a number of yours that is to be texted."""

    to: PhoneInput | None = None
    country: Country | None = None


class AudienceInput(Body):
    """Active subscribers who chose one of these components, or all, and this impact; any where
    nothing is named."""

    components: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    impact: Impact | None = None


class SendInput(Body):
    """POST /api/v1/orgs/{page}/sms/send, to one number or to an audience. An `alert` goes to active
    subscribers only."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["to"]},
                {"required": ["audience"], "properties": {"category": {"const": "alert"}}},
            ]
        }
    )

    to: PhoneInput | None = None
    audience: AudienceInput | None = None
    country: Country | None = None
    body: Annotated[Printable, StringConstraints(min_length=1, max_length=1600)]
    category: Literal["transactional", "alert"]
    send_at: Seconds | None = None


Quota = Annotated[int, Field(ge=0, le=1_000_000_000), NoBoolean]
Budget = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False), NoBoolean]


class LimitsInput(Body):
    """Limits of a page: sign-ups, an hour's announcements, quotas of all texts (0 for none)."""

    signups_per_address: Annotated[int, Field(ge=1, le=100_000), NoBoolean] | None = None
    signups_per_number: Annotated[int, Field(ge=1, le=1000), NoBoolean] | None = None
    signups_per_hour: Annotated[int, Field(ge=1, le=1_000_000), NoBoolean] | None = None
    signups_per_prefix: Annotated[int, Field(ge=1, le=1_000_000), NoBoolean] | None = None
    signups_per_country: Annotated[int, Field(ge=1, le=1_000_000), NoBoolean] | None = None
    unproven_per_prefix: Annotated[int, Field(ge=1, le=1_000_000), NoBoolean] | None = None
    unproven_per_country: Annotated[int, Field(ge=1, le=1_000_000), NoBoolean] | None = None
    least_entered_percent: Annotated[int, Field(ge=1, le=100), NoBoolean] | None = None
    texts_per_hour: Annotated[int, Field(ge=0, le=10_000_000), NoBoolean] | None = None
    texts_per_day: Quota | None = None
    texts_per_month: Quota | None = None
    segments_per_hour: Quota | None = None
    segments_per_day: Quota | None = None
    segments_per_month: Quota | None = None
    usd_per_hour: Budget | None = None
    usd_per_day: Budget | None = None
    usd_per_month: Budget | None = None


class SenderInput(Body):
    """One of the deployment's senders, and whom it texts. Its rate is the deployment's, too."""

    id: SenderId
    prefixes: list[Prefix] = Field(min_length=1, max_length=250)


Dollars = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), NoBoolean]
MostTexts = Annotated[int, Field(ge=1, le=100), NoBoolean]
WithinSeconds = Annotated[int, Field(ge=1, le=7 * 24 * 3600), NoBoolean]


IMAGE = r"^$|^data:image/(png|svg\+xml|webp|jpeg|x-icon);base64,[A-Za-z0-9+/]+={0,2}$"
Image = Annotated[
    str,
    matching(IMAGE, "must be a data: address of a PNG, SVG, WebP, JPEG or icon"),
    described(IMAGE),
]
COLOUR = "^$|^#[0-9a-fA-F]{6}$"
Colour = Annotated[str, matching(COLOUR, "must be a colour as in #0b57d0"), described(COLOUR)]


class LinkInput(Body):
    """A link on the page, beside its own."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    url: WebAddress


class BrandInput(Body):
    """A page's look. Images are in it, as the page loads nothing from elsewhere."""

    colour: Colour = ""
    colour_dark: Colour = ""
    logo: Annotated[Image, StringConstraints(max_length=6000)] = ""
    favicon: Annotated[Image, StringConstraints(max_length=3000)] = ""
    links: list[LinkInput] = Field(default_factory=list, max_length=8)


Words = dict[
    Annotated[str, StringConstraints(max_length=500)],
    Annotated[Printable, StringConstraints(min_length=1, max_length=500)],
]


class PageChange(Body):
    """PATCH /v1/pages/{page}. The fields may stand in an object named `page`, as Statuspage's
    clients write them; `time_zone` is its name for `timezone`."""

    name: Annotated[Line, StringConstraints(max_length=40)] | None = None
    url: WebAddress | None = None
    public_url: PublicAddress | None = None
    countries: list[CountryInCapitals] | None = Field(None, min_length=1, max_length=250)
    segment_budget: Annotated[int, Field(ge=1, le=3), NoBoolean] | None = None
    consent_required: bool | None = None
    keyword_replies: Literal["twilio", "statustext"] | None = None
    language: Language | None = None
    join_number: JoinNumber | None = None
    limits: LimitsInput | None = None
    timezone: Timezone | None = None
    quiet_hours: QuietHours | None = None
    overnight: Literal["line", "nothing"] | None = None
    without_components: Literal["all", "all_services"] | None = None
    components_when_resolved: Literal["keep", "operational"] | None = None
    statuspage_sign_up: bool | None = None
    bot_gate: bool | None = None
    coalescing_window: Annotated[int, Field(ge=0, le=900), NoBoolean] | None = None
    ended_kept_days: Annotated[int, Field(ge=1, le=400), NoBoolean] | None = None
    maintenance_reminder_minutes: Annotated[int, Field(ge=5, le=10_080), NoBoolean] | None = None
    recipient_limits: list[tuple[MostTexts, WithinSeconds]] | None = Field(None, max_length=6)
    senders: list[SenderInput] | None = Field(None, max_length=20)
    prices: dict[CountryInCapitals, Dollars] | None = Field(None, max_length=250)
    confirm_above: Annotated[int, Field(ge=0, le=10_000_000), NoBoolean] | None = None
    confirm_tolerance: Annotated[int, Field(ge=0, le=1000), NoBoolean] | None = None
    failover_after_minutes: Annotated[int, Field(ge=0, le=1440), NoBoolean] | None = None
    modes: list[Mode] | None = Field(None, min_length=1, max_length=len(Mode))
    words: dict[Language, Words] | None = None
    brand: BrandInput | None = None
    time_zone: Timezone | None = None
    domain: Unused = None
    subdomain: Unused = None
    branding: Unused = None
    css_body_background_color: Unused = None
    css_font_color: Unused = None
    css_light_font_color: Unused = None
    css_greens: Unused = None
    css_yellows: Unused = None
    css_oranges: Unused = None
    css_reds: Unused = None
    css_blues: Unused = None
    css_border_color: Unused = None
    css_graph_color: Unused = None
    css_link_color: Unused = None
    css_no_data: Unused = None
    hidden_from_search: Unused = None
    viewers_must_be_team_members: Unused = None
    allow_page_subscribers: Unused = None
    allow_incident_subscribers: Unused = None
    allow_email_subscribers: Unused = None
    allow_sms_subscribers: Unused = None
    allow_rss_atom_feeds: Unused = None
    allow_webhook_subscribers: Unused = None
    notifications_from_email: Unused = None
    notifications_email_footer: Unused = None

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, given: Any) -> Any:
        is_wrapped = isinstance(given, dict) and list(given) == ["page"]
        return given["page"] if is_wrapped else given

    @model_validator(mode="after")
    def _one_zone(self) -> Self:
        if self.time_zone and self.timezone not in (None, self.time_zone):
            raise ValueError("must name one zone, as timezone or as time_zone")
        self.timezone, self.time_zone = self.time_zone or self.timezone, None
        return self

    @field_validator("senders")
    @classmethod
    def _unambiguous(cls, given: list[SenderInput] | None) -> list[SenderInput] | None:
        for what, names in (
            ("sender", [one.id for one in given or []]),
            ("prefix", [prefix for one in given or [] for prefix in one.prefixes]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"must name each {what} once")
        return given


class SendingChange(Body):
    """PATCH /v1/pages/{page}/sending."""

    paused: bool


class TemplateChange(Body):
    """PUT /v1/pages/{page}/templates/{event}."""

    template: Annotated[
        str, StringConstraints(min_length=1, max_length=1600), AfterValidator(printable)
    ]


class IncidentInput(Body):
    """The `incident` of POST and PATCH /v1/pages/{page}/incidents, by Statuspage's OpenAPI."""

    name: Title | None = None
    status: Status | None = None
    impact_override: Impact | None = None
    body: Annotated[Printable, StringConstraints(max_length=25_000)] | None = None
    component_ids: list[Key] | None = Field(None, max_length=100)
    components: dict[Key, ComponentStatus] | None = Field(None, max_length=MAX_STATES)
    deliver_notifications: bool = True
    metadata: Metadata | None = None
    scheduled_for: Seconds | None = None
    scheduled_until: Seconds | None = None
    external_id: Key | None = None
    backfilled: bool = False
    backfill_date: Seconds | None = None
    confirm_token: Annotated[str, StringConstraints(max_length=200)] | None = None
    scheduled_remind_prior: bool | None = None
    scheduled_auto_in_progress: bool | None = None
    scheduled_auto_completed: bool | None = None
    scheduled_auto_transition: bool | None = None
    auto_transition_to_maintenance_state: bool | None = None
    auto_transition_to_operational_state: bool | None = None
    auto_transition_deliver_notifications_at_start: bool | None = None
    auto_transition_deliver_notifications_at_end: bool | None = None
    auto_tweet_at_beginning: Unused = None
    auto_tweet_on_completion: Unused = None
    auto_tweet_on_creation: Unused = None
    auto_tweet_one_hour_before: Unused = None

    @model_validator(mode="before")
    @classmethod
    def _form_list(cls, given: Any) -> Any:
        # Statuspage takes `component_ids` as null to mean none.
        if isinstance(given, dict) and given.get("component_ids", "") is None:
            return {**given, "component_ids": []}
        return given


class IncidentRequest(Body):
    """The body around an incident."""

    incident: IncidentInput


class ComponentInput(Body):
    """The `component` of POST and PATCH /v1/pages/{page}/components. A null group is none."""

    name: Annotated[Line, StringConstraints(max_length=100)] | None = None
    key: OwnKey | None = None
    description: Annotated[Printable, StringConstraints(max_length=1000)] | None = None
    status: ComponentStatus | None = None
    group_id: Key | None = None
    showcase: bool | None = None
    start_date: Date | None = None
    only_show_if_degraded: bool | None = None
    automation_email: Unused = None


class ComponentRequest(Body):
    """The body around a component."""

    component: ComponentInput


class ConsoleAction(BaseModel):
    """A direct invocation of the operator function, as from the console's test tab."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    action: Literal["pause", "resume", "recall", "sending", "list", "show", "help"]
    page: Key = "default"
    id: Key | None = None
    seq: Annotated[int, Field(ge=1), NoBoolean] | None = None
    limit: Annotated[int, Field(ge=1, le=1000), NoBoolean] = 100
    cursor: str = Field("", max_length=200)


class GroupInput(Body):
    """The `component_group` of POST and PATCH /v1/pages/{page}/component-groups."""

    name: Annotated[Line, StringConstraints(max_length=100)] | None = None
    components: list[Key] | None = Field(None, max_length=MAX_STATES)
    description: Annotated[Printable, StringConstraints(max_length=1000)] | None = None


class GroupRequest(Body):
    """The body around a group, with its description beside it as Statuspage has it, or in it."""

    component_group: GroupInput
    description: Annotated[Printable, StringConstraints(max_length=1000)] | None = None


class UpdateInput(Body):
    """The `incident_update` of PATCH …/incident_updates/{update}: other words, another moment."""

    body: Annotated[Printable, StringConstraints(max_length=25_000)] | None = None
    display_at: Seconds | None = None
    deliver_notifications: Unused = None
    wants_twitter_update: Unused = None


class UpdateRequest(Body):
    """The body around an update."""

    incident_update: UpdateInput


class PostmortemInput(Body):
    """The `postmortem` of PUT …/incidents/{incident}/postmortem."""

    body_draft: Annotated[Printable, StringConstraints(min_length=1, max_length=25_000)]


class PostmortemRequest(Body):
    """The body around a postmortem's draft."""

    postmortem: PostmortemInput


class PostmortemPublication(Body):
    """The `postmortem` of PUT …/postmortem/publish. Statuspage's `notify_subscribers` is about
    e-mail: kept and shown, and nobody is texted."""

    notify_subscribers: bool | None = None
    notify_twitter: Unused = None
    custom_tweet: Unused = None


class PublicationRequest(Body):
    """The body around how a postmortem is published."""

    postmortem: PostmortemPublication


class ConsoleIncident(IncidentInput):
    """A direct invocation of the incident function, as from the console's test tab."""

    action: Literal["open", "update", "resolve", "recall", "get"]
    page: Key = "default"
    id: Key | None = None
    seq: Annotated[int, Field(ge=1), NoBoolean] | None = (
        None  # which update to recall; the newest where not given
    )
