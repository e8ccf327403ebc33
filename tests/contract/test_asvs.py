"""docs/asvs.md names files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|events|flows|adapters)/[^`]*)`", TEXT)))


@pytest.mark.parametrize("name", NAMED)
def test_what_shows_a_verdict_is_there(name: str) -> None:
    root = ROOT if name.startswith(("tests", "events")) else ROOT / "layers/core/python/statustext"
    assert (root / name).exists()
