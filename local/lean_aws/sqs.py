"""SQS's standard queues: visibility, delays, retention, redrive to a dead-letter queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

import hashlib
import heapq
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.lean_aws.errors import AwsError, NotEmulatedError, only

Parameters = Mapping[str, Any]
Answer = dict[str, Any]

BATCH, LONGEST_DELAY, LARGEST = 10, 900, 1024 * 1024
_ATTRIBUTES = {
    "DelaySeconds": "0",
    "MaximumMessageSize": str(LARGEST),
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "VisibilityTimeout": "30",
}


@dataclass(slots=True)
class Message:
    """A message in a queue: delayed, visible or in flight until `visible_at`."""

    number: int
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0
    first_received_at: float = 0.0


@dataclass
class LeanQueue:
    """One queue. `pick` chooses among so many visible messages, the first by default."""

    name: str
    arn: str
    url: str
    attributes: dict[str, str]
    messages: dict[int, Message] = field(default_factory=dict)
    pick: Callable[[int], int] = lambda count: 0
    woken: Callable[[], None] = lambda: None
    """Told whenever there is, or will be, something more to receive."""
    came: Callable[[Message], None] = lambda message: None
    gone: Callable[[Message], None] = lambda message: None
    """Told of each message that the queue takes, and of each that it holds no more."""
    _hidden: list[tuple[float, int]] = field(default_factory=list)
    _visible: deque[int] = field(default_factory=deque)

    @property
    def redrive(self) -> tuple[int, str]:
        """How often a message is received at most, and the ARN of where it goes then."""
        policy = json.loads(self.attributes["RedrivePolicy"] or "{}")
        return int(policy.get("maxReceiveCount", 0)), policy.get("deadLetterTargetArn", "")

    def put(self, message: Message, now: float) -> None:
        self.messages[message.number] = message
        self.came(message)
        if message.visible_at > now:
            heapq.heappush(self._hidden, (message.visible_at, message.number))
        else:
            self._visible.append(message.number)
        self.woken()

    def take_out(self, number: int) -> None:
        """It is here no more; nothing where it is gone already."""
        message = self.messages.pop(number, None)
        if message is not None:
            self.gone(message)

    def hide(self, message: Message, until: float) -> None:
        message.visible_at = until
        heapq.heappush(self._hidden, (until, message.number))
        self.woken()

    def next_visible(self, now: float) -> Message | None:
        """A message out of those visible now; it is in nobody's hands until it is hidden."""
        retention = float(self.attributes["MessageRetentionPeriod"])
        while self._hidden and self._hidden[0][0] <= now:
            at, number = heapq.heappop(self._hidden)
            message = self.messages.get(number)
            if message is not None and message.visible_at == at:
                message.visible_at = (
                    0.0  # it may stand here twice, hidden twice until the same time
                )
                self._visible.append(number)
        while self._visible:
            place = self.pick(len(self._visible))
            number = self._visible[place]
            del self._visible[place]
            message = self.messages.get(number)
            if message is not None and message.sent_at + retention > now:
                return message
            self.take_out(number)
        return None

    def next_change(self, now: float) -> float | None:
        """When there is something to receive: `now`, or when a hidden message comes back."""
        if self._visible:
            return now
        while self._hidden and self._hidden[0][1] not in self.messages:
            heapq.heappop(self._hidden)
        return self._hidden[0][0] if self._hidden else None

    def clear(self) -> None:
        for number in list(self.messages):
            self.take_out(number)
        self._hidden.clear()
        self._visible.clear()


