"""AWS's part: the stack, its secrets and table, what feeds its functions, who hears of trouble."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from statustext_cli.checkup.finding import Finding, Findings, look, ok, wrong

Connect = Callable[[str], Any]
"""A client of an AWS service, by its name."""

FED_BY_MAPPINGS = ("relay", "snapshot", "fan_out", "sender")
SMALL_ACCOUNT = 10
"""Concurrent executions of a new account."""
OUTPUTS = ("ApiUrl", "TableName", "KeysSecretId", "TwilioSecretId", "AlarmTopicArn")


@dataclass(frozen=True)
class Stack:
    """A stack as CloudFormation shows it, by name."""

    name: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Twilio:
    """The account as Secrets Manager has it: tokens, the new one first, and an API key or ""."""

    account_sid: str
    tokens: tuple[str, ...] = field(repr=False)
    key_sid: str = ""
    key_secret: str = field(default="", repr=False)


def read_stack(name: str, connect: Connect) -> Stack:
    """Raises ClientError or BotoCoreError where AWS does not show it."""
    (found,) = connect("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    parameters = {
        one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])
    }
    return Stack(name, found["StackStatus"], outputs, parameters)


def seen(what: str, findings: Findings) -> list[Finding]:
    """All findings; where AWS refuses to show something, that is one."""
    found: list[Finding] = []
    try:
        found.extend(findings)
    except (BotoCoreError, ClientError) as error:
        found.append(unseen(what, error))
    return found


def unseen(what: str, error: BotoCoreError | ClientError) -> Finding:
    why = type(error).__name__
    if isinstance(error, ClientError):
        why = error.response.get("Error", {}).get("Code", why)
    return look(f"AWS does not show {what} ({why}).", "Use credentials that may read it.")


def stack(found: Stack) -> Findings:
    """Whether the last deployment ended well, and has what everything else here reads."""
    if found.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        yield ok(f"Stack {found.name} is {found.status}.")
    else:
        events = f"aws cloudformation describe-stack-events --stack-name {found.name}"
        yield wrong(f"Stack {found.name} is {found.status}.", f"See why: {events}")
    missing = [name for name in OUTPUTS if name not in found.outputs]
    if missing:
        yield wrong(f"The stack has no output {', '.join(missing)}.", "Deploy this version.")


def keys_secret(found: Stack, connect: Connect) -> Findings:
    """The key of all hashes."""
    name = found.outputs["KeysSecretId"]
    key = connect("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    if len(key) >= 32:  # the template asks for 64
        yield ok("The key of our hashes is there.")
    else:
        yield wrong(
            "The key of our hashes is too short.",
            "It was changed by hand: put the former value back, or nobody is recognized.",
        )


def read_twilio(found: Stack, connect: Connect) -> Twilio | str:
    """The account, or what is wrong with how it is kept."""
    secrets = connect("secretsmanager")
    said = secrets.get_secret_value(SecretId=found.outputs["TwilioSecretId"])["SecretString"]
    kept = _object(said)
    tokens = tuple(t for t in (kept.get("auth_token"), kept.get("previous_auth_token")) if t)
    sid = str(kept.get("account_sid", ""))
    if not re.fullmatch("AC[0-9a-fA-F]{32}", sid) or not tokens:
        return "account SID and auth token"
    arn = found.parameters.get("TwilioApiKeySecret", "")
    if not arn:
        return Twilio(sid, tokens)
    key = _object(secrets.get_secret_value(SecretId=arn)["SecretString"])
    if not str(key.get("sid", "")).startswith("SK") or not key.get("secret"):
        return 'the API key, as {"sid": "SK…", "secret": "…"}'
    return Twilio(sid, tokens, key["sid"], key["secret"])


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def table(found: Stack, connect: Connect) -> Findings:
    """Whether the table is there and can be restored."""
    name, dynamodb = found.outputs["TableName"], connect("dynamodb")
    shown = dynamodb.describe_table(TableName=name)["Table"]
    if shown["TableStatus"] != "ACTIVE" or not shown.get("StreamSpecification"):
        yield wrong(f"The table is {shown['TableStatus']}, or has no stream.", "Deploy again.")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    restoring = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    if restoring == "ENABLED":
        yield ok("The table is there, with its stream and 35 days of recovery.")
    else:
        yield wrong("The table has no point-in-time recovery.", "Deploy again.")


def mappings(found: Stack, connect: Connect) -> Findings:
    """Whether queues and stream are being read."""
    functions, off = connect("lambda"), []
    for function in FED_BY_MAPPINGS:
        listed = functions.list_event_source_mappings(FunctionName=f"{found.name}-{function}")
        made = listed["EventSourceMappings"]
        off += [f"{function} ({one['UUID']})" for one in made if one["State"] != "Enabled"]
        off += [] if made else [f"{function} (none is there)"]
    if off:
        command = "aws lambda update-event-source-mapping --enabled --uuid …"
        yield wrong(f"What feeds a function is off: {', '.join(off)}.", f"Enable it: {command}")
    else:
        yield ok("Queues and stream are read.")


def dead_letters(found: Stack, connect: Connect) -> Findings:
    """Whether messages were given up."""
    sqs, waiting = connect("sqs"), []
    for name, url in found.outputs.items():
        if name.endswith("DeadLetterQueueUrl"):
            asked = "ApproximateNumberOfMessages"
            got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])
            count = int(got["Attributes"][asked])
            waiting += [f"{count} in {url.rpartition('/')[2]}"] if count else []
    if waiting:
        where = "docs/operations.md, “Alarms: what was given up”"
        yield wrong(f"Messages were given up: {', '.join(waiting)}.", f"See {where}.")
    else:
        yield ok("No message was given up.")


def alarms(found: Stack, connect: Connect) -> Findings:
    """Whether somebody hears of alarms, and whether one is on."""
    topic = found.outputs["AlarmTopicArn"]
    listed = connect("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    pending = [one for one in listed if not one["SubscriptionArn"].startswith("arn:")]
    if len(listed) > len(pending):
        yield ok("Somebody hears of alarms.")
    elif pending:
        yield wrong(
            "Nobody hears of alarms: the address has not been confirmed.",
            "Open the mail from AWS Notifications and confirm it.",
        )
    else:
        yield wrong(
            "Nobody hears of alarms.",
            f"Deploy with AlarmEmail, or subscribe your chat or pager to {topic}.",
        )
    shown = connect("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{found.name}-Monitoring-", StateValue="ALARM"
    )
    for one in shown["MetricAlarms"]:
        link = re.search(r"docs/operations\.md#\S+", one.get("AlarmDescription", ""))
        yield wrong(f"An alarm is on: {one['AlarmName']}.", f"See {link[0] if link else 'it'}.")


def concurrency(connect: Connect) -> Findings:
    """Whether the account has room for the functions."""
    limits = connect("lambda").get_account_settings()["AccountLimit"]
    most = int(limits["ConcurrentExecutions"])
    if most > SMALL_ACCOUNT:
        yield ok(f"The account may run {most} functions at once.")
    else:
        yield look(
            f"The account may run {most} functions at once.",
            "Before you have an audience, ask for more: the README has a table.",
        )
