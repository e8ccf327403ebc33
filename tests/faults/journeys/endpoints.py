"""Posts to subscribers' webhooks and chats: what arrives, what fails, what nobody knows of."""

from collections.abc import Generator
from datetime import UTC, datetime
from unittest import mock

from standardwebhooks.webhooks import Webhook

from statustext.domain.code_keys import read_keys
from statustext.domain.failing import GIVEN_UP_AFTER
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences
from statustext.domain.verification import manage_token
from statustext.flows.delivering import component_changes
from tests.faults.afterwards import news_is_published
from tests.faults.journey import journey
from tests.faults.stage import Stage
from tests.functional.engine import subscriber_row
from tests.functional.web_world import DOWN, OK, SILENT, Got, World, add_endpoint, endpoints

HOOK, CHAT = "https://hooks.example.com/", "https://chat.example.com/"


def is_signed_by(got: Got, secret: str) -> bool:
    """Whether one of the signatures is by this secret."""
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    signatures = got.headers["webhook-signature"].split(" ")
    return Webhook(secret).sign(got.id, stamp, got.raw) in signatures


def told_once(world: World, url: str) -> bool:
    """Whether every request to an endpoint is a repeat of one message, by its id."""
    got = world.at(url)
    return bool(got) and len({one.id for one in got}) == 1


@journey(news_is_published)
def a_webhook_and_a_chat(stage: Stage) -> Generator[None]:
    with endpoints(stage.system) as world:
        add_endpoint(stage.system, HOOK)
        add_endpoint(stage.system, CHAT, Mode.SLACK)
        yield
        stage.open()
        stage.carry_on()
        yield
        assert world.at(CHAT)
        assert stage.overtaken or told_once(world, HOOK)


def put(stage: Stage, status: str) -> None:
    """What the API's component does."""
    path = "/v1/pages/default/components/svc_api"
    assert stage.operator("PATCH", path, {"component": {"status": status}}).status == 200


def states(world: World) -> list[str]:
    """What an endpoint was told of the component, without repeats."""
    news = [one for one in world.at(HOOK) if "component_update" in one.body]
    return list({one.id: one.body["component_update"]["new_status"] for one in news}.values())


@journey(news_is_published)
def a_component_that_changes_its_state(stage: Stage) -> Generator[None]:
    """One endpoint is told, whose failing is over."""
    with endpoints(stage.system) as world:
        add_endpoint(stage.system, HOOK)
        yield
        world.answers[HOOK] = DOWN
        put(stage, "degraded_performance")
        stage.carry_on()
        world.answers[HOOK] = OK
        stage.wait(120)
        yield
        assert states(world) == ["degraded_performance"]


@journey(news_is_published)
def a_components_change_in_pieces(stage: Stage) -> Generator[None]:
    """Each task looks at a few, and hands on what is left."""
    with (
        endpoints(stage.system) as world,
        mock.patch.object(component_changes, "PER_TASK", 1),
    ):
        add_endpoint(stage.system, HOOK)
        add_endpoint(stage.system, CHAT)
        yield
        put(stage, "partial_outage")
        stage.carry_on()
        yield
        assert states(world) == ["partial_outage"]
        assert len({one.id for one in world.at(CHAT)}) == 1


@journey(news_is_published)
def a_component_that_changes_while_nobody_answers(stage: Stage) -> Generator[None]:
    """Of two states the latest is the last that is told."""
    with endpoints(stage.system) as world:
        add_endpoint(stage.system, HOOK)
        world.answers[HOOK] = SILENT
        yield
        put(stage, "degraded_performance")
        stage.carry_on()
        stage.wait(1)
        put(stage, "major_outage")
        stage.carry_on()
        world.answers[HOOK] = OK
        stage.wait(180)
        yield
        assert states(world)[-1] == "major_outage"


@journey(news_is_published)
def rotating_a_signing_secret(stage: Stage) -> Generator[None]:
    """Whoever asks again has rotated twice: what is signed then are the last two."""
    with endpoints(stage.system) as world:
        one = add_endpoint(stage.system, HOOK)
        name = stage.system.resources.reference("CodeKeysSecret", None)
        stored = stage.system.clients.secrets.get_secret_value(SecretId=name)["SecretString"]
        token = manage_token(read_keys(stored).current, "default", one, 0, stage.now + 3600)
        stage.secrets.append(token)
        headers = {"Authorization": f"Bearer {token}"}
        yield
        path = f"/subscriptions/{one}/signing_secret"
        made = stage.request("POST", path, headers=headers)
        stage.open()
        stage.carry_on()
        yield
        assert made.status in (200, 409), made  # the second where it was asked twice at once
        is_in_force = made.status == 200 and not stage.overtaken
        assert not is_in_force or is_signed_by(world.got[-1], made.json["signing_secret"])


@journey(news_is_published)
def a_webhook_that_comes_back(stage: Stage) -> Generator[None]:
    with endpoints(stage.system) as world:
        one = add_endpoint(stage.system, HOOK)
        world.answers[HOOK] = DOWN
        yield
        stage.open()
        stage.carry_on()
        world.answers[HOOK] = OK
        stage.wait(60)
        yield
        assert world.at(HOOK)
        assert "failing" not in subscriber_row(stage.system, one)


@journey(news_is_published)
def a_webhook_that_never_answers(stage: Stage) -> Generator[None]:
    with endpoints(stage.system) as world:
        add_endpoint(stage.system, HOOK)
        world.answers[HOOK] = SILENT
        yield
        stage.open()
        stage.carry_on()
        world.answers[HOOK] = OK
        stage.wait(180)
        yield
        assert stage.overtaken or told_once(world, HOOK)


@journey(news_is_published)
def a_webhook_that_is_given_up(stage: Stage) -> Generator[None]:
    with endpoints(stage.system) as world:
        one = add_endpoint(stage.system, HOOK)
        world.answers[HOOK] = DOWN
        yield
        stage.open()
        stage.carry_on()
        stage.wait(2 * GIVEN_UP_AFTER, step=3600)
        yield
        assert subscriber_row(stage.system, one)["state"] == "quarantined"


@journey(news_is_published)
def a_webhook_that_sleeps(stage: Stage) -> Generator[None]:
    """Its owner has set quiet hours; then it is held, and comes by way of the sender."""
    quiet = Preferences(quiet_hours="07:00-09:00", timezone="UTC", critical_always=False)
    with endpoints(stage.system) as world:
        add_endpoint(stage.system, HOOK, preferences=quiet)
        yield
        stage.open()
        stage.carry_on()
        stage.live(2 * 3600, step=600)
        yield
        assert stage.overtaken or told_once(world, HOOK)


@journey(news_is_published)
def a_webhook_that_signs_up(stage: Stage) -> Generator[None]:
    """A code is posted to it, and whoever reads it enters it."""
    with endpoints(stage.system) as world:
        yield
        asked = stage.request("POST", "/subscriptions", {"endpoint": HOOK, "consent": True})
        stage.carry_on()
        if world.got and asked.status == 202:
            given = {"code": world.got[-1].body["code"], "secret": asked.json["secret"]}
            stage.request("POST", f"/subscriptions/{asked.json['id']}/verify", given)
        stage.carry_on()
        yield
        assert not stage.system.texts(None)
