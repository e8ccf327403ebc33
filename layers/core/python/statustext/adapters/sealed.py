"""Addresses at rest: what says where somebody is reached (a number, a mailbox, an endpoint) lies
encrypted in every row, so that who reads the table, its stream or a backup sees none.

Nothing above `Table` knows of it. A sealed attribute is of DynamoDB's type Binary: a byte for the
layout, four for the number of the page's data key, twelve of a nonce, then what AES-256-GCM makes
of the text. The row's key and the attribute's name are bound to it: in another row it does not
open. A String in its place is of v0.1.0, and is read as it is; it is sealed when it is next
written, or by `statustext number-keys reseal`.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.data_keys import DataKeys
from statustext.adapters.dynamodb import ADDRESSES, Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.observability import count, log_failure
from statustext.settings import Settings

LAYOUT = b"\x01"
NONCE_BYTES = 12
_NUMBER_AT = len(LAYOUT)
_NONCE_AT = _NUMBER_AT + 4
_TEXT_AT = _NONCE_AT + NONCE_BYTES


class Seals:
    """Seals what is written, and opens what is read. `entropy` gives as many random bytes."""

    def __init__(self, keys: DataKeys, entropy: Callable[[int], bytes]) -> None:
        self.keys = keys
        self._entropy = entropy

    def sealed(self, write: Write) -> Write:
        """The write with its addresses sealed."""
        found = {
            name: self._seal(write.pk, write.sk, name, text)
            for name, text in write.addresses.items()
        }
        if not found:
            return write
        if write.item is None:
            return replace(write, values={**write.values, **found})
        return replace(write, item={**write.item, **found})

    def opened(self, row: Item) -> Item:
        """The row with its addresses opened, in place. One that does not open stays as it is, so
        that it keeps nobody else's row from being read; it is logged and counted."""
        for name in ADDRESSES:
            if isinstance(row.get(name), bytes):
                try:
                    row[name] = self._open(row["pk"], row["sk"], name, row[name])
                except LookupError as error:
                    about = {"row": f"{row['pk']} {row['sk']}", "attribute": name}
                    log_failure("A sealed address does not open", error, about)
                    count("RowUnreadable")
        return row

    def _seal(self, pk: str, sk: str, name: str, text: str) -> bytes:
        key, nonce = self.keys.current(_page_of(pk)), self._entropy(NONCE_BYTES)
        made = key.cipher.encrypt(nonce, text.encode(), _bound_to(pk, sk, name))
        return LAYOUT + key.number.to_bytes(4) + nonce + made

    def _open(self, pk: str, sk: str, name: str, sealed: bytes) -> str:
        key = self.keys.numbered(_page_of(pk), number_of(sealed))
        from cryptography.exceptions import InvalidTag  # the key has loaded it

        nonce, made = sealed[_NONCE_AT:_TEXT_AT], sealed[_TEXT_AT:]
        try:
            return key.cipher.decrypt(nonce, made, _bound_to(pk, sk, name)).decode()
        except InvalidTag:
            raise LookupError(f"not what key {key.number} sealed in this row") from None


def number_of(sealed: bytes) -> int:
    """By which of its page's data keys an attribute was sealed. Raises LookupError for a layout
    that is not known here."""
    if not sealed.startswith(LAYOUT):
        raise LookupError(f"no layout of sealed attributes: {sealed[:1].hex()}")
    return int.from_bytes(sealed[_NUMBER_AT:_NONCE_AT])


def _page_of(pk: str) -> str:
    return pk.split("#", 2)[1]


def _bound_to(pk: str, sk: str, name: str) -> bytes:
    return "\n".join((pk, sk, name)).encode()


def sealing_table(settings: Settings) -> Table:
    """The deployment's table, for a function whose role may use the key of its numbers."""
    client, name = aws.client("dynamodb"), settings.table_name
    rows = Table(client, name)
    keys = DataKeys(rows, settings.numbers_key_id, lambda: aws.client("kms"), time.time)
    return Table(client, name, sealing=Seals(keys, system_entropy))
