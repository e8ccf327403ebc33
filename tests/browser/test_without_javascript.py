"""The whole sign-up in a browser that runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from local.system import LocalSystem
from tests.browser.accessibility import overflow, problems
from tests.browser.test_journey import OURS, SIX_DIGITS, phone

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def system(chromium: str) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
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
