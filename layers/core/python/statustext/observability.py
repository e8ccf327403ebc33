"""Logs and metrics: ids and masked numbers only."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger

from statustext.domain.masking import mask_all

logger = Logger()
"""Its `service` is the stack's name (POWERTOOLS_SERVICE_NAME, set by the template)."""

observed = logger.inject_lambda_context(clear_state=True)
"""Decorates every handler: its log lines have the function's name, the request's id, whether it is
a cold start, and the correlation id that an edge sets."""

for _name in ("twilio", "urllib3", "requests", "botocore", "boto3"):
    # They log whole requests at INFO and DEBUG, numbers and tokens among them.
    logging.getLogger(_name).setLevel(logging.WARNING)


def count(metric: str, value: int = 1) -> None:
    """Add to a metric of namespace Statustext, in CloudWatch's embedded metric format.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    # Imported at the first metric, as most invocations have none. Its dimension `service` is the
    # stack's name, which the template sets (POWERTOOLS_SERVICE_NAME) and its alarms watch.
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    one = EphemeralMetrics(namespace="Statustext")
    one.add_metric(name=metric, unit=MetricUnit.Count, value=value)
    one.flush_metrics()


def emit(
    counts: Mapping[str, int], seconds: Sequence[float], suppressed: Mapping[str, int]
) -> None:
    """Figures of a batch, each metric once: counts, the seconds until texts were accepted, and
    texts suppressed by reason (a dimension). Nothing where there is nothing."""
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit  # as in count

    one = EphemeralMetrics(namespace="Statustext")
    for name, number in counts.items():
        one.add_metric(name=name, unit=MetricUnit.Count, value=number)
    for value in seconds:
        one.add_metric(name="SecondsToAccepted", unit=MetricUnit.Seconds, value=value)
    if counts or seconds:
        one.flush_metrics()
    for reason, number in suppressed.items():
        each = EphemeralMetrics(namespace="Statustext")
        each.add_dimension(name="reason", value=reason or "unknown")
        each.add_metric(name="TextsSuppressed", unit=MetricUnit.Count, value=number)
        each.flush_metrics()


def log_failure(message: str, error: BaseException, ids: Mapping[str, Any]) -> None:
    """Log an error once, where it is handled. Its own words may hold a number: they are masked."""
    logger.error(message, error=type(error).__name__, detail=mask_all(str(error))[:300], **ids)
