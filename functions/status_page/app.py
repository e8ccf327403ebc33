"""The status page as everybody reads it: GET and HEAD of pages, documents and feeds."""

import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.errors import RejectedError
from statustext.flows.showing_publicly.addresses import Pages
from statustext.flows.showing_publicly.answers import refused
from statustext.flows.showing_publicly.memory import Memory
from statustext.flows.showing_publicly.resources import Reader, find
from statustext.invocation import is_request, wrong_event
from statustext.observability import log_failure, logger, observed
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
pages = Pages(table, time.time)
memory = Memory()
viewer = Path(__file__).parent / "viewer"


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    if not is_request(event):
        return wrong_event("requests of API Gateway")
    logger.set_correlation_id(event["requestContext"]["requestId"])
    try:
        return find(Reader(event, pages.address(event), table, time.time(), memory, viewer))
    except RejectedError as error:
        return refused(error)
    except (ClientError, BotoCoreError) as error:
        log_failure("AWS did not do its part", error, {"path": event["resource"]})
        sentence = "This did not work just now; try again in a few seconds."
        return refused(RejectedError(503, "unavailable", sentence, headers={"Retry-After": "5"}))
