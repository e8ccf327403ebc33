"""A text that only sounds like an opt-out ends nothing: it is reviewed, and its sender told how."""

import pytest

from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import SteppedSystem


@pytest.mark.parametrize("body", ["can you stop the server?", "my stop is next"])
def test_it_is_answered_by_how_to_stop(system: SteppedSystem, body: str) -> None:
    system.subscribe()
    texts = len(system.texts())
    assert post(system, INBOUND, inbound(body)).status == 200
    system.run()
    assert not is_stopped(system)
    (answer,) = system.texts()[texts:]
    assert "reply STOP" in answer
    (row,) = [one for one in system.rows("audit") if "review" in str(one)]
    assert body in str(row)


def test_nobody_who_is_not_subscribed_is_answered(system: SteppedSystem) -> None:
    assert post(system, INBOUND, inbound("can you stop the server?")).status == 200
    system.run()
    assert system.texts() == []
