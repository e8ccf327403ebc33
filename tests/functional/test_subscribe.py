"""POST /subscriptions and …/resend_confirmation: what a visitor is sent, told and refused."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

import pytest

from local.fake_twilio.faults import Refuse
from statustext.adapters.clock import system_entropy
from statustext.adapters.opt_outs import suppress
from statustext.domain.ids import address_id
from statustext.domain.page import Page
from statustext.flows.acting import Act
from statustext.flows.operating.setting_up import create_component, create_page
from tests.aws_calls import logged, watched
from tests.functional.engine import master_key
from tests.stepped import API_URL, PHONE, START, Answer, SteppedSystem

CODE = re.compile(r"\b\d{6}\b")
DAY = 24 * 3600
NUMBERS = [f"+1555{number:07}" for number in range(2_000_000, 2_000_100)]


def ask(system: SteppedSystem, phone: str = PHONE, ip: str = "198.51.100.7", **more: Any) -> Answer:
    body = {"phone": phone, "consent": True, **more}
    return system.http("POST", "/subscriptions", body, source_ip=ip)


def resend(system: SteppedSystem, one: str, ip: str = "198.51.100.7") -> Answer:
    answer = system.http("POST", f"/subscriptions/{one}/resend_confirmation", source_ip=ip)
    system.run()
    return answer


def addresses() -> Iterator[str]:
    return (f"192.0.2.{number}" for number in range(1, 255))


def codes(system: SteppedSystem, phone: str = PHONE) -> list[str]:
    return [found[0] for text in system.texts(phone) if (found := CODE.search(text))]


def change_page(system: SteppedSystem, **changes: Any) -> None:
    answer = system.operator("PATCH", "/v1/pages/default", changes)
    assert answer.status == 200, answer


# The code.


def test_a_sign_up_is_texted_six_digits_with_the_pages_name(system: SteppedSystem) -> None:
    answer = ask(system)
    assert answer.status == 202
    assert set(answer.json) == {"id", "secret", "seconds_between_codes", "message"}
    assert answer.json["seconds_between_codes"] == 30
    assert re.fullmatch(r"1\.[A-Za-z0-9_-]{24}", answer.json["secret"])
    assert re.fullmatch(r"sub_[a-z0-9]{16}", answer.json["id"])
    assert system.texts(None) == []  # first the answer, then the text
    system.run()
    (text,) = system.texts(None)
    assert re.fullmatch(
        r"\[Demo\] Your code is \d{6}\. It expires in 10 minutes\. If you did not ask for it, "
        r"ignore this text\. Reply STOP to opt out\.",
        text,
    )
    assert not system.failures


def test_the_code_is_texted_in_the_pages_own_words(system: SteppedSystem) -> None:
    template = {"template": "{{code}} opens {{page}}. STOP ends it."}
    saved = system.operator("PUT", "/v1/pages/default/templates/verification", template)
    assert saved.status == 200
    ask(system)
    system.run()
    (text,) = system.texts()
    assert re.fullmatch(r"\d{6} opens Demo\. STOP ends it\.", text)


def test_the_source_of_codes_is_cryptographic(system: SteppedSystem) -> None:
    import secrets

    assert system_entropy is secrets.token_bytes
    for ip in list(addresses())[:3]:
        ask(system, ip=ip)
    nonces = {row["nonce"] for row in system.rows("direct")}
    assert len(nonces) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", nonce) for nonce in nonces)


def test_no_code_number_or_token_leaks(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not into the table (codes), not into queues, logs, metrics or the event bus (all three)."""
    with watched() as calls, logged() as lines:
        one = system.sign_up()
        code = system.code()
        wrong = "000000" if code != "000000" else "111111"
        refused = system.http("POST", f"/subscriptions/{one}/verify", {"code": wrong})
        verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
        system.run()
        system.open_incident()
        token = verified.json["manage_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        system.http("GET", f"/subscriptions/{one}", headers=bearer)
        system.reply("MANAGE")
        system.reply("STOP")
    assert refused.status == 422
    queued = [entry["MessageBody"] for p in calls.of("SendMessageBatch") for entry in p["Entries"]]
    told = [entry["Detail"] for p in calls.of("PutEvents") for entry in p["Entries"]]
    printed = "".join(capsys.readouterr())
    assert len(queued) >= 5
    assert len(told) >= 5
    for secret in (code, PHONE.removeprefix("+"), token):
        for where in (*queued, *told, *lines, printed):
            assert secret not in where
    stored = str(system.rows())
    assert not re.search(rf"\b{code}\b", stored)
    assert token not in stored


@pytest.mark.parametrize(
    "refusal", [21610, 21211, 30007, 20003, 99999], ids=lambda code: f"twilio {code}"
)
def test_a_refusal_is_logged_without_the_number(
    system: SteppedSystem, refusal: int, capsys: pytest.CaptureFixture[str]
) -> None:
    system.twilio.faults.add([Refuse(kind="refuse", code=refusal)])
    with logged() as lines:
        ask(system)
        system.run()
    assert system.texts() == []
    assert lines
    for line in (*lines, *capsys.readouterr()):
        assert PHONE.removeprefix("+") not in line


# What the number itself shows.


@pytest.mark.parametrize(
    ("phone", "country", "code"),
    [
        ("+442071838750", None, "landline"),
        ("020 7183 8750", "GB", "landline"),
        ("+18002221222", None, "toll_free"),
        ("+19002341234", None, "premium_rate"),
        ("+445612345678", None, "voip"),
        ("+447640123456", None, "pager"),
        ("+10000000000", None, "unassigned_number"),
        ("+13105", None, "unassigned_number"),
        ("+447400123456", None, "country_not_served"),
        ("+16135200123", None, "country_not_served"),
        ("hello", None, "invalid_number"),
        ("+1 (201) 520-0123 ext. 5", None, "invalid_number"),
        ("2015200123", "ZZ", "invalid_number"),
    ],
)
def test_a_number_that_shows_it_cannot_be_texted_is_refused_openly(
    system: SteppedSystem, phone: str, country: str | None, code: str
) -> None:
    before = system.rows()
    answer = ask(system, phone, **({"country": country} if country else {}))
    assert (answer.status, answer.code) == (422, code)
    assert answer.json["error"]["fields"]["phone"] == answer.json["error"]["message"]
    assert phone not in answer.text
    system.run()
    assert system.texts(None) == []
    assert system.rows() == before


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+12015200123", None),
        ("(201) 520-0123", "US"),
        ("201.520.0123", "us"),
        ("2015200123", None),  # a page of one country: there is nothing to ask
        ("1-201-520-0123", None),
        (" +1 201\u00a0520\u20110123 ", None),
    ],
)
def test_us_numbers_are_taken_however_written(
    system: SteppedSystem, phone: str, country: str | None
) -> None:
    """All are FIXED_LINE_OR_MOBILE, and all are one number."""
    answer = ask(system, phone, **({"country": country} if country else {}))
    assert answer.status == 202
    assert answer.json["id"] == ask(system, "+12015200123").json["id"]
    system.run()
    assert len(system.texts("+12015200123")) == 1


