"""The cache's choice of a language is the page's own: the template's script, run in a browser."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page

from local.configuration import ROOT
from local.template import load
from statustext.flows.languages import LANGUAGES, choose

pytestmark = pytest.mark.browser

WRITTEN = [
    "",
    "de-DE,de;q=0.9,en;q=0.8",
    "da, pt-BR;q=0.8, en;q=0.7",
    "sv",
    "*",
    "FR-ca;q=0.4,ja;q=0.41",
    "pl;q=0,nl;q=0.001",
    "en;q=1.,de",
    "it;q=2,es;q=x,ar;level=1",
    "zh-Hant-TW, ar ; q=0.5 ,\tde;q=0.4",
]


def test_the_cache_chooses_as_the_page_does(page: Page) -> None:
    resources = load(ROOT / "template.yaml")["Resources"]
    script = resources["StatusPageLanguage"]["Properties"]["FunctionCode"]
    page.add_script_tag(content=script)
    chance = random.Random(1)  # noqa: S311
    parts = [*LANGUAGES, "sv", "de-AT", "*", "x", "-", ";q=0.3", ";q=1", ";q=0.12345", ",", " ", ""]
    made = ["".join(chance.choices(parts, k=chance.randrange(9))) for _ in range(300)]
    chosen = page.evaluate(
        """headers => headers.map(value => handler(
            { request: { headers: { 'accept-language': { value } } } }
        ).headers['accept-language'].value)""",
        [*WRITTEN, *made],
    )
    assert chosen == [choose(None, header) for header in [*WRITTEN, *made]]
    assert set(chosen) == set(LANGUAGES)
    without = "() => handler({ request: { headers: {} } }).headers['accept-language'].value"
    assert page.evaluate(without) == "en"
