"""Finding a subscriber by number: one read for a whole number, a Query a call for last digits."""

from urllib.parse import quote

import pytest

from tests.aws_calls import watched
from tests.stepped import PHONE, SteppedSystem

LIST = "/api/sms/subscribers"


def found(system: SteppedSystem, **asked: str) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
        path = f"{LIST}?{query}" + (f"&cursor={cursor}" if cursor else "")
        page = system.operator("GET", path).json
        ids += [one["id"] for one in page["subscribers"]]
        cursor = page["next_cursor"]
        if not cursor:
            return ids


def test_a_whole_number_is_one_read(system: SteppedSystem) -> None:
    one = system.subscribe(PHONE)["id"]
    system.subscribe("+15550000077")
    assert found(system, phone=PHONE) == [one]
    with watched() as calls:
        system.operator("GET", f"{LIST}?phone={quote(PHONE)}")
    reads = [call for call in calls.made if call.operation == "GetItem"]
    people = [call for call in reads if "SUBSCRIBERS" in str(call.parameters)]
    assert len(people) == 1
    assert found(system, phone="+15550000099") == []


def test_last_digits_find_everybody_who_has_them_even_after_stop(system: SteppedSystem) -> None:
    one = system.subscribe(PHONE)["id"]
    system.subscribe("+15550000077")
    system.reply("STOP", PHONE)
    system.run()
    assert found(system, last4=PHONE[-4:]) == [one]
    assert found(system, phone=PHONE) == [one]


@pytest.mark.parametrize("asked", ["phone=banana", "last4=12", "last4=abcd", "phon=%2B1555"])
def test_what_cannot_be_found_so_is_said(system: SteppedSystem, asked: str) -> None:
    answer = system.operator("GET", f"{LIST}?{asked}")
    assert answer.status == 422
    assert answer.json["error"]["message"].endswith((".", "?"))
