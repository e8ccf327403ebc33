"""Shapes of the messages of our own queues: ids only, never a number or a text."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_RECIPIENTS = 25

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class QueueMessage(BaseModel):
    """What all our queue messages are: ids only, with a version that old readers refuse."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    v: Literal[1] = 1
    page: Key


class FanOutTask(QueueMessage):
    """Tell the subscribers in these shards, the first from behind `after`."""

    kind: Literal["fan_out"] = "fan_out"
    incident: Key
    seq: int = Field(ge=1)
    shards: tuple[int, ...] = Field(min_length=1)
    after: str = ""


class AnnouncementBatch(QueueMessage):
    """Up to 25 recipients of one update. `tries` counts the times it was put back as refused."""

    kind: Literal["announcement"] = "announcement"
    incident: Key
    seq: int = Field(ge=1)
    subscribers: tuple[str, ...] = Field(min_length=1, max_length=MAX_RECIPIENTS)
    tries: int = 0


class DirectTextTask(QueueMessage):
    """One text to one person."""

    kind: Literal["direct"] = "direct"
    subscriber: Key
    direct: Key
    tries: int = 0