def test_countries_are_an_allow_list(system: SteppedSystem) -> None:
    mobile = "+447400123456"
    assert ask(system, mobile).code == "country_not_served"
    change_page(system, countries=["US", "GB"])
    assert ask(system, mobile).status == 202
    known = ask(system, mobile).json["id"]
    assert ask(system, "07400 123456", country="GB").json["id"] == known
    assert ask(system, "07400 123456").code == "invalid_number"  # of which of the two?
    assert ask(system, "+4915123456789").code == "country_not_served"


def test_fictional_numbers_are_refused_in_production(system: SteppedSystem) -> None:
    from statustext.errors import RejectedError
    from statustext.flows.signing_up.subscribing import sign_up
    from statustext.sign_up_contracts import SignUp

    page = Page("default", "Demo", "https://status.example.test/", API_URL)
    with pytest.raises(RejectedError) as refused:
        sign_up(
            SignUp(phone=PHONE, consent=True),
            page,
            "198.51.100.7",
            system.table,
            mock.Mock(),
            system.now,
            system_entropy,
            allow_fictional=False,
        )
    assert (refused.value.status, refused.value.code) == (422, "fictional_number")


# The same for everybody.


def new(system: SteppedSystem) -> None: ...


def pending(system: SteppedSystem) -> None:
    system.sign_up()
    system.advance(31)


