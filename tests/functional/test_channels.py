"""Texts that come by RCS or WhatsApp, from spellings of a number, and from what is no number."""

import base64
import hashlib
import hmac
import urllib.parse

import pytest

from local.configuration import FAKE_AUTH_TOKEN, FAKE_FROM, ROOT
from statustext.domain.delivery import announcement_attempt
from tests.functional.engine import add_active, delivery, spoil
from tests.functional.test_twilio_receipts import receipt
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import API_URL, PHONE, SteppedSystem


@pytest.mark.parametrize("channel", ["rcs", "whatsapp", "RCS", "new-one.2"])
def test_an_opt_out_by_another_channel_finds_its_person(
    system: SteppedSystem, channel: str
) -> None:
    system.subscribe()
    form = inbound("please stop texting me", From=f"{channel}:{PHONE}", To=f"{channel}:agent_1")
    assert post(system, INBOUND, form).status == 200
    assert is_stopped(system)
    texts = len(system.texts())
    system.open_incident()
    assert len(system.texts()) == texts


def test_a_keyword_by_rcs_is_answered(system: SteppedSystem) -> None:
    system.subscribe()
    texts = len(system.texts())
    form = inbound("STATUS", From=f"rcs:{PHONE}", To=f"rcs:{FAKE_FROM}")
    assert post(system, INBOUND, form).status == 200
    system.run()
    assert len(system.texts()) == texts + 1


def test_the_channel_is_part_of_what_was_signed(system: SteppedSystem) -> None:
    form = inbound("STOP", From=f"rcs:{PHONE}")
    answer = post(system, INBOUND, form | {"From": PHONE}, signed=form)
    assert (answer.status, is_stopped(system)) == (403, False)


def test_a_receipt_by_rcs_moves_its_delivery(system: SteppedSystem) -> None:
    (one,) = add_active(system, 1)
    spoil(system, kind="drop_callbacks")
    incident = system.open_incident()
    name = announcement_attempt(incident, 1, one, 1)
    form = receipt("delivered") | {"To": f"rcs:{PHONE}", "From": "rcs:agent_1"}
    assert post(system, f"/twilio/default/status/{name}", form).status == 200
    found = delivery(system, incident, one)
    assert found is not None
    assert found.status == "delivered"


@pytest.mark.parametrize(
    "sender", ["40404", "VERIZON", "messenger:1234567", "rcs:", "+", "+15", "client:+", "rcs:+1x"]
)
def test_a_text_from_no_number_is_counted(
    system: SteppedSystem, sender: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert post(system, INBOUND, inbound("stop", From=sender)).status == 200
    assert "ReplyFromNoNumber" in capsys.readouterr().out
    assert not system.rows("subscriber")


def test_what_is_counted_has_an_alarm() -> None:
    assert "MetricName: ReplyFromNoNumber" in (ROOT / "monitoring.yaml").read_text("utf-8")


# A field named twice: Twilio's validator signs each name with its different values, sorted.


def signed_pairs(pairs: list[tuple[str, str]]) -> str:
    text = API_URL + INBOUND + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.new(FAKE_AUTH_TOKEN.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    "more",
    [
        [("ChannelMetadata", "a"), ("ChannelMetadata", "b")],
        [("ChannelMetadata", "b"), ("ChannelMetadata", "a"), ("ChannelMetadata", "b")],
        [("FromCity", ""), ("FromCity", "")],
        [("MessageSid", "")],
        [("Body", "")],
    ],
)
def test_a_field_named_twice_is_signed_over_all_its_values(
    system: SteppedSystem, more: list[tuple[str, str]]
) -> None:
    pairs = [*inbound("STOP").items(), *more]
    raw = urllib.parse.urlencode(pairs).encode()
    headers = {"X-Twilio-Signature": signed_pairs(pairs)}
    assert post(system, INBOUND, {}, raw=raw, headers=headers).status == 200
    assert is_stopped(system)


def test_a_value_that_was_not_signed_is_refused(system: SteppedSystem) -> None:
    pairs = list(inbound("STOP").items())
    raw = urllib.parse.urlencode([*pairs, ("Body", "START")]).encode()
    headers = {"X-Twilio-Signature": signed_pairs(pairs)}
    assert post(system, INBOUND, {}, raw=raw, headers=headers).status == 403
