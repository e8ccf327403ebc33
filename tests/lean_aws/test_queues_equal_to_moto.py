"""The lean SQS does with messages what moto's does: delays, visibility, redrive."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lean_aws.conftest import BothAws
from tests.stepped import START

Step = tuple[str, int]
NUMBERS = itertools.count(1)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("send"), st.sampled_from([0, 0, 5, 900])),
            st.tuples(st.just("receive"), st.sampled_from([0, 10, 60])),
            st.tuples(st.just("delete"), st.integers(0, 4)),
            st.tuples(st.just("wait"), st.sampled_from([1, 5, 29, 31, 1000])),
        ),
        max_size=20,
    )
)
def test_the_same_messages_come(steps: list[Step], both: BothAws) -> None:
    name = str(next(NUMBERS))
    lean, moto = (what_happens(steps, aws.sqs, name, both.clock) for aws in (both.lean, both.moto))
    assert lean == moto


def what_happens(steps: Sequence[Step], sqs: Any, name: str, clock: Any) -> list[object]:
    """What a consumer sees. Messages are told apart by their bodies, as their ids are random."""
    clock.move_to(START, tick=False)
    sends = [number for number, (step, _) in enumerate(steps) if step == "send"][:10]
    dead, url = make_queues(sqs, name)
    handles: dict[str, str] = {}
    seen: list[object] = []
    for number, (step, argument) in enumerate(steps):
        match step:
            case "send" if number in sends:
                entry: Any = {"Id": "0", "MessageBody": str(number), "DelaySeconds": argument}
                sqs.send_message_batch(QueueUrl=url, Entries=[entry])
            case "receive":
                messages = receive(sqs, url, 10)  # all that there are: SQS promises no order
                handles |= {m["Body"]: m["ReceiptHandle"] for m in messages}
                times = ((m["Body"], m["Attributes"]["ApproximateReceiveCount"]) for m in messages)
                seen.append(sorted(times))
                if argument and messages:
                    first = min(messages, key=lambda message: message["Body"])
                    sqs.change_message_visibility(
                        QueueUrl=url,
                        ReceiptHandle=first["ReceiptHandle"],
                        VisibilityTimeout=argument,
                    )
            case "delete" if argument < len(handles):
                handle = handles.pop(sorted(handles)[argument])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
            case "wait":
                clock.shift(argument)
    clock.shift(3600)
    seen.append(sorted(message["Body"] for message in receive(sqs, url, 10)))
    seen.append(sorted(message["Body"] for message in receive(sqs, dead, 10)))
    return seen


def make_queues(sqs: Any, name: str) -> tuple[str, str]:
    """A dead-letter queue, and a queue that moves there what was received twice."""
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 2}
    attributes = {"VisibilityTimeout": "30", "RedrivePolicy": json.dumps(redrive)}
    return dead, sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def receive(sqs: Any, url: str, most: int) -> list[Any]:
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=most, MessageSystemAttributeNames=["All"]
    )
    return list(answer.get("Messages", []))
