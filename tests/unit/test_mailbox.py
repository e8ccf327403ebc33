"""The mails of the local run, as a person reads them."""

import base64
import json
import random

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request

from local.fake_ses import PATH, FakeSes
from local.mailbox import answer, is_about_mails
from statustext.adapters.ses import mime
from statustext.domain.mail import Mail

RAW = mime(Mail("a@acme.example", "jo@example.com", "<Down>", "It is down.", "<p>It is down.</p>"))


@pytest.fixture
def fake() -> FakeSes:
    return FakeSes(random.Random(1), tells=False)  # noqa: S311


@pytest.fixture
def browser(fake: FakeSes) -> Client:
    client = Client(Request.application(lambda request: answer(fake, request)))
    given = {
        "Destination": {"ToAddresses": ["jo@example.com"]},
        "Content": {"Raw": {"Data": base64.b64encode(RAW).decode()}},
    }
    assert json.loads(client.post(PATH, data=json.dumps(given)).data)["MessageId"]
    return client


def test_mails_are_listed_and_each_is_opened(browser: Client) -> None:
    shown = browser.get("/mails").text
    assert "&lt;Down&gt;" in shown
    (one,) = {part.partition(".")[0] for part in shown.split('href="/mails/')[1:]}
    assert browser.get(f"/mails/{one}.txt").text.strip() == "It is down."
    assert "<p>It is down.</p>" in browser.get(f"/mails/{one}.html").text
    assert browser.get(f"/mails/{one}.eml").data == RAW
    assert browser.get("/mails/none.eml").status_code == 404


@pytest.mark.parametrize(
    ("end", "kind"), [("bounce", "Bounce"), ("full", "Bounce"), ("spam", "Complaint")]
)
def test_how_a_mail_ends_is_told_by_a_button(
    browser: Client, fake: FakeSes, end: str, kind: str
) -> None:
    one = f"/mails/{fake.mails[0].id}/{end}"
    assert f'formaction="{one}"' in browser.get("/mails").text
    assert browser.post(one).status_code == 303
    ((_, told),) = fake.events
    assert told["eventType"] == kind
    assert browser.post(f"{one}s").status_code == 404


@pytest.mark.parametrize(("path", "is_ours"), [("/mails", True), (PATH, True), ("/mailsx", False)])
def test_what_is_about_mails(path: str, is_ours: bool) -> None:
    assert is_about_mails(path) is is_ours
