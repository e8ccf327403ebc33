"""What an endpoint's refusal means: the words are those of adapters/guarded_http.py.

There is one for each HTTP status (`http_404`), and one for each way in which there is no answer.
"""

from statustext.domain.refusal import ErrorClass

SENTENCES: dict[ErrorClass, str] = {
    ErrorClass.BAD_NUMBER: (
        "The endpoint is gone (410): nothing more is sent there until it is released or subscribes"
        " again."
    ),
    ErrorClass.ENDPOINT_DOWN: (
        "The endpoint did not take it. It is tried again for a day, ever more rarely, and then sent"
        " nothing more until it is released or subscribes again."
    ),
}
"""What an operator reads of each class that endpoints have."""

GONE = "http_410"


def classify(code: str) -> ErrorClass:
    """What one of the words means."""
    return ErrorClass.BAD_NUMBER if code == GONE else ErrorClass.ENDPOINT_DOWN
