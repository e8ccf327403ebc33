"""Numbers that cannot be reached are left alone, and come back when somebody shows they can be."""

import itertools

import pytest

from statustext.adapters.circuits import open_circuits
from statustext.domain.delivery import announcement_attempt
from tests.functional.engine import (
    add_active,
    delivery,
    once,
    requests_to_twilio,
    spoil,
    subscriber_row,
    watched,
)
from tests.functional.test_twilio_receipts import receipt, send_receipt
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import START, SteppedSystem

DAY = 86_400.0
UNKNOWN_CARRIER, LANDLINE, BAD_NUMBER, STOPPED = 30005, 30006, 21211, 21610


class Someone:
    """An active subscriber whose texts can be refused after they were accepted."""

    def __init__(self, system: SteppedSystem) -> None:
        self.system = system
        ((self.id, self.phone),) = add_active(system, 1).items()
        self._texts = itertools.count(1)
        spoil(system, kind="drop_callbacks")

    def row(self) -> dict[str, object]:
        return subscriber_row(self.system, self.id)

    def refused(self, code: int, at: float, status: str = "undelivered") -> str:
        """A new text is refused at a moment, in seconds from the start; its incident."""
        incident = f"0text{next(self._texts)}"
        self.system.clock.move_to(START + at)
        send_receipt(self.system, incident, self.id, receipt(status, code=code))
        return incident

    def reached(self, at: float, status: str = "delivered", code: int = 0) -> None:
        """A text comes through at a moment."""
        self.system.clock.move_to(START + at)
        incident = self.system.open_incident(f"Incident {next(self._texts)}")
        send_receipt(self.system, incident, self.id, receipt(status, code=code))

    def text(self, body: str, sid: str = "SM1") -> None:
        post(self.system, INBOUND, inbound(body, sid, From=self.phone))


@pytest.fixture
def someone(system: SteppedSystem) -> Someone:
    return Someone(system)


@pytest.mark.parametrize(
    ("times", "state"),
    [
        ((0,), "active"),
        ((0, 0), "active"),
        ((0, DAY - 1), "active"),
        ((0, DAY), "quarantined"),
        ((0, 5 * DAY), "quarantined"),
        ((0, 3600, 7200, DAY - 1), "active"),
        ((0, 3600, DAY), "quarantined"),
        ((0, 30 * DAY - 1), "quarantined"),
        ((0, 30 * DAY), "active"),  # the first of the next thirty days
        ((0, 31 * DAY, 31 * DAY + 60), "active"),
        ((0, 31 * DAY, 32 * DAY), "quarantined"),
    ],
)
@pytest.mark.parametrize("code", [UNKNOWN_CARRIER, LANDLINE])
def test_the_second_time_a_day_apart(
    someone: Someone, code: int, times: tuple[float, ...], state: str
) -> None:
    for at in times:
        someone.refused(code, at)
    assert someone.row()["state"] == state


@pytest.mark.parametrize(
    ("times", "reached", "state"),
    [
        ((0, 2 * DAY), DAY, "active"),
        ((0, 20 * DAY), 19 * DAY, "active"),
        ((0, 2 * DAY, 3 * DAY), DAY, "quarantined"),  # the second counts as the first
        ((0, 2 * DAY), 3 * DAY, "quarantined"),
        ((2, 2 * DAY), 0, "quarantined"),
    ],
)
def test_a_text_that_came_through_forgets_the_first(
    someone: Someone, times: tuple[float, ...], reached: float, state: str
) -> None:
    happens = [(at, False) for at in times] + [(reached, True)]
    for at, is_reached in sorted(happens):
        if is_reached:
            someone.reached(at)
        else:
            someone.refused(UNKNOWN_CARRIER, at)
    assert someone.row()["state"] == state


def test_a_text_that_was_not_delivered_forgets_nothing(someone: Someone) -> None:
    someone.refused(UNKNOWN_CARRIER, 0)
    for number, (final, code) in enumerate([("undelivered", 30003), ("sent", 0)]):
        someone.reached((number + 1) * DAY / 4, final, code)
    someone.refused(UNKNOWN_CARRIER, 2 * DAY)
    assert someone.row()["state"] == "quarantined"


