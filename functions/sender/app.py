"""The announcement and code queues: the only function that texts."""

from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter

from statustext.adapters import aws
from statustext.adapters.accounts import Accounts
from statustext.adapters.aws_sms import AwsSms
from statustext.adapters.channel import Channel
from statustext.adapters.clock import SystemClock
from statustext.adapters.lanes import Lanes, Threads
from statustext.adapters.queues import Queue
from statustext.adapters.sealed import sealing_table
from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON, SenderSlots
from statustext.adapters.ses import ses_of
from statustext.adapters.twilio_http import TwilioHttp
from statustext.domain.carrier import Carrier
from statustext.domain.page import Sender
from statustext.flows.delivering.after_a_death import parted
from statustext.flows.delivering.batches import send_announcements, send_held
from statustext.flows.delivering.circuits import Circuits
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.passing_on import pass_on, put_back
from statustext.flows.delivering.quotas import Quotas, settle
from statustext.flows.delivering.sending_direct import send_direct_text
from statustext.flows.delivering.slots import Slots, calls_at_once, texts_under_way
from statustext.flows.keeping_time.missing_receipts import ask_for_receipts
from statustext.observability import logger, observed
from statustext.queue_edge import ANEW_AFTER, messages_at_once
from statustext.queue_messages import (
    AnnouncementBatch,
    Batch,
    DirectTextTask,
    HeldBatch,
    ReceiptBatch,
)
from statustext.settings import read_settings

Task = AnnouncementBatch | HeldBatch | ReceiptBatch | DirectTextTask

settings = read_settings()
table = sealing_table(settings)
sqs = aws.client("sqs")
announcements = Queue(sqs, settings.announcement_queue_url)
codes = Queue(sqs, settings.code_queue_url)
web = Queue(sqs, settings.web_queue_url)
secrets = aws.secrets(settings)
clock = SystemClock()
message = TypeAdapter[Task](Task)
SENDERS = settings.senders
RESERVE = 20.0  # seconds kept to record the last text and to put back the rest

RATE = max(sender.mps for sender in (SENDERS.own, *SENDERS.others))
CALLS = calls_at_once(RATE)
workers = Threads(CALLS)
http = TwilioHttp(settings.twilio_api_url, pool_size=CALLS)

by_aws: dict[Carrier, Channel] = {}
if settings.sms_voice_from:
    sms_voice = aws.client("pinpoint-sms-voice-v2", aws.ONCE)
    by_aws = {Carrier.AWS: AwsSms(sms_voice, settings.sms_voice_configuration_set)}
if ses := ses_of(settings):
    by_aws[Carrier.SES] = ses


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    end = clock.now() + context.get_remaining_time_in_millis() / 1000 - RESERVE
    accounts = Accounts(secrets, http, by_aws)
    circuits = Circuits(table, clock)
    lanes = Lanes(workers, clock, texts_under_way(RATE), logger.set_correlation_id)

    of_pages: list[Quotas] = []

    @cache
    def slots_of(sender: Sender, horizon: float) -> Slots:
        row = SenderSlots(table, sender.id, sender.mps, clock, horizon=horizon)
        return Slots(row if sender.mps else None, lanes, clock, end)

    @cache
    def quotas_of(page_id: str) -> Quotas:
        of_pages.append(Quotas(page_id, table, lanes, clock))
        return of_pages[-1]

    async def handle(body: str, receives: int) -> None:
        task = message.validate_json(body)
        if isinstance(task, Batch) and receives > 1 and len(task.subscribers) > 1:
            now = clock.now()
            pass_on(task, {0: parted(task, table, now)}, table, announcements, now)
            return
        horizon = CODE_HORIZON if is_of_codes(task) else ANNOUNCEMENT_HORIZON
        deps = Deps(
            table=table,
            channel_of=accounts.channel_of,
            listing_of=accounts.listing_of,
            senders=SENDERS,
            slots_of=partial(slots_of, horizon=horizon),
            quotas_of=quotas_of,
            lanes=lanes,
            circuits=circuits,
            queue=codes if is_of_codes(task) else announcements,
            clock=clock,
            secrets=secrets,
            give_up_at=end,
            web_queue=web,
        )
        match task:
            case DirectTextTask():
                await send_direct_text(task, deps)
            case AnnouncementBatch():
                await send_announcements(task, deps)
            case HeldBatch():
                await send_held(task, deps)
            case ReceiptBatch():
                ask_for_receipts(task, deps)

    answered = messages_at_once(event, handle, send_anew, lanes)
    settle(of_pages)
    return answered


def is_of_codes(task: Task) -> bool:
    """Whether it goes by the codes' own lane."""
    return isinstance(task, DirectTextTask) and not task.many


def send_anew(body: str) -> None:
    task = message.validate_json(body)
    queue = codes if is_of_codes(task) else announcements
    put_back(task, ANEW_AFTER, table, queue, clock.now())
