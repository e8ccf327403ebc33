"""The status page in a real browser: with JavaScript and without, light, dark, wide and narrow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Request, Response

from local.configuration import ROOT
from local.system import LocalSystem
from statustext.flows.languages import speech_of
from tests.browser.accessibility import overflow, problems
from tests.browser.stub import serving
from tests.browser.test_journey import ask

pytestmark = pytest.mark.browser

WIDGET = ROOT / ".venv-clients-npm/node_modules/@statuspage/status-widget/dist/index.js"

INCIDENT = {
    "name": "API is down",
    "impact_override": "critical",
    "body": "We are looking into it; see https://example.com/notes.",
    "components": {"svc_api": "major_outage"},
    "deliver_notifications": False,
}
UPGRADE = {
    "name": "Database upgrade",
    "scheduled_for": "2099-01-20T10:00:00Z",
    "scheduled_until": "2099-01-20T11:00:00Z",
    "body": "Five minutes of read-only mode.",
    "deliver_notifications": False,
}


@pytest.fixture(scope="module")
def system(chromium: str) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
        yield running


@pytest.fixture(scope="module")
def incident(system: LocalSystem, browser: Browser) -> dict[str, Any]:
    """An open incident, and a maintenance to come. Each is shown when it is answered for."""
    api = browser.new_context().request
    address = f"{system.url}/v1/pages/default/incidents"
    ask(api, "POST", address, {"incident": UPGRADE})
    opened = ask(api, "POST", address, {"incident": INCIDENT})
    summary = f"{system.url}/api/v2/summary.json"
    for _ in range(200):
        shown = api.get(summary).json()
        if shown["incidents"] and shown["status"]["indicator"] == "major":
            break
    return opened


def opened(browser: Browser, url: str, **settings: Any) -> Page:
    page = browser.new_context(**settings).new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_the_page_says_what_is_so(
    browser: Browser, system: LocalSystem, incident: dict[str, Any], javascript: bool
) -> None:
    page = opened(browser, system.url, java_script_enabled=javascript)
    expect(page.locator("#status h1")).to_have_text("Partial System Outage")
    expect(page.get_by_role("link", name="API is down")).to_be_visible()
    expect(page.get_by_text("Five minutes of read-only mode.")).to_be_visible()
    note = page.get_by_role("link", name="https://example.com/notes", exact=True)
    expect(note).to_have_attribute("rel", re.compile("noopener"))
    page.get_by_role("link", name="API is down").click()
    page.wait_for_url(f"**/incidents/{incident['id']}")
    expect(page.get_by_role("heading", name="API is down", level=1)).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("path", ["/", "/history", "/incidents/{id}"])
def test_it_fits_and_everybody_can_read_it(
    browser: Browser,
    system: LocalSystem,
    incident: dict[str, Any],
    path: str,
    width: int,
    scheme: Any,
) -> None:
    url = system.url + path.format(**incident)
    size: Any = {"width": width, "height": 800}
    page = opened(browser, url, viewport=size, color_scheme=scheme)
    expect(page.locator("[data-step=subscribe]")).to_be_visible()
    assert overflow(page) == 0
    assert problems(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_bars_say_how_far_back_they_go(
    browser: Browser, system: LocalSystem, language: str
) -> None:
    page = opened(browser, f"{system.url}/?lang={language}")
    say = speech_of(language, {}).say
    row = page.locator(".past").first
    expect(row.get_by_text(say("Today"))).to_be_visible()
    begun = date.fromisoformat(row.locator(".days").get_attribute("data-from") or "")
    for width, days in ((1280, 90), (480, 90), (320, 30)):
        page.set_viewport_size({"width": width, "height": 800})
        expect(row.get_by_text(say("{days} days ago", days=days))).to_be_visible()
        expect(row.get_by_text(say("{days} days ago", days=120 - days))).to_be_hidden()
        shown, drawn = row.locator(".bars").bounding_box(), row.locator(".days").bounding_box()
        assert shown
        assert drawn
        assert drawn["width"] / shown["width"] == pytest.approx(90 / days)
        assert drawn["x"] + drawn["width"] == pytest.approx(shown["x"] + shown["width"])
        row.locator(".bars").hover(position={"x": 1, "y": 5})
        first = begun + timedelta(days=90 - days)
        told = f"{first:%b} {first.day}, {first.year}" if language == "en" else ""
        expect(page.locator(".tip")).to_contain_text(told)
    page.context.close()


@pytest.mark.parametrize("language", ["de", "pl", "ja", "ar"])
def test_it_speaks_the_visitors_language(
    browser: Browser, system: LocalSystem, incident: dict[str, Any], language: str
) -> None:
    size: Any = {"width": 320, "height": 800}
    page = opened(browser, system.url, viewport=size, locale=language)
    said = speech_of(language, {}).say
    expect(page.locator("#status h1")).to_have_text(said("Partial System Outage"))
    form = page.locator("[data-step=subscribe]")
    expect(form.get_by_role("heading")).to_have_text(said("Know when something breaks"))
    expect(form.locator(".consent")).to_contain_text(speech_of(language, {}).consent("Demo"))
    form.get_by_role("button").last.click()
    expect(form.get_by_role("alert")).to_have_text(said("Enter your mobile number."))
    direction = "rtl" if language == "ar" else "ltr"
    for one in (page.locator("html"), page.locator(".box")):
        assert one.evaluate("element => getComputedStyle(element).direction") == direction
    assert overflow(page) == 0
    assert problems(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("link", name="English").click()
    expect(page.locator("#status h1")).to_have_text("Partial System Outage")
    page.context.close()


def test_a_pages_own_colour_can_be_read(
    browser: Browser, system: LocalSystem, incident: dict[str, Any]
) -> None:
    link = {"name": "Help", "url": "https://example.com/help"}
    brand = {"colour": "#6a1b9a", "links": [link]}
    api = browser.new_context().request
    ask(api, "PATCH", f"{system.url}/v1/pages/default", {"brand": brand})
    for _ in range(200):
        if "#6a1b9a" in api.get(system.url).text():
            break
    for scheme, colour in (("light", "rgb(106, 27, 154)"), ("dark", "rgb(166, 118, 194)")):
        any_scheme: Any = scheme
        page = opened(browser, system.url, color_scheme=any_scheme)
        expect(page.locator("[data-step=subscribe]")).to_be_visible()
        for button in (page.locator("a.button"), page.locator(".box button[type=submit]")):
            expect(button).to_have_css("background-color", colour)
        assert problems(page) == []
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.context.close()
    ask(api, "PATCH", f"{system.url}/v1/pages/default", {"brand": {}})


def test_times_are_the_visitors_and_the_exact_one_is_told(
    browser: Browser, system: LocalSystem, incident: dict[str, Any]
) -> None:
    page = opened(browser, system.url, timezone_id="Asia/Kolkata")
    time = page.locator(".timeline time").first
    expect(time).to_contain_text("GMT+5:30")
    expect(time).to_have_attribute("title", re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"))
    expect(page.get_by_text("Times in Asia/")).to_be_visible()
    expect(page.locator(".timeline .age").first).to_have_text(re.compile("minute|now"))
    page.context.close()


def test_it_loads_nothing_of_others_and_breaks_no_policy(
    browser: Browser, system: LocalSystem, incident: dict[str, Any]
) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(system.url)
    expect(page.locator("[data-step=subscribe]")).to_be_visible()
    loaded = sorted(url.partition("?")[0] for url in asked if not url.startswith("data:"))
    ours = ("", "page.js", "pages/default/subscription_form", "widget.js")
    assert loaded == [f"{system.url}/{one}" for one in ours]
    assert said == []
    page.context.close()


def test_a_refresh_that_fails_says_since_when(
    browser: Browser, system: LocalSystem, incident: dict[str, Any]
) -> None:
    page = browser.new_context().new_page()
    page.clock.install()
    page.goto(system.url)
    expect(page.locator("[data-step=subscribe]")).to_be_visible()
    page.route("**/", lambda route: route.abort())
    page.clock.run_for(31_000)
    expect(page.locator("#stale")).to_contain_text("could not be refreshed since")
    page.unroute("**/")
    page.clock.run_for(31_000)
    expect(page.locator("#stale")).to_have_count(0)
    page.context.close()


def test_the_reference_is_drawn_within_its_policy(browser: Browser, system: LocalSystem) -> None:
    page = browser.new_context().new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{system.url}/docs")
    sections = page.locator(".opblock-tag")
    expect(sections.filter(has_text="Status page").first).to_be_visible(timeout=30_000)
    paths = json.loads((ROOT / "functions/public_api/openapi.json").read_text("utf-8"))["paths"]
    used = {tag for one in paths.values() for route in one.values() for tag in route["tags"]}
    assert sections.count() == len(used)
    sections.filter(has_text="Status page").first.click()
    expect(page.get_by_text("/subscription_form").first).to_be_visible()
    assert [url for url in asked if not url.startswith((system.url, "data:"))] == []
    assert said == []
    page.context.close()


def test_everybody_can_read_the_reference(browser: Browser, system: LocalSystem) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{system.url}/docs")
    page.locator(".opblock-tag").filter(has_text="Sign-up").first.click(timeout=30_000)
    operation = page.locator("#operations-Sign-up-signUp")
    operation.get_by_role("button").first.click(timeout=30_000)
    expect(operation.get_by_text("Responses").first).to_be_visible()
    assert re.search("#/Sign-up/signUp$", page.url)  # an address of its own
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


@pytest.mark.skipif(not WIDGET.exists(), reason="`make .venv-clients-npm/ready` needs npm")
@pytest.mark.usefixtures("incident")
def test_atlassians_widget_shows_the_page_on_another_site(
    browser: Browser, system: LocalSystem
) -> None:
    page_of_site = f"<script src=widget.js></script><statuspage-widget src={system.url}>"

    def answer(request: Request) -> Response:
        if request.path == "/widget.js":
            return Response(WIDGET.read_bytes(), mimetype="text/javascript")
        return Response(page_of_site, mimetype="text/html")

    with serving(answer) as site:
        page = opened(browser, site)
        expect(page.locator("statuspage-widget")).to_contain_text("Partial System Outage")
