"""What subscribers ask for by text: it is done at once, and answered within limits."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.holds import due_holds
from statustext.domain.ids import shard_of
from statustext.domain.incident import Impact
from statustext.domain.segments import count
from statustext.domain.subscriber import Preferences
from tests.aws_calls import watched as calls_watched
from tests.functional.engine import (
    add_active,
    change_quietly,
    open_quietly,
    requests_to_twilio,
    run_on,
    settle_down,
    spoil,
    subscriber_row,
    watched,
)
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import PHONE, START, SteppedSystem


@pytest.fixture
def one(system: SteppedSystem) -> str:
    """Somebody active; the phone is PHONE."""
    return str(system.subscribe()["id"])


def ask(system: SteppedSystem, body: str, phone: str = PHONE) -> str:
    """The answer to a text."""
    before = len(system.texts(phone))
    system.twilio.reply(phone, body, system.now, to=FAKE_FROM)
    system.run()
    (answer,) = system.texts(phone)[before:]
    return answer


def change_page(system: SteppedSystem, **change: Any) -> None:
    assert system.operator("PATCH", "/v1/pages/default", change).status == 200


def patch_preferences(system: SteppedSystem, verified: Mapping[str, Any], **change: Any) -> None:
    headers = {"Authorization": f"Bearer {verified['manage_token']}"}
    path = f"/subscriptions/{verified['id']}"
    assert system.http("PATCH", path, {"preferences": change}, headers=headers).status == 200


# STATUS.


def test_status_lists_what_is_open_the_worst_first(system: SteppedSystem, one: str) -> None:
    assert ask(system, "status") == "[Demo] No open incidents. https://status.example.test/"
    open_quietly(system, "Slow search", impact_override="minor")
    over = open_quietly(system, "Payments fail", impact_override="major")
    open_quietly(system, "API is down", status="identified")
    open_quietly(system, "Database move", status="scheduled", impact_override="maintenance")
    open_quietly(system, "Cable work", status="in_progress", impact_override="maintenance")
    open_quietly(system, "Odd", impact_override="none")
    change_quietly(system, over, status="resolved")
    system.run()
    assert ask(system, "STATUS?") == (
        "[Demo] Open now: API is down (critical, identified); Slow search (minor, investigating); "
        "Odd (investigating); Cable work (maintenance, in progress). https://status.example.test/"
    )


def test_status_is_from_when_it_is_sent(system: SteppedSystem, one: str) -> None:
    post(system, INBOUND, inbound("STATUS"))
    open_quietly(system, "Just now")
    system.run()
    assert any("Just now (critical" in body for body in system.texts())


@pytest.mark.parametrize("letter", ["a", "ü", "ж", "中"])
def test_answers_take_two_segments_at_most(system: SteppedSystem, one: str, letter: str) -> None:
    change_page(system, name=letter * 40)
    for number in range(3):
        open_quietly(system, f"{number} {letter * 200}", deliver_notifications=number == 2)
    system.run()
    for number, word in enumerate(("STATUS", "LIST", "MUTE", "PAUSE 9H", "PAUSE x", "RESUME")):
        system.clock.shift(3600 * (number + 1))
        answer = ask(system, word)
        assert count(answer).segments <= 2, word
        assert "..." in answer or word != "STATUS"


# MUTE.


def test_mute_ends_one_incident_and_no_other(system: SteppedSystem) -> None:
    (phone,) = add_active(system, 1, Preferences(updates=True)).values()
    first = system.open_incident("API is down")
    system.advance(60)
    second = system.open_incident("Payments fail")
    assert ask(system, "MUTE", phone) == "[Demo] Muted: Payments fail. You hear no more of it."
    before = len(system.texts(phone))
    system.update_incident(second, status="identified", body="Found.")
    system.update_incident(second, status="resolved")
    settle_down(system, 300)
    assert len(system.texts(phone)) == before
    system.update_incident(first, status="resolved")
    settle_down(system, 300)
    assert system.texts(phone)[before:] == ["[Demo] Resolved: API is down"]
    system.open_incident("A new one")
    assert system.texts(phone)[-1] == "[Demo] Critical incident: A new one"


def test_mute_between_two_updates_reaches_one_that_is_queued(system: SteppedSystem) -> None:
    """What is not with Twilio yet is not sent."""
    (phone,) = add_active(system, 1, Preferences(updates=True)).values()
    incident = system.open_incident()
    change_quietly(system, incident, status="identified", body="Found.")
    post(system, INBOUND, inbound("MUTE", From=phone))
    system.run()
    settle_down(system, 300)
    assert system.texts(phone)[1:] == ["[Demo] Muted: API is down. You hear no more of it."]


def test_mute_while_a_text_is_at_twilio_outlives_its_refusal(system: SteppedSystem) -> None:
    """What is taken back then is the claim, and not what its person asked for meanwhile."""
    (phone,) = add_active(system, 1, Preferences(updates=True)).values()
    incident = open_quietly(system)
    spoil(system, kind="refuse", status=400, code=99999, times=1)

    def mute(form: Any) -> None:
        system.on_send = None
        system.twilio.reply(phone, "MUTE", system.now, FAKE_FROM)
        system.webhooks()

    system.on_send = mute
    run_on(system)
    settle_down(system, 600, step=30)
    system.update_incident(incident, status="identified", body="Found.")
    system.update_incident(incident, status="resolved")
    settle_down(system, 300)
    assert system.texts(phone) == ["[Demo] Muted: API is down. You hear no more of it."]


def test_mute_is_about_what_was_told_and_not_about_what_was_not(system: SteppedSystem) -> None:
    """Of an end that is not for them people keep a mark, and no text."""
    chosen = Preferences(severity_filter=(Impact.CRITICAL,))
    (phone,) = add_active(system, 1, chosen).values()
    system.open_incident("API is down")
    system.advance(60)
    minor = system.open_incident("Slow", impact_override="minor")
    system.update_incident(minor, status="resolved")
    assert "Muted: API is down." in ask(system, "MUTE", phone)


def test_there_may_be_nothing_to_mute(system: SteppedSystem, one: str) -> None:
    assert ask(system, "MUTE") == ("[Demo] There is nothing to mute: you were told of no incident.")
    system.open_incident("Slow", impact_override="minor", deliver_notifications=False)
    assert "nothing to mute" in ask(system, "mute")


def test_mute_is_not_about_what_waits_and_was_never_told(system: SteppedSystem) -> None:
    change_page(system, recipient_limits=[[1, 60]])
    (phone,) = add_active(system, 1, Preferences(updates=True)).values()
    system.open_incident("API is down")
    system.clock.shift(10)
    open_quietly(system, "Payments fail")
    run_on(system)  # held: one text a minute
    post(system, INBOUND, inbound("MUTE", From=phone))
    settle_down(system, 600, step=30)
    assert "[Demo] Muted: API is down. You hear no more of it." in system.texts(phone)
    assert "[Demo] Critical incident: Payments fail" in system.texts(phone)


def test_mute_is_about_the_last_text_and_not_about_an_older_one_whose_update_waits(
    system: SteppedSystem,
) -> None:
    """A mark has the time of what is held, and that is later than the last text."""
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    older = system.open_incident("API is down")
    system.advance(600)
    system.open_incident("Payments fail")
    change_page(system, recipient_limits=[[1, 60]])
    system.advance(600)
    system.open_incident("Mail is late")
    system.clock.shift(10)
    change_quietly(system, older, status="identified", body="Found.")
    run_on(system)
    assert subscriber_row(system, one)["told"][older]["u"] > system.now
    assert "Muted: Mail is late." in ask(system, "MUTE", phone)


def test_mute_knows_what_was_told_by_its_mark_where_its_update_waits(
    system: SteppedSystem,
) -> None:
    change_page(system, recipient_limits=[[1, 3600]])
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    incident = system.open_incident("API is down")
    system.clock.shift(10)
    change_quietly(system, incident, status="identified", body="Found.")
    run_on(system)
    assert subscriber_row(system, one)["told"][incident]["u"] > system.now
    assert "Muted: API is down." in ask(system, "MUTE", phone)


def test_there_is_nothing_to_mute_in_what_only_waits(system: SteppedSystem, one: str) -> None:
    ask(system, "PAUSE 1H")
    incident = system.open_incident("API is down")
    assert subscriber_row(system, one)["told"][incident]["u"] > system.now
    assert "nothing to mute" in ask(system, "MUTE")
    assert "m" not in subscriber_row(system, one)["told"][incident]


@pytest.mark.parametrize(
    ("word", "answer"),
    [("UNMUTE", "No incident is muted any more"), ("unmute all", "No incident"), ("ALL", "every")],
)
def test_mutes_are_undone(system: SteppedSystem, word: str, answer: str) -> None:
    ((one, phone),) = add_active(system, 1, Preferences(updates=True)).items()
    first = system.open_incident("API is down")
    assert "Muted: API is down." in ask(system, "MUTE", phone)
    system.advance(60)
    second = system.open_incident("Payments fail")
    assert "Muted: Payments fail." in ask(system, "MUTE", phone)
    system.update_incident(first, status="identified", body="Found.")
    assert answer in ask(system, word, phone)
    assert not any("m" in told for told in subscriber_row(system, one)["told"].values())
    before = len(system.texts(phone))
    system.update_incident(first, status="resolved")
    system.update_incident(second, status="resolved")
    settle_down(system, 300)
    assert system.texts(phone)[before:] == [
        "[Demo] Resolved: API is down",
        "[Demo] Resolved: Payments fail",
    ]


def test_without_a_mute_unmute_does_no_harm(system: SteppedSystem, one: str) -> None:
    system.open_incident()
    before = subscriber_row(system, one)
    assert "No incident is muted" in ask(system, "UNMUTE")
    assert subscriber_row(system, one) == before


# PAUSE and RESUME.


@pytest.mark.parametrize(
    ("body", "seconds", "shown"),
    [
        ("PAUSE", 8 * 3600, "Fri 15 Jan 16:00 UTC"),
        ("PAUSE 8H", 8 * 3600, "Fri 15 Jan 16:00 UTC"),
        ("pause 30 min", 1800, "Fri 15 Jan 08:30 UTC"),
        ("PAUSE 2 DAYS", 2 * 86_400, "Sun 17 Jan 08:00 UTC"),
        ("pause 90 days", 7 * 86_400, "Fri 22 Jan 08:00 UTC"),
    ],
)
def test_a_pause(system: SteppedSystem, one: str, body: str, seconds: int, shown: str) -> None:
    system.clock.move_to(START)
    assert ask(system, body) == (
        f"[Demo] No alerts until {shown}. Reply RESUME to get them before."
    )
    assert subscriber_row(system, one)["paused_until"] == START + seconds


def test_a_pause_ends_by_the_clock_of_the_person(system: SteppedSystem) -> None:
    patch_preferences(system, system.subscribe(), timezone="Asia/Kathmandu")
    assert "until Fri 15 Jan 21:45 +0545." in ask(system, "PAUSE")
    change_page(system, timezone="Europe/Berlin")
    berliner = "+15557000001"
    system.subscribe(berliner)  # a number that tells no place
    assert "until Fri 15 Jan 17:00 CET." in ask(system, "PAUSE", berliner)


@pytest.mark.parametrize("body", ["PAUSE UNTIL MONDAY", "pause 0h", "pause 8 moons"])
def test_a_pause_that_cannot_be_read_is_explained(
    system: SteppedSystem, one: str, body: str
) -> None:
    assert ask(system, body) == (
        "[Demo] Say how long, as in PAUSE 30 MIN, PAUSE 8H or PAUSE 2 DAYS (7 at most)."
    )
    assert "paused_until" not in subscriber_row(system, one)


def held(system: SteppedSystem, subscriber: str) -> list[float]:
    """In how many minutes somebody will look at what waits for this person."""
    shard = shard_of(subscriber)
    keys = due_holds(system.table, "default", shard, system.now + 30 * 86_400, limit=10)
    return [(int(key.partition("#")[0]) - START) // 60 for key in keys]


def test_a_pause_and_its_end_see_to_what_waits(system: SteppedSystem, one: str) -> None:
    system.clock.move_to(START)
    ask(system, "PAUSE 2 DAYS")
    ask(system, "PAUSE 1H")
    assert held(system, one) == [60, 2 * 24 * 60]
    system.clock.shift(600)
    assert ask(system, "RESUME") == (
        "[Demo] Your alerts are on. Reply PAUSE 8H for a rest from them."
    )
    assert held(system, one)[0] == 10
    assert "paused_until" not in subscriber_row(system, one)


def test_resume_texts_is_not_lost_as_a_start(system: SteppedSystem, one: str) -> None:
    ask(system, "PAUSE")
    ask(system, "resume texts")
    assert "paused_until" not in subscriber_row(system, one)


def test_resume_without_a_pause_does_no_harm(system: SteppedSystem, one: str) -> None:
    before = subscriber_row(system, one)
    assert "alerts are on" in ask(system, "RESUME")
    after = subscriber_row(system, one)
    assert after.pop("wishes") > before.pop("wishes"), "whoever tells them looks again"
    assert after == before


# CRITICAL, ALL, LIST.


def test_critical_and_all_change_what_is_announced(system: SteppedSystem) -> None:
    verified = system.subscribe(
        preferences={
            "services": ["svc_api"],
            "updates": True,
            "maintenance": True,
            "quiet_hours": "off",
        }
    )
    one = verified["id"]
    chosen = subscriber_row(system, one)["preferences"]
    assert "critical incidents only" in ask(system, "CRITICAL")
    critical = subscriber_row(system, one)["preferences"]
    assert critical == {**chosen, "severity_filter": ["critical"], "maintenance": False}
    before = len(system.texts())
    system.open_incident("Minor", impact_override="minor")
    move = system.open_incident("Move", impact_override="maintenance", status="in_progress")
    system.update_incident(move, status="completed")
    assert len(system.texts()) == before
    assert "every impact and component" in ask(system, "ALL")
    everything = subscriber_row(system, one)["preferences"]
    assert everything == {**chosen, "services": []}
    system.open_incident("Cables", impact_override="maintenance", status="in_progress")
    assert "Cables" in system.texts()[-1]
    system.open_incident("Minor again", impact_override="minor", component_ids=["svc_payments"])
    assert system.texts()[-1] == "[Demo] Minor incident: Minor again"


def test_all_is_maintenance_too_whatever_was_chosen_before(system: SteppedSystem, one: str) -> None:
    assert subscriber_row(system, one)["preferences"]["maintenance"] is False
    assert "and maintenance" in ask(system, "ALL")
    assert subscriber_row(system, one)["preferences"]["maintenance"] is True


def test_what_the_person_chooses_meanwhile_is_not_undone(system: SteppedSystem) -> None:
    """CRITICAL changes the impacts and nothing else, whatever it read before."""
    verified = system.subscribe()

    def change(call: Any) -> None:
        if call.operation == "TransactWriteItems" and not done:
            done.append(call)
            patch_preferences(system, verified, updates=True)

    done: list[Any] = []
    with watched(system) as watch:
        watch.before = lambda call: change(call) if call.function == "twilio_webhook" else None
        post(system, INBOUND, inbound("CRITICAL"))
    row = subscriber_row(system, verified["id"])["preferences"]
    assert (row["severity_filter"], row["updates"]) == (["critical"], True)


def test_list_says_what_one_gets_and_the_words(system: SteppedSystem) -> None:
    verified = system.subscribe(preferences={"preset": "critical_only", "services": ["svc_api"]})
    assert ask(system, "LIST") == (
        "[Demo] You get: critical; API; new incidents, resolutions; no quiet hours. "
        "Reply STATUS, MUTE, UNMUTE, PAUSE 8H, RESUME, CRITICAL, ALL, MANAGE, HELP or STOP."
    )
    patch_preferences(system, verified, preset="all", services=[], quiet_hours="22:00-07:00")
    ask(system, "PAUSE 1H")
    assert ask(system, "list").startswith(
        "[Demo] You get: nothing until Fri 15 Jan 09:00 UTC; every impact; every component; "
        "new incidents, updates, resolutions, maintenance; quiet 22:00-07:00. Reply "
    )
    patch_preferences(system, verified, new_incidents=False, updates=False, resolutions=False)
    patch_preferences(system, verified, maintenance=False, severity_filter=[], quiet_hours=None)
    change_page(system, quiet_hours="21:00-08:00")
    assert "none; every component; none; quiet 21:00-08:00" in ask(system, "list")


# For whom, how often.


WORDS = ["STATUS", "MUTE", "UNMUTE", "PAUSE", "RESUME", "CRITICAL", "ALL", "LIST"]


@pytest.mark.parametrize("word", WORDS)
def test_keywords_are_for_the_active_only(system: SteppedSystem, word: str) -> None:
    stopped, pending, stranger = "+15557000001", "+15557000002", "+15557000003"
    system.subscribe(stopped)
    system.reply("STOP", stopped)
    system.sign_up(pending)
    before = system.rows("subscriber")
    with requests_to_twilio(system) as asked:
        for number, phone in enumerate((stopped, pending, stranger)):
            post(system, INBOUND, inbound(word, f"SM{number}", From=phone))
        settle_down(system, 60)
    assert asked == []
    assert system.rows("subscriber") == before
    assert len(system.rows("audit")) == 5  # verified, STOP, and each of these


@pytest.mark.parametrize("word", WORDS)
def test_a_keyword_repeated_by_twilio_is_taken_once(
    system: SteppedSystem, one: str, word: str
) -> None:
    before = len(system.texts())
    post(system, INBOUND, inbound(word))
    row = subscriber_row(system, one)
    for _ in range(3):
        system.clock.shift(10)
        assert post(system, INBOUND, inbound(word)).status == 200
    system.run()
    assert len(system.texts()) == before + 1
    assert subscriber_row(system, one) == row


def test_who_stops_before_the_answer_is_sent_is_sent_none(system: SteppedSystem, one: str) -> None:
    with requests_to_twilio(system) as asked:
        post(system, INBOUND, inbound("STATUS", "SM1"))
        post(system, INBOUND, inbound("please stop texting me", "SM2"))
        settle_down(system, 60)
    assert asked == []


@pytest.mark.parametrize("word", ["PAUSE", "RESUME", "CRITICAL", "ALL"])
def test_a_stop_at_the_same_moment_wins(system: SteppedSystem, one: str, word: str) -> None:
    with calls_watched() as calls:
        calls.first("TransactWriteItems", lambda: post(system, INBOUND, inbound("STOP", "SM1")))
        assert post(system, INBOUND, inbound(word, "SM2")).status == 503  # Twilio asks again
    stopped = subscriber_row(system, one)
    assert stopped["suppressed"] == "stop"
    assert post(system, INBOUND, inbound(word, "SM2")).status == 200
    assert subscriber_row(system, one) == stopped


def test_who_leaves_on_the_page_before_the_answer_is_sent_is_sent_none(
    system: SteppedSystem,
) -> None:
    verified = system.subscribe()
    with requests_to_twilio(system) as asked:
        post(system, INBOUND, inbound("STATUS", "SM1"))
        headers = {"Authorization": f"Bearer {verified['manage_token']}"}
        path = f"/subscriptions/{verified['id']}"
        assert system.http("DELETE", path, headers=headers).status == 200
        settle_down(system, 60)
    assert asked == []


def test_two_machines_do_not_talk_for_ever(system: SteppedSystem, one: str) -> None:
    """Five answers an hour and twenty a day, of all kinds together."""
    change_page(system, keyword_replies="statustext")
    system.clock.move_to(START // 86_400 * 86_400 + 86_400)
    kinds = ["HELP", "MANAGE", *WORDS]
    before = len(system.texts())
    for hour in range(5):
        for number, word in enumerate(kinds):
            post(system, INBOUND, inbound(word, f"SM{hour}-{number}"))
        settle_down(system, 60, step=2)
        assert len(system.texts()) - before == min(5 * (hour + 1), 20)
        system.clock.shift(3600)
    system.clock.shift(86_400)
    ask(system, "LIST")


def test_above_the_limit_what_is_asked_is_done_all_the_same(
    system: SteppedSystem, one: str
) -> None:
    for number in range(5):
        post(system, INBOUND, inbound("LIST", f"SM{number}"))
    system.run()
    before = len(system.texts())
    post(system, INBOUND, inbound("PAUSE 1H", "SM6"))
    post(system, INBOUND, inbound("CRITICAL", "SM7"))
    system.run()
    assert len(system.texts()) == before
    row = subscriber_row(system, one)
    assert row["paused_until"] == system.now + 3600
    assert row["preferences"]["severity_filter"] == ["critical"]
    post(system, INBOUND, inbound("STOP", "SM8"))
    assert is_stopped(system)


def test_limits_are_per_number(system: SteppedSystem, one: str) -> None:
    other = "+15557000001"
    system.subscribe(other)
    for number in range(6):
        post(system, INBOUND, inbound("LIST", f"SM{number}"))
    system.run()
    assert "You get:" in ask(system, "LIST", other)


def test_what_was_asked_is_on_record_without_its_words(system: SteppedSystem, one: str) -> None:
    post(system, INBOUND, inbound("pause 8 moons for 5551234567", "SMp"))
    (noted,) = [row for row in system.rows("audit") if row["detail"].get("sid") == "SMp"]
    assert noted["detail"] == {
        "subscriber": one,
        "intent": "other",
        "keyword": "pause",
        "sid": "SMp",
    }
