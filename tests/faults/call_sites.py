"""Every place in the code that leads to a call to AWS or Twilio, read off the source.

The calls themselves are few: methods of the clients that the adapters hold. From there the source
is read upwards: a call of a function that leads to one leads there too.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.configuration import ROOT
from tests.faults.source_scopes import Program, Scope
from tests.faults.source_types import Definition, expressions

CLIENTS = {
    "Table": ("_client", "dynamodb"),
    "Queue": ("_client", "sqs"),
    "EventBus": ("_client", "events"),
    "Secrets": ("_client", "secretsmanager"),
    "PageSecrets": ("_client", "secretsmanager"),
    "DataKeys": ("_kms", "kms"),
    "TwilioGateway": ("_messages", "twilio"),
    "AwsSms": ("_client", "pinpoint-sms-voice-v2"),
    "Ses": ("_client", "sesv2"),
}
"""Classes of the adapters that hold a client: in which attribute, and of which service."""


@dataclass(frozen=True, order=True)
class Place:
    """An expression in a file, from its first to its last character."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, file: str, node: ast.expr) -> "Place":
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return cls(file, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Site:
    """A place that leads to a call. `within` is the function it lies in; `leads_to` the function
    called, or "service operation" where the call itself is made."""

    place: Place
    within: str
    leads_to: str

    @property
    def is_call(self) -> bool:
        return " " in self.leads_to

    def __str__(self) -> str:
        return f"{self.place} {self.within.partition(':')[2]} -> {self.leads_to}"


def sources() -> dict[str, str]:
    """What runs in Lambda, by its path from the root of the repository."""
    found = [*ROOT.glob("layers/core/python/statustext/**/*.py"), *ROOT.glob("functions/*/app.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(found)}


def call_sites(given: Mapping[str, str]) -> list[Site]:
    """Every site in these sources, in order."""
    program = Program.read(given)
    uses = {one.name: list(_uses(program, one)) for one in program.definitions.values()}
    leading: set[str] = set()
    while True:
        sites = [
            site
            for found in uses.values()
            for site in found
            if site.is_call or site.leads_to in leading
        ]
        more = {site.within for site in sites}
        if more == leading:
            return sorted(sites, key=lambda site: site.place)
        leading = more


def _uses(program: Program, definition: Definition) -> Iterator[Site]:
    """Calls of the clients; calls, uses and mentions of other functions and properties of ours."""
    scope = Scope.within(program, definition)
    nodes = list(expressions(definition))
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        used = None
        if isinstance(node, ast.Call):
            used = _client_call(definition, node.func)
            found = None if used else scope.called(node.func)
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in functions:
            found = scope.called(node) if isinstance(node.ctx, ast.Load) else None
        else:
            continue
        if used or found:
            leads_to = used or (found.name if found else "")
            yield Site(Place.of(definition.file, node), definition.name, leads_to)


def _client_call(definition: Definition, function: ast.expr) -> str | None:
    """ "dynamodb get_item" for `self._client.get_item`; Twilio's fetch is of `_messages(…)`."""
    attribute, service = CLIENTS.get(definition.owner, ("", ""))
    match function:
        case ast.Attribute(
            value=ast.Attribute(value=ast.Name(id="self"), attr=held)
            | ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=held)),
            attr=operation,
        ) if held == attribute:
            return f"{service} {operation}"
    return None
