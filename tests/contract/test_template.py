"""What template.yaml promises about queues, functions, rights, alarms and data."""

import ast
import json
import re

import pytest

from statustext import settings
from statustext.flows.relaying import showing
from statustext.safe_headers import SAFE_HEADERS
from tests.contract.cloudformation import (
    ROOT,
    as_list,
    dead_letter_queues,
    metrics,
    of_type,
    resources,
    source,
    statements,
    target,
    watched,
)

DEAD_LETTER_SECONDS = 14 * 24 * 3600
DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600  # what SQS keeps where nothing is said
# Statements that need a wildcard; the reason for each is a comment in the template.
WILDCARDS = {
    ("RelayRole", "Stream"),
    ("NumbersKey", "ByPoliciesOfThisAccount"),  # of a key's own policy, "*" is that key
    ("QueuePolicy", "EncryptedConnectionsOnly"),
    ("ClockDeadLetterQueuePolicy", "EncryptedConnectionsOnly"),
    ("AwsSmsQueuePolicy", "EncryptedConnectionsOnly"),
    ("MailEventsQueuePolicy", "EncryptedConnectionsOnly"),
    ("ProviderRole", "PageSecrets"),
    ("SenderRole", "PageSecrets"),
    ("TwilioWebhookRole", "PageSecrets"),
}


def test_every_queue_hands_what_fails_to_a_dead_letter_queue() -> None:
    dead = dead_letter_queues()
    for name, queue in of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name
        if name in dead:
            assert queue["MessageRetentionPeriod"] == DEAD_LETTER_SECONDS, name
            continue
        assert target(queue["RedrivePolicy"]["deadLetterTargetArn"]) in dead, name
        assert 5 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 10, name
        kept = queue.get("MessageRetentionPeriod", DEFAULT_RETENTION_SECONDS)
        assert kept < DEAD_LETTER_SECONDS, f"{name}: the age moves along with the message"


def test_every_dead_letter_queue_raises_an_alarm() -> None:
    watched_queues = watched("ApproximateNumberOfMessagesVisible", "QueueName")
    assert watched_queues == dead_letter_queues()
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        if name.endswith("DeadLetterAlarm"):
            assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_every_queue_refuses_plain_connections_in_its_one_policy() -> None:
    covered = []
    for policy in of_type("AWS::SQS::QueuePolicy").values():
        denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert [s["Condition"]["Bool"] for s in denied] == [{"aws:SecureTransport": "false"}]
        covered += [target(queue) for queue in policy["Queues"]]
    assert sorted(covered) == sorted(of_type("AWS::SQS::Queue"))


def test_queues_are_consumed_with_partial_failures_and_enough_time() -> None:
    queues, functions = (
        of_type("AWS::SQS::Queue"),
        of_type("AWS::Lambda::Function"),
    )
    mappings = of_type("AWS::Lambda::EventSourceMapping")
    consumed = set()
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        queue = target(mapping["EventSourceArn"])
        if queue not in queues:
            continue
        consumed.add(queue)
        timeout = functions[target(mapping["FunctionName"])]["Timeout"]
        # AWS advises six times; a sender's claims make a message handed out twice harmless, and
        # what a dead one left is to be finished within five minutes.
        times = 3 if name.startswith("SenderFunction") else 6
        assert queues[queue]["VisibilityTimeout"] == times * timeout, name
        assert "MaximumConcurrency" in mapping["ScalingConfig"], name
    assert consumed == set(queues) - dead_letter_queues()


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("RelayFunctionChanges", ["update", "direct", "audit", "state_change"]),
        ("RelayFunctionDeliveries", ["delivery"]),
    ],
)
def test_the_stream_drops_nothing_silently(name: str, kinds: list[str]) -> None:
    """A stream has two readers at most; codes do not wait behind what is only counted."""
    mapping = of_type("AWS::Lambda::EventSourceMapping")[name]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    # -1 means until the stream itself forgets, at 24 hours, and tells nobody.
    assert mapping["MaximumRetryAttempts"] > 0
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600
    destination = target(mapping["DestinationConfig"]["OnFailure"]["Destination"])
    assert destination in dead_letter_queues()
    patterns = [json.loads(f["Pattern"]) for f in mapping["FilterCriteria"]["Filters"]]
    shown, removed = [], [one for one in patterns if "eventName" in one]
    if name == "RelayFunctionChanges":
        assert removed
        shown = sorted(showing.KINDS - set(kinds))
    carried = [{"dynamodb": {"NewImage": {"kind": {"S": some}}}} for some in (kinds, shown) if some]
    assert [one for one in patterns if one not in removed] == carried
    for one in removed:
        assert set(one["dynamodb"]["OldImage"]["kind"]["S"]) <= showing.KINDS


