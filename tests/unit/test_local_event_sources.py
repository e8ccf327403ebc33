"""What event sources make of batches: filters, reported failures, retries, order."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.doorbell import Doorbell
from local.event_pattern import filters_of, passes
from local.event_sources import QueueSettings, failed_items, queue_record
from local.function_host import FunctionError
from local.schedules import scheduled_event, schedules_of
from local.stream_source import StreamSettings, StreamSource, stream_record
from local.template import TemplateError

QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:q"
STREAM_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1"


def matches(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    filters = filters_of({"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}})
    return passes(record, filters)


@pytest.mark.parametrize(
    ("pattern", "record", "expected"),
    [
        ({"kind": ["a", "b"]}, {"kind": "b"}, True),
        ({"kind": ["a"]}, {"kind": "b"}, False),
        ({"kind": ["a"]}, {}, False),
        ({"n": {"k": {"S": ["x"]}}}, {"n": {"k": {"S": "x"}}}, True),
        ({"n": {"k": {"S": ["x"]}}}, {"n": "x"}, False),
        ({"a": [1], "b": [2]}, {"a": 1, "b": 3}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": ["x"]}, {"a": ["w", "x"]}, True),
        ({"a": [{"exists": True}]}, {"a": 0}, True),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": {"b": [{"exists": False}]}}, {}, True),
        ({"a": [{"prefix": "in"}]}, {"a": "incident"}, True),
        ({"a": [{"suffix": "in"}]}, {"a": "incident"}, False),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": "z"}, True),
        ({"a": [{"anything-but": "x"}]}, {"a": "x"}, False),
        ({"a": [{"anything-but": "x"}]}, {}, False),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": 3}, True),
        ({"a": [{"numeric": [">", 1]}]}, {"a": "3"}, False),
    ],
)
def test_filter_patterns(pattern: Any, record: Any, expected: bool) -> None:
    assert matches(pattern, record) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {"a": [{"wildcard": "x*"}]},
        {"a": [{"anything-but": {"prefix": "x"}}]},
        {"$or": [{"a": [1]}]},
        {"a": "x"},
        {"a": []},
        {},
        {"a": [{"prefix": "x", "suffix": "y"}]},
    ],
)
def test_unknown_patterns_are_refused_when_the_system_starts(pattern: Any) -> None:
    with pytest.raises(TemplateError):
        matches(pattern, {})


def test_no_filter_lets_everything_pass() -> None:
    assert passes({"anything": 1}, filters_of({}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, []),
        ({}, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": None}, []),
        ({"batchItemFailures": [{"itemIdentifier": "b"}]}, ["b"]),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, None),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, None),
        ({"batchItemFailures": [{"id": "a"}]}, None),
        ({"batchItemFailures": [{"itemIdentifier": "stranger"}]}, None),
        ({"batchItemFailures": "a"}, None),
        ({"other": 1}, None),
        ("text", None),
    ],
)
def test_reported_failures(answer: Any, expected: list[str] | None) -> None:
    assert failed_items(answer, ["a", "b"]) == expected


def test_a_queue_s_settings() -> None:
    settings = QueueSettings.of(
        {
            "EventSourceArn": QUEUE_ARN,
            "FunctionName": "f",
            "BatchSize": "5",
            "ScalingConfig": {"MaximumConcurrency": "3"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        },
        "arn:f",
    )
    assert (settings.batch_size, settings.concurrency, settings.reports_failures) == (5, 3, True)


@pytest.mark.parametrize(
    "more", [{"ScalingConfig": {"MaximumConcurrency": 1}}, {"ProvisionedPollerConfig": {}}]
)
def test_a_queue_s_impossible_or_unknown_settings_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        QueueSettings.of({"EventSourceArn": QUEUE_ARN, "FunctionName": "f", **more}, "arn:f")


def test_a_message_as_lambda_shows_it() -> None:
    record = queue_record(
        {
            "MessageId": "m",
            "ReceiptHandle": "r",
            "Body": "{}",
            "MD5OfBody": "0",
            "Attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1"},
            "MessageAttributes": {"kind": {"StringValue": "x", "DataType": "String"}},
        },
        QUEUE_ARN,
    )
    assert record["messageId"] == "m"
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert record["messageAttributes"]["kind"]["stringValue"] == "x"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", QUEUE_ARN)


def test_a_change_as_lambda_shows_it() -> None:
    written = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    record = stream_record(
        {
            "eventID": "e",
            "eventName": "INSERT",
            "dynamodb": {
                "ApproximateCreationDateTime": written,
                "Keys": {"pk": {"S": "a"}},
                "NewImage": {"pk": {"S": "a"}, "blob": {"B": b"\x00"}},
                "SequenceNumber": "1",
            },
        },
        STREAM_ARN,
    )
    assert record["dynamodb"]["ApproximateCreationDateTime"] == written.timestamp()
    assert record["dynamodb"]["NewImage"]["blob"] == {"B": "AA=="}
    assert record["eventSourceARN"] == STREAM_ARN
    json.dumps(record)


class FakeStreams:
    """The streams API over one shard that holds `count` records, numbered from 1."""

    def __init__(self, count: int) -> None:
        self._numbers = [str(number) for number in range(1, count + 1)]

    def describe_stream(self, **_: Any) -> Any:
        return {"StreamDescription": {"Shards": [{"ShardId": "s"}]}}

    def get_shard_iterator(self, SequenceNumber: str = "0", **_: Any) -> Any:  # noqa: N803
        return {"ShardIterator": SequenceNumber}

    def get_records(self, ShardIterator: str, Limit: int) -> Any:  # noqa: N803
        found = self._numbers[int(ShardIterator) :][:Limit]
        return {
            "NextShardIterator": str(int(ShardIterator) + len(found)),
            "Records": [
                {"eventID": n, "eventName": "INSERT", "dynamodb": {"SequenceNumber": n}}
                for n in found
            ],
        }


Behaviour = Callable[[list[str]], Any]


def run_stream(count: int, behaviour: Behaviour, **properties: Any) -> tuple[list[Any], list[Any]]:
    """The batches that a function saw, and what was put on record, until the stream was empty."""
    bell, seen, recorded = Doorbell(), list[list[str]](), list[dict[str, Any]]()

    def invoke(_arn: str, event: Mapping[str, Any]) -> Any:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        seen.append(numbers)
        return behaviour(numbers)

    settings = StreamSettings.of(
        {
            "EventSourceArn": STREAM_ARN,
            "FunctionName": "f",
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 4,
            "DestinationConfig": {"OnFailure": {"Destination": QUEUE_ARN}},
            **properties,
        },
        "arn:aws:lambda:us-east-1:123456789012:function:f",
    )
    source = StreamSource(
        settings,
        FakeStreams(count),
        invoke,
        bell,
        bell.idle,
        lambda _arn, body: recorded.append(json.loads(body)),
        pause=0,
    )
    bell.wait = lambda rings, seconds: bell.close()  # type: ignore[method-assign]  # empty: enough seen
    source.run()
    return seen, recorded


REPORTS = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def test_a_stream_is_read_in_order_and_in_batches() -> None:
    seen, recorded = run_stream(6, lambda numbers: None)
    assert seen == [["1", "2", "3", "4"], ["5", "6"]]
    assert recorded == []


def test_a_reported_failure_is_retried_from_that_record_on() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "3"}]}])
    seen, recorded = run_stream(4, lambda numbers: next(answers, None), **REPORTS)
    assert seen == [["1", "2", "3", "4"], ["3", "4"]]
    assert recorded == []


def test_an_exception_retries_the_batch() -> None:
    failures = iter([True, True])

    def behaviour(_numbers: list[str]) -> None:
        if next(failures, False):
            raise FunctionError("f: ValueError")

    seen, recorded = run_stream(2, behaviour)
    assert seen == [["1", "2"]] * 3
    assert recorded == []


def test_a_poisonous_record_is_found_by_bisection_and_put_on_record() -> None:
    def behaviour(numbers: list[str]) -> None:
        if "2" in numbers:
            raise FunctionError("f: ValueError")

    seen, recorded = run_stream(
        5, behaviour, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1
    )
    handled = [number for batch in seen for number in batch if "2" not in batch]
    assert handled == ["1", "3", "4", "5"]
    assert len(recorded) == 1
    position = recorded[0]["DDBStreamBatchInfo"]
    assert (position["startSequenceNumber"], position["endSequenceNumber"]) == ("2", "2")
    assert position["streamArn"] == STREAM_ARN


def test_retries_are_bounded_and_the_stream_goes_on() -> None:
    def behaviour(numbers: list[str]) -> Any:
        if "1" in numbers:
            raise FunctionError("f: ValueError")

    seen, recorded = run_stream(5, behaviour, MaximumRetryAttempts=2)
    assert seen == [["1", "2", "3", "4"]] * 3 + [["5"]]
    assert recorded[0]["requestContext"]["approximateInvokeCount"] == 3


def test_a_record_too_old_is_given_up() -> None:
    def behaviour(_numbers: list[str]) -> None:
        raise FunctionError("f: ValueError")

    seen, recorded = run_stream(1, behaviour, MaximumRecordAgeInSeconds=60)
    assert (len(seen), len(recorded)) == (1, 1)


def test_filtered_records_are_passed_over() -> None:
    pattern = json.dumps({"dynamodb": {"SequenceNumber": ["2"]}})
    seen, _ = run_stream(
        5, lambda numbers: None, FilterCriteria={"Filters": [{"Pattern": pattern}]}
    )
    assert seen == [["2"]]


def test_a_batch_that_is_not_full_waits_for_the_end_of_its_window() -> None:
    seen, _ = run_stream(6, lambda numbers: None, MaximumBatchingWindowInSeconds=300)
    assert seen == [["1", "2", "3", "4"]]


def test_an_unknown_stream_setting_is_refused() -> None:
    with pytest.raises(TemplateError, match="TumblingWindowInSeconds"):
        StreamSettings.of({"TumblingWindowInSeconds": 1}, "arn:f")


def test_schedules() -> None:
    rule = {"ScheduleExpression": "rate(5 minutes)", "Targets": [{"Arn": "arn:f", "Id": "t"}]}
    (schedule,) = schedules_of("Tick", "arn:rule", rule)
    assert (schedule.function_arn, schedule.period) == ("arn:f", 300)
    event = scheduled_event(schedule, dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
    assert (event["detail-type"], event["time"]) == ("Scheduled Event", "2026-01-02T03:04:05Z")
    assert event["resources"] == ["arn:rule"]


def test_a_schedule_s_constant_input_is_its_event() -> None:
    rule = {"ScheduleExpression": "rate(1 day)", "Targets": [{"Arn": "f", "Input": '{"a": 1}'}]}
    (schedule,) = schedules_of("Tick", "arn:rule", rule)
    assert scheduled_event(schedule, dt.datetime.now(dt.UTC)) == {"a": 1}


def test_a_disabled_rule_has_no_schedule_and_a_cron_is_refused() -> None:
    assert schedules_of("Tick", "arn:rule", {"State": "DISABLED"}) == []
    with pytest.raises(TemplateError, match="Tick"):
        schedules_of("Tick", "arn:rule", {"ScheduleExpression": "cron(0 * * * ? *)"})
