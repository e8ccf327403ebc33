"""Shapes of request bodies about subscribers, as Statuspage's clients send them.

Its management API: https://developer.statuspage.io. Its public API v2 has no such reference; the
names are those that Atlassian's own script and clients of others send. `consent` and `code` are
ours.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from statustext.contracts import ConsentInput
from statustext.field_types import Code, Country, Key, PhoneInput, Unused
from statustext.sign_up_contracts import Body

Contact = Annotated[str, StringConstraints(max_length=500)]
Ids = Annotated[list[Key], Field(max_length=100)]


def _filled(given: Any) -> Any:
    # A form has no other way to say that a list is empty than one empty field.
    return [one for one in given if one != ""] if isinstance(given, list) else given


Components = Annotated[Ids, BeforeValidator(_filled)]


class PublicSubscriber(Body):
    """The `subscriber` of POST, PATCH and DELETE /api/v2/subscribers.json: a new one by its
    contact, or one there is by its `id`. No `components` are all of them."""

    id: Key | None = None
    phone_number: PhoneInput | None = None
    phone_country: Country | None = None
    email: Contact | None = None
    endpoint: Contact | None = None
    components: Components | None = None
    incident: Key | None = None
    skip_confirmation_notification: Unused = None


class PublicSubscriberRequest(Body):
    """The body around a subscriber."""

    subscriber: PublicSubscriber


class PublicCode(Body):
    """The `subscriber` of POST /api/v2/subscribers/{id}/verify."""

    code: Code


class PublicCodeRequest(Body):
    """The body around a code."""

    subscriber: PublicCode


class ManagedSubscriber(Body):
    """The `subscriber` of POST /v1/pages/{page}/subscribers. Who is to skip the confirmation is
    subscribed at once, as `verified: true` does it; `consent` is the proof that belongs to it."""

    phone_number: PhoneInput | None = None
    phone_country: Country | None = None
    email: Contact | None = None
    endpoint: Contact | None = None
    component_ids: Components | None = None
    skip_confirmation_notification: bool = False
    page_access_user: Unused = None
    consent: ConsentInput | None = None


class ManagedSubscriberRequest(Body):
    """The body around a subscriber."""

    subscriber: ManagedSubscriber


class SubscribersComponents(Body):
    """PATCH /v1/pages/{page}/subscribers/{subscriber}. Left out, it is all components."""

    component_ids: Annotated[Components, Field(min_length=1)] | None = None


def _listed(given: Any) -> Any:
    return [given] if given == "all" else given


class SubscribersChosen(Body):
    """POST /v1/pages/{page}/subscribers/{unsubscribe,reactivate,resend_confirmation}: a hundred
    ids at most, or "all"."""

    subscribers: Annotated[list[Key], Field(min_length=1, max_length=100), BeforeValidator(_listed)]
    type: Literal["email", "sms", "slack", "webhook", "integration_partner"] | None = None
    state: Literal["active", "unconfirmed", "quarantined", "all"] = "active"
    skip_unsubscription_notification: bool | None = None
