"""A page's own SMS provider: set, tried, texted by, removed, and its keys forgotten."""

from collections.abc import Generator
from dataclasses import replace

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from statustext.flows.operating.providing import FORMER_KEPT
from statustext.flows.operating.setting_up import create_page
from tests.faults.afterwards import everybody_stops, news_is_published
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import spoil
from tests.stepped import API_URL, PAGE

PROVIDER = "/api/v1/orgs/default/sms/provider"
OWN = {"account_sid": FAKE_ACCOUNT_SID, "auth_token": FAKE_AUTH_TOKEN, "sender": FAKE_FROM}


CHANGED = (200, 409)
"""The second where the same was asked twice at once, and done by the other."""


def set_up(stage: Stage) -> None:
    assert stage.operator("PUT", PROVIDER, OWN).status == 200


@journey(everybody_stops)
def setting_and_trying_a_provider(stage: Stage) -> Generator[None]:
    """Step by step, beside another page; people reply to its number by the other address."""
    stage.active()
    stage.aws.secrets.forget("/pages/")
    (phone,) = stage.phones
    create_page(stage.system.table, replace(PAGE, id="second", name="Second"))
    yield
    begun = stage.operator("PATCH", PROVIDER, OWN | {"sender": None})
    assert begun.status in CHANGED, begun
    whole = stage.operator("PATCH", PROVIDER, {"sender": FAKE_FROM})
    assert whole.status in CHANGED, whole
    tried = stage.operator("POST", f"{PROVIDER}/test", {"to": phone})
    assert tried.status == 200, tried.text
    stage.carry_on()
    stage.system.twilio.inbound_url = f"{API_URL}/api/v1/sms/webhooks/twilio/default"
    stage.reply("help", phone)
    stage.carry_on()
    yield
    assert stage.operator("GET", PROVIDER).json["status"] == "own"
    assert len(stage.system.texts(phone)) <= 2


@journey(everybody_stops)
def changing_to_the_second_carrier(stage: Stage) -> Generator[None]:
    stage.active()
    set_up(stage)
    yield
    assert stage.operator("PUT", PROVIDER, {"carrier": "aws"}).status in CHANGED
    assert stage.operator("GET", PROVIDER).status == 200
    yield
    assert stage.operator("GET", PROVIDER).json["carrier"] == "aws"


@journey(everybody_stops, news_is_published)
def texts_by_a_page_s_own_account(stage: Stage) -> Generator[None]:
    """One of them in doubt, which is looked for in that account."""
    stage.active(2)
    set_up(stage)
    spoil(stage.system, kind="time_out", times=1)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60, step=2)
    yield
    claimed = [row for row in stage.system.rows("delivery") if "carrier" in row]
    assert {row["account"] for row in claimed} <= {FAKE_ACCOUNT_SID}


@journey(news_is_published)
def removing_a_provider(stage: Stage) -> Generator[None]:
    stage.active()
    set_up(stage)
    yield
    assert stage.operator("DELETE", PROVIDER).status in CHANGED
    stage.system.clock.shift(FORMER_KEPT + 1)
    assert stage.operator("DELETE", PROVIDER).status in (*CHANGED, 404)
    yield
    assert stage.operator("GET", PROVIDER).json["status"] == "default"
