"""The account and its senders, as Twilio's API shows them: where their incoming texts go."""

from typing import Any

from .answers import Answer, Refusal
from .ledger import FakeTwilio
from .messages import API_VERSION

ANY_SID = "0" * 32
CREATED = "Mon, 04 Jan 2027 08:00:00 +0000"


def show_account(fake: FakeTwilio) -> Answer:
    """Answers a GET of the account itself."""
    return Answer(
        200,
        {
            "sid": fake.account_sid,
            "owner_account_sid": fake.account_sid,
            "friendly_name": "Played on this machine",
            "status": "active",
            "type": "Full",
            "date_created": CREATED,
            "uri": f"/{API_VERSION}/Accounts/{fake.account_sid}.json",
        },
    )


def list_numbers(fake: FakeTwilio, number: str) -> Answer:
    """Answers a list of the account's numbers that is filtered by one."""
    found = {
        "phone_number": number,
        "capabilities": {"mms": False, "sms": True, "voice": False, "fax": False},
        **_webhook(fake, "PN"),
    }
    return _listed("incoming_phone_numbers", [found] if fake.owns(number) else [])


def list_short_codes(fake: FakeTwilio, code: str) -> Answer:
    """Answers a list of the account's short codes that is filtered by one."""
    found = {"short_code": code, **_webhook(fake, "SC")}
    return _listed("short_codes", [found] if fake.owns(code) else [])


def show_service(fake: FakeTwilio, sid: str) -> Answer:
    """Answers a GET of a Messaging Service."""
    if not fake.owns(sid):
        raise Refusal(20404, detail=sid)
    return Answer(
        200,
        {
            "sid": sid,
            "account_sid": fake.account_sid,
            "friendly_name": "Status page",
            "inbound_request_url": fake.inbound_url,
            "inbound_method": "POST",
            "use_inbound_webhook_on_number": False,
        },
    )


def _webhook(fake: FakeTwilio, prefix: str) -> dict[str, Any]:
    return {
        "sid": prefix + ANY_SID,
        "account_sid": fake.account_sid,
        "sms_url": fake.inbound_url,
        "sms_method": "POST",
    }


def _listed(key: str, found: list[dict[str, Any]]) -> Answer:
    return Answer(200, {key: found, "page": 0, "page_size": 50, "start": 0, "end": len(found)})
