"""A preview: whom a draft would reach, when and at what price; and the token that confirms it.

It writes nothing. Publishing drafts the same way, and counts again what a token was given for.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.adapters.secret_store import Secrets
from statustext.contracts import IncidentInput
from statustext.domain.announcement import Announcement
from statustext.domain.confirmation import (
    TOKEN_LIFE,
    confirm_token,
    has_grown,
    kid_of_confirmation,
    read_token,
)
from statustext.domain.page import Page, Senders
from statustext.domain.preview import Audience, Unpublished
from statustext.domain.segments import count
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.publishing.audience_counting import Counted, count_audience
from statustext.flows.publishing.drafting import draft_of
from statustext.flows.publishing.forecasting import Telling, cost, last_text
from statustext.flows.publishing.recording import Draft

MOST_TEXTS = 20
"""Wordings that a preview shows; maintenances have one for each time zone."""


NOBODY = "a preview"
"""It is written down nowhere."""


@dataclass(frozen=True)
class Desk:
    """What previewing and confirming work with."""

    table: Table
    senders: Senders
    secrets: Secrets
    now: float


def preview(
    page: Page, incident_id: str | None, given: IncidentInput, desk: Desk, entropy: Entropy
) -> dict[str, Any]:
    """What publishing `given` would do: a new incident, or an update of one that there is.

    Raises RejectedError as publishing does.
    """
    before = require_incident(desk.table, page.id, incident_id) if incident_id else None
    draft = draft_of(page, before, given, Act(NOBODY, desk.table, desk.now, entropy))
    counted = _count(page, draft, desk)
    audience, told_from = counted.audience, max(draft.incident.tell_at, desk.now)
    ends_at, recipients = desk.now + TOKEN_LIFE, round(audience.recipients)
    about = _about(page, incident_id, given)
    telling = Telling(audience, told_from, told_from + _told_for(draft, told_from))
    return {
        "id": incident_id,
        "name": draft.incident.name,
        "status": draft.incident.status.value,
        "impact": draft.incident.impact.value,
        "tells_nobody_because": _why_silent(draft),
        "told_from": timestamp(told_from) if _is_told(draft) else None,
        "counting": {
            "method": "sample" if counted.is_sampled else "all",
            "looked_at": counted.looked_at,
            "subscribers": round(audience.subscribers),
        },
        "recipients": {
            "total": recipients,
            "by_filter": _rounded(audience.by_filter),
            "by_mode": _rounded(audience.by_mode),
            "by_language": _by_language(audience),
            "held": _rounded(audience.held),
            "held_until": timestamp(audience.held_until or None),
        },
        "not_told": _rounded(audience.not_told),
        "texts": _texts(counted),
        "segments": round(sum(one.segments for one in audience.by_country.values())),
        "cost": cost(audience, page),
        **last_text(page, telling, desk.senders, desk.table),
        "confirm_token": confirm_token(desk.secrets.code_key(), about, recipients, ends_at),
        "confirm_token_ends_at": timestamp(ends_at),
    }


@dataclass(frozen=True)
class Confirmation:
    """What is about to be published of an incident (None for a new one)."""

    page: Page
    incident_id: str | None
    given: IncidentInput
    desk: Desk

    def require(self, draft: Draft) -> None:
        """Refuse what was confirmed for fewer people, or not at all where the page asks for it.
        Raises RejectedError 409, or 422 for a token of something else."""
        if _is_told(draft) and (self.given.confirm_token or self.page.confirm_above):
            _require_confirmed(self, draft)


def _require_confirmed(asking: Confirmation, draft: Draft) -> None:
    page, given, desk = asking.page, asking.given, asking.desk
    confirmed = None
    if given.confirm_token:
        about = _about(page, asking.incident_id, given)
        key = desk.secrets.code_key_of(kid_of_confirmation(given.confirm_token))
        confirmed = read_token(key, about, given.confirm_token) if key else None
        if confirmed is None:
            raise RejectedError(
                422,
                "wrong_confirm_token",
                "This confirm_token was made for something else; preview this very update again.",
                fields={"incident.confirm_token": "is of another update"},
            )
        if desk.now >= confirmed.ends_at:
            raise _unconfirmed("confirm_token_ended", "This confirm_token has ended")
    people = round(_count(page, draft, desk).audience.recipients)
    if confirmed and has_grown(confirmed.recipients, people, page.confirm_tolerance):
        grown = f"This would now reach {people} people, and was confirmed for"
        raise _unconfirmed("audience_grew", f"{grown} {confirmed.recipients}")
    if not confirmed and people > page.confirm_above:
        asked = f"This would reach {people} people, and the page asks to confirm what reaches"
        raise _unconfirmed("confirmation_required", f"{asked} more than {page.confirm_above}")


def _unconfirmed(code: str, why: str) -> RejectedError:
    return RejectedError(
        409, code, f"{why}; preview it, and publish it with the confirm_token of that."
    )


def _count(page: Page, draft: Draft, desk: Desk) -> Counted:
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, seldom wanted

    if draft.update is None or not draft.update.deliver:
        return Counted()
    names = {one.id: one.name for one in list_components(desk.table, page.id)}
    announcement = Announcement(draft.incident, draft.update)
    unpublished = Unpublished(page, announcement, names, desk.senders, country_of, desk.now)
    return count_audience(unpublished, desk.table)


def _told_for(draft: Draft, now: float) -> float:
    """Seconds for which it is worth telling; none, where nobody is told."""
    return Announcement(draft.incident, draft.update).validity(now) if draft.update else 0.0


def _is_told(draft: Draft) -> bool:
    return draft.update is not None and draft.update.deliver


def _why_silent(draft: Draft) -> str | None:
    if draft.update is None:
        return "It says nothing new: neither its status nor its body."
    return None if draft.update.deliver else "It is published without notifications."


def _about(page: Page, incident_id: str | None, given: IncidentInput) -> str:
    words = given.model_dump_json(exclude={"confirm_token"})
    return f"{page.id}|{incident_id or 'new'}|{hashlib.sha256(words.encode()).hexdigest()}"


def _rounded(sums: dict[str, float]) -> dict[str, int]:
    return {name: round(number) for name, number in sorted(sums.items())}


def _by_language(audience: Audience) -> dict[str, dict[str, int]]:
    return {
        language.value: {"recipients": round(lane.texts), "segments": round(lane.segments)}
        for language, lane in sorted(audience.by_language.items())
    }


def _texts(counted: Counted) -> list[dict[str, Any]]:
    by_number = sorted(counted.audience.texts.items(), key=lambda one: -one[1])
    return [
        {
            "event": event.value,
            "language": language.value,
            "text": text,
            "encoding": (size := count(text)).encoding.value,
            "segments": size.segments,
            "recipients": round(number),
        }
        for (event, language, text), number in by_number[:MOST_TEXTS]
    ]
