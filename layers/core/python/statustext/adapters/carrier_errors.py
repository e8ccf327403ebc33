"""What any carrier's error means: the table of each, by the carrier."""

from statustext.adapters import aws_sms_errors, twilio_errors
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.refusal import CONSEQUENCES, Consequence, ErrorClass


def classify(error: ErrorCode) -> ErrorClass:
    """What a carrier's error means."""
    match error:
        case ErrorCode(Carrier.AWS, code):
            return aws_sms_errors.classify(str(code))
        case ErrorCode(_, code):
            return twilio_errors.classify(int(code))


def consequence(error: ErrorCode) -> Consequence:
    """What a carrier's error makes us do."""
    return CONSEQUENCES[classify(error)]


def sentence(error: ErrorCode) -> str:
    """What an operator reads of a carrier's error."""
    is_of_aws = error.carrier is Carrier.AWS
    sentences = aws_sms_errors.SENTENCES if is_of_aws else twilio_errors.SENTENCES
    return sentences[classify(error)]
