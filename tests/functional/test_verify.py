"""POST /subscriptions/{id}/verify, and what time does to codes and to unconfirmed entries."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from statustext.adapters import dynamodb
from statustext.adapters.direct_texts import count_try, use_code
from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import activate, get_subscriber
from statustext.domain import segments
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.errors import ConditionFailedError
from statustext.flows.delivering.slots import READY_BEFORE
from statustext.flows.keeping_time import sweeping
from statustext.flows.operating.setting_up import create_page
from tests.aws_calls import watched
from tests.stepped import API_URL, PHONE, Answer, SteppedSystem

LIFE = 600
DAY = 24 * 3600
OTHER_PHONE = "+15557654321"


def verify(system: SteppedSystem, one: str, code: str) -> Answer:
    return system.http("POST", f"/subscriptions/{one}/verify", {"code": code})


def wrong(code: str, number: int = 1) -> str:
    """Another code; `number` of them differ from each other."""
    return f"{(int(code) + number) % 1_000_000:06}"


def later(system: SteppedSystem, seconds: float) -> None:
    """Let time pass without anything happening."""
    system.clock.shift(seconds)


def state_of(system: SteppedSystem, one: str) -> str | None:
    found = get_subscriber(system.table, "default", one, system.now)
    return found.state.value if found else None


def is_one_error(answer: Answer) -> None:
    assert (answer.status, answer.code) == (422, "code_invalid")
    assert answer.json["error"]["message"] == (
        "This code is wrong or no longer valid; check it or ask for another."
    )


# The code's life.


def test_the_right_code_begins_the_subscription(system: SteppedSystem) -> None:
    one = system.sign_up()
    assert state_of(system, one) == "unconfirmed"
    answer = verify(system, one, system.code())
    assert answer.status == 200
    assert set(answer.json) == {"id", "status", "manage_token", "preferences"}
    assert (answer.json["id"], answer.json["status"]) == (one, "active")
    assert answer.headers["Cache-Control"] == "no-store"
    assert state_of(system, one) == "active"


@pytest.mark.parametrize(("age", "status"), [(0, 200), (599, 200), (600, 422), (601, 422)])
def test_a_code_expires_after_exactly_ten_minutes(
    system: SteppedSystem, age: int, status: int
) -> None:
    """Ten minutes from the moment that Twilio took it."""
    one = system.sign_up()
    (texted,) = system.accepted()
    system.clock.move_to(texted.at + age)
    answer = verify(system, one, system.code())
    assert answer.status == status
    assert state_of(system, one) == ("active" if status == 200 else "unconfirmed")


def test_ten_minutes_begin_when_the_code_is_texted(system: SteppedSystem) -> None:
    one = system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True}).json["id"]
    later(system, 300)  # the queue was slow
    system.run()
    later(system, 599)
    assert verify(system, one, system.code()).status == 200


def test_a_code_nobody_waits_for_any_more_is_not_texted(system: SteppedSystem) -> None:
    system.http("POST", "/subscriptions", {"phone": PHONE, "consent": True})
    later(system, 601)
    system.run()
    assert system.texts(None) == []


def test_the_deadline_is_in_the_conditions_of_the_writes(system: SteppedSystem) -> None:
    """Not left to TTL, nor to what was read a moment before."""
    system.sign_up()
    (row,) = system.rows("direct")
    (texted,) = system.accepted()
    end = texted.at + LIFE
    assert row["code_expires_at"] == pytest.approx(end, abs=READY_BEFORE + 1e-3)
    assert row["ttl"] > end + 3600
    for late, early in (
        (count_try(row, {"tries": 5}, end), count_try(row, {"tries": 5}, end - 1)),
        (use_code(row, end), use_code(row, end - 1)),
    ):
        with pytest.raises(ConditionFailedError):
            system.table.write(late)
        system.table.write(early)


def test_a_code_works_once(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    assert verify(system, one, code).status == 200
    is_one_error(verify(system, one, code))


def test_of_two_at_the_same_moment_one_wins(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    answers: list[Answer] = []
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: answers.append(verify(system, one, code)))
        answers.append(verify(system, one, code))
    assert sorted(answer.status for answer in answers) == [200, 422]
    system.run()
    assert len([text for text in system.texts() if "status alerts" in text]) == 1


def test_a_code_is_for_the_subscription_it_was_made_for(system: SteppedSystem) -> None:
    one, other = system.sign_up(), system.sign_up(OTHER_PHONE)
    assert system.code() != system.code(OTHER_PHONE)
    is_one_error(verify(system, other, system.code()))
    create_page(system.table, Page("other", "Other", "https://other.example.test/", API_URL))
    path = f"/pages/other/subscriptions/{one}/verify"
    is_one_error(system.http("POST", path, {"code": system.code()}))
    assert verify(system, one, system.code()).status == 200


# Tries.


def test_a_code_has_five_tries(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    for number in range(1, 5):
        is_one_error(verify(system, one, wrong(code, number)))
    assert verify(system, one, code).status == 200  # the fifth


def test_the_sixth_try_is_refused_even_with_the_right_code(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    for number in range(1, 6):
        is_one_error(verify(system, one, wrong(code, number)))
    is_one_error(verify(system, one, code))
    assert state_of(system, one) == "unconfirmed"


def test_a_try_is_counted_before_it_is_compared(system: SteppedSystem) -> None:
    """Where counting fails, nothing is compared: a right code is no better than a wrong one."""
    one = system.sign_up()
    with watched() as calls:
        calls.refuse("UpdateItem")
        assert verify(system, one, system.code()).status == 503
        assert verify(system, one, wrong(system.code())).status == 503
        assert "TransactWriteItems" not in calls.operations
    assert state_of(system, one) == "unconfirmed"
    assert verify(system, one, system.code()).status == 200


def test_tries_at_the_same_moment_are_all_counted(system: SteppedSystem) -> None:
    """Nine requests read the row before any of them counts; the one with the right code counts
    last."""
    one = system.sign_up()
    code = system.code()
    answers: list[Answer] = []

    def overtaken_by(number: int) -> Callable[[], None]:
        return lambda: answers.append(verify(system, one, wrong(code, number)))

    with watched() as calls:
        for number in range(1, 9):
            calls.first("UpdateItem", overtaken_by(number))
        answers.append(verify(system, one, code))
    assert [answer.status for answer in answers] == [422] * 9
    (row,) = system.rows("direct")
    assert row["open_tries"] == 5
    is_one_error(verify(system, one, code))


def test_wrong_tries_count_against_every_code_alive(system: SteppedSystem) -> None:
    """So asking for more codes buys no more guesses."""
    one = system.sign_up()
    later(system, 31)
    system.http("POST", f"/subscriptions/{one}/resend_confirmation")
    system.run()
    older, newer = (re.findall(r"\d{6}", text)[0] for text in system.texts(PHONE))
    for number in range(1, 6):
        is_one_error(verify(system, one, wrong(newer, number)))
    is_one_error(verify(system, one, older))
    is_one_error(verify(system, one, newer))


def test_tries_of_an_older_code_count_for_it_beside_those_of_the_newer(
    system: SteppedSystem,
) -> None:
    one = system.sign_up()
    older = system.code()
    for number in range(1, 4):
        is_one_error(verify(system, one, wrong(older, number)))
    later(system, 31)
    system.http("POST", f"/subscriptions/{one}/resend_confirmation")
    system.run()
    newer = system.code()
    for number in range(1, 3):
        is_one_error(verify(system, one, wrong(newer, number)))
    is_one_error(verify(system, one, older))  # its sixth
    assert verify(system, one, newer).status == 200  # its fourth


# The secret of a sign-up.


def ask(system: SteppedSystem, ip: str = "198.51.100.7", phone: str = PHONE) -> dict[str, str]:
    body = {"phone": phone, "consent": True}
    answer = system.http("POST", "/subscriptions", body, source_ip=ip)
    assert answer.status == 202
    system.run()
    return dict(answer.json)


def enter(
    system: SteppedSystem, asked: Mapping[str, str], code: str, ip: str = "198.51.100.7"
) -> Answer:
    path = f"/subscriptions/{asked['id']}/verify"
    return system.http("POST", path, {"code": code, "secret": asked["secret"]}, source_ip=ip)


def guess(system: SteppedSystem, one: str, code: str, ip: str = "203.0.113.5") -> Answer:
    """A code entered without a secret."""
    return system.http("POST", f"/subscriptions/{one}/verify", {"code": code}, source_ip=ip)


def test_strangers_guesses_take_no_try_from_who_signed_up(system: SteppedSystem) -> None:
    asked = ask(system)
    code = system.code()
    for number in range(1, 30):
        is_one_error(guess(system, asked["id"], wrong(code, number), f"203.0.113.{number}"))
    for number in range(1, 5):
        is_one_error(enter(system, asked, wrong(code, number)))
    assert enter(system, asked, code).status == 200


def test_without_a_secret_an_address_has_five_tries_and_all_have_ten(system: SteppedSystem) -> None:
    asked = ask(system)
    code = system.code()
    for ip in ("203.0.113.1", "203.0.113.2"):
        for number in range(1, 6):
            is_one_error(guess(system, asked["id"], wrong(code, number), ip))
        is_one_error(guess(system, asked["id"], code, ip))
    is_one_error(guess(system, asked["id"], code, "203.0.113.3"))
    assert system.rows("direct")[0]["open_tries"] == 10


def test_a_stranger_who_spent_its_tries_leaves_another_address_some(system: SteppedSystem) -> None:
    asked = ask(system)
    code = system.code()
    for number in range(1, 6):
        is_one_error(guess(system, asked["id"], wrong(code, number), "203.0.113.1"))
    assert guess(system, asked["id"], code, "203.0.113.2").status == 200


def test_a_secret_opens_its_own_sign_up_s_codes_only(system: SteppedSystem) -> None:
    asked = ask(system)
    code = system.code()
    later(system, 31)
    stranger = ask(system, "203.0.113.1")
    assert (stranger["id"], stranger["secret"] == asked["secret"]) == (asked["id"], False)
    is_one_error(enter(system, stranger, code))
    is_one_error(enter(system, asked, system.code()))
    assert enter(system, asked, code).status == 200


def test_another_code_belongs_to_the_same_secret(system: SteppedSystem) -> None:
    asked = ask(system)
    path = f"/subscriptions/{asked['id']}/resend_confirmation"
    later(system, 31)
    answer = system.http("POST", path, {"secret": asked["secret"]})
    assert (answer.status, answer.json["id"]) == (202, asked["id"])
    system.run()
    assert len(system.texts(PHONE)) == 2
    assert enter(system, asked, system.code()).status == 200


@pytest.mark.parametrize(
    "secret", ["x", "x" * 24, "1." + "x" * 25, "1." + "x" * 23 + "=", 7, ["x"]]
)
def test_what_is_no_secret_spends_no_try(system: SteppedSystem, secret: object) -> None:
    asked = ask(system)
    body = {"code": system.code(), "secret": secret}
    answer = system.http("POST", f"/subscriptions/{asked['id']}/verify", body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    again = system.http(
        "POST", f"/subscriptions/{asked['id']}/resend_confirmation", {"secret": secret}
    )
    assert (again.status, again.code) == (422, "invalid_request")


def test_a_wrong_secret_is_the_same_error_and_asks_for_nothing(system: SteppedSystem) -> None:
    asked = ask(system)
    other = {**asked, "secret": "1." + "x" * 24}
    is_one_error(enter(system, other, system.code()))
    later(system, 31)
    path = f"/subscriptions/{asked['id']}/resend_confirmation"
    assert system.http("POST", path, {"secret": other["secret"]}).status == 202
    system.run()
    assert len(system.texts(PHONE)) == 1


def test_an_address_enters_so_many_codes_an_hour(system: SteppedSystem) -> None:
    for number in range(60):
        is_one_error(guess(system, f"sub_{number:016d}", "123456"))
    answer = guess(system, "sub_0000000000000000", "123456")
    assert (answer.status, answer.code) == (429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    is_one_error(guess(system, "sub_0000000000000000", "123456", "203.0.113.6"))


@pytest.mark.parametrize("with_secret", [True, False])
def test_the_work_tells_not_whether_there_is_a_code(
    system: SteppedSystem, with_secret: bool
) -> None:
    """Live, expired, suppressed and unknown: the same calls in the same order, for a wrong code."""
    live = ask(system)
    later(system, 31)
    ask(system)
    suppressed = ask(system, phone=OTHER_PHONE)
    system.reply("STOP", OTHER_PHONE)
    unknown = {"id": "sub_0000000000000000", "secret": "1." + "x" * 24}
    made = []
    for asked in (live, suppressed, unknown):
        with watched() as calls:
            if with_secret:
                is_one_error(enter(system, asked, "000000"))
            else:
                is_one_error(guess(system, asked["id"], "000000"))
            made.append(list(calls.operations))
    assert made[0] == made[1] == made[2]
    assert made[0].count("UpdateItem") == 2


@pytest.mark.parametrize(
    "code",
    ["000 0000", "12345", "1234567", "abcdef", "", None, 123456, ["123456"], "٠٠٠٠٠"],
)
def test_what_is_no_code_spends_no_try(system: SteppedSystem, code: object) -> None:
    one = system.sign_up()
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
    assert (answer.status, answer.code) == (422, "invalid_request")
    (row,) = system.rows("direct")
    assert row["tries"] == 0


def test_spaces_around_a_code_are_forgiven(system: SteppedSystem) -> None:
    one = system.sign_up()
    assert verify(system, one, f" {system.code()}\n").status == 200


@pytest.mark.parametrize("one", ["sub_0000000000000000", "nobody", "x" * 200, "sub_%00"])
def test_an_unknown_subscription_is_the_same_error(system: SteppedSystem, one: str) -> None:
    is_one_error(verify(system, one, "123456"))


def test_wrong_expired_used_and_unknown_are_told_alike(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    answers = [verify(system, one, wrong(code)), verify(system, "sub_0000000000000000", code)]
    later(system, LIFE)
    answers.append(verify(system, one, code))
    system.advance(60)
    system.sign_up()
    fresh = system.code()
    assert verify(system, one, fresh).status == 200
    answers.append(verify(system, one, fresh))
    assert len({(answer.status, answer.text) for answer in answers}) == 1


# Unconfirmed entries.


def test_an_unconfirmed_entry_is_gone_from_second_86400_on(system: SteppedSystem) -> None:
    one = system.sign_up()
    (row,) = system.rows("subscriber")
    end = float(row["expires_at"])
    assert end == pytest.approx(system.now + DAY, abs=READY_BEFORE + 1e-3)
    assert row["ttl"] == int(end)
    system.clock.move_to(end - 1)
    assert state_of(system, one) == "unconfirmed"
    assert one in system.operator("GET", "/api/sms/subscribers").text
    later(system, 1)
    assert len(system.rows("subscriber")) == 1  # TTL takes its time
    assert state_of(system, one) is None
    assert one not in system.operator("GET", "/api/sms/subscribers").text
    assert system.operator("GET", f"/api/sms/subscribers?id={one}").status == 404
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}").status == 404


def test_a_later_sign_up_gives_an_entry_another_day(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(DAY - 1)
    system.sign_up()
    later(system, 2)
    assert state_of(system, one) == "unconfirmed"
    later(system, DAY)
    assert state_of(system, one) is None


def test_an_expired_entry_begins_anew(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(2 * DAY)
    assert system.sign_up() == one
    found = get_subscriber(system.table, "default", one, system.now)
    assert found is not None
    assert found.created_at == pytest.approx(system.now, abs=1)


def test_the_clock_sweeps_what_is_expired_and_nothing_else(system: SteppedSystem) -> None:
    """Within a minute, long before TTL's days, and without a look at anybody else."""
    for number in range(6):
        system.sign_up(f"+1555444000{number}")
    active = str(system.subscribe(OTHER_PHONE)["id"])
    system.advance(DAY + 60)
    fresh = system.sign_up("+15553334444")
    with watched() as calls:
        assert system.tick()["swept"] == 6
    read = [str(one["ExpressionAttributeValues"]) for one in calls.of("Query")]
    assert read, "there is something to look at"
    assert not [one for one in read if "#SUBSCRIBERS#" in one], "no shard is read"
    assert system.tick()["swept"] == 0
    assert {row["sk"] for row in system.rows("subscriber")} == {active, fresh}
    assert len(system.rows("unconfirmed")) == 1, "of whom it was not looked at yet"


