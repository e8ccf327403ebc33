"""CloudWatch's alarms: through SNS (as posted, and as a function is invoked with it), or as an
event of EventBridge.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import json
from collections.abc import Mapping
from typing import Any

from statustext.domain.alerts.alert import Alert, AlertState, NotUnderstood, Reading
from statustext.domain.alerts.fields import (
    LONGEST_DESCRIPTION,
    fingerprint,
    first,
    items,
    labels,
    mapping,
    moment,
    text,
)
from statustext.domain.team.routing import Level

_STATES = {"ALARM": AlertState.FIRING, "OK": AlertState.RESOLVED}
_NEITHER = "INSUFFICIENT_DATA"


def read(body: dict[str, Any]) -> Reading:
    """The alarms that it tells of. One that lacks data is neither firing nor resolved."""
    if records := items(body.get("Records")):
        return tuple(found for one in records for found in _of_message(mapping(one, "Sns")))
    if text(body.get("detail-type")) == "CloudWatch Alarm State Change":
        return _of_event(body)
    if "NewStateValue" in body:
        return _of_alarm(body)
    return _of_message(body)


def _of_message(said: Mapping[str, Any]) -> Reading:
    if text(said.get("Type")) in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return ()
    try:
        alarm = json.loads(said["Message"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return (NotUnderstood("Its message is no alarm of CloudWatch's."),)
    return _of_alarm(mapping(alarm))


def _of_alarm(alarm: Mapping[str, Any]) -> Reading:
    trigger = mapping(alarm, "Trigger")
    dimensions = {
        text(mapping(one).get("name")): mapping(one).get("value")
        for one in items(trigger.get("Dimensions"))
    }
    about = {
        "alarm": alarm.get("AlarmName"),
        "account": alarm.get("AWSAccountId"),
        "region": alarm.get("Region"),
        "namespace": trigger.get("Namespace"),
        "metric": trigger.get("MetricName"),
    }
    return _alarm(
        text(alarm.get("NewStateValue")),
        alarm.get("AlarmArn") or fingerprint(alarm.get("AWSAccountId"), alarm.get("AlarmName")),
        labels(about, dimensions),
        first(
            alarm.get("AlarmDescription"), alarm.get("NewStateReason"), longest=LONGEST_DESCRIPTION
        ),
        moment(alarm.get("StateChangeTime")),
    )


def _of_event(event: Mapping[str, Any]) -> Reading:
    detail, state = mapping(event, "detail"), mapping(event, "detail", "state")
    about = {
        "alarm": detail.get("alarmName"),
        "account": event.get("account"),
        "region": event.get("region"),
    }
    arns = items(event.get("resources"))
    return _alarm(
        text(state.get("value")),
        arns[0] if arns else fingerprint(event.get("account"), detail.get("alarmName")),
        labels(about, mapping(detail, "alarmTags")),
        first(
            mapping(detail, "configuration").get("description"),
            state.get("reason"),
            longest=LONGEST_DESCRIPTION,
        ),
        moment(state.get("timestamp"), event.get("time")),
    )


def _alarm(
    value: str, known_by: object, about: dict[str, str], description: str, at: float | None
) -> Reading:
    name, known = about.get("alarm", ""), fingerprint(known_by)
    if value == _NEITHER and name:
        return ()
    state = _STATES.get(value)
    if state is None or not name or not known:
        return (NotUnderstood("Its message is no alarm of CloudWatch's."),)
    level = Level.ERROR if state is AlertState.FIRING else Level.GOOD
    return (Alert(known, state, level, name, description, about, "", at),)
