"""Mails through Amazon SES: what is handed over, and what each answer means."""

import email
import email.policy
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from statustext.adapters.carrier_errors import classify, sentence
from statustext.adapters.ses import Ses, mime
from statustext.adapters.ses_errors import CODES, DAILY_QUOTA, SENTENCES
from statustext.domain.carrier import Carrier, ErrorCode, error_in
from statustext.domain.mail import Mail, mail_id
from statustext.domain.refusal import ErrorClass
from statustext.errors import GatewayError, OutcomeUnknownError, RefusedError, SlowDownError

MAIL = Mail(
    sender="Acme Status <status@acme.example>",
    to="jo@example.com",
    subject="Checkout is down\r\nBcc: mallory@example.com",
    text="Checkout is down — we look into it.",
    html="<p>Checkout is <b>down</b></p>",
    message_id="inc1.2.sub_x@acme.example",
    thread_id="inc1@acme.example",
    unsubscribe_url="https://api.acme.example/u/abc",
)


class Client:
    """botocore's `sesv2`, as far as it is called."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[dict[str, Any]] = [{}]

    def send_email(self, **given: Any) -> Any:
        self.calls.append(given)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def refusal(code: str, status: int, message: str = "") -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "SendEmail")


def test_a_mail_is_handed_over_with_the_names_of_page_and_attempt() -> None:
    client = Client({"MessageId": "0100"})

    accepted = Ses(client, "statustext").send_mail(MAIL, page="default", attempt="a.1.s.2")

    assert accepted.sid == "0100"
    call = client.calls[-1]
    assert call["Destination"] == {"ToAddresses": ["jo@example.com"]}
    assert call["ConfigurationSetName"] == "statustext"
    assert {"Name": "attempt", "Value": "a-1-s-2"} in call["EmailTags"]
    assert call["Content"]["Raw"]["Data"] == mime(MAIL)


def test_a_mail_has_both_parts_and_the_headers_of_its_thread_and_its_list() -> None:
    read = email.message_from_bytes(mime(MAIL), policy=email.policy.default)

    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert read["Message-ID"] == "<inc1.2.sub_x@acme.example>"
    assert read["References"] == read["In-Reply-To"] == "<inc1@acme.example>"
    assert read["List-Unsubscribe"] == "<https://api.acme.example/u/abc>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read.get_body(("plain",)).get_content().strip() == MAIL.text  # type: ignore[union-attr]


def test_a_subject_begins_no_header() -> None:
    read = email.message_from_bytes(mime(MAIL), policy=email.policy.default)

    assert read["Bcc"] is None
    assert read["Subject"] == "Checkout is down Bcc: mallory@example.com"


@pytest.mark.parametrize("to", ["jo@example.com\r\nBcc: m@example.com", "", "nobody"])
def test_what_is_no_address_is_refused_before_anything_is_sent(to: str) -> None:
    client = Client({"MessageId": "0100"})
    mail = Mail(MAIL.sender, to, "Hello", "Hello")

    with pytest.raises(RefusedError) as caught:
        Ses(client, "").send_mail(mail, page="", attempt="")

    assert len(client.calls) == 1
    assert classify(caught.value.code) is ErrorClass.BAD_NUMBER


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (refusal("MessageRejected", 400), RefusedError, "MessageRejected"),
        (refusal("TooManyRequestsException", 429), SlowDownError, "TooManyRequestsException"),
        (refusal("ThrottlingException", 400), SlowDownError, "ThrottlingException"),
        (
            refusal("TooManyRequestsException", 429, "Daily message quota exceeded."),
            RefusedError,
            DAILY_QUOTA,
        ),
        (refusal("InternalFailure", 500), OutcomeUnknownError, "InternalFailure"),
        (ReadTimeoutError(endpoint_url="x"), OutcomeUnknownError, "ReadTimeoutError"),
        (EndpointConnectionError(endpoint_url="x"), SlowDownError, "EndpointConnectionError"),
        ({}, OutcomeUnknownError, "NoMessageId"),
        (refusal("not a word", 400), RefusedError, "Unreadable"),
    ],
)
def test_each_answer_of_ses_has_its_meaning(
    answer: Any, error: type[GatewayError], code: str
) -> None:
    with pytest.raises(error) as caught:
        Ses(Client(answer), "").send_mail(MAIL, page="", attempt="")

    assert caught.value.code == ErrorCode(Carrier.SES, code)
    assert "jo@" not in str(caught.value)


def test_every_class_that_ses_has_is_said_in_words() -> None:
    assert set(SENTENCES) == {*CODES.values(), ErrorClass.TEMPORARY}
    assert all(re.fullmatch(r"[A-Z].*[.]", one, re.DOTALL) for one in SENTENCES.values())


def test_the_ledgers_reason_tells_the_error_again() -> None:
    written = str(ErrorCode(Carrier.SES, "MessageRejected"))

    assert error_in(written) == ErrorCode(Carrier.SES, "MessageRejected")
    assert "sandbox" in sentence(ErrorCode(Carrier.SES, "MessageRejected"))


def test_the_same_delivery_has_the_same_id() -> None:
    first = mail_id("inc1", "2", "sub_x", sender="Acme <status@acme.example>")

    assert first == "inc1.2.sub_x@acme.example"
