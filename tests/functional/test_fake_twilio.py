"""The fake Twilio is believed by everything else, so it is checked against Twilio's own client,
validator and published OpenAPI."""

import json
import random
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from local.fake_twilio import (
    Answer,
    BadReplyError,
    FakeTwilio,
    FakeTwilioServer,
    Pace,
    UnknownPhoneError,
    WebhookRequest,
    respond,
    serve,
)
from local.fake_twilio.faults import read_faults
from local.fake_twilio.webhooks import Outcome, Overrides
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from tests.twilio_api.judge import assert_described

ACCOUNT, TOKEN = "AC" + "a1" * 16, "a token"
SENDER, PHONE, OTHER = "+15005550006", "+15551234567", "+15557654321"
CALLBACK = "http://127.0.0.1:9/twilio/default/status/att_1"
INBOUND = "http://127.0.0.1:9/twilio/default/inbound#rc=5&rp=5xx,ct,rt"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
NOW = 1_700_000_000.0
PATIENCE = 20


def a_fake(**options: Any) -> FakeTwilio:
    rng = random.Random(7)  # noqa: S311 - ids, not secrets
    return FakeTwilio(account_sid=ACCOUNT, auth_token=TOKEN, rng=rng, **options)


def form(body: str = "Hello", to: str = PHONE, **more: str) -> dict[str, str]:
    return {"To": to, "From": SENDER, "Body": body, **more}


def faults(fake: FakeTwilio, *wanted: Mapping[str, Any]) -> None:
    fake.faults.add(read_faults([dict(each) for each in wanted]))


def field(answer: Answer, name: str) -> Any:
    assert isinstance(answer.body, Mapping)
    return answer.body[name]


def statuses(fake: FakeTwilio, until: float) -> list[str]:
    return [request.status for request in fake.due(until)]


class TestCreate:
    def test_answers_as_the_published_openapi_says(self) -> None:
        answer = a_fake().create(form("Hello! 👍", StatusCallback=CALLBACK), NOW)

        assert_described("POST", MESSAGES, form("x"), answer.status, answer.payload)
        said = {name: field(answer, name) for name in ("from", "to", "body", "status")}
        assert said == {"from": SENDER, "to": PHONE, "body": "Hello! 👍", "status": "queued"}
        assert field(answer, "uri") == MESSAGES.replace(".json", f"/{field(answer, 'sid')}.json")
        assert len(field(answer, "sid")) == 34

    @pytest.mark.parametrize(
        ("body", "segments"),
        [("a" * 160, "1"), ("a" * 161, "2"), ("é👍" * 35, "2"), ("€" * 81, "2")],
    )
    def test_counts_segments_as_the_carrier_bills_them(self, body: str, segments: str) -> None:
        fake = a_fake()

        assert field(fake.create(form(body), NOW), "num_segments") == segments
        assert fake.accepted[0].segments == int(segments)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"To": ""}, 21604),
            ({"To": "nobody"}, 21211),
            ({"To": "+1555123456"}, 21211),
            ({"To": "+0123456789"}, 21211),
            ({"To": "+1234567890123456"}, 21211),
            ({"To": "+1555123456\n7"}, 21211),
            ({"To": "+15005550001"}, 21211),
            ({"To": "+15005550002"}, 21612),
            ({"To": "+15005550003"}, 21408),
            ({"To": "+15005550004"}, 21610),
            ({"To": "+15005550009"}, 21614),
            ({"From": ""}, 21603),
            ({"From": "Acme?"}, 21212),
            ({"From": "+15005550001"}, 21212),
            ({"From": "+15005550007"}, 21606),
            ({"From": "+15005550008"}, 21611),
            ({"Body": ""}, 21602),
            ({"Body": "x" * 1601}, 21617),
            ({"StatusCallback": "ftp://example.com"}, 21609),
            ({"StatusCallback": "http://under_score.example.com/"}, 21609),
            ({"ValidityPeriod": "0"}, 21624),
            ({"ValidityPeriod": "36001"}, 21624),
            ({"From": "", "MessagingServiceSid": "MG1"}, 21701),
        ],
    )
    def test_refuses_with_twilios_code(self, changes: dict[str, str], code: int) -> None:
        fake = a_fake()

        answer = fake.create(form() | changes, NOW)

        assert answer.status == (404 if code == 21701 else 400)
        assert field(answer, "code") == code
        assert field(answer, "more_info") == f"https://www.twilio.com/docs/errors/{code}"
        assert field(answer, "status") == answer.status
        assert fake.accepted == []
        assert fake.phones(NOW) == []

    def test_accepts_the_longest_body_and_formatted_numbers(self) -> None:
        answer = a_fake().create(form("x" * 1600, to="+1 (555) 123-4567"), NOW)

        assert (answer.status, field(answer, "to")) == (201, PHONE)

    def test_refuses_a_sender_the_account_does_not_own(self) -> None:
        fake = a_fake(numbers=[OTHER])

        assert field(fake.create(form(), NOW), "code") == 21606
        assert fake.create(form(From=OTHER), NOW).status == 201

    def test_a_messaging_service_names_its_number_later(self) -> None:
        service = "MG" + "b" * 32
        fake = a_fake(services={service: [OTHER]})
        sent = {"To": PHONE, "MessagingServiceSid": service, "Body": "Hi"}

        answer = fake.create(sent | {"StatusCallback": CALLBACK}, NOW)

        assert (field(answer, "status"), field(answer, "from")) == ("accepted", None)
        assert field(answer, "num_segments") == "0"
        later = fake.fetch(field(answer, "sid"), NOW + 10)
        assert (field(later, "status"), field(later, "from")) == ("delivered", OTHER)
        assert field(later, "num_segments") == "1"
        receipts = fake.due(NOW + 10)
        assert [r.status for r in receipts] == ["queued", "sending", "sent", "delivered"]
        assert {r.params["MessagingServiceSid"] for r in receipts} == {service}


