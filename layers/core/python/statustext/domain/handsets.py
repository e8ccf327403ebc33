"""A handset's address as carriers write it, told apart from others by its digits alone.

Apart from phone_numbers.py, which loads a library that Twilio's webhook has no time for.
"""

import re

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*:")


def without_channel(address: str) -> str:
    """The address without the channel that Twilio writes before it: `rcs:+1…`, `whatsapp:+1…`.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    return _CHANNEL.sub("", address, count=1) if _CHANNEL.match(address) else address


# Spellings of one mobile that carriers mix, each with the one that is texted today.
_SPELLINGS = tuple(
    (re.compile(written), today)
    for written, today in (
        # Mexico dropped the 1 before mobiles on 3 August 2019; networks still write it.
        # https://www.twilio.com/en-us/guidelines/mx/sms
        (r"\+521([2-9][0-9]{9})", r"+52\1"),
        # Argentina's mobiles have a 9 in international form only. Landlines share no number with
        # them; who texts is a mobile.
        (r"\+54([1-8][0-9]{9})", r"+549\1"),
        # Brazil put a 9 before all mobiles by 2016; landlines begin with 2 to 5.
        (r"\+55([1-9][1-9])([6-9][0-9]{7})", r"+55\g<1>9\2"),
        # Benin put 01 before all numbers on 30 November 2024.
        (r"\+229([2-9][0-9]{7})", r"+22901\1"),
    )
)


def one_spelling(e164: str) -> str:
    """The number as its handset is texted today, whichever way it was written: one handset is one
    subscriber. What is in no such plan stays as it is."""
    for written, today in _SPELLINGS:
        if found := written.fullmatch(e164):
            return found.expand(today)
    return e164


def is_number(address: str) -> bool:
    """Whether an address is a phone number as in ITU-T E.164, with its plus. Short codes, names
    (`VERIZON`) and the addresses of other channels (`messenger:…`) are none."""
    return E164.fullmatch(address) is not None
