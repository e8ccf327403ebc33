"""What concerns the team is raised to it, by the page's routing policy, and cleared when it is
over."""

from dataclasses import dataclass

from statustext.adapters.escalations import close, find_open, put_escalation, resolve
from statustext.domain.page import Page
from statustext.domain.team.escalation import Cause, Escalation, EscalationState
from statustext.domain.team.ladder import ladder_for, plan
from statustext.domain.team.routing import Channel, Level, loudness, route
from statustext.errors import ConditionFailedError
from statustext.flows.acting import Act
from statustext.observability import logger

LONGEST_TITLE = 200


@dataclass(frozen=True)
class News:
    """What the team is told: how much it matters, in a few words, about which components (ids),
    and where to read more."""

    level: Level
    title: str
    component_ids: tuple[str, ...] = ()
    link: str = ""


def raise_to_team(page: Page, cause: Cause, news: News, act: Act) -> str:
    """Raise something to the page's team; the id of its escalation.

    Of one cause one is open: raising it again changes nothing and answers the same id, unless its
    level is higher than before, for which it climbs anew. Nothing is sent here: the clock takes the
    first step within a minute, and each further one until somebody acknowledges it or `clear` ends
    it. What went on in between needs no care: this may be repeated after a crash.
    """
    before = find_open(act.table, page.id, cause)
    if before and loudness(news.level) <= loudness(before.level):
        return before.id
    escalation = _new(page, cause, news, act)
    detail = {"escalation": escalation.id, "level": news.level.value, **_about(cause)}
    writes = put_escalation(escalation, in_place_of=before.id if before else "")
    writes.append(act.note(page.id, "escalation.raised", detail))
    if before:
        writes.append(resolve(before, act.now))
    try:
        act.table.transact(writes)
    except ConditionFailedError:
        other = find_open(act.table, page.id, cause)
        if other is None:
            raise  # raised and cleared at the same moment: whoever asks again finds it settled
        return other.id
    if Channel.LOG in route(news.level, page.team.policy):
        said = {"of_level": news.level.value, "escalation": escalation.id, **_about(cause)}
        logger.warning(f"Raised to the team: {news.level}", page=page.id, extra=said)
    return escalation.id


def clear(page_id: str, cause: Cause, act: Act) -> bool:
    """What it was about is over: nobody is told of it any more. Whether there was anything."""
    before = find_open(act.table, page_id, cause)
    if before is None:
        return False
    detail = {"escalation": before.id, **_about(cause)}
    note = act.note(page_id, "escalation.resolved", detail)
    try:
        act.table.transact([resolve(before, act.now), close(before), note])
    except ConditionFailedError:
        return False  # somebody else cleared it, or raised it higher
    return True


def _new(page: Page, cause: Cause, news: News, act: Act) -> Escalation:
    channels = route(news.level, page.team.policy)
    return Escalation(
        id=act.new_id(),
        page=page.id,
        state=EscalationState.RAISED,
        level=news.level,
        title=news.title[:LONGEST_TITLE],
        cause=cause,
        component_ids=news.component_ids,
        link=news.link,
        steps=plan(ladder_for(news.component_ids, page.team.ladders), channels),
        step=0,
        raised_at=act.now,
        state_at=act.now,
        token=act.entropy(16).hex(),
    )


def _about(cause: Cause) -> dict[str, str]:
    return {"cause": cause.kind.value, "cause_id": cause.id}
