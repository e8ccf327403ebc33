"""Shapes of bodies about a sign-up: apart from contracts.py, as its functions start for a waiting
person and each shape costs a third of a millisecond of their start."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from statustext.domain.endpoint import LONGEST_URL
from statustext.domain.incident import Impact
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.field_types import (
    Code,
    Country,
    EmailInput,
    Key,
    OwnTimezone,
    PhoneInput,
    QuietHours,
    Secret,
)


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
    quiet_hours: QuietHours | None = None
    timezone: OwnTimezone | None = None
    critical_always: bool | None = None
    language: Language | None = None


class SignUp(Body):
    """POST /subscriptions. `consent` must be true: the visitor ticked the box, whose text was in
    `language` (English where none is named). They are texted in it, too, or else in the best that
    their browser accepts. `timezone` is the browser's, used where it is known and `preferences`
    name none; `altcha` is the solution of a challenge, where the page has a `bot_gate`. A null
    `consent_version` is no way around its check: whoever has none leaves it out.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [name]} for name in ("phone", "email", "endpoint")],
            "dependentRequired": {"mode": ["endpoint"]},
        }
    )

    phone: PhoneInput | None = None
    email: EmailInput | None = None
    endpoint: Annotated[str, StringConstraints(max_length=LONGEST_URL)] | None = None
    mode: Literal[Mode.WEBHOOK, Mode.SLACK, Mode.TEAMS, Mode.DISCORD] = Mode.WEBHOOK
    country: Country | None = None
    preferences: PreferencesInput | None = None
    consent: bool
    consent_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] = ""
    language: Language | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] | None = None
    altcha: Annotated[str, StringConstraints(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if [self.phone, self.email, self.endpoint].count(None) != 2:
            raise ValueError("needs a phone, or an email or an endpoint in its place")
        if self.endpoint is None and "mode" in self.model_fields_set:
            raise ValueError("needs an endpoint where it names a mode")
        return self

    @property
    def way(self) -> Mode:
        """How whoever signs up is to be reached."""
        if self.endpoint is not None:
            return self.mode
        return Mode.SMS if self.phone is not None else Mode.EMAIL


class VerifyRequest(Body):
    """POST /subscriptions/{id}/verify. `secret` is what the sign-up answered."""

    code: Code
    secret: Secret | None = None


class ResendRequest(Body):
    """POST /subscriptions/{id}/resend_confirmation. `secret` is what the sign-up answered."""

    secret: Secret | None = None


class ManageRequest(Body):
    """PATCH /subscriptions/{id}, and for operators PATCH /api/sms/subscribers/{id}."""

    preferences: PreferencesInput
