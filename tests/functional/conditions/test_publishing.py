"""Incidents, components and keys: two operators at once."""

from dataclasses import replace

import pytest

from statustext.adapters import api_keys, components, incidents, pages, snapshots, update_progress
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.api_key import new_key
from statustext.domain.component import Component
from statustext.domain.incident import Impact, Incident, Status, Update
from statustext.domain.page import Page
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating.setting_up import create_component, create_page

PAGE = "default"
NOW = 1_800_000_000.0
ONE = "https://one.example"
TWO_HOURS = update_progress.WATCHED_ANEW_AFTER

INCIDENT = Incident(
    id="incident-1",
    page=PAGE,
    name="API is down",
    status=Status.INVESTIGATING,
    impact=Impact.MAJOR,
    component_ids=(),
    newest_seq=1,
    announced_seq=1,
    created_at=NOW,
    updated_at=NOW,
    edition=1,
)
UPDATE = Update(
    INCIDENT.id, 1, Status.INVESTIGATING, Event.CREATED, "We are looking into it.", True, NOW
)


def is_done(table: Table, writes: list[Write]) -> bool:
    """Whether a transaction's conditions held."""
    try:
        table.transact(writes)
    except ConditionFailedError:
        return False
    return True


def test_an_incident_that_went_on_meanwhile_is_not_removed_as_it_was(table: Table) -> None:
    table.write(incidents.put_incident(INCIDENT))
    table.write(incidents.put_incident(replace(INCIDENT, newest_seq=2, edition=2)))
    assert not is_done(table, incidents.remove_incident(INCIDENT, NOW))


def test_of_two_clocks_one_takes_up_a_fan_out(table: Table) -> None:
    at_work = replace(UPDATE, progress=replace(UPDATE.progress, beats={2: NOW}))
    assert not table.write_if(update_progress.note_resumed(PAGE, UPDATE, (1,), NOW))
    table.write(incidents.put_update(PAGE, UPDATE))
    assert table.write_if(update_progress.note_resumed(PAGE, UPDATE, (1, 2), NOW))
    for shard in (1, 2):
        assert not table.write_if(update_progress.note_resumed(PAGE, UPDATE, (shard,), NOW))
    assert table.write_if(update_progress.note_resumed(PAGE, at_work, (2,), NOW + 1))
    assert not table.write_if(update_progress.note_resumed(PAGE, at_work, (2,), NOW + 2))


def test_an_update_that_went_meanwhile_does_not_come_back_in_part(table: Table) -> None:
    """Without its status and time nobody could read it, nor the incident's other updates."""
    progress = (PAGE, INCIDENT.id, 1, (0,), 3, 3, {1: "s-1"}, NOW)
    assert not table.write_if(incidents.reword_update(PAGE, UPDATE))
    assert not table.write_if(incidents.let_update_expire(PAGE, INCIDENT.id, 1, NOW))
    assert not table.write_if(update_progress.add_progress(*progress))
    assert not is_done(table, update_progress.tell_again(PAGE, UPDATE, NOW))


def test_an_update_is_watched_anew_once_in_two_hours(table: Table) -> None:
    """If not, every late text would put off the look for who was forgotten."""
    assert table.write_if(update_progress.watch_anew(PAGE, UPDATE, NOW))
    assert not table.write_if(update_progress.watch_anew(PAGE, UPDATE, NOW + TWO_HOURS - 1))
    assert table.write_if(update_progress.watch_anew(PAGE, UPDATE, NOW + TWO_HOURS + 1))


def test_who_watches_what_is_told_again_since_does_not_end_the_watch(table: Table) -> None:
    table.write(update_progress.watch(PAGE, UPDATE, NOW))
    (seen,) = update_progress.watched_updates(table, PAGE)
    table.write(update_progress.watch(PAGE, UPDATE, NOW + 1))
    assert not table.write_if(update_progress.look_again(seen, NOW + 60, for_all=False))
    update_progress.stop_watching(table, seen)
    (watched,) = update_progress.watched_updates(table, PAGE)
    assert (watched["since"], watched["look_at"]) == (NOW + 1, NOW + 1)
    update_progress.stop_watching(table, watched)
    assert not update_progress.watched_updates(table, PAGE)
    assert not table.write_if(update_progress.look_again(watched, NOW + 60, for_all=False))


