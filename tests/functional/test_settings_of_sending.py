"""When texts are sent: settings of the page and of a subscriber, and the page's switch."""

from collections.abc import Mapping
from typing import Any

import pytest

from statustext.adapters.circuits import open_circuit
from statustext.adapters.dynamodb import Write
from statustext.adapters.pages import ADDED, get_page, page_key
from statustext.adapters.subscribers import get_subscriber, subscriber_key
from statustext.domain.page import RECIPIENT_LIMITS, Page, SenderChoice
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    circuit,
    once,
    open_quietly,
    requests_to_twilio,
    settle_down,
    subscriber_row,
    watched,
)
from tests.stepped import PHONE, SENDERS, Answer, SteppedSystem

PAGE, SENDING = "/v1/pages/default", "/v1/pages/default/sending"
SERVICE = "MG0123456789abcdef0123456789abcdef"
EVERY_SETTING: dict[str, Any] = {
    "timezone": "Asia/Kathmandu",
    "quiet_hours": "22:30-07:15",
    "overnight": "nothing",
    "without_components": "all_services",
    "components_when_resolved": "operational",
    "coalescing_window": 300,
    "recipient_limits": [[2, 60], [9, 3600]],
    "senders": [
        {"id": "+447700900123", "prefixes": ["+44", "+353"]},
        {"id": "24680", "prefixes": ["+1"]},
        {"id": SERVICE, "prefixes": ["+1415"]},
    ],
    "prices": {"GB": 0.045, "US": 0.0083},
    "confirm_above": 1000,
    "confirm_tolerance": 0,
    "failover_after_minutes": 15,
    "modes": ["sms", "email"],
}


def change(system: SteppedSystem, **settings: Any) -> Answer:
    return system.operator("PATCH", PAGE, settings)


# A page's settings.


def test_every_setting_is_kept_and_shown(system: SteppedSystem) -> None:
    before = system.operator("GET", PAGE).json
    assert before["quiet_hours"] == "off"
    changed = change(system, **EVERY_SETTING, limits={"texts_per_hour": 5000})
    assert changed.status == 200
    limits = {**before["limits"], "texts_per_hour": 5000}
    follows = {"time_zone": EVERY_SETTING["timezone"], "allow_email_subscribers": True}
    shown = {**before, **EVERY_SETTING, **follows, "limits": limits}
    assert changed.json == shown
    assert system.operator("GET", PAGE).json == changed.json
    page = get_page(system.table, "default")
    assert page is not None
    assert page.recipient_limits == ((2, 60), (9, 3600))
    assert page.senders[0] == SenderChoice("+447700900123", ("+44", "+353"))
    assert (page.limits.texts_per_hour, page.overnight) == (5000, "nothing")


def test_what_is_shown_can_be_sent_back(system: SteppedSystem) -> None:
    change(system, **EVERY_SETTING)
    shown = system.operator("GET", PAGE).json
    for fixed in ("id", "former_addresses"):
        del shown[fixed]
    again = system.operator("PATCH", PAGE, shown)
    assert again.status == 200
    assert {name: again.json[name] for name in shown} == shown


@pytest.mark.parametrize("none", ["off", ""])
def test_a_page_can_have_no_quiet_hours_and_no_limits(system: SteppedSystem, none: str) -> None:
    change(system, **EVERY_SETTING)
    changed = change(system, quiet_hours=none, recipient_limits=[], senders=[]).json
    assert (changed["quiet_hours"], changed["recipient_limits"]) == ("off", [])
    page = get_page(system.table, "default")
    assert page is not None
    assert (page.quiet_hours, page.recipient_limits, page.senders) == ("", (), ())


def test_one_setting_leaves_the_others_alone(system: SteppedSystem) -> None:
    change(system, **EVERY_SETTING)
    for name, value in (("overnight", "line"), ("coalescing_window", 0)):
        changed = change(system, **{name: value}).json
        assert changed[name] == value
    assert {**changed, "overnight": "nothing", "coalescing_window": 300} == {
        **changed,
        **EVERY_SETTING,
    }


