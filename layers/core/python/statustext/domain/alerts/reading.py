"""Which module reads which source's bodies."""

from collections.abc import Callable, Mapping
from typing import Any

from statustext.domain.alerts import (
    alertmanager,
    cloudwatch,
    datadog,
    json_form,
    pagerduty,
    statuspage,
    uptime_kuma,
)
from statustext.domain.alerts.alert import NotUnderstood, Reading, Source

MOST_ALERTS = 200
"""Of one body. Each costs a transaction, and API Gateway waits for 29 seconds."""

_READERS: Mapping[Source, Callable[[dict[str, Any]], Reading]] = {
    Source.ALERTMANAGER: alertmanager.read,
    Source.GRAFANA: alertmanager.read,
    Source.CLOUDWATCH: cloudwatch.read,
    Source.DATADOG: datadog.read,
    Source.PAGERDUTY: pagerduty.read,
    Source.UPTIME_KUMA: uptime_kuma.read,
    Source.STATUSPAGE: statuspage.read,
    Source.JSON: json_form.read,
}


def read_alerts(source: Source, body: object) -> Reading:
    """What a source's body says. Never raises, whatever the body is."""
    if not isinstance(body, dict):
        return (NotUnderstood("It is no JSON object."),)
    found = _READERS[source](body)
    if len(found) <= MOST_ALERTS:
        return found
    left = NotUnderstood(f"It holds {len(found)} alerts; only {MOST_ALERTS} of a body are read.")
    return (*found[:MOST_ALERTS], left)
