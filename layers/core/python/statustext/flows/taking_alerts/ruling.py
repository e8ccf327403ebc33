"""A page's rules: set, and tried on a body."""

from collections.abc import Sequence
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.drafts import get_rules, put_rules
from statustext.adapters.dynamodb import Table
from statustext.alert_contracts import RuleInput, RulesInput, TrialInput
from statustext.domain.alerts.alert import Alert, NotUnderstood, Source
from statustext.domain.alerts.draft import IMPACT_OF, STATUS_OF
from statustext.domain.alerts.reading import read_alerts
from statustext.domain.alerts.rules import UNMATCHED, Publish, Rule, judge
from statustext.domain.page import Page
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.taking_alerts.showing import alert_shape


def set_rules(page: Page, given: RulesInput, act: Act) -> list[Rule]:
    """Replace a page's rules. Raises RejectedError 422 for a component that the page has not, or a
    name that two have."""
    rules = _rules(page.id, given.rules, act.table)
    note = act.note(page.id, "page.alert_rules_changed", {"rules": len(rules)})
    act.table.transact([put_rules(page.id, rules), note])
    return rules


def try_rules(page: Page, given: TrialInput, table: Table) -> dict[str, Any]:
    """What would become of a body's alerts. It writes nothing."""
    if given.rules is None:
        rules = get_rules(table, page.id)
    else:
        rules = _rules(page.id, given.rules, table)
    found = read_alerts(given.source, given.body)
    return {
        "alerts": [_would_be(rules, given.source, one) for one in found if isinstance(one, Alert)],
        "not_understood": [one.reason for one in found if isinstance(one, NotUnderstood)],
    }


def _would_be(rules: Sequence[Rule], source: Source, alert: Alert) -> dict[str, Any]:
    verdict = judge(rules, source, alert)
    is_matched = verdict.rule is not UNMATCHED
    shape = alert_shape(alert) | {"rule": verdict.rule.name if is_matched else None}
    if not alert.is_firing:
        return shape | {"does": "resolves what it opened", "incident": None}
    if verdict.publish is Publish.IGNORE:
        return shape | {"does": "is kept, and nothing else", "incident": None}
    is_published = verdict.publish is Publish.PUBLISH
    return shape | {
        "does": "publishes an incident" if is_published else "opens a draft",
        "incident": {
            "name": verdict.name_for(alert),
            "impact": IMPACT_OF[verdict.level].value,
            "components": dict.fromkeys(verdict.rule.components, STATUS_OF[verdict.level].value),
            "group": verdict.group,
            "settle_minutes": verdict.rule.settle_seconds / 60,
        },
    }


def _rules(page: str, given: Sequence[RuleInput], table: Table) -> list[Rule]:
    there = {name for one in list_components(table, page) for name in (one.id, one.key) if name}
    seen: set[str] = set()
    for at, one in enumerate(given):
        unknown = [name for name in one.components if name not in there]
        if unknown:
            raise _refused(f"rules.{at}.components", f"names {unknown[0]}, which is no component")
        if one.name in seen:
            raise _refused(f"rules.{at}.name", "is another rule's name; give each its own")
        seen.add(one.name)
    return [_rule(one) for one in given]


def _refused(field: str, reason: str) -> RejectedError:
    sentence = f"Correct {field}: it {reason}."
    return RejectedError(422, "invalid_request", sentence, fields={field: reason})


def _rule(given: RuleInput) -> Rule:
    return Rule(
        name=given.name,
        source=given.match.source,
        title=given.match.title or "*",
        labels=given.match.labels,
        components=tuple(given.components),
        level=given.level,
        publish=given.publish,
        incident_name=given.incident_name or "",
        body=given.body,
        group_by=tuple(given.group_by),
        settle_seconds=round(given.settle_minutes * 60),
    )