@pytest.mark.parametrize(
    ("settings", "field", "says"),
    [
        ({"timezone": "Berlin"}, "timezone", "IANA"),
        ({"timezone": ""}, "timezone", "IANA"),
        ({"timezone": "posix/Europe/Berlin"}, "timezone", "IANA"),
        ({"timezone": "../etc/passwd"}, "timezone", "IANA"),
        ({"timezone": 1}, "timezone", "text"),
        ({"quiet_hours": "22:00"}, "quiet_hours", "22:00-07:00, or off"),
        ({"quiet_hours": "22-7"}, "quiet_hours", "22:00-07:00, or off"),
        ({"quiet_hours": "24:00-07:00"}, "quiet_hours", "22:00-07:00, or off"),
        ({"quiet_hours": "08:00-08:00"}, "quiet_hours", "another time"),
        ({"overnight": "maybe"}, "overnight", "line or nothing"),
        ({"coalescing_window": -1}, "coalescing_window", "0"),
        ({"coalescing_window": 901}, "coalescing_window", "900"),
        ({"recipient_limits": [[1, 60]] * 7}, "recipient_limits", "6"),
        ({"recipient_limits": [[0, 60]]}, "recipient_limits.0.0", "1"),
        ({"recipient_limits": [[1, 0]]}, "recipient_limits.0.1", "1"),
        ({"recipient_limits": [[101, 60]]}, "recipient_limits.0.0", "100"),
        ({"recipient_limits": [[1, 604_801]]}, "recipient_limits.0.1", "604800"),
        ({"recipient_limits": [[1]]}, "recipient_limits.0.1", "required"),
        ({"recipient_limits": [1, 60]}, "recipient_limits.0", "list"),
        ({"senders": [{"id": SERVICE}]}, "senders.0.prefixes", "required"),
        ({"senders": [{"id": "x", "prefixes": ["+1"]}]}, "senders.0.id", "E.164"),
        ({"senders": [{"id": "MG1", "prefixes": ["+1"]}]}, "senders.0.id", "E.164"),
        (
            {"senders": [{"id": SERVICE, "mps": 1, "prefixes": ["+1"]}]},
            "senders.0.mps",
            "no field here",
        ),
        ({"senders": [{"id": SERVICE, "prefixes": []}]}, "senders.0.prefixes", "1"),
        ({"senders": [{"id": SERVICE, "prefixes": ["1"]}]}, "senders.0.prefixes.0", "+4"),
        (
            {"senders": [{"id": str(n), "prefixes": ["+1"]} for n in (12345, 23456)]},
            "senders",
            "each prefix once",
        ),
        (
            {"senders": [{"id": SERVICE, "prefixes": [p]} for p in ("+1", "+2")]},
            "senders",
            "each sender once",
        ),
        (
            {"senders": [{"id": f"{n}", "prefixes": [f"+{n}"]} for n in range(100, 121)]},
            "senders",
            "20",
        ),
        ({"limits": {"texts_per_hour": -1}}, "limits.texts_per_hour", "0"),
        ({"paused": True}, "paused", "no field here"),
        ({"confirm_above": -1}, "confirm_above", "0"),
        ({"confirm_tolerance": 1001}, "confirm_tolerance", "1000"),
        ({"prices": {"us": 1}}, "prices.us.(unknown)", "capitals"),
        ({"prices": {"US": -0.01}}, "prices.US", "0"),
        ({"prices": {"US": 101}}, "prices.US", "100"),
        ({"prices": {"US": True}}, "prices.US", "number"),
        ({"prices": [["US", 1]]}, "prices", "object"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_a_reason(
    system: SteppedSystem, settings: Mapping[str, Any], field: str, says: str
) -> None:
    before = system.rows("page")
    answer = change(system, **settings)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert says in answer.json["error"]["fields"][field]
    assert system.rows("page") == before


def test_a_page_of_an_older_version_has_the_defaults(system: SteppedSystem) -> None:
    pk, sk = page_key("default")
    row = system.table.get(pk, sk)
    assert row is not None
    added = {*ADDED, "recipient_limits", "senders", "pk", "sk"}
    old = {name: value for name, value in row.items() if name not in added}
    del old["limits"]["texts_per_hour"]
    system.table.write(Write(pk, sk, item=old))
    shown = system.operator("GET", PAGE).json
    new = Page("x", "", "", "")
    assert (shown["timezone"], shown["quiet_hours"]) == ("UTC", new.quiet_hours)
    assert shown["recipient_limits"] == [list(tier) for tier in RECIPIENT_LIMITS]
    assert (shown["senders"], shown["limits"]["texts_per_hour"]) == ([], 0)
    assert system.operator("GET", SENDING).json["paused"] is False
    assert change(system, **EVERY_SETTING, limits={"texts_per_hour": 7}).status == 200
    changed = system.operator("GET", PAGE).json
    assert {name: changed[name] for name in EVERY_SETTING} == EVERY_SETTING
    assert changed["limits"] == {**shown["limits"], "texts_per_hour": 7}


# A subscriber's.


def patch(system: SteppedSystem, verified: Mapping[str, Any], **preferences: Any) -> Answer:
    headers = {"Authorization": f"Bearer {verified['manage_token']}"}
    path = f"/subscriptions/{verified['id']}"
    return system.http("PATCH", path, {"preferences": preferences}, headers=headers)


def test_preferences_say_when(system: SteppedSystem) -> None:
    chosen = {"quiet_hours": "off", "timezone": "Europe/Berlin", "critical_always": False}
    verified = system.subscribe(preferences=chosen)
    assert {name: verified["preferences"][name] for name in chosen} == chosen
    found = get_subscriber(system.table, "default", verified["id"], system.now)
    assert found is not None
    assert (found.preferences.quiet_hours, found.preferences.timezone) == ("off", "Europe/Berlin")
    assert found.preferences.critical_always is False
    changed = patch(system, verified, quiet_hours="23:00-06:00").json["preferences"]
    assert changed == {**verified["preferences"], "quiet_hours": "23:00-06:00"}
    listed = system.operator("GET", "/api/sms/subscribers").json["subscribers"]
    assert listed[0]["preferences"] == changed


@pytest.mark.parametrize("none", ["", None])
def test_quiet_hours_and_timezone_can_be_given_back(system: SteppedSystem, none: Any) -> None:
    verified = system.subscribe(preferences={"quiet_hours": "off", "timezone": "Europe/Berlin"})
    changed = patch(system, verified, quiet_hours=none, timezone=none).json["preferences"]
    assert (changed["quiet_hours"], changed["timezone"]) == ("", "")
    assert patch(system, verified, updates=True).json["preferences"]["quiet_hours"] == ""


def test_a_preset_leaves_alone_when(system: SteppedSystem) -> None:
    chosen = {"quiet_hours": "off", "timezone": "Europe/Berlin", "critical_always": False}
    verified = system.subscribe(preferences=chosen)
    changed = patch(system, verified, preset="critical_only").json["preferences"]
    assert changed["severity_filter"] == ["critical"]
    assert {name: changed[name] for name in chosen} == chosen


@pytest.mark.parametrize(
    ("preferences", "field"),
    [
        ({"quiet_hours": "night"}, "quiet_hours"),
        ({"quiet_hours": "09:00-09:00"}, "quiet_hours"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "x" * 5000}, "timezone"),
        ({"critical_always": "perhaps"}, "critical_always"),
    ],
)
def test_preferences_that_make_no_sense_are_refused(
    system: SteppedSystem, preferences: Mapping[str, Any], field: str
) -> None:
    body = {"phone": PHONE, "consent": True, "preferences": preferences}
    answer = system.http("POST", "/subscriptions", body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert set(answer.json["error"]["fields"]) == {f"preferences.{field}"}


def test_a_subscriber_of_an_older_version_has_the_defaults(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    row = subscriber_row(system, one)
    for name in ("quiet_hours", "timezone", "critical_always"):
        del row["preferences"][name]
    pk, sk = subscriber_key("default", one)
    rest = {name: value for name, value in row.items() if name not in ("pk", "sk")}
    system.table.write(Write(pk, sk, item=rest))
    found = get_subscriber(system.table, "default", one, system.now)
    assert found is not None
    assert found.preferences == Preferences()


# The page's switch, and what Twilio stopped.


def test_a_page_is_paused_and_goes_on(system: SteppedSystem) -> None:
    system.subscribe()
    paused = system.operator("PATCH", SENDING, {"paused": True})
    assert (paused.status, paused.json["paused"]) == (200, True)
    assert system.operator("GET", SENDING).json == paused.json
    with requests_to_twilio(system) as asked:
        system.open_incident()
        settle_down(system, 120, step=30)
    assert asked == []
    resumed = system.operator("PATCH", SENDING, {"paused": False})
    assert (resumed.status, resumed.json["paused"]) == (200, False)
    settle_down(system, 120, step=30)
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"
    noted = [row for row in system.rows("audit") if row["event"].startswith("page.")]
    assert [row["event"] for row in noted] == ["page.paused", "page.resumed"]
    assert all(row["actor"].startswith("key ") for row in noted)


@pytest.mark.parametrize("body", [{}, {"paused": "perhaps"}, {"paused": None}, {"pause": True}])
def test_the_switch_takes_nothing_else(system: SteppedSystem, body: Mapping[str, Any]) -> None:
    answer = system.operator("PATCH", SENDING, body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert system.operator("GET", SENDING).json["paused"] is False


def test_senders_and_circuits_are_shown(system: SteppedSystem) -> None:
    change(system, senders=EVERY_SETTING["senders"])
    own = {"id": "+15550001111", "mps": 100.0, "prefixes": []}
    shown = system.operator("GET", SENDING).json
    assert shown == {
        "paused": False,
        "senders": [own, *({**one, "mps": SENDERS[one["id"]]} for one in EVERY_SETTING["senders"])],
        "circuits": [],
        "carriers": [],
    }
    for scope, code in (("account", 30002), ("country:GB", 21408), (f"sender:{SERVICE}", 30023)):
        system.table.write(open_circuit(circuit(scope, code, system.now)))
    account, country, sender = system.operator("GET", SENDING).json["circuits"]
    assert (account["scope"], account["code"], account["resumes_at"]) == ("account", 30002, None)
    assert account["since"] == "2027-01-15T08:00:00.000Z"
    assert account["probe_at"] == "2027-01-15T08:01:00.000Z"
    assert "Geo permissions" in country["meaning"]
    assert sender["resumes_at"] == "2027-01-16T08:00:00.000Z"  # midnight, Pacific time
    assert "goes on by itself" in sender["meaning"]


def test_a_sender_chosen_while_room_is_found_sends_in_its_own_slot(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    open_quietly(system)

    def is_slot(call: Call) -> bool:
        return call.function == "sender" and call.is_bucket and call.operation == "UpdateItem"

    def choose() -> None:
        system.clock.shift(1.1)
        change(system, senders=[{"id": SERVICE, "prefixes": ["+1"]}])

    asked: list[str] = []
    system.on_send = lambda form: asked.append(form["MessagingServiceSid"])
    with watched(system) as watch:
        watch.before = once(is_slot, choose)
        settle_down(system, 600)
    assert len(system.accepted(phone)) == 1
    assert asked == [SERVICE]
    assert system.table.get(f"SENDER#{SERVICE}", "BUCKET")
