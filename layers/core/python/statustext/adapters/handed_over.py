"""What botocore raises where a text or a mail is handed over, which is done once: it was refused,
or cannot go now, or nobody knows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from statustext.adapters.carrier_errors import consequence
from statustext.adapters.channel import Accepted
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.refusal import ForDelivery
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError

NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)

LONGEST_CODE = 80


@contextmanager
def errors_of(carrier: Carrier, code_of: Callable[[Mapping[str, Any]], str]) -> Iterator[None]:
    """Around the one call that hands over. `code_of` finds the carrier's code in an answer that is
    an error.

    Raises RefusedError and SlowDownError where it was certainly not accepted, OutcomeUnknownError
    where it may have been. Words of botocore's own may hold an address, so none goes further.
    """
    try:
        yield
    except ClientError as error:
        raise _told(error, carrier, code_of) from None
    except ParamValidationError:  # before anything is sent
        raise RefusedError("ParamValidationError", carrier=carrier) from None
    except NEVER_SENT as error:
        raise SlowDownError(type(error).__name__, carrier=carrier) from None
    except Exception as error:
        # Whatever else it is, botocore's or urllib3's, the request may have been taken.
        raise OutcomeUnknownError(type(error).__name__, carrier=carrier) from None


def accepted(answer: Any, carrier: Carrier) -> Accepted:
    """The carrier's id in its answer. Raises OutcomeUnknownError where it has none."""
    sid = answer.get("MessageId") if isinstance(answer, dict) else None
    if not isinstance(sid, str) or not sid:
        raise OutcomeUnknownError("NoMessageId", carrier=carrier)
    return Accepted(sid, "accepted")


def _told(
    error: ClientError, carrier: Carrier, code_of: Callable[[Mapping[str, Any]], str]
) -> RefusedError | SlowDownError | OutcomeUnknownError:
    answer: Any = error.response
    name = code_of(answer)
    code = name if name.isidentifier() and len(name) < LONGEST_CODE else "Unreadable"
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if not 400 <= status < 500:
        return OutcomeUnknownError(code, carrier=carrier)
    follows = consequence(ErrorCode(carrier, code)).delivery
    is_throttled = status == 429 and follows is not ForDelivery.WAITS  # as for a used up quota
    if is_throttled or follows is ForDelivery.WAITS_A_MOMENT:
        return SlowDownError(code, carrier=carrier)
    return RefusedError(code, f"HTTP {status}", carrier)