def test_the_day_of_who_asked_for_another_code_begins_anew(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.advance(DAY / 2)
    system.sign_up()
    system.advance(DAY / 2 + 60)
    assert system.tick()["swept"] == 0
    assert state_of(system, one) == "unconfirmed"
    system.advance(DAY / 2)
    assert system.tick()["swept"] == 1


def test_what_one_minute_cannot_sweep_the_next_does(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "PER_TICK", 2)
    for number in range(3):
        system.sign_up(f"+1555444000{number}")
    system.advance(DAY + 60)
    assert [system.tick()["swept"] for _ in range(3)] == [2, 1, 0]


def test_the_clock_leaves_who_verified_a_moment_ago(system: SteppedSystem) -> None:
    """Entered between the sweep's reading and its deleting."""
    one = system.sign_up()
    later(system, DAY + 60)
    with watched() as calls:
        calls.first("DeleteItem", lambda: system.table.write(_as_verified(system, one)))
        assert system.tick()["swept"] == 0
        assert calls.operations.count("DeleteItem") == 2
    assert state_of(system, one) == "active"


def _as_verified(system: SteppedSystem, one: str) -> Write:
    someone = Subscriber(one, "default", PHONE, State.UNCONFIRMED, system.now)
    return activate(someone, someone.preferences, system.now)


def test_a_verified_entry_has_no_end(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    (row,) = system.rows("subscriber")
    assert "ttl" not in row
    assert "expires_at" not in row
    system.advance(400 * DAY)
    assert state_of(system, one) == "active"


# What verification leads to.


def test_the_welcome_fits_one_segment_and_says_what_it_must(system: SteppedSystem) -> None:
    system.subscribe()
    welcome = system.texts()[-1]
    for needed in ("[Demo]", "frequency varies", "Msg & data rates may apply", "HELP", "STOP"):
        assert needed in welcome
    assert segments.count(welcome).segments == 1
    assert [accepted.segments for accepted in system.accepted()][-1] == 1


@pytest.mark.parametrize(
    "name", ["A", "Kodo Cloud Platform", "W" * 40, "{~}" * 13, "Café – Zürich"]
)
def test_a_long_name_does_not_cost_a_second_segment(system: SteppedSystem, name: str) -> None:
    assert system.operator("PATCH", "/v1/pages/default", {"name": name}).status == 200
    system.subscribe()
    welcome = system.texts()[-1]
    for needed in (name[:9], "frequency varies", "Msg & data rates may apply", "HELP", "STOP"):
        assert needed.replace("–", "-") in welcome
    assert segments.count(welcome).segments == 1


def test_a_person_is_welcomed_once(system: SteppedSystem) -> None:
    system.subscribe()
    system.advance(60)
    system.subscribe(preferences={"preset": "critical_only"})
    assert len([text for text in system.texts() if "status alerts" in text]) == 1


def test_verification_confirms_the_consent(system: SteppedSystem) -> None:
    one = system.sign_up()
    (row,) = system.rows("consent")
    assert "verified_at" not in row
    assert row["ttl"] == pytest.approx(system.now + 400 * 24 * 3600, abs=2)
    later(system, 100)
    verify(system, one, system.code())
    (row,) = system.rows("consent")
    assert row["verified_at"] == pytest.approx(system.now)
    assert "ttl" not in row, "proof of a subscription is kept for good"


def test_verification_is_on_record_and_on_the_bus(system: SteppedSystem) -> None:
    one = system.sign_up()
    with watched() as calls:
        verify(system, one, system.code())
        system.run()
    (row,) = [row for row in system.rows("audit") if row["event"] == "subscriber.verified"]
    assert (row["actor"], row["detail"]) == ("the subscriber", {"subscriber": one})
    told = [entry["DetailType"] for put in calls.of("PutEvents") for entry in put["Entries"]]
    assert "subscriber.verified" in told


def test_verifying_is_all_or_nothing(system: SteppedSystem) -> None:
    one = system.sign_up()
    with watched() as calls:
        calls.refuse("TransactWriteItems")
        assert verify(system, one, system.code()).status == 503
    assert state_of(system, one) == "unconfirmed"
    assert [row["event"] for row in system.rows("audit")] == []
    assert verify(system, one, system.code()).status == 200


def test_the_newest_preferences_hold(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    system.advance(60)
    verified = system.subscribe(preferences={"preset": "critical_only"})
    assert verified["preferences"]["severity_filter"] == ["critical"]
    assert verified["preferences"]["updates"] is False


def test_a_sign_up_alone_changes_nothing_for_a_subscriber(system: SteppedSystem) -> None:
    """Or anybody who knows a number could turn its alerts off."""
    verified = system.subscribe()
    system.advance(60)
    system.sign_up(preferences={"preset": "critical_only"})
    assert state_of(system, str(verified["id"])) == "active"
    bearer = {"Authorization": f"Bearer {verified['manage_token']}"}
    shown = system.http("GET", f"/subscriptions/{verified['id']}", headers=bearer)
    assert shown.json["preferences"] == verified["preferences"]


def test_only_the_verified_are_told(system: SteppedSystem) -> None:
    system.sign_up()
    incident = system.open_incident()
    system.update_incident(incident, status="resolved")
    (text,) = system.texts()
    assert re.search(r"code is \d{6}", text)


def test_stop_beats_a_code_on_its_way(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.reply("STOP")
    is_one_error(verify(system, one, system.code()))
    assert state_of(system, one) == "unsubscribed"
    assert len(system.accepted()) == 1


def test_a_right_code_is_not_wrong_because_a_row_is_busy(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "RACE_PAUSE", 0.0)
    one = system.sign_up()

    def busy() -> None:
        answer: Any = {
            "Error": {"Code": "TransactionCanceledException"},
            "CancellationReasons": [{"Code": "TransactionConflict"}],
        }
        raise ClientError(answer, "TransactWriteItems")

    with watched() as calls:
        for _ in range(dynamodb.TRANSACTION_RACES):
            calls.first("TransactWriteItems", busy)
        assert verify(system, one, system.code()).status == 503
    assert verify(system, one, system.code()).status == 200