class TestReceipts:
    def test_come_in_order_at_their_time_signed_and_complete(self) -> None:
        fake = a_fake(pace=Pace(sending=1, sent=2, delivered=5))
        sid = field(fake.create(form(StatusCallback=CALLBACK + "#rc=5"), NOW), "sid")

        assert fake.next_due() == NOW + 1
        assert fake.due(NOW + 0.9) == []
        assert statuses(fake, NOW + 1) == ["sending"]
        assert field(fake.fetch(sid, NOW + 1), "status") == "sending"
        assert field(fake.fetch(sid, NOW + 1), "date_sent") is None
        sent, delivered = fake.due(NOW + 5)
        assert field(fake.fetch(sid, NOW + 5), "date_sent") == "Tue, 14 Nov 2023 22:13:22 +0000"
        assert (sent.due, delivered.due) == (NOW + 2, NOW + 5)
        assert dict(sent.params) == {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": SENDER,
            "MessageSid": sid,
            "MessageStatus": "sent",
            "SmsSid": sid,
            "SmsStatus": "sent",
            "To": PHONE,
        }
        assert delivered.params["RawDlrDoneDate"] == "2311142213"
        assert delivered.target == CALLBACK
        assert is_signed(delivered, CALLBACK)
        assert not is_signed(delivered, CALLBACK + "#rc=5")
        assert fake.next_due() is None

    def test_wait_for_the_senders_rate(self) -> None:
        fake = a_fake(mps=2, pace=Pace(sending=0, sent=0, delivered=0))
        bodies = ["a" * 161, "b", "c"]  # 2, 1 and 1 segments: turns at 0, 1 and 1.5 s
        for body in bodies:
            fake.create(form(body, StatusCallback=CALLBACK), NOW)

        sent = [r.due - NOW for r in fake.due(NOW + 10) if r.status == "sent"]

        assert sent == [0, 1, 1.5]

    def test_a_full_queue_refuses_and_a_short_validity_expires(self) -> None:
        fake = a_fake(mps=0.1, queue_seconds=25)
        answers = [fake.create(form(ValidityPeriod="15"), NOW) for _ in range(4)]

        assert [a.status for a in answers] == [201, 201, 201, 201]
        late = fake.fetch(field(answers[2], "sid"), NOW + 15)
        assert (field(late, "status"), field(late, "error_code")) == ("failed", 30036)
        answers = [fake.create(form(), NOW) for _ in range(2)]
        assert answers[0].status == 201
        assert field(answers[1], "code") == 21611

    def test_the_fastest_second_is_a_sliding_window(self) -> None:
        fake = a_fake()
        for at in (0.0, 0.5, 0.9, 1.4, 3.0, 4.0):
            fake.create(form("a" * 161), NOW + at)

        assert fake.fastest_second() == 6
        assert fake.fastest_second(SENDER) == 6
        assert fake.fastest_second(OTHER) == 0

    def test_a_second_later_is_another_window(self) -> None:
        fake = a_fake()
        for at in (0, 1, 2):
            fake.create(form(), NOW + at)

        assert fake.fastest_second() == 1

    @pytest.mark.parametrize(
        ("fault", "expected", "code"),
        [
            ({"status": "undelivered", "code": 30005}, ["sending", "sent", "undelivered"], 30005),
            ({"status": "failed"}, ["sending", "failed"], 30008),
            ({"status": "sent"}, ["sending", "sent"], None),
        ],
    )
    def test_end_as_told(self, fault: dict[str, Any], expected: list[str], code: int) -> None:
        fake = a_fake()
        faults(fake, {"kind": "final_status", "to": PHONE, **fault})
        sid = field(fake.create(form(StatusCallback=CALLBACK), NOW), "sid")
        fake.create(form(to=OTHER, StatusCallback=CALLBACK), NOW + 100)

        receipts = fake.due(NOW + 50)

        assert [r.status for r in receipts] == expected
        assert receipts[-1].params.get("ErrorCode") == (str(code) if code else None)
        assert "ErrorCode" not in receipts[0].params
        assert field(fake.fetch(sid, NOW + 50), "error_code") == code
        assert field(fake.fetch(sid, NOW), "error_code") is None
        assert statuses(fake, NOW + 200) == ["sending", "sent", "delivered"]

    def test_are_dropped_repeated_and_reordered(self) -> None:
        fake = a_fake()
        faults(fake, {"kind": "drop_callbacks", "statuses": ["sent"], "times": 1})
        fake.create(form(StatusCallback=CALLBACK), NOW)
        assert statuses(fake, NOW + 9) == ["sending", "delivered"]

        faults(fake, {"kind": "repeat_callbacks", "copies": 3, "to": OTHER, "times": 1})
        fake.create(form(StatusCallback=CALLBACK, to=OTHER), NOW + 10)
        assert statuses(fake, NOW + 19) == ["sending", "sending", "sending", "sent", "delivered"]

        faults(fake, {"kind": "reorder_callbacks", "times": 1})
        fake.create(form(StatusCallback=CALLBACK), NOW + 20)
        assert statuses(fake, NOW + 29) == ["delivered", "sent", "sending"]

        fake.create(form(StatusCallback=CALLBACK), NOW + 30)
        assert statuses(fake, NOW + 39) == ["sending", "sent", "delivered"]


