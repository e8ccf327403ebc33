"""Sign-up by Statuspage's public API v2, as its clients send it, and as people may abuse it."""

import json
from pathlib import Path
from typing import Any

import pytest

from statustext.adapters.subscribers import preferences_of
from statustext.domain.page import consent_version
from tests.stepped import Answer, SteppedSystem

RECORDED = Path(__file__).parents[1] / "clients" / "recorded"
API = "/api/v2/subscribers"
PHONE = "+15558585400"
NEW = {"subscriber[phone_number]": "5558585400", "subscriber[phone_country]": "us"}


@pytest.fixture
def page(system: SteppedSystem) -> SteppedSystem:
    """A page that has turned it on."""
    changed = system.operator("PATCH", "/v1/pages/default", {"statuspage_sign_up": True})
    assert changed.json["statuspage_sign_up"] is True
    return system


def post(system: SteppedSystem, more: dict[str, str] | None = None, **by: Any) -> Answer:
    return system.http("POST", f"{API}.json", form={**NEW, **(more or {})}, **by)


def subscribe(system: SteppedSystem, more: dict[str, str] | None = None) -> str:
    """Sign up and enter the code; the id that the sign-up answered."""
    answer = post(system, more)
    assert answer.status == 201, answer
    system.run()
    one = str(answer.json["subscriber"]["id"])
    done = system.http("POST", f"{API}/{one}/verify", form=_code(system))
    assert (done.status, done.json["subscriber"]["id"]) == (200, one)
    return one


def _code(system: SteppedSystem) -> dict[str, str]:
    return {"subscriber[code]": system.code(PHONE)}


def id_of(system: SteppedSystem, key: str) -> str:
    return str(system.operator("GET", f"/v1/pages/default/components/{key}").json["id"])


def wanted(system: SteppedSystem) -> Any:
    (row,) = system.rows("subscriber")
    return preferences_of(row["preferences"])


def test_a_sign_up_is_answered_as_statuspage_does_and_begins_with_the_code(
    page: SteppedSystem,
) -> None:
    one = subscribe(page)
    shown = page.http("GET", f"{API}/{one}.json")
    assert shown.json == {
        "subscriber": {
            "created_at": "2027-01-15T08:00:00.000Z",
            "skip_confirmation_notification": False,
            "quarantined_at": None,
            "id": one,
            "mode": "sms",
            "purge_at": None,
            "phone_number": "+1555858xxxx",
            "phone_country": "US",
            "components": [],
        }
    }
    (consent,) = page.rows("consent")
    assert consent["method"] == "statuspage_api"
    assert consent["version"] == consent_version(consent["text"])
    assert "Reply STOP" in consent["text"]
    page.open_incident()
    page.run()
    assert "API is down" in page.texts(PHONE)[-1]


def test_it_is_off_until_the_page_turns_it_on(system: SteppedSystem) -> None:
    refused = post(system)
    assert refused.status == 422
    assert refused.json == [
        "This page takes no sign-ups by this API; subscribe at https://status.example.test/."
    ]
    system.run()
    assert system.texts(None) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"email": "tyler@example.com"}, "This page does not send e-mail"),
        ({"email": "nope"}, "This page does not send e-mail"),
        ({"email": "a@example.com", "endpoint": "http://127.0.0.1:9/x"}, "does not call webhooks"),
        ({"phone_number": "wrong"}, "Give the number as in"),
        ({"phone_number": "+442079460018"}, "This is a landline"),
        ({"phone_number": "5558585400", "phone_country": "us", "incident": "nothing"}, "There is"),
        (
            {"phone_number": "5558585400", "phone_country": "us", "components": ["x"]},
            "no service x",
        ),
        ({"phone_number": "5558585400", "component_ids": ["x"]}, "did you mean components"),
        ({}, "Send phone_number and phone_country"),
    ],
)
def test_what_cannot_be_is_refused_in_a_list_of_sentences(
    page: SteppedSystem, given: dict[str, Any], sentence: str
) -> None:
    refused = page.http("POST", f"{API}.json", {"subscriber": given})
    assert refused.status == 422
    (said,) = refused.json
    assert sentence in said
    assert said.endswith(".")


