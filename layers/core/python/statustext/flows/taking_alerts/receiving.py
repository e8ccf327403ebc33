"""Hearing alerts: each is stored with what it changes about its draft, in one transaction.

A source repeats itself, and its messages may overtake each other. What is not newer than what was
heard of the same thing changes nothing; where the transaction was not made, the source's repetition
makes it.
"""

from collections import Counter
from dataclasses import dataclass

from statustext.adapters.alerts import HeardAlert, alert_id, get_alert, put_alert, put_unread
from statustext.adapters.drafts import get_draft, get_rules, put_draft
from statustext.adapters.dynamodb import Write
from statustext.adapters.incidents import get_incident
from statustext.domain.alerts.alert import Alert, NotUnderstood, Source
from statustext.domain.alerts.draft import (
    DraftIncident,
    DraftState,
    ends,
    fires,
    opened,
)
from statustext.domain.alerts.reading import read_alerts
from statustext.domain.alerts.rules import Publish, Rule, Verdict, judge
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError
from statustext.flows.acting import Act
from statustext.flows.taking_alerts.carrying_out import carry_out

RACES = 6
ACTOR = "monitoring"
REPEATED, TAKEN, NOT_TAKEN = "repeated", "taken", "not_understood"


@dataclass(frozen=True)
class Heard:
    """A body as it came: read, and as text, to be kept where nobody understands it."""

    source: Source
    body: object
    text: str


def receive(page: Page, heard: Heard, act: Act) -> Counter[str]:
    """Take in every alert of a body; how many were taken, repeated and not understood.

    Raises RacedError where other messages about the same things were in the way every time.
    """
    told: Counter[str] = Counter({TAKEN: 0, REPEATED: 0, NOT_TAKEN: 0})
    rules = get_rules(act.table, page.id)
    unread = set()
    for one in read_alerts(heard.source, heard.body):
        if isinstance(one, NotUnderstood):
            told[NOT_TAKEN] += 1
            unread.add(one.reason)
        else:
            told[_take(page, rules, heard.source, one, act)] += 1
    if unread:
        why = " ".join(sorted(unread))
        act.table.write(put_unread(page.id, act.new_id(), heard.source, heard.text, why, act.now))
    return told


def _take(page: Page, rules: list[Rule], source: Source, alert: Alert, act: Act) -> str:
    verdict = judge(rules, source, alert)
    for _ in range(RACES):
        known = get_alert(act.table, page.id, alert_id(source, alert.fingerprint))
        # A clock that runs ahead must not make all that follows look old.
        starts_at = min(alert.starts_at or act.now, act.now)
        heard = HeardAlert(page.id, source, alert, starts_at, act.now)
        if known and not heard.is_newer_than(known):
            return REPEATED
        try:
            draft = _store(heard, known, verdict, act)
        except (ConditionFailedError, RacedError):
            continue
        if draft:
            carry_out(page, draft.group, act)
        return TAKEN
    raise RacedError("alert")


def _store(
    heard: HeardAlert, known: HeardAlert | None, verdict: Verdict, act: Act
) -> DraftIncident | None:
    """Write the alert down, with the draft that it changes, if it does."""
    draft, notes = None, list[Write]()
    is_ignored = verdict.publish is Publish.IGNORE
    if not heard.alert.is_firing:
        # Its rule may be another one by now, or its title: what counts is where it fired.
        group, rule = (known.group, known.rule) if known else ("", "")
        before = get_draft(act.table, heard.page, group) if group else None
        if before and heard.id in before.firing:
            draft = ends(before, heard.id, act.now)
    else:
        group, rule = ("", verdict.rule.name) if is_ignored else (verdict.group, verdict.rule.name)
        if group:
            draft, notes = _with_fire(heard, verdict, act)
    stored = HeardAlert(
        heard.page, heard.source, heard.alert, heard.starts_at, act.now, rule, group
    )
    changed = put_draft(draft, act.now) if draft else []
    act.table.transact([put_alert(stored), *changed, *notes])
    return draft


def _with_fire(heard: HeardAlert, verdict: Verdict, act: Act) -> tuple[DraftIncident, list[Write]]:
    before = get_draft(act.table, heard.page, verdict.group)
    if before and before.is_still(act.now, is_incident_over=_is_over(before, act)):
        return fires(before, heard.id, verdict.level, act.now), []
    draft = opened(before, heard.page, heard.id, heard.alert, verdict, act.now)
    detail = {"draft": draft.id, "rule": draft.rule, "level": draft.level.value}
    return draft, [act.note(heard.page, "draft.opened", detail)]


def _is_over(draft: DraftIncident, act: Act) -> bool:
    """Whether somebody ended, or removed, the incident that it became."""
    if draft.state is not DraftState.PUBLISHED or draft.incident is None:
        return False
    found = get_incident(act.table, draft.page, draft.incident)
    return found is None or found.is_over
