"""Webhooks as Twilio sends them, or as somebody else would."""

import urllib.parse
from collections.abc import Mapping

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from local.fake_twilio.webhooks import sign
from statustext.domain.ids import subscriber_id
from tests.functional.engine import (
    master_key,
)
from tests.stepped import API_URL, PHONE, Answer, SteppedSystem

INBOUND = "/twilio/default/inbound"


def inbound(body: str, sid: str = "SM" + "a" * 32, **more: str) -> dict[str, str]:
    """The form of a person's text, with blank fields as Twilio sends them."""
    return {
        "ToCountry": "US",
        "FromCity": "",
        "FromZip": "",
        "Body": body,
        "To": FAKE_FROM,
        "From": PHONE,
        "MessageSid": sid,
        "AccountSid": FAKE_ACCOUNT_SID,
        "NumMedia": "0",
        **more,
    }


def post(
    system: SteppedSystem,
    path: str,
    form: Mapping[str, str],
    *,
    token: str = FAKE_AUTH_TOKEN,
    signed: Mapping[str, str] | None = None,
    url: str | None = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A webhook; `signed` and `url` are what the signature was made over, where it lies."""
    signature = sign(url or API_URL + path, signed if signed is not None else form, token)
    return system.http(
        "POST",
        path,
        raw=raw if raw is not None else urllib.parse.urlencode(form).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": signature,
            **(headers or {}),
        },
    )


def is_stopped(system: SteppedSystem, phone: str = PHONE) -> bool:
    one = subscriber_id(master_key(system), "default", phone)
    return any(row["sk"] == one and "suppressed" in row for row in system.rows("subscriber"))
