"""Shapes of request bodies about alerts: a page's rules, and what becomes of a draft."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from statustext.domain.alerts.alert import Source
from statustext.domain.alerts.rules import Publish
from statustext.domain.team.routing import Level
from statustext.field_types import Key, Line, NoBoolean, Printable, Title
from statustext.sign_up_contracts import Body

Pattern = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
LabelName = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
SigningSecret = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=16, max_length=200, pattern="^[!-~]+$"),
]


class MatchInput(Body):
    """Which alerts a rule is for: all of these. Patterns have `*` and `?`, case does not count."""

    source: Source | None = None
    title: Pattern | None = None
    labels: dict[LabelName, Pattern] = Field(default_factory=dict, max_length=20)


class RuleInput(Body):
    """One rule. `settle_minutes` is for how long none of its alerts may fire until its incident is
    over."""

    name: Annotated[Line, StringConstraints(max_length=60)]
    match: MatchInput = MatchInput()
    components: list[Key] = Field(default_factory=list, max_length=50)
    level: Level | None = None
    publish: Publish = Publish.DRAFT
    incident_name: Title | None = None
    body: Annotated[Printable, StringConstraints(max_length=2000)] = ""
    group_by: list[LabelName] = Field(default_factory=list, max_length=5)
    settle_minutes: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False), NoBoolean] = 5


class RulesInput(Body):
    """PUT /v1/pages/{page}/alert_rules: all rules, the first that fits an alert decides."""

    rules: list[RuleInput] = Field(max_length=100)


class SourceInput(Body):
    """PUT /v1/pages/{page}/alerts/{source}: by which secrets the source signs; two while one takes
    the other's place."""

    signing_secrets: list[SigningSecret] = Field(max_length=2)


class TrialInput(Body):
    """POST /v1/pages/{page}/alert_rules/try: a body as its source would send it. `rules` are tried
    in place of the page's own."""

    source: Source
    body: Any
    rules: list[RuleInput] | None = Field(None, max_length=100)


class DraftPublication(Body):
    """POST /v1/pages/{page}/drafts/{draft}/publish: words in place of the draft's own."""

    name: Title | None = None
    body: Annotated[Printable, StringConstraints(max_length=25_000)] | None = None
    confirm_token: Annotated[str, StringConstraints(max_length=200)] | None = None
