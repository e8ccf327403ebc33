"""The data keys of pages."""

import time
from typing import Any

from statustext.adapters.data_keys import DataKeys, list_data_keys
from statustext.adapters.dynamodb import Table


class Kms:
    """Encrypts nothing."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain

    def generate_data_key(self, **_: Any) -> Any:
        return {"CiphertextBlob": self.plain, "Plaintext": self.plain}

    def decrypt(self, **given: Any) -> Any:
        return {"Plaintext": given["CiphertextBlob"]}


def test_of_two_that_make_a_page_s_first_key_one_wins(table: Table) -> None:
    one = DataKeys(table, "", lambda: Kms(bytes(32)), time.time)
    other = DataKeys(table, "", lambda: Kms(b"2" * 32), time.time)
    first, late = one.current("acme"), other._made("acme", 1)
    assert first.cipher.decrypt(bytes(12), late.cipher.encrypt(bytes(12), b"x", b""), b"") == b"x"
    assert len(list_data_keys(table, "acme")) == 1
