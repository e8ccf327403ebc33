"""The pictures of the docs: `make pictures`. Taken of a local run, so that none is made up."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from local.system import LocalSystem

HERE = Path(__file__).parent / "pictures"
NUMBERS = ("+15551234567", "+15551234568")
CONSENT = {"source": "form", "statement": "Text me.", "obtained_at": "2026-01-15T12:00:00Z"}


def ask(url: str, body: dict[str, Any], key: str = "local-key") -> None:
    """One call of the API, which must succeed."""
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310  # ours
    with urllib.request.urlopen(asked, timeout=30):  # noqa: S310  # ours
        pass


def fill(system: LocalSystem) -> None:
    """Two subscribers, an open incident, and an alert that became a draft."""
    page = f"{system.url}/v1/pages/default"
    for phone in NUMBERS:
        given = {"type": "sms", "phone": phone, "verified": True, "consent": CONSENT}
        ask(f"{system.url}/api/sms/subscribers", given)
    incident = {
        "name": "Card payments are slow",
        "impact_override": "major",
        "body": "Payments take up to a minute. We are adding capacity.",
        "components": {"svc_payments": "partial_outage"},
        "component_ids": ["svc_payments"],
    }
    ask(f"{page}/incidents", {"incident": incident})
    alert = {"title": "API answers one in ten calls with 500", "level": "critical"}
    ask(f"{page}/alerts/json", alert, "local-key-alerts")
    time.sleep(3)  # the texts are delivered, and the snapshot of the page is anew


def take(browser: Browser, system: LocalSystem) -> None:
    """The status page with its form, and the console on a phone."""
    wide = browser.new_page(viewport={"width": 1180, "height": 860}, color_scheme="light")
    wide.goto(system.url)
    wide.wait_for_selector("[data-step=subscribe]")
    wide.screenshot(path=HERE / "page.png")
    phone = browser.new_page(viewport={"width": 390, "height": 860}, color_scheme="dark")
    phone.goto(f"{system.url}/console")
    phone.get_by_label("API key").fill("local-key")
    phone.get_by_role("button", name="Sign in").click()
    phone.get_by_text("Everybody was told").wait_for()
    phone.screenshot(path=HERE / "console.png")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with LocalSystem.start() as running, sync_playwright() as playwright:
        fill(running)
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        take(opened, running)
        opened.close()
