"""Whether a webhook really comes from Twilio.

https://www.twilio.com/docs/usage/security#validating-requests
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from statustext.adapters.secret_store import TwilioCredentials

RETRY_OVERRIDE = "#rc=5&rp=5xx,ct,rt"
"""Connection override: without it Twilio retries once, on a failed connection only.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

MAX_FIELDS = 100


def read_form(body: bytes) -> dict[str, str] | None:
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
    return dict(pairs)


def is_genuine(
    url: str, form: Mapping[str, str], signature: str, credentials: TwilioCredentials
) -> bool:
    """Check the signature of a form posted to `url`, exactly as it was configured at Twilio.

    Two tokens are accepted, so that one can be replaced without losing a STOP.
    """
    tokens = [t for t in (credentials.auth_token, credentials.previous_auth_token) if t]
    return any(RequestValidator(token).validate(url, form, signature) for token in tokens)
