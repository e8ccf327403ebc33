"""Subscribers from elsewhere, with proof that they agreed. Nobody is texted, and nobody who ever
said that they want no texts is brought back. Doing it again changes nothing."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from statustext.adapters.subscribers import get_subscribers
from statustext.contracts import ConsentInput, OperatorSubscriber, SubscriberImport
from statustext.domain.ids import subscriber_id
from statustext.domain.masking import mask, mask_address
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating.exporting import COLUMNS as EXPORTED
from statustext.flows.operating.exporting import LISTS, WANTED
from statustext.flows.operating.subscribers import add_subscriber, address_of
from statustext.flows.signing_up.preferences import choose
from statustext.flows.signing_up.subscribing import reached_by
from statustext.validation import close_to, validated

MOST_ROWS = 100
"""Of one call: as many as are looked up at once, and written well within its time."""

CONSENT = {
    "consent_source": "source",
    "consent_statement": "statement",
    "consent_at": "obtained_at",
}
COLUMNS = ("phone", "email", "country", *CONSENT, *WANTED)
KNOWN = (*COLUMNS, *(name for name in EXPORTED if name not in COLUMNS))

LEFT = {
    "suppressed": "This number is suppressed and stays so.",
    "unsubscribed": "This person unsubscribed; only they can come back, by signing up.",
    "already_subscribed": "This number is subscribed already.",
    "unreachable": "This number could not be reached; `release` has it texted again.",
    "repeated": "This number stands further up in the same file.",
    "endpoint": "An address on the web proves itself: sign it up anew, and it is sent a code.",
    "not_active": "This person was not subscribed where the file comes from.",
}
"""Why a row was left alone, which is no mistake of anybody's."""


@dataclass(frozen=True)
class Importer:
    """Who imports into which page, and with what."""

    page: Page
    act: Act
    master: str
    allow_fictional: bool


@dataclass(frozen=True)
class Row:
    """One line of the file that can be imported: its number there, and whom it would add."""

    line: int
    id: str
    shown: str
    wanted: OperatorSubscriber


def import_subscribers(given: SubscriberImport, by: Importer) -> dict[str, Any]:
    """Add those who can be added, or with `dry_run` say who would be; what became of every line.

    Raises RejectedError 422 for a file without a header, with unknown columns or too many rows.
    """
    report: list[dict[str, Any]] = []
    rows: list[Row] = []
    for line, cells in _lines(given.csv):
        try:
            if cells.get("status", "active") not in ("active", ""):
                report.append(_outcome(line, None, "not_active"))
                continue
            if cells.get("endpoint"):
                report.append(_outcome(line, None, "endpoint"))
                continue
            rows.append(_row(line, cells, given.consent, by))
        except RejectedError as error:
            report.append({**_outcome(line, None, "refused"), "reason": error.message})
    known = get_subscribers(by.act.table, by.page.id, list({row.id for row in rows}), by.act.now)
    seen: set[str] = set()
    for row in rows:
        outcome = "repeated" if row.id in seen else _left(known.get(row.id))
        seen.add(row.id)
        if not outcome and not given.dry_run:
            outcome = _add(row, by)
        report.append(_outcome(row.line, row.shown, outcome or "added"))
    counts = Counter(one["outcome"] for one in report)
    report.sort(key=lambda one: one["line"])
    return {
        "dry_run": given.dry_run,
        "added": counts.pop("added", 0),
        "refused": counts.pop("refused", 0),
        "left": dict(sorted(counts.items())),
        "rows": report,
    }


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The file's rows with the number of the line each ends on; a byte order mark is no text."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_header(names)
        reader.fieldnames = names
        for number, cells in enumerate(reader):
            if number == MOST_ROWS:
                raise _unreadable(f"Send at most {MOST_ROWS} rows at a time.")
            if None in cells or None in cells.values():
                raise _unreadable(f"Line {reader.line_num} has not as many cells as the header.")
            yield reader.line_num, {name: cell.strip() for name, cell in cells.items()}
    except csv.Error as error:
        raise _unreadable(f"Line {reader.line_num} is not comma-separated: {error}.") from None


def _check_header(names: list[str]) -> None:
    if not {"phone", "email"} & set(names):
        columns = ", ".join(COLUMNS[:1] + COLUMNS[2:6])
        raise _unreadable(f"Begin with a line that names the columns, such as {columns}.")
    for name in names:
        if name not in KNOWN:
            word = name if name.isidentifier() else "(unknown)"
            raise _unreadable(f"There is no column {word[:40]}{close_to(name, KNOWN).rstrip('?')}.")


def _unreadable(sentence: str) -> RejectedError:
    return RejectedError(422, "unreadable_file", sentence, fields={"csv": sentence})


def _row(line: int, cells: Mapping[str, str], consent: ConsentInput | None, by: Importer) -> Row:
    """A line as somebody to add. Raises RejectedError 422 with what is wrong with it."""
    asked: dict[str, Any] = {"verified": True}
    asked |= {name: cells[name] for name in ("phone", "email", "country") if cells.get(name)}
    own = {CONSENT[name]: cells[name] for name in CONSENT if cells.get(name)}
    if own or consent is None:
        asked["consent"] = own
    else:
        asked["consent"] = consent.model_dump()
    wanted = {name: cells[name] for name in WANTED if cells.get(name)}
    if wanted:
        asked["preferences"] = {
            name: cell.split() if name in LISTS else cell for name, cell in wanted.items()
        }
    checked = validated(asked, OperatorSubscriber)
    mode, reached = reached_by(address_of(checked, by.page, allow_fictional=by.allow_fictional))
    choose(checked.preferences, by.act.table, by.page.id)
    shown = mask(reached) if mode is Mode.SMS else mask_address(reached)
    return Row(line, subscriber_id(by.master, by.page.id, reached, mode), shown, checked)


def _left(known: Subscriber | None) -> str:
    """Why somebody known is left alone, or "" where they can be added."""
    if known is None:
        return ""
    if known.suppressed:
        return "suppressed"
    return {
        State.ACTIVE: "already_subscribed",
        State.UNSUBSCRIBED: "unsubscribed",
        State.QUARANTINED: "unreachable",
    }.get(known.state, "")


def _add(row: Row, by: Importer) -> str:
    """Add one person; "", or why they were left alone after all: it was read a moment ago."""
    try:
        add_subscriber(row.wanted, by.page, by.act, by.master, allow_fictional=by.allow_fictional)
    except RejectedError as error:
        meanwhile = {"already_subscribed": "already_subscribed", "number_opted_out": "suppressed"}
        if error.code not in meanwhile:
            raise
        return meanwhile[error.code]
    return ""


def _outcome(line: int, phone: str | None, outcome: str) -> dict[str, Any]:
    return {"line": line, "phone": phone, "outcome": outcome, "reason": LEFT.get(outcome)}
