"""What a page sets about its team: changed, and shown in words."""

import re
from collections.abc import Sequence
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.contacts import list_contacts
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.escalations import page_through_escalations
from statustext.adapters.team_messages import list_messages
from statustext.adapters.team_settings import ladder_row, policy_row, rotation_row, team_row
from statustext.domain.component import Component
from statustext.domain.page import Page
from statustext.domain.team.contacts import Contact, verified_by
from statustext.domain.team.escalation import Escalation
from statustext.domain.team.ladder import Ladder, Step, step_in_words
from statustext.domain.team.ladder import in_words as in_words_of_ladders
from statustext.domain.team.rotation import Override, Rotation, on_call
from statustext.domain.team.routing import WHY_SMS_IS_RESTRICTED, Channel, Level, in_words, route
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.operating.versions import change_with_version
from statustext.flows.signing_up.preferences import component_ids
from statustext.team_contracts import LadderInput, RotationInput, TeamChange


def change_team(page: Page, given: TeamChange, act: Act) -> None:
    """Change what is mentioned; versions of it are kept as of other settings.

    Raises RejectedError 422 for components and contacts that are not there.
    """
    team = team_row(page.team)
    if given.policy is not None:
        before = {level: route(level, page.team.policy) for level in Level}
        after = {level: tuple(channels) for level, channels in given.policy.items()}
        team["policy"] = policy_row({**before, **after})
    if given.ladders is not None:
        names_some = any(one.components for one in given.ladders)
        known = list_components(act.table, page.id) if names_some else []
        team["ladders"] = [ladder_row(_ladder(one, known)) for one in given.ladders]
    if given.rotation is not None:
        team["rotation"] = rotation_row(_rotation(given.rotation, page, act.table))
    if given.stale_minutes is not None:
        team["stale_minutes"] = given.stale_minutes
    if team != team_row(page.team):
        change_with_version(page, {"team": team}, act)  # whole: an older row has no such attribute


def _ladder(given: LadderInput, known: Sequence[Component]) -> Ladder:
    steps = [Step(one.after_minutes, Channel(one.channel), one.person) for one in given.steps]
    components = tuple(component_ids(given.components, known))
    return Ladder(tuple(steps), components, given.repeats, given.repeat_minutes)


def _rotation(given: RotationInput, page: Page, table: Table) -> Rotation:
    known = {one.id for one in list_contacts(table, page.id) if one.channel is Channel.SMS}
    named = [*given.contacts, *(one.contact for one in given.overrides)]
    if unknown := [one for one in named if one not in known]:
        sentence = f"There is no on-call phone {unknown[0]}; list the contacts for their ids."
        raise RejectedError(422, "unknown_contact", sentence, fields={"rotation": sentence})
    if any(one.ends_at <= one.starts_at for one in given.overrides):
        sentence = "An override must end after it starts."
        raise RejectedError(422, "invalid_override", sentence, fields={"rotation": sentence})
    return Rotation(
        tuple(given.contacts),
        given.first_day,
        given.days,
        given.time,
        given.timezone,
        tuple(Override(one.contact, one.starts_at, one.ends_at) for one in given.overrides),
    )


def show_team(page: Page, table: Table, now: float) -> dict[str, Any]:
    """The contacts, masked, and all settings; who is on call now, and who is next."""
    contacts = list_contacts(table, page.id)
    phones = verified_by(Channel.SMS, contacts)
    row = team_row(page.team)
    names = {one.id: one.name for one in list_components(table, page.id)}
    return {
        "contacts": [shown_contact(one) for one in contacts],
        "on_call": on_call(page.team.rotation, [one.id for one in phones], now),
        "policy": {level.value: route(level, page.team.policy) for level in Level},
        "policy_in_words": in_words(page.team.policy),
        "why_sms_is_restricted": WHY_SMS_IS_RESTRICTED,
        "ladders": [_shown_ladder(one) for one in row["ladders"]],
        "ladders_in_words": in_words_of_ladders(page.team.ladders, names),
        "rotation": _shown_rotation(row["rotation"]) if page.team.rotation.contacts else None,
        "stale_minutes": row["stale_minutes"],
    }


def _shown_ladder(row: dict[str, Any]) -> dict[str, Any]:
    """As it is given."""
    components = row["component_ids"]
    return {k: v for k, v in row.items() if k != "component_ids"} | {"components": components}


def _shown_rotation(row: dict[str, Any]) -> dict[str, Any]:
    """As it is given."""
    times = ("starts_at", "ends_at")
    shifts = [{**one, **{name: timestamp(one[name]) for name in times}} for one in row["overrides"]]
    return {**row, "overrides": shifts}


def shown_contact(one: Contact) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "channel": one.channel.value,
        "address": one.masked,
        "state": one.state.value,
        "added_at": timestamp(one.added_at),
    }


def list_escalations(
    page_id: str, limit: int, cursor: str, table: Table
) -> tuple[list[dict[str, Any]], str]:
    """Escalations, the newest first, each with whom it told, and the cursor to go on with.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    if not re.fullmatch("[a-z0-9]{0,12}", cursor):
        raise bad_cursor()
    found, after = page_through_escalations(table, page_id, limit, cursor)
    return [shown_escalation(one, list_messages(table, page_id, one.id)) for one in found], after


def shown_escalation(one: Escalation, messages: Sequence[Item]) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state.value,
        "level": one.level.value,
        "title": one.title,
        "cause": {"kind": one.cause.kind.value, "id": one.cause.id},
        "components": one.component_ids,
        "link": one.link or None,
        "raised_at": timestamp(one.raised_at),
        "next_at": timestamp(one.next_at),
        "next_in_words": step_in_words(one.steps[one.step]) if one.next_at is not None else None,
        "state_at": timestamp(one.state_at),
        "acknowledged_by": one.by or None,
        "messages": [
            {
                "at": timestamp(row["at"]),
                "channel": row["channel"],
                "contact": row["contact"],
                "status": row["status"],
                "reason": row.get("reason") or None,
            }
            for row in messages
        ],
    }