class TestRetries:
    @pytest.mark.parametrize(
        ("fragment", "outcome", "tries"),
        [
            ("", 500, 1),
            ("", "rt", 1),
            ("", "ct", 2),
            ("#rc=0", "ct", 1),
            ("#rc=5&rp=5xx,ct,rt", 503, 6),
            ("#rc=5&rp=5xx,ct,rt", "rt", 6),
            ("#rc=5&rp=5xx,ct,rt", "ct", 6),
            ("#rc=5&rp=5xx,ct,rt", 403, 1),
            (RETRY_OVERRIDE, 429, 6),
            (RETRY_OVERRIDE, 503, 6),
            (RETRY_OVERRIDE, "rt", 6),
            (RETRY_OVERRIDE, 200, 1),
            ("#rc=5&rp=5xx,ct,rt", 200, 1),
            ("#rc=2&rp=all", 404, 3),
            ("#rc=99&rp=5xx", 500, 2),
        ],
    )
    def test_follow_the_overrides(self, fragment: str, outcome: Outcome, tries: int) -> None:
        fake = a_fake(pace=Pace(0, 0, 0), retry_delay=1)
        faults(fake, {"kind": "drop_callbacks", "statuses": ["sent", "delivered"]})
        fake.create(form(StatusCallback=CALLBACK + fragment), NOW)

        now, seen = NOW, list[WebhookRequest]()
        while requests_due := fake.due(now):
            seen += requests_due
            fake.answered(requests_due[0], outcome, now)
            now += 1

        assert [request.attempt for request in seen] == list(range(1, tries + 1))
        assert len({request.token for request in seen}) == 1
        assert [entry.outcome for entry in fake.outbox.log] == [outcome] * tries

    def test_only_the_first_try_is_repeated(self) -> None:
        fake = a_fake(inbound_url=INBOUND, retry_delay=1)
        faults(fake, {"kind": "repeat_callbacks", "statuses": ["received"]})
        fake.reply(PHONE, "hello", NOW, to=SENDER)
        first, _ = fake.due(NOW)

        fake.answered(first, 500, NOW)

        assert [request.attempt for request in fake.due(NOW + 1)] == [2]

    def test_time_outs_are_read_and_bounded(self) -> None:
        assert Overrides.of("http://a/#ct=200&rt=300").connect_timeout == 0.2
        assert Overrides.of("http://a/#ct=200&rt=300").read_timeout == 0.3
        assert Overrides.of("http://a/#ct=1&rt=99999999").connect_timeout == 5
        assert Overrides.of("http://a/#ct=x&rt=15001").read_timeout == 15


