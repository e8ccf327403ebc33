"""A page whose public address changes: Twilio signs the old one for as long as it has it."""

import pytest

from statustext.adapters.clock import system_entropy
from statustext.adapters.pages import get_page
from statustext.domain.page import ADDRESS_KEPT, MOST_FORMER, Page
from statustext.errors import ConditionFailedError
from statustext.flows.acting import Act
from statustext.flows.operating.setting_up import move_page
from tests.functional.engine import add_active, run_on
from tests.functional.phrases import opened
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import API_URL, SteppedSystem

PAGE, OWN = "/v1/pages/default", "https://api.example.com/status"


def move(system: SteppedSystem, address: str) -> None:
    answer = system.operator("PATCH", PAGE, {"public_url": address})
    assert answer.status == 200, answer


def current(system: SteppedSystem) -> Page:
    page = get_page(system.table, "default")
    assert page is not None
    return page


def test_both_addresses_are_taken_for_thirty_days(system: SteppedSystem) -> None:
    move(system, f"{OWN}/")
    for sid, url in (("SM1", OWN), ("SM2", API_URL)):
        assert post(system, INBOUND, inbound("hello", sid), url=url + INBOUND).status == 200
    system.clock.shift(ADDRESS_KEPT - 1)
    assert post(system, INBOUND, inbound("STOP", "SM3"), url=API_URL + INBOUND).status == 200
    assert is_stopped(system)
    system.clock.shift(1)
    assert post(system, INBOUND, inbound("hi", "SM4"), url=API_URL + INBOUND).status == 403
    assert post(system, INBOUND, inbound("hi", "SM5"), url=OWN + INBOUND).status == 200


def test_the_receipt_of_a_text_sent_before_the_move_is_taken(system: SteppedSystem) -> None:
    callbacks: list[str] = []
    system.on_send = lambda form: callbacks.append(form["StatusCallback"])
    (phone,) = add_active(system, 1).values()
    opened(system)
    (before,) = callbacks
    assert before.startswith(f"{API_URL}/twilio/default/status/")
    move(system, OWN)
    path = before.removeprefix(API_URL).partition("#")[0]
    form = {"MessageStatus": "delivered", "MessageSid": "SM" + "a" * 32, "To": phone}
    assert post(system, path, form, url=API_URL + path).status == 200
    system.operator("PATCH", PAGE, {"coalescing_window": 0, "recipient_limits": []})
    opened(system, "Another")
    run_on(system)
    assert callbacks[-1].startswith(f"{OWN}/twilio/default/status/")


def test_the_move_is_shown_and_noted(system: SteppedSystem) -> None:
    move(system, OWN)
    shown = system.operator("GET", PAGE).json
    (former,) = shown["former_addresses"]
    assert (shown["public_url"], former["url"]) == (OWN, API_URL)
    assert current(system).former_addresses[0].accepted_until == system.now + ADDRESS_KEPT
    (noted,) = [row for row in system.rows("audit") if row["event"] == "page.changed"]
    assert noted["detail"]["changed"] == ["public_url"]
    move(system, API_URL)
    (former,) = system.operator("GET", PAGE).json["former_addresses"]
    assert former["url"] == OWN


def test_the_same_address_again_is_no_move(system: SteppedSystem) -> None:
    move(system, API_URL)
    assert current(system).former_addresses == ()


def test_of_many_moves_the_newest_are_remembered(system: SteppedSystem) -> None:
    for number in range(MOST_FORMER + 2):
        move(system, f"https://api{number}.example.com")
    former = [one.url for one in current(system).former_addresses]
    assert former == [f"https://api{n}.example.com" for n in range(MOST_FORMER, 0, -1)]


def test_a_move_from_where_the_page_is_no_more_is_refused(system: SteppedSystem) -> None:
    """Else the address that another operator just left would be accepted no more."""
    read_before = current(system)
    move(system, OWN)
    act = Act("me", system.table, system.now, system_entropy)
    with pytest.raises(ConditionFailedError):
        move_page(read_before, "https://c.example.com", act)
    assert current(system).public_url == OWN
