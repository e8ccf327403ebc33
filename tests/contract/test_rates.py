"""Every rate that the template takes is carried by what else it says: see rates.py."""

import pytest

from statustext.adapters.twilio_http import CONNECT_TIMEOUT, READ_TIMEOUT
from tests.contract import rates
from tests.contract.cloudformation import ROOT, of_type, target

STATUS, INBOUND = "/twilio/{page}/status/{attempt}", "/twilio/{page}/inbound"
RESERVE = 20.0
"""Seconds that the sender keeps for its last text (functions/sender/app.py)."""


@pytest.fixture(params=[1, 2, 3, 10, 16, 17, 50, 99, 100, 399, 400, 625, 1000])
def mps(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_receipts_are_let_through_at_every_rate() -> None:
    """Twice over, so that what is repeated does not keep out what is new."""
    for mps in rates.rates():
        need = rates.needs(mps)
        assert rates.throttle(STATUS, mps) >= 2 * need.receipts, mps
        assert rates.throttle(INBOUND, mps) >= 2 * need.replies, mps
        assert rates.throttle(STATUS, mps) <= rates.ACCOUNT_REQUESTS, mps


@pytest.mark.parametrize(
    ("name", "needed"),
    [("SenderFunctionAnnouncements", "announcements"), ("FanOutFunctionTasks", "fan_outs")],
)
def test_every_rate_has_a_concurrency_that_one_may_choose(name: str, needed: str, mps: int) -> None:
    allowed = rates.concurrency(name)
    assert allowed["MinValue"] <= getattr(rates.needs(mps), needed) <= allowed["MaxValue"]


@pytest.mark.parametrize("name", ["WebhookReservedConcurrency", "SenderReservedConcurrency"])
def test_so_much_may_be_reserved_as_is_needed(name: str) -> None:
    most = rates.needs(max(rates.rates()))
    needed = most.webhooks if name.startswith("Webhook") else most.announcements + 100
    assert rates.parameter(name)["MaxValue"] >= needed


def test_the_ledger_s_changes_are_counted_as_fast_as_they_come(mps: int) -> None:
    counted = rates.mapping("RelayFunctionDeliveries")
    at_once = rates.SHARDS * counted["ParallelizationFactor"]
    assert at_once / rates.RELAY_SECONDS >= rates.LEDGER_CHANGES * mps
    seconds = counted["BatchSize"] * rates.RELAY_SECONDS
    assert seconds < of_type("AWS::Lambda::Function")["RelayFunction"]["Timeout"] / 2


@pytest.mark.parametrize("name", ["SenderFunctionAnnouncements", "SenderFunctionCodes"])
def test_a_sender_gets_ahead_and_puts_back_the_rest_at_every_rate(name: str, mps: int) -> None:
    """What does not fit is put back; but one text of three segments must, and its record."""
    source = rates.mapping(name)
    timeout = of_type("AWS::Lambda::Function")["SenderFunction"]["Timeout"]
    queue = of_type("AWS::SQS::Queue")[target(source["EventSourceArn"])]
    share = mps / rates.needs(mps).announcements
    assert 3 / share < timeout - RESERVE
    assert CONNECT_TIMEOUT + READ_TIMEOUT <= rates.TWILIO_SECONDS < RESERVE
    assert queue["VisibilityTimeout"] >= 3 * timeout
    assert source["BatchSize"] * 2 / mps < timeout - RESERVE


def test_a_web_acl_never_refuses_twilio(mps: int) -> None:
    acl = of_type("AWS::WAFv2::WebACL")["WebAcl"]
    (rule,) = [one for one in acl["Rules"] if one["Name"] == "webhooks-of-an-address"]
    limit = rule["Statement"]["RateBasedStatement"]
    let_through = float(rates.resolved(limit["Limit"], mps)) / limit["EvaluationWindowSec"]
    need = rates.needs(mps)
    assert let_through > 2 * (need.receipts + need.replies), "all from one address"
    assert let_through < rates.throttle(STATUS, mps), "which cannot keep out the others"


def test_the_readme_s_table_is_this_computation() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\n".join(rates.table()) in readme
