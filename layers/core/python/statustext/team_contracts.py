"""Shapes of request bodies about a page's own team."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from statustext.domain.team.routing import Channel, Level
from statustext.field_types import Code, Country, Date, Key, Line, NoBoolean, Seconds, Timezone
from statustext.sign_up_contracts import Body

ContactId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class StepInput(Body):
    """A step of a ladder: a channel, `after_minutes`; of on-call phones that of the `person`-th
    after whoever is on call."""

    after_minutes: Annotated[int, NoBoolean] = Field(ge=0, le=1440)
    channel: Literal["slack", "email", "sms"]
    person: Annotated[int, NoBoolean] = Field(0, ge=0, le=20)


class LadderInput(Body):
    """A ladder for incidents of some components, by id or key; without any, for all others."""

    steps: list[StepInput] = Field(min_length=1, max_length=12)
    components: list[Key] = Field([], max_length=50)
    repeats: Annotated[int, NoBoolean] = Field(2, ge=0, le=10)
    repeat_minutes: Annotated[int, NoBoolean] = Field(60, ge=5, le=1440)


class OverrideInput(Body):
    """Somebody takes a shift."""

    contact: ContactId
    starts_at: Seconds
    ends_at: Seconds


class RotationInput(Body):
    """Contacts that take turns of `days`, the first from `first_day` on."""

    contacts: list[ContactId] = Field([], max_length=50)
    first_day: Date
    days: Annotated[int, NoBoolean] = Field(7, ge=1, le=60)
    time: Annotated[str, StringConstraints(pattern=TIME)] = "09:00"
    timezone: Timezone = "UTC"
    overrides: list[OverrideInput] = Field([], max_length=50)


class TeamChange(Body):
    """PATCH /v1/pages/{page}/team: what is not mentioned stays."""

    policy: dict[Level, list[Channel]] | None = None
    ladders: list[LadderInput] | None = Field(None, max_length=20)
    rotation: RotationInput | None = None
    stale_minutes: Annotated[int, Field(ge=0, le=10_080), NoBoolean] | None = None


class ContactInput(Body):
    """POST /v1/pages/{page}/team/contacts. `address` is a Slack webhook, a number or a mailbox."""

    name: Line
    channel: Literal["slack", "email", "sms"]
    address: Annotated[str, StringConstraints(min_length=3, max_length=300)]
    country: Country | None = None


class ContactCode(Body):
    """POST /v1/pages/{page}/team/contacts/{contact}/verify. Without a `code` another is sent."""

    code: Code | None = None
