"""The promises to the page's own team, and what its monitoring may do.

No text to an on-call phone above the cap, nobody told of what is answered or over, and one incident
for what belongs together, however often its source repeats itself.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.lean_aws.attribute_values import Item
from tests.simulation.history import Write, text

MOST, WINDOW = 5, 3600.0
"""Texts to on-call phones in any hour, by the page's promise."""

WRONG_CLOCKS = 100.0
"""Seconds by which two functions' clocks may differ at most (sources.skew)."""

OPEN_DRAFTS = {"waiting", "publishing", "published"}


@dataclass
class TeamPromises:
    """Judges of one history. `incidents` are rows by id, as they are now."""

    breaks: Callable[[int, str], None]
    incidents: Mapping[str, Item]
    escalations: dict[str, str] = field(default_factory=dict)
    """State by id."""
    ordered: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When texts to on-call phones were ordered, by page."""
    drafts: dict[str, Item] = field(default_factory=dict)
    """By group."""
    alerts: dict[str, Item] = field(default_factory=dict)
    """By fingerprint."""

    def judge_commit(self, write: Write) -> None:
        """Look at a row that is about to be written, and take it in."""
        match write.kind:
            case "escalation" if write.after:
                self.escalations[write.sk] = text(write.after, "state")
            case "team_message":
                self._judge_message(write)
            case "direct" if text(write.after, "event") == "on_call":
                self._judge_text(write)
            case "draft" if write.after:
                self._judge_draft(write)
            case "alert" if write.after:
                self.alerts[text(write.after, "fingerprint")] = write.after

    def _judge_message(self, write: Write) -> None:
        is_new = text(write.after, "status") in ("claimed", "ordered")
        if not is_new or text(write.before, "status") == text(write.after, "status"):
            return
        escalation = write.pk.rpartition("#")[2]
        if (state := self.escalations.get(escalation)) not in ("raised", "exhausted"):
            self.breaks(2, f"{write.sk} of {escalation} was told, which is {state}")

    def _judge_text(self, write: Write) -> None:
        before, after = write.before, write.after
        if not before:
            ordered = self.ordered[text(after, "page")]
            ordered.append(float(after["at"]["N"]))
            last = [one for one in ordered if one > ordered[-1] - (WINDOW - WRONG_CLOCKS)]
            if len(last) > MOST:
                self.breaks(6, f"{len(last)} texts to on-call phones in an hour")
        if "claimed_at" in after and "claimed_at" not in before:
            escalation = text(after, "escalation")
            if (state := self.escalations.get(escalation)) not in ("raised", "exhausted"):
                self.breaks(2, f"{write.sk} was claimed though {escalation} is {state}")

    def _judge_draft(self, write: Write) -> None:
        before, after, group = write.before, write.after, text(write.after, "group")
        self.drafts[group] = after
        if not before:
            return
        was, number = text(before, "incident"), before["number"] == after["number"]
        if number and was and text(after, "incident") != was:
            self.breaks(2, f"the draft {group} became two incidents")
        if not number and text(before, "state") in OPEN_DRAFTS and not self._is_over(was):
            self.breaks(2, f"a second draft of {group} was opened beside the first")

    def _is_over(self, incident: str) -> bool:
        row = self.incidents.get(incident)
        return bool(incident) and (not row or text(row, "status") in ("resolved", "postmortem"))

    def judge_rest(self, said: Mapping[str, float]) -> None:
        """What must hold at the end. `said` is since when the newest is that was taken from
        monitoring, by its fingerprint."""
        for fingerprint, at in said.items():
            row = self.alerts.get(fingerprint)
            if row is None or float(row["starts_at"]["N"]) < at - WRONG_CLOCKS:
                self.breaks(9, f"the alert {fingerprint} was taken and is nowhere")
        for group, row in self.drafts.items():
            state = text(row, "state")
            is_firing = bool(row["firing"]["L"])
            is_stuck = state == "publishing" or (state == "published" and not is_firing)
            if is_stuck and not self._is_over(text(row, "incident")):
                self.breaks(9, f"the draft {group} is {state} for ever")
