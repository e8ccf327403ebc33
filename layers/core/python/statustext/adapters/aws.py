"""AWS clients as a function should have them: all tries together end before the function must.

botocore's, not boto3's: they are the same clients, and boto3 would be a sixth of a cold start.
"""

import time
from functools import lru_cache
from typing import Any

from botocore.awsrequest import AWSHTTPConnection, AWSHTTPSConnection
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.session import Session, get_session

from statustext.adapters.deadlines import WHOLE_CALL, PromptResponse, begin, end, left
from statustext.adapters.queues import QueueRefusedError
from statustext.adapters.secret_store import SecretIds, Secrets
from statustext.errors import RacedError
from statustext.settings import Settings

MOST_CALLS = 100
"""That a function makes at the same time: connections are opened as they are needed, and kept."""

CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=MOST_CALLS,
)

ONCE = CONFIG.merge(
    Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 1})
)
"""For a call that must not be made twice, as it would text twice."""

LAST_TRY = 2.0
"""Seconds of a call's time that must be left for another try."""

for connection in (AWSHTTPConnection, AWSHTTPSConnection):  # botocore has no setting for it
    setattr(connection, "response_class", PromptResponse)  # noqa: B010  # its stubs say another

BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceeded",  # of one write of a transaction
        "RequestLimitExceeded",
        "TransactionInProgressException",
    }
)


@lru_cache(maxsize=1)
def _session() -> Session:
    return get_session()


def client(service: str, config: Config = CONFIG) -> Any:
    """A client of `service`, typed where it is used. A call of it, with all its tries, ends within
    WHOLE_CALL seconds."""
    made = _session().create_client(service, config=config)
    made.meta.events.register_first("before-call", _begin)
    made.meta.events.register_first("needs-retry", _end)
    for over in ("after-call", "after-call-error"):
        made.meta.events.register_last(over, _over)
    return made


def _begin(**_: Any) -> None:
    begin(WHOLE_CALL)


def _over(**_: Any) -> None:
    end()


def _end(caught_exception: Exception | None = None, **_: Any) -> None:
    """Raise what ended a try where there is no time for another."""
    if caught_exception is not None and left() < LAST_TRY:
        raise caught_exception


def secrets(settings: Settings) -> Secrets:
    """The deployment's secrets, connected to when the first is wanted."""
    ids = SecretIds(
        keys=settings.keys_secret_id,
        code_keys=settings.code_keys_secret_id,
        twilio=settings.twilio_secret_id,
        api_key=settings.twilio_api_key_secret_id,
        pages=settings.page_secrets_prefix,
    )
    return Secrets(ids, lambda: client("secretsmanager"), time.time)


def is_outage(error: Exception) -> bool:
    """Whether AWS is at fault, and not the message."""
    if isinstance(error, ClientError):
        reasons: Any = error.response.get("CancellationReasons", [])
        codes = {str(one.get("Code")) for one in reasons}
        codes.add(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        return status >= 500 or any("Throttl" in code or code in BUSY for code in codes)
    if isinstance(error, ParamValidationError):
        return False
    return isinstance(error, BotoCoreError | QueueRefusedError | RacedError)
