"""Twilio's error codes, and what each means for a subscriber and for the queue.

Source: https://www.twilio.com/docs/api/errors. A code that is not here is temporary and never
harms the subscriber.
"""

from enum import StrEnum


class ErrorClass(StrEnum):
    """What to do about an error."""

    OPTED_OUT = "opted_out"  # suppress the number
    BAD_NUMBER = "bad_number"  # never a phone: quarantine at once
    UNREACHABLE = "unreachable"  # carrier unknown or a landline: quarantine on the second
    TEMPORARILY_OFF = "temporarily_off"  # this text is lost, the number is fine
    FILTERED = "filtered"  # a carrier judged the text to be spam
    SLOW_DOWN = "slow_down"  # not accepted: try later
    SENDER_STOPPED = "sender_stopped"  # nothing from this sender until a time
    COUNTRY = "country"  # nothing to this country
    ACCOUNT = "account"  # nothing at all, until an operator acts
    TEMPORARY = "temporary"  # anything else: at most three tries


CODES: dict[int, ErrorClass] = {
    21610: ErrorClass.OPTED_OUT,
    21211: ErrorClass.BAD_NUMBER,
    21214: ErrorClass.BAD_NUMBER,
    21217: ErrorClass.BAD_NUMBER,
    21614: ErrorClass.BAD_NUMBER,
    21635: ErrorClass.BAD_NUMBER,
    30005: ErrorClass.UNREACHABLE,
    30006: ErrorClass.UNREACHABLE,
    30011: ErrorClass.UNREACHABLE,
    30003: ErrorClass.TEMPORARILY_OFF,
    30008: ErrorClass.TEMPORARILY_OFF,
    30017: ErrorClass.TEMPORARILY_OFF,
    30410: ErrorClass.TEMPORARILY_OFF,
    30007: ErrorClass.FILTERED,
    30019: ErrorClass.FILTERED,
    14107: ErrorClass.SLOW_DOWN,
    20429: ErrorClass.SLOW_DOWN,
    21611: ErrorClass.SLOW_DOWN,
    30001: ErrorClass.SLOW_DOWN,
    30022: ErrorClass.SLOW_DOWN,
    30023: ErrorClass.SENDER_STOPPED,
    30027: ErrorClass.SENDER_STOPPED,
    63038: ErrorClass.SENDER_STOPPED,
    21408: ErrorClass.COUNTRY,
    21612: ErrorClass.COUNTRY,
    21703: ErrorClass.COUNTRY,
    30018: ErrorClass.COUNTRY,
    10001: ErrorClass.ACCOUNT,
    20003: ErrorClass.ACCOUNT,
    20005: ErrorClass.ACCOUNT,
    20006: ErrorClass.ACCOUNT,
    20010: ErrorClass.ACCOUNT,
    20403: ErrorClass.ACCOUNT,
    20404: ErrorClass.ACCOUNT,
    21212: ErrorClass.ACCOUNT,
    21603: ErrorClass.ACCOUNT,
    21606: ErrorClass.ACCOUNT,
    21608: ErrorClass.ACCOUNT,
    21701: ErrorClass.ACCOUNT,
    21702: ErrorClass.ACCOUNT,
    21704: ErrorClass.ACCOUNT,
    21705: ErrorClass.ACCOUNT,
    30002: ErrorClass.ACCOUNT,
    30032: ErrorClass.ACCOUNT,
    30033: ErrorClass.ACCOUNT,
    30034: ErrorClass.ACCOUNT,
    30035: ErrorClass.ACCOUNT,
}


def classify(code: int) -> ErrorClass:
    """What a code of Twilio's means; TEMPORARY for one not in the table."""
    return CODES.get(code, ErrorClass.TEMPORARY)