def test_a_duplicate_is_led_to_who_is_there_masked(page: SteppedSystem) -> None:
    own = subscribe(page)
    again = post(page)
    assert again.status == 302
    assert again.headers["Location"].startswith("subscribers/sub_")
    shown = page.http("GET", f"/api/v2/{again.headers['Location']}")
    assert shown.json["subscriber"]["phone_number"] == "+1555858xxxx"
    page.run()
    assert len(page.texts(PHONE)) == 2  # code and welcome
    stranger = shown.json["subscriber"]["id"]
    assert stranger != own
    for method, body in (("DELETE", None), ("PATCH", {"subscriber": {"components": []}})):
        refused = page.http(method, f"{API}/{stranger}.json", body)
        assert (refused.status, refused.code) == (403, "id_only_shows")


def test_a_sign_up_under_way_is_a_duplicate_only_of_the_same_wishes(page: SteppedSystem) -> None:
    """Else a stranger's choice of components would be the owner's."""
    assert post(page).status == 201
    assert post(page).status == 302
    api = id_of(page, "svc_api")
    assert post(page, {"subscriber[components][0]": api}).status == 201


def test_a_number_that_opted_out_looks_like_a_new_one(page: SteppedSystem) -> None:
    other = {"subscriber[phone_number]": "5558585999"}
    subscribe(page)
    page.reply("STOP", PHONE)
    texts = len(page.texts(PHONE))
    for more in ({}, other):
        new, again = post(page, more), post(page, more)
        assert (new.status, again.status) == (201, 302)
        shown = page.http("GET", f"/api/v2/{again.headers['Location']}")
        assert shown.status == 200
    page.run()
    assert len(page.texts(PHONE)) == texts


def test_whoever_signed_up_may_choose_components_before_the_code_and_after(
    page: SteppedSystem,
) -> None:
    api, payments = id_of(page, "svc_api"), id_of(page, "svc_payments")
    one = str(post(page).json["subscriber"]["id"])
    tuned = {"subscriber[id]": one, "subscriber[components][]": api}
    answer = page.http("POST", f"{API}.json", form=tuned)
    assert (answer.status, answer.json["subscriber"]["components"]) == (200, [api])
    page.run()
    page.http("POST", f"{API}/{one}/verify", form=_code(page))
    assert wanted(page).services == (api,)
    changed = page.http("PATCH", f"{API}/{one}.json", {"subscriber": {"components": [payments]}})
    assert changed.json["subscriber"]["components"] == [payments]
    everything = {"subscriber[id]": one, "subscriber[components][]": ""}
    assert page.http("PATCH", f"{API}.json", form=everything).status == 200
    assert wanted(page).services == ()
    assert page.http("PATCH", f"{API}/{one}.json", {"subscriber": {}}).status == 422


@pytest.mark.parametrize("is_in_path", [True, False])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_it_is_ended_by_path_and_by_body(
    page: SteppedSystem, *, is_in_path: bool, is_confirmed: bool
) -> None:
    one = subscribe(page) if is_confirmed else str(post(page).json["subscriber"]["id"])
    page.run()
    if is_in_path:
        ended = page.http("DELETE", f"{API}/{one}.json")
    else:
        ended = page.http("DELETE", f"{API}.json", form={"subscriber[id]": one})
    assert (ended.status, ended.json["subscriber"]["id"]) == (200, one)
    assert page.http("GET", f"{API}/{one}.json").status == 404
    assert page.http("DELETE", f"{API}/{one}.json").status == 404
    code = page.http("POST", f"{API}/{one}/verify", form=_code(page))
    assert (code.status, code.json[0][:9]) == (422, "This code")
    page.open_incident()
    page.run()
    assert not [one for one in page.texts(PHONE) if "API is down" in one]


def test_a_sign_up_that_was_taken_back_is_texted_no_code(page: SteppedSystem) -> None:
    page.operator("PATCH", "/v1/pages/default/sending", {"paused": True})
    one = str(post(page).json["subscriber"]["id"])
    page.run()
    assert page.http("DELETE", f"{API}/{one}.json").status == 200
    page.operator("PATCH", "/v1/pages/default/sending", {"paused": False})
    page.advance(60)
    assert page.texts(PHONE) == []


def test_an_id_ends_nothing_that_began_with_another_sign_up(page: SteppedSystem) -> None:
    """The number may be somebody else's by now."""
    first = subscribe(page)
    page.reply("STOP", PHONE)
    page.reply("START", PHONE)
    assert page.http("GET", f"{API}/{first}.json").status == 200
    assert page.http("DELETE", f"{API}/{first}.json").status == 200
    page.advance(3600)
    second = subscribe(page)
    assert page.http("DELETE", f"{API}/{first}.json").status == 404
    assert page.http("GET", f"{API}/{second}.json").status == 200


