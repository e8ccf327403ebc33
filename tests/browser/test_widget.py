"""The widget on a foreign status page, against a stub of the public API."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from statustext.domain.proof_of_work import make_challenge
from tests.browser.accessibility import overflow, problems
from tests.browser.stub import (
    CONSENT,
    DIV,
    FORM,
    ID,
    PREFERENCES,
    TOKEN,
    HostPage,
    StubApi,
    serving,
)
from tests.solving import solve

pytestmark = pytest.mark.browser

NUMBER = "+1 555 123 4567"
OFFLINE = re.compile("could not reach the server")


@pytest.fixture
def api() -> Iterator[StubApi]:
    stub = StubApi()
    with serving(stub.answer) as url:
        stub.url = url
        yield stub


@pytest.fixture
def host(api: StubApi) -> Iterator[HostPage]:
    page = HostPage(api=api.url)
    with serving(page.answer) as url:
        page.url = url
        yield page


def step(page: Page, name: str) -> Locator:
    return page.locator(f"[data-step={name}]")


def fill(page: Page, number: str = NUMBER) -> None:
    page.locator("input[name=phone]").fill(number)
    page.locator("input[name=consent]").check()


def submit(page: Page) -> None:
    page.locator("button[type=submit]").click()


def to_code(page: Page, host: HostPage) -> None:
    page.goto(host.url)
    fill(page)
    submit(page)
    expect(step(page, "verify")).to_be_visible()


def to_manage(page: Page, host: HostPage) -> None:
    to_code(page, host)
    page.locator("input[name=code]").fill("123456")
    submit(page)
    expect(step(page, "manage")).to_be_visible()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_it_subscribes_with_what_was_shown_and_chosen(
    page: Page, host: HostPage, api: StubApi
) -> None:
    page.goto(host.url)
    expect(page.locator("label", has=page.locator("[name=consent]"))).to_have_text(CONSENT)
    fill(page)
    page.locator("select[name=country]").select_option("CA")
    page.get_by_label("Choose services…").check()
    page.get_by_label("Payments <script>").check()
    page.get_by_label("Scheduled maintenance").check()
    submit(page)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_focused()
    [call] = api.made("POST", "subscriptions")
    assert call.path == "/prod/pages/default/subscriptions"
    assert call.body == {
        "phone": NUMBER,
        "country": "CA",
        "preferences": {
            "severity_filter": ["none", "minor", "major", "critical"],
            "services": ["mnopqrstuvwx"],
            "updates": False,
            "maintenance": True,
        },
        "consent": True,
        "consent_version": "2026-11-01",
        "timezone": page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"),
    }


def test_critical_only_and_a_page_of_one_country(page: Page, host: HostPage, api: StubApi) -> None:
    api.form.update(countries=["DE"], components=[])
    page.goto(host.url)
    fill(page)
    expect(page.locator("select[name=country]")).to_have_count(0)
    expect(page.get_by_label("Choose services…")).to_have_count(0)
    page.get_by_label("Critical only").check()
    submit(page)
    expect(step(page, "verify")).to_be_visible()
    body = api.made("POST", "subscriptions")[0].body
    assert body["country"] == "DE"
    assert body["preferences"]["severity_filter"] == ["critical"]


def test_verifying_opens_the_manage_panel_and_a_reload_keeps_it(
    page: Page, host: HostPage, api: StubApi
) -> None:
    to_code(page, host)
    expect(page.get_by_text("text START to +15550001111 first")).to_be_visible()
    page.locator("input[name=code]").fill("123 456")
    submit(page)
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_focused()
    assert api.made("POST", "verify")[0].body == {"code": "123456"}
    page.reload()
    expect(step(page, "manage")).to_be_visible()
    assert api.made("GET", ID)[0].authorization == f"Bearer {TOKEN}"


def test_a_reload_while_reading_the_text_keeps_the_code_step(page: Page, host: HostPage) -> None:
    to_code(page, host)
    page.reload()
    expect(step(page, "verify")).to_be_visible()
    button(page, "Use another number").click()
    expect(step(page, "subscribe")).to_be_visible()


def test_a_change_holds_only_what_the_form_shows(page: Page, host: HostPage, api: StubApi) -> None:
    api.preferences = {**PREFERENCES, "services": ["svc_api"], "resolutions": False}
    to_manage(page, host)
    expect(page.get_by_label("API", exact=True)).to_be_checked()
    page.get_by_label("Every update").check()
    button(page, "Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    call = api.made("PATCH", ID)[0]
    assert call.authorization == f"Bearer {TOKEN}"
    assert call.body == {
        "preferences": {"services": ["abcdefghijkl"], "updates": True, "maintenance": False}
    }


def test_choices_the_form_cannot_show_are_not_lost_by_saving(
    page: Page, host: HostPage, api: StubApi
) -> None:
    api.preferences = {**PREFERENCES, "severity_filter": ["major"], "services": ["removed_since"]}
    to_manage(page, host)
    expect(page.get_by_label("As set now")).to_be_checked()
    button(page, "Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    [call] = api.made("PATCH", ID)
    assert call.body == {"preferences": {"updates": False, "maintenance": False}}
    page.get_by_label("All incidents").check()
    button(page, "Save changes").click()
    expect(page.get_by_label("As set now")).to_have_count(0)
    assert api.preferences["services"] == []
    assert "critical" in api.preferences["severity_filter"]


def test_unsubscribing_asks_first(page: Page, host: HostPage, api: StubApi) -> None:
    to_manage(page, host)
    button(page, "Unsubscribe").click()
    page.keyboard.press("Escape")
    expect(button(page, "Unsubscribe")).to_be_focused()
    assert api.made("DELETE", ID) == []
    button(page, "Unsubscribe").click()
    button(page, "Yes, unsubscribe").click()
    expect(page.get_by_role("heading", name="You’re unsubscribed")).to_be_focused()
    assert api.made("DELETE", ID)[0].authorization == f"Bearer {TOKEN}"
    page.reload()
    expect(step(page, "subscribe")).to_be_visible()


def test_a_link_opens_the_panel_and_leaves_the_address_bar(
    page: Page, host: HostPage, api: StubApi
) -> None:
    page.goto(f"{host.url}/?from=text#statustext={TOKEN}")
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_focused()
    assert page.url == f"{host.url}/?from=text"
    assert api.made("GET", ID)[0].authorization == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("token", "said"), [(TOKEN, "That link has expired."), ("nodots", "not complete")]
)
def test_a_dead_link_says_so(
    page: Page, host: HostPage, api: StubApi, token: str, said: str
) -> None:
    api.refuse("GET", ID, 401, "That link has expired.")
    page.goto(f"{host.url}/#statustext={token}")
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(step(page, "subscribe")).to_be_visible()


@pytest.mark.parametrize(
    ("setup", "said", "focused"),
    [
        (lambda page: page.get_by_label("Mobile").fill(""), "Enter your mobile", "phone"),
        (lambda page: page.get_by_label("Choose services…").check(), "at least one", "services"),
        (lambda page: page.locator("[name=consent]").uncheck(), "Tick the box", "consent"),
    ],
    ids=["phone", "services", "consent"],
)
def test_what_is_missing_is_said_before_asking_the_server(
    page: Page, host: HostPage, api: StubApi, setup: object, said: str, focused: str
) -> None:
    assert callable(setup)
    page.goto(host.url)
    fill(page)
    setup(page)
    submit(page)
    field = page.locator(f"input[name={focused}]").first
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert api.made("POST", "subscriptions") == []


@pytest.mark.parametrize(
    ("status", "more", "focused"),
    [
        (422, {}, "phone"),
        (422, {"fields": {"country": "not served"}}, "country"),
        (422, {"fields": [{"field": "preferences.services"}]}, "services"),
        (429, {}, None),
        (500, {}, None),
    ],
)
def test_the_servers_sentence_is_shown_and_nothing_typed_is_lost(
    page: Page, host: HostPage, api: StubApi, status: int, more: dict[str, Any], focused: str
) -> None:
    api.refuse("POST", "subscriptions", status, "Say <b>this</b>.", **more)
    page.goto(host.url)
    fill(page, "+1 555 000")
    page.get_by_label("Choose services…").check()
    page.get_by_label("API", exact=True).check()
    submit(page)
    expect(page.get_by_role("alert")).to_have_text("Say <b>this</b>.")
    expect(page.locator("input[name=phone]")).to_have_value("+1 555 000")
    expect(page.locator("input[name=consent]")).to_be_checked()
    expect(page.get_by_label("API", exact=True)).to_be_checked()
    if focused:
        expect(page.locator(f"[name={focused}]").first).to_be_focused()
    del api.answers["POST", "subscriptions"]
    submit(page)
    expect(step(page, "verify")).to_be_visible()


def test_a_consent_text_that_has_changed_is_shown_anew(
    page: Page, host: HostPage, api: StubApi
) -> None:
    page.goto(host.url)
    fill(page)
    api.refuse("POST", "subscriptions", 422, "Read the new text.", code="consent_outdated")
    api.form["consent"] = {"text": "The new text", "version": "2"}
    submit(page)
    expect(page.get_by_role("alert")).to_have_text("Read the new text.")
    expect(page.get_by_label("The new text")).not_to_be_checked()
    expect(page.locator("input[name=phone]")).to_have_value(NUMBER)
    del api.answers["POST", "subscriptions"]
    page.get_by_label("The new text").check()
    submit(page)
    expect(step(page, "verify")).to_be_visible()
    assert api.made("POST", "subscriptions")[-1].body["consent_version"] == "2"


@pytest.mark.parametrize("answer", ["<html>Bad gateway</html>", "", "[1]"])
def test_an_answer_that_is_not_ours_is_told_in_our_words(
    page: Page, host: HostPage, api: StubApi, answer: str
) -> None:
    api.answers["POST", "subscriptions"] = (502, answer, {})
    page.goto(host.url)
    fill(page)
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("went wrong on our side")


def test_a_lost_connection_is_told_and_tried_again(
    page: Page, host: HostPage, api: StubApi
) -> None:
    page.goto(host.url)
    fill(page)
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_role("alert")).to_have_text(OFFLINE)
    page.context.set_offline(False)
    button(page, "Try again").click()
    expect(step(page, "verify")).to_be_visible()
    assert len(api.made("POST", "subscriptions")) == 1


def test_a_server_that_never_answers_is_given_up(page: Page, host: HostPage) -> None:
    held: list[Route] = []
    page.clock.install()
    page.goto(host.url)
    page.route("**/subscriptions", lambda route: held.append(route))
    fill(page)
    with page.expect_request("**/subscriptions"):
        submit(page)
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("alert")).to_have_text(OFFLINE)


def test_a_form_that_does_not_load_can_be_tried_again(
    page: Page, host: HostPage, api: StubApi
) -> None:
    api.refuse("GET", "subscription_form", 404, "There is no such page.")
    page.goto(host.url)
    expect(page.get_by_role("alert")).to_have_text("There is no such page.")
    del api.answers["GET", "subscription_form"]
    button(page, "Try again").click()
    expect(step(page, "subscribe")).to_be_visible()


def test_a_wrong_code_is_told_and_can_be_typed_over(
    page: Page, host: HostPage, api: StubApi
) -> None:
    api.refuse("POST", "verify", 422, "That code is wrong or too old.")
    to_code(page, host)
    code = page.locator("input[name=code]")
    code.fill("12345")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("Enter the 6 digits")
    assert api.made("POST", "verify") == []
    code.fill("999999")
    submit(page)
    expect(page.get_by_role("alert")).to_have_text("That code is wrong or too old.")
    expect(code).to_be_focused()
    page.keyboard.type("123456")
    expect(code).to_have_value("123456")
    del api.answers["POST", "verify"]
    page.keyboard.press("Enter")
    expect(step(page, "manage")).to_be_visible()


def test_sending_again_waits_as_long_as_the_server_does(
    page: Page, host: HostPage, api: StubApi
) -> None:
    page.clock.install()
    to_code(page, host)
    again = button(page, "Send again")
    for count, seconds in enumerate((30, 60, 120, 300, 300), start=1):
        expect(again).to_be_disabled()
        expect(page.get_by_role("timer")).to_contain_text(re.compile(r"another in \d:\d\d"))
        page.clock.fast_forward((seconds - 5) * 1000)
        expect(again).to_be_disabled()
        page.clock.fast_forward(6_000)
        expect(again).to_be_enabled()
        again.click()
        expect(page.get_by_role("status")).to_have_text("Another code is on its way.")
        assert len(api.made("POST", "resend_confirmation")) == count


def test_a_refused_resend_waits_for_the_servers_time(
    page: Page, host: HostPage, api: StubApi
) -> None:
    api.refuse("POST", "resend_confirmation", 429, "Wait a little.", retry_after=200)
    page.clock.install()
    to_code(page, host)
    page.clock.fast_forward(31_000)
    button(page, "Send again").click()
    expect(page.get_by_role("alert")).to_have_text("Wait a little.")
    expect(page.get_by_role("timer")).to_contain_text(re.compile("3:[12]"))


def test_a_token_that_ended_elsewhere_leads_back_to_the_form(
    page: Page, host: HostPage, api: StubApi
) -> None:
    to_manage(page, host)
    api.refuse("PATCH", ID, 401, "This subscription has ended.")
    button(page, "Save changes").click()
    expect(page.get_by_role("alert")).to_have_text("This subscription has ended.")
    button(page, "Subscribe again").click()
    expect(step(page, "subscribe")).to_be_visible()


def press_to(page: Page, target: Locator) -> None:
    """Tabs until the target has the focus, as a person without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(30):
        if target.evaluate("e => e.getRootNode().activeElement === e"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")


def test_the_whole_journey_by_keyboard_alone(page: Page, host: HostPage, api: StubApi) -> None:
    page.goto(host.url)
    press_to(page, page.locator("input[name=phone]"))
    page.keyboard.type(NUMBER)
    ring = "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
    assert page.locator("input[name=phone]").evaluate(ring) == "solid3px"
    press_to(page, page.get_by_label("All incidents"))
    page.keyboard.press("ArrowDown")
    press_to(page, page.locator("input[name=consent]"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_focused()
    press_to(page, page.locator("input[name=code]"))
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You’re subscribed")).to_be_focused()
    press_to(page, button(page, "Unsubscribe"))
    page.keyboard.press("Enter")
    press_to(page, button(page, "Yes, unsubscribe"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You’re unsubscribed")).to_be_focused()
    assert api.made("POST", "subscriptions")[0].body["preferences"]["severity_filter"] == [
        "critical"
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_every_step_is_readable_named_and_fits_320_pixels(
    browser: Browser, host: HostPage, api: StubApi, scheme: str, direction: str
) -> None:
    host.direction = direction
    api.form["components"].append({"id": "z" * 12, "key": "svc_long", "name": "Long" * 30})
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(host.url)
    page.get_by_label("Choose services…").check()
    submit(page)
    for name in ("subscribe", "verify", "manage"):
        expect(step(page, name)).to_be_visible()
        assert problems(page) == []
        assert overflow(page) == 0
        if name == "subscribe":
            page.get_by_label("API", exact=True).check()
            fill(page)
        if name == "verify":
            page.locator("input[name=code]").fill("123456")
        submit(page)
    button(page, "Unsubscribe").click()
    assert problems(page) == []
    assert page.locator("button").first.evaluate("e => getComputedStyle(e).transitionProperty") == (
        "none"
    )
    context.close()


HOSTILE = """<style>
 * { color: red !important; font-size: 4px !important; text-transform: uppercase !important }
 html { font-size: 62.5% } div { line-height: 0; letter-spacing: 1em; visibility: visible }
 input, button { display: none !important }
</style>"""


def test_the_host_pages_styles_do_not_reach_in(page: Page, host: HostPage) -> None:
    host.widgets, host.policy = HOSTILE + DIV, ""
    page.goto(host.url)
    phone = page.locator("input[name=phone]")
    expect(phone).to_be_visible()
    assert phone.evaluate("e => getComputedStyle(e).fontSize") == "16px"
    label = page.locator("label[for=phone]")
    assert label.evaluate("e => getComputedStyle(e).textTransform") == "none"
    assert label.evaluate("e => getComputedStyle(e).letterSpacing") == "normal"
    assert problems(page) == []


def test_colours_follow_the_pages_properties(page: Page, host: HostPage) -> None:
    host.widgets = "<style>body { --statustext-accent: rgb(1, 100, 2) }</style>" + DIV
    host.policy = ""
    page.goto(host.url)
    expect(page.locator("button[type=submit]")).to_have_css("background-color", "rgb(1, 100, 2)")


def test_several_widgets_on_one_page_do_not_disturb_each_other(
    page: Page, host: HostPage, api: StubApi
) -> None:
    other = f'<div data-statustext data-api="{api.url}/other/" data-page="a b"></div>'
    host.widgets = DIV + other
    page.goto(host.url)
    second = page.locator("[data-statustext]").nth(1)
    second.locator("input[name=phone]").fill(NUMBER)
    second.locator("input[name=consent]").check()
    second.locator("button[type=submit]").click()
    expect(second.locator("[data-step=verify]")).to_be_visible()
    expect(page.locator("[data-statustext]").first.locator("[data-step=subscribe]")).to_be_visible()
    paths = {call.path for call in api.calls}
    assert "/prod/pages/default/subscription_form" in paths
    assert "/other/pages/a b/subscriptions" in paths


COUNT_POSTS = """
window.posts = 0;
const ask = window.fetch;
window.fetch = (url, options) => {
  window.posts += options.method === 'POST' ? 1 : 0;
  return ask(url, options);
};
"""


def test_presses_while_the_answer_is_awaited_are_one_request(page: Page, host: HostPage) -> None:
    held: list[Route] = []
    page.add_init_script(COUNT_POSTS)
    page.goto(host.url)
    page.route("**/subscriptions", lambda route: held.append(route))
    fill(page)
    with page.expect_request("**/subscriptions"):
        submit(page)
    # Playwright itself would wait for the button; an impatient person does not.
    page.locator("button[type=submit]").click(force=True)
    page.locator("input[name=phone]").press("Enter")
    assert page.evaluate("window.posts") == 1
    for route in held:
        route.continue_()
    expect(step(page, "verify")).to_be_visible()


def test_a_page_without_a_sender_yet(page: Page, host: HostPage, api: StubApi) -> None:
    api.form["sender"] = None
    to_code(page, host)
    expect(page.get_by_text("text START to our number first")).to_be_visible()
    assert FORM["sender"] == "+15550001111"


def test_the_gate_is_passed_in_another_origins_page_too(
    page: Page, host: HostPage, api: StubApi
) -> None:
    """Whose page may begin no worker of ours."""
    api.form["bot_gate"] = True
    given = make_challenge(b"key", 1_800_000_000, bytes(12) + (777).to_bytes(4, "big"))
    api.answers["GET", "challenge"] = (200, given, {})
    to_code(page, host)
    (asked,) = api.made("POST", "subscriptions")
    assert json.loads(base64.b64decode(asked.body["altcha"])) == json.loads(
        base64.b64decode(solve(given))
    )
