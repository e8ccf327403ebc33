"""`statustext doctor`: what it finds in a deployment, and what it says is to be done."""

import base64
import contextlib
import io
import json
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from local.fake_twilio.rest import respond
from statustext.adapters.circuits import open_circuit
from statustext.adapters.dynamodb import Write
from statustext.adapters.pages import page_key
from statustext_cli import doctor, profiles
from statustext_cli.api import Reply
from statustext_cli.checkup import api, twilio
from statustext_cli.command import app
from tests.functional.engine import circuit, master_key
from tests.stepped import API_URL, KEY, SteppedSystem
from tests.twilio_api.judge import judge

KEY_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3"
TOPIC = "arn:aws:sns:us-east-1:123456789012:statustext-alarms"
SERVICE = "MG" + "a" * 32
TWILIO = "https://twilio.example.test"


class Account:
    """The AWS account of a deployment: what doctor asks it, and what it would answer."""

    def __init__(self, system: SteppedSystem) -> None:
        self.system = system
        self.status = "UPDATE_COMPLETE"
        self.outputs = {
            "ApiUrl": API_URL,
            "TableName": system.table.name,
            "KeysSecretId": "keys",
            "TwilioSecretId": "twilio",
            "AlarmTopicArn": TOPIC,
            "CodeDeadLetterQueueUrl": "https://sqs.example.test/statustext-codes-dead",
        }
        self.parameters = {
            "TwilioFrom": FAKE_FROM,
            "TwilioSenders": "",
            "TwilioApiUrl": TWILIO,
            "TwilioApiKeySecret": "",
        }
        self.secrets = {
            "keys": "k" * 64,
            "twilio": json.dumps(
                {
                    "account_sid": FAKE_ACCOUNT_SID,
                    "auth_token": FAKE_AUTH_TOKEN,
                    "previous_auth_token": "",
                }
            ),
        }
        self.subscriptions = [{"SubscriptionArn": f"{TOPIC}:1"}]
        self.alarms: list[dict[str, str]] = []
        self.mapping, self.dead, self.concurrency = "Enabled", 0, 1000
        self.recovery = "ENABLED"
        self.denied: set[str] = set()

    def connect(self, service: str) -> Any:
        return Client(self, self.system.clients.dynamodb if service == "dynamodb" else None)


class Client:
    """Answers the questions that doctor asks of services which the test system does not have."""

    def __init__(self, account: Account, rows: Any = None) -> None:
        self._account, self._rows = account, rows

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        if self._rows is not None and not operation.startswith("describe"):
            return getattr(self._rows, operation)  # type: ignore[no-any-return]

        def call(**given: Any) -> Any:
            if operation in self._account.denied:
                raise ClientError({"Error": {"Code": "AccessDenied"}}, operation)
            return getattr(self, f"_{operation}")(given)

        return call

    def _describe_stacks(self, given: Mapping[str, Any]) -> Any:
        one = self._account
        if given["StackName"] != "statustext":
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in one.outputs.items()]
        parameters = [{"ParameterKey": k, "ParameterValue": v} for k, v in one.parameters.items()]
        return {
            "Stacks": [{"StackStatus": one.status, "Outputs": outputs, "Parameters": parameters}]
        }

    def _get_secret_value(self, given: Mapping[str, Any]) -> Any:
        return {"SecretString": self._account.secrets[given["SecretId"]]}

    def _describe_table(self, given: Mapping[str, Any]) -> Any:
        stream = {"StreamEnabled": True}
        return {"Table": {"TableStatus": "ACTIVE", "StreamSpecification": stream}}

    def _describe_continuous_backups(self, given: Mapping[str, Any]) -> Any:
        status = {"PointInTimeRecoveryStatus": self._account.recovery}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": status}}

    def _list_event_source_mappings(self, given: Mapping[str, Any]) -> Any:
        return {"EventSourceMappings": [{"UUID": "u-1", "State": self._account.mapping}]}

    def _get_queue_attributes(self, given: Mapping[str, Any]) -> Any:
        return {"Attributes": {"ApproximateNumberOfMessages": str(self._account.dead)}}

    def _list_subscriptions_by_topic(self, given: Mapping[str, Any]) -> Any:
        return {"Subscriptions": self._account.subscriptions}

    def _describe_alarms(self, given: Mapping[str, Any]) -> Any:
        assert given == {"AlarmNamePrefix": "statustext-Monitoring-", "StateValue": "ALARM"}
        return {"MetricAlarms": self._account.alarms}

    def _get_account_settings(self, given: Mapping[str, Any]) -> Any:
        return {"AccountLimit": {"ConcurrentExecutions": self._account.concurrency}}


