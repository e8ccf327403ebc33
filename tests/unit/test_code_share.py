"""How many codes must be entered."""

import pytest

from statustext.domain.code_share import CodeShare


@pytest.mark.parametrize(
    ("sent", "entered", "least_percent", "is_too_low"),
    [
        (20, 0, 20, False),  # as many as are forgiven
        (21, 0, 20, True),
        (25, 1, 20, False),  # one of the five beyond is a fifth
        (26, 1, 20, True),
        (120, 20, 20, False),
        (121, 20, 20, True),
        (21, 1, 100, False),
        (22, 1, 100, True),
        (119, 0, 1, True),
        (120, 1, 1, False),
    ],
)
def test_too_few_are_entered(sent: int, entered: int, least_percent: int, is_too_low: bool) -> None:
    assert CodeShare(sent, entered).is_too_low(20, least_percent) is is_too_low
