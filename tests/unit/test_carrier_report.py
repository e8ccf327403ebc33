"""What a carrier's own status page says: how it is read, and for how long it is believed."""

import json

import pytest

from statustext.adapters.carrier_status_page import UnreadablePageError, status_in
from statustext.domain.carrier import Carrier
from statustext.domain.carrier_report import (
    BELIEVED_FOR,
    LOOK_EVERY,
    Reported,
    never_read,
)
from statustext.domain.component import ComponentStatus

NOW = 1_800_000_000.0
DOWN = never_read(Carrier.TWILIO).read(ComponentStatus.MAJOR_OUTAGE, NOW)


def summary(*components: tuple[str, str]) -> bytes:
    """As status.twilio.com serves it, less what nobody reads."""
    found = [{"id": str(n), "name": name, "status": status, "group": False}
             for n, (name, status) in enumerate(components)]  # fmt: skip
    return json.dumps({"page": {"id": "gpkpyklzq55q"}, "components": found}).encode()


@pytest.mark.parametrize("status", list(ComponentStatus))
def test_only_a_major_outage_is_down(status: ComponentStatus) -> None:
    found = status_in(summary(("Voice", "major_outage"), ("SMS", status.value)), "SMS")
    report = never_read(Carrier.TWILIO).read(found, NOW)
    assert report.is_down(NOW) is (status is ComponentStatus.MAJOR_OUTAGE)


def test_the_worst_of_one_name_counts() -> None:
    of_three = summary(("SMS", "operational"), ("sms", "major_outage"), ("SMS", "on_fire"))
    assert status_in(of_three, "SMS") is ComponentStatus.MAJOR_OUTAGE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no summary"),
        (b"<html>", "no summary"),
        (b"[]", "no summary"),
        (b"null", "no summary"),
        (b"{}", "no summary"),
        (b'{"components": null}', "no summary"),
        (b'{"components": [{"name": "SMS"}]}', "no summary"),
        (b'{"components": [{"name": "SMS", "status": 3}]}', "no summary"),
        (summary(("SMS", "major_outage"))[:-9], "no summary"),
        (b"\xff\xfe", "no summary"),
        (b"[" * 100_000, "no summary"),
        (summary(), "no such component"),
        (summary(("Voice", "operational")), "no such component"),
        (summary(("SMS", "on_fire")), "a status that is not known"),
    ],
)
def test_what_does_not_tell(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePageError, match=reason):
        status_in(body, "SMS")


def test_a_page_that_cannot_be_read_changes_nothing() -> None:
    report = DOWN.not_read(NOW + 60)
    assert (report.says, report.since, report.read_at) == (Reported.DOWN, NOW, NOW)
    assert (report.looked_at, report.is_readable) == (NOW + 60, False)
    assert report.is_down(NOW + 60)


def test_nor_is_it_believed_for_ever() -> None:
    assert DOWN.is_down(NOW + BELIEVED_FOR - 1)
    assert not DOWN.is_down(NOW + BELIEVED_FOR)


def test_since_is_when_it_changed() -> None:
    again = DOWN.read(ComponentStatus.MAJOR_OUTAGE, NOW + 300)
    assert (again.since, again.read_at) == (NOW, NOW + 300)
    up = again.read(ComponentStatus.PARTIAL_OUTAGE, NOW + 600)
    assert (up.says, up.since) == (Reported.UP, NOW + 600)


@pytest.mark.parametrize(
    ("after", "is_due"),
    [(0, False), (60, False), (LOOK_EVERY - 61, False), (LOOK_EVERY - 1, True), (LOOK_EVERY, True),
     (-60, False), (-LOOK_EVERY, True)],
)  # fmt: skip
def test_when_to_look(after: float, is_due: bool) -> None:
    """Also where the clock was set back."""
    assert DOWN.is_due(NOW + after) is is_due


def test_what_was_never_read_is_looked_at_at_once() -> None:
    report = never_read(Carrier.TWILIO)
    assert report.is_due(NOW)
    assert not report.is_down(NOW)
