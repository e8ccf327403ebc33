"""The table of Twilio's error codes: each row against Twilio's own words for it.

twilio_error_titles.json is copied from https://www.twilio.com/docs/api/errors.
"""

import json
import re
from pathlib import Path

import pytest

from statustext.adapters.twilio_errors import CODES, ErrorClass, classify

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
    ErrorClass.FILTERED: r"filtered|exceeds carrier limit",
    ErrorClass.SLOW_DOWN: r"rate limit|Rate Limits|Too Many|queued messages|Queue overflow",
    ErrorClass.SENDER_STOPPED: r"Daily Message|daily messages limit",
    ErrorClass.COUNTRY: r"region indicated|not currently reachable|sender ID|available to send",
    ErrorClass.ACCOUNT: r"[Aa]ccount|Permission Denied|Access Denied|Forbidden|Not Found|From|"
    r"Messaging Service|Toll-Free Number|A2P 10DLC",
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_row_means_what_twilio_says(code: int) -> None:
    if code in NOT_LISTED:
        return
    assert re.search(WORDS[CODES[code]], TITLES[code]), TITLES[code]


def test_every_title_is_of_a_row() -> None:
    assert set(TITLES) == set(CODES) - NOT_LISTED


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (ErrorClass.OPTED_OUT, {21610}),
        (ErrorClass.BAD_NUMBER, {21211, 21214, 21217, 21614, 21635}),
        (ErrorClass.UNREACHABLE, {30005, 30006, 30011}),
        (ErrorClass.TEMPORARILY_OFF, {30003, 30008, 30017, 30410}),
        (ErrorClass.FILTERED, {30007, 30019}),
        (ErrorClass.SLOW_DOWN, {14107, 20429, 21611, 30001, 30022}),
        (ErrorClass.SENDER_STOPPED, {30023, 30027, 63038}),
        (ErrorClass.COUNTRY, {21408, 21612, 21703, 30018}),
        (
            ErrorClass.ACCOUNT,
            {10001, 20003, 20005, 20006, 20010, 20403, 20404, 21212, 21603, 21606, 21608}
            | {21701, 21702, 21704, 21705, 30002, 30032, 30033, 30034, 30035},
        ),
    ],
)
def test_a_class_holds_these_codes_and_no_others(kind: ErrorClass, codes: set[int]) -> None:
    assert {code for code, its in CODES.items() if its is kind} == codes
    assert {classify(code) for code in codes} == {kind}


@pytest.mark.parametrize("code", [0, 1, 429, 500, 20001, 21617, 29999, 30004, 99999, -1])
def test_any_other_code_is_temporary(code: int) -> None:
    assert classify(code) is ErrorClass.TEMPORARY
