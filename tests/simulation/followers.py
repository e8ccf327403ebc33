"""Who follows without texts: mailboxes, webhooks and chats, and how well these are."""

import re
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.guarded_http import Answer, Verdict
from statustext.domain.mode import Mode
from tests.functional.engine import add_mailbox
from tests.functional.phrases import set_page
from tests.functional.web_world import add_endpoint
from tests.simulation.actors import Actors
from tests.simulation.causes import Cause
from tests.simulation.channels import Channels, Sent
from tests.simulation.free_modes import OF_A_POST
from tests.simulation.promises import TRIES

MAILBOXES = tuple(f"person{number}@mail.example.com" for number in range(4))
HOOKS = tuple(f"https://hooks.example.com/own-{number}" for number in range(3))
CHATS = {
    "slack": "https://hooks.slack.com/services/T0/B0/own",
    "discord": "https://discord.com/api/webhooks/1/own",
}
MODES = ["sms", "email", "webhook", "slack", "discord"]

ILL = (
    Answer(Verdict.UNREACHABLE, "not_connected"),
    Answer(Verdict.UNKNOWN, "timed_out"),
    Answer(Verdict.SLOW_DOWN, "http_429", 429, retry_after=40.0),
    Answer(Verdict.REFUSED, "http_404", 404),
    Answer(Verdict.GONE, "http_410", 410),
)
LINK = re.compile(r"/pages/default/subscriptions/(\S+?)/(confirm|unsubscribe)\?\w+=(\S+)")


@dataclass
class Followers:
    """What they know: the ids and secrets that their sign-ups were answered."""

    actors: Actors
    channels: Channels
    ids: dict[str, str] = field(default_factory=dict)
    """Of subscriptions, by address."""
    secrets: dict[str, str] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    """That were posted or mailed, by address."""
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The newest link to unsubscribe, by address: path and token."""

    def doings(self) -> dict[str, Any]:
        """All that they might do, by name."""
        names = sorted(name for name in dir(self) if name.startswith("do_"))
        return {name.removeprefix("do_"): getattr(self, name) for name in names}

    def begin(self) -> None:
        """Some follow from the start."""
        system = self.actors.system
        set_page(system, modes=MODES)
        for address in MAILBOXES[:2]:
            self.ids[address] = add_mailbox(system, address)
        for url in HOOKS[:2]:
            self.ids[url] = add_endpoint(system, url)
        self.ids[CHATS["slack"]] = add_endpoint(system, CHATS["slack"], Mode.SLACK)
        set_page(system, modes=MODES)

    def do_turn_modes_on_or_off(self) -> None:
        rng = self.actors.world.random
        modes = MODES if rng.random() < 0.8 else ["sms", rng.choice(MODES[1:])]
        self.actors.change_page({"modes": modes})

    def do_follow_by_mail(self) -> None:
        self._sign_up(self.actors.world.random.choice(MAILBOXES), {})

    def do_follow_by_webhook(self) -> None:
        self._sign_up(self.actors.world.random.choice(HOOKS), {"mode": "webhook"})

    def do_follow_by_chat(self) -> None:
        mode = self.actors.world.random.choice(list(CHATS))
        self._sign_up(CHATS[mode], {"mode": mode})

    def do_confirm_an_address(self) -> None:
        rng = self.actors.world.random
        if known := [one for one in self.ids if self.codes.get(one)]:
            address = rng.choice(known)
            self._enter(address, rng.choice(self.codes[address][-2:]))

    def do_leave_by_a_mails_button(self) -> None:
        if self.links:
            path, token = self.links[self.actors.world.random.choice(list(self.links))]
            self.actors.call(
                Cause("leave"),
                *("POST", f"{path}?token={token}", None),
                form={"List-Unsubscribe": "One-Click"},
            )

    def do_send_a_mail_back(self) -> None:
        """It bounces, or is called spam, some time after it was taken."""
        ses, world = self.actors.system.ses, self.actors.world
        if ses.mails:
            mail = world.random.choice(ses.mails)
            if world.chance(0.3):
                ses.complain(mail, world.now)
            else:
                kind = world.random.choice((("Permanent", "General"), ("Transient", "MailboxFull")))
                ses.bounce(mail, *kind, world.now)

    def do_let_an_address_fall_ill(self) -> None:
        rng = self.actors.world.random
        address = rng.choice([*HOOKS, *CHATS.values()])
        if address in self.channels.answers:
            del self.channels.answers[address]
        else:
            self.channels.answers[address] = rng.choice(ILL)
        self.actors.world.note("well" if address not in self.channels.answers else "ill", address)

    def all_are_well(self) -> None:
        self.channels.answers.clear()

    def hear(self, sent: Sent) -> None:
        """Something arrived at one of their addresses."""
        if sent.id and sent.to in MAILBOXES:
            for one, kind, value in LINK.findall(sent.words):
                if kind == "confirm" and value not in self.codes.setdefault(sent.to, []):
                    self.codes[sent.to].append(value)
                elif kind == "unsubscribe":
                    self.links[sent.to] = (f"/pages/default/subscriptions/{one}/{kind}", value)
        elif sent.attempt.startswith("d."):
            self.codes.setdefault(sent.to, []).extend(OF_A_POST.findall(sent.words)[:1])

    def _sign_up(self, address: str, more: dict[str, str]) -> None:
        def ended(answer: Any) -> None:
            if answer.status == 202:
                self.ids[address], self.secrets[address] = answer.json["id"], answer.json["secret"]
                self.actors.private(answer.json["secret"])
                self.actors.signed_up.append(answer.json["id"])

        kind = "email" if "@" in address else "endpoint"
        body = {kind: address, "consent": True, **more}
        self.actors.call(Cause("sign up", address), "POST", "/subscriptions", body, ended)

    def _enter(self, address: str, code: str) -> None:
        one, history = self.ids[address], self.actors.history
        live = [known for known in history.codes if known.subscriber == one]

        def ended(answer: Any) -> None:
            if answer.status == 200:
                self.actors.verified(one, code)
            elif answer.status == 422:
                for known in live:
                    known.tries += 1

        right = [known for known in live if known.code == code]
        tried_out = bool(right) and all(known.tries >= TRIES for known in right)
        cause = Cause("verify", address, code=code, subscriber=one, is_tried_out=tried_out)
        given = {"code": code, "secret": self.secrets[address]}
        self.actors.call(cause, "POST", f"/subscriptions/{one}/verify", given, ended)