@pytest.fixture
def account(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A deployment with nothing wrong."""
    made = Account(system)
    fake = system.twilio

    def request(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        parts = urllib.parse.urlsplit(url)
        if not url.startswith(TWILIO):
            assert url.startswith(API_URL), url
            raw = body.encode() if body else None
            path, given = url.removeprefix(API_URL), dict(headers)
            with contextlib.redirect_stdout(io.StringIO()):  # the function's metrics
                answer = system.http(method, path, raw=raw, headers=given)
            return Reply(answer.status, answer.text, answer.headers)
        given = dict(urllib.parse.parse_qsl(parts.query))
        login = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        username, _, password = login.partition(":")
        said = respond(fake, method, parts.path, given, (username, password), system.now)
        judge(method, parts.path, given, said.status, said.payload)
        return Reply(said.status, said.payload.decode())

    monkeypatch.setattr(api, "request", request)
    monkeypatch.setattr(twilio, "request", request)
    monkeypatch.setattr(doctor, "connect", made.connect)
    monkeypatch.setattr(profiles, "config_file", lambda _: Path("/nowhere"))
    before = fake.inbound_url
    fake.inbound_url = f"{API_URL}/twilio/default/inbound{api.RETRIES}"
    yield made
    fake.inbound_url = before


@pytest.fixture
def examine(account: Account) -> Callable[..., Result]:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--key", KEY, *words, "doctor"])

    return call


Examine = Callable[..., Result]


def test_nothing_is_wrong_with_a_good_deployment(account: Account, examine: Examine) -> None:
    found = examine()
    assert found.exit_code == 0, found.stdout
    lines = found.stdout.splitlines()
    assert lines[-1] == "Nothing is wrong."
    assert all(line.startswith("ok ") for line in lines[:-1]), found.stdout
    for part in (
        "Stack statustext",
        "hashes",
        "The table",
        "are read",
        "given up",
        "hears of alarms",
        f"answers at {API_URL}",
        "what Twilio signs",
        "auth token is accepted",
        f"Texts to {FAKE_FROM}",
        "Your key works",
        "Page default takes numbers of US. Numbers of Puerto Rico (PR), Guam (GU)",
        "Page default texts",
    ):
        assert part in found.stdout, part


def test_it_changes_nothing_and_texts_nobody(account: Account, examine: Examine) -> None:
    before = account.system.rows()
    examine()
    assert account.system.rows() == before
    assert account.system.texts(None) == []


def test_it_tells_no_secret(account: Account, examine: Examine) -> None:
    account.system.twilio.auth_token = "another" * 4
    told = examine().stdout + examine("--json").stdout
    account.system.twilio.auth_token = FAKE_AUTH_TOKEN
    for secret in (FAKE_AUTH_TOKEN + " ", account.secrets["keys"], KEY, master_key(account.system)):
        assert secret not in told


def test_programs_get_json(account: Account, examine: Examine) -> None:
    account.dead = 3
    found = examine("--json")
    assert found.exit_code == 1
    (wrong,) = [one for one in json.loads(found.stdout) if one["state"] == "wrong"]
    assert wrong["said"] == "Messages were given up: 3 in statustext-codes-dead."
    assert "docs/operations.md" in wrong["to_do"]


def forget_the_page(account: Account) -> None:
    pk, sk = page_key("default")
    account.system.table.delete_many([("PAGES", "default"), (pk, sk)])


def move_away(account: Account) -> None:
    table, (pk, sk) = account.system.table, page_key("default")
    address = {"public_url": f"{API_URL}/elsewhere"}
    table.write(Write(pk, sk, update="SET public_url = :public_url", values=address))


WRONG: dict[str, tuple[Callable[[Account], Any], str, str]] = {
    "status": (
        lambda a: setattr(a, "status", "UPDATE_ROLLBACK_COMPLETE"),
        "Stack statustext is UPDATE_ROLLBACK_COMPLETE.",
        "describe-stack-events",
    ),
    "outputs": (lambda a: a.outputs.pop("AlarmTopicArn"), "AlarmTopicArn", "Deploy"),
    "hash key": (lambda a: a.secrets.update(keys="short"), "too short", "put the former value"),
    "recovery": (
        lambda a: setattr(a, "recovery", "DISABLED"),
        "no point-in-time recovery",
        "Deploy",
    ),
    "mapping": (lambda a: setattr(a, "mapping", "Disabled"), "sender (u-1)", "--enabled"),
    "no subscriber": (lambda a: a.subscriptions.clear(), "Nobody hears", "AlarmEmail"),
    "unconfirmed": (
        lambda a: a.subscriptions[0].update(SubscriptionArn="PendingConfirmation"),
        "has not been confirmed",
        "Open the mail",
    ),
    "alarm": (
        lambda a: a.alarms.append(
            {"AlarmName": "ApiFaults", "AlarmDescription": "See docs/operations.md#api-faults"}
        ),
        "An alarm is on: ApiFaults.",
        "docs/operations.md#api-faults",
    ),
    "secret": (lambda a: a.secrets.update(twilio="{}"), "account SID", "operations.md"),
    "secret that is no JSON": (lambda a: a.secrets.update(twilio="x"), "account SID", "how"),
    "key secret": (
        lambda a: (
            a.parameters.update(TwilioApiKeySecret=KEY_SECRET),
            a.secrets.update({KEY_SECRET: "{}"}),
        ),
        "lacks the API key",
        "operations.md",
    ),
    "key": (
        lambda a: (
            a.parameters.update(TwilioApiKeySecret=KEY_SECRET),
            a.secrets.update({KEY_SECRET: '{"sid": "SK12345678", "secret": "no"}'}),
        ),
        "API key SK1234… is refused by Twilio (401).",
        "API keys & tokens",
    ),
    "no page": (forget_the_page, "There is no page.", "statustext setup --stack statustext"),
    "page elsewhere": (move_away, "does not answer at", "ApiUrl"),
    "no webhook": (
        lambda a: setattr(a.system.twilio, "inbound_url", None),
        f"Texts to {FAKE_FROM} go nowhere",
        f"(POST): {API_URL}/twilio/default/inbound{api.RETRIES}",
    ),
    "another webhook": (
        lambda a: setattr(a.system.twilio, "inbound_url", "https://demo.twilio.com/welcome"),
        "go elsewhere: https://demo.twilio.com/welcome",
        "paste",
    ),
    "no retries": (
        lambda a: setattr(a.system.twilio, "inbound_url", f"{API_URL}/twilio/default/inbound"),
        "not tried again",
        "#rc=5&rp=4xx,5xx,ct,rt",
    ),
    "another's number": (
        lambda a: a.parameters.update(TwilioFrom="+15005559999", TwilioSenders=f"{SERVICE}:1"),
        "+15005559999 is no number of this account.",
        "TwilioFrom",
    ),
    "paused by Twilio": (
        lambda a: a.system.table.write(open_circuit(circuit("account", 30002, a.system.now))),
        "Twilio stopped account by error 30002.",
        "Twilio takes nothing from this account",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_what_to_do(
    account: Account, examine: Examine, case: str
) -> None:
    spoil, said, to_do = WRONG[case]
    if case == "another's number":
        account.system.twilio.owns = lambda sender: sender != "+15005559999"
    spoil(account)
    found = examine()
    assert found.exit_code == 1, found.stdout
    lines = found.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("wrong") and said in line)
    assert to_do in lines[at + 1]
    assert "wrong" in lines[-1]


def test_what_aws_does_not_show_is_not_called_wrong(account: Account, examine: Examine) -> None:
    account.denied = {"list_subscriptions_by_topic", "get_account_settings"}
    found = examine()
    assert found.exit_code == 0
    assert "look   AWS does not show alarms (AccessDenied)." in found.stdout


def test_a_stack_that_is_not_there(account: Account, examine: Examine) -> None:
    found = CliRunner().invoke(app, ["doctor", "--stack", "other"])
    assert found.exit_code == 1
    assert "AWS shows no stack other" in found.stdout


def test_a_small_account_and_a_missing_key_are_to_be_looked_at(account: Account) -> None:
    account.concurrency = 10
    found = CliRunner().invoke(app, ["doctor"])
    assert found.exit_code == 0
    assert "look   The account may run 10 functions at once." in found.stdout
    assert "look   No key of yours was tried." in found.stdout


def test_a_key_that_is_none(account: Account) -> None:
    found = CliRunner().invoke(app, ["--key", "st_nobody", "doctor"])
    assert found.exit_code == 1
    assert "Your key does not work for page default (401)." in found.stdout


def test_a_former_address_at_twilio_is_to_be_changed(account: Account, examine: Examine) -> None:
    """Both work, but one only for thirty days."""
    own = f"{API_URL}/status"
    system = account.system
    assert system.operator("PATCH", "/v1/pages/default", {"public_url": own}).status == 200
    found = examine().stdout
    assert f"look   Texts to {FAKE_FROM} still come to a page's former address." in found
    assert f"{own}/twilio/default/inbound{api.RETRIES}" in found


def test_a_service_and_a_short_code_are_looked_at(account: Account, examine: Examine) -> None:
    account.parameters["TwilioSenders"] = f"{SERVICE}:10,24680:100"
    found = examine().stdout
    assert f"Texts to {SERVICE} come to us." in found
    assert "Texts to 24680 come to us." in found


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(0, "NewConnectionError"), "does not answer at https://a.test (NewConnectionError)."),
        (Reply(503, "{}"), "The API at https://a.test failed (503)."),
        (Reply(403, "{}"), "Your key does not work for page default (403)."),
    ],
)
def test_a_key_is_blamed_only_where_it_was_judged(
    monkeypatch: pytest.MonkeyPatch, reply: Reply, said: str
) -> None:
    monkeypatch.setattr(api, "request", lambda *_: reply)
    (found,), page = api.key("https://a.test", "default", "st_1")
    assert said in found.said
    assert page is None


def test_what_make_run_started(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack is asked for, as there is none."""
    monkeypatch.setattr(doctor, "connect", lambda _: pytest.fail("AWS was asked"))
    monkeypatch.setenv("TWILIO_API_URL", TWILIO)
    words = ["--profile", "local", "--api", API_URL, "--key", KEY, "doctor"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.stdout
    assert found.stdout.count("ok ") == 7
    account.system.twilio.inbound_url = None
    assert CliRunner().invoke(app, words).exit_code == 1


# What the fake does not play.


def hooks(answers: Mapping[str, Any], sender: str) -> list[str]:
    """What is said of a sender whose account answers so, by path."""

    def ask(path: str, query: Mapping[str, str]) -> tuple[int, Any]:
        found = next((v for k, v in answers.items() if path.endswith(k)), None)
        return (200, found) if found is not None else (403, None)

    ours = {"https://a.test/twilio/default/inbound#rc=5": True}
    return [f"{one.state} {one.said}" for one in twilio.senders([sender], ask, "AC1", ours)]


def test_a_service_that_leaves_it_to_its_numbers() -> None:
    number = {"sms_url": "https://a.test/twilio/default/inbound#rc=5", "sms_method": "POST"}
    answers = {
        SERVICE: {"use_inbound_webhook_on_number": True},
        "PhoneNumbers": {"phone_numbers": [{"phone_number": "+15550001111"}]},
        "IncomingPhoneNumbers.json": {"incoming_phone_numbers": [number]},
    }
    assert hooks(answers, SERVICE) == ["ok Texts to +15550001111 come to us."]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sms_method": "GET"}, "wrong Texts to +15550001111 come by GET."),
        (
            {"sms_application_sid": "AP1"},
            "wrong Texts to +15550001111 go elsewhere: the TwiML application AP1.",
        ),
        ({"capabilities": {"sms": False}}, "wrong +15550001111 cannot text."),
    ],
)
def test_a_number_that_is_set_up_otherwise(more: Mapping[str, Any], said: str) -> None:
    number = {"sms_url": "https://a.test/twilio/default/inbound#rc=5", "sms_method": "POST", **more}
    answers = {"IncomingPhoneNumbers.json": {"incoming_phone_numbers": [number]}}
    assert hooks(answers, "+15550001111") == [said]


def test_what_the_login_may_not_read_is_to_be_compared_by_hand() -> None:
    (said,) = hooks({}, "+15550001111")
    assert said == "look Twilio does not show where texts to +15550001111 go (403)."


@pytest.mark.parametrize(
    ("status", "is_needed", "state"),
    [(200, True, "ok"), (0, True, "look"), (401, True, "wrong"), (403, True, "wrong"),
     (401, False, "look")],
)  # fmt: skip
def test_what_twilio_says_of_a_login(status: int, is_needed: bool, state: str) -> None:
    (found,) = twilio._accepted("The auth token", status, is_needed=is_needed)
    assert found.state == state


def test_a_closed_and_a_trial_account_are_told() -> None:
    said = [one.said for one in twilio._standing({"status": "suspended", "type": "Trial"})]
    assert said[0] == "The Twilio account is suspended."
    assert "trial" in said[1]