def test_who_removes_a_component_twice_does_not_free_the_key_of_the_next(table: Table) -> None:
    removed = components.remove_part(PAGE, "component-1")
    table.write(components.put_component(PAGE, Component("component-1", "api", "API")))
    assert is_done(table, [removed])
    assert not is_done(table, [removed])


def test_what_is_set_of_a_component_that_went_meanwhile_makes_none(table: Table) -> None:
    """A component without a key or name could not be read, nor the page's others."""
    assert not table.write_if(components.change_part(PAGE, "component-1", {"name": "API"}))


def test_a_key_is_revoked_once_and_its_end_stays(table: Table) -> None:
    key = new_key("a-secret-of-this-test", PAGE, "CI", NOW)
    assert not is_done(table, api_keys.end_api_key(key, NOW))
    table.transact(api_keys.put_api_key(key))
    assert is_done(table, api_keys.end_api_key(key, NOW))
    assert not is_done(table, api_keys.end_api_key(key, NOW + 1))
    assert not is_done(table, api_keys.put_api_key(key))


def test_of_two_changes_of_an_incident_at_once_one_is_made_anew(table: Table) -> None:
    assert table.write_if(incidents.put_incident(INCIDENT))
    assert not table.write_if(incidents.put_incident(INCIDENT)), "it is there already"
    second = replace(INCIDENT, newest_seq=2, edition=2)
    assert table.write_if(incidents.put_incident(second))
    assert not table.write_if(incidents.put_incident(second))


def test_an_update_that_is_told_is_not_written_over(table: Table) -> None:
    assert table.write_if(incidents.put_update(PAGE, UPDATE))
    assert not table.write_if(incidents.put_update(PAGE, UPDATE))


def test_a_request_that_comes_twice_opens_one_incident(table: Table) -> None:
    assert table.write_if(incidents.reserve(PAGE, "external#a", "incident-1", "print", 0))
    assert not table.write_if(incidents.reserve(PAGE, "external#a", "incident-2", "print", 0))


def test_what_an_operator_did_is_in_the_audit_trail_once_and_stays(table: Table) -> None:
    assert table.write_if(pages.audit(PAGE, "event-1", "page.paused", {}, "key 1", NOW))
    assert not table.write_if(pages.audit(PAGE, "event-1", "page.resumed", {}, "key 2", NOW))


def test_an_older_snapshot_is_not_put_over_a_newer_one(table: Table) -> None:
    """The public page would show an incident as it was, until the next change."""
    assert table.write_if(snapshots.put_snapshot(PAGE, 1, b"first"))
    assert not table.write_if(snapshots.put_snapshot(PAGE, 1, b"first, taken late"))
    assert table.write_if(snapshots.put_snapshot(PAGE, 2, b"second"))
    assert not table.write_if(snapshots.put_snapshot(PAGE, 2, b"second, taken late"))


def test_a_page_that_is_there_keeps_its_settings(table: Table) -> None:
    assert create_page(table, Page(PAGE, "Ours", "https://ours.example", ONE))
    assert not create_page(table, Page(PAGE, "Theirs", "https://theirs.example", ONE))


def test_no_setting_makes_a_page(table: Table) -> None:
    """Without a name nobody could read it, and with it all pages."""
    assert not table.write_if(pages.change_settings(PAGE, {"paused": True}))


def test_of_two_moves_of_a_page_at_once_no_address_is_forgotten(table: Table) -> None:
    create_page(table, Page(PAGE, "Ours", "https://ours.example", ONE))
    first, other = (
        pages.change_settings(PAGE, {"public_url": f"https://{name}.example"}, ONE)
        for name in ("two", "three")
    )
    assert table.write_if(first)
    assert not table.write_if(other)


def test_of_two_components_with_one_key_there_is_one(table: Table) -> None:
    create_component(PAGE, "api", "API", Act("key", table, NOW, bytes))
    with pytest.raises(RejectedError):
        create_component(PAGE, "api", "Another API", Act("key", table, NOW + 1, bytes))


def test_a_component_that_is_there_is_not_written_over(table: Table) -> None:
    created = components.put_component(PAGE, Component("component-1", "api", "API"))
    assert table.write_if(created)
    assert not table.write_if(created)
