"""A text always has a subject."""

import pytest

from tests.stepped import SteppedSystem

INCIDENTS = "/v1/pages/default/incidents"


@pytest.mark.parametrize(
    "name",
    [
        *("\u200b", "\u2060\u200e", "\u3164", "\ufe0f", "\u034f \u115f", "\u2800"),
        *("\u0301", "\u0301\u0302", " \u20e3", "\u0e33", "\u0903"),  # marks without a letter
    ],
)
def test_a_title_that_nobody_can_see_is_refused(system: SteppedSystem, name: str) -> None:
    answer = system.operator("POST", INCIDENTS, {"incident": {"name": name}})
    assert answer.status == 422, answer.text
    assert "name" in str(answer.json["error"]["fields"])


def test_a_title_of_emoji_is_told(system: SteppedSystem) -> None:
    system.subscribe()
    system.open_incident("🔥🔥🔥")
    assert system.texts()[-1] == "[Demo] Critical incident: 🔥🔥🔥"


def test_an_empty_title_is_told_of_in_characters(system: SteppedSystem) -> None:
    for name, told in (("", "at least 1 characters"), ("x" * 256, "at most 255 characters")):
        answer = system.operator("POST", INCIDENTS, {"incident": {"name": name}})
        assert told in answer.json["error"]["fields"]["incident.name"]
