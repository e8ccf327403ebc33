"""A page's own SMS provider: by its own account and sender, and by no other page's."""

import random
from dataclasses import replace
from typing import Any

import pytest

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM, STACK_NAME
from local.fake_twilio.faults import TimeOut
from local.fake_twilio.ledger import FakeTwilio
from statustext.adapters.circuits import open_circuits
from statustext.adapters.guarded_http import GuardedHttp
from statustext.adapters.twilio_account import TwilioSilentError
from statustext.flows.operating.providing import FORMER_KEPT, PREVIOUS_KEPT
from statustext.flows.operating.setting_up import create_page
from tests.functional.engine import subscriber_row
from tests.functional.receivers import receiver, status
from tests.functional.webhooks import inbound, post
from tests.stepped import API_URL, KEY, PAGE, PHONE, Answer, SteppedSystem

SECOND_KEY = "second-key"
ACCOUNT, TOKEN, NUMBER = "AC" + "1" * 32, "1a" * 16, "+15557770001"
OTHER_ACCOUNT, OTHER_TOKEN, OTHER_NUMBER = "AC" + "2" * 32, "2b" * 16, "+15557770002"
NEW_TOKEN = "3c" * 16
OWN = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": NUMBER, "mps": 5}
RETRIED = "#rc=5&rp=4xx,5xx,ct,rt"


def path(page: str = "second") -> str:
    return f"/api/v1/orgs/{page}/sms/provider"


def account(sid: str, token: str, number: str, page: str) -> FakeTwilio:
    return FakeTwilio(
        account_sid=sid,
        auth_token=token,
        rng=random.Random(int(sid[2])),  # noqa: S311  # only picks message ids
        numbers=[number],
        inbound_url=f"{API_URL}/twilio/{page}/inbound{RETRIED}",
    )


@pytest.fixture
def own(system: SteppedSystem) -> FakeTwilio:
    """The account of page `second`."""
    create_page(system.table, replace(PAGE, id="second", name="Second"))
    system.add_key(SECOND_KEY, "second")
    system.other_accounts.append(account(ACCOUNT, TOKEN, NUMBER, "second"))
    return system.other_accounts[0]


def ask(system: SteppedSystem, method: str, body: Any = None, **more: Any) -> Answer:
    return system.http(method, path(), body, headers={"X-API-Key": SECOND_KEY}, **more)


def set_up(system: SteppedSystem, **more: Any) -> None:
    answer = ask(system, "PUT", OWN | more)
    assert (answer.status, answer.json["status"]) == (200, "own"), answer.json


def subscribe(system: SteppedSystem, phone: str = PHONE) -> str:
    added = {"phone": phone, "verified": True}
    headers = {"X-API-Key": SECOND_KEY}
    answer = system.http("POST", "/api/sms/subscribers", added, headers=headers)
    assert answer.status == 201, answer.json
    system.run()
    return str(answer.json["id"])


def publish(system: SteppedSystem, page: str = "second", key: str = SECOND_KEY) -> None:
    incident = {"incident": {"name": "Down", "impact_override": "critical", "body": "On it."}}
    answer = system.http(
        "POST", f"/v1/pages/{page}/incidents", incident, headers={"X-API-Key": key}
    )
    assert answer.status == 201
    system.run()


def statuses(system: SteppedSystem) -> list[str]:
    """How the deliveries stand once receipts came."""
    system.clock.shift(60)
    system.run()
    return [row["status"] for row in system.rows("delivery")]


# Set, shown, removed.