def test_another_code_is_texted_by_both_paths(page: SteppedSystem) -> None:
    one = str(post(page).json["subscriber"]["id"])
    page.run()
    for path in ("resend_confirmation", "resend_confirmation.json"):
        page.advance(600)
        assert page.http("POST", f"{API}/{one}/{path}").status == 201
        page.run()
    assert len(page.texts(PHONE)) == 3
    again = post(page)
    assert again.status == 302
    by_number = again.headers["Location"].removesuffix(".json")
    done = page.http("POST", f"/api/v2/{by_number}/verify", form=_code(page))
    assert done.json["subscriber"]["id"] == one


def test_the_limits_are_those_of_the_form(page: SteppedSystem) -> None:
    for number in range(10):
        given = {"subscriber[phone_number]": f"555858{number:04}"}
        assert post(page, given, source_ip="203.0.113.9").status == 201
    refused = post(page, source_ip="203.0.113.9")
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert refused.headers["Retry-After"]


def test_one_incident_is_told_to_its_end_and_no_other(page: SteppedSystem) -> None:
    incident = page.open_incident("Slow checkout")
    subscribe(page, {"subscriber[incident]": incident})
    other = page.open_incident("Something else")
    page.update_incident(incident, status="monitoring", body="A fix is out.")
    page.run()
    page.update_incident(incident, status="resolved", body="Done.")
    page.update_incident(other, status="resolved", body="Done.")
    page.run()
    texts = page.texts(PHONE)[2:]
    assert len(texts) == 2
    assert all("Slow checkout" in text for text in texts)
    refused = post(page, {"subscriber[incident]": incident})
    assert refused.json == [
        "There is no unresolved incident of this id; subscribe to the page instead."
    ]
    assert post(page).status == 201  # to the whole page is more than one incident
    page.advance(600)
    page.http("POST", f"{API}/{wanted_id(page)}/verify", form=_code(page))
    assert wanted(page).incidents == ()


def wanted_id(system: SteppedSystem) -> str:
    (row,) = system.rows("subscriber")
    return str(row["sk"])


def test_a_page_of_its_own_has_its_own_subscribers(page: SteppedSystem) -> None:
    answer = page.http("POST", f"/pages/default{API}.json", form=NEW)
    assert answer.status == 201
    again = page.http("POST", f"/pages/default{API}.json", form=NEW)
    assert again.status == 302
    assert page.http("GET", f"/pages/default/api/v2/{again.headers['Location']}").status == 200
    assert page.http("POST", f"/pages/nowhere{API}.json", form=NEW).status == 404


def test_all_else_is_refused_in_json(page: SteppedSystem) -> None:
    for method, path in (("GET", f"{API}.json"), ("PUT", f"{API}/x.json")):
        assert page.http(method, path).code == "method_not_allowed"
    assert page.http("POST", f"{API}/x/ask").code == "not_found"
    broken = page.http("POST", f"{API}.json", raw=b'{"subscriber": {"id"')
    assert (broken.status, broken.code) == (400, "unreadable_body")
    assert page.http("OPTIONS", f"{API}.json").status in (200, 204)


@pytest.mark.parametrize("client", ["hikari", "se-v2.js"])
def test_what_clients_were_recorded_to_send_is_answered(page: SteppedSystem, client: str) -> None:
    """Ids and contacts are replaced by those of this page; e-mail and webhooks are refused."""
    sent = json.loads((RECORDED / f"{client}.json").read_text(encoding="utf-8"))
    one, answers = "", []
    for request in sent:
        if "/subscribers" not in request["path"]:
            continue
        path = request["path"].replace("abc000000001", one or "abc000000001")
        body = request.get("body", "").replace("8585550054", "5558585400")
        body = body.replace("abc000000001", one)
        for recorded, key in (("b13yz5g2cw10", "svc_api"), ("f7f727f39kx3", "svc_payments")):
            body = body.replace(recorded, id_of(page, key))
        body = body.replace("9397cnvk62zn", id_of(page, "svc_api"))
        headers = {"User-Agent": request["user_agent"]}
        if "content_type" in request:
            headers["Content-Type"] = request["content_type"]
        answer = page.http(request["method"], path, raw=body.encode(), headers=headers)
        answers.append(answer.status)
        if answer.status == 201 and "subscriber" in answer.json:
            one = answer.json["subscriber"]["id"]
        page.advance(600)
    if client == "hikari":  # it signs up by e-mail and by webhook only
        assert answers == [422, 422, 404, 422, 422, 201, 404]
    else:
        assert answers == [201, 201, 200, 422, 422, 200, 200]
