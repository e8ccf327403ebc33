"""Shapes of request bodies about subscribers, as Statuspage's clients send them.

Its management API: https://developer.statuspage.io. Its public API v2 has no such reference; the
names are those that Atlassian's own script and clients of others send. `consent` and `code` are
ours.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from statustext.contracts import Body
from statustext.field_types import Code, Country, Key, PhoneInput, Unused

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
