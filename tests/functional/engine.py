"""Looking into the delivery engine: who is told, which calls a function makes, where it dies."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from local.event_sources import QueueSettings
from local.fake_twilio.faults import read_faults
from statustext.adapters.carrier_errors import consequence
from statustext.adapters.deliveries import get_delivery
from statustext.adapters.dynamodb import Write
from statustext.adapters.dynamodb_types import marshal
from statustext.adapters.pages import change_settings
from statustext.adapters.subscribers import activate, subscriber_key
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.circuit import Circuit, opened
from statustext.domain.delivery import Delivery
from statustext.domain.ids import subscriber_id
from statustext.domain.incident import MAINTENANCE
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences, State, Subscriber, usual_preferences
from statustext.queue_messages import AnnouncementBatch
from tests.stepped import NEXT_MORNING, SteppedSystem

LONG = 3 * 3600
"""Seconds by which every delivery has come to its end, whatever happened to it."""

JO = "jo@example.com"
ANOTHER_SENDER = "+15550009999"
"""A number of ours that did not text: Twilio blocks it after STOP, and not the one that did."""


class Died(BaseException):
    """A function that is no more, in the middle of what it did. No handler catches it."""


@dataclass(frozen=True)
class Call:
    """One call to AWS, by the folder of the function that made it ("" for the test itself)."""

    function: str
    service: str
    operation: str
    params: Mapping[str, Any]

    @property
    def is_claim(self) -> bool:
        tells = "told.#i0 = :told0" in str(self.params.get("UpdateExpression", ""))
        return tells and ":active" in self.params.get("ExpressionAttributeValues", {})

    @property
    def is_bucket(self) -> bool:
        return str(self.params.get("Key", {}).get("pk", {}).get("S", "")).startswith("SENDER#")


@dataclass
class Watch:
    """The calls seen so far. `before` and `after` may raise, or do what others do meanwhile."""

    calls: list[Call] = field(default_factory=list)
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    before: Callable[[Call], None] | None = None
    after: Callable[[Call], None] | None = None

    def of(self, function: str, operation: str = "") -> list[Call]:
        """The calls of one function, in order."""
        return [
            call
            for call in self.calls
            if call.function == function and operation in ("", call.operation)
        ]


@contextlib.contextmanager
def watched(system: SteppedSystem) -> Iterator[Watch]:
    """Every call that functions make to AWS meanwhile."""
    watch = Watch()
    names = {arn.rpartition(":")[2]: folder for folder, arn in system.arns.items()}
    at_work: list[str] = []
    real_call, real_take = BaseClient._make_api_call, system.functions._take  # type: ignore[attr-defined]

    def make_api_call(client: BaseClient, operation: str, params: Mapping[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        call = Call(at_work[-1] if at_work else "", service, operation, params)
        if call.function and watch.before:
            watch.before(call)
        watch.calls.append(call)
        answer = real_call(client, operation, params)
        if call.function and watch.after:
            watch.after(call)
        return answer

    def take(function: Any) -> Callable[[Any, Any], Any]:
        found = real_take(function)
        handler = getattr(found, "inner", found)

        def noted(event: Any, context: Any) -> Any:
            at_work.append(names[function.definition.arn.rpartition(":")[2]])
            try:
                return handler(event, context)
            finally:
                at_work.pop()

        noted.inner = handler  # type: ignore[attr-defined]
        return noted

    with (
        mock.patch.object(BaseClient, "_make_api_call", make_api_call),
        mock.patch.object(system.functions, "_take", take),
    ):
        yield watch


def once(when: Callable[[Call], bool], do: Callable[[], None]) -> Callable[[Call], None]:
    """Do something at the first call that fits."""
    left = [do]

    def hook(call: Call) -> None:
        if left and when(call):
            left.pop()()

    return hook


def die_at(number: int, seen: list[Call], which: Callable[[Call], bool]) -> Callable[[Call], None]:
    """A function dies at its `number`-th call (from 0) of `which`; `seen` collects those calls."""

    def fatal(call: Call) -> None:
        if which(call):
            seen.append(call)
            if len(seen) == number + 1:
                raise Died

    return fatal


def die() -> None:
    raise Died


def master_key(system: SteppedSystem) -> str:
    name = system.resources.reference("KeysSecret", None)
    return str(system.clients.secrets.get_secret_value(SecretId=name)["SecretString"])


def phone_number(number: int) -> str:
    """The `number`-th fictional phone."""
    return f"+1555{number:07d}"


def add_active(
    system: SteppedSystem, count: int, preferences: Preferences | None = None, *, first: int = 0
) -> dict[str, str]:
    """Verified subscribers, without the journey; their numbers by their ids."""
    master = master_key(system)
    phones = [phone_number(number) for number in range(first, first + count)]
    found = {subscriber_id(master, "default", phone): phone for phone in phones}
    one, phone = next(iter(found.items()))
    someone = Subscriber(one, "default", phone, State.ACTIVE, system.now)
    row = system.table.write(activate(someone, preferences or Preferences(), system.now))
    copies = [
        Write(*subscriber_key("default", one), item={**row, "sk": one, "phone": phone})
        for one, phone in found.items()
    ]
    stored = [{**(system.seals.sealed(copy).item or {}), "pk": copy.pk} for copy in copies]
    write_all(system, [{"PutRequest": {"Item": marshal(copy)}} for copy in stored])
    system.relay_stream()
    return found


def add_mailbox(
    system: SteppedSystem, address: str = JO, *, language: Language | None = None
) -> str:
    """A verified subscriber by mail of a page that has mails, without the journey; their id."""
    system.table.write(change_settings("default", {"modes": ["sms", "email"]}))
    system.stream_records()
    one = subscriber_id(master_key(system), "default", address, Mode.EMAIL)
    person = Subscriber(
        one, "default", "", State.ACTIVE, system.now, mode=Mode.EMAIL, address=address
    )
    wanted = replace(usual_preferences(Mode.EMAIL), language=language)
    system.table.write(activate(person, wanted, system.now))
    system.relay_stream()
    return one


def write_all(system: SteppedSystem, requests: list[Any]) -> None:
    """BatchWriteItem, as often as it takes."""
    for start in range(0, len(requests), 25):
        system.clients.dynamodb.batch_write_item(
            RequestItems={system.table.name: requests[start : start + 25]}
        )


def forget_all(system: SteppedSystem) -> None:
    """Remove every row at once, where there are so many that the next test would wait for it."""
    keys = [marshal({"pk": row["pk"], "sk": row["sk"]}) for row in system.rows()]
    write_all(system, [{"DeleteRequest": {"Key": key}} for key in keys])


def queue(system: SteppedSystem, name: str) -> QueueSettings:
    """A queue by the end of its name: "fan-out", "announcements", "codes"."""
    return next(one for one in system.queues() if one.queue_arn.endswith(f"-{name}"))


def waiting(system: SteppedSystem, name: str) -> int:
    """Messages in a queue: due, delayed and in flight."""
    settings = queue(system, name)
    names: Any = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
    ]
    found = system.clients.sqs.get_queue_attributes(
        QueueUrl=system.queue_url(settings.queue_arn), AttributeNames=names
    )["Attributes"]
    return sum(int(value) for value in found.values())


def open_quietly(system: SteppedSystem, name: str = "API is down", **more: Any) -> str:
    """Open a critical incident; what follows from it does not happen yet. Its id."""
    incident = {"name": name, "impact_override": "critical", "body": "On it.", **more}
    if more.get("status") in MAINTENANCE:
        incident = {**NEXT_MORNING, **incident}
    answer = system.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
    assert answer.status == 201, answer
    return str(answer.json["id"])


def change_quietly(system: SteppedSystem, incident: str, **changes: Any) -> None:
    """Add an update; what follows from it does not happen yet."""
    path = f"/v1/pages/default/incidents/{incident}"
    assert system.operator("PATCH", path, {"incident": changes}).status == 200


def enqueue(system: SteppedSystem) -> None:
    """Let what was published reach the announcement queue, and stop there."""
    for _ in range(500):
        if not (system.relay_stream() or system.poll(queue(system, "fan-out"))):
            return
    raise AssertionError("the fan-out never comes to an end")


def deliver_again(system: SteppedSystem, incident: str, *subscribers: str, seq: int = 1) -> None:
    """The queue delivers the same recipients once more."""
    batch = AnnouncementBatch(
        page="default", incident=incident, seq=seq, subscribers=tuple(subscribers)
    )
    url = system.queue_url(queue(system, "announcements").queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=batch.model_dump_json())
    run_on(system)


def settle_down(system: SteppedSystem, seconds: float = LONG, step: float = 300) -> None:
    """Let time pass in small steps, a function's death being only its own."""
    end = system.now + seconds
    while system.now < end:
        system.clock.shift(min(step, end - system.now))
        run_on(system)
        if is_quiet(system):
            system.clock.shift(end - system.now)


