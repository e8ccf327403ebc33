"""What a page sets about its team."""

from dataclasses import dataclass, field

from statustext.domain.team.ladder import Ladder
from statustext.domain.team.rotation import Rotation
from statustext.domain.team.routing import DEFAULT_POLICY, Policy


@dataclass(frozen=True)
class Team:
    """The routing policy, the ladders, who is on call, and after how many minutes without an update
    an open incident is brought to mind (0 for never)."""

    policy: Policy = field(default_factory=lambda: DEFAULT_POLICY)
    ladders: tuple[Ladder, ...] = ()
    rotation: Rotation = field(default_factory=Rotation)
    stale_minutes: int = 120
