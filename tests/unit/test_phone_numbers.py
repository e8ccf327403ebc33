"""Which numbers can be texted, and how they are shown."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from statustext.domain.handsets import one_spelling
from statustext.domain.ids import subscriber_id
from statustext.domain.masking import mask, mask_all
from statustext.domain.phone_numbers import (
    COUNTED_APART,
    NEW_AREA_CODE,
    REFUSALS,
    SHARING_A_CODE,
    TEXTABLE,
    UnusableNumberError,
    country_of,
    left_out,
    parse,
)
from statustext.domain.typed_digits import plain

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
        today = one_spelling(written)  # of Argentina's landlines none is told from a mobile
        if not phonenumbers.is_valid_number(phonenumbers.parse(today)):
            today = written
        shown = phonenumbers.number_type(phonenumbers.parse(today))
        if shown in TEXTABLE:
            assert parse(written, None, EVERYWHERE, allow_fictional=True).e164 == today
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
        ("1-800-FLOWERS", "US", "invalid_number"),
        ("+1 201 52½ 0123", None, "invalid_number"),
        ("tel:+12015200123;ext=5", None, "invalid_number"),
        ("+1201520\x000123", None, "invalid_number"),
        ("", None, "invalid_number"),
        ("+", None, "invalid_number"),
        ("+++", None, "invalid_number"),
        ("9" * 41, None, "invalid_number"),
    ],
)
def test_the_reason_is_told(written: str, country: str | None, code: str) -> None:
    assert refusal(written, country) == code


def test_the_way_abroad_that_a_country_dials_stays_its_own() -> None:
    served = ("US", "GB", "DE", "AU")
    for written, country, e164 in (
        ("0011 1 201 520 0123", "AU", "+12015200123"),
        ("0011 44 7400 123456", "AU", "+447400123456"),
        ("0044 7400 123456", "US", "+447400123456"),
        ("0049 1512 3456789", "GB", "+4915123456789"),
    ):
        assert parse(written, country, served, allow_fictional=False).e164 == e164


@pytest.mark.parametrize(
    "written",
    [
        "\u202a+1 201-520-0123\u202c",  # as copied from contacts
        "\u200e+1\u200b201\u2060520\ufeff0123",
        "tel:+1-201-520-0123",
        "TEL: +1 201 520 0123",
        "sms://+12015200123",
        "＋１（２０１）５２０－０１２３",
        "+1\u2009201\u202f520\u20070123",
        "+1 201\u2011520\u22120123",
        "+1 201ー520~0123",
        "+1 [201] 520 {0123}",
        "+1\t201\n520 0123",
        "+١٢٠١٥٢٠٠١٢٣",
        "+۱۲۰۱۵۲۰۰۱۲۳",
        "+१२०१५२००१२३",
        "+1 \U0001d7d0\U0001d7ce\U0001d7cf 520 0123",
        "+1\ufe0f\u20e3 201 520 0123",
        "+1\u00ad201\u00ad520\u00ad0123",
        "001 201 520 0123",
        "00 1 (201) 520-0123",
    ],
)
def test_however_it_was_pasted_it_is_one_number(written: str) -> None:
    assert parse(written, None, ("US",), allow_fictional=False).e164 == "+12015200123"


@given(st.text(max_size=45))
def test_what_is_plain_stays_so(written: str) -> None:
    assert plain(plain(written)) == plain(written)


@pytest.mark.parametrize(
    ("written", "country", "e164"),
    [
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("1 55 1234 5678", "MX", "+525512345678"),
        ("+54 11 2345 6789", None, "+5491123456789"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("11 2345 6789", "AR", "+5491123456789"),
        ("+55 11 8765-4321", None, "+5511987654321"),
        ("(11) 8765-4321", "BR", "+5511987654321"),
        ("+229 61 23 45 67", None, "+2290161234567"),
    ],
)
def test_an_older_spelling_is_the_same_number(written: str, country: str | None, e164: str) -> None:
    assert parse(written, country, EVERYWHERE, allow_fictional=False).e164 == e164


@pytest.mark.parametrize(
    ("older", "today"),
    [
        ("+5215512345678", "+525512345678"),
        ("+541123456789", "+5491123456789"),
        ("+543512345678", "+5493512345678"),
        ("+551187654321", "+5511987654321"),
        ("+556299998888", "+5562999998888"),
        ("+22961234567", "+2290161234567"),
    ],
)
def test_one_handset_is_one_subscriber(older: str, today: str) -> None:
    assert one_spelling(older) == one_spelling(today) == today
    assert subscriber_id("key", "default", older) == subscriber_id("key", "default", today)


@pytest.mark.parametrize(
    "e164", ["+551132345678", "+5511987654321", "+12015200123", "+549112345678901", "+447400123456"]
)
def test_what_has_one_spelling_keeps_it(e164: str) -> None:
    assert one_spelling(e164) == e164


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_spelling_of_today_is_final(e164: str) -> None:
    assert one_spelling(one_spelling(e164)) == one_spelling(e164)


@pytest.mark.parametrize("area", ["457", "383", "357", "471"])
def test_an_area_code_may_be_younger_than_the_library(area: str) -> None:
    written = f"+1 {area} 234 5678"
    found = parse(written, None, ("US",), allow_fictional=False)
    assert (found.e164, found.country) == (f"+1{area}2345678", "US")
    assert parse(written, None, ("CA",), allow_fictional=False).country == "CA"
    assert country_of(found.e164) == "US"
    assert refusal(written, served=frozenset({"GB"})) == "country_not_served"


@pytest.mark.parametrize(
    "written",
    ["+1 211 234 5678", "+1 370 234 5678", "+1 888 134 5678", "+1 192 234 5678", "+1 457 134 5678"],
)
def test_what_no_area_code_can_be_is_refused(written: str) -> None:
    assert refusal(written) == "unassigned_number"


def test_no_reserved_code_is_taken_for_a_new_one() -> None:
    for area in (
        "500",
        "522",
        "544",
        "600",
        "700",
        "710",
        "822",
        "880",
        "889",
        "900",
        "950",
        "960",
    ):
        assert not NEW_AREA_CODE.fullmatch(f"+1{area}2345678"), area


@pytest.mark.parametrize(
    ("written", "served", "named"),
    [
        ("+44 7781 123456", "GB", "Guernsey (GG)"),
        ("+44 7797 123456", "GB", "Jersey (JE)"),
        ("+44 7624 123456", "GB", "the Isle of Man (IM)"),
        ("+1 787 234 5678", "US", "Puerto Rico (PR)"),
        ("+1 613 520 0123", "US", "Canada (CA)"),
        ("+7 701 234 5678", "RU", "Kazakhstan (KZ)"),
        ("+49 1512 3456789", "US", "numbers that begin with +49 (DE)"),
    ],
)
def test_the_country_that_is_not_served_is_named(written: str, served: str, named: str) -> None:
    with pytest.raises(UnusableNumberError) as refused:
        parse(written, None, (served,), allow_fictional=False)
    assert refused.value.code == "country_not_served"
    assert named in refused.value.message


@pytest.mark.parametrize(
    ("served", "said"),
    [
        (["US"], "Numbers of Puerto Rico (PR), Guam (GU), the US Virgin Islands (VI)"),
        (["GB", "GG", "IM"], "Numbers of Jersey (JE) are refused"),
        (["DE", "CA"], ""),
    ],
)
def test_an_operator_is_told_whom_a_country_leaves_out(served: list[str], said: str) -> None:
    assert left_out(served).startswith(said)
    assert bool(left_out(served)) == bool(said)


def test_what_is_counted_apart_is_what_the_library_says() -> None:
    apart = {one for some in COUNTED_APART.values() for one in some}
    assert apart <= SHARING_A_CODE.keys()
    for country, some in COUNTED_APART.items():
        shared = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[
            phonenumbers.country_code_for_region(country)
        ]
        assert {country, *some} <= set(shared)


def test_all_who_share_a_calling_code_have_a_name() -> None:
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if len(regions) > 1:
            assert set(regions) - {"AC", "001"} <= set(SHARING_A_CODE), code


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
