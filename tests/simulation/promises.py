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

from local.lean_aws.attribute_values import Item
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
from tests.simulation.world import Task
from tests.stepped import SENDERS

PRIVATE = re.compile(r"(?:(?<![\w.])|(?<=%2B))\+?1\D?555\D?\d{3}\D?\d{4}(?!\w)")
"""Every number of the simulation is fictional and of this form; within ids it is chance."""

OWN = {one for one in SENDERS if PRIVATE.search(one)}
"""Numbers that texts come from, which a page's settings tell."""

CODE = re.compile(r"code is (\d{6})")
SIX_DIGITS = re.compile(r"(?<![\w.])\d{6}(?!\w|\.\d)")
CODE_LIFE, TRIES = 600.0, 5
SAME_TEXT = 60.0
REQUEST = 10.0
"""Seconds that a request takes at most: a code entered in time may be taken so much later."""

AGREE = 0.015
"""Seconds by which clocks may be wrong either way for the rate to hold exactly: with the way to
Twilio (calls.WAY) that is what the throttle's margin leaves."""

LATE_READ = 60.0
"""Seconds between a look at an incident and the claim that follows from it, at most: a read is used
for one second, and calls may take long."""

TO_ANYBODY = ("verification", "help", "on_call")
"""Events of texts to who has no verified subscription; contacts of the team are verified apart."""

TERMINAL = {"suppressed", "superseded", "expired", "delivered", "undelivered", "failed"}
ENDED = {"delivered", "undelivered", "failed"}
"""Those of them that no later news can change."""


class BrokenPromiseError(AssertionError):
    """A promise was broken; the message says which, by whom and when."""