class TestHandsets:
    def test_only_the_last_texts_are_remembered_where_so_many_are_asked_for(self) -> None:
        fake = a_fake(most_kept=2)
        sids = [field(fake.create(form(body), NOW), "sid") for body in "abc"]

        assert fake.fetch(sids[0], NOW).status == 404
        assert [fake.fetch(sid, NOW).status for sid in sids[1:]] == [200, 200]
        (phone,) = fake.phones(NOW)
        assert [message["body"] for message in phone["messages"]] == ["b", "c"]
        assert len(fake.accepted) == 3

    def test_only_the_last_tries_of_webhooks_are_remembered_likewise(self) -> None:
        fake = a_fake(most_kept=1)
        for body in "ab":
            fake.create(form(body, StatusCallback=CALLBACK), NOW)
            for request in fake.due(NOW + 9):
                fake.answered(request, 204, NOW + 9)

        assert [one.request.status for one in fake.outbox.log][-3:] == [
            "sending",
            "sent",
            "delivered",
        ]
        assert len(fake.outbox.log) == 4

    def test_a_reply_becomes_a_signed_webhook(self) -> None:
        fake = a_fake(inbound_url=INBOUND)
        fake.create(form(From=OTHER), NOW)
        fake.create(form(), NOW + 1)

        message = fake.reply(PHONE, "Danke & tschüß", NOW + 2)

        assert (message.sender, message.to, message.direction) == (PHONE, SENDER, "inbound")
        (webhook,) = fake.due(NOW + 2)
        assert dict(webhook.params) == {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": "Danke & tschüß",
            "FromCountry": "US",
            "To": SENDER,
            "ToZip": "",
            "NumSegments": "1",
            "MessageSid": message.sid,
            "AccountSid": ACCOUNT,
            "From": PHONE,
            "ApiVersion": "2010-04-01",
        }
        assert dict(parse_qsl(webhook.body, keep_blank_values=True)) == dict(webhook.params)
        assert is_signed(webhook, INBOUND.partition("#")[0])
        assert field(fake.fetch(message.sid, NOW + 2), "status") == "received"

    def test_a_reply_needs_somebody_to_go_to(self) -> None:
        fake = a_fake()
        with pytest.raises(UnknownPhoneError):
            fake.reply(PHONE, "Hello?", NOW)
        assert fake.reply(PHONE, "START", NOW, to=SENDER).to == SENDER

    @pytest.mark.parametrize(
        ("number", "body", "to"),
        [("555", "Hi", None), (PHONE, "", None), (PHONE, "x" * 1601, None), (PHONE, "Hi", "you")],
    )
    def test_a_reply_no_handset_could_send(self, number: str, body: str, to: str | None) -> None:
        with pytest.raises(BadReplyError):
            a_fake().reply(number, body, NOW, to)

    @pytest.mark.parametrize(
        "word",
        ["STOP", " stop\n", "StopAll", "unsubscribe", "CANCEL", "end", "quit", "revoke", "optout"],
    )
    def test_stop_blocks_the_pair_and_start_frees_it(self, word: str) -> None:
        fake = a_fake(inbound_url=INBOUND)
        fake.create(form(), NOW)

        fake.reply(PHONE, word, NOW)
        fake.reply(PHONE, word, NOW)

        assert [r.params["Body"] for r in fake.due(NOW)] == [word, word]
        assert said(fake) == ["You have successfully been unsubscribed."]
        refused = fake.create(form(), NOW)
        assert (refused.status, field(refused, "code")) == (400, 21610)
        assert fake.create(form(From=OTHER), NOW).status == 201
        assert fake.create(form(to=OTHER), NOW).status == 201
        assert len(fake.accepted) == 3
        assert fake.phones(NOW)[0]["blocked"] == [SENDER]

        fake.reply(PHONE, "unstop", NOW, to=SENDER)

        assert said(fake)[1].startswith("You have successfully been re-subscribed")
        assert fake.create(form(), NOW).status == 201

    @pytest.mark.parametrize("body", ["STOP.", "please stop", "opt out", "yes", "START"])
    def test_other_words_change_and_answer_nothing(self, body: str) -> None:
        fake = a_fake(inbound_url=INBOUND)
        fake.create(form(), NOW)

        fake.reply(PHONE, body, NOW)

        assert said(fake) == []
        assert "OptOutType" not in fake.due(NOW)[0].params
        assert fake.create(form(), NOW).status == 201

    def test_keyword_replies_can_be_off_and_opt_out_types_on(self) -> None:
        fake = a_fake(inbound_url=INBOUND, keyword_replies=False, advanced_opt_out=True)
        fake.create(form(), NOW)

        for word in ("STOP", "info", "YES", "hello"):
            fake.reply(PHONE, word, NOW)

        types = [r.params.get("OptOutType") for r in fake.due(NOW)]
        assert types == ["STOP", "HELP", "START", None]
        assert said(fake) == []

    def test_help_is_answered(self) -> None:
        fake = a_fake()
        fake.create(form(), NOW)
        fake.reply(PHONE, "Help", NOW)
        assert said(fake) == ["Reply STOP to unsubscribe."]

    def test_stop_ends_a_whole_messaging_service(self) -> None:
        service = "MG" + "b" * 32
        fake = a_fake(services={service: [OTHER]})
        sent = {"To": PHONE, "MessagingServiceSid": service, "Body": "Hi"}
        fake.create(sent, NOW)

        fake.reply(PHONE, "STOP", NOW)

        assert field(fake.create(sent, NOW), "code") == 21610

    def test_twiml_answers_a_text_unless_it_was_stopped(self) -> None:
        fake = a_fake(inbound_url=INBOUND)
        fake.create(form(), NOW)
        texts = "<Message>One</Message><Message><Body>Two</Body></Message>"
        twiml = f"<?xml version='1.0'?><Response>{texts}</Response>"

        fake.reply(PHONE, "hello", NOW)
        (webhook,) = fake.due(NOW)
        fake.answered(webhook, 200, NOW, twiml)
        assert said(fake) == ["One", "Two"]

        for nothing in ("", "OK", "<Response/>", "<Message>x</Message>"):
            fake.answered(webhook, 200, NOW, nothing)
        fake.answered(webhook, 200, NOW, f"<!DOCTYPE x><Response>{texts}</Response>")
        fake.answered(webhook, 404, NOW, twiml)
        fake.answered(webhook, 500, NOW, twiml)
        fake.reply(PHONE, "STOP", NOW)
        fake.answered(webhook, 200, NOW, twiml)
        assert said(fake)[2:] == ["You have successfully been unsubscribed."]

    def test_inbound_webhooks_fail_only_when_named(self) -> None:
        fake = a_fake(inbound_url=INBOUND)
        faults(fake, {"kind": "drop_callbacks"})
        fake.create(form(), NOW)
        fake.reply(PHONE, "one", NOW)
        assert statuses(fake, NOW) == ["received"]

        faults(fake, {"kind": "repeat_callbacks", "statuses": ["received"]})
        fake.reply(PHONE, "two", NOW)
        assert statuses(fake, NOW) == ["received", "received"]


