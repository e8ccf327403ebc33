"""Shapes of request bodies.

Each is compiled at its first use (`defer_build`): no function uses more than a few, and all of them
would be a tenth of its cold start.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from statustext.domain.incident import ComponentStatus, Impact, Status

MAX_STATES = 90
"""Components whose state one update may change: with the rest of it, below the 100 writes of a
DynamoDB transaction."""

MAX_METADATA = 16 * 1024


def _printable(text: str) -> str:
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text) or "\x7f" in text:
        raise ValueError("must not hold control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return text


def _moment(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date and time that exists") from None
    return text


def _small(given: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(given, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    if size > MAX_METADATA:
        raise ValueError(f"must be at most {MAX_METADATA} bytes as JSON")
    return given


Printable = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
Line = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
Moment = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=40,
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
    ),
    AfterValidator(_moment),
]
"""ISO 8601: a date, or a date and time; UTC where no offset is given."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
PhoneInput = Annotated[str, StringConstraints(min_length=3, max_length=40)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class Body(BaseModel):
    """A request body whose unknown fields are refused, so that a typo is not a silent loss."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PreferencesInput(Body):
    """Which announcements somebody wants; a preset, or fields over the defaults."""

    preset: Literal["all", "critical_only"] | None = None
    severity_filter: list[Impact] | None = Field(None, max_length=5)
    services: list[Key] | None = Field(None, max_length=100)
    new_incidents: bool | None = None
    updates: bool | None = None
    resolutions: bool | None = None
    maintenance: bool | None = None
    all_resolutions: bool | None = None


class SignUp(Body):
    """POST /subscriptions. `consent` must be true: the visitor ticked the box."""

    phone: PhoneInput
    country: Country | None = None
    preferences: PreferencesInput | None = None
    consent: bool
    consent_version: Annotated[str, StringConstraints(max_length=40)] | None = None


class VerifyRequest(Body):
    """POST /subscriptions/{id}/verify."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]


class ManageRequest(Body):
    """PATCH /subscriptions/{id}."""

    preferences: PreferencesInput


class ConsentInput(Body):
    """Where and when an operator was told that a number may be texted."""

    source: Line
    statement: Annotated[Printable, StringConstraints(min_length=1, max_length=2000)]
    obtained_at: Moment


class OperatorSubscriber(Body):
    """POST /api/sms/subscribers."""

    type: Literal["sms"] = "sms"
    phone: PhoneInput
    country: Country | None = None
    verified: bool = False
    consent: ConsentInput | None = None
    preferences: PreferencesInput | None = None


class LimitsInput(Body):
    """Sign-up limits of a page."""

    signups_per_address: int | None = Field(None, ge=1, le=100_000)
    signups_per_number: int | None = Field(None, ge=1, le=1000)
    signups_per_hour: int | None = Field(None, ge=1, le=1_000_000)


class PageChange(Body):
    """PATCH /v1/pages/{page}."""

    name: Annotated[Line, StringConstraints(max_length=40)] | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{3,180}$")] | None = None
    countries: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]] | None = Field(
        None, min_length=1, max_length=250
    )
    segment_budget: int | None = Field(None, ge=1, le=3)
    consent_required: bool | None = None
    keyword_replies: Literal["twilio", "statustext"] | None = None
    limits: LimitsInput | None = None


class TemplateChange(Body):
    """PUT /v1/pages/{page}/templates/{event}."""

    template: Annotated[
        str, StringConstraints(min_length=1, max_length=1600), AfterValidator(_printable)
    ]


class StatuspageBody(BaseModel):
    """Statuspage's management API: fields of theirs that mean nothing here are let pass."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class IncidentInput(StatuspageBody):
    """The `incident` of POST and PATCH /v1/pages/{page}/incidents."""

    name: Annotated[Printable, StringConstraints(min_length=1, max_length=255)] | None = None
    status: Status | None = None
    impact_override: Impact | None = None
    body: Annotated[Printable, StringConstraints(max_length=25_000)] | None = None
    component_ids: list[Key] | None = Field(None, max_length=100)
    components: dict[Key, ComponentStatus] | None = Field(None, max_length=MAX_STATES)
    deliver_notifications: bool = True
    metadata: Annotated[dict[str, Any], AfterValidator(_small)] | None = None
    scheduled_for: Moment | None = None
    scheduled_until: Moment | None = None
    external_id: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _form_list(cls, given: Any) -> Any:
        # Statuspage takes `component_ids` as null to mean none.
        if isinstance(given, dict) and given.get("component_ids", "") is None:
            return {**given, "component_ids": []}
        return given


class IncidentRequest(StatuspageBody):
    """The body around an incident."""

    incident: IncidentInput


class ComponentInput(StatuspageBody):
    """The `component` of POST and PATCH /v1/pages/{page}/components."""

    name: Annotated[Line, StringConstraints(max_length=100)] | None = None
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    description: Annotated[Printable, StringConstraints(max_length=1000)] | None = None
    status: ComponentStatus | None = None


class ComponentRequest(StatuspageBody):
    """The body around a component."""

    component: ComponentInput


class ConsoleIncident(IncidentInput):
    """A direct invocation of the incident function, as from the console's test tab."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    action: Literal["open", "update", "resolve", "get"]
    page: Key = "default"
    id: Key | None = None
