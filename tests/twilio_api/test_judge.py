"""The judge itself: what it lets pass, and what it does not."""

import random
import time

import pytest
from openapi_core.exceptions import OpenAPIError

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN
from local.fake_twilio.ledger import FakeTwilio
from local.fake_twilio.rest import respond
from tests.twilio_api.judge import assert_described

LIST = f"/2010-04-01/Accounts/{FAKE_ACCOUNT_SID}/Messages.json"
FORM = {
    "To": "+15551234567",
    "From": "+15550001111",
    "Body": "Grüße",
    "StatusCallback": "https://x.test/",
}


def ask(fake: FakeTwilio, method: str, path: str, given: dict[str, str]) -> tuple[int, bytes]:
    answer = respond(fake, method, path, given, (FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN), time.time())
    return answer.status, answer.payload


@pytest.fixture
def fake() -> FakeTwilio:
    rng = random.Random(1)  # noqa: S311 (only picks message ids)
    return FakeTwilio(account_sid=FAKE_ACCOUNT_SID, auth_token=FAKE_AUTH_TOKEN, rng=rng)


def test_creating_listing_and_fetching_are_described(fake: FakeTwilio) -> None:
    assert_described("POST", LIST, FORM, *ask(fake, "POST", LIST, FORM))
    sid = next(iter(fake.phones(time.time())))["messages"][0]["sid"]
    one = LIST.replace(".json", f"/{sid}.json")
    for path in (LIST, one):
        status, answer = ask(fake, "GET", path, {})
        assert status == 200
        assert_described("GET", path, {}, status, answer)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/2010-04-01/Accounts/{FAKE_ACCOUNT_SID}.json", {}),
        (
            f"/2010-04-01/Accounts/{FAKE_ACCOUNT_SID}/IncomingPhoneNumbers.json",
            {"PhoneNumber": "+15550001111"},
        ),
        (f"/2010-04-01/Accounts/{FAKE_ACCOUNT_SID}/SMS/ShortCodes.json", {"ShortCode": "24680"}),
        (f"/v1/Services/MG{'a' * 32}", {}),
    ],
)
def test_the_account_and_its_senders_are_described(
    fake: FakeTwilio, path: str, query: dict[str, str]
) -> None:
    fake.inbound_url = "https://api.example.test/twilio/default/inbound"
    status, answer = ask(fake, "GET", path, query)
    assert status == 200
    assert fake.inbound_url in answer.decode() or path.endswith(f"{FAKE_ACCOUNT_SID}.json")
    assert_described("GET", path, query, status, answer)
    with pytest.raises(AssertionError, match="Twilio answers no"):
        assert_described("GET", path, query, status, answer.replace(b'"sid"', b'"x": 1, "sid"'))


@pytest.mark.parametrize("wrong", [{"to": "+15551234567"}, {"Messagingservicesid": "MG1"}])
def test_a_parameter_that_twilio_does_not_have_is_noticed(wrong: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="Twilio has no"):
        assert_described("POST", LIST, FORM | wrong, 201, b"{}")


@pytest.mark.parametrize(
    "form",
    [
        {name: value for name, value in FORM.items() if name != "To"},
        FORM | {"MessagingServiceSid": "MG1"},
        FORM | {"ValidityPeriod": "soon"},
    ],
)
def test_a_request_that_twilio_would_refuse_is_noticed(form: dict[str, str]) -> None:
    with pytest.raises(OpenAPIError):
        assert_described("POST", LIST, form, 201, b"{}")


@pytest.mark.parametrize(
    "answer", [b'{"sid": "SM1"}', b'{"status": "delighted"}', b'{"error_code": "none"}']
)
def test_an_answer_that_twilio_would_not_give_is_noticed(answer: bytes) -> None:
    with pytest.raises(OpenAPIError):
        assert_described("POST", LIST, FORM, 201, answer)


def test_a_field_that_twilio_does_not_answer_is_noticed() -> None:
    with pytest.raises(AssertionError, match="colour"):
        assert_described("POST", LIST, FORM, 201, b'{"sid": "SM%s", "colour": "red"}' % (b"0" * 32))