def test_the_clock_loses_no_failure() -> None:
    rule = of_type("AWS::Events::Rule")["ClockFunctionEveryMinute"]
    invocation = of_type("AWS::Lambda::EventInvokeConfig")["ClockFunctionEventInvokeConfig"]
    dead = dead_letter_queues()
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert target(rule["Targets"][0]["DeadLetterConfig"]["Arn"]) in dead
    assert target(invocation["DestinationConfig"]["OnFailure"]["Destination"]) in dead
    assert of_type("AWS::Lambda::Function")["ClockFunction"]["Timeout"] < 60


def test_every_function_has_its_own_role_log_and_layers() -> None:
    functions = of_type("AWS::Lambda::Function")
    roles, logs = of_type("AWS::IAM::Role"), of_type("AWS::Logs::LogGroup")
    used: set[str] = set()
    for name, function in functions.items():
        role, log = target(function["Role"]), target(function["LoggingConfig"]["LogGroup"])
        assert not {role, log} & used, f"{name} shares its role or log"
        used |= {role, log}
        assert "ManagedPolicyArns" not in roles[role], f"{name} has rights that nobody reads here"
        assert roles[role]["Policies"], name
        trusted = [s["Principal"] for s in roles[role]["AssumeRolePolicyDocument"]["Statement"]]
        assert trusted == [{"Service": "lambda.amazonaws.com"}], name
        assert function["LoggingConfig"]["LogFormat"] == "JSON", name
        assert "RetentionInDays" in logs[log], name
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"]), name
        layers = [re.sub(r"[0-9a-f]{10}$", "", target(layer)) for layer in function["Layers"]]
        assert layers == ["DependenciesLayer", "CoreLayer"], name
        most = 900 if name == "DeactivationsFunction" else 60  # nobody waits for the daily look
        assert function["Timeout"] <= most, name
        assert function["MemorySize"], name
        # A new account has ten concurrent executions in all, none of which can be reserved.
        reserved = function.get("ReservedConcurrentExecutions")
        if reserved:
            condition, parameter, otherwise = reserved["Fn::If"]
            assert otherwise == {"Ref": "AWS::NoValue"}, name
            asked = source()["Conditions"][condition]
            assert asked == {"Fn::Not": [{"Fn::Equals": [parameter, 0]}]}, name
            assert source()["Parameters"][target(parameter)]["Default"] == 0, name
    for name, log_group in logs.items():
        assert "RetentionInDays" in log_group, name


def test_a_function_writes_only_its_own_log() -> None:
    for function in of_type("AWS::Lambda::Function").values():
        role = target(function["Role"])
        written = [
            target(resource)
            for name, statement in statements()
            if name == role and any(a.startswith("logs:") for a in as_list(statement["Action"]))
            for resource in as_list(statement["Resource"])
        ]
        assert written == [target(function["LoggingConfig"]["LogGroup"])], role


def test_wildcards_are_only_where_they_cannot_be_avoided() -> None:
    found = {
        (name, statement.get("Sid"))
        for name, statement in statements()
        if "*" in json.dumps([statement["Action"], statement["Resource"]])
    }
    traced = {(role, "Trace") for role in of_type("AWS::IAM::Role") if role != "ApiGatewayLogsRole"}
    assert found == WILDCARDS | traced


def test_nobody_outside_is_trusted_without_a_condition() -> None:
    for name, statement in statements():
        if statement["Effect"] == "Allow" and "Service" in statement.get("Principal", {}):
            assert statement["Condition"], f"{name}: any account's {statement['Principal']} may"


def test_every_alarm_names_a_line_of_the_runbook_and_tells_somebody() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", runbook, flags=re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        link = re.search(r"docs/operations\.md#([\w-]+)$", alarm["AlarmDescription"])
        assert link, f"{name} says not where to look"
        assert anchors.count(link[1]) == 1, f"{name}: #{link[1]}"
        assert [target(a) for a in alarm["AlarmActions"]] == ["AlarmTopic"], name


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_is_watched(metric: str) -> None:
    functions = set(of_type("AWS::Lambda::Function"))
    assert watched(metric, "FunctionName") == functions


