"""First things: a page, its components, its operators' keys, its words."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from statustext.adapters.components import component_key_row, list_parts, put_component
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import change_settings, page_key, page_row
from statustext.contracts import PageChange, SenderInput
from statustext.domain import templates
from statustext.domain.component import Component, next_position
from statustext.domain.language import Language
from statustext.domain.page import Page, SenderChoice, Senders
from statustext.domain.quiet_hours import OFF
from statustext.domain.templates import Event, TemplateCheck, TemplateError, key_of
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating.page_look import checked_brand, checked_words
from statustext.flows.operating.versions import change_with_version


def create_page(table: Table, page: Page) -> bool:
    """Create a page; False where it is there already, and then it is left alone."""
    pk, sk = page_key(page.id)
    try:
        table.transact(
            [
                Write(pk, sk, item=page_row(page), condition="attribute_not_exists(pk)"),
                Write("PAGES", page.id, item={"kind": "page_id"}),
            ]
        )
    except ConditionFailedError:
        return False
    return True


def create_component(page: str, key: str, name: str, act: Act, **more: Any) -> Component:
    """Add a component to a page, last in its group. `key` is the operator's own word, unique on
    the page.

    Raises RejectedError 409 for a key that is taken.
    """
    one = Component(id=act.new_id(), key=key, name=name, **more)
    position = next_position(*list_parts(act.table, page), one.group_id)
    component = replace(one, position=position, created_at=act.now, updated_at=act.now)
    detail = {"component": one.id, "key": key, "name": name}
    reserve = Write(
        *component_key_row(page, key),
        item={"kind": "component_key", "component": component.id},
        condition="attribute_not_exists(pk)",
    )
    try:
        act.table.transact(
            [reserve, put_component(page, component), act.note(page, "component.created", detail)]
        )
    except ConditionFailedError:
        raise RejectedError(409, "key_taken", f"There is a component {key} already.") from None
    return component


def change_page(
    page: Page,
    change: PageChange,
    deployed: Senders,
    act: Act,
) -> Page:
    """Change a page's settings; what is not mentioned stays.

    Raises RejectedError 422 for a sender that is not among the `deployed`, and for words and
    colours that would not do.
    """
    given: dict[str, Any] = change.model_dump(exclude_none=True)
    limits = given.pop("limits", {})
    if "countries" in given:
        given["countries"] = tuple(dict.fromkeys(given["countries"]))
    if "modes" in given:
        given["modes"] = tuple(dict.fromkeys(given["modes"]))
    if given.get("quiet_hours") == OFF:
        given["quiet_hours"] = ""
    if "recipient_limits" in given:
        given["recipient_limits"] = tuple(given["recipient_limits"])
    if change.join_number and deployed.named(change.join_number) is None:
        message = "This deployment texts from no such number; nobody would hear a JOIN to it."
        fields = {"join_number": "is not a sender of this deployment"}
        raise RejectedError(422, "unknown_sender", message, fields=fields)
    if change.senders is not None:
        given["senders"] = _chosen(change.senders, deployed)
    if change.words is not None:
        given["words"] = checked_words(change.words)
    if change.brand is not None:
        given["brand"] = checked_brand(change.brand)
    moved = page.moved_to(change.public_url or page.public_url, act.now)
    if moved is not page:
        given["former_addresses"] = moved.former_addresses
    changed = replace(page, **given, limits=replace(page.limits, **limits))
    row = page_row(changed)
    settings = {name: row[name] for name in given}
    settings |= {f"limits.{name}": value for name, value in limits.items()}
    if settings:
        moved_from = "" if moved is page else page.public_url
        change_with_version(page, settings, act, moved_from)
    return changed


def move_page(page: Page, public_url: str, act: Act) -> Page:
    """Have a page reached at another address; Twilio's signatures for the one before count on."""
    moved = page.moved_to(public_url, act.now)
    row = page_row(moved)
    settings = {name: row[name] for name in ("public_url", "former_addresses")}
    change_with_version(page, settings, act, page.public_url)
    return moved


def _chosen(given: Sequence[SenderInput], deployed: Senders) -> tuple[SenderChoice, ...]:
    for number, one in enumerate(given):
        if deployed.named(one.id) is None:
            known = ", ".join(sender.id for sender in (deployed.own, *deployed.others))
            message = f"This deployment has the senders {known}; add others to its TwilioSenders."
            fields = {f"senders.{number}.id": "is not a sender of this deployment"}
            raise RejectedError(422, "unknown_sender", message, fields=fields)
    return tuple(SenderChoice(one.id, tuple(one.prefixes)) for one in given)


def set_paused(page: Page, paused: bool, act: Act) -> Page:
    """Stop sending for a page, or go on; what waits meanwhile is kept.

    Written whatever `page` says: it may have been read before somebody else's change.
    """
    note = act.note(page.id, "page.paused" if paused else "page.resumed", {})
    act.table.transact([change_settings(page.id, {"paused": paused}), note])
    return replace(page, paused=paused)


def save_template(
    page: Page, event: Event, language: Language, template: str, act: Act
) -> TemplateCheck:
    """Check a template and use it from now on; what it costs and how it looks.

    Raises RejectedError 422 with the reason, and then nothing is saved.
    """
    check = check_template(page, event, language, template)
    change_with_version(page, {f"templates.{key_of(event, language)}": template}, act)
    return check


def check_template(page: Page, event: Event, language: Language, template: str) -> TemplateCheck:
    """What a template would cost and how it would look, without saving it.

    Raises RejectedError 422 with the reason where it could not be saved.
    """
    try:
        return templates.check(
            event, template, page=page.name, budget=page.segment_budget, language=language
        )
    except TemplateError as error:
        raise RejectedError(422, error.code, error.message) from None


def reset_template(page: Page, event: Event, language: Language, act: Act) -> TemplateCheck:
    """Use the default wording from now on; what it costs. What is in use already is no change."""
    key = key_of(event, language)
    if key in page.templates:
        change_with_version(page, {f"templates.{key}": None}, act)
    return templates.check_default(event, language, page=page.name, budget=page.segment_budget)


def require_event(name: str) -> Event:
    """The event of a template, or RejectedError 404."""
    try:
        return Event(name)
    except ValueError:
        known = ", ".join(Event)
        raise RejectedError(404, "template_not_found", f"Templates are {known}.") from None