def active(system: SteppedSystem) -> None:
    system.subscribe()
    system.advance(31)


def suppressed(system: SteppedSystem) -> None:
    system.subscribe()
    system.reply("STOP")
    system.advance(31)


def cooled_down(system: SteppedSystem) -> None:
    system.sign_up()


def out_of_codes(system: SteppedSystem) -> None:
    one = system.sign_up()
    for ip in list(addresses())[:4]:
        system.advance(301)
        resend(system, one, ip)
    assert len(codes(system)) == 5
    system.advance(301)


def unsubscribed(system: SteppedSystem) -> None:
    verified = system.subscribe()
    bearer = {"Authorization": f"Bearer {verified['manage_token']}"}
    system.http("DELETE", f"/subscriptions/{verified['id']}", headers=bearer)
    system.advance(31)


def expired(system: SteppedSystem) -> None:
    system.sign_up()
    system.advance(DAY + 1)


def over_its_limit(system: SteppedSystem) -> None:
    for ip in list(addresses())[:20]:
        ask(system, ip=ip)
    system.advance(301)


@pytest.mark.parametrize(
    ("prepare", "is_texted"),
    [
        (new, True),
        (pending, True),
        (active, True),  # whoever holds the phone may change the subscription
        (unsubscribed, True),
        (expired, True),
        (suppressed, False),
        (cooled_down, False),
        (out_of_codes, False),
        (over_its_limit, False),
    ],
)
def test_nobody_learns_whether_a_number_is_known(
    system: SteppedSystem, prepare: Any, is_texted: bool
) -> None:
    """The same answer after the same AWS calls; only the phone's owner sees a difference."""
    stranger = "+15559990000"
    prepare(system)
    system.http("GET", "/subscription_form")  # nothing is asked for the first time below
    ask(system, "+15558880000", ip="203.0.113.200")
    system.run()
    before = len(system.texts())
    with watched() as calls:
        answer = ask(system, ip="203.0.113.201")
        made = list(calls.operations)
        usual = ask(system, stranger, ip="203.0.113.202")
        usually_made = calls.operations[len(made) :]
    assert answer.status == usual.status == 202
    own = {"id", "secret"}
    assert {name: value for name, value in answer.json.items() if name not in own} == {
        name: value for name, value in usual.json.items() if name not in own
    }
    assert len(answer.text) == len(usual.text)
    assert _but_ids(answer) == _but_ids(usual)
    assert made == usually_made
    assert made.count("TransactWriteItems") == 1
    system.run()
    assert len(system.texts()) - before == int(is_texted)


def _but_ids(answer: Answer) -> Mapping[str, str]:
    own = {"x-amzn-requestid", "x-amzn-trace-id"}
    return {name: value for name, value in answer.headers.items() if name.lower() not in own}


# Consent.


def test_consent_is_kept_with_the_exact_text_shown(system: SteppedSystem) -> None:
    shown = system.http("GET", "/subscription_form").json
    one = ask(system, consent_version=shown["consent"]["version"]).json["id"]
    (row,) = system.rows("consent")
    assert row["text"] == shown["consent"]["text"]
    assert row["version"] == shown["consent"]["version"]
    assert row["at"] == START
    assert row["address_hash"] == address_id(master_key(system), "198.51.100.7")
    assert row["page"] == "default"
    assert row["subscriber"] == one
    assert row["method"] == "form"
    assert row["ttl"] - row["at"] >= 400 * 24 * 3600 - 1, "kept long after the code has expired"
    assert PHONE not in str(row)
    for needed in ("Demo", "frequency varies", "Msg & data rates may apply", "STOP", "HELP"):
        assert needed in row["text"]