class TestRequestFaults:
    def test_each_is_used_up_and_only_where_it_fits(self) -> None:
        fake = a_fake()
        refuse = {"kind": "refuse", "status": 429, "code": 20429, "retry_after": 7}
        faults(fake, refuse | {"to": PHONE, "times": 2})

        assert fake.create(form(to=OTHER), NOW).status == 201
        answers = [fake.create(form(), NOW) for _ in range(3)]

        assert [a.status for a in answers] == [429, 429, 201]
        assert field(answers[0], "code") == 20429
        assert answers[0].headers == {"Retry-After": "7"}
        assert len(fake.accepted) == 2

    @pytest.mark.parametrize(
        ("fault", "status", "fate", "accepted"),
        [
            ({"kind": "server_error", "status": 500}, 500, "answered", 0),
            ({"kind": "server_error", "accepted": True}, 503, "answered", 1),
            ({"kind": "time_out", "seconds": 5}, 504, "hung", 0),
            ({"kind": "time_out", "seconds": 5, "accepted": True}, 504, "hung", 1),
            ({"kind": "reset"}, 502, "reset", 0),
            ({"kind": "reset", "accepted": True}, 502, "reset", 1),
            ({"kind": "malformed"}, 201, "answered", 1),
        ],
    )
    def test_truth_says_what_was_accepted(
        self, fault: dict[str, Any], status: int, fate: str, accepted: int
    ) -> None:
        fake = a_fake()
        faults(fake, fault)

        answer = fake.create(form(), NOW)

        assert (answer.status, answer.fate, len(fake.accepted)) == (status, fate, accepted)
        assert answer.delay == fault.get("seconds", 0)
        if fault["kind"] == "malformed":
            with pytest.raises(ValueError, match="Unterminated"):
                json.loads(answer.payload)

    def test_slowness_adds_to_other_faults_and_acceptance_is_at_once(self) -> None:
        fake = a_fake()
        faults(fake, {"kind": "slow", "seconds": 3}, {"kind": "malformed", "times": 1})

        assert [fake.create(form(), NOW).delay for _ in range(2)] == [3, 3]
        assert [each.at for each in fake.accepted] == [NOW, NOW]

    def test_slowness_adds_to_a_time_out(self) -> None:
        fake = a_fake()
        faults(fake, {"kind": "slow", "seconds": 3}, {"kind": "time_out", "seconds": 5})

        assert fake.create(form(), NOW).delay == 8

    def test_other_operations_fail_when_named(self) -> None:
        fake = a_fake()
        sid = field(fake.create(form(), NOW), "sid")
        faults(fake, *({"kind": "server_error", "on": on} for on in ("list", "fetch", "delete")))

        assert fake.create(form(), NOW).status == 201
        assert fake.list({}, NOW).status == 503
        assert fake.fetch(sid, NOW).status == 503
        assert fake.delete(sid, NOW + 99).status == 503


