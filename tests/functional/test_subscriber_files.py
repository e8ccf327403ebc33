"""Subscribers taken along from elsewhere and to elsewhere: import with proof, export, edit."""

import csv
import io
import json
from typing import Any

import pytest

from tests.stepped import PHONE, SteppedSystem

LIST = "/api/sms/subscribers"
CONSENT = {"source": "paper form", "statement": "Text me.", "obtained_at": "2027-01-01"}
OTHER, THIRD = "+15550000077", "+15550000078"


def imported(system: SteppedSystem, lines: str, **more: Any) -> Any:
    answer = system.operator("POST", f"{LIST}/import", {"csv": lines, **more})
    assert answer.status == 200, answer
    return answer.json


def exported(system: SteppedSystem, form: str) -> str:
    written, cursor = "", ""
    while True:
        answer = system.operator("GET", f"{LIST}/export?format={form}&cursor={cursor}")
        assert answer.status == 200, answer
        written += answer.text
        cursor = answer.headers["X-Next-Cursor"]
        if not cursor:
            return written


def states(system: SteppedSystem) -> dict[str, str]:
    return {row["phone"]: row["state"] for row in system.rows("subscriber")}


def test_an_import_adds_with_proof_texts_nobody_and_repeats_without_harm(
    system: SteppedSystem,
) -> None:
    lines = (
        "phone,consent_source,consent_statement,consent_at,severity_filter,services\r\n"
        f'{PHONE},old provider,"Text me, please.",2026-05-01,critical major,svc_api\r\n'
        f"{OTHER},,,,,\r\n"
    )
    report = imported(system, lines, consent=CONSENT)
    assert (report["added"], report["refused"], report["left"]) == (2, 0, {})
    assert states(system) == {PHONE: "active", OTHER: "active"}
    proofs = {row["statement"] for row in system.rows("consent")}
    assert proofs == {"Text me, please.", "Text me."}
    again = imported(system, lines, consent=CONSENT)
    assert (again["added"], again["left"]) == (0, {"already_subscribed": 2})
    assert len(system.rows("consent")) == 2
    system.run()
    assert system.texts(PHONE) == system.texts(OTHER) == []
    wanted = {row["phone"]: row["preferences"] for row in system.rows("subscriber")}
    assert wanted[PHONE]["severity_filter"] == ["critical", "major"]


def test_a_dry_run_says_what_would_be_and_changes_nothing(system: SteppedSystem) -> None:
    report = imported(system, f"phone\n{PHONE}\n{PHONE}\n", consent=CONSENT, dry_run=True)
    assert (report["dry_run"], report["added"], report["left"]) == (True, 1, {"repeated": 1})
    assert [row["line"] for row in report["rows"]] == [2, 3]
    assert PHONE not in json.dumps(report)
    assert system.rows("subscriber") == []


def test_who_said_no_stays_out(system: SteppedSystem) -> None:
    system.subscribe(PHONE)
    system.reply("STOP", PHONE)
    ended = system.subscribe(OTHER)
    headers = {"Authorization": f"Bearer {ended['manage_token']}"}
    assert system.http("DELETE", f"/subscriptions/{ended['id']}", headers=headers).status == 200
    before = states(system)
    lines = f"phone,status\n{PHONE},active\n{OTHER},active\n{THIRD},unsubscribed\n"
    report = imported(system, lines, consent=CONSENT)
    assert report["left"] == {"suppressed": 1, "unsubscribed": 1, "not_active": 1}
    assert states(system) == before


def test_a_row_with_a_mistake_is_refused_alone_and_in_words(system: SteppedSystem) -> None:
    lines = f"phone,consent_source,consent_statement,consent_at,services\nbanana,{'x,' * 3}\n"
    lines += f"{PHONE},,,,\n{OTHER},paper,Text me.,someday,\n{THIRD},paper,Yes.,2027-01-01,nope\n"
    report = imported(system, lines)
    assert (report["added"], report["refused"]) == (0, 4)
    assert all(row["reason"].endswith((".", "?")) for row in report["rows"]), report["rows"]
    assert system.rows("subscriber") == []


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "number\n+15551234567\n",
        "phone,sevrity_filter\n+15551234567,critical\n",
        "phone\n" + "+15551234567\n" * 101,
        "phone,country\n+15551234567\n",
        'phone\n"+15551234567\n',
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(system: SteppedSystem, lines: str) -> None:
    asked = {"csv": lines, "consent": CONSENT}
    answer = system.operator("POST", f"{LIST}/import", asked)
    assert answer.status == 422, answer
    assert answer.json["error"]["message"].endswith((".", "?"))
    assert system.rows("subscriber") == []


def test_an_export_has_everybody_in_full_and_can_be_imported(system: SteppedSystem) -> None:
    system.subscribe(PHONE, preferences={"services": ["svc_api"], "updates": True})
    system.subscribe(OTHER)
    system.reply("STOP", OTHER)
    system.run()
    rows = list(csv.DictReader(io.StringIO(exported(system, "csv"))))
    assert {row["phone"]: row["status"] for row in rows} == {
        PHONE: "active",
        OTHER: "unsubscribed",
    }
    lines = [json.loads(line) for line in exported(system, "jsonl").splitlines()]
    assert {one["phone"]: one["services"] for one in lines}[PHONE] == ["svc_api"]
    notes = [row for row in system.rows("audit") if row["event"] == "subscribers.exported"]
    assert sum(int(row["detail"]["count"]) for row in notes) == 4
    report = imported(system, exported(system, "csv"), consent=CONSENT)
    assert (report["added"], report["left"]) == (0, {"already_subscribed": 1, "not_active": 1})


def test_only_an_admin_takes_numbers_out_or_in(system: SteppedSystem) -> None:
    system.add_key("writer", scope="write")
    headers = {"X-API-Key": "writer"}
    asked = {"csv": "phone\n", "consent": CONSENT}
    assert system.http("GET", f"{LIST}/export", headers=headers).status == 403
    assert system.http("POST", f"{LIST}/import", asked, headers=headers).status == 403


def test_an_operator_edits_what_somebody_wants(system: SteppedSystem) -> None:
    one = system.subscribe(PHONE)["id"]
    change = {"preferences": {"severity_filter": ["critical"], "services": ["svc_api"]}}
    edited = system.operator("PATCH", f"{LIST}/{one}", change)
    assert edited.status == 200, edited
    assert edited.json["preferences"]["severity_filter"] == ["critical"]
    assert edited.json["preferences"]["services"] == ["svc_api"]
    notes = [row for row in system.rows("audit") if row["event"] == "subscriber.changed"]
    assert [row["detail"]["changed"] for row in notes] == [["services", "severity_filter"]]
    system.reply("STOP", PHONE)
    assert system.operator("PATCH", f"{LIST}/{one}", change).status == 409
    assert system.operator("PATCH", f"{LIST}/sub_nobody", change).status == 404
