"""The tour of the README in a real browser, on the whole system run locally.

Subscribe in the form, read the code on the phone, verify, open an incident, see the text arrive,
reply STOP, and never be texted again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Locator, Page, expect

from local.system import LocalSystem
from tests.browser.accessibility import overflow, problems

pytestmark = pytest.mark.browser

NUMBER = "+15551234567"
BYSTANDER = "+15551234568"
KEY = {"X-API-Key": "local-key"}
SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
# Ours, not Twilio's own answers to keywords.
OURS = "[data-direction=outbound-api]"
STOP_ARRIVED = """async () => (await (await fetch('/_admin/webhooks')).json()).webhooks
  .some((webhook) => webhook.status === 'received' && webhook.outcome === 200)"""


@pytest.fixture
def system(chromium: str) -> Iterator[LocalSystem]:
    with LocalSystem.start() as running:
        yield running


def ask(api: APIRequestContext, method: str, url: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.fetch(url, method=method, headers=KEY, data=body)
    assert answer.ok, answer.text()
    read: dict[str, Any] = answer.json()
    return read


def texts_to(api: APIRequestContext, system: LocalSystem, number: str) -> int:
    """How many texts to that number the carrier accepted from us, by its own books."""
    truth = api.get(f"{system.twilio_url}/_admin/accepted").json()
    return sum(text["to"] == number for text in truth["accepted"])


def phone(phones: Page, number: str) -> Locator:
    return phones.locator(f"section[data-number='{number}']")


def test_a_form_behind_the_gate_is_solved_by_a_worker(page: Page, system: LocalSystem) -> None:
    """On the status page, whose policy allows scripts of its own and nothing else."""
    api = page.context.request
    ask(api, "PATCH", f"{system.url}/v1/pages/default", {"bot_gate": True})
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    asked_of: set[str] = set()
    page.on("request", lambda request: asked_of.add(urlsplit(request.url).netloc))
    page.goto(system.url)
    page.locator("input[name=phone]").fill("+1 555 123 4567")
    page.locator("input[name=consent]").check()
    page.locator("[data-statustext] button[type=submit]").click()
    expect(page.locator("[data-step=verify]")).to_be_visible()
    assert [urlsplit(one).path for one in workers] == ["/widget.js"]
    assert asked_of == {urlsplit(system.url).netloc}


def test_from_the_form_to_stop(page: Page, system: LocalSystem) -> None:
    api = page.context.request
    page.goto(f"{system.url}/tour")
    page.locator("input[name=phone]").fill("+1 555 123 4567")
    page.get_by_label("Choose services…").check()
    page.get_by_label("API", exact=True).check()
    page.locator("input[name=consent]").check()
    assert problems(page) == []
    page.locator("button[type=submit]").click()
    expect(page.locator("[data-step=verify]")).to_be_visible()

    phones = page.context.new_page()
    phones.goto(system.twilio_url)
    mine = phone(phones, NUMBER).locator(OURS)
    expect(mine.first).to_contain_text(SIX_DIGITS)
    code = SIX_DIGITS.search(mine.first.inner_text())
    assert code
    page.locator("input[name=code]").fill(code[0])
    page.locator("button[type=submit]").click()
    expect(page.locator("[data-step=manage]")).to_be_visible()
    expect(mine.filter(has_text="STOP").last).to_contain_text("HELP")

    # Somebody who stays shows later that "resolved" was told: silence alone proves nothing.
    consent = {
        "source": "paper form",
        "statement": "Text me about incidents.",
        "obtained_at": "2026-01-15T12:00:00Z",
    }
    bystander = {"type": "sms", "phone": BYSTANDER, "verified": True, "consent": consent}
    ask(api, "POST", f"{system.url}/api/sms/subscribers", bystander)

    incidents = f"{system.url}/v1/pages/default/incidents"
    opening = {
        "name": "API is down",
        "status": "investigating",
        "impact_override": "critical",
        "body": "We are looking into it.",
        "component_ids": ["svc_api"],
    }
    incident = ask(api, "POST", incidents, {"incident": opening})
    expect(mine.filter(has_text="API is down")).to_have_count(1)
    theirs = phone(phones, BYSTANDER).locator(OURS)
    expect(theirs.filter(has_text="API is down")).to_have_count(1)
    expect(page.locator("#state")).to_contain_text("API is down")

    handset = phone(phones, NUMBER)
    handset.locator("input[name=Body]").fill("STOP")
    handset.locator("button[type=submit]").click()
    phones.wait_for_function(STOP_ARRIVED, polling=100)
    told = texts_to(api, system, NUMBER)
    # The carrier would refuse a stopped number anyway. This fault is spent by the first try.
    trap = {"kind": "refuse", "on": "create", "to": NUMBER, "code": 30007, "times": 1}
    ask(api, "POST", f"{system.twilio_url}/_admin/faults", trap)

    resolved = {"incident": {"status": "resolved", "body": "It works again."}}
    ask(api, "PATCH", f"{incidents}/{incident['id']}", resolved)
    expect(theirs.filter(has_text="Resolved")).to_have_count(1)
    assert texts_to(api, system, NUMBER) == told
    left = api.get(f"{system.twilio_url}/_admin/faults").json()["faults"]
    assert [fault["to"] for fault in left] == [NUMBER], "a stopped number was tried again"

    page.reload()
    expect(page.locator("[data-step=subscribe]")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_tour_fits_and_leads_to_the_phones(page: Page, system: LocalSystem, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{system.url}/tour")
    expect(page.locator("[data-step=subscribe]")).to_be_visible()
    assert overflow(page) == 0
    assert problems(page) == []
    expect(page.locator("#phones")).to_have_attribute("href", f"{system.twilio_url}/")
    expect(page.locator("#curl")).to_contain_text(f"{system.url}/v1/pages/default/incidents")
