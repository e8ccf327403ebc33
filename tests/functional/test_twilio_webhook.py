"""What Twilio tells us: only what it signed, each reply once, receipts in any order."""

import base64
import json
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.configuration import FAKE_AUTH_TOKEN
from local.fake_twilio.webhooks import sign
from statustext.adapters.secret_store import MAX_AGE
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import API_URL, Answer, SteppedSystem

PREVIOUS_TOKEN = "b" * 32


# Genuine or not.


def test_a_signed_webhook_is_answered_with_nothing_to_say(system: SteppedSystem) -> None:
    answer = post(system, INBOUND, inbound("STOP"))
    assert (answer.status, answer.text) == (200, "<Response/>")
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert is_stopped(system)


def refused(answer: Answer) -> bool:
    return answer.status == 403 and answer.code == "forbidden"


def test_an_unsigned_webhook_is_refused(system: SteppedSystem) -> None:
    assert refused(system.http("POST", INBOUND, form=inbound("STOP")))
    assert not is_stopped(system)


@pytest.mark.parametrize("signature", ["", "AAAA", "x" * 5000, "é", "0" * 28])
def test_a_wrong_signature_is_refused(system: SteppedSystem, signature: str) -> None:
    headers = {"X-Twilio-Signature": signature}
    assert refused(post(system, INBOUND, inbound("STOP"), headers=headers))
    assert not is_stopped(system)


def test_a_signature_with_another_token_is_refused(system: SteppedSystem) -> None:
    assert refused(post(system, INBOUND, inbound("STOP"), token="c" * 32))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.test/twilio/default/inbound",
        "https://api.example.test/twilio/default/inbound/",
        "https://evil.example/twilio/default/inbound",
        "https://api.example.test/twilio/other/inbound",
        "https://api.example.test/v1/twilio/default/inbound",
    ],
)
def test_a_signature_for_another_address_is_refused(system: SteppedSystem, url: str) -> None:
    assert refused(post(system, INBOUND, inbound("STOP"), url=url))


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-Url", "Forwarded"]
)
def test_the_address_is_ours_and_not_the_request_s(system: SteppedSystem, header: str) -> None:
    form, evil = inbound("STOP"), "https://evil.example/twilio/default/inbound"
    headers = {header: "evil.example"}
    assert refused(post(system, INBOUND, form, url=evil, headers=headers))
    assert post(system, INBOUND, form, headers=headers).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("From", "+15559999999"), ("Body", "stop"), ("FromCity", "X"), ("New", ""), ("Body", "STOP ")],
)
def test_an_altered_field_is_refused(system: SteppedSystem, name: str, value: str) -> None:
    form = inbound("STOP")
    assert refused(post(system, INBOUND, {**form, name: value}, signed=form))
    assert not is_stopped(system)


def test_a_field_left_out_is_refused(system: SteppedSystem) -> None:
    form = inbound("STOP")
    fewer = {name: value for name, value in form.items() if name != "NumMedia"}
    assert refused(post(system, INBOUND, fewer, signed=form))


def test_a_blank_field_is_part_of_what_was_signed(system: SteppedSystem) -> None:
    """Left out of the signature, as a parser that drops blanks would have it, it does not match."""
    form = inbound("STOP")
    full = {name: value for name, value in form.items() if value}
    assert post(system, INBOUND, form).status == 200
    assert urllib.parse.urlencode(form) != urllib.parse.urlencode(full)


def test_nothing_is_trimmed(system: SteppedSystem) -> None:
    assert post(system, INBOUND, inbound(" \n stop \t ")).status == 200
    assert is_stopped(system)


@pytest.mark.parametrize("body", ["größe 🚨 STOP", "a+b=c&d;e", "100%", "\x00", "ｓｔｏｐ"])
def test_any_text_is_read_as_it_was_sent(system: SteppedSystem, body: str) -> None:
    assert post(system, INBOUND, inbound(body)).status == 200


def test_a_body_above_64_kib_is_refused_whoever_signed_it(system: SteppedSystem) -> None:
    fits = inbound("a" * 60_000)
    assert post(system, INBOUND, fits).status == 200
    answer = post(system, INBOUND, inbound("a" * 66_000))
    assert (answer.status, answer.code) == (413, "body_too_large")


