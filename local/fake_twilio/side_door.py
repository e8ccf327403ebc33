"""What Twilio does not have: the handsets, the administrator's faults, and the truth.

Errors have our own API's shape, `{"error": {"code", "message"}}`.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from .answers import Answer
from .faults import read_faults
from .handsets import BadReplyError, UnknownPhoneError
from .ledger import FakeTwilio

_REPLY = re.compile(r"/_phones/([^/]*)/messages")
_METHODS = {
    "/_phones": ("GET",),
    "/_deactivations": ("POST",),
    "/_admin/accepted": ("GET",),
    "/_admin/webhooks": ("GET",),
    "/_admin/faults": ("GET", "POST", "DELETE"),
}


def problem(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """An error as one clear sentence."""
    return Answer(status, {"error": {"code": code, "message": message}}, headers or {})


def respond(
    fake: FakeTwilio,
    method: str,
    path: str,
    form: Mapping[str, str],
    data: bytes,
    now: float,
) -> Answer:
    """Answers a request to `/_phones…` or `/_admin/…`. `data` is the raw body, for JSON."""
    reply = _REPLY.fullmatch(path)
    methods = ("POST",) if reply else _METHODS.get(path, ())
    if not methods:
        return problem(404, "not_found", "There is nothing at this address.")
    if method not in methods:
        allowed = ", ".join(methods)
        return problem(405, "method_not_allowed", f"Use {allowed} here.", {"Allow": allowed})
    if reply:
        return _reply(fake, reply[1], form, now)
    match path, method:
        case "/_phones", _:
            return Answer(200, {"now": now, "phones": fake.phones(now)})
        case "/_deactivations", _:
            return _give_up(fake, form, now)
        case "/_admin/accepted", _:
            return _accepted(fake)
        case "/_admin/webhooks", _:
            return _webhooks(fake)
        case _, "POST":
            return _set_faults(fake, data)
        case _, "DELETE":
            fake.faults.clear()
    return _faults(fake)


def _reply(fake: FakeTwilio, number: str, form: Mapping[str, str], now: float) -> Answer:
    if "Body" not in form:
        return problem(400, "bad_request", "Send the text as the form field Body.")
    try:
        message = fake.reply(number, form["Body"], now, form.get("To"))
    except BadReplyError as error:
        return problem(400, "bad_request", str(error))
    except UnknownPhoneError as error:
        return problem(404, "unknown_phone", str(error))
    return Answer(201, message.as_json(now))


def _give_up(fake: FakeTwilio, form: Mapping[str, str], now: float) -> Answer:
    """Put a number on yesterday's list, as if its carrier had given it up."""
    number, day = form.get("Number", ""), datetime.fromtimestamp(now, UTC) - timedelta(days=1)
    if not re.fullmatch(r"\+1[2-9][0-9]{9}", number):
        return problem(400, "bad_request", "Send a US number as the form field Number.")
    fake.deactivations.add(number, day.date().isoformat())
    return Answer(201, {"number": number, "day": day.date().isoformat()})


def _accepted(fake: FakeTwilio) -> Answer:
    accepted = [each._asdict() for each in fake.accepted]
    return Answer(200, {"accepted": accepted, "fastest_second": fake.fastest_second()})


def _webhooks(fake: FakeTwilio) -> Answer:
    tries = [
        {
            "at": at,
            "message_sid": request.params["MessageSid"],
            "status": request.status,
            "attempt": request.attempt,
            "outcome": outcome,
        }
        for at, request, outcome in fake.outbox.log
    ]
    return Answer(200, {"webhooks": tries})


def _set_faults(fake: FakeTwilio, data: bytes) -> Answer:
    try:
        faults = read_faults(json.loads(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return problem(422, "invalid_fault", f"{place}: {first['msg']}.")
    except (ValueError, RecursionError):
        return problem(400, "bad_json", "Send one fault, or a list of them, as JSON.")
    fake.faults.add(faults)
    return _faults(fake, 201)


def _faults(fake: FakeTwilio, status: int = 200) -> Answer:
    return Answer(status, {"faults": [f.model_dump(mode="json") for f in fake.faults.in_force()]})
