"""A source that signs what it posts: the secrets that it signs by."""

from typing import Any

from statustext.adapters.alert_sources import put_signing_secrets
from statustext.alert_contracts import SourceInput
from statustext.domain.alerts.alert import Source
from statustext.domain.page import Page
from statustext.errors import RejectedError
from statustext.flows.acting import Act

SIGNING = (Source.PAGERDUTY,)
"""Sources whose secret is the page's. SNS signs by Amazon's certificate, the others not at all."""


def set_secrets(page: Page, source: Source, given: SourceInput, act: Act) -> dict[str, Any]:
    """Replace the secrets of a source; with none, its key alone is asked for. Raises RejectedError
    404 for a source that does not sign by a secret."""
    if source not in SIGNING:
        names = ", ".join(SIGNING)
        sentence = f"{source} does not sign by a secret; of these a secret is kept: {names}."
        raise RejectedError(404, "source_without_signature", sentence)
    number = len(given.signing_secrets)
    note = act.note(page.id, "page.alert_source_changed", {"source": source, "secrets": number})
    act.table.transact([put_signing_secrets(page.id, source, given.signing_secrets), note])
    return {"source": source.value, "must_be_signed": bool(number), "signing_secrets": number}