def test_a_page_texts_by_its_own_account_and_is_told_by_it(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    subscribe(system)
    publish(system)
    assert [one.sender for one in own.accepted] == [NUMBER] * len(own.accepted)
    assert own.accepted
    assert system.twilio.accepted == []
    assert statuses(system) == ["delivered"], "its receipts are signed by its own token"
    (row,) = system.rows("delivery")
    assert row["account"] == ACCOUNT


def test_keys_are_shown_by_their_ends_only(system: SteppedSystem, own: FakeTwilio) -> None:
    own.api_keys["SK" + "9" * 32] = "hidden-secret"
    set_up(system, api_key_sid="SK" + "9" * 32, api_key_secret="hidden-secret")
    shown = ask(system, "GET")
    assert shown.json["account_sid"] == "AC…1111"
    assert (shown.json["auth_token"], shown.json["api_key_sid"]) == ("****", "SK…9999")
    assert shown.json["webhook_url"] == f"{API_URL}/twilio/second/inbound{RETRIED}"
    rows = str(system.rows())
    for secret in (TOKEN, "hidden-secret", "SK" + "9" * 32):
        assert secret not in shown.text
        assert secret not in rows, "they lie in Secrets Manager and nowhere else"


def test_the_default_is_the_deployment_s_sender(system: SteppedSystem, own: FakeTwilio) -> None:
    shown = ask(system, "GET").json
    assert (shown["status"], shown["sender"]) == ("default", FAKE_FROM)
    assert ask(system, "DELETE").code == "no_provider"
    subscribe(system)
    publish(system)
    assert own.accepted == []
    assert system.twilio.accepted


def test_what_waits_when_a_provider_is_removed_goes_by_the_deployment(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    subscribe(system)
    before = len(own.accepted)
    page = "/v1/pages/second"
    headers = {"X-API-Key": SECOND_KEY}
    assert system.http("PATCH", f"{page}/sending", {"paused": True}, headers=headers).status == 200
    publish(system)
    removed = ask(system, "DELETE")
    assert (removed.json["status"], removed.json["sender"]) == ("default", FAKE_FROM)
    system.http("PATCH", f"{page}/sending", {"paused": False}, headers=headers)
    system.clock.shift(120)
    system.run()
    assert len(own.accepted) == before
    assert [one.to for one in system.twilio.accepted] == [PHONE]
    assert statuses(system) == ["delivered"]


def test_a_text_in_doubt_stays_with_its_account(system: SteppedSystem, own: FakeTwilio) -> None:
    """It is looked for where it was claimed, and sent once more by that account alone."""
    set_up(system)
    subscribe(system)
    before = len(own.accepted)
    own.faults.add([TimeOut(kind="time_out", times=1)])
    publish(system)
    ask(system, "DELETE")
    for _ in range(20):
        system.clock.shift(120)
        system.run()
    assert len(own.accepted) == before + 1
    assert system.twilio.accepted == []
    assert statuses(system) == ["delivered"]


def test_another_account_s_receipts_count_for_two_days(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    ask(system, "DELETE")
    hello = inbound("hello", AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, "/twilio/second/inbound", hello, token=TOKEN).status == 200
    shown = ask(system, "GET").json["former"]
    assert [one["account_sid"] for one in shown] == ["AC…1111"]
    system.clock.shift(FORMER_KEPT + 1)
    late = inbound("hello", "SM" + "b" * 32, AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, "/twilio/second/inbound", late, token=TOKEN).status == 403
    assert has_secret(system)
    assert ask(system, "DELETE").status == 200
    assert not has_secret(system)
    assert ask(system, "DELETE").code == "no_provider"


def has_secret(system: SteppedSystem) -> bool:
    client = system.clients.secrets
    try:
        client.get_secret_value(SecretId=f"{STACK_NAME}/pages/second/sms")
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def test_both_tokens_count_while_one_is_replaced(system: SteppedSystem, own: FakeTwilio) -> None:
    set_up(system)
    own.auth_token = NEW_TOKEN
    assert ask(system, "PATCH", {"auth_token": NEW_TOKEN}).status == 200
    assert ask(system, "GET").json["previous_auth_token_until"] is not None
    for number, token in enumerate((TOKEN, NEW_TOKEN)):
        form = inbound("hello", f"SM{number}", AccountSid=ACCOUNT, To=NUMBER)
        assert post(system, "/twilio/second/inbound", form, token=token).status == 200
    subscribe(system)
    publish(system)
    assert statuses(system) == ["delivered"], "it texts by the new one at once"
    system.clock.shift(PREVIOUS_KEPT + 1)
    old = inbound("hello", "SM3", AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, "/twilio/second/inbound", old, token=TOKEN).status == 403


# Step by step, as `statustext config set` does.


def test_what_is_not_whole_yet_is_kept_and_not_used(system: SteppedSystem, own: FakeTwilio) -> None:
    first = ask(system, "PATCH", {"account_sid": ACCOUNT}).json
    assert (first["status"], first["missing"]) == ("default", ["auth_token", "sender"])
    assert first["begun"] == {"account_sid": "AC…1111"}
    second = ask(system, "PATCH", {"auth_token": TOKEN}).json
    assert second["begun"] == {"account_sid": "AC…1111", "auth_token": "****"}
    third = ask(system, "PATCH", {"sender": NUMBER}).json
    assert (third["status"], third["begun"], third["sender"]) == ("own", None, NUMBER)
    again = ask(system, "PATCH", {"account_sid": OTHER_ACCOUNT})
    assert (again.status, again.code) == (422, "provider_refused")
    assert "its token and its sender" in again.text


@pytest.mark.parametrize(
    ("change", "status_code", "says"),
    [
        ({"auth_token": "4" * 32}, 422, "Twilio does not accept this token"),
        ({"account_sid": OTHER_ACCOUNT}, 422, "Twilio does not accept this token"),
        ({"sender": OTHER_NUMBER}, 422, "has no sender"),
        ({"account_sid": "AC12"}, 422, "must be AC and 32 hexadecimal digits"),
        ({"auth_token": "short"}, 422, "must be 32 hexadecimal digits"),
        ({"mps": 0}, 422, "must be at least 0.1"),
        ({"api_key_sid": "SK" + "1" * 32}, 422, "give both, or neither"),
        ({"api_key_sid": "SK" + "1" * 32, "api_key_secret": "x"}, 422, "read messages"),
        ({"token": "x"}, 422, "is no field here"),
        ({"auth_token": None}, 422, "Give auth_token too."),
        ({"carrier": "aws"}, 422, "leave keys out"),
    ],
)
def test_what_would_not_work_is_refused_and_changes_nothing(
    system: SteppedSystem, own: FakeTwilio, change: Any, status_code: int, says: str
) -> None:
    answer = ask(system, "PUT", OWN | change)
    assert (answer.status, says in answer.text) == (status_code, True), answer.text
    assert TOKEN not in answer.text
    assert ask(system, "GET").json["status"] == "default"


def test_nothing_is_changed_while_twilio_is_silent(
    system: SteppedSystem, own: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> Any:
        raise TwilioSilentError("no answer")

    monkeypatch.setattr("statustext.adapters.twilio_account.request", silent)
    answer = ask(system, "PUT", OWN)
    assert (answer.status, answer.code) == (503, "twilio_silent")
    assert ask(system, "GET").json["status"] == "default"


def test_a_sender_has_one_rate_wherever_it_is_named(system: SteppedSystem, own: FakeTwilio) -> None:
    create_page(system.table, replace(PAGE, id="third", name="Third"))
    system.add_key("third-key", "third")
    set_up(system)
    third = {"X-API-Key": "third-key"}
    other = system.http("PUT", path("third"), OWN | {"mps": 9}, headers=third)
    assert (other.status, other.code) == (409, "rate_differs")
    assert system.http("PUT", path("third"), OWN, headers=third).status == 200


def test_a_page_may_text_by_the_deployment_s_second_carrier(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    answer = ask(system, "PUT", {"carrier": "aws"})
    assert (answer.status, answer.json["carrier"]) == (200, "aws"), answer.text
    subscribe(system)
    publish(system)
    assert own.accepted == system.twilio.accepted == []
    assert system.aws_sms.messages


# Apart.


def test_a_page_s_token_signs_for_no_other_page(system: SteppedSystem, own: FakeTwilio) -> None:
    set_up(system)
    stop = inbound("STOP", AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, "/twilio/default/inbound", stop, token=TOKEN).status == 403
    lie = inbound("STOP", AccountSid=FAKE_ACCOUNT_SID)
    assert post(system, "/twilio/second/inbound", lie, token=TOKEN).status == 403
    mixed = inbound("STOP", AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, "/twilio/second/inbound", mixed, token=FAKE_AUTH_TOKEN).status == 403


def test_what_a_page_s_own_account_tells_ends_no_subscription_elsewhere(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    """Who has that token may sign that anybody wrote STOP to the deployment's number."""
    set_up(system)
    there = system.subscribe()
    here = subscribe(system)
    forged = inbound("STOP", AccountSid=ACCOUNT, To=FAKE_FROM)
    assert post(system, "/twilio/second/inbound", forged, token=TOKEN).status == 200
    assert subscriber_row(system, str(there["id"]))["state"] == "active"
    rows = [row for row in system.rows("subscriber") if row["sk"] == here]
    assert ["suppressed" in row for row in rows] == [True]


def test_a_page_s_account_in_trouble_stops_nobody_else(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    for number in range(5):
        subscribe(system, f"+1555888001{number}")
    own.auth_token = NEW_TOKEN  # somebody replaced it at Twilio
    publish(system)
    assert [one.scope for one in open_circuits(system.table)] == [f"{ACCOUNT}:account"]
    headers = {"X-API-Key": SECOND_KEY}
    of_second = system.http("GET", "/v1/pages/second/sending", headers=headers).json
    assert [one["scope"] for one in of_second["circuits"]] == [f"{ACCOUNT}:account"]
    assert system.operator("GET", "/v1/pages/default/sending").json["circuits"] == []
    system.subscribe()
    publish(system, "default", KEY)
    assert len(system.texts()) == 3, "a code, a welcome and the update"


def test_another_page_s_key_reads_and_changes_no_provider(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = system.operator(method, path(), OWN if method[0] == "P" else None)
        assert (answer.status, answer.code) == (403, "wrong_page")
    assert system.operator("POST", f"{path()}/test", {}).code == "wrong_page"


# Tried.


def trial(system: SteppedSystem, body: Any = None) -> Any:
    answer = system.http("POST", f"{path()}/test", body or {}, headers={"X-API-Key": SECOND_KEY})
    assert answer.status == 200, answer.text
    return answer.json


def failed(found: Any) -> dict[str, str]:
    return {one["check"]: one["says"] for one in found["checks"] if not one["ok"]}


def test_the_test_says_what_is_wrong_in_words(system: SteppedSystem, own: FakeTwilio) -> None:
    set_up(system)
    own.inbound_url = "https://elsewhere.example/sms"
    assert "go elsewhere: https://elsewhere.example/sms" in failed(trial(system))["webhook"]
    own.inbound_url = None
    assert "go nowhere" in failed(trial(system))["webhook"]
    own.inbound_url = f"{API_URL}/twilio/second/inbound"
    assert "not tried again" in failed(trial(system))["webhook"]
    own.auth_token = NEW_TOKEN
    assert "refuses the token" in failed(trial(system))["credentials"]


@pytest.mark.parametrize(
    ("answered", "says"),
    [
        (status("200 OK"), ""),
        (status("403 Forbidden"), "refuses this token's signature"),
        (status("500 Oops"), "cannot be reached (HTTP 500)"),
    ],
)
def test_the_webhook_is_called_as_twilio_would(
    system: SteppedSystem,
    own: FakeTwilio,
    monkeypatch: pytest.MonkeyPatch,
    answered: Any,
    says: str,
) -> None:
    set_up(system)
    with receiver(answered) as there:
        real, called = GuardedHttp.post, there.url.partition("/hook")[0]

        def to_receiver(self: GuardedHttp, url: str, *rest: Any) -> Any:
            return real(GuardedHttp(is_local_run=True), url.replace(API_URL, called), *rest)

        monkeypatch.setattr(GuardedHttp, "post", to_receiver)
        found = trial(system)
    assert says in failed(found).get("signature", "")
    assert found["works"] is (says == "")


def test_the_test_texts_one_number_by_the_same_sender(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    set_up(system)
    found = trial(system, {"to": PHONE})
    system.run()
    system.clock.shift(60)
    system.run()
    assert [(one.to, one.sender) for one in own.accepted] == [(PHONE, NUMBER)]
    send = f"/api/v1/orgs/second/sms/sends/{found['text']['id']}"
    assert system.http("GET", send, headers={"X-API-Key": SECOND_KEY}).json["status"] == "delivered"


def test_without_a_provider_there_is_nothing_to_test(
    system: SteppedSystem, own: FakeTwilio
) -> None:
    answer = system.http("POST", f"{path()}/test", {}, headers={"X-API-Key": SECOND_KEY})
    assert (answer.status, answer.code) == (409, "no_provider")


def test_texts_come_by_the_alias_too(system: SteppedSystem, own: FakeTwilio) -> None:
    set_up(system)
    here = subscribe(system)
    alias = "/api/v1/sms/webhooks/twilio/second"
    stop = inbound("STOP", AccountSid=ACCOUNT, To=NUMBER)
    assert post(system, alias, stop, token=OTHER_TOKEN).status == 403
    assert post(system, alias, stop, token=TOKEN).status == 200
    (row,) = [row for row in system.rows("subscriber") if row["sk"] == here]
    assert "suppressed" in row
