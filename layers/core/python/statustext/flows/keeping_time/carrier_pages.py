"""Looking at a carrier's own status page, every few minutes."""

from dataclasses import dataclass

from statustext.adapters.carrier_status_page import Getting, UnreadablePageError, read_status
from statustext.adapters.circuits import get_report, put_report
from statustext.adapters.dynamodb import Table
from statustext.domain.carrier import Carrier
from statustext.domain.carrier_report import CarrierReport
from statustext.observability import count, logger


@dataclass(frozen=True)
class StatusPage:
    """Where a carrier's `summary.json` stands, empty for nowhere, and which of its components is
    texting."""

    carrier: Carrier
    url: str
    component: str


def look_at_carrier(page: StatusPage, http: Getting, table: Table, now: float) -> int:
    """Remember what the page says, if it is time to look; 1 where the carrier says that it is down.

    A page that cannot be read, or does not tell, changes nothing and is logged once, until it can
    be read again.
    """
    if not page.url:
        return 0
    known = report = get_report(table, page.carrier)
    if known.is_due(now):
        report = _look(page, known, http, now)
        table.write(put_report(report))
        _log(known, report)
    is_down = report.is_down(now)
    if is_down:
        count("CarrierDown")
    return int(is_down)


def _look(page: StatusPage, known: CarrierReport, http: Getting, now: float) -> CarrierReport:
    try:
        return known.read(read_status(http, page.url, page.component), now)
    except UnreadablePageError as error:
        if known.is_readable:
            logger.error(
                "A carrier's status page cannot be read", carrier=page.carrier, detail=str(error)
            )
        return known.not_read(now)


def _log(before: CarrierReport, report: CarrierReport) -> None:
    if report.says is not before.says:
        logger.warning("A carrier's status page says", carrier=report.carrier, says=report.says)
