"""What several tests of the delivery engine begin with."""

import pytest

from tests.functional.phrases import set_page
from tests.stepped import SteppedSystem


@pytest.fixture
def night(system: SteppedSystem) -> SteppedSystem:
    """A page with quiet hours, at night in New York."""
    set_page(system, quiet_hours="21:00-08:00")
    return system
