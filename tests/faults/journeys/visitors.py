"""Visitors of the status page: sign-up, code, their own subscription."""

import re
from collections.abc import Generator
from typing import Any
from urllib.parse import quote

from statustext.domain.verification import CODE_LIFE
from tests.faults.afterwards import (
    everybody_stops,
    settings_are_changed,
    the_page_is_paused_and_resumed,
)
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import subscriber_row
from tests.solving import solve
from tests.stepped import START

PHONE = "+15557770001"
PENDING = re.compile(r'subscriptions/(sub_\w+)/verify.*?name="secret" value="([^"]+)"')
WANTED = {"services": ["svc_api"]}


def sign_up(stage: Stage) -> str:
    """The id of a new subscription; its code is on its way."""
    stage.phones.append(PHONE)
    asked = {"phone": PHONE, "consent": True, "preferences": WANTED}
    answer = stage.request("POST", "/subscriptions", asked)
    assert answer.status == 202, answer
    return str(answer.json["id"])


def enter_the_code(stage: Stage, one: str, most: int = 2) -> None:
    """The code on the phone begins the subscription; where none came, another is asked for."""
    if not stage.system.texts(PHONE):
        stage.live(60)
        path = f"/subscriptions/{one}/resend_confirmation"
        assert stage.request("POST", path).status == 202
        stage.carry_on()
    codes = stage.system.texts(PHONE)
    assert 1 <= len(codes) <= most, codes
    entered = {"code": stage.system.code(PHONE)}
    answer = stage.request("POST", f"/subscriptions/{one}/verify", entered)
    if answer.status == 422 and stage.now > START + CODE_LIFE:
        return  # the code that came is too old
    assert answer.status == 200, answer
    assert answer.json["preferences"]["services"] == ["svc_api"]


CODES = "/api/v1/orgs/default/sms/codes"


@journey(everybody_stops)
def the_first_number_of_a_page(stage: Stage) -> Generator[None]:
    """Whoever writes it makes the page's data key, and every function asks KMS for it."""
    stage.remove_data_keys()
    yield
    one = sign_up(stage)
    stage.system.data_keys.clear()
    other = {"phone": f"{PHONE[:-4]}0002", "consent": True}
    assert stage.request("POST", "/subscriptions", other).status == 202
    stage.system.data_keys.clear()
    stage.carry_on()
    yield
    if stage.overtaken:
        assert "suppressed" in subscriber_row(stage.system, one)
        return
    enter_the_code(stage, one)
    (row,) = [row for row in stage.system.rows("subscriber") if row["sk"] == one]
    assert row["phone"] == PHONE


@journey(everybody_stops)
def codes_that_nobody_enters(stage: Stage) -> Generator[None]:
    limits = {"limits": {"unproven_per_prefix": 1}}
    assert stage.operator("PATCH", "/v1/pages/default", limits).status == 200
    sign_up(stage)
    yield
    asked = {"phone": f"{PHONE[:-4]}0002", "consent": True}
    assert stage.request("POST", "/subscriptions", asked).status == 202
    (paused,) = stage.operator("GET", CODES).json["paused"]
    path = f"{CODES}/paused/{quote(paused['scope'], safe='')}"
    assert stage.operator("DELETE", path).status in (200, 404)
    yield
    assert stage.operator("GET", CODES).json["paused"] == []
    assert not stage.system.texts(str(asked["phone"]))


@journey(everybody_stops)
def signing_up_through_the_gate(stage: Stage) -> Generator[None]:
    assert stage.operator("PATCH", "/v1/pages/default", {"bot_gate": True}).status == 200
    stage.phones.append(PHONE)
    stage.forget_secrets()
    yield
    solved = solve(stage.request("GET", "/challenge").json)
    asked = {"phone": PHONE, "consent": True, "altcha": solved}
    answer = stage.request("POST", "/subscriptions", asked)
    assert answer.status in (202, 422)  # let through before, where the answer was lost
    yield
    assert len(stage.system.texts(PHONE)) <= 1


@journey(everybody_stops)
def signing_up(stage: Stage) -> Generator[None]:
    yield
    one = sign_up(stage)
    stage.carry_on()
    yield
    if stage.overtaken:
        assert "suppressed" in subscriber_row(stage.system, one)
        return
    enter_the_code(stage, one)


@journey(everybody_stops)
def asking_for_another_code(stage: Stage) -> Generator[None]:
    one = sign_up(stage)
    stage.carry_on()
    stage.system.clock.shift(40)
    yield
    answer = stage.request("POST", f"/pages/default/subscriptions/{one}/resend_confirmation")
    assert answer.status == 202, answer
    stage.carry_on()
    yield
    if stage.overtaken:
        assert "suppressed" in subscriber_row(stage.system, one)
        return
    enter_the_code(stage, one, most=3)


