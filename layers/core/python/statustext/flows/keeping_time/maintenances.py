"""The clock's look after planned maintenances: who is reminded, what begins and what ends."""

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import list_open
from statustext.adapters.pages import get_page
from statustext.domain.maintenance import turn_due
from statustext.flows.publishing.by_the_clock import take_turn
from statustext.observability import log_failure


class UnturnedError(RuntimeError):
    """Some maintenances did not go on as planned; why is in the log."""


def keep_maintenances(table: Table, page_id: str, now: float, entropy: Entropy) -> int:
    """Do what is due about a page's maintenances; how many went on. Each on its own.

    Raises UnturnedError after all, where one did not; the next minute tries again.
    """
    planned = [one for one in list_open(table, page_id, only_maintenance=True) if one.schedule]
    page = get_page(table, page_id) if planned else None
    if page is None:
        return 0
    turned = failed = 0
    for one in planned:
        if turn_due(one, page.maintenance_reminder_minutes, now) is None:
            continue
        try:
            turned += take_turn(page, one.id, table, now, entropy)
        except Exception as error:  # whatever it is, the others must not wait for it
            ids = {"page": page_id, "incident": one.id}
            log_failure("A maintenance did not go on as planned", error, ids)
            failed += 1
    if failed:
        raise UnturnedError(f"{failed} maintenances did not go on as planned")
    return turned
