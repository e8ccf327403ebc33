"""What holds under every single fault: DESIGN's promises, as far as no journey needs to be known.

Looked at while everything happens (`Witness`), and once it has come to rest (`kept`).
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.configuration import FAKE_AUTH_TOKEN
from local.lean_aws.table import Change, unpacked
from statustext.adapters.dynamodb_types import unmarshal
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.carrier import Carrier
from statustext.domain.delivery import TERMINAL, DeliveryStatus
from statustext.domain.delivery_counts import counter
from statustext.domain.incident import FINAL_EVENTS
from tests.faults.calls import Call
from tests.faults.stage import Stage
from tests.functional.engine import master_key

Row = Mapping[str, Any]

BY_AWS = "SendTextMessage"
TEXTING = ("create", BY_AWS)
"""Requests that text somebody, to Twilio and to the second carrier."""

STALE_FOR = 1.0
"""Seconds for which an eventually consistent read sees a row as it was before its last change."""


@dataclass
class Witness:
    """What was committed and texted, in order. Problems are noted on the stage."""

    stage: Stage
    also: Callable[[Change], None] = lambda change: None
    _moment: int = 0
    _changed_at: dict[tuple[str, str], float] = field(default_factory=dict)
    _claimed: dict[str, int] = field(default_factory=dict)
    _stopped: dict[str, int] = field(default_factory=dict)
    _told: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _held: set[tuple[str, str]] = field(default_factory=set)
    _accepted: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Every change of the table is seen meanwhile; reads that need not be consistent see it
        only after a while."""
        table = self.stage.aws.dynamodb.tables[self.stage.system.table.name]
        table.committing, table.stale = self._committed, self._is_stale
        try:
            yield
        finally:
            table.committing, table.stale = None, None

    def _is_stale(self, pk: str, sk: str) -> bool:
        return self.stage.now < self._changed_at.get((pk, sk), 0.0) + STALE_FOR

    def _committed(self, change: Change) -> None:
        self.also(change)
        self._moment += 1
        self._changed_at[change.pk, change.sk] = self.stage.now
        if change.after is None:
            return
        if "#SUBSCRIBERS#" in change.pk:
            after, before = _row(change.after), _row(change.before)
            if "suppressed" not in after:
                self._stopped.pop(change.sk, None)
            elif "suppressed" not in before:
                self._stopped[change.sk] = self._moment
            for incident, told in after.get("told", {}).items():
                known = before.get("told", {}).get(incident, {})
                if known.get("u"):
                    self._held.add((change.sk, incident))
                if told != known and is_sent(told):
                    name = f"a.{incident}.{told['s']}.{change.sk}.{told['n']}"
                    self._claimed[name] = self._moment
        elif change.sk.startswith("DIRECT#"):
            after, before = _row(change.after), _row(change.before)
            if "claimed_at" in after and "claimed_at" not in before:
                name = f"d.{after['direct']}.{after['subscriber']}.1"
                self._claimed[name] = self._moment

    def texts(self, call: Call) -> Any:
        """The carrier's answer to a request, which is looked at before and after."""
        name = _attempt(call)
        parts = name.split(".")
        one = parts[2] if parts[0] == "d" else parts[3]
        claimed = self._claimed.get(name)
        if claimed is None:
            self._note(f"texted without a claim: {name}")
        elif self._stopped.get(one, claimed) < claimed:
            self._note(f"texted after an opt-out: {name}")
        subscriber = self._subscriber(one)
        if parts[0] == "a" and "verified_at" not in subscriber:
            self._note(f"told of an incident unverified: {name}")
        before = self._all_accepted()
        try:
            return call.make()
        finally:
            if self._all_accepted() > before:
                self._note_accepted(parts, subscriber)

    def _all_accepted(self) -> int:
        """Texts that any carrier accepted."""
        system = self.stage.system
        return len(system.twilio.accepted) + len(system.aws_sms.messages)

    def _note_accepted(self, parts: list[str], subscriber: Row) -> None:
        if parts[0] == "d":
            self._count(".".join(parts[:3]))
            return
        _, lead, seq, one, attempt = parts
        claims = subscriber.get("told", {})
        own = claims.get(lead, {})
        if (own.get("s"), own.get("n")) != (int(seq), int(attempt)):
            self._note(f"texted with a claim that is another's: {'.'.join(parts)}")
            return
        together = {
            incident: told
            for incident, told in claims.items()
            if incident == lead or (told.get("w") == lead and told["t"] == own["t"])
        }
        for incident, told in together.items():
            self._count(f"a.{incident}.{told['s']}.{one}")
            earlier = self._told[one, incident]
            if earlier and max(earlier) > told["s"]:
                self._note(f"an older update after a newer one: {incident}")
            # What opened and ended while it was held is one line in the morning.
            was_told = earlier or (one, incident) in self._held
            if told["e"] in FINAL_EVENTS and not was_told:
                self._note(f"the end of what was never told: {incident}")
            earlier.append(told["s"])

    def _count(self, delivery: str) -> None:
        self._accepted[delivery] += 1
        if self._accepted[delivery] > 1:
            self._note(f"texted twice: {delivery}")

    def _subscriber(self, one: str) -> Row:
        table = self.stage.aws.dynamodb.tables[self.stage.system.table.name]
        return _row(table.get(*subscriber_key("default", one)))

    def _note(self, problem: str) -> None:
        self.stage.problems.append(problem)


