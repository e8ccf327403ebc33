"""Sign-ups that want to cost money, to close the form, or to shut somebody out."""

import ast

import pytest

from local.configuration import FAKE_FROM, ROOT
from statustext.adapters import code_shares
from tests.aws_calls import logged, watched
from tests.functional.phrases import say, set_page
from tests.stepped import Answer, SteppedSystem


def ask(system: SteppedSystem, phone: str, ip: str) -> Answer:
    body = {"phone": phone, "consent": True}
    return system.http("POST", "/subscriptions", body, source_ip=ip)


def flood(system: SteppedSystem, phones: list[str]) -> int:
    """Sign-ups from as many addresses, all answered alike; how many led to a text."""
    before = len(system.accepted(None))
    for number, phone in enumerate(phones):
        assert ask(system, phone, f"203.0.{number // 250}.{number % 250 + 1}").status == 202
    system.run()
    return len(system.accepted(None)) - before


def in_a_row(count: int, prefix: str = "+1555201") -> list[str]:
    return [f"{prefix}{number:04}" for number in range(count)]


def limited(system: SteppedSystem, **limits: int) -> None:
    assert system.operator("PATCH", "/v1/pages/default", {"limits": limits}).status == 200


# Numbers in a row.


def test_of_a_hundred_numbers_in_a_row_few_are_texted(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged() as lines:
        assert flood(system, in_a_row(100)) == 20
    assert '"PrefixStopped":[1.0]' in capsys.readouterr().out
    assert any("prefix#+1555201" in line for line in lines)
    assert not any(phone in line for line in lines for phone in in_a_row(100))
    assert flood(system, ["+15552020001"]) == 1, "another prefix is none of it"


def test_an_operator_raises_the_limits_of_a_prefix(system: SteppedSystem) -> None:
    limited(system, signups_per_prefix=1000, unproven_per_prefix=50)
    assert flood(system, in_a_row(100)) == 50


def test_a_prefix_whose_codes_nobody_enters_is_stopped_for_the_day(system: SteppedSystem) -> None:
    limited(system, unproven_per_prefix=5)
    assert flood(system, in_a_row(4)) == 4
    system.advance(3700)
    assert flood(system, in_a_row(8)[4:]) == 1
    system.advance(3700)
    assert flood(system, in_a_row(9)[8:]) == 0
    system.advance(24 * 3600)
    assert flood(system, in_a_row(10)[9:]) == 1


def test_people_who_enter_their_codes_keep_their_prefix_open(system: SteppedSystem) -> None:
    limited(system, unproven_per_prefix=5, signups_per_prefix=1000)
    for number, phone in enumerate(in_a_row(12)):
        one = ask(system, phone, f"203.0.113.{number}").json["id"]
        system.run()
        body = {"code": system.code(phone)}
        assert system.http("POST", f"/subscriptions/{one}/verify", body).status == 200


CODES = "/api/v1/orgs/default/sms/codes"


def enter(system: SteppedSystem, phone: str, ip: str) -> None:
    one = ask(system, phone, ip).json["id"]
    system.run()
    body = {"code": system.code(phone)}
    assert system.http("POST", f"/subscriptions/{one}/verify", body).status == 200
    system.run()


def test_the_share_that_must_be_entered_is_the_pages(system: SteppedSystem) -> None:
    limited(system, unproven_per_prefix=1, signups_per_prefix=1000, least_entered_percent=50)
    enter(system, "+15552019999", "203.0.114.1")
    assert flood(system, in_a_row(5)) == 2, "one forgiven, and one for the one entered"


def test_a_paused_prefix_is_listed_and_an_operator_lifts_it(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    limited(system, unproven_per_prefix=2)
    enter(system, "+15553010001", "203.0.114.1")
    flood(system, in_a_row(5))
    assert '"PrefixStopped":[1.0]' in capsys.readouterr().out
    shown = system.operator("GET", CODES).json
    (paused,) = shown["paused"]
    assert (paused["scope"], paused["sent"], paused["entered"]) == ("+1555201", 3, 0)
    assert paused["until"] > paused["since"]
    counted = {one["scope"]: (one["sent"], one["entered"]) for one in shown["counts"]}
    assert counted == {"+1555201": (3, 0), "+1555301": (1, 1), "US": (3, 1)}
    (note,) = [row for row in system.rows("audit") if row["event"] == "codes.paused"]
    assert note["actor"] == "the sign-up limits"
    assert note["detail"] == {"scope": "+1555201", "sent": 3, "entered": 0}

    path = f"{CODES}/paused/%2B1555201"
    lifted = system.operator("DELETE", f"{path}?reason=one+company")
    assert lifted.json == {"scope": "+1555201", "paused": False}
    assert system.operator("GET", CODES).json["paused"] == []
    assert flood(system, in_a_row(9)[5:]) == 2, "counted from the beginning"
    (note,) = [row for row in system.rows("audit") if row["event"] == "codes.resumed"]
    assert note["detail"] == {"scope": "+1555201", "reason": "one company"}


def test_what_is_not_paused_is_not_lifted(system: SteppedSystem) -> None:
    assert system.operator("DELETE", f"{CODES}/paused/GB").code == "not_paused"
    assert system.operator("DELETE", f"{CODES}/paused/England").code == "invalid_scope"
    assert system.operator("GET", f"{CODES}?cursor=nonsense").code == "invalid_cursor"


def test_the_counts_of_a_day_come_in_pages(system: SteppedSystem) -> None:
    for number in range(120):
        code_shares.note_sent(system.table, "default", f"+1555{number:03}", system.now, counts=True)
    first = system.operator("GET", CODES).json
    cursor = first["next_cursor"].replace("+", "%2B")
    rest = system.operator("GET", f"{CODES}?cursor={cursor}").json
    found = [one["scope"] for page in (first, rest) for one in page["counts"]]
    assert len(found) == len(set(found)) == 120
    assert rest["next_cursor"] is None


def test_a_country_whose_codes_nobody_enters_is_paused(system: SteppedSystem) -> None:
    set_page(system, countries=["US", "GB"])
    limited(system, unproven_per_country=3)
    assert flood(system, [f"+447400123{number:03}" for number in range(6)]) == 3
    assert [one["scope"] for one in system.operator("GET", CODES).json["paused"]] == ["GB"]
    assert flood(system, in_a_row(1)) == 1


def test_who_joins_by_text_has_shown_the_number(system: SteppedSystem) -> None:
    set_page(system, join_number=FAKE_FROM)
    limited(system, unproven_per_prefix=1)
    for phone in in_a_row(4):
        say(system, phone, "JOIN")
    assert len(system.rows("subscriber")) == 4


def test_another_code_counts_for_its_prefix_as_the_first_did(system: SteppedSystem) -> None:
    limited(system, unproven_per_prefix=5)
    signed_up = [
        (ask(system, phone, f"203.0.113.{number}").json, f"203.0.113.{number}")
        for number, phone in enumerate(in_a_row(4))
    ]
    system.run()
    for _ in range(3):
        system.advance(600)
        for one, ip in signed_up:
            path = f"/subscriptions/{one['id']}/resend_confirmation"
            body = {"secret": one["secret"]}
            assert system.http("POST", path, body, source_ip=ip).status == 202
        system.run()
    assert len(system.accepted(None)) == 5


def test_a_code_that_an_operator_asks_for_counts_for_its_prefix(system: SteppedSystem) -> None:
    limited(system, signups_per_prefix=2)
    asked = [
        system.operator("POST", "/api/sms/subscribers", {"phone": phone, "verified": False})
        for phone in in_a_row(3)
    ]
    assert [one.status for one in asked] == [201, 201, 429]
    assert asked[2].code == "prefix_stopped"
    system.run()
    assert len(system.accepted(None)) == 2


def test_no_code_is_asked_for_without_being_counted() -> None:
    """In every function of the flows that writes one, whoever adds it."""
    writers = []
    for file in (ROOT / "layers/core/python/statustext/flows").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for one in ast.walk(tree):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.unparse(one)
                if "put_direct_text(" in text and "Event.VERIFICATION" in text:
                    writers.append(one.name)
                    counts = ("spend_code(", "spend_sign_up(", "spends_code(")
                    assert any(each in text for each in counts), (file, one.name)
    assert sorted(writers) == ["add_subscriber", "ask_again", "ask_for_code", "resend"]


@pytest.mark.parametrize(("country", "texted"), [("US", 6), ("GB", 3)])
def test_countries_but_the_first_have_a_limit(
    system: SteppedSystem, country: str, texted: int
) -> None:
    set_page(system, countries=["US", "GB"])
    limited(system, signups_per_country=3)
    prefix = {"US": "+1555201", "GB": "+447400123"}[country]
    width = {"US": 4, "GB": 3}[country]
    assert flood(system, [f"{prefix}{number:0{width}}" for number in range(6)]) == texted


def test_the_same_calls_are_made_over_every_limit(system: SteppedSystem) -> None:
    limited(system, signups_per_prefix=2, signups_per_number=1)
    made = []
    for number, phone in enumerate((*in_a_row(2), *in_a_row(4))):
        with watched() as calls:
            assert ask(system, phone, f"203.0.113.{number}").status == 202
            made.append(list(calls.operations))
    assert all(one == made[1] for one in made[2:])


# The page's hour.


def test_resends_for_ids_that_nobody_has_spend_nothing(system: SteppedSystem) -> None:
    limited(system, signups_per_hour=5, signups_per_address=100)
    for number in range(30):
        path = f"/subscriptions/sub_{number:016d}/resend_confirmation"
        ip = f"203.0.113.{number}"
        assert system.http("POST", path, source_ip=ip).status == 202
    assert ask(system, "+15551234567", "198.51.100.9").status == 202
    system.run()
    assert len(system.texts("+15551234567")) == 1


def test_the_same_calls_are_made_for_a_resend_whether_there_is_a_sign_up(
    system: SteppedSystem,
) -> None:
    one = system.sign_up()
    made = []
    for name in ("sub_0000000000000000", one, "sub_0000000000000000"):
        with watched() as calls:
            path = f"/subscriptions/{name}/resend_confirmation"
            assert system.http("POST", path).json["id"] == name
            made.append(list(calls.operations))
    assert made[1] == made[2]


def test_sign_ups_over_a_number_s_limit_spend_no_hour(system: SteppedSystem) -> None:
    limited(system, signups_per_hour=5, signups_per_number=1)
    for number in range(20):
        assert ask(system, "+15551234567", f"203.0.113.{number}").status == 202
    assert ask(system, "+15557654321", "198.51.100.9").status == 202


def test_a_reserve_is_kept_for_addresses_not_seen_before(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    limited(system, signups_per_hour=10, signups_per_address=100)
    phones = [f"+1555{number}0000" for number in range(200, 230)]
    statuses = [ask(system, phone, "203.0.113.1").status for phone in phones[:10]]
    assert statuses == [202] * 8 + [429] * 2
    assert '"PageBusy":[1.0]' in capsys.readouterr().out
    for number in range(2):
        assert ask(system, phones[20 + number], f"198.51.100.{number}").status == 202
    full = ask(system, phones[25], "198.51.100.77")
    assert (full.status, full.code) == (429, "page_busy")
    unknown = "/subscriptions/sub_0000000000000000/resend_confirmation"
    assert system.http("POST", unknown, source_ip="198.51.100.78").code == "page_busy"


# What is large.


def test_the_description_is_small_and_cached(system: SteppedSystem) -> None:
    answer = system.http("GET", "/openapi.json")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert len(answer.text) < 360_000  # docs/security.md says what that can cost
    for tag in (answer.headers["ETag"], "W/" + answer.headers["ETag"]):
        again = system.http("GET", "/openapi.json", headers={"If-None-Match": tag})
        assert (again.status, again.text) == (304, "")
