"""The announcement and code queues: the only function that calls Twilio."""

from typing import Any

from pydantic import TypeAdapter

from statustext.adapters import aws
from statustext.adapters.bucket import ANNOUNCEMENT_HORIZON, CODE_HORIZON, Bucket
from statustext.adapters.clock import SystemClock
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.adapters.twilio_http import TwilioHttp
from statustext.flows.sending import send_announcements
from statustext.flows.sending_direct import DirectTools, send_direct_text
from statustext.flows.telling import Tools
from statustext.queue_edge import each_message
from statustext.queue_messages import AnnouncementBatch, DirectTextTask
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
sqs = aws.client("sqs")
announcements = Queue(sqs, settings.announcement_queue_url)
codes = Queue(sqs, settings.code_queue_url)
secrets = aws.secrets(settings)
http = TwilioHttp(settings.twilio_api_url)
clock = SystemClock()
message = TypeAdapter[AnnouncementBatch | DirectTextTask](AnnouncementBatch | DirectTextTask)
SENDER, RATE = settings.twilio_from, settings.twilio_mps
RESERVE = 20.0  # seconds kept to record the last text and to put back the rest


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    give_up_at = clock.now() + context.get_remaining_time_in_millis() / 1000 - RESERVE
    gateway = TwilioGateway(secrets.twilio(), SENDER, http)

    def handle(body: str) -> None:
        task = message.validate_json(body)
        if isinstance(task, DirectTextTask):
            bucket = Bucket(table, SENDER, RATE, clock, horizon=CODE_HORIZON)
            master = secrets.master_key()
            tools = DirectTools(table, gateway, bucket, codes, clock, master, give_up_at)
            send_direct_text(task, tools)
        else:
            bucket = Bucket(table, SENDER, RATE, clock, horizon=ANNOUNCEMENT_HORIZON)
            tools_ = Tools(table, gateway, bucket, announcements, clock, give_up_at)
            send_announcements(task, tools_)

    return each_message(event, handle)
