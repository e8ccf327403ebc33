"""Numbers and addresses as they may be shown. Apart from phone_numbers.py, which loads much."""

import re
from urllib.parse import urlsplit

from statustext.domain.mode import Mode


def mask(e164: str) -> str:
    """`+1555123xxxx`: enough for an owner to recognise, too little to call."""
    return e164[:-4] + "xxxx" if len(e164) > 6 else "xxxx"


def mask_address(address: str) -> str:
    """`j…@example.com`: the same of a mailbox; of an address on the web `hooks.example.com/…`, as
    whoever has the whole of a chat's can post there."""
    if "://" in address:
        return f"{urlsplit(address).netloc}/…"
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def shown_address(phone: str, address: str) -> str:
    """Where somebody is reached: at a number, or else an address."""
    return mask(phone) if phone else mask_address(address)


CONTACT = ("type", "phone", "email", "endpoint")
"""What `contact_shown` tells."""


def contact_shown(mode: Mode, reached_at: str, *, in_full: bool = False) -> dict[str, str | None]:
    """How somebody is reached, as operators are shown it: the `type`, and their number, mailbox or
    address on the web, masked unless `in_full`; the other two are null, as all are once they were
    erased."""
    name = {Mode.SMS: "phone", Mode.EMAIL: "email"}.get(mode, "endpoint")
    shown = reached_at if in_full else (mask if mode is Mode.SMS else mask_address)(reached_at)
    fields: dict[str, str | None] = {"phone": None, "email": None, "endpoint": None}
    return {"type": mode.value, **fields, name: shown if reached_at else None}


NUMBER_IN_TEXT = re.compile(r"\+\d{6,15}")


def mask_all(text: str) -> str:
    """`text` with every E.164 number in it masked, for what others put into their messages."""
    return NUMBER_IN_TEXT.sub(lambda match: mask(match.group()), text)
