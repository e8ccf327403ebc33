"""Errors of Amazon SES: what each means.

`SendEmail` gives the exception's own name; an event of what became of a mail has a word of ours,
from adapters/ses_events.py. Sources:
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
What is not here is temporary and never harms the subscriber.
"""

from statustext.domain.refusal import ErrorClass

DAILY_QUOTA = "DailyQuota"
"""Our word for a throttling whose message says that the quota of 24 hours is used up."""

SENTENCES: dict[ErrorClass, str] = {
    ErrorClass.BAD_NUMBER: (
        "SES takes no mail for this address as it is written; it is written to no more until it is"
        " released."
    ),
    ErrorClass.OPTED_OUT: (
        "Whoever has this mailbox called a mail spam: the subscription ended, and the address is"
        " written to no more."
    ),
    ErrorClass.GONE: (
        "There is no such mailbox, or SES has it on its list of those: the subscription ended, and"
        " the address is written to no more."
    ),
    ErrorClass.UNREACHABLE: (
        "The mailbox takes no mail at present, as a full one does; after the second such bounce, a"
        " day apart, it is written to no more until it is released."
    ),
    ErrorClass.BLOCKED: (
        "SES or the mailbox refused this mail: an account in SES's sandbox mails only addresses"
        " that are verified there, or fault was found with the mail. Ask AWS for production"
        " access."
    ),
    ErrorClass.SLOW_DOWN: (
        "Mails go faster than SES takes them; they rest for a while and go on by themselves. Set"
        " the rate as SES's console shows it."
    ),
    ErrorClass.SENDER: (
        "SES takes nothing from this address: verify it or its domain, and look at the"
        " configuration set. One mail a minute tries whether it does again."
    ),
    ErrorClass.ACCOUNT_CAP: (
        "SES's quota of mails in 24 hours is used up; one mail an hour tries. Raise it at AWS."
    ),
    ErrorClass.ACCOUNT: (
        "SES lets this account mail nobody: look at its standing in SES's console, and at the"
        " sender's role. One mail a minute tries whether it does again."
    ),
    ErrorClass.TEMPORARY: "SES refused this mail for a reason of its own; it is tried three times.",
}
"""What an operator reads of each class that SES has."""

CODES: dict[str, ErrorClass] = {
    "ParamValidationError": ErrorClass.BAD_NUMBER,
    "BadRequestException": ErrorClass.BAD_NUMBER,
    "MessageRejected": ErrorClass.BLOCKED,
    "Complaint": ErrorClass.OPTED_OUT,
    "BouncePermanent": ErrorClass.GONE,
    "BounceTransient": ErrorClass.UNREACHABLE,
    "BounceUndetermined": ErrorClass.UNREACHABLE,
    "BounceContent": ErrorClass.BLOCKED,
    "Reject": ErrorClass.BLOCKED,
    "TooManyRequestsException": ErrorClass.SLOW_DOWN,
    "ThrottlingException": ErrorClass.SLOW_DOWN,
    "Throttling": ErrorClass.SLOW_DOWN,
    "MailFromDomainNotVerifiedException": ErrorClass.SENDER,
    "NotFoundException": ErrorClass.SENDER,
    DAILY_QUOTA: ErrorClass.ACCOUNT_CAP,
    "LimitExceededException": ErrorClass.ACCOUNT_CAP,
    "AccountSuspendedException": ErrorClass.ACCOUNT,
    "SendingPausedException": ErrorClass.ACCOUNT,
    "AccessDeniedException": ErrorClass.ACCOUNT,
    "ExpiredTokenException": ErrorClass.ACCOUNT,
    "UnrecognizedClientException": ErrorClass.ACCOUNT,
}


def classify(code: str) -> ErrorClass:
    """What one of SES's words means; TEMPORARY for one not in the table."""
    return CODES.get(code, ErrorClass.TEMPORARY)