@journey(everybody_stops)
def signing_up_without_javascript(stage: Stage) -> Generator[None]:
    stage.phones.append(PHONE)
    plain = {"headers": {"Accept": "text/html"}}
    yield
    answers = [stage.request("POST", "/subscriptions", form={"phone": PHONE}, **plain)]
    asked = {"phone": PHONE, "consent": "true"}
    begun = stage.request("POST", "/subscriptions", form=asked, **plain)
    assert begun.status == 200, begun
    ((one, secret),) = set(PENDING.findall(begun.text))
    stage.carry_on()
    stage.live(60)
    path = f"/subscriptions/{one}"
    known = {"secret": secret}
    answers.append(stage.request("POST", f"{path}/resend_confirmation", form=known, **plain))
    stage.carry_on()
    code = stage.system.code(PHONE) if stage.system.texts(PHONE) else "000000"
    answers.append(stage.request("POST", f"{path}/verify", form={**known, "code": code}, **plain))
    stage.carry_on()
    yield
    assert [answer.status in (200, 422) for answer in answers] == [True] * 3
    if stage.overtaken:
        assert "suppressed" in subscriber_row(stage.system, one)
        return
    if answers[2].status == 200:
        assert subscriber_row(stage.system, one)["state"] == "active"


@journey(everybody_stops)
def by_the_secret_of_a_sign_up(stage: Stage) -> Generator[None]:
    """Another code and a wrong one; and a link whose key no function knows."""
    stage.phones.append(PHONE)
    asked = stage.request("POST", "/subscriptions", {"phone": PHONE, "consent": True}).json
    stage.carry_on()
    stage.system.clock.shift(40)
    yield
    path, secret = f"/subscriptions/{asked['id']}", {"secret": asked["secret"]}
    assert stage.request("POST", f"{path}/resend_confirmation", secret).status == 202
    entered = stage.request("POST", f"{path}/verify", {"code": "000000", **secret})
    assert entered.status == 422
    for _ in range(2):  # the second time the keys are read again for it
        bearer = {"Authorization": f"Bearer {asked['id']}.9-0-fffffffff.none"}
        assert stage.request("GET", path, headers=bearer).status == 401
        stage.system.clock.shift(2)
    stage.carry_on()
    yield


@journey(the_page_is_paused_and_resumed)
def a_code_while_the_page_is_paused(stage: Stage) -> Generator[None]:
    stage.set_page(paused=True)
    one = sign_up(stage)
    stage.system.relay_stream()
    yield
    stage.carry_on()
    stage.set_page(paused=False)
    yield
    enter_the_code(stage, one)


@journey(everybody_stops)
def entering_the_code(stage: Stage) -> Generator[None]:
    one = sign_up(stage)
    stage.carry_on()
    code = stage.system.code(PHONE)
    yield
    path = f"/subscriptions/{one}/verify"
    stage.request("POST", path, {"code": "000000" if code != "000000" else "111111"})
    answer = stage.request("POST", path, {"code": code})
    if answer.status == 200:
        stage.secrets.append(answer.json["manage_token"])
    stage.carry_on()
    yield
    row = subscriber_row(stage.system, one)
    if stage.overtaken:
        assert "suppressed" in row
        return
    assert (row["state"], row["preferences"]["services"]) == ("active", component_ids(stage))
    (consent,) = stage.system.rows("consent")
    assert consent["verified_at"]
    assert "ttl" not in consent
    welcomes = [text for text in stage.system.texts(PHONE) if "code is" not in text]
    assert len(welcomes) <= 1
    (asked,) = (row for row in stage.system.rows("direct") if row["event"] == "welcome")
    assert welcomes or "claimed_at" in asked, "only doubt keeps a welcome back"


def component_ids(stage: Stage) -> list[str]:
    return [row["sk"] for row in stage.system.rows("component") if row["key"] == "svc_api"]


def verified(stage: Stage) -> tuple[str, dict[str, Any]]:
    """An active subscription: its path, and what opens it."""
    stage.phones.append(PHONE)
    begun = stage.system.subscribe(PHONE)
    stage.secrets.append(str(begun["manage_token"]))
    stage.carry_on()
    headers = {"Authorization": f"Bearer {begun['manage_token']}"}
    return f"/subscriptions/{begun['id']}", {"headers": headers}


@journey(settings_are_changed)
def looking_at_a_subscription(stage: Stage) -> Generator[None]:
    path, token = verified(stage)
    yield
    answer = stage.request("GET", path, **token)
    yield
    assert answer.json["status"] == "active"


@journey(everybody_stops)
def changing_a_subscription(stage: Stage) -> Generator[None]:
    path, token = verified(stage)
    yield
    stage.request("PATCH", path, {"preferences": {"updates": True, **WANTED}}, **token)
    yield
    row = subscriber_row(stage.system, path.rpartition("/")[2])
    if stage.overtaken:
        assert "suppressed" in row
        return
    assert (row["preferences"]["updates"], row["state"]) == (True, "active")


@journey(everybody_stops)
def ending_a_subscription(stage: Stage) -> Generator[None]:
    path, token = verified(stage)
    yield
    stage.request("DELETE", path, **token)
    yield
    assert subscriber_row(stage.system, path.rpartition("/")[2])["state"] == "unsubscribed"
    assert stage.request("GET", path, **token).status == 401


@journey(settings_are_changed)
def reading_the_form(stage: Stage) -> Generator[None]:
    yield
    answer = stage.request("GET", "/subscription_form")
    yield
    assert {one["key"] for one in answer.json["components"]} == {"svc_api", "svc_payments"}
