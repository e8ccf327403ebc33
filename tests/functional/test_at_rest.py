"""Numbers at rest: by which keys they are sealed, what is still read, and how both are renewed.

That no row of any journey holds one in the clear is shown in tests/faults/test_at_rest.py.
"""

import contextlib
import csv
import io
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from statustext.adapters.data_keys import KEPT_FOR, DataKeys, list_data_keys
from statustext.adapters.dynamodb import Table, UnsealedError, Write
from statustext.adapters.dynamodb_types import marshal
from statustext.adapters.sealed import Seals, number_of
from statustext.adapters.subscribers import subscriber_key
from statustext_cli import deployment
from statustext_cli.command import app
from tests.functional.engine import add_active, add_mailbox, master_key, watched
from tests.stepped import API_URL, PHONE, SteppedSystem

OTHER = "+15550000077"


def stored(system: SteppedSystem, kind: str = "subscriber") -> dict[str, Any]:
    """The addresses of a kind of rows as they are stored, by sort key."""
    return {
        row["sk"]: row.get("phone", row.get("address"))
        for row in system.stored_rows()
        if row.get("kind") == kind and ("phone" in row or "address" in row)
    }


def as_written_by_an_older_version(system: SteppedSystem) -> None:
    """Put every number and mailbox into the clear, behind the program's back."""
    for row in system.rows():
        for name in {"phone", "address"} & set(row):
            key: Any = marshal({"pk": row["pk"], "sk": row["sk"]})
            system.clients.dynamodb.update_item(
                TableName=system.table.name,
                Key=key,
                UpdateExpression="SET #name = :plain",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":plain": {"S": row[name]}},
            )
    system.stream_records()