def test_every_sign_up_is_a_consent_of_its_own(system: SteppedSystem) -> None:
    ask(system)
    system.advance(60)
    change_page(system, name="Renamed")
    ask(system, ip="192.0.2.5")
    first, second = sorted(system.rows("consent"), key=lambda row: float(row["at"]))
    assert first["text"] != second["text"]
    assert first["version"] != second["version"]
    hashes = [address_id(master_key(system), one) for one in ("198.51.100.7", "192.0.2.5")]
    assert [first["address_hash"], second["address_hash"]] == hashes


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"consent": False}, "consent_required"),
        ({"consent": None}, "invalid_request"),
        ({"consent_version": "0badf00d"}, "consent_outdated"),
    ],
)
def test_without_consent_nothing_happens(
    system: SteppedSystem, given: Mapping[str, Any], code: str
) -> None:
    before = system.rows()
    answer = ask(system, **given)
    assert (answer.status, answer.code) == (422, code)
    missing = system.http("POST", "/subscriptions", {"phone": PHONE})
    assert (missing.status, missing.code) == (422, "invalid_request")
    assert system.rows() == before


# Limits.


def test_the_eleventh_sign_up_from_an_address_is_refused(system: SteppedSystem) -> None:
    for number in NUMBERS[:10]:
        assert ask(system, number).status == 202
    refused = ask(system, NUMBERS[10])
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == str(4 * 3600)
    assert ask(system, NUMBERS[11], ip="198.51.100.8").status == 202
    system.advance(4 * 3600 - 1)
    refused = ask(system, NUMBERS[12])
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    system.advance(1)
    assert ask(system, NUMBERS[12]).status == 202


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002:0:0:0:1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
    ],
)
def test_an_address_is_one_ipv4_address_or_one_64(
    system: SteppedSystem, first: str, second: str, is_one: bool
) -> None:
    change_page(system, limits={"signups_per_address": 1})
    assert ask(system, NUMBERS[0], ip=first).status == 202
    assert ask(system, NUMBERS[1], ip=second).status == (429 if is_one else 202)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"]
)
def test_headers_do_not_change_the_address(system: SteppedSystem, header: str) -> None:
    change_page(system, limits={"signups_per_address": 1})
    statuses = []
    for number, address in zip(NUMBERS[:2], addresses(), strict=False):
        value = f"for={address}" if header == "Forwarded" else address
        body = {"phone": number, "consent": True}
        answer = system.http("POST", "/subscriptions", body, headers={header: value})
        statuses.append(answer.status)
    assert statuses == [202, 429]
    own = address_id(master_key(system), "198.51.100.7")
    assert {row["address_hash"] for row in system.rows("consent")} == {own}


def test_addresses_are_counted_by_a_keyed_hash(system: SteppedSystem) -> None:
    ask(system)
    limits = [row["pk"] for row in system.rows() if row["pk"].startswith("LIMIT#")]
    assert len(limits) == 5  # address, page, number, its prefix, its country
    assert "198.51.100.7" not in str(limits)
    assert PHONE not in str(limits)


def test_a_page_takes_so_many_sign_ups_an_hour(system: SteppedSystem) -> None:
    change_page(system, limits={"signups_per_hour": 2})
    system.advance(1800)
    asked = [ask(system, number, ip) for number, ip in zip(NUMBERS[:3], addresses(), strict=False)]
    assert [answer.status for answer in asked] == [202, 202, 429]
    assert asked[2].code == "page_busy"
    assert asked[2].headers["Retry-After"] == "1800"
    system.advance(1800)
    assert ask(system, NUMBERS[3]).status == 202


