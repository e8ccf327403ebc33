"""The console page in a real browser: an outage at night, from a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from local.system import LocalSystem
from tests.browser.accessibility import overflow, problems
from tests.browser.test_journey import KEY, ask

pytestmark = pytest.mark.browser

NUMBER = "+15551234567"
SOON = 20_000
"""Milliseconds in which what is told has been told, on a busy machine."""
VIEWS = {
    "incidents": "Incidents",
    "new": "New incident",
    "team": "Team",
    "subscribers": "Subscribers",
    "suppressions": "Suppressions",
    "sending": "Sending",
}


@pytest.fixture(scope="module")
def system(chromium: str) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
        yield running


@pytest.fixture(scope="module")
def subscriber(system: LocalSystem, browser: Browser) -> dict[str, Any]:
    api = browser.new_context().request
    consent = {
        "source": "paper form",
        "statement": "Text me about incidents.",
        "obtained_at": "2026-01-15T12:00:00Z",
    }
    given = {"type": "sms", "phone": NUMBER, "verified": True, "consent": consent}
    return ask(api, "POST", f"{system.url}/api/sms/subscribers", given)


def sign_in(page: Page, system: LocalSystem, key: str = "local-key") -> None:
    page.goto(f"{system.url}/console")
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, name: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_a_wrong_key_is_refused_in_words_at_its_field(page: Page, system: LocalSystem) -> None:
    sign_in(page, system, "no-such-key")
    expect(page.get_by_role("alert")).to_contain_text("There is no such key")
    field = page.get_by_label("API key")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0


def test_the_key_stays_in_the_tab_and_goes_with_signing_out(
    page: Page, system: LocalSystem
) -> None:
    sign_in(page, system)
    heading(page, "Incidents")
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [1, 0]
    assert page.context.cookies() == []
    page.reload()
    heading(page, "Incidents")
    other = page.context.new_page()
    other.goto(f"{system.url}/console")
    heading(other, "Sign in")
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    assert page.evaluate("sessionStorage.length") == 0


def test_an_outage_from_opening_to_resolved(
    page: Page, system: LocalSystem, subscriber: dict[str, Any]
) -> None:
    asked_for: list[str] = []
    page.on("request", lambda one: asked_for.append(one.url))
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, system)
    page.get_by_role("link", name="New incident").click()
    heading(page, "New incident")
    page.get_by_role("button", name="Publish").click()
    name = page.get_by_label("What is wrong")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("API is down")
    page.get_by_label("API", exact=True).select_option("major_outage")
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("This tells 1 person: 1 by text. 1 segment, about 0.01 US")
    expect(preview).to_contain_text("The last text goes out at about")
    expect(preview).to_contain_text("[Demo] Critical incident: API is down")
    page.get_by_role("button", name="Publish").click()
    heading(page, "Incidents")
    card = page.locator("article", has_text="API is down")
    expect(card).to_contain_text("Everybody was told. 1 sent", timeout=SOON)
    card.get_by_role("button", name="Identified").click()
    expect(card).to_contain_text("identified · critical · API")
    card.get_by_role("button", name="Resolved").click()
    expect(page.locator("#said")).to_contain_text("API is down is resolved.")
    expect(page.get_by_text("Nothing is open.")).to_be_visible(timeout=SOON)
    assert [url for url in asked_for if not url.startswith((system.url, "data:"))] == []


def test_what_is_being_told_can_be_stopped(
    page: Page, system: LocalSystem, subscriber: dict[str, Any]
) -> None:
    api, base = page.context.request, f"{system.url}/v1/pages/default"
    ask(api, "PATCH", f"{base}/sending", {"paused": True})
    opening = {"name": "A false alarm", "impact_override": "major", "body": "We look."}
    one = ask(api, "POST", f"{base}/incidents", {"incident": opening})
    sign_in(page, system)
    card = page.locator("article", has_text="A false alarm")
    expect(card).to_contain_text("Telling subscribers.")
    card.get_by_role("button", name="Stop telling this").click()
    expect(page.locator("#said")).to_contain_text("Recalled. 0 of")
    expect(card).to_contain_text("Recalled: nobody else is told this.")
    expect(card.get_by_role("button", name="Stop telling this")).to_be_hidden()
    ask(api, "PATCH", f"{base}/sending", {"paused": False})
    resolved = {"incident": {"status": "resolved"}}
    ask(api, "PATCH", f"{base}/incidents/{one['id']}", resolved)


def test_who_was_told_leads_to_a_persons_history(
    page: Page, system: LocalSystem, subscriber: dict[str, Any]
) -> None:
    incidents = f"{system.url}/v1/pages/default/incidents"
    opening = {"name": "Disk is full", "impact_override": "major", "body": "We look."}
    one = ask(page.context.request, "POST", incidents, {"incident": opening})
    sign_in(page, system)
    card = page.locator("article", has_text="Disk is full")
    expect(card).to_contain_text("1 sent", timeout=SOON)
    card.get_by_role("link", name="Who was told").click()
    heading(page, "Who was told: Disk is full")
    expect(page.get_by_text("told, of 1 subscriber.")).to_be_visible()
    page.get_by_role("link", name="+1555123").click()
    person = page.locator("[data-subscriber]")
    expect(person).to_contain_text("Disk is full, investigating")
    person.get_by_role("button", name="Show in full").click()
    expect(person).to_contain_text(NUMBER)
    resolved = {"incident": {"status": "resolved"}}
    ask(page.context.request, "PATCH", f"{incidents}/{one['id']}", resolved)


def alert(page: Page, system: LocalSystem, title: str) -> None:
    """Monitoring says so."""
    answer = page.context.request.fetch(
        f"{system.url}/v1/pages/default/alerts/json",
        method="POST",
        headers={"X-API-Key": "local-key-alerts"},
        data={"title": title, "level": "critical"},
    )
    assert answer.ok, answer.text()


def test_drafts_of_monitoring_are_published_or_thrown_away(
    page: Page, system: LocalSystem, subscriber: dict[str, Any]
) -> None:
    alert(page, system, "Checkout fails")
    alert(page, system, "A disk is full")
    base = f"{system.url}/v1/pages/default"
    consent = {"source": "paper", "statement": "Text me.", "obtained_at": "2026-01-15T12:00:00Z"}
    another = {"type": "sms", "phone": "+15551234568", "verified": True, "consent": consent}
    second = ask(page.context.request, "POST", f"{system.url}/api/sms/subscribers", another)
    ask(page.context.request, "PATCH", base, {"confirm_above": 1})
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, system)
    drafts = page.locator("[data-draft]")
    expect(drafts).to_have_count(2)
    expect(drafts.first).to_contain_text("Nobody answered yet. Next")
    _look(page)
    drafts.filter(has_text="A disk is full").get_by_role("button", name="Throw away").click()
    expect(page.locator("#said")).to_contain_text("A disk is full is thrown away")
    expect(drafts).to_have_count(1)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    drafts.get_by_role("button", name="Publish").click()
    card = page.locator("[data-incident]", has_text="Checkout fails")
    expect(card).to_contain_text("investigating")
    expect(drafts).to_have_count(0)
    assert asked[0].startswith("This tells 2 people: 2 by text.")
    card.get_by_role("button", name="Resolved").click()
    expect(page.locator("#said")).to_contain_text("Checkout fails is resolved.")
    ask(page.context.request, "PATCH", base, {"confirm_above": 0})
    gone = page.context.request.delete(
        f"{system.url}/api/sms/subscribers?id={second['id']}&erase=true", headers=KEY
    )
    assert gone.ok


def test_the_team_is_called_until_somebody_acknowledges(page: Page, system: LocalSystem) -> None:
    contact = {"name": "Ann", "channel": "sms", "address": "+15557650001"}
    team = f"{system.url}/v1/pages/default/team"
    ask(page.context.request, "POST", f"{team}/contacts", contact)
    alert(page, system, "The database is gone")
    sign_in(page, system)
    page.get_by_role("link", name="Team").click()
    heading(page, "Team")
    people = page.locator(".card", has=page.get_by_role("heading", name="Contacts"))
    expect(people).to_contain_text("Nobody is on call")
    expect(people).to_contain_text("Ann · on-call phone · ***0001 unverified")
    told = page.locator(".card", has=page.get_by_role("heading", name="Who is told of what"))
    expect(told).to_contain_text("critical: the log, Slack, e-mail and SMS to the on-call phone")
    expect(told).to_contain_text("Slack at once; e-mail after 10 minutes")
    one = page.locator("[data-escalation]", has_text="The database is gone")
    one.get_by_role("button", name="Acknowledge").click()
    expect(one).to_contain_text("Somebody is on it. Acknowledged by")
    expect(one.get_by_role("button", name="Acknowledge")).to_be_hidden()
    page.get_by_role("link", name="Incidents", exact=True).click()
    draft = page.locator("[data-draft]", has_text="The database is gone")
    expect(draft).not_to_contain_text("Nobody answered yet")
    draft.get_by_role("button", name="Throw away").click()
    expect(draft).to_have_count(0)


@pytest.mark.parametrize("asked", [NUMBER, "(555) 123-4567", "4567"])
def test_a_subscriber_is_found_by_number(
    page: Page, system: LocalSystem, subscriber: dict[str, Any], asked: str
) -> None:
    sign_in(page, system)
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_label("Number or e-mail address in full").fill(asked)
    page.get_by_role("button", name="Find").click()
    if asked.startswith("("):
        expect(page.get_by_role("alert")).to_contain_text("Give the number in full")
        return
    found = page.get_by_role("region", name="Found")
    found.get_by_role("link", name="+1555123").click()
    expect(page.locator("[data-subscriber]")).to_contain_text("attested consent")


def test_subscribers_of_every_way_are_listed_and_found(
    page: Page, system: LocalSystem, subscriber: dict[str, Any]
) -> None:
    consent = {"source": "paper", "statement": "Mail me.", "obtained_at": "2026-01-15T12:00:00Z"}
    given = {"email": "jo@example.org", "verified": True, "consent": consent}
    people = f"{system.url}/api/sms/subscribers"
    mailbox = ask(page.context.request, "POST", people, given)
    sign_in(page, system)
    page.get_by_role("link", name="Subscribers").click()
    by_text = page.get_by_role("link", name="+1555123")
    by_mail = page.get_by_role("link", name="j…@example.org")
    expect(by_text).to_be_visible()
    expect(by_mail).to_be_visible()
    page.get_by_label("Told by").select_option("E-mail")
    expect(by_text).to_have_count(0)
    page.get_by_label("Number or e-mail address in full").fill("jo@example.org")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("region", name="Found").get_by_role("link", name="j…@example.org").click()
    person = page.locator("[data-subscriber]")
    expect(person.get_by_role("heading", level=2)).to_contain_text("j…@example.org · active")
    expect(person).to_contain_text("attested consent")
    person.get_by_role("button", name="Show in full").click()
    expect(person.get_by_role("heading", level=2)).to_have_text("jo@example.org")
    gone = page.context.request.delete(f"{people}?id={mailbox['id']}&erase=true", headers=KEY)
    assert gone.ok


def test_a_number_is_suppressed_and_lifted(page: Page, system: LocalSystem) -> None:
    sign_in(page, system)
    page.get_by_role("link", name="Suppressions").click()
    heading(page, "Suppressions")
    page.get_by_label("Number in full").fill("+15550000042")
    page.get_by_role("button", name="Suppress").click()
    expect(page.get_by_label("Why", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Why", exact=True).fill("asked by e-mail")
    page.get_by_role("button", name="Suppress").click()
    expect(page.locator("#said")).to_contain_text("is not texted any more")
    page.get_by_label("Number to lift").fill("+15550000042")
    page.get_by_role("button", name="Lift").click()
    expect(page.locator("#said")).to_contain_text("may subscribe again")


def test_sending_is_paused_and_resumed(page: Page, system: LocalSystem) -> None:
    sign_in(page, system)
    page.get_by_role("link", name="Sending").click()
    page.get_by_role("button", name="Pause sending").click()
    heading_two = page.get_by_role("heading", level=2, name="Sending is paused")
    expect(heading_two).to_be_visible()
    page.get_by_role("link", name="Incidents", exact=True).click()
    expect(page.get_by_text("Sending is paused. What waits is kept.")).to_be_visible()
    page.get_by_role("button", name="Resume sending").click()
    expect(page.get_by_text("Sending is paused.")).to_have_count(0)


def test_what_was_used_stands_beside_its_quota(page: Page, system: LocalSystem) -> None:
    api, base = page.context.request, f"{system.url}/v1/pages/default"
    ask(api, "PATCH", base, {"limits": {"texts_per_day": 5000}})
    sign_in(page, system)
    page.get_by_role("link", name="Sending").click()
    expect(page.get_by_text("This day: ")).to_contain_text("of 5000 texts")
    expect(page.get_by_text("In thirty days: ")).to_be_visible()
    ask(api, "PATCH", base, {"limits": {"texts_per_day": 0}})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible_and_fits_a_small_phone(
    browser: Browser, system: LocalSystem, subscriber: dict[str, Any], scheme: Any
) -> None:
    viewport: Any = {"width": 320, "height": 640}
    context = browser.new_context(color_scheme=scheme, viewport=viewport, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{system.url}/console")
    heading(page, "Sign in")
    _look(page)
    sign_in(page, system)
    for view, title in VIEWS.items():
        page.goto(f"{system.url}/console#{view}")
        heading(page, title)
        _look(page)
    page.goto(f"{system.url}/console#subscribers/{subscriber['id']}")
    expect(page.locator("[data-subscriber]")).to_be_visible()
    _look(page)
    context.close()


def _look(page: Page) -> None:
    assert overflow(page) == 0
    assert problems(page) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
