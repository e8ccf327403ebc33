"""Twilio's error codes: what each means.

Source: https://www.twilio.com/docs/api/errors. A code that is not here is temporary and never
harms the subscriber.
"""

from statustext.domain.refusal import ErrorClass

SENTENCES: dict[ErrorClass, str] = {
    ErrorClass.OPTED_OUT: "This number has opted out at Twilio; only START from it brings it back.",
    ErrorClass.BAD_NUMBER: (
        "Twilio says that this is no number of a mobile phone; it is texted no more until it is"
        " released."
    ),
    ErrorClass.UNREACHABLE: (
        "The carrier does not know this number, or it is a landline; at the second such answer, a"
        " day apart, it is texted no more until it is released."
    ),
    ErrorClass.TEMPORARILY_OFF: (
        "The phone was off or the carrier busy; this text is lost, and the next one is sent."
    ),
    ErrorClass.BLOCKED: (
        "Twilio or the carrier blocks texts to this number; look it up under Monitor, Logs,"
        " Messaging in Twilio's console."
    ),
    ErrorClass.NO_ROUTE: (
        "Twilio has no way from this sender to this number now; others are texted as before."
    ),
    ErrorClass.TRIAL: (
        "A trial account texts only numbers that are verified in Twilio's console: verify this one"
        " there, or upgrade the account."
    ),
    ErrorClass.FILTERED: (
        "A carrier took this text for spam; above 2 % of an update the rest of it is not sent."
    ),
    ErrorClass.SLOW_DOWN: (
        "This sender texts faster than Twilio or the carriers take it; it rests for a while and"
        " goes on by itself. Set its rate as Twilio's console shows it."
    ),
    ErrorClass.SENDER_CAP: (
        "This sender's daily limit is used up; it goes on by itself. Raise the limit at Twilio, or"
        " add a sender."
    ),
    ErrorClass.SENDER: (
        "Twilio takes nothing from this sender: look at the number or Messaging Service and its"
        " registration in Twilio's console. One text a minute tries whether it does again."
    ),
    ErrorClass.COUNTRY: (
        "Twilio does not text this country from here: allow it under Messaging, Settings, Geo"
        " permissions, or take it from the page's countries. One text a minute tries it."
    ),
    ErrorClass.ACCOUNT_CAP: (
        "The account's limit for 24 hours is used up; it frees by and by, and one text an hour"
        " tries. Raise the limit at Twilio."
    ),
    ErrorClass.ACCOUNT: (
        "Twilio takes nothing from this account: look at its balance, token and standing in"
        " Twilio's console. One text a minute tries whether it does again."
    ),
    ErrorClass.TEMPORARY: (
        "Twilio refused this text for a reason of its own; it is tried three times."
    ),
}
"""What an operator reads of each class."""

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
    30004: ErrorClass.BLOCKED,
    30450: ErrorClass.BLOCKED,
    21612: ErrorClass.NO_ROUTE,
    30024: ErrorClass.NO_ROUTE,
    21608: ErrorClass.TRIAL,
    30007: ErrorClass.FILTERED,
    30019: ErrorClass.FILTERED,
    14107: ErrorClass.SLOW_DOWN,
    20429: ErrorClass.SLOW_DOWN,
    21611: ErrorClass.SLOW_DOWN,
    30001: ErrorClass.SLOW_DOWN,
    30022: ErrorClass.SLOW_DOWN,
    # Daily caps of 10DLC, counted by T-Mobile until midnight, Pacific time.
    30023: ErrorClass.SENDER_CAP,
    30027: ErrorClass.SENDER_CAP,
    21212: ErrorClass.SENDER,
    21601: ErrorClass.SENDER,
    21603: ErrorClass.SENDER,
    21606: ErrorClass.SENDER,
    21607: ErrorClass.SENDER,
    21657: ErrorClass.SENDER,
    21701: ErrorClass.SENDER,
    21702: ErrorClass.SENDER,
    21703: ErrorClass.SENDER,
    21704: ErrorClass.SENDER,
    21705: ErrorClass.SENDER,
    30032: ErrorClass.SENDER,
    30033: ErrorClass.SENDER,
    30034: ErrorClass.SENDER,
    30035: ErrorClass.SENDER,
    21408: ErrorClass.COUNTRY,
    30018: ErrorClass.COUNTRY,
    63038: ErrorClass.ACCOUNT_CAP,  # https://www.twilio.com/docs/api/errors/63038
    10001: ErrorClass.ACCOUNT,
    20003: ErrorClass.ACCOUNT,
    20005: ErrorClass.ACCOUNT,
    20006: ErrorClass.ACCOUNT,
    20008: ErrorClass.ACCOUNT,
    20010: ErrorClass.ACCOUNT,
    20151: ErrorClass.ACCOUNT,
    20403: ErrorClass.ACCOUNT,
    20404: ErrorClass.ACCOUNT,
    30002: ErrorClass.ACCOUNT,
}


def classify(code: int) -> ErrorClass:
    """What a code of Twilio's means; TEMPORARY for one not in the table."""
    return CODES.get(code, ErrorClass.TEMPORARY)
