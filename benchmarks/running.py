"""The local run as benchmarks use it: started quietly, without limits, and asked by HTTP."""

import contextlib
import json
import os
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.system import LocalSystem

KEY = "key-of-the-benchmark"
PATIENCE = 120.0


@contextlib.contextmanager
def local_run(elsewhere: Mapping[str, str]) -> Iterator[LocalSystem]:
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
        LocalSystem.start({"STATUSTEXT_API_KEY": KEY, "TWILIO_MPS": "10", **elsewhere}) as system,
    ):
        unlimited = {"recipient_limits": [], "limits": {"signups_per_address": 1000}}
        ask(system, "PATCH", "/v1/pages/default", unlimited)
        yield system


def sign_up(system: LocalSystem, number: int) -> float:
    """From the POST of a sign-up to its code; the first of all also verifies."""
    phone, began = f"+1555100{number:04d}", time.time()
    path = "/subscriptions"
    one = ask(system, "POST", path, {"phone": phone, "consent": True})["id"]
    with system.fake_twilio.state:
        arrived = lambda: any(text.to == phone for text in accepted(system))  # noqa: E731
        assert system.fake_twilio.state.wait_for(arrived, PATIENCE)
    at = next(text.at for text in accepted(system) if text.to == phone)
    if number == 0:
        (handset,) = [one for one in system.fake_twilio.fake.phones(0) if one["number"] == phone]
        code = handset["messages"][-1]["body"].partition("code is ")[2][:6]
        ask(system, "POST", f"{path}/{one}/verify", {"code": code})
    return float(at - began)


def add_people(system: LocalSystem, count: int) -> None:
    """So many more active subscribers, each a copy of the only one there is."""
    from statustext.adapters.subscribers import subscriber_key

    (logical_id,) = system.resources.of_type("AWS::DynamoDB::Table")
    dynamodb, table = system.clients.dynamodb, system.resources.reference(logical_id, None)
    rows = dynamodb.scan(TableName=table)["Items"]
    (one,) = [row for row in rows if row.get("kind") == {"S": "subscriber"}]
    requests: list[Any] = []
    for number in range(count):
        sk = f"sub_{number:016d}"
        pk = subscriber_key("default", sk)[0]
        phone = {"S": f"+1555{2_000_000 + number}"}
        copy = {**one, "pk": {"S": pk}, "sk": {"S": sk}, "phone": phone}
        requests.append({"PutRequest": {"Item": copy}})
    for start in range(0, count, 25):
        dynamodb.batch_write_item(RequestItems={table: requests[start : start + 25]})


def open_incident(system: LocalSystem, name: str = "API is down") -> str:
    incident = {"name": name, "impact_override": "critical", "body": "We are on it."}
    path = "/v1/pages/default/incidents"
    return str(ask(system, "POST", path, {"incident": incident})["id"])


def ask(system: LocalSystem, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  # our own http address
        system.url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-API-Key": KEY},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
        return json.load(answer)


def accepted(system: LocalSystem) -> Sequence[Any]:
    accepted: Sequence[Any] = system.fake_twilio.fake.accepted
    return accepted
