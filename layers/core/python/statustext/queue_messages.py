"""Shapes of the messages of our own queues: ids only, never a number or a text."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_RECIPIENTS = 25

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Recipients = Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_RECIPIENTS)]


class QueueMessage(BaseModel):
    """What all our queue messages are: ids only, with a version that old readers refuse.

    `begun_at` is when the first of its kind was sent, and `turn` how often what was left has been
    sent again since: by both, copies of one message are known (flows/delivering/passing_on.py).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    v: Literal[1] = 1
    page: Key
    begun_at: float = 0.0
    turn: int = 0


# The fan-out queue: pages of rows to work through, each task handing on what is left.


class FanOutTask(QueueMessage):
    """Tell the subscribers in these shards, the first from behind `after`."""

    kind: Literal["fan_out"] = "fan_out"
    incident: Key
    seq: int = Field(ge=1)
    shards: tuple[int, ...] = Field(min_length=1)
    after: str = ""


class StateChangeTask(QueueMessage):
    """Tell the webhooks in these shards, the first from behind `after`, that components changed
    their state."""

    kind: Literal["state_change"] = "state_change"
    change: Key
    shards: tuple[int, ...] = Field(min_length=1)
    after: str = ""


class DueHoldsTask(QueueMessage):
    """Hand on what is held in this shard and due; `early`: and what is not due yet, from behind
    `after`, as what it was held for has changed."""

    kind: Literal["due_holds"] = "due_holds"
    shard: int
    early: bool = False
    after: str = ""


class UnsettledTask(QueueMessage):
    """Look through the ledger of one update for what has not ended, in this shard and then in those
    behind it up to `through` (None for this one alone); `for_all`: and through the subscribers, for
    whom nothing was written."""

    kind: Literal["unsettled"] = "unsettled"
    incident: Key
    seq: int = Field(ge=1)
    shard: int
    through: int | None = None
    after: str = ""
    for_all: bool = False


# The announcement queue: batches for the sender.


class Batch(QueueMessage):
    """Up to 25 people. They are worked on `one_by_one` once a function died of some of them: if
    another does, it is in the middle of one text only.

    `first` is the first of those that it was for when it began, and stays; "" as long as that is
    the first of its subscribers.
    """

    subscribers: Recipients
    first: str = ""
    one_by_one: bool = False


class AnnouncementBatch(Batch):
    """Recipients of one update. `noted_at` is when it was last written down who of them waits for
    another try; 0 for not yet."""

    kind: Literal["announcement"] = "announcement"
    incident: Key
    seq: int = Field(ge=1)
    noted_at: float = 0.0


class HeldBatch(Batch):
    """People for whom something is held whose time has come, first at `due_at`."""

    kind: Literal["held"] = "held"
    due_at: float = 0.0


class ReceiptBatch(Batch):
    """Recipients of one update whose receipts never came: Twilio is asked."""

    kind: Literal["receipts"] = "receipts"
    incident: Key
    seq: int = Field(ge=1)


# The web queue, beside batches of one and direct texts.


class ComponentNewsTask(QueueMessage):
    """Tell one webhook that components changed their state."""

    kind: Literal["component_news"] = "component_news"
    change: Key
    subscriber: Key


# The snapshots' queue.


class SnapshotTask(QueueMessage):
    """What this page shows has changed, of these incidents or of the page itself."""

    kind: Literal["snapshot"] = "snapshot"
    incidents: tuple[str, ...] = ()


# The codes' queue.


class DirectTextTask(QueueMessage):
    """One text to one person. `tries` counts its refusals for no known reason. One of `many` goes
    by the announcements' queue, so that no code waits behind it."""

    kind: Literal["direct"] = "direct"
    subscriber: Key
    direct: Key
    tries: int = 0
    many: bool = False
