"""The table of the errors of AWS End User Messaging SMS."""

import re

import pytest

from statustext.adapters.aws_sms_errors import CODES, SENTENCES
from statustext.domain.refusal import ErrorClass


def test_every_class_that_aws_has_is_said_in_words() -> None:
    assert set(SENTENCES) == {*CODES.values(), ErrorClass.TEMPORARY}


@pytest.mark.parametrize("kind", SENTENCES)
def test_an_operator_reads_a_sentence(kind: ErrorClass) -> None:
    assert re.fullmatch(r"[A-Z].*[.]", SENTENCES[kind])
