"""Operators: subscribers, the page, its templates and components; by HTTP and from the console."""

from collections.abc import Generator
from unittest import mock
from urllib.parse import quote

from statustext.adapters.pages import get_page
from statustext.adapters.quarantine import quarantine
from statustext.domain.page import Page
from statustext.flows.delivering import due_holds
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    settings_are_changed,
    the_end_is_published,
    the_page_is_paused_and_resumed,
)
from tests.faults.journey import journey
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import open_quietly, subscriber_row
from tests.stepped import START

PAGE, SUBSCRIBERS = "/v1/pages/default", "/api/sms/subscribers"
PHONE = "+15557770002"


def page_of(stage: Stage) -> Page:
    found = get_page(stage.system.table, "default")
    assert found is not None
    return found


OF_PAGE = "/v1/pages/default/subscribers"


@journey(everybody_stops)
def adding_a_verified_subscriber(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    consent = {"source": "paper", "statement": "I agree", "obtained_at": "2027-01-01"}
    wanted = {"services": ["svc_api"]}
    asked = {"phone": PHONE, "verified": True, "consent": consent, "preferences": wanted}
    assert stage.operator("POST", SUBSCRIBERS, asked).status in (201, 409)
    yield
    (row,) = stage.system.rows("subscriber")
    if stage.overtaken:
        assert "suppressed" in row
        return
    assert (row["state"], row["phone"]) == ("active", PHONE)
    assert {proof["statement"] for proof in stage.system.rows("consent")} == {"I agree"}


@journey(everybody_stops)
def adding_a_subscriber_by_code(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    assert stage.operator("POST", SUBSCRIBERS, {"phone": PHONE}).status in (201, 409)
    stage.carry_on()
    yield
    asked = [row for row in stage.system.rows("direct") if row["event"] == "verification"]
    assert len(asked) <= 2
    texts = stage.system.texts(PHONE)
    assert len(texts) <= len(asked), "who asks again is sent another, when the wait is over"
    assert texts or stage.overtaken or "claimed_at" in asked[0], "only doubt keeps it back"


@journey(everybody_stops)
def removing_a_subscriber(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    yield
    assert stage.operator("DELETE", f"{SUBSCRIBERS}?id={one}").status in (200, 404)
    yield
    assert subscriber_row(stage.system, one)["state"] == "unsubscribed"


@journey(everybody_stops)
def releasing_a_subscriber(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    stage.system.table.write(quarantine("default", one, "twilio 30005", START))
    yield
    assert stage.operator("POST", f"{SUBSCRIBERS}/{one}/release").status in (200, 409)
    yield
    state = subscriber_row(stage.system, one)["state"]
    assert state == "active" or (stage.overtaken and state == "unsubscribed")


@journey(everybody_stops)
def looking_at_one_subscriber(stage: Stage) -> Generator[None]:
    (one,) = stage.active(services=("svc_api",))
    yield
    answer = stage.operator("GET", f"{SUBSCRIBERS}?id={one}")
    yield
    assert answer.json["phone"] == stage.phones[0]
    assert [row for row in stage.system.rows("audit") if row["event"] == "subscriber.shown"]


@journey(everybody_stops)
def listing_subscribers(stage: Stage) -> Generator[None]:
    everybody = stage.active(3)
    yield
    answer = stage.operator("GET", f"{SUBSCRIBERS}?type=sms")
    yield
    shown = {one["id"] for one in answer.json["subscribers"]}
    assert shown == set(everybody) or (stage.overtaken and not shown)


@journey(everybody_stops)
def importing_editing_and_exporting(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    consent = {"source": "paper", "statement": "I agree", "obtained_at": "2027-01-01"}
    asked = {"csv": f"phone,services\n{PHONE},svc_api\n", "consent": consent}
    stage.forget_secrets()
    assert stage.operator("POST", f"{SUBSCRIBERS}/import", asked).status == 200
    for row in stage.system.rows("subscriber"):
        change = {"preferences": {"services": ["svc_api"], "updates": True}}
        edited = stage.operator("PATCH", f"{SUBSCRIBERS}/{row['sk']}", change)
        assert edited.status in (200, 409)
    assert stage.operator("GET", f"{SUBSCRIBERS}/export").status == 200
    yield
    (row,) = stage.system.rows("subscriber")
    assert row["state"] == "active" or stage.overtaken
    # What was asked for twice is proven twice.
    assert {proof["statement"] for proof in stage.system.rows("consent")} <= {"I agree"}


@journey(everybody_stops)
def finding_a_subscriber(stage: Stage) -> Generator[None]:
    begun = stage.system.subscribe(PHONE)
    stage.phones.append(PHONE)
    yield
    stage.forget_secrets()
    asked = stage.operator("GET", f"{SUBSCRIBERS}?phone={quote(PHONE)}")
    assert [one["id"] for one in asked.json["subscribers"]] == [begun["id"]]
    assert stage.operator("GET", f"{SUBSCRIBERS}?last4={PHONE[-4:]}").status == 200
    yield


@journey(settings_are_changed)
def changing_the_page(stage: Stage) -> Generator[None]:
    yield
    changed = stage.operator("PATCH", PAGE, {"name": "Other", "limits": {"texts_per_hour": 9}})
    assert changed.status == 200, changed
    assert stage.operator("GET", PAGE).status == 200
    yield
    page = page_of(stage)
    assert (page.name, page.limits.texts_per_hour) == ("Other", 9)
    assert page.segment_budget == (2 if stage.overtaken else 1)


@journey(settings_are_changed)
def pausing_and_looking_at_sending(stage: Stage) -> Generator[None]:
    yield
    assert stage.operator("PATCH", f"{PAGE}/sending", {"paused": True}).status == 200
    stage.wait(2)
    assert stage.operator("GET", f"{PAGE}/sending").json["paused"]
    yield
    assert page_of(stage).paused


@journey(settings_are_changed)
def saving_a_template(stage: Stage) -> Generator[None]:
    before = dict(page_of(stage).templates)
    yield
    words = {"template": "{{page}}: {{title}}"}
    assert stage.operator("PUT", f"{PAGE}/templates/created", words).status == 200
    assert stage.operator("GET", f"{PAGE}/templates").status == 200
    yield
    assert page_of(stage).templates == {**before, "created": words["template"]}


@journey(settings_are_changed)
def letting_go_what_quiet_hours_held(stage: Stage) -> Generator[None]:
    stage.set_page(quiet_hours="21:00-08:00")
    stage.active(timezone="America/New_York")
    stage.wait(2)
    stage.open(impact_override="minor")
    stage.carry_on()
    assert stage.system.texts(stage.phones[0]) == []
    yield
    with mock.patch.multiple(due_holds, PER_REQUEST=1, PER_TASK=1):
        assert stage.operator("PATCH", PAGE, {"quiet_hours": "off"}).status == 200
        stage.wait(10)
    yield
    assert len(stage.system.texts(stage.phones[0])) == 1


@journey(settings_are_changed)
def resetting_a_template_and_undoing_it(stage: Stage) -> Generator[None]:
    yield
    path, words = f"{PAGE}/templates/help", {"template": "{{page}} Reply STOP to end."}
    assert stage.operator("POST", f"{path}/preview", words).status == 200
    assert stage.operator("PUT", path, words).status == 200
    assert stage.operator("DELETE", path).status == 200
    newest = stage.operator("GET", f"{PAGE}/versions").json["versions"]
    reset = next(one["id"] for one in newest if one["after"] == {"templates.help": None})
    assert stage.operator("POST", f"{PAGE}/versions/{reset}/undo").status in (200, 409)
    yield
    assert page_of(stage).templates["help"] == words["template"]


@journey(settings_are_changed)
def making_and_changing_a_component(stage: Stage) -> Generator[None]:
    yield
    path = f"{PAGE}/components"
    given = {"component": {"name": "Search", "key": "svc_search"}}
    assert stage.operator("POST", path, given).status in (201, 409)
    assert stage.operator("GET", f"{path}/svc_search").status == 200
    change = {"component": {"status": "major_outage"}}
    assert stage.operator("PATCH", f"{path}/svc_search", change).status == 200
    assert len(stage.operator("GET", path).json) == 3
    yield
    (row,) = (row for row in stage.system.rows("component") if row["key"] == "svc_search")
    assert row["status"] == "major_outage"


@journey(settings_are_changed)
def grouping_and_removing_components(stage: Stage) -> Generator[None]:
    stage.operator("POST", f"{PAGE}/components", {"component": {"name": "Old", "key": "svc_old"}})
    yield
    path = f"{PAGE}/component-groups"
    given = {"component_group": {"name": "Europe", "components": ["svc_old"]}}
    assert stage.operator("POST", path, given).status == 201
    group = stage.operator("GET", path).json[-1]["id"]
    assert stage.operator("GET", f"{path}/{group}").status == 200
    change = {"component_group": {"name": "EU", "components": []}}
    assert stage.operator("PATCH", f"{path}/{group}", change).status == 200
    into = {"component": {"group_id": group}}
    assert stage.operator("PATCH", f"{PAGE}/components/svc_old", into).status in (200, 404)
    assert stage.operator("DELETE", f"{path}/{group}").status in (200, 404)
    assert stage.operator("DELETE", f"{PAGE}/components/svc_old").status in (204, 404)
    yield
    assert "svc_old" not in {row["key"] for row in stage.system.rows("component")}


@journey(the_end_is_published)
def rewording_and_removing_an_incident(stage: Stage) -> Generator[None]:
    incident = stage.open()
    stage.carry_on()
    shown = stage.operator("GET", f"{INCIDENTS}/{incident}").json
    gone = stage.operator("POST", INCIDENTS, QUIET).json["id"]
    yield
    update = f"{INCIDENTS}/{incident}/incident_updates/{shown['incident_updates'][0]['id']}"
    words = {"incident_update": {"body": "Other words."}}
    assert stage.operator("PATCH", update, words).status == 200
    assert stage.operator("DELETE", f"{INCIDENTS}/{gone}").status in (200, 404)
    yield
    assert gone not in {row["sk"] for row in stage.system.rows("incident")}


@journey(settings_are_changed)
def a_postmortem_on_the_page_and_off_it(stage: Stage) -> Generator[None]:
    incident = stage.open()
    stage.change(incident, status="resolved")
    stage.carry_on()
    path = f"{INCIDENTS}/{incident}/postmortem"
    yield
    for words in ("A disk was full.", "A disk was full. We watch it now."):
        draft = {"postmortem": {"body_draft": words}}
        assert stage.operator("PUT", path, draft).status == 200
        assert stage.operator("PUT", f"{path}/publish", {"postmortem": {}}).status == 200
    assert stage.operator("GET", path).json["body"] == words
    assert stage.operator("PUT", f"{path}/revert").status == 200
    assert stage.operator("DELETE", path).status in (204, 404)
    assert stage.operator("GET", "/v1/pages").status == 200
    yield
    (row,) = stage.system.rows("incident")
    assert (row["status"], row.get("postmortem")) == ("resolved", None)


QUIET = {"incident": {"name": "By mistake", "deliver_notifications": False}}


@journey(the_end_is_published)
def looking_at_incidents(stage: Stage) -> Generator[None]:
    incident = stage.open()
    stage.carry_on()
    yield
    (shown,) = stage.operator("GET", f"{INCIDENTS}?q=on%20it").json
    assert shown["id"] == incident
    assert len(stage.operator("GET", f"{INCIDENTS}/unresolved").json) <= 1
    for which in ("scheduled", "upcoming", "active_maintenance"):
        assert stage.operator("GET", f"{INCIDENTS}/{which}").json == []
    assert stage.operator("GET", f"{INCIDENTS}/{incident}").json["id"] == incident
    yield


@journey(the_end_is_published)
def previewing_and_confirming(stage: Stage) -> Generator[None]:
    limits = {"limits.texts_per_hour": 50, "limits.texts_per_month": 50}
    stage.set_page(**limits, confirm_above=1)
    stage.active(updates=True)
    yield
    given = {"name": "API is down", "impact_override": "critical", "body": "On it."}
    seen = stage.operator("POST", f"{INCIDENTS}/preview", {"incident": given}).json
    incident = stage.open(confirm_token=seen["confirm_token"])
    update = {"body": "A disk is full."}
    again = stage.operator("POST", f"{INCIDENTS}/{incident}/preview", {"incident": update}).json
    stage.change(incident, **update, confirm_token=again["confirm_token"])
    stage.carry_on()
    yield
    assert seen["recipients"]["total"] <= 1


@journey(the_end_is_published)
def opening_from_the_console(stage: Stage) -> Generator[None]:
    stage.active()
    yield
    given = {"name": "API is down", "impact_override": "critical", "external_id": "pd-1"}
    stage.console({"action": "open", **given})
    stage.carry_on()
    yield
    assert len(stage.system.rows("incident")) == 1
    texts = stage.system.texts(stage.phones[0])
    assert texts[:1] == ["[Demo] Critical incident: API is down"] or stage.overtaken


@journey(all_is_recalled)
def going_on_from_the_console(stage: Stage) -> Generator[None]:
    stage.active(updates=True)
    incident = stage.open()
    stage.carry_on()
    yield
    stage.console({"action": "update", "id": incident, "status": "identified", "body": "Why."})
    stage.console({"action": "get", "id": incident})
    stage.console({"action": "resolve", "id": incident})
    stage.carry_on()
    yield
    (row,) = stage.system.rows("incident")
    assert row["status"] == "resolved"
    if not stage.overtaken:
        assert stage.system.texts(stage.phones[0])[1:] == ["[Demo] Resolved: API is down"]


@journey(the_page_is_paused_and_resumed)
def recalling_from_the_console(stage: Stage) -> Generator[None]:
    stage.active()
    incident = stage.open()
    yield
    stage.console({"action": "recall", "id": incident})
    stage.carry_on()
    yield
    assert stage.system.texts(None) == [] or stage.overtaken
    (row,) = stage.system.rows("incident")
    assert row["recalled"] == {"1": "recalled"}


@journey(the_page_is_paused_and_resumed)
def recalling_from_the_operators_console(stage: Stage) -> Generator[None]:
    stage.active()
    incident = stage.open()
    yield
    told = stage.console({"action": "recall", "id": incident}, "operator")
    assert told == {"incident": incident, "recalled": 1}
    stage.carry_on()
    yield
    assert stage.system.texts(None) == [] or stage.overtaken


@journey(settings_are_changed)
def pausing_and_looking_from_the_console(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    yield
    assert stage.console({"action": "pause"}, "operator")["paused"]
    stage.wait(2)
    assert stage.console({"action": "sending"}, "operator")["paused"]
    assert stage.console({"action": "list"}, "operator")["subscribers"]
    assert stage.console({"action": "show", "id": one}, "operator")["id"] == one
    yield
    assert page_of(stage).paused


@journey(everybody_stops)
def accounting_for_a_text(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    incident = stage.open()
    stage.carry_on()
    yield
    cursor: str | None = ""
    while cursor is not None:
        path = f"{PAGE}/incidents/{incident}/deliveries?cursor={cursor}".removesuffix("?cursor=")
        cursor = stage.operator("GET", path).json["next_cursor"]
    for path in (f"subscribers/{one}/history", "audit", f"incidents/{incident}/report"):
        assert stage.operator("GET", f"{PAGE}/{path}").status == 200
    cursor = ""
    while cursor is not None:
        path = f"{SMS}/sends?incident={incident}&cursor={cursor}".removesuffix("&cursor=")
        cursor = stage.operator("GET", path).json["next_cursor"]
    assert stage.operator("GET", f"{SMS}/sends/{incident}.1.{one}").status == 200
    assert stage.operator("GET", f"{SMS}/stats").status == 200
    yield


@journey(everybody_stops)
def proving_consent(stage: Stage) -> Generator[None]:
    stage.system.subscribe(PHONE)
    stage.phones.append(PHONE)
    yield
    stage.forget_secrets()
    (proof,) = stage.operator("GET", f"{PAGE}/consent/{quote(PHONE)}").json["consents"]
    assert proof["verified_at"]
    assert stage.operator("GET", f"{PAGE}/compliance_pack").status == 200
    yield


SUPPRESSIONS = "/api/v1/orgs/default/sms/suppressions"


@journey(everybody_stops)
def suppressing_a_number_and_lifting_it(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    asked = {"phone": PHONE, "reason": "asked by e-mail"}
    assert stage.operator("POST", SUPPRESSIONS, asked).status in (201, 409)
    assert stage.operator("GET", SUPPRESSIONS).status == 200
    stage.forget_secrets()
    assert stage.operator("GET", f"{SUPPRESSIONS}/{PHONE}").status == 200
    stage.forget_secrets()
    assert stage.operator("DELETE", f"{SUPPRESSIONS}/{PHONE}").status in (200, 404, 409)
    yield


SMS = "/api/v1/orgs/default/sms"


@journey(everybody_stops)
def reviewing_what_may_have_been_an_opt_out(stage: Stage) -> Generator[None]:
    ((one, phone),) = stage.active().items()
    stage.reply("you have the wrong number", phone)
    stage.carry_on()
    stage.forget_secrets()
    yield
    for how in ("undo", "confirm"):
        waiting = stage.operator("GET", f"{SMS}/reviews").json["reviews"]
        if how == "confirm":
            stage.system.clock.shift(60)
            stage.reply("you have the wrong number", phone)
            stage.carry_on()
            waiting = stage.operator("GET", f"{SMS}/reviews").json["reviews"]
        for each in waiting:
            answer = stage.operator("POST", f"{SMS}/reviews/{each['id']}/{how}")
            assert answer.status in (200, 404, 409)
    yield
    assert "suppressed" in subscriber_row(stage.system, one)


@journey(everybody_stops)
def ordering_a_text_and_reading_what_became_of_it(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    text = {"to": PHONE, "body": "Your ticket 4711 was closed.", "category": "transactional"}
    once = {"Idempotency-Key": "ticket-4711"}
    answer = stage.operator("POST", f"{SMS}/send", text, headers=once)
    assert answer.status in (200, 202)
    stage.carry_on()
    assert stage.operator("POST", f"{SMS}/send", text).status in (200, 202)
    stage.forget_secrets()
    for query in ("", f"?phone=%2B{PHONE[1:]}"):
        assert stage.operator("GET", f"{SMS}/sends{query}").status == 200
    assert stage.operator("GET", f"{SMS}/sends/{answer.json['id']}").status == 200
    yield
    assert len([one for one in stage.system.texts(PHONE) if one == text["body"]]) <= 1


@journey(everybody_stops)
def ordering_a_text_to_an_audience(stage: Stage) -> Generator[None]:
    people = stage.active(2)
    ((_, again),) = list(people.items())[:1]
    yield
    text = {"audience": {"components": ["svc_api"]}, "body": "Slow tonight.", "category": "alert"}
    once = {"Idempotency-Key": "tonight"}
    for _ in range(2):
        assert stage.operator("POST", f"{SMS}/send", text, headers=once).status == 202
    assert stage.operator("POST", f"{SMS}/send", text).status == 202, "the same words again"
    stage.carry_on()
    yield
    assert stage.system.texts(again).count("Slow tonight.") <= 1


@journey(everybody_stops)
def scheduling_two_texts_and_taking_one_back(stage: Stage) -> Generator[None]:
    yield
    stage.phones.append(PHONE)
    text = {"to": PHONE, "category": "transactional", "send_at": "2027-01-15T08:10:00Z"}
    for body in ("The first", "The second"):
        answer = stage.operator("POST", f"{SMS}/send", text | {"body": body})
        assert answer.status in (200, 202)
    taken_back = stage.operator("DELETE", f"{SMS}/sends/{answer.json['id']}")
    assert taken_back.status in (200, 409)
    stage.wait(700, step=100)
    for _ in range(2):
        stage.tick()
        stage.wait(60, step=30)
    yield
    assert stage.system.texts(PHONE).count("The first") <= 1
    assert "The second" not in stage.system.texts(PHONE)


@journey(everybody_stops)
def ordering_for_many_later_and_taking_it_back(stage: Stage) -> Generator[None]:
    again = "+15550000078"
    stage.system.subscribe(PHONE)
    stage.system.subscribe(again)
    yield
    stage.phones += [PHONE, again]
    text = {"audience": {}, "category": "alert", "send_at": "2027-01-15T08:20:00Z"}
    ids = []
    for body in ("For all", "For nobody"):
        ordered = stage.operator("POST", f"{SMS}/send", text | {"body": body})
        assert ordered.status == 202
        ids.append(ordered.json["id"])
    taken_back = stage.operator("DELETE", f"{SMS}/sends/{ids[1]}")
    assert taken_back.status in (200, 409)
    stage.wait(1300, step=650)
    for _ in range(2):
        stage.tick()
        stage.wait(60, step=30)
    yield
    for phone in (PHONE, again):
        assert stage.system.texts(phone).count("For all") <= 1
        assert "For nobody" not in stage.system.texts(phone)


@journey(everybody_stops)
def erasing_a_person(stage: Stage) -> Generator[None]:
    begun = stage.system.subscribe(PHONE)
    yield
    stage.phones.append(PHONE)
    answer = stage.operator("DELETE", f"{SUBSCRIBERS}?id={begun['id']}&erase=true")
    assert answer.status == 200
    yield
    assert PHONE not in str(stage.system.rows("subscriber"))
    assert stage.system.rows("consent") == []


@journey(everybody_stops)
def erasing_oneself(stage: Stage) -> Generator[None]:
    begun = stage.system.subscribe(PHONE)
    yield
    stage.phones.append(PHONE)
    headers = {"Authorization": f"Bearer {begun['manage_token']}"}
    path = f"/subscriptions/{begun['id']}?erase=true"
    assert stage.request("DELETE", path, headers=headers).status in (200, 401)
    yield
    assert PHONE not in str(stage.system.rows("subscriber"))


def added_one(stage: Stage, phone: str) -> str:
    """The id of the only subscriber. Where a STOP came first, only that is kept."""
    (row,) = stage.system.rows("subscriber")
    assert row.get("phone") == phone or (stage.overtaken and "suppressed" in row)
    return str(row["sk"])


@journey(everybody_stops)
def adding_and_asking_again_by_statuspages_api(stage: Stage) -> Generator[None]:
    phone = "+15557770077"
    stage.phones.append(phone)
    yield
    given = {"subscriber": {"phone_number": phone, "component_ids": ["svc_api"]}}
    added = stage.operator("POST", OF_PAGE, given)
    assert added.status in (201, 409), added
    stage.carry_on()
    stage.system.clock.shift(40)
    one = added_one(stage, phone)
    answer = stage.operator("POST", f"{OF_PAGE}/{one}/resend_confirmation")
    assert answer.status in (201, 404, 409), answer
    stage.carry_on()
    yield
    assert len(stage.system.texts(phone)) <= 3


@journey(everybody_stops)
def removing_whom_one_has_just_added(stage: Stage) -> Generator[None]:
    phone = "+15557770076"
    stage.phones.append(phone)
    yield
    added = stage.operator("POST", OF_PAGE, {"subscriber": {"phone_number": phone}})
    assert added.status in (201, 409), added
    if added.status == 201:
        path = f"{OF_PAGE}/{added.json['id']}"
        assert stage.operator("GET", path).status in (200, 404)
        assert stage.operator("DELETE", path).status in (200, 404)
    yield
    assert len(stage.system.texts(phone)) <= 1


@journey(everybody_stops)
def acting_on_many_by_statuspages_api(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    stage.system.table.write(quarantine("default", one, "twilio 30005", START))
    yield
    every = {"subscribers": "all", "state": "all"}
    for act in ("reactivate", "resend_confirmation"):
        assert stage.operator("POST", f"{OF_PAGE}/{act}", every).status == 201
    stage.operator("PATCH", f"{OF_PAGE}/{one}", {"component_ids": ["svc_api"]})
    assert stage.operator("GET", f"{OF_PAGE}/{one}").status == 200
    assert stage.operator("DELETE", f"{OF_PAGE}/{one}").status in (200, 404)
    yield
    assert subscriber_row(stage.system, one)["state"] == "unsubscribed"


@journey(everybody_stops)
def telling_somebody_of_one_more_incident(stage: Stage) -> Generator[None]:
    given = {"phone_number": "+15557770078", "skip_confirmation_notification": True}
    stage.phones.append("+15557770078")
    paths = [f"{INCIDENTS}/{open_quietly(stage.system, name)}/subscribers" for name in "AB"]
    one = stage.operator("POST", paths[0], {"subscriber": given}).json["id"]
    yield
    assert stage.operator("POST", paths[1], {"subscriber": given}).status in (201, 409)
    stage.operator("GET", paths[1])
    assert stage.operator("GET", f"{paths[1]}/{one}").status in (200, 404)
    assert stage.operator("DELETE", f"{paths[0]}/{one}").status in (200, 404, 409)
    yield
    if stage.overtaken:
        return
    told = subscriber_row(stage.system, one)["preferences"]["incidents"]
    assert [f"{INCIDENTS}/{incident}/subscribers" for incident in told] == paths[1:]


@journey(everybody_stops)
def asking_again_about_one_incident(stage: Stage) -> Generator[None]:
    phone = "+15557770079"
    stage.phones.append(phone)
    path = f"{INCIDENTS}/{open_quietly(stage.system, 'A')}/subscribers"
    yield
    added = stage.operator("POST", path, {"subscriber": {"phone_number": phone}})
    assert added.status in (201, 409), added
    stage.carry_on()
    stage.system.clock.shift(40)
    one = added_one(stage, phone)
    answer = stage.operator("POST", f"{path}/{one}/resend_confirmation")
    assert answer.status in (201, 404, 409), answer
    stage.carry_on()
    assert stage.operator("DELETE", f"{path}/{one}").status in (200, 404)
    yield
    assert len(stage.system.texts(phone)) <= 3


@journey(settings_are_changed)
def listing_by_statuspages_api(stage: Stage) -> Generator[None]:
    (one,) = stage.active()
    yield
    listed = stage.operator("GET", OF_PAGE)
    counted = stage.operator("GET", f"{OF_PAGE}/count")
    histogram = stage.operator("GET", f"{OF_PAGE}/histogram_by_state")
    left = stage.operator("GET", f"{OF_PAGE}/unsubscribed")
    everybody = {"subscribers": [one]}
    gone = stage.operator("POST", f"{OF_PAGE}/unsubscribe", everybody)
    yield
    assert [row["id"] for row in listed.json] == [one]
    assert (counted.json["sms"], histogram.json["sms"]["active"], left.json) == (1, 1, [])
    assert one in (*gone.json["done"], *gone.json["left"])
