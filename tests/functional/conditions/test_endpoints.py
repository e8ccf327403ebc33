"""An endpoint that fails, at the same moment as somebody else says otherwise."""

from dataclasses import replace

from statustext.adapters.dynamodb import Table
from statustext.adapters.endpoint_secrets import rotate_secret
from statustext.adapters.quarantine import note_failing, note_working, quarantine
from statustext.adapters.subscribers import activate, get_subscriber
from statustext.domain.failing import Failing
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences, State, Subscriber

NOW = 1_800_000_000.0
URL = "https://hooks.example.com/"
ONE = Subscriber(
    "sub_0000000000000001", "default", "", State.ACTIVE, NOW, mode=Mode.WEBHOOK, address=URL
)
FAILING = Failing(NOW, 1, NOW + 5)


def failing(table: Table) -> Failing | None:
    found = get_subscriber(table, "default", ONE.id, NOW)
    assert found is not None
    return found.failing


def test_only_who_is_active_fails(table: Table) -> None:
    table.write(activate(ONE, Preferences(), NOW))
    table.write(note_failing("default", ONE.id, FAILING))
    assert failing(table) == FAILING
    table.write(quarantine("default", ONE.id, "web http_404", NOW))
    assert not table.write_if(note_failing("default", ONE.id, Failing(NOW, 2, NOW + 60)))
    assert failing(table) == FAILING


def test_nobody_is_made_by_working(table: Table) -> None:
    assert not table.write_if(note_working("default", ONE.id))
    table.write(activate(ONE, Preferences(), NOW))
    table.write(note_failing("default", ONE.id, FAILING))
    table.write(note_working("default", ONE.id))
    assert failing(table) is None


def test_of_two_that_rotate_a_secret_at_once_one_does(table: Table) -> None:
    assert not table.write_if(rotate_secret(ONE, NOW)), "nobody is made by it"
    table.write(activate(ONE, Preferences(), NOW))
    assert table.write_if(rotate_secret(ONE, NOW))
    assert not table.write_if(rotate_secret(ONE, NOW))
    found = get_subscriber(table, "default", ONE.id, NOW)
    assert found is not None
    assert (found.secret_version, found.secret_rotated_at) == (1, NOW)
    assert table.write_if(rotate_secret(found, NOW + 1))
    table.write(quarantine("default", ONE.id, "web http_404", NOW))
    assert not table.write_if(rotate_secret(replace(found, secret_version=2), NOW + 2))
