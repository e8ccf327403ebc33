"""What happened, as the table's commits and Twilio show it: what the promises are judged by.

It reads rows as they are stored and shares no rule with the program. Everything is in the order of
commits, which the table makes one after the other.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.lean_aws.attribute_values import Item
from local.lean_aws.table import Change, unpacked
from tests.simulation.causes import Cause
from tests.simulation.world import Task

FINAL = {"resolved", "maintenance_completed"}


@dataclass(frozen=True)
class Write:
    """One committed write of a row: its key, its kind, and the row before and after (or empty)."""

    pk: str
    sk: str
    kind: str
    before: Item
    after: Item

    @classmethod
    def of(cls, change: Change) -> "Write":
        before = {} if change.before is None else unpacked(change.before)
        after = {} if change.after is None else unpacked(change.after)
        return cls(change.pk, change.sk, text(after or before, "kind"), before, after)


@dataclass
class Claim:
    """An attempt to text somebody, as written ahead. `covers` are updates by incident."""

    name: str
    subscriber: str
    covers: Mapping[str, int]
    at: float
    claimed_at: float = 0.0
    """When by its own clock, as its row says."""
    taken_back: bool = False
    requested: int = 0
    accepted: int = 0
    by: object = None
    carrier: str = ""
    """Who is to carry it, as its row says."""
    refused_to: Task | None = None
    """The function that Twilio's clean refusal came through to."""

    @property
    def skew(self) -> float:
        """By how many seconds the clock was wrong by which it was made."""
        return self.by.skew if isinstance(self.by, Task) else 0.0

    @property
    def may_have_gone(self) -> bool:
        """Whether anybody knows better. A refusal is not known if its function died or failed
        before it wrote that down."""
        task = self.refused_to
        knew = task is not None and not task.error and task.answer == {"batchItemFailures": []}
        return bool(self.accepted) or not (self.taken_back or knew)


@dataclass
class Person:
    """A subscriber as stored, and what befell them. Numbers of commits tell what was when."""

    id: str
    row: Item = field(default_factory=dict)
    verified: bool = False
    active_since: int = 0
    settled_since: int = 0
    """The commit of the last change of state, preferences or own pause."""
    told: dict[str, int] = field(default_factory=dict)
    """By incident the newest update that Twilio accepted."""
    said: list[tuple[float, str]] = field(default_factory=list)
    """Announcements that Twilio accepted, with when they were claimed."""
    held: set[str] = field(default_factory=set)
    """Incidents of which something was held for this person."""
    has_asked: bool = False
    """Whether they entered a code, or an operator said that they agreed."""

    @property
    def phone(self) -> str:
        return str(text(self.row, "phone"))

    @property
    def address(self) -> str:
        """Of a mailbox or on the web, for who follows without texts."""
        return text(self.row, "address")

    @property
    def state(self) -> str:
        return text(self.row, "state")

    @property
    def is_active(self) -> bool:
        return self.state == "active" and "suppressed" not in self.row


@dataclass(frozen=True)
class PublishedUpdate:
    """An update that people are to be told, and who was active when it was committed."""

    incident: str
    seq: int
    event: str
    tell_at: float
    commit: int
    audience: frozenset[str]


@dataclass
class Code:
    """A code that was texted, for one subscription; it works until `ends_at`."""

    subscriber: str
    code: str
    ends_at: float
    tries: int = 0
    used: int = 0


