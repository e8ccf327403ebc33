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


def is_number(address: str) -> bool:
    """Whether an address is a phone number as in ITU-T E.164, with its plus. Short codes, names
    (`VERIZON`) and the addresses of other channels (`messenger:…`) are none."""
    return E164.fullmatch(address) is not None