def test_a_delivery_writes_nothing_on_the_subscriber(someone: Someone) -> None:
    someone.refused(UNKNOWN_CARRIER, 0)
    with watched(someone.system) as watch:
        someone.reached(DAY)
        (written,) = watch.of("twilio_webhook", "UpdateItem")
        assert not watch.of("twilio_webhook", "TransactWriteItems")
    assert "#LEDGER#" in written.params["Key"]["pk"]["S"]


def test_a_number_that_is_none_is_quarantined_at_once(someone: Someone) -> None:
    someone.refused(BAD_NUMBER, 0, "failed")
    assert someone.row()["state"] == "quarantined"
    assert someone.row()["quarantined_for"] == "twilio 21211"


@pytest.mark.parametrize("code", [30003, 30008, 30007, 99999])
def test_other_errors_harm_nobody(someone: Someone, code: int) -> None:
    before = someone.row()
    for day in range(4):
        someone.refused(code, day * DAY)
    assert someone.row() == before


def test_a_receipt_that_is_repeated_is_one(someone: Someone) -> None:
    incident = someone.refused(UNKNOWN_CARRIER, 0)
    someone.system.clock.shift(2 * DAY)
    form = receipt("undelivered", code=UNKNOWN_CARRIER)
    send_receipt(someone.system, incident, someone.id, form)
    assert someone.row()["state"] == "active"


def test_the_quarantined_are_not_texted(someone: Someone) -> None:
    someone.refused(BAD_NUMBER, 0)
    with requests_to_twilio(someone.system) as asked:
        someone.system.open_incident()
    assert asked == []


@pytest.mark.parametrize("code", [UNKNOWN_CARRIER, BAD_NUMBER])
def test_who_left_stays_gone(someone: Someone, code: int) -> None:
    someone.text("STOP")
    someone.refused(code, 0)
    incident = someone.refused(code, 2 * DAY)
    assert someone.row()["state"] == "unsubscribed"
    found = delivery(someone.system, incident, someone.id)
    assert found is not None
    assert found.status == "undelivered"


def test_the_receipt_is_kept_when_the_person_leaves_meanwhile(someone: Someone) -> None:
    system = someone.system
    with watched(system) as watch:
        watch.before = once(
            lambda call: call.operation == "TransactWriteItems",
            lambda: someone.text("STOP"),
        )
        incident = someone.refused(BAD_NUMBER, 0)
    assert someone.row()["state"] == "unsubscribed"
    assert someone.row()["suppressed"] == "stop"
    found = delivery(system, incident, someone.id)
    assert found is not None
    assert found.status == "undelivered"


def test_two_receipts_at_once_are_both_kept(someone: Someone) -> None:
    """They meet on the subscriber's row; the one that loses decides anew."""
    system = someone.system
    second = ["0other"]

    def other() -> None:
        send_receipt(system, second[0], someone.id, receipt("undelivered", code=UNKNOWN_CARRIER))

    with watched(system) as watch:
        watch.before = once(lambda call: call.operation == "TransactWriteItems", other)
        first = someone.refused(UNKNOWN_CARRIER, 0)
    for incident in (first, *second):
        found = delivery(system, incident, someone.id)
        assert found is not None
        assert found.status == "undelivered"
    assert someone.row()["state"] == "active"
    assert someone.row()["unreachable_at"] == pytest.approx(START, abs=1)


def test_a_receipt_for_a_direct_text_that_is_not_there_is_passed_over(
    system: SteppedSystem,
) -> None:
    for code in (STOPPED, BAD_NUMBER, UNKNOWN_CARRIER):
        form = receipt("failed", code=code)
        path = "/twilio/default/status/d.none.sub_none.1"
        assert post(system, path, form).status == 200
    assert system.rows("subscriber") == []


# Back again.


