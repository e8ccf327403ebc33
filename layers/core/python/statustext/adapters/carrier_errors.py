"""What any carrier's error means: the table of each, by the carrier."""

from statustext.adapters import aws_sms_errors, ses_errors, twilio_errors, web_errors
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.refusal import CONSEQUENCES, Consequence, ErrorClass

BOUNCE, COMPLAINT = "bounce", "complaint"

SENTENCES = {
    Carrier.TWILIO: twilio_errors.SENTENCES,
    Carrier.AWS: aws_sms_errors.SENTENCES,
    Carrier.SES: ses_errors.SENTENCES,
    Carrier.WEB: web_errors.SENTENCES,
}


def classify(error: ErrorCode) -> ErrorClass:
    """What a carrier's error means."""
    match error:
        case ErrorCode(Carrier.AWS, code):
            return aws_sms_errors.classify(str(code))
        case ErrorCode(Carrier.SES, code):
            return ses_errors.classify(str(code))
        case ErrorCode(Carrier.WEB, code):
            return web_errors.classify(str(code))
        case ErrorCode(_, code):
            return twilio_errors.classify(int(code))


def consequence(error: ErrorCode) -> Consequence:
    """What a carrier's error makes us do."""
    return CONSEQUENCES[classify(error)]


def why_suppressed(error: ErrorCode) -> str:
    """What a suppression for a carrier's error is called. Those of mails an operator may lift, as
    nobody can text START to a mailbox's address."""
    if error.carrier is not Carrier.SES:
        return "carrier"
    return COMPLAINT if classify(error) is ErrorClass.OPTED_OUT else BOUNCE


def sentence(error: ErrorCode) -> str:
    """What an operator reads of a carrier's error."""
    return SENTENCES[error.carrier][classify(error)]
