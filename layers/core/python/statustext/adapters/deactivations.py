"""Numbers that US carriers gave up, from Twilio's lists by day, and how far they were read.

https://www.twilio.com/docs/messaging/api/deactivations-resource
"""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.subscribers import subscriber_key
from statustext.adapters.twilio_http import TwilioHttp
from statustext.domain.subscriber import DEACTIVATED, State
from statustext.errors import RefusedError

LISTS = "https://messaging.twilio.com/v1/Deactivations"
PK, SK = "DEACTIVATIONS", "READ"
_US = re.compile(r"\+?1?([2-9][0-9]{9})")


@dataclass(frozen=True)
class Read:
    """How many lines of which day's list were dealt with."""

    day: date
    lines: int


def find_list(http: TwilioHttp, login: TwilioLogin, day: date) -> str:
    """The address of a day's list, good for two minutes, which asks for no credentials.

    Raises RefusedError where Twilio gave none, and requests' own exceptions where no answer came.
    """
    auth = (login.username, login.password)
    answer = http.request("GET", LISTS, params={"Date": day.isoformat()}, auth=auth)
    try:
        return str(json.loads(answer.text)["redirect_to"])
    except (ValueError, KeyError, TypeError):
        raise RefusedError(answer.status_code, "no list of deactivated numbers") from None


def number_of(line: str) -> str | None:
    """A line's number in E.164, or None for what is no number of the US."""
    found = _US.fullmatch(line.strip())
    return f"+1{found[1]}" if found else None


def get_read(table: Table, today: date) -> Read:
    """Where reading is to go on: yesterday's list where none was read in the last week."""
    yesterday = today - timedelta(days=1)
    row = table.get(PK, SK)
    if row is None:
        return Read(yesterday, 0)
    found = Read(date.fromisoformat(row["day"]), int(row["lines"]))
    return found if found.day >= today - timedelta(days=7) else Read(yesterday, 0)


def note_read(read: Read) -> Write:
    """Remember how far lists were read; never less far."""
    return Write(
        PK,
        SK,
        update="SET #day = :day, #lines = :lines",
        condition=("attribute_not_exists(pk) OR #day < :day OR (#day = :day AND #lines <= :lines)"),
        names={"day": "day", "lines": "lines"},
        values={"day": read.day.isoformat(), "lines": read.lines},
    )


def quarantine_deactivated(page: str, subscriber: str, day: date, ends: float, now: float) -> Write:
    """Tell an active subscriber nothing more until the number is confirmed anew: its carrier gave
    it up on a day that `ends` then. Once for each day, and not who was verified later."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET #state = :quarantined, quarantined_for = :reason, quarantined_at = :now,"
            " deactivated_on = :day"
        ),
        condition=(
            "#state = :active AND verified_at < :ends"
            " AND (attribute_not_exists(deactivated_on) OR deactivated_on < :day)"
        ),
        names={"state": "state"},
        values={
            "quarantined": State.QUARANTINED.value,
            "reason": DEACTIVATED,
            "now": now,
            "day": day.isoformat(),
            "active": State.ACTIVE.value,
            "ends": ends,
        },
    )
