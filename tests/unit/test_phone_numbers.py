"""Which numbers can be texted, and how they are shown."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from statustext.domain.masking import mask, mask_all
from statustext.domain.phone_numbers import (
    REFUSALS,
    TEXTABLE,
    UnusableNumberError,
    parse,
)

EVERYWHERE = frozenset(phonenumbers.SUPPORTED_REGIONS)


def refusal(written: str, country: str | None = None, served: frozenset[str] = EVERYWHERE) -> str:
    with pytest.raises(UnusableNumberError) as refused:
        parse(written, country, served, allow_fictional=False)
    assert refused.value.message.endswith(".")
    assert str(refused.value) == refused.value.code
    return refused.value.code


@pytest.mark.parametrize(
    ("written", "country", "e164", "region"),
    [
        ("+12015200123", None, "+12015200123", "US"),
        ("(201) 520-0123", "US", "+12015200123", "US"),
        ("(201) 520-0123", "us", "+12015200123", "US"),
        ("1 201 520 0123", "US", "+12015200123", "US"),
        ("+1 201 520 0123", "GB", "+12015200123", "US"),
        ("011 44 7400 123456", "US", "+447400123456", "GB"),
        ("07400 123456", "GB", "+447400123456", "GB"),
        ("  +44 (0)7400 123456 ", None, "+447400123456", "GB"),
        ("+49 1512 3456789", None, "+4915123456789", "DE"),
        ("+1 613-520-0123", None, "+16135200123", "CA"),
    ],
)
def test_however_written_it_is_one_number(
    written: str, country: str | None, e164: str, region: str
) -> None:
    found = parse(written, country, EVERYWHERE, allow_fictional=False)
    assert (found.e164, found.country) == (e164, region)


def test_us_numbers_are_fixed_line_or_mobile_and_accepted() -> None:
    number = phonenumbers.parse("+12015200123")
    assert phonenumbers.number_type(number) is PhoneNumberType.FIXED_LINE_OR_MOBILE
    assert parse("+12015200123", None, ("US",), allow_fictional=False).country == "US"


@pytest.mark.parametrize("kind", sorted(PhoneNumberType.values()))
def test_only_what_may_be_a_mobile_is_accepted(kind: int) -> None:
    """With an example number of every country that has one of this type."""
    examples = [
        phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        for region in sorted(EVERYWHERE)
        if (example := phonenumbers.example_number_for_type(region, kind))
    ]
    for written in examples:
        shown = phonenumbers.number_type(phonenumbers.parse(written))
        if shown in TEXTABLE:
            assert parse(written, None, EVERYWHERE, allow_fictional=True).e164 == written
        else:
            assert refusal(written) == REFUSALS.get(shown, ("not_textable", ""))[0]


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        ("+442071838750", None, "landline"),
        ("+18002221222", None, "toll_free"),
        ("+19002341234", None, "premium_rate"),
        ("+445612345678", None, "voip"),
        ("+447640123456", None, "pager"),
        ("+611300123456", None, "shared_cost"),
        ("+10000000000", None, "unassigned_number"),
        ("+13105", None, "unassigned_number"),
        ("+1201520012345678", None, "unassigned_number"),
        ("2015200123", None, "invalid_number"),
        ("2015200123", "XX", "invalid_number"),
        ("+1 201 520 0123 x5", None, "invalid_number"),
        ("tel:+12015200123", None, "invalid_number"),
        ("1-800-FLOWERS", "US", "invalid_number"),
        ("+١٢٠١٥٢٠٠١٢٣", None, "invalid_number"),
        ("+1201520\x000123", None, "invalid_number"),
        ("", None, "invalid_number"),
        ("+", None, "invalid_number"),
        ("+++", None, "invalid_number"),
        ("9" * 41, None, "invalid_number"),
    ],
)
def test_the_reason_is_told(written: str, country: str | None, code: str) -> None:
    assert refusal(written, country) == code


def test_countries_are_an_allow_list() -> None:
    assert refusal("+447400123456", served=frozenset({"US"})) == "country_not_served"
    assert refusal("+16135200123", served=frozenset({"US"})) == "country_not_served"
    assert refusal("+12015200123", served=frozenset()) == "country_not_served"


@pytest.mark.parametrize("written", ["+15551234567", "+12025550123", "+12125551212"])
def test_numbers_reserved_for_fiction(written: str) -> None:
    assert refusal(written) == "fictional_number"
    assert parse(written, None, ("US",), allow_fictional=True).e164 == written
    with pytest.raises(UnusableNumberError, match="country_not_served"):
        parse(written, None, ("GB",), allow_fictional=True)


@given(st.text(max_size=45), st.none() | st.sampled_from(["US", "GB", "XX", "us"]))
def test_any_text_is_a_number_or_refused(written: str, country: str | None) -> None:
    try:
        found = parse(written, country, EVERYWHERE, allow_fictional=True)
    except UnusableNumberError as error:
        assert error.code.replace("_", "").isalpha()  # noqa: PT017
    else:
        assert found.e164.startswith("+")
        assert found.e164[1:].isdigit()


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+15551234567", "+1555123xxxx"),
        ("+4915123456789", "+491512345xxxx"),
        ("+1234567", "+123xxxx"),
        ("+12345", "xxxx"),
        ("", "xxxx"),
    ],
)
def test_the_last_four_digits_are_masked(e164: str, shown: str) -> None:
    assert mask(e164) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to +15551234567 and +447400123456.", "to +1555123xxxx and +44740012xxxx."),
        ("nothing here", "nothing here"),
        ("+1", "+1"),
    ],
)
def test_numbers_in_a_text_are_masked(text: str, shown: str) -> None:
    assert mask_all(text) == shown
