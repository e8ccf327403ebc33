"""A fan-out of ten thousand, which no emulator in the process could store in good time."""

import json

from statustext.domain.ids import SHARDS
from tests.functional.engine import add_active, enqueue, forget_all, open_quietly, queue
from tests.stepped import SteppedSystem

PEOPLE = 10_000


def queued(system: SteppedSystem) -> list[str]:
    """Whom the messages of the announcement queue name; it is empty afterwards."""
    url = system.queue_url(queue(system, "announcements").queue_arn)
    found: list[str] = []
    while batch := system.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in batch:
            found += json.loads(message["Body"])["subscribers"]
            system.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_ten_thousand_are_each_queued_once(system: SteppedSystem) -> None:
    everybody = add_active(system, PEOPLE)
    incident = open_quietly(system)
    enqueue(system)
    assert sorted(queued(system)) == sorted(everybody)
    (update,) = system.rows("update")
    assert update["incident"] == incident
    assert (update["found"], update["queued"]) == (PEOPLE, PEOPLE)
    assert update["shards_done"] == set(range(SHARDS))
    assert not system.failures
    forget_all(system)
