"""A carrier's own status page: the public API of Statuspage, v2, that carriers serve too."""

from typing import Protocol

from pydantic import BaseModel, ValidationError

from statustext.adapters.guarded_http import Answer, Verdict
from statustext.domain.component import ComponentStatus

LONGEST_SUMMARY = 2 * 1024 * 1024
"""Bytes of a summary: one that names 500 components has a tenth of that."""

WORST_FIRST = (
    ComponentStatus.MAJOR_OUTAGE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.UNDER_MAINTENANCE,
    ComponentStatus.OPERATIONAL,
)


class Getting(Protocol):
    """Gets what stands at an address, as GuardedHttp does."""

    def get(self, url: str, *, longest: int) -> Answer: ...


class UnreadablePageError(Exception):
    """No answer, or one that does not tell how the component is. The message says which."""


class _Component(BaseModel):
    name: str
    status: str


class _Summary(BaseModel):
    components: list[_Component]


def read_status(http: Getting, url: str, component: str) -> ComponentStatus:
    """How a component is by the `summary.json` at an address; the worst of those with that name.

    Raises UnreadablePageError.
    """
    answer = http.get(url, longest=LONGEST_SUMMARY)
    if answer.verdict is not Verdict.ACCEPTED:
        raise UnreadablePageError(answer.reason)
    return status_in(answer.body, component)


def status_in(summary: bytes, component: str) -> ComponentStatus:
    """The same, in a summary as it came."""
    try:
        found = _Summary.model_validate_json(summary).components
    except ValidationError:
        raise UnreadablePageError("no summary of a status page") from None
    said = {one.status for one in found if one.name.casefold() == component.casefold()}
    if not said:
        raise UnreadablePageError("no such component")
    known = [one for one in WORST_FIRST if one in said]
    if not known:
        raise UnreadablePageError("a status that is not known")
    return known[0]