def is_quiet(system: SteppedSystem) -> bool:
    """Whether nothing will ever happen again by itself."""
    busy = any(waiting(system, name) for name in ("fan-out", "announcements", "codes", "web"))
    return not busy and system.twilio.next_due() is None


def run_on(system: SteppedSystem) -> None:
    """Carry on until nothing is due, whoever dies."""
    while True:
        try:
            system.run()
        except Died:
            continue
        return


def spoil(system: SteppedSystem, **fault: Any) -> None:
    """One of the fake Twilio's faults, from now on."""
    system.twilio.faults.add(read_faults(fault))


def circuit(scope: str, code: int, now: float) -> Circuit:
    """One that Twilio's error opens."""
    return opened(scope, code, consequence(ErrorCode(Carrier.TWILIO, code)).circuit, now)


def delivery(system: SteppedSystem, incident: str, one: str, seq: int = 1) -> Delivery | None:
    """A row of the ledger."""
    return get_delivery(system.table, "default", incident, seq, one)


def status(system: SteppedSystem, incident: str, one: str, seq: int = 1) -> str:
    """Where a delivery stands, and "" where it has no row."""
    found = delivery(system, incident, one, seq)
    return found.status.value if found else ""


def subscriber_row(system: SteppedSystem, one: str) -> dict[str, Any]:
    """A subscriber as stored."""
    return next(row for row in system.rows("subscriber") if row["sk"] == one)


@contextlib.contextmanager
def requests_to_twilio(system: SteppedSystem) -> Iterator[list[str]]:
    """The numbers that Twilio was asked to text meanwhile, whatever it answered."""
    asked: list[str] = []
    before = system.on_send

    def note(form: Mapping[str, str]) -> None:
        asked.append(form["To"])
        if before:
            before(form)

    system.on_send = note
    try:
        yield asked
    finally:
        system.on_send = before