@pytest.mark.parametrize("body", ["START", "UNSTOP", "hello?", "STATUS", "yes"])
def test_whoever_texts_can_be_reached(someone: Someone, body: str) -> None:
    someone.refused(UNKNOWN_CARRIER, 0)
    someone.refused(UNKNOWN_CARRIER, 2 * DAY)
    someone.text(body)
    row = someone.row()
    assert row["state"] == "active"
    assert not set(row) & {"quarantined_for", "unreachable_at"}
    (noted,) = [row for row in someone.system.rows("audit") if row["detail"].get("sid") == "SM1"]
    assert noted["event"] == "subscriber.returned"
    someone.refused(UNKNOWN_CARRIER, 3 * DAY)
    assert someone.row()["state"] == "active"


@pytest.mark.parametrize("body", ["STOP", "please stop texting me"])
def test_but_not_with_an_opt_out(someone: Someone, body: str) -> None:
    someone.refused(BAD_NUMBER, 0)
    someone.text(body)
    assert (someone.row()["state"], someone.row()["suppressed"]) == ("unsubscribed", "stop")


def test_an_operator_releases(someone: Someone) -> None:
    system, path = someone.system, f"/api/sms/subscribers/{someone.id}/release"
    someone.refused(BAD_NUMBER, 0)
    answer = system.operator("POST", path)
    assert (answer.status, answer.json) == (200, {"id": someone.id, "status": "active"})
    assert "quarantined_for" not in someone.row()
    (noted,) = [row for row in system.rows("audit") if row["event"] == "subscriber.released"]
    assert noted["detail"] == {"subscriber": someone.id}
    assert noted["actor"].startswith("key ")
    system.open_incident()
    assert len(system.texts(someone.phone)) == 1
    again = system.operator("POST", path)
    assert (again.status, again.code) == (409, "not_quarantined")


def test_an_operator_cannot_undo_an_opt_out(someone: Someone) -> None:
    someone.refused(BAD_NUMBER, 0)
    someone.text("STOP")
    before = someone.row()
    answer = someone.system.operator("POST", f"/api/sms/subscribers/{someone.id}/release")
    assert (answer.status, answer.code) == (409, "not_quarantined")
    assert someone.row() == before


def test_nobody_is_released_who_is_not_there(system: SteppedSystem) -> None:
    for one in ("sub_0000000000000000", "nobody", "x" * 300, "%00"):
        answer = system.operator("POST", f"/api/sms/subscribers/{one}/release")
        assert (answer.status, answer.code) == (404, "subscriber_not_found")


# Circuits, which receipts open as well.


@pytest.mark.parametrize(
    ("code", "more", "scope"),
    [
        (30032, {}, "sender:+15551112222"),
        (30002, {}, "account"),
        (30023, {}, "sender:+15551112222"),
        (30023, {"MessagingServiceSid": "MG" + "a" * 32}, "sender:MG" + "a" * 32),
        (30018, {}, "country:US"),
    ],
)
def test_receipts_of_several_numbers_open_a_circuit(
    someone: Someone, code: int, more: dict[str, str], scope: str
) -> None:
    form = {**receipt("undelivered", code=code), "From": "+15551112222", **more}
    for number in range(3):
        assert open_circuits(someone.system.table) == []
        name = announcement_attempt("0text", 1, f"sub_{number}", 1)
        told = form | {"To": f"+1202555010{number}"}
        for _ in range(2):
            assert post(someone.system, f"/twilio/default/status/{name}", told).status == 200
    assert [one.scope for one in open_circuits(someone.system.table)] == [scope]


def test_a_repeated_receipt_does_not_open_it_again(someone: Someone) -> None:
    from statustext.adapters.circuits import close_circuit

    incident = someone.refused(30002, 0)
    assert len(someone.system.rows("circuit")) == 1
    close_circuit(someone.system.table, "account")
    send_receipt(someone.system, incident, someone.id, receipt("undelivered", code=30002))
    assert someone.system.rows("circuit") == []