def test_a_number_is_signed_up_so_often_a_day(system: SteppedSystem) -> None:
    change_page(system, limits={"signups_per_number": 3})
    for ip in list(addresses())[:6]:
        assert ask(system, ip=ip).status == 202  # in silence: it depends on the number
    assert len(system.rows("direct")) == 3
    system.run()
    assert len(system.texts()) == 1


@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems", "GetItem"])
def test_limits_fail_closed(system: SteppedSystem, operation: str) -> None:
    with watched() as calls:
        calls.refuse(operation)
        answer = ask(system)
    assert (answer.status, answer.code) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert system.rows("direct") == system.rows("consent") == []
    system.run()
    assert system.texts(None) == []


def test_a_resend_without_limits_is_refused_too(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(31)
    with watched() as calls:
        calls.refuse("UpdateItem")
        answer = system.http("POST", f"/subscriptions/{one}/resend_confirmation")
    assert answer.status == 503
    system.run()
    assert len(codes(system)) == 1


# Asking again.


def test_waits_grow_and_five_codes_go_out_a_day(system: SteppedSystem) -> None:
    one, ip = system.sign_up(), addresses()
    for sent, wait in enumerate((30, 60, 120, 300), start=1):
        system.advance(wait - 1)
        assert resend(system, one, next(ip)).status == 202
        assert len(codes(system)) == sent, f"within {wait} s"
        system.advance(1)
        assert resend(system, one, next(ip)).status == 202
        assert len(codes(system)) == sent + 1, f"after {wait} s"
    system.advance(3600)
    assert resend(system, one, next(ip)).status == 202
    assert len(codes(system)) == 5
    assert len(set(codes(system))) == 5
    system.advance(DAY - 3600)
    assert system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True}).status == 202
    system.run()
    assert len(codes(system)) == 6  # another day


def test_a_second_sign_up_waits_like_a_resend(system: SteppedSystem) -> None:
    """And its code goes when the wait is over, as the answer said."""
    system.sign_up()
    system.advance(10)
    answer = ask(system)
    assert "30 seconds after the last one" in answer.json["message"]
    system.run()
    system.advance(19)
    assert len(codes(system)) == 1
    system.advance(2)
    assert len(codes(system)) == 2
    verify = f"/subscriptions/{answer.json['id']}/verify"
    entered = {"code": codes(system)[1], "secret": answer.json["secret"]}
    assert system.http("POST", verify, entered).status == 200


