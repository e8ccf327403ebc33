"""The published description against the template's routes and the contracts of requests."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate
from pydantic import BaseModel

from statustext import (
    alert_contracts,
    contracts,
    sign_up_contracts,
    statuspage_contracts,
    team_contracts,
)
from statustext.domain.templates import Event
from statustext.flows.showing_publicly.documents import DOCUMENTS
from statustext.flows.showing_publicly.resources import FEEDS
from tests.contract.cloudformation import ROOT, resources

CONTRACTS = (
    contracts,
    sign_up_contracts,
    statuspage_contracts,
    alert_contracts,
    team_contracts,
)
MODULES = tuple(one.__name__ for one in CONTRACTS)
METHODS = {"get", "put", "post", "delete", "patch"}
BODIES = [one for one in sign_up_contracts.Body.__subclasses__() if one.__module__ in MODULES]
WORDS_ONLY = {"title", "description", "examples", "default", "format"}
SECURITY = {
    "/v1/": "operator_key",
    "/api/v1/": "operator_key",
    "/api/sms/": "operator_key",
    "/api/v1/sms/webhooks/": "twilio_signature",
    "/twilio/": "twilio_signature",
}


@cache
def document() -> dict[str, Any]:
    path = ROOT / "functions/public_api/openapi.json"
    published: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return published


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path, operation."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def resolved(node: Any) -> Any:
    """A part of the document with every reference followed, except into itself."""
    if isinstance(node, list):
        return [resolved(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        found: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return resolved({**found, **{k: v for k, v in node.items() if k != "$ref"}})
    return {name: resolved(one) for name, one in node.items()}


def test_it_is_openapi() -> None:
    validate(document())


def test_it_describes_the_templates_routes_and_no_other() -> None:
    paths = resources()["Api"]["Properties"]["Body"]["paths"]
    deployed = {(m, path) for path, methods in paths.items() for m in METHODS & set(methods)}
    # Statuspage's clients may write .json behind a path, for the same route.
    suffixed = {(m, path) for m, path in deployed if path.startswith("/v1/") and ".json" in path}
    assert {(m, path.removesuffix(".json")) for m, path in suffixed} <= deployed
    files = {(m, path) for m, path in deployed if "/docs/{" in path}  # of the reference's page
    feeds = {("get", f"/{name}") for name in FEEDS}  # behind a route for any path
    described = {(m, path) for m, path, _ in operations() if not path.startswith("/api/v2/")}
    assert described == (deployed | feeds) - suffixed - files
    # Whose routes take any method: what is not described there is answered 404 or 405.
    public = {path for _, path, _ in operations() if path.startswith("/api/v2/")}
    assert {f"/api/v2/{name}.json" for name in (*DOCUMENTS, "subscribers")} <= public
    assert all("options" in methods for methods in paths.values())


@pytest.mark.parametrize("model", BODIES, ids=lambda model: model.__name__)
def test_request_bodies_are_described_as_they_are_checked(model: type[BaseModel]) -> None:
    published = resolved(document()["components"]["schemas"][model.__name__])
    checked = model.model_json_schema()
    assert _rules(published) == _rules(_inlined(checked, checked.get("$defs", {})))


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {k: _inlined(v, definitions) for k, v in node.items() if k != "$defs"}


def _rules(schema: Any) -> Any:
    """What a schema demands, without its words and without null, which the document leaves out."""
    if isinstance(schema, list):
        return [_rules(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    given = {k: v for k, v in schema.items() if k not in WORDS_ONLY}
    if "anyOf" in given:
        (one,) = [option for option in given.pop("anyOf") if option != {"type": "null"}]
        return _rules(one | given)
    if isinstance(given.get("type"), list):
        (given["type"],) = [kind for kind in given["type"] if kind != "null"]
    if "properties" in given:
        names = given.pop("properties").items()
        properties = {name: _rules(one) for name, one in names}
        required = sorted(given.pop("required", []))
        return {k: _rules(v) for k, v in given.items()} | {
            "properties": properties,
            "required": required,
        }
    if "patternProperties" in given:
        given.pop("additionalProperties", None)  # pydantic refuses other names without saying so
    return {k: _rules(v) for k, v in given.items()}


def test_templates_are_described_for_every_event() -> None:
    assert document()["components"]["schemas"]["Event"]["enum"] == [one.value for one in Event]


def _examples(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every example below `node` with the schema it should meet; references followed."""
    if isinstance(node, list):
        for one in node:
            yield from _examples(one)
    elif isinstance(node, dict):
        schema = node.get("schema")
        if schema is not None:
            if "example" in node:
                yield node["example"], schema
            for example in node.get("examples", {}).values():
                yield example["value"], schema
        elif isinstance(node.get("examples"), list) and ("type" in node or "enum" in node):
            yield from ((example, node) for example in node["examples"])
        for one in node.values():
            yield from _examples(one)


def test_every_example_meets_its_schema() -> None:
    examples = list(_examples(resolved(document())))
    assert len(examples) > 100
    for example, schema in examples:
        jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)


def test_every_error_has_the_one_shape() -> None:
    for name, response in document()["components"]["responses"].items():
        content = response["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Error"}, name
        for example in content["examples"].values():
            assert example["value"]["error"]["message"].endswith("."), name


@pytest.mark.parametrize(("method", "path", "operation"), list(operations()))
def test_an_operation_tells_all_that_can_happen(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    answers = set(operation["responses"])
    assert {"429", "5XX"} <= answers
    if "requestBody" in operation and operation["tags"] != ["Twilio"]:
        assert {"400", "413", "415", "422"} <= answers
        content = resolved(operation["requestBody"])["content"]
        assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
        assert method in ("post", "patch", "put") or operation["operationId"] == "publicEndByBody"
    known = [scheme for scheme in SECURITY if path.startswith(scheme)]
    is_own = path.endswith(("/subscriptions/{id}", "/subscriptions/{id}/signing_secret"))
    needed = [SECURITY[max(known, key=len)]] if known else (["manage_token"] if is_own else [])
    assert operation["security"] == [{name: []} for name in needed]
    if "manage_token" in needed or "operator_key" in needed:
        assert "401" in answers
    if "operator_key" in needed or (method == "delete" and needed):
        assert "422" in answers, "parameters that nothing reads are refused"


def test_a_page_of_its_own_changes_nothing_but_the_path() -> None:
    paths = document()["paths"]
    for path in [one for one in paths if f"/pages/{{page}}{one}" in paths]:
        for method, operation in paths[path].items():
            twin = paths[f"/pages/{{page}}{path}"][method]
            assert twin["operationId"] == f"{operation['operationId']}OnPage"
            for part in ("responses", "requestBody", "security", "tags"):
                assert twin.get(part) == operation.get(part), (path, method, part)
            page = [{"$ref": "#/components/parameters/page"}]
            assert twin["parameters"] == page + operation.get("parameters", [])


def test_nothing_is_described_that_nothing_refers_to() -> None:
    text = json.dumps(document())
    for kind, parts in document()["components"].items():
        for name in parts if kind != "securitySchemes" else ():
            assert f'"#/components/{kind}/{name}"' in text, name
