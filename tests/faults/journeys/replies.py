"""What people text back, and what they ask for by it."""

from collections.abc import Generator
from dataclasses import replace

from local.configuration import FAKE_FROM
from statustext.adapters.quarantine import quarantine
from statustext.adapters.subscribers import activate, end_subscription
from statustext.domain.ids import subscriber_id
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.flows.hearing.answering import ANSWERS
from statustext.flows.operating.setting_up import create_page
from tests.faults.afterwards import everybody_stops, news_is_published, settings_are_changed
from tests.faults.journey import journey
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import Stage
from tests.functional.engine import master_key, subscriber_row
from tests.stepped import PAGE, START


def answers(stage: Stage, phone: str, words: str) -> None:
    """One text with these words came back; none where its answer is in doubt."""
    found = [text for text in stage.system.texts(phone) if words in text]
    asked = [row for row in stage.system.rows("direct") if row["event"] in ("answer", "help")]
    assert len(found) <= 1, found
    assert found or stage.overtaken or "claimed_at" in asked[-1], "only doubt keeps it back"


@journey(settings_are_changed, news_is_published)
def saying_stop(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.open()
    stage.carry_on()
    yield
    stage.reply("STOP", phone)
    stage.carry_on()
    yield
    row = subscriber_row(stage.system, one)
    assert (row["state"], row["suppressed"]) == ("unsubscribed", "stop")


@journey(settings_are_changed)
def stopping_in_plain_words(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    yield
    stage.reply("please do not text me any more", phone)
    stage.carry_on()
    yield
    assert "suppressed" in subscriber_row(stage.system, one)


@journey(everybody_stops)
def coming_back(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.reply("STOP", phone)
    stage.carry_on()
    stage.system.clock.shift(600)
    yield
    stage.reply("START", phone)
    stage.carry_on()
    yield
    assert subscriber_row(stage.system, one)["state"] == "active" or stage.overtaken


@journey(everybody_stops)
def leaving_two_pages_and_coming_back(stage: Stage) -> Generator[None]:
    """They text from one number, whose webhook is the first one's."""
    ((one, phone),) = stage.active().items()
    create_page(stage.system.table, replace(PAGE, id="other", name="Other"))
    two = subscriber_id(master_key(stage.system), "other", phone)
    someone = Subscriber(two, "other", phone, State.ACTIVE, stage.now)
    stage.system.table.write(activate(someone, Preferences(), stage.now))
    stage.carry_on()
    yield
    stage.reply("STOP", phone)
    stage.wait(60)
    stopped = ["suppressed" in subscriber_row(stage.system, each) for each in (one, two)]
    stage.reply("START", phone)
    stage.carry_on()
    yield
    if not stage.overtaken:
        assert stopped == [True, True]
    states = {subscriber_row(stage.system, each)["state"] for each in (one, two)}
    assert states == {"active"} or stage.overtaken


@journey(everybody_stops)
def coming_back_from_quarantine(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.system.table.write(quarantine("default", one, "twilio 30005", START))
    yield
    stage.reply("hello", phone)
    stage.carry_on()
    yield
    assert subscriber_row(stage.system, one)["state"] == "active" or stage.overtaken


@journey(everybody_stops)
def joining_by_text(stage: Stage) -> Generator[None]:
    stage.set_page(join_number=FAKE_FROM)
    one = subscriber_id(master_key(stage.system), "default", PHONE)
    yield
    stage.reply("JOIN", PHONE)
    stage.carry_on()
    yield
    assert subscriber_row(stage.system, one)["state"] == "active" or stage.overtaken
    assert len([text for text in stage.system.texts(PHONE) if "alerts now" in text]) <= 1


@journey(everybody_stops)
def asking_for_help(stage: Stage) -> Generator[None]:
    stage.set_page(keyword_replies="statustext")
    ((_, phone),) = stage.active().items()
    yield
    stage.reply("HELP", phone)
    stage.carry_on()
    yield
    answers(stage, phone, "STOP")


@journey(everybody_stops)
def asking_for_the_link(stage: Stage) -> Generator[None]:
    ((_, phone),) = stage.active().items()
    yield
    stage.reply("MANAGE", phone)
    stage.carry_on()
    yield
    found = [text for text in stage.system.texts(phone) if "#statustext=" in text]
    stage.secrets += [text.partition("#statustext=")[2].split()[0] for text in found]
    assert len(found) <= 1


@journey(everybody_stops, news_is_published)
def asking_for_the_status(stage: Stage) -> Generator[None]:
    ((_, phone),) = stage.active().items()
    stage.open()
    stage.carry_on()
    yield
    stage.reply("STATUS", phone)
    stage.carry_on()
    yield
    answers(stage, phone, "Open now: API is down")


@journey(everybody_stops)
def asking_what_one_gets(stage: Stage) -> Generator[None]:
    ((_, phone),) = stage.active(services=("svc_api",)).items()
    yield
    stage.reply("LIST", phone)
    stage.carry_on()
    yield
    answers(stage, phone, "You get:")


@journey(news_is_published)
def muting(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active(updates=True).items()
    incident = stage.open()
    stage.carry_on()
    yield
    stage.reply("MUTE", phone)
    stage.carry_on()
    yield
    assert subscriber_row(stage.system, one)["told"][incident]["m"] is True
    answers(stage, phone, "Muted: API is down")


@journey(everybody_stops)
def pausing_and_resuming(stage: Stage) -> Generator[None]:
    """What is published meanwhile comes when the pause ends."""
    ((one, phone),) = stage.active().items()
    yield
    stage.reply("PAUSE 2H", phone)
    stage.carry_on()
    stage.open()
    stage.carry_on()
    stage.live(600, step=120)
    stage.reply("RESUME", phone)
    stage.carry_on()
    stage.live(120)
    yield
    if not stage.overtaken:
        assert "paused_until" not in subscriber_row(stage.system, one)
        texts = stage.system.texts(phone)
        assert texts.count("[Demo] Critical incident: API is down") == 1, texts


@journey(everybody_stops)
def asking_for_less_and_more(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    yield
    stage.reply("CRITICAL", phone)
    stage.carry_on()
    stage.system.clock.shift(60)
    stage.reply("ALL", phone)
    stage.carry_on()
    yield
    preferences = subscriber_row(stage.system, one)["preferences"]
    assert len(preferences["severity_filter"]) == 5 or stage.overtaken


@journey(everybody_stops)
def asking_too_often(stage: Stage) -> Generator[None]:
    """What is asked is done, and answered no more."""
    ((one, phone),) = stage.active().items()
    for _ in range(ANSWERS[0][0]):
        stage.reply("LIST", phone)
        stage.carry_on()
    before = len(stage.system.texts(phone))
    yield
    stage.reply("CRITICAL", phone)
    stage.carry_on()
    yield
    assert len(stage.system.texts(phone)) == before
    preferences = subscriber_row(stage.system, one)["preferences"]
    assert preferences["severity_filter"] == ["critical"] or stage.overtaken


@journey(settings_are_changed)
def yes_to_a_code(stage: Stage) -> Generator[None]:
    """Somebody who left asks for texts again, and answers the code by a word."""
    sign_up(stage)
    stage.carry_on()
    one = subscriber_id(master_key(stage.system), "default", PHONE)
    someone = Subscriber(one, "default", PHONE, State.ACTIVE, stage.now)
    stage.system.table.write(activate(someone, Preferences(), stage.now))
    stage.system.table.write(end_subscription("default", one, "subscriber", stage.now))
    stage.carry_on()
    stage.wait(120, step=60)
    sign_up(stage)
    stage.carry_on()
    yield
    stage.reply("YES", PHONE)
    stage.carry_on()
    yield
    assert subscriber_row(stage.system, one)["state"] == "active"
