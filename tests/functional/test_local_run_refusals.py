"""A template that the local run would serve wrongly is refused in one sentence."""

from pathlib import Path

import pytest

from local.system import LocalSystem
from local.template import TemplateError

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  TwilioFrom: { Type: String }
Globals:
  Api: { OpenApiVersion: 3.0.1 }
  Function: { Runtime: python3.13, Handler: app.handler }
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      GatewayResponses:
        DEFAULT_4XX: { ResponseTemplates: { application/json: "$context.requestId" } }
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: echo
      Events:
        Read: { Type: Api, Properties: { RestApiId: !Ref Api, Method: GET, Path: /echo } }
        Tick: { Type: Schedule, Properties: { Schedule: rate(1 minute) } }
        Messages:
          Type: SQS
          Properties: { Queue: !GetAtt Queue.Arn, BatchSize: 1 }
  Queue:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: 60 }
"""


def nothing(*_: object) -> None:
    """Seeds an empty table."""


@pytest.mark.parametrize(
    ("replaced", "by", "complaint"),
    [
        ("CodeUri: echo", "CodeUri: nowhere", "is not there"),
        ("app.handler", "app.main", "has no main"),
        ("rate(1 minute)", "cron(0 0 * * ? *)", "rate"),
        ("VisibilityTimeout: 60", "Visibility: 60", "Visibility"),
        ("BatchSize: 1 }", "BatchSize: 1, KmsKeyArn: k }", "KmsKeyArn"),
        ("TwilioFrom: { Type: String }", "Other: { Type: String }", "Other"),
        ("$context.requestId", "$context.stage", "context.stage"),
        ("VisibilityTimeout: 60", "QueueName: !ImportValue x", "ImportValue"),
        ("Runtime: python3.13", "Runtimes: python3.13", "Runtimes"),
    ],
)
def test_what_is_not_known_is_named(tmp_path: Path, replaced: str, by: str, complaint: str) -> None:
    assert TEMPLATE.count(replaced) == 1
    (tmp_path / "echo").mkdir()
    (tmp_path / "echo" / "app.py").write_text("def handler(event, context):\n    return {}\n")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE.replace(replaced, by))
    with pytest.raises(TemplateError, match=complaint):
        LocalSystem.start({"TWILIO_API_URL": "http://127.0.0.1:9"}, template=template, seed=nothing)


def test_a_function_that_cannot_be_imported_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "echo").mkdir()
    (tmp_path / "echo" / "app.py").write_text("import nothing_of_this_name\n")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    with pytest.raises(TemplateError, match="Echo cannot be imported: ModuleNotFoundError"):
        LocalSystem.start({}, template=template, seed=nothing)
