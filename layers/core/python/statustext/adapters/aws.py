"""AWS clients as a function should have them: all tries together end before the function must.

botocore's, not boto3's: they are the same clients, and boto3 would be a sixth of a cold start.
"""

import time
from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

from statustext.adapters.secret_store import Secrets
from statustext.settings import Settings

CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
)


@lru_cache(maxsize=1)
def _session() -> Session:
    return get_session()


def client(service: str) -> Any:
    """A client of `service`, typed where it is used."""
    return _session().create_client(service, config=CONFIG)


def secrets(settings: Settings) -> Secrets:
    """The deployment's secrets, connected to when the first is wanted."""
    return Secrets(
        settings.keys_secret_id,
        settings.twilio_secret_id,
        lambda: client("secretsmanager"),
        time.time,
    )
