"""The stand-in for AWS End User Messaging SMS over HTTP. What it takes stands on the phones of the
fake Twilio, and what these text to its number it hears."""

import json

from werkzeug.wrappers import Request, Response

from local.fake_aws_sms import NUMBER, FakeAwsSms
from local.fake_twilio.ledger import FakeTwilio

TARGET = "PinpointSMSVoiceV2.SendTextMessage"
JSON = "application/x-amz-json-1.0"


def is_text(request: Request) -> bool:
    """Whether a request is for this."""
    return request.headers.get("X-Amz-Target") == TARGET


def answer(carrier: FakeAwsSms, phones: FakeTwilio, request: Request, now: float) -> Response:
    """The answer to one request to send a text."""
    given = json.loads(request.get_data())
    found = carrier.send_text_message(given, now)
    status, body = found or (504, {"message": "no answer"})
    if status == 200:
        phones.show(given["DestinationPhoneNumber"], NUMBER, given["MessageBody"], now)
    headers = {"x-amzn-errortype": str(body.get("__type", ""))}
    return Response(json.dumps(body), status, headers, content_type=JSON)