@dataclass
class Sqs:
    """All queues of an account and region. `now` is AWS's clock."""

    now: Callable[[], float]
    arn_prefix: str
    queues: dict[str, LeanQueue] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        act = _OPERATIONS.get(operation)
        if act is None:
            raise NotEmulatedError(f"SQS's {operation}")
        return act(self, given)

    def forget(self) -> None:
        """Empty every queue."""
        self._numbers = itertools.count(1)
        for queue in self.queues.values():
            queue.clear()

    def queue(self, url: str) -> LeanQueue:
        """A queue by its URL or ARN. Raises AwsError."""
        for separator in ("/", ":"):
            found = self.queues.get(url.rpartition(separator)[2])
            if found is not None and url in (found.url, found.arn):
                return found
        raise AwsError(
            "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."
        )

    # Queues themselves.

    def create_queue(self, given: Parameters) -> Answer:
        only(given, "QueueName", "Attributes")
        name, attributes = given["QueueName"], given.get("Attributes", {})
        only(attributes, *_ATTRIBUTES)
        arn = f"{self.arn_prefix}:{name}"
        url = "https://sqs.{3}.amazonaws.com/{4}/{5}".format(*arn.split(":"))
        self.queues[name] = LeanQueue(name, arn, url, {**_ATTRIBUTES, **attributes})
        return {"QueueUrl": url}

    def get_queue_url(self, given: Parameters) -> Answer:
        return {"QueueUrl": self.queue(f"{self.arn_prefix}:{given['QueueName']}").url}

    def get_queue_attributes(self, given: Parameters) -> Answer:
        queue, now = self.queue(given["QueueUrl"]), self.now()
        waiting = [one for one in queue.messages.values() if one.visible_at > now]
        delayed = sum(not one.receives for one in waiting)
        known = {
            **{name: value for name, value in queue.attributes.items() if value},
            "QueueArn": queue.arn,
            "ApproximateNumberOfMessages": str(len(queue.messages) - len(waiting)),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
            "ApproximateNumberOfMessagesNotVisible": str(len(waiting) - delayed),
        }
        asked = given.get("AttributeNames", [])
        wanted = known if "All" in asked else asked
        return {"Attributes": {name: known[name] for name in wanted if name in known}}

    def purge_queue(self, given: Parameters) -> Answer:
        self.queue(given["QueueUrl"]).clear()
        return {}

    # Messages.

    def send_message(self, given: Parameters) -> Answer:
        only(given, "QueueUrl", "MessageBody", "DelaySeconds")
        return self._send(self.queue(given["QueueUrl"]), given)

    def send_message_batch(self, given: Parameters) -> Answer:
        only(given, "QueueUrl", "Entries")
        queue, entries = self.queue(given["QueueUrl"]), given["Entries"]
        _check_batch(entries)
        if sum(len(entry["MessageBody"].encode()) for entry in entries) > LARGEST:
            raise AwsError("AWS.SimpleQueueService.BatchRequestTooLong", "Too long.")
        return {
            "Successful": [{"Id": entry["Id"], **self._send(queue, entry)} for entry in entries]
        }

    def receive_message(self, given: Parameters) -> Answer:
        only(
            given,
            "QueueUrl",
            "MaxNumberOfMessages",
            "MessageAttributeNames",
            "MessageSystemAttributeNames",
            "VisibilityTimeout",
            "WaitTimeSeconds",
        )
        queue, now = self.queue(given["QueueUrl"]), self.now()
        hidden = float(given.get("VisibilityTimeout", queue.attributes["VisibilityTimeout"]))
        most, dead = queue.redrive
        found: list[Answer] = []
        while len(found) < given.get("MaxNumberOfMessages", 1):
            message = queue.next_visible(now)
            if message is None:
                break
            if most and message.receives >= most:
                queue.take_out(message.number)
                message.visible_at = now
                self.queue(dead).put(message, now)
                continue
            message.receives += 1
            message.first_received_at = message.first_received_at or now
            queue.hide(message, now + hidden)
            found.append(_received(message))
        return {"Messages": found} if found else {}

    def delete_message(self, given: Parameters) -> Answer:
        only(given, "QueueUrl", "ReceiptHandle")
        self._delete(self.queue(given["QueueUrl"]), given["ReceiptHandle"])
        return {}

    def delete_message_batch(self, given: Parameters) -> Answer:
        only(given, "QueueUrl", "Entries")
        queue = self.queue(given["QueueUrl"])
        _check_batch(given["Entries"])
        for entry in given["Entries"]:
            self._delete(queue, entry["ReceiptHandle"])
        return {"Successful": [{"Id": entry["Id"]} for entry in given["Entries"]]}

    def change_message_visibility(self, given: Parameters) -> Answer:
        only(given, "QueueUrl", "ReceiptHandle", "VisibilityTimeout")
        queue, now = self.queue(given["QueueUrl"]), self.now()
        message = queue.messages.get(_number_in(given["ReceiptHandle"]))
        if message is None or message.visible_at <= now:
            raise AwsError("MessageNotInflight", "The message is not in flight.")
        queue.hide(message, now + given["VisibilityTimeout"])
        return {}

    def _send(self, queue: LeanQueue, given: Parameters) -> Answer:
        body, delay = given["MessageBody"], given.get("DelaySeconds")
        if delay is None:
            delay = int(queue.attributes["DelaySeconds"])
        if not isinstance(delay, int) or not 0 <= delay <= LONGEST_DELAY:
            raise AwsError("InvalidParameterValue", "DelaySeconds must be 0 to 900.")
        if not body or len(body.encode()) > LARGEST:
            raise AwsError("InvalidParameterValue", "The body must have 1 to 1048576 bytes.")
        now = self.now()
        message = Message(next(self._numbers), body, now, now + delay)
        queue.put(message, now)
        return {"MessageId": _identifier(message), "MD5OfMessageBody": _md5(body)}

    def _delete(self, queue: LeanQueue, handle: str) -> None:
        """With an older handle than the last, SQS answers well and may keep the message."""
        message = queue.messages.get(_number_in(handle))
        if message is not None and handle == _handle(message):
            queue.take_out(message.number)


_OPERATIONS: Mapping[str, Callable[[Sqs, Parameters], Answer]] = {
    "ChangeMessageVisibility": Sqs.change_message_visibility,
    "CreateQueue": Sqs.create_queue,
    "DeleteMessage": Sqs.delete_message,
    "DeleteMessageBatch": Sqs.delete_message_batch,
    "GetQueueAttributes": Sqs.get_queue_attributes,
    "GetQueueUrl": Sqs.get_queue_url,
    "PurgeQueue": Sqs.purge_queue,
    "ReceiveMessage": Sqs.receive_message,
    "SendMessage": Sqs.send_message,
    "SendMessageBatch": Sqs.send_message_batch,
}


def _check_batch(entries: list[Any]) -> None:
    if not 1 <= len(entries) <= BATCH:
        raise AwsError("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "1 to 10 entries.")
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise AwsError("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "An id twice.")


def _identifier(message: Message) -> str:
    return f"{message.number:08x}-0000-4000-8000-000000000000"


def _handle(message: Message) -> str:
    return f"{message.number}-{message.receives}"


def _number_in(handle: str) -> int:
    return int(handle.partition("-")[0])


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def _received(message: Message) -> Answer:
    return {
        "MessageId": _identifier(message),
        "ReceiptHandle": _handle(message),
        "MD5OfBody": _md5(message.body),
        "Body": message.body,
        "Attributes": {
            "SenderId": "AIDALEAN",
            "SentTimestamp": str(int(message.sent_at * 1000)),
            "ApproximateReceiveCount": str(message.receives),
            "ApproximateFirstReceiveTimestamp": str(int(message.first_received_at * 1000)),
        },
    }