def test_a_base64_body_is_read(system: SteppedSystem) -> None:
    """API Gateway sends one where binary media types are configured."""
    event = json.loads((events() / "twilio_webhook_stop.json").read_text(encoding="utf-8"))
    form = inbound("STOP")
    body = urllib.parse.urlencode(form)
    event |= {
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
        "headers": {"X-Twilio-Signature": sign(API_URL + INBOUND, form, FAKE_AUTH_TOKEN)},
        "multiValueHeaders": {},
        "path": INBOUND,
        "pathParameters": {"page": "default"},
    }
    assert system.invoke("twilio_webhook", event)["statusCode"] == 200
    assert is_stopped(system)
    for damaged in ("%%%", "gA==", "", None):
        answer = system.invoke("twilio_webhook", {**event, "body": damaged})
        assert answer["statusCode"] == 403


def events() -> Any:
    from local.configuration import ROOT

    return ROOT / "events"


@pytest.fixture
def rotating(system: SteppedSystem) -> Iterator[SteppedSystem]:
    """While the token is being replaced."""
    name = system.resources.reference("TwilioSecret", None)
    before = system.clients.secrets.get_secret_value(SecretId=name)["SecretString"]
    secret = {**json.loads(before), "previous_auth_token": PREVIOUS_TOKEN}
    system.clients.secrets.put_secret_value(SecretId=name, SecretString=json.dumps(secret))
    system.clock.shift(MAX_AGE)
    yield system
    system.clients.secrets.put_secret_value(SecretId=name, SecretString=before)


def test_both_tokens_are_accepted_while_one_is_replaced(rotating: SteppedSystem) -> None:
    assert post(rotating, INBOUND, inbound("hello", "SM1")).status == 200
    assert post(rotating, INBOUND, inbound("STOP", "SM2"), token=PREVIOUS_TOKEN).status == 200
    assert is_stopped(rotating)
    assert refused(post(rotating, INBOUND, inbound("STOP"), token="c" * 32))


def test_an_empty_previous_token_signs_nothing(system: SteppedSystem) -> None:
    assert refused(post(system, INBOUND, inbound("STOP"), token=""))


def test_another_account_is_refused(system: SteppedSystem) -> None:
    form = inbound("STOP", AccountSid="AC" + "9" * 32)
    assert refused(post(system, INBOUND, form))


@pytest.mark.parametrize("page", ["nobody", "x" * 60, "%00", "..", "default%20", "DEFAULT", "é"])
@pytest.mark.parametrize("path", ["inbound", "status/a.b.1.c.1"])
def test_a_page_that_is_not_there_is_refused(system: SteppedSystem, page: str, path: str) -> None:
    full = f"/twilio/{page}/{path}"
    form = inbound("STOP", MessageStatus="sent")
    assert refused(post(system, full, form))


@pytest.mark.parametrize("page", ["x" * 1100, "x" * 3000])
def test_a_page_longer_than_a_key_is_refused(system: SteppedSystem, page: str) -> None:
    assert refused(post(system, f"/twilio/{page}/inbound", inbound("STOP")))


MALFORMED = [
    b"",
    b"&&&&",
    b"=",
    b"no equals sign",
    b"%",
    b"%zz=%zz",
    b"a=%ff%fe",
    b"\xff\xfe\x00",
    "Body=größe".encode(),
    b"{}",
    b'{"From": "+15551234567"}',
    b"From=%2B15551234567",
    b"MessageSid=SM1",
    b"From=&MessageSid=&Body=STOP",
    b"a=b&" * 200,
    b"Body=" + b"x" * 60_000,
]


@pytest.mark.parametrize("raw", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("path", ["inbound", "status/a.b.1.c.1"])
def test_malformed_is_refused_and_never_a_server_error(
    system: SteppedSystem, raw: bytes, path: str
) -> None:
    full = f"/twilio/default/{path}"
    form = dict(urllib.parse.parse_qsl(raw.decode("latin-1"), keep_blank_values=True))
    assert refused(post(system, full, form, raw=raw))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200), signature=st.text(max_size=40))
def test_anything_at_all_is_refused_and_never_a_server_error(
    system: SteppedSystem, raw: bytes, signature: str
) -> None:
    event = json.loads((events() / "twilio_webhook_stop.json").read_text(encoding="utf-8"))
    event |= {
        "body": raw.decode("latin-1"),
        "headers": {"X-Twilio-Signature": signature},
        "path": INBOUND,
        "pathParameters": {"page": "default"},
    }
    assert system.invoke("twilio_webhook", event)["statusCode"] == 403


def test_an_operator_s_key_opens_nothing_here(system: SteppedSystem) -> None:
    assert refused(system.operator("POST", INBOUND, form=inbound("STOP")))
