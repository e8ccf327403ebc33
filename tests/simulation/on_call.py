"""The page's own team, whom critical incidents are raised to, and its monitoring."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from statustext.adapters.clock import system_entropy
from statustext.adapters.contacts import put_contact
from statustext.domain.api_key import Scope, new_key
from statustext.domain.ids import subscriber_id
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel
from statustext.flows.operating.keys import create_key
from tests.functional.engine import master_key
from tests.simulation.actors import PAGE, Actors, iso
from tests.simulation.causes import Cause
from tests.simulation.team_promises import TeamPromises

PHONES = ("+15550107001", "+15550107002")
TEAM_HOOK = "https://hooks.slack.com/services/T0/B0/of-the-team"
TEAM_MAILBOX = "team@acme.example.com"
KEY = "key-of-the-monitoring"
THINGS = ("queue", "disk", "login")
LEVELS = ("warning", "error", "critical")


@dataclass
class Team:
    """Its contacts are there from the start where a history has a team at all."""

    actors: Actors
    promises: TeamPromises
    is_there: bool = False

    def doings(self) -> dict[str, Callable[[], None]]:
        """All that it might do, by name."""
        names = sorted(name for name in dir(self) if name.startswith("do_"))
        return {name.removeprefix("do_"): getattr(self, name) for name in names}

    def begin(self) -> None:
        """Two on-call phones, a chat and a mailbox, all verified."""
        system, now = self.actors.system, self.actors.world.now
        self.is_there = True
        contacts = [("hook", Channel.SLACK, TEAM_HOOK), ("mailbox", Channel.EMAIL, TEAM_MAILBOX)]
        for phone in PHONES:
            one = subscriber_id(master_key(system), "default", phone)
            contacts.append((one, Channel.SMS, phone))
        for one, channel, address in contacts:
            contact = Contact(one, "Ann", channel, address, ContactState.VERIFIED, now)
            system.table.write(put_contact("default", contact))

    def do_change_the_ladder(self) -> None:
        if not self.is_there:
            return
        rng = self.actors.world.random
        minutes = rng.choice(((0, 1, 2), (0, 2, 3), (0, 10, 20), (0, 0, 0)))
        channels = ("slack", rng.choice(("email", "sms")), "sms")
        steps = [
            {"channel": one, "after_minutes": at, "person": person}
            for one, at, person in zip(channels, minutes, (0, 0, 1), strict=True)
        ]
        repeats = rng.choice((0, 3))
        ladder = {"steps": steps, "components": [], "repeats": repeats, "repeat_minutes": 5}
        self.actors.call(
            Cause("team"),
            *("PATCH", f"{PAGE}/team", {"ladders": [ladder]}),
            headers=self.actors.operator(),
        )

    def do_acknowledge_by_text(self) -> None:
        if self.is_there:
            self.actors.text("ACK", self.actors.world.random.choice(PHONES))

    def do_acknowledge(self) -> None:
        rng = self.actors.world.random
        if self.promises.escalations:
            one = rng.choice(sorted(self.promises.escalations))
            path = f"{PAGE}/team/escalations/{one}/acknowledge"
            self.actors.call(
                Cause("acknowledge"), "POST", path, None, headers=self.actors.operator()
            )


@dataclass
class Monitoring:
    """A source that repeats itself, flaps, and whose messages overtake each other."""

    actors: Actors
    promises: TeamPromises
    said: dict[str, float] = field(default_factory=dict)
    """Since when is what the newest says that was taken, by fingerprint."""
    _sent: list[dict[str, Any]] = field(default_factory=list)
    _has_rules: bool = False

    def doings(self) -> dict[str, Callable[[], None]]:
        """All that it might do, by name."""
        names = sorted(name for name in dir(self) if name.startswith("do_"))
        return {name.removeprefix("do_"): getattr(self, name) for name in names}

    def do_change_the_rules(self) -> None:
        rng = self.actors.world.random
        self._begin()
        rule = {
            "name": "api",
            "components": ["svc_api"],
            "publish": rng.choice(("publish", "publish", "draft")),
            "settle_minutes": rng.choice((1, 5)),
        }
        path = f"{PAGE}/alert_rules"
        self.actors.call(
            Cause("rules"), "PUT", path, {"rules": [rule]}, headers=self.actors.operator()
        )

    def do_sound_an_alert(self) -> None:
        self._say(self.actors.world.random.choice(THINGS), "firing")

    def do_end_an_alert(self) -> None:
        self._say(self.actors.world.random.choice(THINGS), "resolved")

    def do_flap(self) -> None:
        thing = self.actors.world.random.choice(THINGS)
        for number in range(self.actors.world.random.choice((4, 8))):
            state = "resolved" if number % 2 else "firing"
            self.actors.world.after(number * 7.0, lambda s=state: self._say(thing, s))  # type: ignore[misc]

    def do_repeat_an_old_alert(self) -> None:
        if self._sent:
            self._post(self.actors.world.random.choice(self._sent))

    def do_press_a_draft(self) -> None:
        if self.promises.drafts:
            rng = self.actors.world.random
            what = rng.choice(("publish", "publish", "discard"))
            group = rng.choice(sorted(self.promises.drafts))
            number = self.promises.drafts[group]["number"]["N"]
            path = f"{PAGE}/drafts/{group}-{number}/{what}"
            self.actors.call(Cause("press"), "POST", path, {}, headers=self.actors.operator())

    def _say(self, thing: str, state: str) -> None:
        world = self.actors.world
        self._begin()
        body = {
            "title": f"The {thing} is in trouble",
            "level": world.random.choice(LEVELS),
            "state": state,
            "fingerprint": thing,
            "starts_at": iso(round(world.now - world.random.choice((0.0, 0.0, 30.0)), 3)),
        }
        self._sent.append(body)
        for _ in range(1 + world.chance(0.2)):
            self._post(body)

    def _post(self, body: dict[str, Any]) -> None:
        began = datetime.fromisoformat(body["starts_at"]).timestamp()

        def ended(answer: Any) -> None:
            if answer.status == 202:
                known = self.said.get(body["fingerprint"], 0.0)
                self.said[body["fingerprint"]] = max(known, began)

        headers = {"X-API-Key": KEY}
        self.actors.call(
            Cause("alert"), "POST", f"{PAGE}/alerts/json", body, ended, headers=headers
        )

    def _begin(self) -> None:
        if not self._has_rules:
            self._has_rules = True
            self.actors.private(KEY)
            key = new_key(KEY, "default", "monitoring", self.actors.world.now, Scope("alerts"))
            create_key(key, "the command", self.actors.system.table, system_entropy)
