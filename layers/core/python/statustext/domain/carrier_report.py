"""What a carrier says about itself on its own status page."""

from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.carrier import Carrier
from statustext.domain.component import ComponentStatus

LOOK_EVERY = 300.0
"""Seconds between two looks at a carrier's status page."""

BELIEVED_FOR = 3600.0
"""Seconds for which a page that was read is believed without being read again: texts must not wait
for a page that cannot be read any more."""


class Reported(StrEnum):
    """What a carrier's page says of its texting. It is unknown until it was read once."""

    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class CarrierReport:
    """What a carrier's page says, `since` when it says so, when it was last read (0 for never) and
    last looked at. It `is_readable` unless the last look found no page, or none that tells."""

    carrier: Carrier
    says: Reported
    since: float
    read_at: float
    looked_at: float
    is_readable: bool = True

    def is_down(self, now: float) -> bool:
        """Whether the carrier said lately that it does not text."""
        return self.says is Reported.DOWN and now < self.read_at + BELIEVED_FOR

    def is_due(self, now: float) -> bool:
        """Whether to look again. A clock that ticks a little early must not skip a look."""
        return not self.looked_at - LOOK_EVERY < now < self.looked_at + LOOK_EVERY - 30

    def read(self, status: ComponentStatus, now: float) -> "CarrierReport":
        """The page says this of the carrier's texting now. Only a major outage is taken for down:
        a partial one is of single countries or networks, whose texts the carrier refuses itself."""
        says = Reported.DOWN if status is ComponentStatus.MAJOR_OUTAGE else Reported.UP
        since = self.since if says is self.says else now
        return CarrierReport(self.carrier, says, since, read_at=now, looked_at=now)

    def not_read(self, now: float) -> "CarrierReport":
        """The page cannot be read: all stays as it was said last."""
        return CarrierReport(
            self.carrier, self.says, self.since, self.read_at, looked_at=now, is_readable=False
        )


def never_read(carrier: Carrier) -> CarrierReport:
    """Of a page that was not looked at yet."""
    return CarrierReport(carrier, Reported.UNKNOWN, 0.0, read_at=0.0, looked_at=0.0)
