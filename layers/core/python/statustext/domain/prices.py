"""What a text costs: Twilio's published prices by country, and a page's own in their place.

`sms_prices.csv` holds US dollars for one outbound segment, with the date and the source of each
row: the dearest of a country's networks, and the highest fee that its carriers add. Where Twilio
publishes none, a row says that it is an estimate. Nothing else of a bill is known here: rented
numbers, registrations, volume discounts.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MICRO = 1_000_000
"""Money is counted in whole millionths of a dollar: sums of them are exact, in DynamoDB too."""

ELSEWHERE = "ZZ"
"""The row for countries without one of their own; ISO 3166-1 leaves these letters to users."""


@dataclass(frozen=True)
class Price:
    """Of one outbound segment, fees of the carriers included, in millionths of a dollar. `basis` is
    "published", "estimate", or "page" for a page's own."""

    micro_usd: int
    basis: str
    as_of: str = ""
    source: str = ""


def price_of(country: str, own: Mapping[str, float]) -> Price:
    """What a segment to a country (ISO 3166-1 alpha-2) costs; `own` are a page's prices in US
    dollars. A country that nobody knows costs what others without a price are estimated at."""
    if country in own:
        return Price(round(own[country] * MICRO), "page")
    known = published()
    return known.get(country) or known[ELSEWHERE]


def usd(micro_usd: int) -> float:
    """Dollars, as a caller reads them: to the hundredth of a cent."""
    return round(micro_usd / MICRO, 4)


@cache
def published() -> Mapping[str, Price]:
    """The rows of the table by country."""
    text = (files(__package__ or "") / "sms_prices.csv").read_text(encoding="ascii")
    return {
        row["country"]: Price(
            round((float(row["usd"]) + float(row["carrier_fee_usd"])) * MICRO),
            row["basis"],
            row["as_of"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }
