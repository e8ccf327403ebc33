"""Once a day: asks subscribers whose carrier gave their number up whether it is still theirs."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.adapters.twilio_http import TwilioHttp
from statustext.flows.acting import Act
from statustext.flows.keeping_time.deactivated_numbers import look_at_deactivated
from statustext.observability import observed
from statustext.settings import read_settings

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
http = TwilioHttp(settings.twilio_api_url)


@observed
def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    act = Act("the list of deactivated numbers", table, time.time(), system_entropy)
    found = look_at_deactivated(http, secrets.twilio_login(), secrets.master_key(), act)
    return {"quarantined": found}
