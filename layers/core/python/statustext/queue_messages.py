"""Shapes of the messages of our own queues: ids only, never a number or a text."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_RECIPIENTS = 25

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Recipients = Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_RECIPIENTS)]


class QueueMessage(BaseModel):
    """What all our queue messages are: ids only, with a version that old readers refuse."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    v: Literal[1] = 1
    page: Key


# The fan-out queue: pages of rows to work through, each task handing on what is left.


class FanOutTask(QueueMessage):
    """Tell the subscribers in these shards, the first from behind `after`."""

    kind: Literal["fan_out"] = "fan_out"
    incident: Key
    seq: int = Field(ge=1)
    shards: tuple[int, ...] = Field(min_length=1)
    after: str = ""


class DueHoldsTask(QueueMessage):
    """Hand on what is held in this shard and due."""

    kind: Literal["due_holds"] = "due_holds"
    shard: int


class UnsettledTask(QueueMessage):
    """Look through the ledger of one update, in this shard, for what has not ended."""

    kind: Literal["unsettled"] = "unsettled"
    incident: Key
    seq: int = Field(ge=1)
    shard: int
    after: str = ""


# The announcement queue: batches for the sender.


class AnnouncementBatch(QueueMessage):
    """Up to 25 recipients of one update. `tries` counts the times it was put back."""

    kind: Literal["announcement"] = "announcement"
    incident: Key
    seq: int = Field(ge=1)
    subscribers: Recipients
    tries: int = 0


class HeldBatch(QueueMessage):
    """Up to 25 people for whom something is held whose time has come, first at `due_at`."""

    kind: Literal["held"] = "held"
    subscribers: Recipients
    due_at: float = 0.0
    tries: int = 0


class ReceiptBatch(QueueMessage):
    """Up to 25 recipients of one update whose receipts never came: Twilio is asked."""

    kind: Literal["receipts"] = "receipts"
    incident: Key
    seq: int = Field(ge=1)
    subscribers: Recipients


# The codes' queue.


class DirectTextTask(QueueMessage):
    """One text to one person."""

    kind: Literal["direct"] = "direct"
    subscriber: Key
    direct: Key
    tries: int = 0
