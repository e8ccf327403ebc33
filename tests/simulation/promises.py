"""The promises of the design (§3), each judged at the moment it could break.

1 no text after an opt-out, 2 no double text, 3 nobody forgotten, 4 only the verified are told,
5 no going back, 6 never faster than the sender's rate, 7 a code works once, 8 nothing private in
logs or queues, 9 nothing is lost.
"""

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.fake_twilio.answers import Answer
from tests.lean_aws.attribute_values import Item
from tests.simulation.causes import Cause
from tests.simulation.history import (
    FINAL,
    Claim,
    Code,
    History,
    Person,
    Write,
    claims_in,
    text,
)

PRIVATE = re.compile(r"(?:(?<![\w.])|(?<=%2B))\+?1\D?555\D?\d{3}\D?\d{4}(?!\w)")
"""Every number of the simulation is fictional and of this form; within ids it is chance."""

CODE = re.compile(r"code is (\d{6})")
CODE_LIFE, TRIES = 600.0, 5
TERMINAL = {"suppressed", "superseded", "expired", "delivered", "undelivered", "failed"}


class BrokenPromiseError(AssertionError):
    """A promise was broken; the message says which, by whom and when."""


@dataclass
class Promises:
    """Judges of one history. `rate` is each sender's, in segments per second."""

    history: History
    now: Any
    rate: float
    broken: list[str] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    """Subscribers whose STOP we answered well and who did not come back."""
    _window: dict[str, deque[tuple[float, int]]] = field(default_factory=lambda: defaultdict(deque))

    def breaks(self, promise: int, what: str) -> None:
        self.broken.append(f"promise {promise}: {what}")

    # At every commit.

    def judge_commit(self, write: Write, cause: Cause | None) -> None:
        """Before the history takes it in."""
        if write.kind == "direct":
            self._judge_direct(write)
        if write.kind != "subscriber":
            return
        before, after, one = write.before, write.after, write.sk
        person = self.history.person(one)
        was_out, is_out = "suppressed" in before, "suppressed" in after
        if was_out and not is_out and not (cause and cause.may_return(person.phone)):
            self.breaks(1, f"{one}'s opt-out was lifted by {cause}")
        if text(after, "state") == "active" and text(before, "state") != "active":
            self._judge_activation(person, before, cause)
        if was_out or text(before, "state") != "active":
            for claim in claims_in(one, before, after, self.now()):
                self.breaks(1, f"{claim.name} was claimed though {one} had opted out or left")

    def _judge_direct(self, write: Write) -> None:
        if "claimed_at" in write.after and "claimed_at" not in write.before:
            person = self.history.person(text(write.after, "subscriber"))
            if "suppressed" in person.row:
                self.breaks(1, f"{write.sk} was claimed though {person.id} had opted out")

    def _judge_activation(self, person: Person, before: Item, cause: Cause | None) -> None:
        if cause is None or not cause.may_activate:
            self.breaks(4, f"{person.id} became active by {cause}")
            return
        if cause.code:
            self._judge_code(person.id, cause)
        elif cause.kind in ("reply", "release") and not person.verified:
            self.breaks(4, f"{person.id} came back by {cause} and was never verified")
        person.verified = True

    def judge_verified(self, subscriber: str, code: str) -> None:
        """The caller was told that a code was right, after which it must not work again."""
        for known in self.history.codes_of(subscriber, code):
            known.used += 1
            if known.used > 1:
                self.breaks(7, f"a code of {subscriber} worked twice")

    def _judge_code(self, subscriber: str, cause: Cause) -> None:
        known = self.history.codes_of(subscriber, cause.code)
        if not known:
            self.breaks(7, f"{subscriber} became active by a code never texted for it")
        elif not any(self.now() - one.at <= CODE_LIFE + 90 for one in known):
            self.breaks(7, f"{subscriber} became active by a code older than ten minutes")
        elif all(one.tries >= TRIES for one in known):
            self.breaks(7, f"{subscriber} became active by a code after five wrong ones")

    # At every request to Twilio.

    def judge_request(self, form: Mapping[str, Any]) -> None:
        """A text arrives at Twilio, to be accepted or refused."""
        name = attempt_in(form)
        claim = self.history.claims.get(name)
        if claim is None:
            self.breaks(1, f"{name} was texted and never claimed")
            return
        claim.requested += 1
        person = self.history.person(claim.subscriber)
        if claim.taken_back:
            self.breaks(2, f"{name} was texted after its claim was taken back")
        if person.phone and person.phone != form["To"]:
            self.breaks(4, f"{name} was texted to another number than its subscriber's")
        direct = self.history.directs.get(name.split(".")[1], {}) if name[:2] == "d." else {}
        if not person.verified and text(direct, "event") not in ("verification", "help"):
            self.breaks(4, f"{name} was texted to {person.id}, who is not verified")

    def judge_answer(
        self, form: Mapping[str, Any], answer: Answer, segments: int, *, heard: bool
    ) -> None:
        """Twilio accepted or refused it, and the function hears of it or does not."""
        name = attempt_in(form)
        claim = self.history.claims.get(name)
        if claim is None:
            return
        if answer.status >= 400:
            claim.refusal_heard = heard and answer.status < 500
            return
        self.history.texts[form["To"]].append((self.now(), form["Body"]))
        self._judge_rate(str(form.get("From") or form.get("MessagingServiceSid")), segments)
        claim.accepted += 1
        if name.startswith("d."):
            if claim.accepted > 1:
                self.breaks(2, f"{name} was accepted twice")
            if found := CODE.search(form["Body"]):
                self.history.codes.append(Code(claim.subscriber, found[1], self.now()))
            return
        self.history.deliveries += 1
        person = self.history.person(claim.subscriber)
        for incident, seq in claim.covers.items():
            self._judge_order(person, claim, incident, seq)

    def _judge_order(self, person: Person, claim: Claim, incident: str, seq: int) -> None:
        delivery = incident, seq, person.id
        self.history.accepted[delivery] += 1
        if self.history.accepted[delivery] > 1:
            self.breaks(2, f"{incident}#{seq} was texted twice to {person.id}, by {claim.name}")
        if seq < person.told.get(incident, 0):
            newer = person.told[incident]
            self.breaks(5, f"{person.id} got {incident}#{seq} after #{newer}, by {claim.name}")
        update = self.history.updates.get((incident, seq))
        if update and update.event in FINAL and not self._may_hear_end(person, claim, incident):
            self.breaks(
                5, f"{person.id} heard of the end of {incident}, of which it was never told"
            )
        person.told[incident] = max(seq, person.told.get(incident, 0))

    def _may_hear_end(self, person: Person, claim: Claim, incident: str) -> bool:
        preferences = person.row.get("preferences", {}).get("M", {})
        if preferences.get("all_resolutions") == {"BOOL": True} or incident in person.held:
            return True
        return any(
            other is not claim
            and other.subscriber == person.id
            and incident in other.covers
            and (other.accepted or not (other.taken_back or other.refusal_heard))
            for other in self.history.claims.values()
        )

    def _judge_rate(self, sender: str, segments: int) -> None:
        now, window = self.now(), self._window[sender]
        window.append((now, segments))
        while window[0][0] <= now - 1:
            window.popleft()
        # One text leaves with all its segments at once, be they more than the rate.
        allowed = max(self.rate, *(size for _, size in window))
        if sum(size for _, size in window) > allowed:
            self.breaks(6, f"{sender[-4:]} sent {sum(s for _, s in window)} segments in a second")

    # Of what is told to others.

    def judge_outside(self, where: str, words: str) -> None:
        """A log line, a queue's message or an event: what it must not hold."""
        if PRIVATE.search(words):
            self.breaks(8, f"a phone number in {where}: {PRIVATE.sub('<number>', words)[:300]}")


def attempt_in(form: Mapping[str, Any]) -> str:
    """The attempt's id in the address that receipts go to."""
    return str(form.get("StatusCallback", "")).partition("#")[0].rpartition("/")[2]
