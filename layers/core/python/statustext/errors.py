"""Every error this program raises on purpose.

StatustextError
├── RejectedError              the caller must change something; carries an HTTP answer
├── ConditionFailedError       a conditional write found another state than it asked for
├── RacedError                 other writes were in the way a few times over; ask again
└── GatewayError               a carrier did not say yes
    ├── RefusedError           proven not accepted: a refusal with one of its codes
    ├── SlowDownError          proven not accepted: ask again later
    └── OutcomeUnknownError    may have been accepted; must not be repeated blindly

Translated at two edges only: the adapters of carriers raise GatewayError, `web.py` answers
RejectedError.
"""

from collections.abc import Mapping

from statustext.domain.carrier import Carrier, ErrorCode


class StatustextError(Exception):
    """The root of the tree."""


class RejectedError(StatustextError):
    """A request that cannot be served as it is.

    `status` is the HTTP status, `code` a snake_case word for machines, `message` one sentence that
    says what to do, `fields` the reason for each field at fault.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


class ConditionFailedError(StatustextError):
    """Somebody else was there first, or the row is not in the state that the write needs."""


class RacedError(StatustextError):
    """Transactions on the same rows were in the way. Nothing was written, and nothing is known."""


class GatewayError(StatustextError):
    """A carrier did not accept a text. `code` is its error, 0 where it gave none,
    `retry_after` in how many seconds it wants to be asked again, 0 where it does not say. `account`
    is the page's own that met it, if any."""

    def __init__(
        self,
        code: int | str = 0,
        detail: str = "",
        carrier: Carrier = Carrier.TWILIO,
        retry_after: float = 0.0,
        account: str = "",
    ) -> None:
        super().__init__(f"{carrier.title()} {code} {detail}".rstrip())
        self.code = ErrorCode(carrier, code, account)
        self.retry_after = retry_after


class RefusedError(GatewayError):
    """The carrier refused cleanly: nothing was accepted, nothing will be sent."""


class SlowDownError(GatewayError):
    """The carrier, or the sender's queue there, is full: nothing was accepted; try later."""


class OutcomeUnknownError(GatewayError):
    """A time-out, a reset, a 5xx or an unreadable answer: the text may be on its way."""
