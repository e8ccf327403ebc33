"""What any carrier's error means and makes us do: the table of each, by the carrier."""

from statustext.adapters import aws_sms_errors, twilio_errors
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.refusal import Consequence, ErrorClass


def classify(error: ErrorCode) -> ErrorClass:
    """What a carrier's error means."""
    match error:
        case ErrorCode(Carrier.AWS, code):
            return aws_sms_errors.classify(str(code))
        case ErrorCode(_, code):
            return twilio_errors.classify(int(code))


def consequence(error: ErrorCode) -> Consequence:
    """What a carrier's error makes us do."""
    match error:
        case ErrorCode(Carrier.AWS, code):
            return aws_sms_errors.consequence(str(code))
        case ErrorCode(_, code):
            return twilio_errors.consequence(int(code))
