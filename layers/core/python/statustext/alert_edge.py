"""How alerts come in: posted to the API, or handed over by AWS, which allows itself by IAM."""

import json
from collections.abc import Sequence
from typing import Any

from statustext import web
from statustext.adapters import sns_messages
from statustext.body_formats import read_json
from statustext.domain.alerts.alert import Source
from statustext.domain.alerts.pagerduty_signing import HEADER, is_signed
from statustext.domain.alerts.sns import is_envelope
from statustext.domain.page import DEFAULT_PAGE
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.taking_alerts.receiving import Heard, receive
from statustext.invocation import wrong_event
from statustext.observability import count, log_failure, logger
from statustext.routing import Api

MAX_BODY = 256 * 1024
"""Bytes. Alertmanager puts all alerts of a group into one body."""


def source_named(name: str) -> Source:
    """The source that an address names. Raises RejectedError 404."""
    if name not in set(Source):
        known = ", ".join(Source)
        raise RejectedError(404, "unknown_source", f"There is no such source; they are {known}.")
    return Source(name)


def posted(app: Api, source: Source, secrets: Sequence[str]) -> Heard:
    """What a source posted, whatever it calls its content: SNS sends JSON as text/plain. A
    subscription of SNS's is confirmed. Where a source signs by `secrets`, it must be signed.

    Raises RejectedError: 400 for what is no UTF-8, 403 for what should be signed and is not, 413
    for too much, 503 where SNS cannot be asked.
    """
    text = web.read_text(app, MAX_BODY)
    if secrets and not is_signed(web.header(app, HEADER) or "", text.encode(), secrets):
        count("UnsignedAlert")
        sentence = f"The {HEADER} header has no signature by a secret that is set for this source."
        raise RejectedError(403, "not_signed", sentence)
    try:
        body = read_json(text)
    except ValueError:
        return Heard(source, None, text)
    if source is Source.CLOUDWATCH and is_envelope(body):
        _require_signed(body)
    return Heard(source, body, text)


def _require_signed(message: dict[str, Any]) -> None:
    try:
        if not sns_messages.is_signed(message, sns_messages.get):
            count("UnsignedAlert")
            raise RejectedError(403, "not_signed", "This message is not signed by Amazon SNS.")
        if sns_messages.confirm(message, sns_messages.get):
            logger.info("Subscription of SNS confirmed", topic=str(message["TopicArn"])[:300])
    except OSError as error:
        log_failure("SNS could not be asked", error, {"asked": "sns"})
        sentence = "SNS could not be asked about this message; send it again."
        raise RejectedError(503, "unavailable", sentence) from None


def heard_from_aws(event: Any, act: Act) -> dict[str, Any]:
    """Take in an alarm that EventBridge or SNS hands to the function itself. Whoever may invoke it
    is allowed by IAM, so there is no key; the page is `default`, or that which EventBridge's input
    names as `page`."""
    given = event if isinstance(event, dict) else {}
    records = given.get("Records")
    is_sns = (
        isinstance(records, list)
        and bool(records)
        and all(isinstance(one, dict) and one.get("EventSource") == "aws:sns" for one in records)
    )
    if not is_sns and given.get("source") != "aws.cloudwatch":
        return wrong_event("requests of API Gateway, and alarms of SNS or EventBridge")
    name = given.get("page", DEFAULT_PAGE)
    page = require_page(act.table, name if isinstance(name, str) else "")
    return dict(receive(page, Heard(Source.CLOUDWATCH, given, json.dumps(given)), act))