def _attempt(call: Call) -> str:
    """The id of the attempt that a request makes."""
    if call.operation == BY_AWS:
        return str(call.params["Context"]["attempt"])
    return str(call.params["StatusCallback"].partition("/status/")[2].partition("#")[0])


def is_sent(told: Row) -> bool:
    """Whether a claim says that a text goes out."""
    return bool(told["st"] == "claimed")


def _row(packed: bytes | None) -> Row:
    return unmarshal(unpacked(packed)) if packed else {}


def problems(stage: Stage, heard: str) -> list[str]:
    """What is not as it should be once everything is at rest. `heard` is all that was logged."""
    rows = stage.system.rows()
    return [
        *stage.problems,
        *_lost(stage),
        *_deliveries(stage, rows),
        *_counts(rows),
        *_events(stage, rows),
        *_answers(stage),
        *_personal(stage, heard),
    ]


def _lost(stage: Stage) -> Iterator[str]:
    for name, queue in stage.aws.sqs.queues.items():
        if queue.messages:
            bodies = [message.body for message in queue.messages.values()]
            yield f"left in queue {name}: {bodies}"


def of(kind: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("kind") == kind]


def _deliveries(stage: Stage, rows: Sequence[Row]) -> Iterator[str]:
    for row in of("delivery", rows):
        is_over = row["status"] in TERMINAL or row["status"] == DeliveryStatus.HELD
        # SES tells of a mail by events only, and nobody asks for them.
        is_over |= row["status"] == DeliveryStatus.ACCEPTED and row.get("carrier") == Carrier.SES
        if not is_over and not (stage.loses_receipts and "sid" in row):
            yield f"a delivery without an end: {row['status']} {row.get('reason', '')}"
    for row in of("direct", rows):
        if "claimed_at" not in row and row.get("status") not in TERMINAL:
            yield f"a direct text without an end: {row['event']} {row.get('status', '')}"


def _counts(rows: Sequence[Row]) -> Iterator[str]:
    """The counters of each update are those of its ledger."""
    counted: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in of("delivery", rows):
        status = DeliveryStatus(row["status"])
        counted[row["incident"], row["seq"]][counter(status, row.get("reason", ""))] += 1
    kept = {
        (row["pk"].rpartition("#")[2], int(row["sk"])): Counter(
            {
                name.removeprefix("count_"): value
                for name, value in row.items()
                if name.startswith("count_") and value and name != "count_filtered"
            }
        )
        for row in rows
        if "#COUNTS#" in row["pk"]
    }
    if counted != kept:
        yield f"counted {kept} of {dict(counted)}"


def _events(stage: Stage, rows: Sequence[Row]) -> Iterator[str]:
    """Whatever was done is told to whoever listens, at least once."""
    put = {(one["DetailType"], json.loads(one["Detail"])["at"]) for one in stage.aws.events.put}
    for row in of("audit", rows):
        if (row["event"], row["at"]) not in put:
            yield f"no event {row['event']}"


def _answers(stage: Stage) -> Iterator[str]:
    for answer in stage.answers:
        if answer.status < 400:
            continue
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            # In a form it stands beside the field; a page that does not exist says nothing else.
            said = ">This page does not exist.</h1>" if answer.status == 404 else 'role="alert"'
            if said not in answer.text or "Traceback" in answer.text:
                yield f"a page that does not say what is wrong: {answer}"
            continue
        if answer.status == 422 and isinstance(answer.json, list):
            continue  # of Statuspage's public API: sentences
        try:
            is_ours = set(answer.json["error"]) >= {"code", "message"}
        except (ValueError, KeyError, TypeError):
            is_ours = False
        if not is_ours or "Traceback" in answer.text:
            yield f"an answer of another shape: {answer}"


_NUMBER = re.compile(r"\+\d{9,}")
_CODE = re.compile(r"code is (\d{6})")


def _personal(stage: Stage, heard: str) -> Iterator[str]:
    if found := _NUMBER.search(heard):
        yield f"a number was logged: {heard[max(0, found.start() - 200) : found.end() + 50]}"
    codes = _CODE.findall(" ".join(stage.system.texts(None)))
    hidden = [*stage.phones, *stage.secrets, *codes, FAKE_AUTH_TOKEN, master_key(stage.system)]
    for secret in hidden:
        # Not within a longer number: a moment in milliseconds may hold a code's six digits.
        if found := re.search(rf"(?<!\d){re.escape(secret.lstrip('+'))}(?!\d)", heard):
            yield f"a secret was logged: {heard[max(0, found.start() - 200) : found.end()]}"
