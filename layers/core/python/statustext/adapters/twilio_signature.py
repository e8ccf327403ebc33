"""Whether a webhook really comes from Twilio.

https://www.twilio.com/docs/usage/security#validating-requests
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from statustext.adapters.secret_store import TwilioCredentials

RETRY_OVERRIDE = "#rc=5&rp=4xx,5xx,ct,rt"
"""Connection override: without it Twilio retries once, on a failed connection only. 4xx is for the
429 of API Gateway's throttle. All tries together take 15 seconds at most.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

MAX_FIELDS = 100

Fields = Mapping[str, Sequence[str]]
"""Each name with all its values: Twilio signs every value of a field that is named twice."""


def read_form(body: bytes) -> Fields | None:
    """The fields of a webhook, blank ones kept and nothing trimmed; None for what is no form."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def single(fields: Fields) -> dict[str, str]:
    """One value a name: of several the last that is not blank."""
    return {name: next(filter(None, reversed(all_)), "") for name, all_ in fields.items()}


class _Signed(dict[str, Sequence[str]]):
    """Fields as the validator asks for them, which takes a plain mapping's values for single."""

    def getlist(self, name: str) -> Sequence[str]:
        return self[name]


def is_genuine(url: str, fields: Fields, signature: str, credentials: TwilioCredentials) -> bool:
    """Check the signature of a form posted to `url`, exactly as it was configured at Twilio.

    Two tokens are accepted, so that one can be replaced without losing a STOP.
    """
    tokens = [t for t in (credentials.auth_token, credentials.previous_auth_token) if t]
    signed = _Signed(fields)
    return any(RequestValidator(token).validate(url, signed, signature) for token in tokens)


def signature_of(url: str, form: Mapping[str, str], token: str) -> str:
    """What Twilio would sign a form with that it posts to `url`."""
    return str(RequestValidator(token).compute_signature(url, form))