def test_what_watching_costs_is_what_the_templates_hold() -> None:
    """Prices of us-east-1: a secret 0.40 a month, a key of KMS 1.00, a metric of an alarm 0.10, ten
    of them free."""
    keys = len(of_type("AWS::KMS::Key"))
    secrets = len(of_type("AWS::SecretsManager::Secret"))
    alarms = of_type("AWS::CloudWatch::Alarm").items()
    always = [alarm for name, alarm in alarms if "Condition" not in resources()[name]]
    watched_metrics = sum(len(list(metrics(alarm))) for alarm in always)
    month = f"{0.4 * secrets + keys + 0.1 * (watched_metrics - 10):.2f}"
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"and {watched_metrics} metrics in alarms" in runbook
    assert f"{month} USD in all" in runbook
    assert f"A quiet month costs {month} " in (ROOT / "README.md").read_text(encoding="utf-8")


def test_our_own_metrics_are_those_that_the_program_emits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from statustext.observability import count

    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "AWS::StackName")  # as the template sets it
    program = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "layers" / "core").rglob("*.py")
    )
    ours = [m for a in of_type("AWS::CloudWatch::Alarm").values() for m in metrics(a)]
    watched_here = [(name, dims) for space, name, dims in ours if space == "Statustext"]
    assert watched_here
    for name, dimensions in watched_here:
        assert f'count("{name}"' in program, f"nothing emits {name}"
        capsys.readouterr()
        count(name)
        emitted = json.loads(capsys.readouterr().out)
        (directive,) = emitted["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Statustext"
        assert {d: emitted[d] for d in directive["Dimensions"][0]} == dimensions, name


def test_the_table_forgets_streams_and_can_be_restored() -> None:
    (table,) = of_type("AWS::DynamoDB::Table").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["DeletionProtectionEnabled"] is True
    for name in ("Table", "KeysSecret"):
        policies = {resources()[name].get(k) for k in ("DeletionPolicy", "UpdateReplacePolicy")}
        assert policies == {"Retain"}, name


def test_tracing_is_a_choice_that_every_role_allows() -> None:
    functions = of_type("AWS::Lambda::Function")
    assert source()["Parameters"]["Tracing"]["Default"] == "PassThrough"
    for name, function in functions.items():
        assert function["TracingConfig"] == {"Mode": {"Ref": "Tracing"}}, name
        role = resources()[target(function["Role"])]["Properties"]["Policies"][0]["PolicyDocument"]
        chosen = [one["Fn::If"] for one in role["Statement"] if "Fn::If" in one]
        (conditional,) = [one for one in chosen if one[0] == "IsTraced"]
        assert conditional[1]["Action"] == ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]


def test_no_secret_is_in_the_environment() -> None:
    hidden = {name for name, p in source()["Parameters"].items() if p.get("NoEcho")}
    assert hidden == {"TwilioAuthToken"}
    for name, function in of_type("AWS::Lambda::Function").items():
        variables = json.dumps(function["Environment"])
        assert "{{resolve:" not in variables, name
        assert not [secret for secret in hidden if secret in variables], name


def test_functions_get_exactly_the_variables_that_settings_reads() -> None:
    given = set(source()["Globals"]["Function"]["Environment"]["Variables"])
    assert {n for n in given if not n.startswith("POWERTOOLS_")} == set(settings.VARIABLES)


def test_functions_and_folders_match() -> None:
    named = {
        r["Properties"]["CodeUri"].removeprefix("functions/")
        for r in source()["Resources"].values()
        if r["Type"] == "AWS::Serverless::Function"
    }
    assert named == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


def test_handlers_exist() -> None:
    assert source()["Globals"]["Function"]["Handler"] == "app.handler"
    for path in (ROOT / "functions").glob("*/app.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        names = {n.name for n in body if isinstance(n, ast.FunctionDef)}
        names |= {t.id for n in body if isinstance(n, ast.Assign) for t in n.targets
                  if isinstance(t, ast.Name)}  # fmt: skip
        assert "handler" in names, path


def test_answers_of_the_gateway_are_as_safe_as_those_of_functions() -> None:
    found = of_type("AWS::ApiGateway::RestApi")["Api"]["Body"][
        "x-amazon-apigateway-gateway-responses"
    ]
    for kind, rules in found.items():
        headers = rules["responseParameters"]
        for name, value in SAFE_HEADERS.items():
            given = headers[f"gatewayresponse.header.{name}"]
            assert given == "'" + value.replace(" 'none'", "") + "'", (kind, name)


def test_the_api_takes_no_tls_older_than_1_2() -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html"""
    api = of_type("AWS::ApiGateway::RestApi")["Api"]
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert api["EndpointAccessMode"] == "BASIC"
