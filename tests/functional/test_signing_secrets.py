"""A webhook's signing secret is replaced by its owner: for a day the old one signs, too."""

from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from statustext.domain.webhook_signing import OLD_SIGNS_FOR
from tests.functional.test_web_sign_up import URL, ask
from tests.functional.web_world import Got, World, world
from tests.stepped import Answer, SteppedSystem

__all__ = ["world"]


def sign_up(system: SteppedSystem, world: World) -> tuple[str, str, str]:
    """A confirmed webhook's id, its manage token and its secret."""
    asked = ask(system)
    got = world.got[-1].body
    given = {"code": got["code"], "secret": asked.json["secret"]}
    verified = system.http("POST", f"/subscriptions/{asked.json['id']}/verify", given).json
    system.run()
    return verified["id"], verified["manage_token"], got["signing_secret"]


def rotate(system: SteppedSystem, one: str, token: str) -> Answer:
    headers = {"Authorization": f"Bearer {token}"}
    return system.http("POST", f"/subscriptions/{one}/signing_secret", headers=headers)


def signed_by(got: Got, *secrets: str) -> bool:
    """Whether these secrets signed it, in this order, and no others."""
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    made = [Webhook(secret).sign(got.id, stamp, got.raw) for secret in secrets]
    return got.headers["webhook-signature"].split(" ") == made


def test_for_a_day_the_old_secret_signs_too(system: SteppedSystem, world: World) -> None:
    one, token, old = sign_up(system, world)
    rotated = rotate(system, one, token)
    assert rotated.status == 200, rotated
    new = rotated.json["signing_secret"]
    assert new.startswith("whsec_")
    assert new != old
    assert rotated.json["old_secret_signs_until"] == "2027-01-16T08:00:00.000Z"
    system.open_incident("While both sign")
    assert signed_by(world.got[-1], new, old)
    system.clock.shift(OLD_SIGNS_FOR)
    system.open_incident("A day later")
    assert signed_by(world.got[-1], new)


def test_whoever_reads_it_by_either_secret_verifies_it(system: SteppedSystem, world: World) -> None:
    one, token, old = sign_up(system, world)
    new = rotate(system, one, token).json["signing_secret"]
    system.open_incident()
    got = world.got[-1]
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    given = got.headers["webhook-signature"].split(" ")
    assert all(Webhook(secret).sign(got.id, stamp, got.raw) in given for secret in (old, new))


def test_of_several_rotations_the_last_two_secrets_sign(
    system: SteppedSystem, world: World
) -> None:
    one, token, _ = sign_up(system, world)
    first = rotate(system, one, token).json["signing_secret"]
    second = rotate(system, one, token).json["signing_secret"]
    system.open_incident()
    assert signed_by(world.got[-1], second, first)


def test_who_subscribes_again_is_posted_the_newest_secret(
    system: SteppedSystem, world: World
) -> None:
    one, token, _ = sign_up(system, world)
    new = rotate(system, one, token).json["signing_secret"]
    headers = {"Authorization": f"Bearer {token}"}
    assert system.http("DELETE", f"/subscriptions/{one}", headers=headers).status == 200
    system.clock.shift(3600)
    ask(system)
    assert world.got[-1].url == URL
    assert world.got[-1].body["signing_secret"] == new


def test_only_its_owner_rotates_and_only_a_webhooks(system: SteppedSystem, world: World) -> None:
    one, token, _ = sign_up(system, world)
    assert rotate(system, one, "nothing").status == 401
    other = system.subscribe()
    refused = rotate(system, other["id"], other["manage_token"])
    assert (refused.status, refused.code) == (409, "not_a_webhook")
    assert rotate(system, other["id"], token).status == 401
    audit = system.operator("GET", "/v1/pages/default/audit").text
    assert "secret_rotated" not in audit


def test_a_rotation_is_in_the_audit_trail_without_the_secret(
    system: SteppedSystem, world: World
) -> None:
    one, token, _ = sign_up(system, world)
    new = rotate(system, one, token).json["signing_secret"]
    audit = system.operator("GET", "/v1/pages/default/audit").text
    assert "subscriber.secret_rotated" in audit
    assert new not in audit
