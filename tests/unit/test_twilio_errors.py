"""The table of Twilio's error codes: each row against Twilio's own words for it.

twilio_error_titles.json is copied from https://www.twilio.com/docs/api/errors.
"""

import json
import re
from pathlib import Path

import pytest

from statustext.adapters.carrier_errors import consequence
from statustext.adapters.twilio_errors import CODES, SENTENCES, classify
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.refusal import (
    CONSEQUENCES,
    WIDE,
    ErrorClass,
    ForCircuit,
    ForDelivery,
    ForSubscriber,
    ForUpdate,
    Scope,
)

TITLES = {
    int(code): title
    for code, title in json.loads(
        Path(__file__).with_name("twilio_error_titles.json").read_text(encoding="utf-8")
    ).items()
}
NOT_LISTED = {21635}
"""Twilio answers with it ("'To' number cannot be a Landline") but its list leaves it out."""

WORDS = {
    ErrorClass.OPTED_OUT: r"unsubscribed recipient",
    ErrorClass.BAD_NUMBER: r"'To' Phone Number|'To' phone number|'To' number is not|"
    r"does not appear to be valid",
    ErrorClass.UNREACHABLE: r"Unknown destination|Landline|not supported by the receiving",
    ErrorClass.TEMPORARILY_OFF: r"Unreachable destination|Unknown error|congestion|Timeout",
    ErrorClass.BLOCKED: r"blocked",
    ErrorClass.NO_ROUTE: r"'To' phone number is not currently|'To' .*reachable|on Carrier",
    ErrorClass.TRIAL: r"'to' phone number provided is not yet verified for this account",
    ErrorClass.FILTERED: r"filtered|exceeds carrier limit",
    ErrorClass.SLOW_DOWN: r"rate limit|Rate Limits|Too Many|queued messages|Queue overflow",
    ErrorClass.SENDER_CAP: r"Daily Message",
    ErrorClass.SENDER: r"[Ff]rom|inbound phone number|Sender ID|Messaging Service|Toll-Free Number|"
    r"A2P 10DLC",
    ErrorClass.COUNTRY: r"region indicated|sender ID",
    ErrorClass.ACCOUNT_CAP: r"Account exceeded the daily",
    ErrorClass.ACCOUNT: r"[Aa]ccount|Permission Denied|Access Denied|Forbidden|Not Found|"
    r"Test Credentials|Authentication",
}

TABLE = {
    # class: codes, scope, subscriber, delivery, circuit, update
    ErrorClass.OPTED_OUT: ({21610}, "pair", "SUPPRESSED", "SUPPRESSED", "NONE"),
    ErrorClass.BAD_NUMBER: (
        {21211, 21214, 21217, 21614, 21635},
        *("number", "QUARANTINED", "FAILED", "NONE"),
    ),
    ErrorClass.UNREACHABLE: (
        {30005, 30006, 30011},
        *("number", "QUARANTINED_AT_SECOND", "FAILED", "NONE"),
    ),
    ErrorClass.TEMPORARILY_OFF: (
        {30003, 30008, 30017, 30410},
        *("number", "UNCHANGED", "FAILED", "NONE"),
    ),
    ErrorClass.BLOCKED: ({30004, 30450}, "number", "UNCHANGED", "FAILED", "NONE"),
    ErrorClass.NO_ROUTE: ({21612, 30024}, "pair", "UNCHANGED", "TRIED_THRICE", "NONE"),
    ErrorClass.TRIAL: ({21608}, "number", "UNCHANGED", "FAILED", "NONE"),
    ErrorClass.FILTERED: ({30007, 30019}, "pair", "UNCHANGED", "FAILED", "NONE"),
    ErrorClass.SLOW_DOWN: (
        {14107, 20429, 21611, 30001, 30022},
        *("sender", "UNCHANGED", "WAITS_A_MOMENT", "REST"),
    ),
    ErrorClass.SENDER_CAP: ({30023, 30027}, "sender", "UNCHANGED", "WAITS", "UNTIL_MIDNIGHT"),
    ErrorClass.SENDER: (
        {21212, 21601, 21603, 21606, 21607, 21657}
        | {21701, 21702, 21703, 21704, 21705, 30032, 30033, 30034, 30035},
        *("sender", "UNCHANGED", "WAITS", "PROBED"),
    ),
    ErrorClass.COUNTRY: ({21408, 30018}, "country", "UNCHANGED", "WAITS", "PROBED"),
    ErrorClass.ACCOUNT_CAP: ({63038}, "account", "UNCHANGED", "WAITS", "HOURLY"),
    ErrorClass.ACCOUNT: (
        {10001, 20003, 20005, 20006, 20008, 20010, 20151, 20403, 20404, 30002},
        *("account", "UNCHANGED", "WAITS", "PROBED"),
    ),
    ErrorClass.TEMPORARY: (set[int](), "number", "UNCHANGED", "TRIED_THRICE", "NONE"),
}


OF_OTHERS = (ErrorClass.ENDPOINT_DOWN, ErrorClass.GONE)
OF_TWILIO = [kind for kind in ErrorClass if kind not in OF_OTHERS]


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_row_means_what_twilio_says(code: int) -> None:
    if code in NOT_LISTED:
        return
    assert re.search(WORDS[CODES[code]], TITLES[code]), TITLES[code]


def of_twilio(code: int) -> ErrorCode:
    return ErrorCode(Carrier.TWILIO, code)


def test_every_title_is_of_a_row() -> None:
    assert set(TITLES) == set(CODES) - NOT_LISTED


@pytest.mark.parametrize("kind", OF_TWILIO)
def test_a_class_holds_these_codes_and_has_these_consequences(kind: ErrorClass) -> None:
    codes, scope, subscriber, delivery, circuit = TABLE[kind]
    assert {code for code, its in CODES.items() if its is kind} == codes
    for code in codes:
        assert (classify(code), consequence(of_twilio(code))) == (kind, CONSEQUENCES[kind])
    found = CONSEQUENCES[kind]
    assert found.scope is Scope(scope)
    assert found.subscriber is ForSubscriber[subscriber]
    assert found.delivery is ForDelivery[delivery]
    assert found.circuit is ForCircuit[circuit]
    assert (found.update is ForUpdate.COUNTED) is (kind is ErrorClass.FILTERED)


@pytest.mark.parametrize("kind", OF_TWILIO)
def test_a_row_is_consistent(kind: ErrorClass) -> None:
    """Only what speaks of more than a number stops others; and what stops them waits itself."""
    found = CONSEQUENCES[kind]
    is_wide = found.scope in WIDE
    assert is_wide is (found.circuit is not ForCircuit.NONE)
    assert is_wide is (found.delivery in (ForDelivery.WAITS, ForDelivery.WAITS_A_MOMENT))
    assert not is_wide or found.subscriber is ForSubscriber.UNCHANGED
    assert re.fullmatch(r"[A-Z].*[.]", SENTENCES[kind])


@pytest.mark.parametrize("code", [21606, 21212, 21603])
def test_what_the_sender_cannot_do_is_the_sender_s_fault(code: int) -> None:
    assert consequence(of_twilio(code)).scope is Scope.SENDER


@pytest.mark.parametrize("code", [0, 1, 429, 500, 20001, 21617, 29999, 99999, -1])
def test_any_other_code_is_temporary(code: int) -> None:
    assert classify(code) is ErrorClass.TEMPORARY
