"""The promises to who follows without texts: by mail, webhook or chat.

What is in doubt is sent again, with the same id, by which its receiver tells the repeat.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulation.channels import Sent
from tests.simulation.history import Claim, Code, History, text
from tests.simulation.world import Task

OF_A_POST = re.compile(r"(?<!\d)\d{6}(?!\d)")
OF_A_LINK = re.compile(r"[?&]code=([^\s&\"<>]+)")
POST_LIFE, LINK_LIFE = 600.0, 24 * 3600.0
"""Seconds for which a posted code works, and a mailed link."""


@dataclass
class FreeModes:
    """Judges of one history. `told` is told of each update that somebody was told for certain."""

    history: History
    breaks: Callable[[int, str], None]
    told: Callable[[Claim], None]
    ids: dict[tuple[str, int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """By which ids each update reached each person."""

    def judge_request(self, sent: Sent) -> None:
        """Something arrives at somebody's address, to be taken or refused."""
        claim = self.history.claims.get(sent.attempt)
        if claim is None:
            self.breaks(1, f"{sent.attempt} was sent and never claimed")
            return
        claim.requested += 1
        person = self.history.person(claim.subscriber)
        if claim.taken_back:
            self.breaks(2, f"{sent.attempt} was sent after its claim was taken back")
        if person.address and person.address != sent.to:
            self.breaks(4, f"{sent.attempt} went to another address than its subscriber's")
        if not person.verified and not sent.attempt.startswith("d."):
            self.breaks(4, f"{sent.attempt} went to {person.id}, who is not verified")

    def judge_answer(self, sent: Sent, status: int, task: Task, *, heard: bool) -> None:
        """It was taken or refused, whether the sender hears of it or not."""
        claim = self.history.claims.get(sent.attempt)
        if claim is None:
            return
        if status >= 400:
            claim.refused_to = task if heard and status < 500 else None
            return
        claim.accepted += 1
        if sent.attempt.startswith("d."):
            self._note_code(claim, sent)
            return
        if not sent.id:
            self.breaks(2, f"{sent.attempt} has no id by which a repeat is known")
        self.history.deliveries += claim.accepted == 1
        for incident, seq in claim.covers.items():
            known = self.ids[incident, seq, claim.subscriber]
            known.add(sent.id)
            if len(known) > 1:
                self.breaks(2, f"{incident}#{seq} reached {claim.subscriber} under two ids")
        self.told(claim)

    def _note_code(self, claim: Claim, sent: Sent) -> None:
        row = self.history.directs.get(sent.attempt.split(".")[1], {})
        if text(row, "event") not in ("verification", "confirmation"):
            return
        is_post = sent.to.startswith("https:")
        life = POST_LIFE if is_post else LINK_LIFE
        found = OF_A_POST.findall(sent.words) if is_post else OF_A_LINK.findall(sent.words)
        ends_at = claim.at + claim.skew + life
        for code in dict.fromkeys(found):
            self.history.codes.append(Code(claim.subscriber, code, ends_at))