@pytest.fixture
def run(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> Any:
    outputs = {"NumbersKeyId": system.resources.reference("NumbersKey", "Arn")}
    clients, rows = system.clients, Table(system.clients.dynamodb, system.table.name)
    deployed = deployment.Deployment(
        rows, API_URL, outputs, clients.secrets, clients.kms, clients.dynamodb
    )
    monkeypatch.setattr(deployment, "find", lambda _stack: deployed)
    return lambda words: CliRunner().invoke(app, ["number-keys", words])


def test_what_an_older_version_wrote_is_read_and_sealed_when_it_is_next_written(
    system: SteppedSystem,
) -> None:
    system.subscribe()
    signed_up = system.sign_up(OTHER)
    as_written_by_an_older_version(system)
    assert stored(system)[signed_up] == OTHER
    system.open_incident()
    assert "API is down" in system.texts()[-1]
    code = {"code": system.code(OTHER)}
    assert system.http("POST", f"/subscriptions/{signed_up}/verify", code).status == 200
    assert isinstance(stored(system)[signed_up], bytes)
    system.reply("STOP")
    system.advance(600)
    system.reply("START")
    assert all(isinstance(one, bytes) for one in stored(system).values())


def test_a_rotation_seals_anew_what_was_sealed_or_never_was(
    system: SteppedSystem, run: Any
) -> None:
    system.subscribe()
    as_written_by_an_older_version(system)
    add_mailbox(system)
    texted = len(system.accepted(None))
    assert run("rotate").output.startswith("Key 2 encrypts the numbers of page default")
    assert run("list").output.splitlines()[1].endswith("encrypts new numbers")
    said = run("reseal").output
    rows = [*stored(system).values(), *stored(system, "direct").values()]
    assert {number_of(one) for one in rows} == {2}
    plain = len(rows) - 1
    assert f"{plain} were in the clear, 1 had an older key, 0 need nothing" in said
    assert f"{len(rows)} need nothing" in run("reseal").output
    system.advance(KEPT_FOR)
    assert len(system.accepted(None)) == texted
    system.open_incident()
    assert "API is down" in system.texts()[-1]


def test_a_number_moved_to_another_row_does_not_open_and_others_are_told(
    system: SteppedSystem, run: Any
) -> None:
    phones = add_active(system, 2)
    first, second = phones
    moved = stored(system)[first]
    pk, sk = subscriber_key("default", second)
    key: Any = marshal({"pk": pk, "sk": sk})
    system.clients.dynamodb.update_item(
        TableName=system.table.name,
        Key=key,
        UpdateExpression="SET phone = :moved",
        ExpressionAttributeValues={":moved": {"B": moved}},
    )
    system.open_incident()
    (told,) = system.accepted(None)
    assert told.to == phones[first]
    run("rotate")
    done = run("reseal")
    assert "1 cannot be opened" in done.output
    assert done.exit_code == 1


def test_kms_is_asked_once_for_a_batch_and_again_after_an_hour(system: SteppedSystem) -> None:
    add_active(system, 30)
    system.data_keys.clear()
    with watched(system) as watch:
        system.open_incident()
        system.open_incident("It is still down")
    asked = [one for one in watch.calls if one.service == "kms"]
    assert [one.operation for one in asked] == ["Decrypt"]
    system.clock.shift(KEPT_FOR)
    with watched(system) as watch:
        system.open_incident("Down again")
    assert [one.operation for one in watch.calls if one.service == "kms"] == ["Decrypt"]


def test_of_two_that_make_the_first_key_of_a_page_one_wins(system: SteppedSystem) -> None:
    rows, client = Table(system.clients.dynamodb, system.table.name), system.clients.kms
    key = system.resources.reference("NumbersKey", "Arn")

    class Raced(Table):
        """Another function makes the key just after this one saw that there is none."""

        def query(self, pk: str, **more: Any) -> Any:
            found = super().query(pk, **more)
            if not list_data_keys(rows, "acme"):
                system.seals.keys.current("acme")
            return found

    late = DataKeys(Raced(system.clients.dynamodb, rows.name), key, lambda: client, lambda: 0.0)
    late._kept = {}
    assert late.current("acme").number == 1
    assert len(list_data_keys(rows, "acme")) == 1
    seals = Seals(late, lambda count: bytes(count))
    write = seals.sealed(Write("PAGE#acme#PERSON#sub_1", "DIRECT#1", item={"phone": PHONE}))
    row = {"pk": write.pk, "sk": write.sk, **(write.item or {})}
    assert system.seals.opened(row)["phone"] == PHONE


def test_a_function_without_a_key_stores_no_number(system: SteppedSystem) -> None:
    table = Table(system.clients.dynamodb, system.table.name)
    with pytest.raises(UnsealedError, match="DIRECT"):
        table.write(Write("PAGE#default#PERSON#sub_1", "DIRECT#1", item={"phone": PHONE}))
    with pytest.raises(UnsealedError):
        table.transact([Write("PAGE#default#PERSON#sub_1", "x", update="", values={"phone": "1"})])


def test_another_key_of_ids_is_a_move_to_another_stack(system: SteppedSystem) -> None:
    """By export and import, as docs/operations.md says: whoever is active is told there once, and
    whoever stopped is not."""
    before = {system.subscribe()["id"], system.subscribe(OTHER)["id"]}
    system.reply("STOP", OTHER)
    exported = system.operator("GET", "/api/sms/subscribers/export?format=csv").text
    rows = list(csv.DictReader(io.StringIO(exported)))
    with ids_of_another_key(system):
        system.reset()
        active = "\n".join(["phone", *(row["phone"] for row in rows if not row["suppressed"])])
        consent = {"source": "moved", "statement": "As at sign-up", "obtained_at": "2026-11-01"}
        asked = {"csv": active, "consent": consent}
        assert system.operator("POST", "/api/sms/subscribers/import", asked).json["added"] == 1
        for row in rows:
            if row["suppressed"]:
                body = {"phone": row["phone"], "reason": "stopped before the move"}
                path = "/api/v1/orgs/default/sms/suppressions"
                assert system.operator("POST", path, body).status == 201
        system.open_incident()
        assert [one.to for one in system.accepted(None)] == [PHONE]
        assert not before & {row["sk"] for row in system.rows("subscriber")}


@contextlib.contextmanager
def ids_of_another_key(system: SteppedSystem) -> Iterator[None]:
    """The functions make ids with another secret meanwhile."""
    name, own = system.resources.reference("KeysSecret", None), master_key(system)
    modules = [one for name, one in sys.modules.items() if name.startswith("local_functions_")]
    kept = [one.secrets._kept for one in modules if hasattr(one, "secrets")]

    def use(key: str) -> None:
        system.clients.secrets.put_secret_value(SecretId=name, SecretString=key)
        for one in kept:
            one.clear()

    use("another" * 8)
    try:
        yield
    finally:
        use(own)
