"""The second key: codes and tokens can be given another one, while those made before go on."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PHONE, SteppedSystem

DAY = 24 * 3600
OTHER, THIRD = "+15550000071", "+15550000072"


@pytest.fixture(autouse=True)
def keys_as_they_were(system: SteppedSystem) -> Iterator[None]:
    """Functions stay warm between tests, and so do the secrets that they read."""
    before = keys_of(system)
    yield
    store(system, before)
    for name, module in sys.modules.items():
        if name.startswith("local_functions_") and (secrets := getattr(module, "secrets", None)):
            secrets._kept.clear()


def keys_of(system: SteppedSystem) -> dict[str, str]:
    name = system.resources.reference("CodeKeysSecret", None)
    found = system.clients.secrets.get_secret_value(SecretId=name)["SecretString"]
    return dict(json.loads(found))


def store(system: SteppedSystem, keys: Any) -> None:
    name = system.resources.reference("CodeKeysSecret", None)
    system.clients.secrets.put_secret_value(SecretId=name, SecretString=json.dumps(keys))


def rotate(system: SteppedSystem) -> str:
    from statustext.domain.code_keys import read_keys, with_new, written

    keys = with_new(read_keys(json.dumps(keys_of(system))), "n" * 64)
    store(system, json.loads(written(keys)))
    return keys.current.kid


def kid_of(token: str) -> str:
    return token.split(".")[1].split("-")[0]


def look(system: SteppedSystem, begun: Any) -> int:
    headers = {"Authorization": f"Bearer {begun['manage_token']}"}
    return system.http("GET", f"/subscriptions/{begun['id']}", headers=headers).status


def enter(system: SteppedSystem, asked: Any, code: str) -> Any:
    body = {"code": code, "secret": asked["secret"]}
    return system.http("POST", f"/subscriptions/{asked['id']}/verify", body)


def ask(system: SteppedSystem, phone: str) -> Any:
    answer = system.http("POST", "/subscriptions", {"phone": phone, "consent": True})
    assert answer.status == 202
    return answer.json


def test_what_the_old_key_made_goes_on_and_the_new_one_makes_the_rest(
    system: SteppedSystem,
) -> None:
    before = system.subscribe(OTHER)
    asked = ask(system, PHONE)
    system.run()
    code = system.code()
    waiting = ask(system, THIRD)  # its text is made after the rotation
    new = rotate(system)
    system.run()
    assert look(system, before) == 200
    entered = enter(system, asked, code)
    assert entered.status == 200
    later = enter(system, waiting, system.code(THIRD))
    assert later.status == 200
    system.clock.shift(301)
    after = system.subscribe("+15550000073")
    assert [kid_of(one["manage_token"]) for one in (before, after)] == ["1", new]
    assert look(system, after) == look(system, before) == look(system, entered.json) == 200
    system.clock.shift(30 * DAY - 700)
    assert look(system, after) == look(system, before) == 200
    system.clock.shift(1000)
    assert look(system, after) == look(system, before) == 401


def test_another_code_for_a_sign_up_of_before_is_asked_for_by_its_secret(
    system: SteppedSystem,
) -> None:
    asked = ask(system, PHONE)
    system.run()
    rotate(system)
    system.clock.shift(301)
    path = f"/subscriptions/{asked['id']}/resend_confirmation"
    assert system.http("POST", path, {"secret": asked["secret"]}).status == 202
    system.run()
    rows = sorted(system.rows("direct"), key=lambda row: float(row["at"]))
    assert [row["kid"] for row in rows] == ["1", "2"]
    assert enter(system, asked, system.code()).status == 200


def test_a_function_that_read_the_keys_before_knows_the_new_one_at_once(
    system: SteppedSystem,
) -> None:
    begun = system.subscribe(OTHER)
    assert look(system, begun) == 200  # reads the keys, and keeps them for five minutes
    rotate(system)
    system.clock.shift(2)
    post(system, INBOUND, inbound("MANAGE", "SM1", From=OTHER))
    system.clock.shift(300)  # the sender's are old
    post(system, INBOUND, inbound("MANAGE", "SM2", From=OTHER))
    system.run()
    links = [text for text in system.texts(OTHER) if "#statustext=" in text]
    tokens = [link.partition("#statustext=")[2] for link in links]
    assert kid_of(tokens[-1]) == "2"
    for token in tokens:
        assert look(system, {**begun, "manage_token": token}) == 200


def test_a_key_that_was_removed_ends_what_it_made(system: SteppedSystem) -> None:
    begun = system.subscribe(OTHER)
    asked = ask(system, PHONE)
    system.run()
    code = system.code()
    rotate(system)
    store(system, {name: key for name, key in keys_of(system).items() if name != "1"})
    system.clock.shift(301)
    assert look(system, begun) == 401
    assert enter(system, asked, code).code == "code_invalid"
    without = system.http("POST", f"/subscriptions/{asked['id']}/verify", {"code": code})
    assert without.code == "code_invalid"
    assert look(system, system.subscribe("+15550000074")) == 200


def test_a_code_whose_key_was_removed_before_it_was_texted_works(system: SteppedSystem) -> None:
    """It was in nobody's hands yet: what is texted is made with the current key."""
    one = ask(system, PHONE)["id"]
    rotate(system)
    store(system, {name: key for name, key in keys_of(system).items() if name != "1"})
    system.clock.shift(301)
    system.run()
    assert (
        system.http("POST", f"/subscriptions/{one}/verify", {"code": system.code()}).status == 200
    )


def test_ids_stay_as_they_are(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    rotate(system)
    system.clock.shift(DAY)
    assert ask(system, PHONE)["id"] == one


def test_a_token_under_another_kid_is_refused(system: SteppedSystem) -> None:
    begun = system.subscribe()
    new = rotate(system)
    for kid in (new, "9", "", "current", "1-1", "A", "1" * 17):
        token = re.sub(r"\.1-", f".{kid}-", begun["manage_token"])
        system.clock.shift(2)
        assert look(system, {**begun, "manage_token": token}) == 401, kid


def test_keys_that_cannot_be_used_are_said_so_and_not_shown(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = system.subscribe()
    store(system, {"current": "2", "1": "x" * 64})
    system.clock.shift(301)
    assert look(system, begun) in (500, 502)
    said = capsys.readouterr().out
    assert "The secret of the code keys (CodeKeysSecret) must be JSON" in said
    assert "x" * 20 not in said
