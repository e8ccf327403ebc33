"""From the template's resources to what runs: functions, the API, event sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from local.api_gateway import RestApi
from local.doorbell import LIVELY_WAIT, QUIET_WAIT, Bells
from local.emulator import Clients
from local.event_sources import QueueSettings, QueueSource
from local.function_host import FunctionDefinition, FunctionHost
from local.resources import Resources
from local.schedules import ScheduleSource, schedules_of
from local.stream_source import StreamSettings, StreamSource
from local.template import TemplateError


class EventSource(Protocol):
    """Something that invokes a function until the bell is closed."""

    def run(self) -> None:
        """Blocks until then."""


def function_definitions(
    resources: Resources, code: Mapping[str, Path]
) -> list[FunctionDefinition]:
    """The template's functions; `code` has their directories by logical id."""
    found: list[FunctionDefinition] = []
    for logical_id, properties in resources.of_type("AWS::Lambda::Function").items():
        module, _, handler = properties["Handler"].rpartition(".")
        variables = properties.get("Environment", {}).get("Variables", {})
        found.append(
            FunctionDefinition(
                name=resources.reference(logical_id, None),
                arn=resources.reference(logical_id, "Arn"),
                path=code[logical_id] / f"{module.replace('.', '/')}.py",
                handler=handler,
                environment={name: str(value) for name, value in variables.items()},
                timeout=int(properties.get("Timeout", 3)),
                memory=int(properties.get("MemorySize", 128)),
            )
        )
    return found


def rest_api(resources: Resources, functions: FunctionHost) -> RestApi:
    """The template's API. Raises TemplateError unless there is one, with one stage."""
    apis = list(resources.of_type("AWS::ApiGateway::RestApi").values())
    stages = list(resources.of_type("AWS::ApiGateway::Stage").values())
    if len(apis) != 1 or len(stages) != 1:
        raise TemplateError("The local run serves exactly one REST API with one stage.")
    return RestApi(
        apis[0]["Body"],
        functions.invoke,
        stage=stages[0]["StageName"],
        stage_variables=stages[0].get("Variables"),
        binary_media_types=apis[0].get("BinaryMediaTypes"),
        compressed_from=apis[0].get("MinimumCompressionSize"),
    )


def event_sources(
    resources: Resources,
    functions: FunctionHost,
    clients: Clients,
    bells: Bells,
    elsewhere: Mapping[str, str],
) -> Sequence[EventSource]:
    """The template's queues, streams and schedules, each to be run in a thread of its own.

    `elsewhere` are the servers in the emulator's place, by variable.
    """
    sources: list[EventSource] = []
    # Other servers than the emulator ring no bell. The emulator's streams change only with a ring.
    queue_idle = _often if "AWS_ENDPOINT_URL_SQS" in elsewhere else bells.queues.idle
    stream_idle = _often if "AWS_ENDPOINT_URL_DYNAMODB_STREAMS" in elsewhere else _seldom

    def send_to_queue(arn: str, body: str) -> None:
        url = clients.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
        clients.sqs.send_message(QueueUrl=url, MessageBody=body)

    for mapping in resources.of_type("AWS::Lambda::EventSourceMapping").values():
        if str(mapping.get("Enabled", True)).lower() == "false":
            continue
        arn = _function_arn(resources, functions, mapping["FunctionName"])
        if ":sqs:" in mapping["EventSourceArn"]:
            queue = QueueSettings.of(mapping, arn)
            invoke, bell = functions.invoke, bells.queues
            sources.append(QueueSource(queue, clients.sqs, invoke, bell, queue_idle))
        else:
            stream = StreamSettings.of(mapping, arn)
            invoke, streams, bell = functions.invoke, clients.streams, bells.tables
            sources.append(StreamSource(stream, streams, invoke, bell, stream_idle, send_to_queue))
    for logical_id, rule in resources.of_type("AWS::Events::Rule").items():
        rule_arn = resources.reference(logical_id, "Arn")
        for schedule in schedules_of(logical_id, rule_arn, rule):
            sources.append(ScheduleSource(schedule, functions.invoke, bells.queues))
    return sources


def _function_arn(resources: Resources, functions: FunctionHost, given: str) -> str:
    """`given` is a function's name or its ARN."""
    if functions.knows(given):
        return given
    for logical_id in resources.of_type("AWS::Lambda::Function"):
        if resources.reference(logical_id, None) == given:
            return resources.reference(logical_id, "Arn")
    raise TemplateError(f"An event source leads to {given}, which is no function.")


def _often() -> float:
    return LIVELY_WAIT


def _seldom() -> float:
    return QUIET_WAIT
