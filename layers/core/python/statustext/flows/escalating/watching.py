"""What a page's open incidents call for: a critical one, and one without news, go to the team.

Whatever opened, changed, resolved or removed an incident, the clock sees it here; nothing that
publishes has to think of the team.
"""

from collections.abc import Sequence

from statustext.adapters.incidents import list_open
from statustext.domain.incident import Impact, Incident
from statustext.domain.page import Page
from statustext.domain.team.escalation import Cause, CauseKind, Escalation
from statustext.domain.team.routing import Level
from statustext.flows.acting import Act
from statustext.flows.escalating.raising import News, clear, raise_to_team


def watch_incidents(page: Page, escalations: Sequence[Escalation], act: Act) -> int:
    """Raise what is new and clear what is over, where `escalations` are the open ones; how many
    changed."""
    incidents = [one for one in list_open(act.table, page.id) if not one.is_maintenance]
    known = {one.cause: one for one in escalations}
    wanted = _wanted(page, incidents, act.now)
    changed = 0
    for cause, news in wanted.items():
        if cause not in known or known[cause].level is not news.level:
            changed += raise_to_team(page, cause, news, act) not in _ids(escalations)
    still_open = {one.id for one in incidents}
    for cause in known:
        is_over = cause.kind is CauseKind.INCIDENT and cause.id not in still_open
        if is_over or (cause.kind is CauseKind.STALE and cause not in wanted):
            changed += clear(page.id, cause, act)
    return changed


def _wanted(page: Page, incidents: Sequence[Incident], now: float) -> dict[Cause, News]:
    found = {}
    for one in incidents:
        link = page.incident_url(one.id)
        if one.impact is Impact.CRITICAL:
            cause = Cause(CauseKind.INCIDENT, one.id)
            found[cause] = News(Level.CRITICAL, one.name, one.component_ids, link)
        minutes = page.team.stale_minutes
        if minutes and one.updated_at <= now - minutes * 60:
            title = f"No update for {_spoken(minutes)}: {one.name}"
            found[Cause(CauseKind.STALE, one.id)] = News(
                Level.ERROR, title, one.component_ids, link
            )
    return found


def _ids(escalations: Sequence[Escalation]) -> set[str]:
    return {one.id for one in escalations}


def _spoken(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{minutes} minutes" if rest or not hours else f"{hours} h"
