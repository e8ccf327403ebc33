"""Signing up by each way that the page offers: by text, by mail and to a channel, in browsers that
run scripts and in those that run none; and changing it afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Request, Response

from local.system import LocalSystem
from tests.browser.accessibility import overflow, problems
from tests.browser.conftest import PATIENCE_MS
from tests.browser.stub import serving
from tests.browser.test_journey import OURS, SIX_DIGITS, ask, phone

pytestmark = pytest.mark.browser

CONFIRM = re.compile(r"https?://\S+/confirm\?code=\S+")


@pytest.fixture(scope="module")
def system(chromium: str, browser: Browser) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
        api = browser.new_context().request
        modes = {"modes": ["sms", "email", "webhook", "slack"]}
        ask(api, "PATCH", f"{running.url}/v1/pages/default", modes)
        yield running


def fault_free(page: Page) -> None:
    """Looks at what arrived, in a tab that can run the checks."""
    browser = page.context.browser
    assert browser
    scheme: Any = "dark" if page.viewport_size == {"width": 320, "height": 800} else "light"
    twin = browser.new_context(viewport=page.viewport_size, color_scheme=scheme).new_page()
    twin.set_content(page.content())
    assert overflow(twin) == 0
    assert problems(twin) == []
    found = Axe().run(twin)
    assert found.violations_count == 0, found.generate_report()
    twin.context.close()


def code_on(browser: Browser, system: LocalSystem, number: str) -> str:
    phones = browser.new_context().new_page()
    phones.goto(system.twilio_url)
    text = phone(phones, number).locator(OURS)
    expect(text).to_contain_text(SIX_DIGITS, timeout=20_000)
    found = SIX_DIGITS.search(text.inner_text())
    assert found
    phones.context.close()
    return found[0]


@pytest.mark.parametrize(
    ("width", "scheme", "number"),
    [
        (320, "dark", "+15551234567"),
        (768, "light", "+15551234568"),
        (1280, "light", "+15551234569"),
    ],
)
def test_the_whole_sign_up(
    browser: Browser, system: LocalSystem, width: int, scheme: Any, number: str
) -> None:
    context = browser.new_context(
        java_script_enabled=False,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    page = context.new_page()
    page.goto(system.url)
    fault_free(page)
    form = page.locator("form.by-sms")
    page.get_by_role("link", name="Subscribe").click()
    expect(page.get_by_label("Mobile number")).to_be_in_viewport()
    page.get_by_label("Mobile number").fill("12")
    form.get_by_label("Every update").check()
    form.get_by_label("I agree").check()
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("alert")).to_have_text("Enter your mobile number.")
    expect(page.get_by_label("Mobile number")).to_be_focused()
    expect(form.get_by_label("Every update")).to_be_checked()
    fault_free(page)
    page.get_by_label("Mobile number").fill(number)
    form.get_by_label("I agree").check()
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    code = code_on(browser, system, number)
    page.get_by_label("6-digit code").fill("000000" if code != "000000" else "000001")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    expect(page.get_by_label("6-digit code")).to_be_focused()
    fault_free(page)
    page.get_by_label("6-digit code").fill(code)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_visible()
    fault_free(page)
    page.get_by_role("link", name="Current status").click()
    expect(page.locator("#status")).to_be_visible()
    context.close()


def test_the_script_takes_the_plain_forms_place(browser: Browser, system: LocalSystem) -> None:
    page = browser.new_context().new_page()
    page.goto(system.url)
    expect(page.locator("[data-step=subscribe]")).to_be_visible()
    expect(page.locator("form.plain")).to_have_count(0)
    page.context.close()


def look(page: Page) -> None:
    assert overflow(page) == 0
    assert problems(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def link_mailed_to(page: Page, system: LocalSystem, address: str) -> str:
    """The confirming link of the mail to that address."""
    mails = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    mails.goto(f"{system.twilio_url}/mails")
    row = mails.locator("li", has_text=address)
    until = time.monotonic() + PATIENCE_MS / 1000
    while not row.count() and time.monotonic() < until:
        mails.reload()  # the list does not refresh by itself
    row.get_by_role("link", name="as text").click()
    found = CONFIRM.search(mails.inner_text("body"))
    mails.context.close()
    assert found
    return found[0]


def test_by_mail_from_the_form_to_its_end(browser: Browser, system: LocalSystem) -> None:
    viewport: Any = {"width": 320, "height": 800}
    page = browser.new_context(viewport=viewport, bypass_csp=True, locale="en-US").new_page()
    page.goto(system.url)
    page.get_by_label("E-mail", exact=True).check()
    page.get_by_role("button", name="Mail me a link").click()
    field = page.get_by_label("E-mail address")
    expect(field).to_be_focused()
    expect(page.locator(".row", has=field).get_by_role("alert")).to_contain_text("you@example.com")
    field.fill("jo@example.org")
    expect(page.get_by_label("Every update")).to_be_checked()
    page.get_by_label("I agree to receive e-mails").check()
    look(page)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", name="Open the mail that we send you")).to_be_visible()
    expect(page.locator("[data-step=verify]")).to_contain_text("jo@example.org")
    expect(page.locator("input[name=code]")).to_have_count(0)
    look(page)

    page.goto(link_mailed_to(page, system, "jo@example.org"))
    look(page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Change or end it").click()
    manage = page.locator("[data-step=manage]")
    expect(manage).to_contain_text("Demo will tell j…@example.org as you choose below.")
    page.get_by_label("Every update").uncheck()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    look(page)
    page.get_by_role("button", name="Follow by another way, too").click()
    expect(page.get_by_label("Text message", exact=True)).to_be_checked()
    page.context.close()


def test_a_channel_is_told_a_code_and_confirms_it(page: Page, system: LocalSystem) -> None:
    posted: Queue[str] = Queue()

    def channel(request: Request) -> Response:
        posted.put(request.get_data(as_text=True))
        return Response("ok")

    with serving(channel) as url:
        page.goto(system.url)
        page.get_by_label("Slack, Webhook").check()
        page.get_by_label("Where to").select_option("Slack")
        page.get_by_label("Address of its webhook").fill("ftp://example.org")
        page.get_by_label("I agree to receive messages").check()
        page.get_by_role("button", name="Post a code there").click()
        expect(page.get_by_role("alert")).to_have_text("The address must begin with https://.")
        expect(page.get_by_label("Address of its webhook")).to_be_focused()
        page.get_by_label("Address of its webhook").fill(f"{url}/hook")
        page.get_by_role("button", name="Post a code there").click()
        code = page.locator("input[name=code]")
        expect(code).to_be_visible()
        found = SIX_DIGITS.search(posted.get(timeout=PATIENCE_MS / 1000))
    assert found
    code.fill(found[0])
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("[data-step=manage]")).to_contain_text("127.0.0.1")
    page.reload()
    expect(page.locator("[data-step=manage]")).to_contain_text("127.0.0.1")
    expect(page.locator("[data-step=manage]")).not_to_contain_text("/hook")


def test_without_javascript_the_same_ways_are_on_offer(
    browser: Browser, system: LocalSystem
) -> None:
    viewport: Any = {"width": 320, "height": 800}
    context = browser.new_context(java_script_enabled=False, viewport=viewport)
    page = context.new_page()
    page.goto(system.url)
    expect(page.get_by_label("Mobile number")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_hidden()
    page.get_by_label("E-mail", exact=True).check()
    expect(page.get_by_label("Mobile number")).to_be_hidden()
    fault_free(page)
    page.get_by_label("E-mail address").fill("al@example")
    page.get_by_label("I agree to receive e-mails").check()
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Enter an e-mail address, as in you@example.com."
    )
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_label("E-mail", exact=True)).to_be_checked()
    fault_free(page)
    page.get_by_label("E-mail address").fill("al@example.org")
    page.get_by_label("I agree to receive e-mails").check()
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", name="Open the mail that we send you")).to_be_visible()
    fault_free(page)
    page.goto(link_mailed_to(page, system, "al@example.org"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    fault_free(page)
    context.close()
