"""Everybody outside: people and operators, who follows without texts, the team, its monitoring."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.actors import Actors
from tests.simulation.channels import Channels
from tests.simulation.followers import Followers
from tests.simulation.on_call import Monitoring, Team
from tests.simulation.promises import Promises
from tests.simulation.sources import Today
from tests.simulation.team_promises import TeamPromises


@dataclass
class Outside:
    """All who act, the carriers, and what the team is promised."""

    actors: Actors
    channels: Channels
    followers: Followers
    team: Team
    monitoring: Monitoring
    team_promises: TeamPromises

    @classmethod
    def of(cls, actors: Actors, promises: Promises, today: Today) -> "Outside":
        """Of one history."""
        channels = Channels(actors.world, actors.system, today)
        to_team = TeamPromises(promises.breaks, actors.history.incidents)
        team, monitoring = Team(actors, to_team), Monitoring(actors, to_team)
        return cls(actors, channels, Followers(actors, channels), team, monitoring, to_team)

    def doings(self) -> dict[str, Callable[[], None]]:
        """All that anybody might do, by name."""
        groups = (self.actors, self.followers, self.team, self.monitoring)
        return {name: doing for group in groups for name, doing in group.doings().items()}

    def begin(self) -> None:
        """Some pages have other modes than texts, or a team."""
        rng = self.actors.world.random
        if rng.random() < 0.6:
            self.followers.begin()
        if rng.random() < 0.5:
            self.team.begin()
