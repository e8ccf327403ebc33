"""PagerDuty's signatures, and those that are none of them."""

import pytest

from statustext.domain.alerts.pagerduty_signing import is_signed, signature_of

BODY = '{"event": {"data": {"title": "Żółw is slow"}}}'.encode()
NEW, OLD = "the-new-secret-of-pagerduty", "the-old-secret-of-pagerduty"
BY_NEW, BY_OLD = signature_of(NEW, BODY), signature_of(OLD, BODY)


def test_it_is_what_openssl_makes_of_it() -> None:
    """printf '%s' '{"a":1}' | openssl dgst -sha256 -hmac secret"""
    made = "v1=aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494"
    assert signature_of("secret", b'{"a":1}') == made


@pytest.mark.parametrize(
    ("header", "secrets", "is_ours"),
    [
        (BY_NEW, [NEW], True),
        (BY_NEW, [NEW, OLD], True),
        (BY_OLD, [NEW, OLD], True),
        (f"{BY_OLD},{BY_NEW}", [NEW], True),
        (f"{BY_NEW}, {BY_OLD}", [NEW], True),
        (f"v2=abc,{BY_NEW}", [NEW], True),
        (BY_OLD, [NEW], False),
        ("", [NEW], False),
        ("v1=", [NEW], False),
        (",,,", [NEW], False),
        (BY_NEW.removeprefix("v1="), [NEW], False),
        (BY_NEW.replace("v1=", "v2="), [NEW], False),
        (BY_NEW.upper(), [NEW], False),
        (BY_NEW[:-1], [NEW], False),
        (BY_NEW + "0", [NEW], False),
        ("v1=żółw", [NEW], False),
        (BY_NEW, [], False),
        (BY_NEW, [""], False),
    ],
)
def test_which_headers_sign_a_body(header: str, secrets: list[str], is_ours: bool) -> None:
    assert is_signed(header, BODY, secrets) is is_ours


def test_a_body_that_was_changed_is_not_signed() -> None:
    assert not is_signed(BY_NEW, BODY + b" ", [NEW])