def test_a_code_that_waits_is_not_sent_once_another_was_entered(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(10)
    ask(system)
    system.advance(1)
    verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": codes(system)[0]})
    assert verified.status == 200
    system.advance(60)
    assert len(codes(system)) == 1


def test_the_answer_is_the_same_whatever_wait_there_is(system: SteppedSystem) -> None:
    """For a number that nobody knows, one just texted, and one that said STOP."""
    first = ask(system).json
    system.run()
    again = ask(system).json
    system.reply("STOP")
    stopped = ask(system).json
    for answer in (again, stopped):
        assert {**answer, "secret": ""} == {**first, "secret": ""}


def test_a_resend_is_for_the_same_subscription(system: SteppedSystem) -> None:
    one = system.sign_up(preferences={"preset": "critical_only"})
    system.advance(30)
    answer = resend(system, one)
    assert (answer.json["id"], "secret" in answer.json) == (one, False)
    assert len(system.rows("subscriber")) == 1
    assert len(system.rows("consent")) == 1
    verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": codes(system)[1]})
    assert verified.json["preferences"]["severity_filter"] == ["critical"]
    (consent,) = system.rows("consent")
    assert consent["verified_at"] == system.now


def test_a_code_already_delivered_keeps_working(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(300)
    resend(system, one)
    first, second = codes(system)
    assert first != second
    system.advance(299)
    verified = system.http("POST", f"/subscriptions/{one}/verify", {"code": first})
    assert verified.status == 200


@pytest.mark.parametrize("one", ["sub_0000000000000000", "nobody", "x" * 500, "%00", "🦊"])
def test_a_resend_for_nobody_reveals_nothing(system: SteppedSystem, one: str) -> None:
    answer = resend(system, one)
    assert answer.status in (202, 400, 404)
    assert system.texts(None) == []
    assert system.rows("direct") == []


def test_a_resend_counts_against_the_address(system: SteppedSystem) -> None:
    change_page(system, limits={"signups_per_address": 2})
    one = ask(system).json["id"]
    assert resend(system, one).status == 202
    assert resend(system, one).status == 429


def test_nobody_is_texted_again_after_stop(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.reply("STOP")
    system.advance(31)
    resend(system, one)
    ask(system)
    system.run()
    assert len(system.accepted()) == 1


def test_a_stop_beats_a_code_that_is_being_texted(system: SteppedSystem) -> None:
    """Between the sender's reading and its claim."""
    one = system.sign_up()
    system.advance(31)
    ask(system)
    stop = suppress("default", one, "stop", system.now)
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: system.table.write(stop))
        system.run()
    system.advance(60)
    assert len(system.accepted()) == 1


# Shapes of a request.


def test_a_form_says_the_same_as_json(system: SteppedSystem) -> None:
    form = {
        "phone": "(555) 123-4567",
        "country": "US",
        "consent": "true",
        "preferences[severity_filter][]": "critical",
        "preferences[services][]": "svc_api",
        "preferences[updates]": "true",
    }
    answer = system.http("POST", "/subscriptions", form=form)
    assert answer.status == 202, answer
    assert answer.json["id"] == ask(system).json["id"]
    system.run()
    code = {"code": system.code()}
    verified = system.http("POST", f"/subscriptions/{answer.json['id']}/verify", form=code)
    assert verified.json["preferences"]["severity_filter"] == ["critical"]
    assert verified.json["preferences"]["services"] == ["svc_api"]
    assert verified.json["preferences"]["updates"] is True


DEFAULTS = {
    "severity_filter": ["none", "minor", "major", "critical", "maintenance"],
    "services": [],
    "new_incidents": True,
    "updates": False,
    "resolutions": True,
    "maintenance": False,
    "all_resolutions": False,
    "quiet_hours": "",
    "timezone": "",
    "language": None,
    "critical_always": True,
}


@pytest.mark.parametrize(
    ("given", "differs"),
    [
        (None, {}),
        ({}, {}),
        ({"preset": "all"}, {"updates": True, "maintenance": True}),
        ({"preset": "critical_only"}, {"severity_filter": ["critical"]}),
        (
            {"preset": "critical_only", "updates": True},
            {"severity_filter": ["critical"], "updates": True},
        ),
        (
            {"severity_filter": ["critical", "major", "critical"]},
            {"severity_filter": ["critical", "major"]},
        ),
        ({"services": ["svc_api", "svc_payments"]}, {"services": ["svc_api", "svc_payments"]}),
        ({"services": []}, {}),
        ({"new_incidents": False, "resolutions": False, "maintenance": True},
         {"new_incidents": False, "resolutions": False, "maintenance": True}),
    ],
)  # fmt: skip
def test_preferences(
    system: SteppedSystem, given: Mapping[str, Any] | None, differs: Mapping[str, Any]
) -> None:
    asked: dict[str, Any] = {} if given is None else {"preferences": given}
    verified = system.subscribe(**asked)
    assert verified["preferences"] == {**DEFAULTS, **differs}


def test_services_are_given_by_key_or_by_id(system: SteppedSystem) -> None:
    known = {
        one["key"]: one["id"] for one in system.http("GET", "/subscription_form").json["components"]
    }
    services = [known["svc_api"], "svc_payments", "svc_api"]
    verified = system.subscribe(preferences={"services": services})
    assert verified["preferences"]["services"] == ["svc_api", "svc_payments"]
    (row,) = system.rows("subscriber")
    assert row["preferences"]["services"] == [known["svc_api"], known["svc_payments"]]


def test_an_unknown_service_is_a_clear_422(system: SteppedSystem) -> None:
    answer = ask(system, preferences={"services": ["svc_api", "svc_apy"]})
    assert (answer.status, answer.code) == (422, "unknown_service")
    message = answer.json["error"]["message"]
    assert message.startswith("There is no service svc_apy; this page has ")
    assert "svc_api" in message
    assert "svc_payments" in message
    assert answer.json["error"]["fields"] == {"services": "unknown: svc_apy"}
    assert system.rows("direct") == []


@pytest.mark.parametrize(
    "preferences",
    [
        {"preset": "some"},
        {"severity_filter": ["severe"]},
        {"severity_filter": "critical"},
        {"services": "svc_api"},
        {"services": ["svc api"]},
        {"update": True},
        [],
        "all",
    ],
)
def test_preferences_of_another_shape_are_refused(system: SteppedSystem, preferences: Any) -> None:
    answer = ask(system, preferences=preferences)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert all(name.startswith("preferences") for name in answer.json["error"]["fields"])


# Pages.


@pytest.fixture
def second_page(system: SteppedSystem) -> str:
    create_page(system.table, Page("other", "Other", "https://other.example.test/", API_URL))
    create_component(
        "other", "svc_mail", "Mail", Act("tests", system.table, system.now, system_entropy)
    )
    return "other"


def test_every_route_is_there_under_the_pages_name(system: SteppedSystem, second_page: str) -> None:
    body = {"phone": PHONE, "consent": True, "preferences": {"services": ["svc_mail"]}}
    there = system.http("POST", "/pages/other/subscriptions", body)
    assert there.status == 202
    one = there.json["id"]
    assert one != ask(system).json["id"]
    system.run()
    texts = system.texts()
    assert sorted(text[:7] for text in texts) == ["[Demo] ", "[Other]"]
    system.advance(31)
    again = system.http("POST", f"/pages/other/subscriptions/{one}/resend_confirmation")
    assert (again.status, again.json["id"]) == (202, one)
    system.run()
    code = CODE.findall(next(text for text in texts if text.startswith("[Other]")))[0]
    path = f"/pages/other/subscriptions/{one}"
    verified = system.http("POST", f"{path}/verify", {"code": code})
    assert verified.status == 200
    bearer = {"Authorization": f"Bearer {verified.json['manage_token']}"}
    assert system.http("GET", path, headers=bearer).json["preferences"]["services"] == ["svc_mail"]
    change = {"preferences": {"updates": True}}
    assert system.http("PATCH", path, change, headers=bearer).status == 200
    assert system.http("DELETE", path, headers=bearer).status == 200


def test_page_default_is_the_one_without_a_name(system: SteppedSystem) -> None:
    named = system.http("POST", "/pages/default/subscriptions", {"phone": PHONE, "consent": True})
    assert named.json["id"] == ask(system).json["id"]


@pytest.mark.parametrize("page", ["nowhere", "x" * 300, "%20"])
def test_an_unknown_page_is_404(system: SteppedSystem, page: str) -> None:
    answer = system.http("POST", f"/pages/{page}/subscriptions", {"phone": PHONE, "consent": True})
    assert (answer.status, answer.code) == (404, "page_not_found")


def test_limits_and_numbers_of_one_page_are_not_anothers(
    system: SteppedSystem, second_page: str
) -> None:
    change_page(system, limits={"signups_per_address": 1})
    assert ask(system).status == 202
    assert ask(system).status == 429
    body = {"phone": PHONE, "consent": True}
    assert system.http("POST", "/pages/other/subscriptions", body).status == 202


@pytest.mark.parametrize("version", [None, "", 7, True, ["x"]])
def test_a_consent_version_is_one_or_is_left_out(system: SteppedSystem, version: Any) -> None:
    """So that no caller skips the check by a variable that it never set."""
    refused = ask(system, consent_version=version)
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert ask(system).status == 202
