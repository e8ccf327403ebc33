"""Atlassian's own widget (npm: @statuspage/status-widget), unchanged, about a page of ours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from local.configuration import ROOT
from local.system import LocalSystem

WIDGET = ROOT / ".venv-npm" / "node_modules" / "@statuspage" / "status-widget" / "dist" / "index.js"

pytestmark = pytest.mark.browser


@pytest.mark.skipif(not WIDGET.exists(), reason="`make .venv-npm/ready`, with Node, installs it")
def test_it_shows_the_state_of_a_page_from_another_origin(page: Page) -> None:
    with LocalSystem.start() as system:
        page.goto(f"{system.url}/healthz".replace("127.0.0.1", "localhost"))  # another origin
        # Its bundle looks for a name that it does not declare.
        page.evaluate("window.parcelRequire = undefined")
        page.add_script_tag(path=WIDGET)
        widget = f'<statuspage-widget src="{system.url}"></statuspage-widget>'
        page.evaluate("widget => { document.body.innerHTML = widget }", widget)
        expect(page.locator(".status-text")).to_have_text("All Systems Operational")
        expect(page.locator(".status-indicator")).to_have_class("status-indicator none")
