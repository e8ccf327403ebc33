"""The faults an administrator can set, each used up after `times` uses (or never)."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Operation = Literal["create", "list", "fetch", "delete"]
Seconds = Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)]


class Fault(BaseModel):
    """What every fault has: `to` limits it to one handset's number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{7,14}$")] | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class RequestFault(Fault):
    """A fault of one kind of REST request; `on` says which."""

    on: Operation = "create"


class Slow(RequestFault):
    """Answer only after `seconds`; what the request does, it does at once."""

    kind: Literal["slow"]
    seconds: Seconds


class Refuse(RequestFault):
    """Refuse with an HTTP status and one of Twilio's codes; nothing is accepted."""

    kind: Literal["refuse"]
    status: Annotated[int, Field(ge=400, le=499)] = 400
    code: Annotated[int, Field(ge=10_000, le=99_999)]
    message: Annotated[str, Field(max_length=500)] = "Refused on request"
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = None


class ServerError(RequestFault):
    """Answer 5xx, having done what was asked if `accepted`."""

    kind: Literal["server_error"]
    status: Annotated[int, Field(ge=500, le=599)] = 503
    accepted: bool = False


class TimeOut(RequestFault):
    """Never answer; the connection is closed after `seconds`. Done all the same if `accepted`."""

    kind: Literal["time_out"]
    seconds: Seconds = 30.0
    accepted: bool = False


class Reset(RequestFault):
    """Reset the connection, having done what was asked if `accepted`."""

    kind: Literal["reset"]
    accepted: bool = False


class Malformed(RequestFault):
    """Do what was asked, with the right status and a body that is not JSON."""

    kind: Literal["malformed"]
    body: Annotated[str, Field(max_length=10_000)] = '{"sid": "SM'


class WebhookFault(Fault):
    """A fault of webhooks; `statuses` limits it ("received" is an inbound message's)."""

    statuses: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] | None = None


class DropCallbacks(WebhookFault):
    """Never send these webhooks."""

    kind: Literal["drop_callbacks"]


class RepeatCallbacks(WebhookFault):
    """Send these webhooks `copies` times."""

    kind: Literal["repeat_callbacks"]
    copies: Annotated[int, Field(ge=2, le=20)] = 2


class ReorderCallbacks(Fault):
    """Send the receipts of a message accepted from now on last first."""

    kind: Literal["reorder_callbacks"]


class FinalStatus(Fault):
    """How messages accepted from now on end. "sent" is a message without a final receipt."""

    kind: Literal["final_status"]
    status: Literal["undelivered", "failed", "sent"]
    code: Annotated[int, Field(ge=10_000, le=99_999)] | None = None


AnyFault = Annotated[
    Slow
    | Refuse
    | ServerError
    | TimeOut
    | Reset
    | Malformed
    | DropCallbacks
    | RepeatCallbacks
    | ReorderCallbacks
    | FinalStatus,
    Field(discriminator="kind"),
]
F = TypeVar("F", bound=Fault)

_FAULTS: TypeAdapter[list[AnyFault]] = TypeAdapter(
    Annotated[list[AnyFault], Field(min_length=1, max_length=100)]
)


def read_faults(data: object) -> list[AnyFault]:
    """One fault, or a list of them, from JSON data. Raises pydantic.ValidationError."""
    return _FAULTS.validate_python(data if isinstance(data, list) else [data])


class FaultBook:
    """The faults in force, oldest first. The oldest that fits is used, and used up."""

    def __init__(self) -> None:
        self._faults: list[tuple[AnyFault, int | None]] = []

    def add(self, faults: Sequence[AnyFault]) -> None:
        self._faults += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        self._faults = []

    def in_force(self) -> list[AnyFault]:
        """Each with the number of times it has left."""
        return [fault.model_copy(update={"times": left}) for fault, left in self._faults]

    def take(
        self, kinds: type[F] | tuple[type[F], ...], to: str | None, on: Operation | None = None
    ) -> F | None:
        """Uses the oldest fault of these kinds that fits number `to` and operation `on`."""
        for index, (fault, _) in enumerate(self._faults):
            if not isinstance(fault, kinds) or fault.to not in (None, to):
                continue
            if isinstance(fault, RequestFault) and fault.on != on:
                continue
            self._use(index)
            return fault
        return None

    def take_webhook(self, kind: type[F], to: str, status: str) -> F | None:
        """Uses the oldest webhook fault that fits; inbound messages must be named to be hit."""
        for index, (fault, _) in enumerate(self._faults):
            if not isinstance(fault, kind) or fault.to not in (None, to):
                continue
            named = getattr(fault, "statuses", None)
            if status not in named if named else status == "received":
                continue
            self._use(index)
            return fault
        return None

    def _use(self, index: int) -> None:
        fault, left = self._faults[index]
        if left == 1:
            del self._faults[index]
        elif left is not None:
            self._faults[index] = (fault, left - 1)