class TestListing:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, "gfedcba"),
            ({"To": OTHER}, "b"),
            ({"From": OTHER}, "c"),
            ({"DateSent": "2023-11-14"}, "cba"),
            ({"DateSent<": "2023-11-14"}, "cba"),
            ({"DateSent>": "2023-11-15"}, "fed"),
            ({"DateSent>": "2023-11-15T22:13:20Z"}, "fe"),
            ({"DateSent<": "2023-11-15T22:13:20Z"}, "edcba"),
            ({"DateSent>": "Wed, 15 Nov 2023 22:13:20 +0000"}, "fe"),
            ({"DateSent>": "2023-11-15", "DateSent<": "2023-11-15"}, "ed"),
            ({"To": OTHER, "From": OTHER}, ""),
        ],
    )
    def test_filters(self, query: dict[str, str], expected: str) -> None:
        fake, hour = a_fake(pace=Pace(0, 0, 0)), 3600
        midnight = 6400  # seconds after NOW
        for body, at in zip("abcdef", (0, 0, 0, midnight, 24 * hour, 48 * hour), strict=True):
            changes = {"b": {"To": OTHER}, "c": {"From": OTHER}}.get(body, {})
            fake.create(form(body) | changes, NOW + at)
        now = NOW + 48 * hour
        fake.pace = Pace(9, 9, 9)
        fake.create(form("g"), now)  # not sent yet, so without a DateSent

        answer = fake.list(query, now)

        assert "".join(message["body"] for message in field(answer, "messages")) == expected

    def test_pages_do_not_shift_when_messages_arrive(self) -> None:
        fake = a_fake()
        for body in "abcde":
            fake.create(form(body), NOW)
        first = fake.list({"PageSize": "2", "To": PHONE}, NOW)
        fake.create(form("new"), NOW)

        uri = field(first, "next_page_uri")
        query = dict(parse_qsl(uri.partition("?")[2]))
        second = fake.list(query, NOW)

        assert uri.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B15551234567&")
        assert [m["body"] for m in field(first, "messages")] == ["e", "d"]
        assert [m["body"] for m in field(second, "messages")] == ["c", "b"]
        assert (field(first, "start"), field(first, "end"), field(first, "page")) == (0, 1, 0)
        assert field(second, "page") == 1

    def test_a_last_page_that_is_full_has_no_next(self) -> None:
        fake = a_fake()
        for body in "ab":
            fake.create(form(body), NOW)

        assert field(fake.list({"PageSize": "2"}, NOW), "next_page_uri") is None
        assert field(fake.list({"PageSize": "1"}, NOW), "next_page_uri") is not None

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"PageSize": "0"}, 20001),
            ({"PageSize": "many"}, 20001),
            ({"PageSize": "1001"}, 20007),
            ({"Page": "-1"}, 20001),
            ({"PageToken": "PAnone"}, 20001),
            ({"DateSent": "yesterday"}, 20001),
            ({"DateSent>": "2023-02-30"}, 20001),
        ],
    )
    def test_unreadable_filters_are_refused(self, query: dict[str, str], code: int) -> None:
        answer = a_fake().list(query, NOW)
        assert (answer.status, field(answer, "code")) == (400, code)

    def test_a_message_can_be_deleted_once_it_is_over(self) -> None:
        fake = a_fake()
        sid = field(fake.create(form(), NOW), "sid")

        assert field(fake.delete(sid, NOW), "code") == 20009
        assert fake.delete(sid, NOW + 9).status == 204
        assert field(fake.fetch(sid, NOW + 9), "code") == 20404
        assert field(fake.list({}, NOW + 9), "messages") == []
        assert len(fake.phones(NOW + 9)[0]["messages"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "credentials", "status", "code"),
    [
        ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", None, 401, 20003),
        ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", (ACCOUNT, "x"), 401, 20003),
        ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", ("ü", TOKEN), 401, 20003),
        ("GET", "/2010-04-01/Accounts/AC0/Messages.json", (ACCOUNT, TOKEN), 404, 20404),
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", (ACCOUNT, TOKEN), 404, 20404),
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM0.json", (ACCOUNT, TOKEN), 404, 20404),
        ("PUT", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", (ACCOUNT, TOKEN), 405, 20004),
        ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", (ACCOUNT, TOKEN), 405, 20004),
    ],
)
def test_wrong_requests(
    method: str, path: str, credentials: tuple[str, str] | None, status: int, code: int
) -> None:
    answer = respond(a_fake(), method, path, form(), credentials, NOW)
    assert (answer.status, field(answer, "code")) == (status, code)


class Received(NamedTuple):
    path: str
    signature: str
    params: dict[str, str]
    idempotency_token: str


class Receiver:
    """A web server of ours as Twilio sees it: answers with the next of `answers`, or 200."""

    def __init__(self) -> None:
        self.received: Queue[Received] = Queue()
        self.answers: Queue[tuple[int, str]] = Queue()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.take(self)

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        status, text = self.answers.get_nowait() if self.answers.qsize() else (200, "")
        self.received.put(
            Received(
                handler.path,
                handler.headers["X-Twilio-Signature"],
                dict(parse_qsl(raw, keep_blank_values=True)),
                handler.headers["I-Twilio-Idempotency-Token"],
            )
        )
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    def next(self) -> Received:
        return self.received.get(timeout=PATIENCE)

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Redirected:
    """Twilio's own HTTP client, sent to the fake."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = TwilioHttpClient(timeout=PATIENCE, pool_connections=False)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        ours = url.replace("https://api.twilio.com", self.url)
        answer = self.http.request(method, ours, *args, **kwargs)
        if method.upper() != "DELETE":  # its answer is empty
            given = kwargs.get("data") or kwargs.get("params") or {}
            path = url.removeprefix("https://api.twilio.com").partition("?")[0]
            assert_described(method, path, given, answer.status_code, answer.text.encode())
        return answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    it = Receiver()
    yield it
    it.stop()


@pytest.fixture
def server(receiver: Receiver) -> Iterator[FakeTwilioServer]:
    fake = a_fake(
        inbound_url=receiver.url + "/twilio/default/inbound#rc=5&rp=5xx,ct,rt",
        pace=Pace(0, 0, 0),
        retry_delay=0,
    )
    with serve(fake, status_page_url="http://127.0.0.1:8080/") as it:
        yield it


@pytest.fixture
def client(server: FakeTwilioServer) -> Client:
    return a_client(server)


def a_client(server: FakeTwilioServer, token: str = TOKEN) -> Client:
    return Client(ACCOUNT, token, http_client=Redirected(server.url))


class TestOverHttp:
    """With Twilio's own client."""

    def test_create_fetch_list_delete(self, client: Client) -> None:
        made = client.messages.create(to=PHONE, from_=SENDER, body="Grüße ☎")

        assert (made.status, made.body, made.num_segments) == ("queued", "Grüße ☎", "1")
        found = client.messages(made.sid).fetch()
        assert found.status == "delivered"
        assert found.date_sent == found.date_created
        assert [m.sid for m in client.messages.list(to=PHONE)] == [made.sid]
        assert client.messages.list(to=OTHER) == []
        assert client.messages(made.sid).delete()
        assert client.messages.list(to=PHONE) == []

    def test_pages_and_dates(self, client: Client) -> None:
        for number in range(7):
            client.messages.create(to=PHONE, from_=SENDER, body=str(number))
        today = datetime.now(UTC)

        bodies = [m.body for m in client.messages.list(page_size=3)]

        assert bodies == list("6543210")
        assert [m.body for m in client.messages.list(page_size=3, limit=4)] == list("6543")
        since, until = today - timedelta(days=1), today + timedelta(days=1)
        assert len(client.messages.list(date_sent_after=since, date_sent_before=until)) == 7
        assert client.messages.list(date_sent_after=until) == []

    def test_errors_are_twilios(self, client: Client, server: FakeTwilioServer) -> None:
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to="+15005550001", from_=SENDER, body="Hi")
        assert (caught.value.status, caught.value.code) == (400, 21211)
        with pytest.raises(TwilioRestException) as caught:
            client.messages("SM0").fetch()
        assert (caught.value.status, caught.value.code) == (404, 20404)
        with pytest.raises(TwilioRestException) as caught:
            a_client(server, "wrong").messages("SM0").fetch()
        assert (caught.value.status, caught.value.code) == (401, 20003)

    def test_receipts_arrive_signed_for_the_url_without_its_fragment(
        self, client: Client, receiver: Receiver
    ) -> None:
        url = receiver.url + "/twilio/default/status/att_1"

        made = client.messages.create(
            to=PHONE, from_=SENDER, body="Hi", status_callback=url + "#rc=5&rp=5xx,ct,rt"
        )

        receipts = [receiver.next() for _ in range(3)]
        assert [r.params["MessageStatus"] for r in receipts] == ["sending", "sent", "delivered"]
        assert {r.params["MessageSid"] for r in receipts} == {made.sid}
        for receipt in receipts:
            assert receipt.path == "/twilio/default/status/att_1"
            assert RequestValidator(TOKEN).validate(url, receipt.params, receipt.signature)

    def test_another_name_that_leads_here_reads_no_phones(self, server: FakeTwilioServer) -> None:
        answer = requests.get(
            f"{server.url}/_phones", headers={"Host": "attacker.example"}, timeout=PATIENCE
        )
        assert answer.status_code == 421

    def test_a_webhook_is_tried_again(self, server: FakeTwilioServer, receiver: Receiver) -> None:
        for status in (500, 503):
            receiver.answers.put((status, ""))
        receiver.answers.put((200, "<Response><Message>Thanks</Message></Response>"))

        send(server, PHONE, Body="hello", To=SENDER)

        tries = [receiver.next() for _ in range(3)]
        assert {r.idempotency_token for r in tries} == {tries[0].idempotency_token}
        assert {r.params["Body"] for r in tries} == {"hello"}
        with server.state:
            log = server.fake.outbox.log
            assert server.state.wait_for(lambda: len(log) == 3, PATIENCE)
            assert [(each.request.attempt, each.outcome) for each in log] == [
                (1, 500),
                (2, 503),
                (3, 200),
            ]
        assert [m["body"] for m in conversation(server)] == ["hello", "Thanks"]

    def test_a_webhook_finds_nobody_home(self, server: FakeTwilioServer) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            server.fake.inbound_url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        send(server, PHONE, Body="hello", To=SENDER)

        with server.state:
            log = server.fake.outbox.log
            assert server.state.wait_for(lambda: len(log) == 2, PATIENCE)
            assert [each.outcome for each in log] == ["ct", "ct"]

    def test_stop_and_start(self, client: Client, server: FakeTwilioServer) -> None:
        client.messages.create(to=PHONE, from_=SENDER, body="Hi")
        assert send(server, PHONE, Body="Stop").status_code == 201
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to=PHONE, from_=SENDER, body="Hi")
        assert caught.value.code == 21610
        send(server, PHONE, Body="Start")
        assert client.messages.create(to=PHONE, from_=SENDER, body="Hi").error_code is None

    @pytest.mark.parametrize("accepted", [False, True])
    def test_broken_connections(self, server: FakeTwilioServer, accepted: bool) -> None:
        api = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        faults: list[Any] = [
            {"kind": "reset", "accepted": accepted, "times": 1},
            {"kind": "time_out", "seconds": 0, "accepted": accepted, "times": 1},
        ]
        requests.post(server.url + "/_admin/faults", json=faults, timeout=PATIENCE)

        for how in ("reset by peer", "closed connection without response"):
            with pytest.raises(requests.exceptions.ConnectionError, match=how):
                requests.post(api, form(), auth=(ACCOUNT, TOKEN), timeout=PATIENCE)

        truth = requests.get(server.url + "/_admin/accepted", timeout=PATIENCE).json()
        assert [each["to"] for each in truth["accepted"]] == [PHONE] * (2 * accepted)
        assert truth["fastest_second"] == 2 * accepted

    def test_a_held_request_lets_go_when_the_server_stops(self, receiver: Receiver) -> None:
        fake = a_fake()
        faults(fake, {"kind": "time_out", "seconds": 600, "accepted": True})
        server = serve(fake)
        ended: Queue[Exception] = Queue()

        def ask() -> None:
            try:
                a_client(server).messages.create(to=PHONE, from_=SENDER, body="Hi")
            except Exception as error:
                ended.put(error)

        thread = Thread(target=ask)
        thread.start()
        with server.state:
            assert server.state.wait_for(lambda: fake.accepted, PATIENCE)
        server.stop()

        assert isinstance(ended.get(timeout=PATIENCE), requests.exceptions.ConnectionError)
        thread.join()

    def test_a_taken_port_is_an_oserror(self, server: FakeTwilioServer) -> None:
        with pytest.raises(OSError, match="in use"):
            serve(a_fake(), server.port)

    def test_the_phones(self, client: Client, server: FakeTwilioServer) -> None:
        empty = requests.get(server.url + "/_phones", timeout=PATIENCE).json()
        assert (empty["phones"], empty["status_page_url"]) == ([], "http://127.0.0.1:8080/")
        made = client.messages.create(to=PHONE, from_=SENDER, body="<b>Hi</b>")
        reply = send(server, "%2B15551234567", Body="Hello\u0000 👍").json()

        first, second = conversation(server)

        assert (first["sid"], first["direction"]) == (made.sid, "outbound-api")
        assert (first["status"], first["segments"]) == ("delivered", 1)
        assert (second["sid"], second["direction"]) == (reply["sid"], "inbound")
        assert second["body"] == "Hello\u0000 👍"

    def test_the_page_is_html_and_needs_nothing_from_elsewhere(
        self, server: FakeTwilioServer
    ) -> None:
        page = requests.get(server.url, timeout=PATIENCE)

        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "No phone has been texted yet." in page.text
        assert "innerHTML" not in page.text
        for outside in ("src=", "@import", "url(", "stylesheet"):
            assert outside not in page.text

    @pytest.mark.parametrize(
        ("method", "path", "sent", "status"),
        [
            ("POST", f"/_phones/{PHONE}/messages", {"data": {}}, 400),
            ("POST", f"/_phones/{PHONE}/messages", {"data": {"Body": ""}}, 400),
            ("POST", f"/_phones/{PHONE}/messages", {"data": {"Body": "x" * 1601}}, 400),
            ("POST", f"/_phones/{PHONE}/messages", {"json": {"Body": "Hi"}}, 400),
            ("POST", f"/_phones/{PHONE}/messages", {"data": {"Body": "x" * 70_000}}, 413),
            ("POST", f"/_phones/{PHONE}/messages", {"data": {"Body": "Hi", "To": "?"}}, 400),
            ("POST", f"/_phones/{PHONE}/messages", {"data": {"Body": "Hi"}}, 404),
            ("POST", "/_phones/nobody/messages", {"data": {"Body": "Hi"}}, 400),
            ("POST", "/_phones/%00%ff/messages", {"data": {"Body": "Hi"}}, 400),
            ("POST", "/_phones//messages", {"data": {"Body": "Hi"}}, 400),
            ("GET", f"/_phones/{PHONE}/messages", {}, 405),
            ("POST", "/_phones", {}, 405),
            ("GET", "/nothing", {}, 404),
            ("POST", "/", {}, 404),
            ("POST", "/_admin/faults", {"data": "{"}, 400),
            ("POST", "/_admin/faults", {"data": b"\xff"}, 400),
            ("POST", "/_admin/faults", {"data": "[" * 60_000}, 400),
            ("POST", "/_admin/faults", {"data": "[" * 70_000}, 413),
            ("POST", "/_admin/faults", {"data": '{"kind": "slow", "seconds": NaN}'}, 422),
            ("POST", "/_admin/faults", {"json": []}, 422),
            ("POST", "/_admin/faults", {"json": None}, 400),
            ("POST", "/_admin/faults", {"json": {"kind": "earthquake"}}, 422),
            ("POST", "/_admin/faults", {"json": {"kind": "slow", "seconds": -1}}, 422),
            ("POST", "/_admin/faults", {"json": {"kind": "slow", "seconds": 10**400}}, 422),
            ("POST", "/_admin/faults", {"json": {"kind": "reset", "times": 0}}, 422),
            ("POST", "/_admin/faults", {"json": {"kind": "reset", "to": "\ud800"}}, 422),
            ("POST", "/_admin/faults", {"json": {"kind": "reset", "sometimes": 1}}, 422),
        ],
    )
    def test_bad_input_is_a_clear_4xx(
        self, server: FakeTwilioServer, method: str, path: str, sent: dict[str, Any], status: int
    ) -> None:
        answer = requests.request(method, server.url + path, timeout=PATIENCE, **sent)

        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"code", "message"}
        assert len(answer.json()["error"]["message"]) > 10
        assert server.fake.faults.in_force() == []

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            ({"json": {"To": PHONE}}, 400, 21604),
            ({"data": {"To": PHONE, "Body": "x" * 70_000}}, 413, 20413),
            ({"data": b"To=%ff%00&From=+1&Body=x"}, 400, 21604),
            ({"data": b"\x00", "headers": {"Content-Type": "multipart/form-data"}}, 400, 21604),
        ],
    )
    def test_bad_api_input_is_a_twilio_error(
        self, server: FakeTwilioServer, sent: dict[str, Any], status: int, code: int
    ) -> None:
        api = f"{server.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        answer = requests.post(api, auth=(ACCOUNT, TOKEN), timeout=PATIENCE, **sent)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_faults_are_shown_and_cleared(self, server: FakeTwilioServer) -> None:
        url = server.url + "/_admin/faults"
        fault: dict[str, Any] = {"kind": "slow", "seconds": 1.5, "to": PHONE, "times": 3}

        assert requests.post(url, json=fault, timeout=PATIENCE).status_code == 201
        shown = requests.get(url, timeout=PATIENCE).json()["faults"]
        assert shown == [fault | {"on": "create"}]
        assert requests.delete(url, timeout=PATIENCE).json() == {"faults": []}
        assert requests.get(url, timeout=PATIENCE).json() == {"faults": []}


def send(server: FakeTwilioServer, number: str, **fields: str) -> requests.Response:
    return requests.post(f"{server.url}/_phones/{number}/messages", fields, timeout=PATIENCE)


def conversation(server: FakeTwilioServer) -> list[dict[str, Any]]:
    (phone,) = requests.get(server.url + "/_phones", timeout=PATIENCE).json()["phones"]
    return list(phone["messages"])


def is_signed(webhook: WebhookRequest, url: str) -> bool:
    signature = webhook.headers(TOKEN)["X-Twilio-Signature"]
    return bool(RequestValidator(TOKEN).validate(url, dict(webhook.params), signature))


def said(fake: FakeTwilio) -> list[str]:
    """The first sentence of everything Twilio answered by itself."""
    messages = [m for phone in fake.phones(NOW) for m in phone["messages"]]
    replies = [m["body"] for m in messages if m["direction"] == "outbound-reply"]
    return [body.split(". ")[0] + "." * (". " in body) for body in replies]