@dataclass
class History:
    """The record so far."""

    commits: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    updates: dict[tuple[str, int], PublishedUpdate] = field(default_factory=dict)
    incidents: dict[str, Item] = field(default_factory=dict)
    ledger: dict[tuple[str, int, str], Item] = field(default_factory=dict)
    directs: dict[str, Item] = field(default_factory=dict)
    written: dict[tuple[str, int], Item] = field(default_factory=dict)
    """Rows of all updates, by incident and number."""
    opt_outs: set[str] = field(default_factory=set)
    """Twilio's ids of the texts by which somebody was opted out."""
    consents: dict[tuple[str, str], Item] = field(default_factory=dict)
    """By subscriber and sort key."""
    accepted: dict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))
    texts: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    """Bodies that Twilio accepted, by phone, with their times."""
    codes: list[Code] = field(default_factory=list)
    deliveries: int = 0
    claimed: Callable[[Claim], None] = lambda claim: None
    """Told of every claim of an announcement."""

    def person(self, one: str) -> Person:
        return self.people.setdefault(one, Person(one))

    def codes_of(self, subscriber: str, code: str) -> list[Code]:
        return [one for one in self.codes if (one.subscriber, one.code) == (subscriber, code)]

    def note_commit(self, write: Write, now: float, by: object) -> None:
        """A row was written. Judge it before: this makes it part of the record."""
        self.commits += 1
        match write.kind:
            case "subscriber":
                self._note_subscriber(write.sk, write.before, write.after, now, by)
            case "delivery":
                incident, seq = write.pk.split("#")[3:5]
                self.ledger[incident, int(seq), write.sk] = write.after
            case "incident":
                self.incidents[write.sk] = write.after
            case "update":
                self.written[text(write.after, "incident"), int(write.after["seq"]["N"])] = (
                    write.after
                )
                if not write.before:
                    self._note_update(write.after)
            case "direct" if write.after:
                self._note_direct(write.sk.removeprefix("DIRECT#"), write.after, now, by)
            case "consent":
                consent = write.pk.rpartition("#")[2], write.sk
                self.consents[consent] = write.after

    def _note_subscriber(self, one: str, before: Item, after: Item, now: float, by: object) -> None:
        person = self.person(one)
        person.row = after
        if "suppressed" in after and isinstance(by, Task) and isinstance(by.cause, Cause):
            self.opt_outs.add(by.cause.message)
        is_same = all(
            before.get(name) == after.get(name)
            for name in ("state", "suppressed", "preferences", "paused_until")
        )
        if not is_same:
            person.settled_since = self.commits
        if person.is_active and text(before, "state") != "active":
            person.active_since = self.commits
        for claim in claims_in(one, before, after, now):
            claim.by = by
            self.claims[claim.name] = claim
            self.claimed(claim)
        for name in taken_back_in(one, before, after):
            if name in self.claims:
                self.claims[name].taken_back = True
        person.held |= {incident for incident, told in told_in(after).items() if "u" in told}

    def _note_update(self, row: Item) -> None:
        if not row["deliver"]["BOOL"]:
            return
        incident, seq = text(row, "incident"), int(row["seq"]["N"])
        self.updates[incident, seq] = PublishedUpdate(
            incident,
            seq,
            text(row, "event"),
            float((row.get("tell_at") or row["created_at"])["N"]),
            self.commits,
            frozenset(one.id for one in self.people.values() if one.is_active),
        )

    def _note_direct(self, direct: str, after: Item, now: float, by: object) -> None:
        before = self.directs.get(direct, {})
        self.directs[direct] = after
        subscriber = text(after, "subscriber")
        name = f"d.{direct}.{subscriber}.1"
        if "claimed_at" in after and "claimed_at" not in before:
            self.claims[name] = Claim(name, subscriber, {}, now, by=by)
        elif "claimed_at" in before and "claimed_at" not in after:
            self.claims[name].taken_back = True


def text(row: Mapping[str, Any], name: str) -> str:
    """A string attribute; "" where there is none."""
    return str(row.get(name, {}).get("S", ""))


def told_in(row: Item) -> dict[str, Mapping[str, Any]]:
    """The claims on a subscriber's row, by incident, as stored."""
    return {name: one["M"] for name, one in row.get("told", {}).get("M", {}).items()}


def is_text(told: Mapping[str, Any]) -> bool:
    """Whether a thread's row says that a text was claimed."""
    return bool(told["st"] == {"S": "claimed"})


def claims_in(one: str, before: Item, after: Item, now: float) -> list[Claim]:
    """The attempts that a change of a subscriber's row writes ahead."""
    if before.get("told") == after.get("told"):
        return []
    known, told = told_in(before), told_in(after)
    new = {
        incident: mark
        for incident, mark in told.items()
        if is_text(mark) and (incident not in known or _place(known[incident]) != _place(mark))
    }
    found = []
    for lead, mark in new.items():
        if "w" in mark:
            continue
        covers = {
            incident: int(other["s"]["N"])
            for incident, other in new.items()
            if incident == lead or other.get("w") == {"S": lead}
        }
        name = f"a.{lead}.{mark['s']['N']}.{one}.{mark['n']['N']}"
        at, carrier = float(mark["t"]["N"]), text(mark, "c")
        found.append(Claim(name, one, covers, now, at, carrier=carrier))
    return found


def taken_back_in(one: str, before: Item, after: Item) -> list[str]:
    """Names of the attempts that a change takes back: they certainly were not accepted."""
    if before.get("told") == after.get("told"):
        return []
    told = told_in(after)
    return [
        f"a.{incident}.{mark['s']['N']}.{one}.{mark['n']['N']}"
        for incident, mark in told_in(before).items()
        if is_text(mark)
        and "w" not in mark
        and incident in told
        and _place(told[incident]) == _place(mark)
        and told[incident].get("b") != mark["b"]
    ]


def _place(mark: Mapping[str, Any]) -> tuple[str, str]:
    return mark["s"]["N"], mark["n"]["N"]
