"""A page's templates: kept, checked when saved, and used for what is texted."""

from collections.abc import Mapping
from typing import Any

import pytest

from statustext.domain import segments
from statustext.domain.language import Language
from statustext.domain.templates import Event, default
from tests.aws_calls import watched
from tests.functional.phrases import set_page
from tests.stepped import Answer, SteppedSystem


@pytest.fixture(autouse=True)
def _no_words_of_its_own(system: SteppedSystem) -> None:
    set_page(system, templates={})


TEMPLATES = "/v1/pages/default/templates"
DEFAULT_WORDING = {
    "created": "[{{page}}] {{Severity}} incident: {{title}} {{url}}",
    "updated": "[{{page}}] Update: {{title}} - {{Status}} {{url}}",
    "resolved": "[{{page}}] Resolved after {{duration}}: {{title}} {{url}}",
}


def save(system: SteppedSystem, event: str, template: Any) -> Answer:
    return system.operator("PUT", f"{TEMPLATES}/{event}", {"template": template})


def listed(system: SteppedSystem) -> dict[str, Mapping[str, Any]]:
    return {one["event"]: one for one in system.operator("GET", TEMPLATES).json}


def budget(system: SteppedSystem, most: int) -> None:
    changed = system.operator("PATCH", "/v1/pages/default", {"segment_budget": most})
    assert changed.status == 200


def test_there_is_one_for_every_event(system: SteppedSystem) -> None:
    found = listed(system)
    assert set(found) == {
        "created",
        "updated",
        "resolved",
        "maintenance_scheduled",
        "maintenance_reminder",
        "maintenance_rescheduled",
        "maintenance_started",
        "maintenance_updated",
        "maintenance_completed",
        "summary",
        "verification",
        "welcome",
        "help",
    }
    assert {event: found[event]["template"] for event in DEFAULT_WORDING} == DEFAULT_WORDING
    assert all(one["is_default"] for one in found.values())


@pytest.mark.parametrize("event", list(Event))
def test_each_can_be_saved_and_is_the_pages_own(system: SteppedSystem, event: Event) -> None:
    template = default(event, Language.EN) + "!"
    answer = save(system, event.value, template)
    assert answer.status == 200
    found = listed(system)
    assert found[event.value] == {
        "event": event,
        "language": "en",
        "template": template,
        "is_default": False,
    }
    assert [one for one in found.values() if not one["is_default"]] == [found[event.value]]


def test_the_answer_shows_encoding_segments_and_a_preview(system: SteppedSystem) -> None:
    answer = save(system, "created", "[{{page}}] {{Severity}}: {{title}} {{url}}")
    assert answer.json == {
        "event": "created",
        "language": "en",
        "template": "[{{page}}] {{Severity}}: {{title}} {{url}}",
        "encoding": "GSM-7",
        "segments": 2,  # uncut, with a title of 120 characters and a URL of 60
        "fitted_segments": 1,
        "preview": "[Demo] Major: Elevated API error rates https://status.example.com",
        "ucs2_characters": [],
    }
    strange = save(system, "created", "🔥 {{title}} {{url}}").json
    assert (strange["encoding"], strange["ucs2_characters"]) == ("UCS-2", ["🔥"])
    assert strange["segments"] > answer.json["segments"]


@pytest.mark.parametrize(
    ("event", "template", "code"),
    [
        ("created", "{{titel}}", "unknown_variable"),
        ("created", "{{code}}", "unknown_variable"),
        ("welcome", "{{title}} STOP", "unknown_variable"),
        ("created", "{{title", "unbalanced_braces"),
        ("verification", "Hello from {{page}}", "code_missing"),
        ("welcome", "Hello from {{page}}", "stop_missing"),
        ("created", "x" * 161, "too_long"),
        ("created", "x" * 1700, "invalid_request"),
        ("created", " ", "empty"),
        ("created", "", "invalid_request"),
        ("created", None, "invalid_request"),
        ("created", 7, "invalid_request"),
    ],
)
def test_what_may_not_be_saved_is_not(
    system: SteppedSystem, event: str, template: Any, code: str
) -> None:
    before = system.rows()
    answer = save(system, event, template)
    assert (answer.status, answer.code) == (422, code)
    assert answer.json["error"]["message"].endswith(("”", "."))
    assert system.rows() == before