@dataclass
class Promises:
    """Judges of one history. `rate` is each sender's, in segments per second."""

    history: History
    now: Any
    rate: float
    broken: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    """Keys and tokens of anybody."""
    stood_still_at: float = 0.0
    """When everything last stood still: who had read before, claims by what it read."""
    _windows: dict[tuple[str, float], deque[tuple[float, int]]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    def breaks(self, promise: int, what: str) -> None:
        self.broken.append(f"promise {promise}: {what}")

    # At every commit.

    def judge_commit(self, write: Write, cause: Cause | None) -> None:
        """Before the history takes it in."""
        if write.kind == "direct":
            self._judge_direct(write)
        if write.kind == "delivery":
            self._judge_delivery(write)
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
        used_at = write.before.get("used_at")
        if used_at and write.after and write.after.get("used_at") != used_at:
            self.breaks(7, f"the code of {write.sk} was used twice")
        if float(write.after.get("tries", {"N": 0})["N"]) > TRIES:
            self.breaks(7, f"the code of {write.sk} was tried more than five times")
        if "claimed_at" in write.after and "claimed_at" not in write.before:
            person = self.history.person(text(write.after, "subscriber"))
            if "suppressed" in person.row:
                self.breaks(1, f"{write.sk} was claimed though {person.id} had opted out")

    def _judge_delivery(self, write: Write) -> None:
        before, after = write.before, write.after
        was, now_is = text(before, "status"), text(after, "status")
        same_attempt = before.get("attempt") == after.get("attempt")
        came_back = (was, now_is, text(after, "carrier")) == ("delivered", "undelivered", "ses")
        is_kept = same_attempt and (now_is == was or came_back)
        if was in ENDED and after and not is_kept:
            self.breaks(3, f"{write.pk} for {write.sk} was {was} and is {now_is} again")

    def _judge_activation(self, person: Person, before: Item, cause: Cause | None) -> None:
        if cause is None or not cause.may_activate:
            self.breaks(4, f"{person.id} became active by {cause}")
            return
        if cause.code:
            self._judge_code(person.id, cause)
        elif cause.kind in ("reply", "release") and not person.verified:
            self.breaks(4, f"{person.id} came back by {cause} and was never verified")
        person.verified = True
        person.has_asked = person.has_asked or bool(cause.phone)

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
        elif not any(self.now() <= one.ends_at + REQUEST for one in known):
            self.breaks(7, f"{subscriber} became active by a code older than ten minutes")
        elif cause.is_tried_out:
            self.breaks(7, f"{subscriber} became active by a code after five wrong ones")

    def judge_newest(self, claim: Claim) -> None:
        """No older update is claimed once a newer one is to be told: the newest goes first."""
        if claim.at < self.stood_still_at + LATE_READ:
            return
        since = claim.at - LATE_READ - abs(claim.skew)
        for incident, seq in claim.covers.items():
            recalled = self.history.incidents[incident].get("recalled", {}).get("M", {})
            for (other, newer), update in self.history.updates.items():
                is_due = other == incident and newer > seq and update.tell_at < since
                if is_due and str(newer) not in recalled:
                    self.breaks(5, f"{claim.name} was claimed when #{newer} was to be told")

    # At every request to Twilio.

    def judge_request(self, form: Mapping[str, Any], carrier: str = "twilio") -> None:
        """A text arrives at a carrier, to be accepted or refused."""
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
        if claim.carrier and claim.carrier != carrier:
            self.breaks(2, f"{name} was claimed for {claim.carrier} and went by {carrier}")
        direct = self.history.directs.get(name.split(".")[1], {}) if name[:2] == "d." else {}
        if not person.verified and text(direct, "event") not in TO_ANYBODY:
            self.breaks(4, f"{name} was texted to {person.id}, who is not verified")

    def judge_answer(
        self,
        form: Mapping[str, Any],
        status: int,
        segments: int,
        task: Task,
        *,
        heard: bool,
        is_late: bool,
    ) -> None:
        """A carrier accepted or refused it, and the function hears of it or does not.

        A text that `is_late`, as everything stood still while it was on its way, no throttle keeps
        from arriving beside others.
        """
        name = attempt_in(form)
        claim = self.history.claims.get(name)
        if claim is None:
            return
        if status >= 400:
            claim.refused_to = task if heard and status < 500 else None
            return
        self.history.texts[form["To"]].append((self.now(), form["Body"]))
        sender = str(form.get("From") or form.get("MessagingServiceSid"))
        if not is_late:
            self._judge_rate(sender, segments, task.skew)
        claim.accepted += 1
        if name.startswith("d."):
            if claim.accepted > 1:
                self.breaks(2, f"{name} was accepted twice")
            if found := CODE.search(form["Body"]):
                ends_at = claim.at + claim.skew + CODE_LIFE
                self.history.codes.append(Code(claim.subscriber, found[1], ends_at))
            return
        self.history.deliveries += 1
        person = self.history.person(claim.subscriber)
        self._judge_words(person, claim, form["Body"])
        for incident, seq in claim.covers.items():
            delivery = incident, seq, person.id
            self.history.accepted[delivery] += 1
            if self.history.accepted[delivery] > 1:
                self.breaks(2, f"{incident}#{seq} was texted twice to {person.id}, by {name}")
        self.judge_told(claim)

    def judge_told(self, claim: Claim) -> None:
        """Somebody was told for certain, by whatever way: nothing older, and no end alone."""
        person = self.history.person(claim.subscriber)
        for incident, seq in claim.covers.items():
            self._judge_order(person, claim, incident, seq)

    def _judge_words(self, person: Person, claim: Claim, body: str) -> None:
        for at, other in person.said:
            if other == body and abs(claim.claimed_at - at) < SAME_TEXT:
                self.breaks(2, f"{person.id} got the same words twice in a minute: {claim.name}")
        person.said.append((claim.claimed_at, body))

    def _judge_order(self, person: Person, claim: Claim, incident: str, seq: int) -> None:
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
            and other.may_have_gone
            for other in self.history.claims.values()
        )

    def _judge_rate(self, sender: str, segments: int, skew: float) -> None:
        """Among functions whose clocks agree, as far as the throttle promises (known limits).

        One whose clock is wrong by more keeps to the rate by its own clock, which is a window of
        its own; its slots are no others', so it takes none from those that are right.
        """
        now, window = self.now(), self._windows[sender, skew if abs(skew) > AGREE else 0.0]
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
        if any(found not in OWN for found in PRIVATE.findall(words)):
            self.breaks(8, f"a phone number in {where}: {PRIVATE.sub('<number>', words)[:300]}")
        if any(secret in words for secret in self.secrets):
            self.breaks(8, f"a key or a token in {where}")
        if not self.history.codes:
            return
        digits = set(SIX_DIGITS.findall(words))
        if digits and any(one.code in digits for one in self.history.codes):
            self.breaks(8, f"a code in {where}")

    def judge_taken(self, message: str) -> None:
        """Twilio was told that we took an opt-out, and never says it again."""
        if message not in self.history.opt_outs:
            self.breaks(9, f"the opt-out {message} was answered and is nowhere")


def attempt_in(form: Mapping[str, Any]) -> str:
    """The attempt's id in the address that receipts go to."""
    return str(form.get("StatusCallback", "")).partition("#")[0].rpartition("/")[2]
