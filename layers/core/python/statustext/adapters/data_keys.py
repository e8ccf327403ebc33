"""Data keys of pages: AES-256 keys by which addresses are sealed, each made by KMS and stored in
the table as KMS encrypted it.

A page has one, numbered 1, from the first address that is written; each rotation adds the next.
https://docs.aws.amazon.com/kms/latest/developerguide/kms-cryptography.html#enveloping
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.errors import ConditionFailedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEPT_FOR = 3600.0
"""Seconds for which a function keeps a key, or takes the newest for the newest: one call to KMS an
hour for a page and a warm function, and a rotation is everywhere after so long."""

CURRENT = 0
"""In the place of a number."""


@dataclass(frozen=True)
class DataKey:
    """One of a page's keys, by its number there."""

    number: int
    cipher: "AESGCM" = field(repr=False)


class DataKeys:
    """The keys of a deployment's pages. `rows` is the table, `kms_key` the ARN of the key in KMS;
    `connect` makes KMS's client when it is first wanted."""

    def __init__(
        self, rows: Table, kms_key: str, connect: Callable[[], Any], now: Callable[[], float]
    ) -> None:
        self._rows = rows
        self._kms_key = kms_key
        self._connect = connect
        self._now = now
        self._kms: Any = None
        self._kept: dict[tuple[str, int], tuple[float, DataKey]] = {}

    def current(self, page: str) -> DataKey:
        """The key that addresses of a page are sealed with; its first is made here."""
        if kept := self._fresh(page, CURRENT):
            return kept
        row = self._newest(page)
        return self._keep(page, self._opened(row) if row else self._made(page, 1), CURRENT)

    def numbered(self, page: str, number: int) -> DataKey:
        """One of a page's keys. Raises LookupError for one that is not there."""
        if kept := self._fresh(page, number):
            return kept
        row = self._rows.get(*_row_key(page, number))
        if row is None:
            raise LookupError(f"page {page} has no data key {number}")
        return self._keep(page, self._opened(row))

    def add(self, page: str) -> DataKey:
        """Make another key, which is the page's current one from now on."""
        row = self._newest(page)
        return self._keep(page, self._made(page, int(row["sk"]) + 1 if row else 1), CURRENT)

    def _made(self, page: str, number: int) -> DataKey:
        self._kms = self._kms or self._connect()
        made = self._kms.generate_data_key(
            KeyId=self._kms_key, KeySpec="AES_256", EncryptionContext=_about(page)
        )
        pk, sk = _row_key(page, number)
        item = {"kind": "data_key", "encrypted": made["CiphertextBlob"], "made_at": self._now()}
        try:
            self._rows.write(Write(pk, sk, item=item, condition="attribute_not_exists(pk)"))
        except ConditionFailedError:  # another function's came first, and is as good
            return self.numbered(page, number)
        return _key(number, made["Plaintext"])

    def _newest(self, page: str) -> Item | None:
        rows, _ = self._rows.query(_partition(page), newest_first=True, limit=1)
        return rows[0] if rows else None

    def _opened(self, row: Item) -> DataKey:
        page = row["pk"].split("#", 2)[1]
        if kept := self._fresh(page, int(row["sk"])):
            return kept
        self._kms = self._kms or self._connect()
        made = self._kms.decrypt(CiphertextBlob=row["encrypted"], EncryptionContext=_about(page))
        return _key(int(row["sk"]), made["Plaintext"])

    def _fresh(self, page: str, number: int) -> DataKey | None:
        read_at, key = self._kept.get((page, number), (0.0, None))
        return key if 0 <= self._now() - read_at < KEPT_FOR else None

    def _keep(self, page: str, key: DataKey, *also: int) -> DataKey:
        for number in (key.number, *also):
            self._kept[page, number] = (self._now(), key)
        return key


def _key(number: int, plain: bytes) -> DataKey:
    # 15 ms and 20 modules, as KMS's client is: only where there is a number to seal or to open.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return DataKey(number, AESGCM(plain))


def list_data_keys(table: Table, page: str) -> list[Item]:
    """The keys of a page, the oldest first, as they are stored."""
    return list(table.query_all(_partition(page)))


def _partition(page: str) -> str:
    return f"PAGE#{page}#DATA_KEYS"


def _row_key(page: str, number: int) -> tuple[str, str]:
    return _partition(page), f"{number:06d}"


def _about(page: str) -> dict[str, str]:
    """What KMS binds a key to, and writes into its trail."""
    return {"page": page}