def test_an_unknown_variable_is_answered_with_those_there_are(system: SteppedSystem) -> None:
    message = save(system, "created", "{{titel}}").json["error"]["message"]
    assert "{{titel}}" in message
    for name in ("title", "severity", "status", "message", "service", "url", "page"):
        assert f"{{{{{name}}}}}" in message


def test_an_unknown_event_is_404(system: SteppedSystem) -> None:
    answer = save(system, "exploded", "{{title}}")
    assert (answer.status, answer.code) == (404, "template_not_found")
    assert "maintenance_scheduled" in answer.json["error"]["message"]


def test_every_variable_has_its_value(system: SteppedSystem) -> None:
    template = "{{page}}|{{Severity}}|{{status}}|{{title}}|{{service}}|{{message}}|{{url}}"
    assert save(system, "created", template).status == 200
    system.subscribe()
    system.open_incident(
        impact_override="major", component_ids=["svc_api", "svc_payments"], status="identified"
    )
    text = system.texts()[-1]
    assert text.replace("Payments, API", "API, Payments") == (
        "Demo|Major|identified|API is down|API, Payments|On it.|https://status.example.test/"
    )


def test_saved_words_are_used_from_the_next_text_on(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    one = system.open_incident()
    for event in ("created", "updated", "resolved"):
        assert save(system, event, f"{event}: {{{{title}}}}").status == 200
    system.update_incident(one, status="identified")
    system.update_incident(one, status="resolved")
    system.open_incident("Again")
    assert system.texts()[-3:] == [
        "updated: API is down",
        "resolved: API is down",
        "created: Again",
    ]


def test_help_is_answered_in_the_pages_words(system: SteppedSystem) -> None:
    changed = system.operator("PATCH", "/v1/pages/default", {"keyword_replies": "statustext"})
    assert changed.status == 200
    assert save(system, "help", "{{page}} helps: {{url}} STOP ends.").status == 200
    system.subscribe()
    system.reply("HELP")
    assert system.texts()[-1] == "Demo helps: https://status.example.test/ STOP ends."


@pytest.mark.parametrize("most", [1, 2, 3])
def test_texts_keep_to_the_pages_budget(system: SteppedSystem, most: int) -> None:
    budget(system, most)
    assert save(system, "created", "{{title}} {{message}} {{url}} STOP to end").status == 200
    system.subscribe()
    system.open_incident("Disk é€", body="Слово 🔥 {~} " * 200)
    text = system.texts()[-1]
    assert text.endswith("https://status.example.test/ STOP to end")
    counted = segments.count(text)
    assert counted.segments == system.accepted()[-1].segments == most


def test_a_budget_allows_longer_templates(system: SteppedSystem) -> None:
    template = "x" * 200 + "{{title}}"
    assert save(system, "created", template).code == "too_long"
    budget(system, 2)
    assert save(system, "created", template).json["fitted_segments"] == 2


def test_values_are_cleaned_and_never_expanded(system: SteppedSystem) -> None:
    system.subscribe()
    system.open_incident("\u202e{{url}}\u200b “down” – now…")
    shown = '[Demo] Critical incident: {{url}} "down" - now...'
    assert system.texts()[-1] == f"{shown} https://status.example.test/"


def test_saving_is_on_record(system: SteppedSystem) -> None:
    with watched() as calls:
        save(system, "created", "{{title}}")
        system.run()
    (noted,) = [row for row in system.rows("audit") if row["event"] == "page.changed"]
    assert noted["detail"]["changed"] == ["templates"]
    assert noted["actor"].startswith("key ")
    told = [entry["DetailType"] for put in calls.of("PutEvents") for entry in put["Entries"]]
    assert told == ["page.changed"]


def test_saving_one_keeps_the_others(system: SteppedSystem) -> None:
    save(system, "created", "1 {{title}}")
    save(system, "updated", "2 {{title}}")
    save(system, "created", "3 {{title}}")
    found = listed(system)
    assert (found["created"]["template"], found["updated"]["template"]) == (
        "3 {{title}}",
        "2 {{title}}",
    )


def test_two_who_save_at_the_same_moment_both_succeed(system: SteppedSystem) -> None:
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: save(system, "updated", "2 {{title}}"))
        assert save(system, "created", "1 {{title}}").status == 200
    found = listed(system)
    assert found["created"]["template"] == "1 {{title}}"
    assert found["updated"]["template"] == "2 {{title}}"
