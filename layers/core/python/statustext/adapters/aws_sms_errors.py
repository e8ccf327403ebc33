"""Errors of AWS End User Messaging SMS: what each means.

`SendTextMessage` gives the reason of an exception, or else the exception's own name; a receipt
gives its event's type. Sources:
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
What is not here is temporary and never harms the subscriber.
"""

from statustext.domain.refusal import ErrorClass

SENTENCES: dict[ErrorClass, str] = {
    ErrorClass.OPTED_OUT: (
        "This number is on the opt-out list of the sender at AWS; only the person's START, or its"
        " removal from that list, brings it back."
    ),
    ErrorClass.UNREACHABLE: (
        "AWS says that this number is not valid; at the second such answer, a day apart, it is"
        " texted no more until it is released."
    ),
    ErrorClass.TEMPORARILY_OFF: (
        "The phone was off or its network busy; this text is lost, and the next one is sent."
    ),
    ErrorClass.BLOCKED: (
        "The phone, its network or a rule of SMS protect at AWS blocks texts to this number."
    ),
    ErrorClass.TRIAL: (
        "An account in AWS's SMS sandbox texts only numbers that are verified there: verify this"
        " one, or ask AWS for production access."
    ),
    ErrorClass.FILTERED: (
        "A network took this text for spam; above 2 % of an update the rest of it is not sent."
    ),
    ErrorClass.SLOW_DOWN: (
        "This sender texts faster than AWS takes it; it rests for a while and goes on by itself."
        " Set its rate as AWS's console shows it."
    ),
    ErrorClass.SENDER: (
        "AWS takes nothing from this sender: look at it and its registration in the console of AWS"
        " End User Messaging. One text a minute tries whether it does again."
    ),
    ErrorClass.COUNTRY: (
        "AWS does not text this country from this account or sender: allow it in the console of"
        " AWS End User Messaging, or take it from the page's countries. One text a minute tries."
    ),
    ErrorClass.ACCOUNT_CAP: (
        "The account's spending limit for this month is used up; one text an hour tries. Raise the"
        " limit at AWS."
    ),
    ErrorClass.ACCOUNT: (
        "AWS lets this account text nobody: look at its standing in the console of AWS End User"
        " Messaging, and at the sender's role. One text a minute tries whether it does again."
    ),
    ErrorClass.TEMPORARY: "AWS refused this text for a reason of its own; it is tried three times.",
}
"""What an operator reads of each class that AWS has."""

CODES: dict[str, ErrorClass] = {
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": ErrorClass.OPTED_OUT,
    "TEXT_INVALID": ErrorClass.UNREACHABLE,
    "TEXT_UNREACHABLE": ErrorClass.TEMPORARILY_OFF,
    "TEXT_CARRIER_UNREACHABLE": ErrorClass.TEMPORARILY_OFF,
    "TEXT_TTL_EXPIRED": ErrorClass.TEMPORARILY_OFF,
    "TEXT_BLOCKED": ErrorClass.BLOCKED,
    "TEXT_PROTECT_BLOCKED": ErrorClass.BLOCKED,
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": ErrorClass.BLOCKED,
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": ErrorClass.TRIAL,
    "TEXT_SPAM": ErrorClass.FILTERED,
    "TEXT_CARRIER_BLOCKED": ErrorClass.FILTERED,
    "ThrottlingException": ErrorClass.SLOW_DOWN,
    "ResourceNotFoundException": ErrorClass.SENDER,
    "MESSAGE_TYPE_MISMATCH": ErrorClass.SENDER,
    "NO_ORIGINATION_IDENTITIES_FOUND": ErrorClass.SENDER,
    "NUMBER_CAPABILITIES_MISMATCH": ErrorClass.SENDER,
    "REGISTRATION_NOT_COMPLETE": ErrorClass.SENDER,
    "RESOURCE_NOT_ACCESSIBLE": ErrorClass.SENDER,
    "RESOURCE_NOT_ACTIVE": ErrorClass.SENDER,
    "SENDER_ID_NOT_REGISTERED": ErrorClass.SENDER,
    "SENDER_ID_REQUIRES_REGISTRATION": ErrorClass.SENDER,
    "COUNTRY_CODE_MISMATCH": ErrorClass.COUNTRY,
    "COUNTRY_NOT_ENABLED": ErrorClass.COUNTRY,
    "DESTINATION_COUNTRY_BLOCKED": ErrorClass.COUNTRY,
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": ErrorClass.COUNTRY,
    "INTERNATIONAL_SENDING_NOT_SUPPORTED": ErrorClass.COUNTRY,
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": ErrorClass.COUNTRY,
    "SENDER_ID_NOT_SUPPORTED": ErrorClass.COUNTRY,
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": ErrorClass.ACCOUNT_CAP,
    "AccessDeniedException": ErrorClass.ACCOUNT,
    "ACCOUNT_DISABLED": ErrorClass.ACCOUNT,
    "INSUFFICIENT_ACCOUNT_REPUTATION": ErrorClass.ACCOUNT,
    "ExpiredTokenException": ErrorClass.ACCOUNT,
    "UnrecognizedClientException": ErrorClass.ACCOUNT,
}


def classify(code: str) -> ErrorClass:
    """What one of AWS's words means; TEMPORARY for one not in the table."""
    return CODES.get(code, ErrorClass.TEMPORARY)
