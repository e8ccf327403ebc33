"""The people: visitors, subscribers with their phones, the operator. One method is one doing.

To add one, write a method that begins with `do_`: it acts on somebody or something by the world's
randomness, or does nothing where there is nobody to act on.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from local.fake_twilio.handsets import UnknownPhoneError
from local.lean_aws.sqs import LeanQueue
from statustext.adapters.circuits import get_report, put_report
from statustext.adapters.clock import system_entropy
from statustext.domain.api_key import new_key
from statustext.domain.carrier import Carrier
from statustext.domain.component import ComponentStatus
from statustext.domain.ids import key_hash
from statustext.flows.operating.keys import create_key, revoke_key
from statustext.flows.operating.setting_up import create_page
from tests.functional.engine import phone_number
from tests.simulation.causes import Cause
from tests.simulation.history import History
from tests.simulation.promises import TRIES
from tests.simulation.world import Task, World
from tests.stepped import AWS_SENDER, KEY, SENDERS, SteppedSystem
from tests.stepped import PAGE as START_PAGE

INCIDENTS = "/v1/pages/default/incidents"
PAGE = "/v1/pages/default"
STOPS = ("STOP", "stop", "Unsubscribe", "please stop texting me", "Bitte keine SMS mehr")
WORDS = (
    "HELP",
    "MANAGE",
    "thanks",
    "STATUS",
    "LIST",
    "MUTE",
    "PAUSE 2H",
    "RESUME",
    "CRITICAL",
    "ALL",
)
STEPS = ("identified", "monitoring", "investigating")
IMPACTS = ("none", "minor", "major", "critical")


@dataclass
class Actors:
    """Everybody outside, and what they know: ids, codes on their phones, tokens, answers."""

    system: SteppedSystem
    world: World
    history: History
    verified: Callable[[str, str], None]
    """Told of every code that was answered to be right."""
    number_of_phones: int = 12
    subscriptions: dict[str, str] = field(default_factory=dict)
    """Their ids by phone."""
    tokens: dict[str, str] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    """Status by id, as the operator was last told."""
    signed_up: list[str] = field(default_factory=list)
    published: set[tuple[str, str, str]] = field(default_factory=set)
    """What was acknowledged: ids of subscriptions; incidents with status and body of an update."""
    rotate: Callable[[], None] = lambda: None
    private: Callable[[str], None] = lambda secret: None
    """Told of every key and token that somebody gets."""
    lossy: Sequence[LeanQueue] = ()
    """Queues whose messages the clock makes anew where they vanish."""
    is_paused: bool = False
    has_another_page: bool = False
    keys: list[str] = field(default_factory=lambda: [KEY])
    """The operator's, of which the last is used. A new one is made before the old one ends."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def doings(self) -> dict[str, Callable[[], None]]:
        """All that somebody might do, by name."""
        return {
            name.removeprefix("do_"): getattr(self, name)
            for name in sorted(dir(self))
            if name.startswith("do_")
        }

    # Visitors.

    def do_sign_up(self) -> None:
        phone = phone_number(self.world.random.randrange(self.number_of_phones))
        body: dict[str, Any] = {"phone": phone, "consent": True}
        if self.world.chance(0.7):
            body["preferences"] = self._preferences()

        def ended(answer: Any) -> None:
            if answer.status == 202:
                self.subscriptions[phone] = answer.json["id"]
                self.signed_up.append(answer.json["id"])

        address = f"198.51.100.{self.world.random.randrange(1, 250)}"
        self.call(Cause("sign up", phone), "POST", "/subscriptions", body, ended, address=address)

    def do_ask_for_another_code(self) -> None:
        if phone := self._someone():
            path = f"/subscriptions/{self.subscriptions[phone]}/resend_confirmation"
            self.call(Cause("resend", phone), "POST", path, None)

    def do_enter_the_last_code(self) -> None:
        if phone := self._someone():
            codes = self._codes(phone)
            if codes:
                self._enter(phone, codes[-1])

    def do_enter_the_last_code_twice_at_once(self) -> None:
        if phone := self._someone():
            for code in self._codes(phone)[-1:] * 2:
                self._enter(phone, code)

    def do_enter_an_old_code(self) -> None:
        if (phone := self._someone()) and (codes := self._codes(phone)):
            self._enter(phone, self.world.random.choice(codes))

    def do_enter_a_wrong_code(self) -> None:
        if phone := self._someone():
            for _ in range(self.world.random.choice((1, 1, 3, 6))):
                self._enter(phone, f"{self.world.random.randrange(10**6):06d}")

    def do_enter_somebody_elses_code(self) -> None:
        phone, other = self._someone(), self._someone()
        if phone and other and phone != other:
            for code in self._codes(other)[-1:]:
                self._enter(phone, code)

    # Subscribers.

    def do_change_preferences(self) -> None:
        if phone := self._someone(self.tokens):
            path = f"/subscriptions/{self.subscriptions[phone]}"
            body = {"preferences": self._preferences()}
            self.call(Cause("preferences", phone), "PATCH", path, body, headers=self._bearer(phone))

    def do_unsubscribe_on_the_page(self) -> None:
        if phone := self._someone(self.tokens):
            path = f"/subscriptions/{self.subscriptions[phone]}"
            self.call(Cause("leave", phone), "DELETE", path, None, headers=self._bearer(phone))

    def do_text_stop(self) -> None:
        self.text(self.world.random.choice(STOPS))

    def do_text_start(self) -> None:
        self.text(self.world.random.choice(("START", "UNSTOP", "Yes")))

    def do_text_stop_and_start(self) -> None:
        phone = self._someone()
        for body in ("STOP", "START", "STOP")[: self.world.random.choice((2, 3))]:
            self.text(body, phone)

    def do_text_something(self) -> None:
        self.text(self.world.random.choice(WORDS))

    # The operator.

    def do_open_an_incident(self) -> None:
        rng = self.world.random
        incident: dict[str, Any] = {
            "name": f"Outage {rng.randrange(1000)}",
            "body": self._words("On it"),
        }
        if rng.random() < 0.8:
            incident["impact_override"] = rng.choice(IMPACTS)
        if rng.random() < 0.5:
            incident["component_ids"] = [rng.choice(("svc_api", "svc_payments"))]
        if rng.random() < 0.15:
            incident["scheduled_for"] = "2027-02-01T00:00:00Z"
            incident["scheduled_until"] = "2027-02-01T02:00:00Z"
        if rng.random() < 0.1:
            incident["deliver_notifications"] = False
        self._publish("POST", INCIDENTS, incident)

    def do_open_two_incidents_of_one_name(self) -> None:
        """Two people of the team see it at once."""
        name, impact = f"Outage {self.world.random.randrange(1000)}", "critical"
        for _ in range(2):
            incident = {"name": name, "body": self._words("On it"), "impact_override": impact}
            self._publish("POST", INCIDENTS, incident)

    def do_update_an_incident(self) -> None:
        self._update(status=self.world.random.choice(STEPS), body=self._words("News"))

    def do_update_twice_at_once(self) -> None:
        if one := self._incident():
            for _ in range(2):
                self._update(one, body=self._words("News"))

    def do_update_in_a_burst(self) -> None:
        """News faster than it is told, some of it within the window in which it waits."""
        rng = self.world.random
        if one := self._incident():
            if rng.random() < 0.5:
                self.change_page({"coalescing_window": 0})
            pause = rng.choice((0.1, 2.0, 40.0))
            for number in range(rng.choice((4, 8, 16))):
                self.world.after(
                    pause * number, lambda: self._update(one, body=self._words("News"))
                )

    def do_lose_a_message(self) -> None:
        """A message about announcements vanishes from its queue for good."""
        rng, queues = self.world.random, self.lossy
        if there := [(queue, number) for queue in queues for number in queue.messages]:
            queue, number = rng.choice(there)
            self.world.note("lost for good", queue.messages[number].body[:120])
            queue.take_out(number)

    def do_make_an_incident_worse(self) -> None:
        self._update(impact_override="critical", body=self._words("Worse"))

    def do_resolve_an_incident(self) -> None:
        self._update(status="resolved")

    def do_work_on_a_maintenance(self) -> None:
        scheduled = [one for one, status in self.incidents.items() if status in MAINTENANCE]
        if scheduled:
            one = self.world.random.choice(scheduled)
            self._update(one, status=MAINTENANCE[self.incidents[one]])

    def do_plan_a_maintenance(self) -> None:
        """It is reminded of, starts and ends by the clock, and some are put off."""
        rng, starts = self.world.random, self.world.now + self.world.between(300, 5400)
        flags = ("scheduled_remind_prior", "auto_transition_to_maintenance_state")
        incident: dict[str, Any] = {
            "name": f"Maintenance {rng.randrange(1000)}",
            "body": self._words("Planned"),
            "status": "scheduled",
            "component_ids": [rng.choice(("svc_api", "svc_payments"))],
            "scheduled_for": iso(starts),
            "scheduled_until": iso(starts + self.world.between(60, 5400)),
            "scheduled_auto_in_progress": True,
            "scheduled_auto_completed": self.world.chance(0.9),
            "auto_transition_to_operational_state": True,
            "auto_transition_deliver_notifications_at_start": self.world.chance(0.8),
            **{flag: self.world.chance(0.8) for flag in flags},
        }
        self._publish("POST", INCIDENTS, incident)

    def do_put_off_a_maintenance(self) -> None:
        planned = [one for one, status in self.incidents.items() if status == "scheduled"]
        if planned:
            starts = self.world.now + self.world.between(300, 7200)
            times = {"scheduled_for": iso(starts), "scheduled_until": iso(starts + 1800)}
            self._update(self.world.random.choice(planned), **times)

    def do_add_a_subscriber(self) -> None:
        phone = phone_number(self.world.random.randrange(self.number_of_phones))
        verified = self.world.chance(0.7)
        body = {"phone": phone, "verified": verified, "preferences": self._preferences()}

        def ended(answer: Any) -> None:
            if answer.status == 201:
                self.subscriptions[phone] = answer.json["id"]

        kind = "add verified" if verified else "add"
        self.call(
            Cause(kind, phone), "POST", "/api/sms/subscribers", body, ended, headers=self.operator()
        )

    def do_remove_a_subscriber(self) -> None:
        if phone := self._someone():
            path = f"/api/sms/subscribers?id={self.subscriptions[phone]}"
            self.call(Cause("remove"), "DELETE", path, None, headers=self.operator())

    def do_look_at_everything(self) -> None:
        for path in ("/api/sms/subscribers", INCIDENTS, PAGE, "/subscription_form"):
            self.call(Cause("look"), "GET", path, None, headers=self.operator())

    def do_change_the_page(self) -> None:
        rng = self.world.random
        change: Mapping[str, Any] = rng.choice(
            (
                {"keyword_replies": rng.choice(("twilio", "statustext"))},
                {"coalescing_window": rng.choice((0, 30, 300))},
                {"recipient_limits": rng.choice(([], [[1, 60]], [[1, 60], [3, 900]], [[1, 3600]]))},
                {"quiet_hours": rng.choice(("", "22:00-07:00", "09:00-17:00"))},
                {"overnight": rng.choice(("line", "nothing"))},
                {"segment_budget": rng.choice((1, 2, 3))},
                {"maintenance_reminder_minutes": rng.choice((5, 15, 60))},
                {"limits": {"texts_per_hour": rng.choice((0, 5, 1000))}},
                {"failover_after_minutes": rng.choice((0, 1, 10))},
            )
        )
        self.change_page(change)

    def do_choose_a_carrier(self) -> None:
        by_aws = [{"id": AWS_SENDER, "prefixes": ["+"]}]
        self.change_page({"senders": self.world.random.choice((by_aws, []))})

    def do_text_stop_to_the_second_number(self) -> None:
        if phone := self._someone():
            self.system.aws_sms.reply(phone, "STOP", self.world.now)

    def do_set_up_another_page(self) -> None:
        """Another page's operator, with a key of their own: this page must not notice."""
        rng, headers = self.world.random, {"X-API-Key": "another-key"}
        if not self.has_another_page:
            self.has_another_page = True
            create_page(self.system.table, replace(START_PAGE, id="another", name="Another"))
            key = new_key("another-key", "another", "another", self.world.now)
            create_key(key, "the command", self.system.table, system_entropy)
        change: dict[str, Any] = {
            "senders": [{"id": rng.choice(list(SENDERS)), "prefixes": ["+1"]}],
            "limits": {"signups_per_hour": rng.choice((1, 300)), "texts_per_hour": 1},
            "quiet_hours": rng.choice(("off", "00:00-23:59")),
            "recipient_limits": rng.choice(([], [[1, 3600]])),
        }
        self.call(Cause("page"), "PATCH", "/v1/pages/another", change, headers=headers)
        paused = {"paused": self.world.chance(0.5)}
        self.call(Cause("pause"), "PATCH", "/v1/pages/another/sending", paused, headers=headers)

    def do_stop_and_go(self) -> None:
        self.is_paused = not self.is_paused
        self.pause(self.is_paused)

    def do_twilio_says_how_it_is(self) -> None:
        """On its own status page, as the clock would have read it."""
        status = self.world.random.choice(("major_outage", "operational"))
        self.report_of_twilio(ComponentStatus(status))

    def do_recall_an_update(self) -> None:
        if self.history.updates and self.world.chance(0.4):
            incident, seq = self.world.random.choice(sorted(self.history.updates))
            path = f"{INCIDENTS}/{incident}/updates/{seq}/recall"
            self.call(Cause("recall"), "POST", path, None, headers=self.operator())

    def do_release_the_quarantined(self) -> None:
        for one, person in self.history.people.items():
            if person.state == "quarantined":
                path = f"/api/sms/subscribers/{one}/release"
                self.call(Cause("release"), "POST", path, None, headers=self.operator())

    def do_rotate_the_token(self) -> None:
        self.rotate()

    def do_rotate_the_api_key(self) -> None:
        """As the command does, one step at a time; requests with the old key may be under way."""
        table = self.system.table
        if len(self.keys) == 1:
            self.keys.append(f"{KEY}-{next(self._numbers)}")
            self.private(self.keys[-1])
            key = new_key(self.keys[-1], "default", "rotated", self.world.now)
            create_key(key, "the command", table, system_entropy)
        else:
            key_id = key_hash(self.keys.pop(0))[:16]
            revoke_key("default", key_id, "the command", table, self.world.now, system_entropy)

    # How it is done.

    def operator(self) -> Mapping[str, str]:
        """What shows a request to be the operator's."""
        return {"X-API-Key": self.keys[-1]}

    def change_page(self, change: Mapping[str, Any]) -> None:
        """The operator's settings of the page."""
        self.call(Cause("page"), "PATCH", PAGE, change, headers=self.operator())

    def report_of_twilio(self, status: ComponentStatus) -> None:
        """What its page says from now on."""
        table, now = self.system.table, self.world.now
        table.write(put_report(get_report(table, Carrier.TWILIO).read(status, now)))

    def pause(self, paused: bool) -> None:
        """The operator's kill switch."""
        self.call(
            Cause("pause"), "PATCH", f"{PAGE}/sending", {"paused": paused}, headers=self.operator()
        )

    def call(
        self,
        cause: Cause,
        method: str,
        path: str,
        body: Any,
        ended: Callable[[Any], None] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        address: str = "198.51.100.7",
    ) -> None:
        """A request through the template's API; `ended` is told the answer, where one comes."""

        def done(task: Task) -> None:
            if task.error is None:
                self.world.note("answered", task, task.answer.status)
                if ended:
                    ended(task.answer)

        self.world.start(
            cause.kind,
            lambda: self.system.http(
                method, path, body, headers=headers, source_ip=address, form=form
            ),
            done,
            timeout=10.0,
            cause=cause,
        )

    def _publish(self, method: str, path: str, incident: Mapping[str, Any]) -> None:
        """The same request again where no answer came, which its key makes harmless."""
        key = str(UUID(int=self.world.random.getrandbits(128)))
        headers = {**self.operator(), "Idempotency-Key": key}

        def ended(answer: Any) -> None:
            if answer.status in (200, 201):
                one, status = answer.json["id"], answer.json["status"]
                self.incidents[one] = status
                self.published.add((one, incident.get("status", status), incident.get("body", "")))

        for _ in range(1 + self.world.chance(0.2)):
            cause = Cause("publish")
            self.call(cause, method, path, {"incident": incident}, ended, headers=headers)

    def _update(self, incident: str | None = None, **changes: Any) -> None:
        if one := incident or self._incident():
            self._publish("PATCH", f"{INCIDENTS}/{one}", changes)

    def _incident(self) -> str | None:
        ordinary = [one for one, status in self.incidents.items() if status not in MAINTENANCE]
        return self.world.random.choice(ordinary) if ordinary else None

    def _words(self, news: str) -> str:
        """As no other update has them, by which it is known again."""
        return f"{news} {next(self._numbers)}."

    def _someone(self, among: Mapping[str, str] | None = None) -> str | None:
        known = list(self.subscriptions if among is None else among)
        return self.world.random.choice(known) if known else None

    def _bearer(self, phone: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.tokens[phone]}"}

    def _codes(self, phone: str) -> list[str]:
        one = self.subscriptions[phone]
        return [known.code for known in self.history.codes if known.subscriber == one]

    def _enter(self, phone: str, code: str) -> None:
        one = self.subscriptions[phone]
        live = [known for known in self.history.codes if known.subscriber == one]

        def ended(answer: Any) -> None:
            if answer.status == 200:
                self.tokens[phone] = answer.json["manage_token"]
                self.private(self.tokens[phone])
                self.verified(one, code)
            elif answer.status == 422:
                for known in live:
                    known.tries += 1

        right = [known for known in live if known.code == code]
        tried_out = bool(right) and all(known.tries >= TRIES for known in right)
        cause = Cause("verify", phone, code=code, subscriber=one, is_tried_out=tried_out)
        self.call(cause, "POST", f"/subscriptions/{one}/verify", {"code": code}, ended)

    def _preferences(self) -> dict[str, Any]:
        rng = self.world.random
        chosen: dict[str, Any] = {
            flag: rng.random() < 0.5
            for flag in ("new_incidents", "updates", "resolutions", "maintenance")
            if rng.random() < 0.5
        }
        if rng.random() < 0.3:
            chosen["severity_filter"] = rng.sample(IMPACTS, rng.randrange(1, 4))
        if rng.random() < 0.3:
            chosen["services"] = [rng.choice(("svc_api", "svc_payments"))]
        if rng.random() < 0.1:
            chosen["all_resolutions"] = True
        if rng.random() < 0.2:
            chosen["quiet_hours"] = rng.choice(("22:00-07:00", "08:00-20:00", "off"))
            chosen["timezone"] = rng.choice(("America/New_York", "Europe/Berlin"))
        return chosen

    def text(self, body: str, phone: str | None = None) -> None:
        phone = phone or self._someone()
        if phone is None:
            return
        try:
            self.system.twilio.reply(phone, body, self.world.now)
        except UnknownPhoneError:
            return  # nobody has texted it yet
        self.world.note("texted", body)


def iso(seconds: float) -> str:
    """A moment as an operator writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


MAINTENANCE = {"scheduled": "in_progress", "in_progress": "completed"}
