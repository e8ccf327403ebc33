"""The form with several ways to be told, the pages behind links in mails, and a change later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Request, Response

from local.system import LocalSystem
from tests.browser.accessibility import overflow, problems
from tests.browser.stub import serving
from tests.browser.test_journey import SIX_DIGITS, ask
from tests.browser.test_without_javascript import fault_free

pytestmark = pytest.mark.browser

CONFIRM = re.compile(r"https?://\S+/confirm\?code=\S+")


@pytest.fixture(scope="module")
def system(chromium: str, browser: Browser) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
        api = browser.new_context().request
        modes = {"modes": ["sms", "email", "webhook", "slack"]}
        ask(api, "PATCH", f"{running.url}/v1/pages/default", modes)
        yield running


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
    for _ in range(100):  # the list does not refresh by itself
        if row.count():
            break
        mails.reload()
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
    posted: list[str] = []

    def channel(request: Request) -> Response:
        posted.append(request.get_data(as_text=True))
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
        for _ in range(200):
            if posted:
                break
            page.wait_for_timeout(50)
    found = SIX_DIGITS.search(posted[0])
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
