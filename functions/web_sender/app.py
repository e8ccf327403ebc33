"""The web queue: the only function that calls addresses which strangers gave."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from statustext.adapters import aws
from statustext.adapters.clock import SystemClock
from statustext.adapters.guarded_http import GuardedHttp
from statustext.adapters.lanes import Lanes, Threads
from statustext.adapters.queues import Queue
from statustext.adapters.sealed import sealing_table
from statustext.adapters.web_calls import WebCalls
from statustext.domain.carrier import Carrier
from statustext.domain.page import Sender, Senders
from statustext.flows.delivering.batches import send_announcements, send_held
from statustext.flows.delivering.circuits import Circuits
from statustext.flows.delivering.component_changes import tell_components
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.passing_on import put_back
from statustext.flows.delivering.quotas import Quotas
from statustext.flows.delivering.sending_direct import send_direct_text
from statustext.flows.delivering.slots import Slots
from statustext.observability import logger, observed
from statustext.queue_edge import ANEW_AFTER, messages_at_once
from statustext.queue_messages import (
    AnnouncementBatch,
    ComponentNewsTask,
    DirectTextTask,
    HeldBatch,
)
from statustext.settings import read_settings

Task = AnnouncementBatch | HeldBatch | ComponentNewsTask | DirectTextTask

settings = read_settings()
table = sealing_table(settings)
web = Queue(aws.client("sqs"), settings.web_queue_url)
secrets = aws.secrets(settings)
clock = SystemClock()
message = TypeAdapter[Task](Task)
RESERVE = 20.0  # seconds kept to end the last call, to record it and to put back the rest
CALLS = 32
SENDERS = Senders(Sender("web", 0, Carrier.WEB))
workers = Threads(CALLS)
calls = WebCalls(GuardedHttp(is_local_run=settings.call_this_machine), clock)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    end = clock.now() + context.get_remaining_time_in_millis() / 1000 - RESERVE
    lanes = Lanes(workers, clock, CALLS, logger.set_correlation_id)

    @cache
    def slots_of(_: Sender) -> Slots:
        return Slots(None, lanes, clock, end)

    @cache
    def quotas_of(page_id: str) -> Quotas:
        return Quotas(page_id, table, lanes, clock)

    deps = Deps(
        table=table,
        channel_of=lambda _page, _account: calls,
        listing_of=lambda _page, _account: None,
        senders=SENDERS,
        slots_of=slots_of,
        quotas_of=quotas_of,
        lanes=lanes,
        circuits=Circuits(table, clock),
        queue=web,
        clock=clock,
        secrets=secrets,
        give_up_at=end,
    )

    async def handle(body: str, _: int) -> None:
        match message.validate_json(body):
            case AnnouncementBatch() as task:
                await send_announcements(task, deps)
            case HeldBatch() as task:
                await send_held(task, deps)
            case ComponentNewsTask() as task:
                await tell_components(task, calls, deps)
            case DirectTextTask() as task:
                await send_direct_text(task, deps)

    return messages_at_once(event, handle, send_anew, lanes)


def send_anew(body: str) -> None:
    put_back(message.validate_json(body), ANEW_AFTER, table, web, clock.now())
