"""Every minute: what time has ended is swept, what is due is handed on, what a fault left half
done is finished."""

import time
from functools import partial
from typing import Any

from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.guarded_http import GuardedHttp
from statustext.adapters.pages import page_ids
from statustext.adapters.queues import Queue
from statustext.adapters.sealed import sealing_table
from statustext.adapters.team_messengers import Messenger, Slack, mailbox_of
from statustext.domain.carrier import Carrier
from statustext.domain.team.routing import Channel
from statustext.flows.acting import Act
from statustext.flows.delivering.circuits import close_ended
from statustext.flows.delivering.due_holds import find_due_holds
from statustext.flows.escalating.carrying import keep_team
from statustext.flows.keeping_time.carrier_pages import StatusPage, look_at_carrier
from statustext.flows.keeping_time.finishing import finish_updates
from statustext.flows.keeping_time.maintenances import keep_maintenances
from statustext.flows.keeping_time.scheduled_texts import hand_on_scheduled
from statustext.flows.keeping_time.sweeping import remove_numbers, sweep_unconfirmed
from statustext.flows.taking_alerts.carrying_out import carry_out_due
from statustext.observability import count, log_failure, observed
from statustext.settings import read_settings

settings = read_settings()
table = sealing_table(settings)
sqs = aws.client("sqs")
tasks = Queue(sqs, settings.fan_out_queue_url)
codes = Queue(sqs, settings.code_queue_url)
web = GuardedHttp(is_local_run=settings.allow_fictional_numbers)
messengers: dict[Channel, Messenger] = {Channel.SLACK: Slack(web)}
if mailbox := mailbox_of(settings):
    messengers[Channel.EMAIL] = mailbox
twilio_page = StatusPage(
    Carrier.TWILIO, settings.twilio_status_url, settings.twilio_status_component
)
JOBS = (
    "circuits",
    "handed_on",
    "ordered",
    "resumed",
    "maintenances",
    "drafts",
    "swept",
    "numbers_removed",
    "escalated",
    "carriers_down",
)


class JobsFailedError(RuntimeError):
    """Some jobs of this minute failed; why is in the log. All others were done."""


@observed
def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    now = time.time()
    act = Act("the clock", table, now, system_entropy)
    pages = page_ids(table)
    jobs = [("circuits", partial(close_ended, table, now))]
    for page in pages:
        jobs += [
            ("handed_on", partial(find_due_holds, table, page, tasks, now)),
            ("ordered", partial(hand_on_scheduled, table, page, codes, tasks, now)),
            ("resumed", partial(finish_updates, table, page, tasks, now, system_entropy)),
            ("maintenances", partial(keep_maintenances, table, page, now, system_entropy)),
            ("drafts", partial(carry_out_due, page, act)),
            ("swept", partial(sweep_unconfirmed, table, page, now)),
            ("numbers_removed", partial(remove_numbers, table, page, now, system_entropy)),
        ]
    # Behind all others: it may wait for somebody else's server.
    jobs += [("escalated", partial(keep_team, page, messengers, act)) for page in pages]
    jobs.append(("carriers_down", partial(look_at_carrier, twilio_page, web, table, now)))
    done, failed = dict.fromkeys(JOBS, 0), 0
    for name, job in jobs:
        try:
            done[name] += job()
        except Exception as error:  # whatever it is, the other jobs and pages must not wait for it
            log_failure("A job of the clock failed", error, {"job": name})
            failed += 1
    if done["circuits"]:
        count("CircuitOpen", done["circuits"])  # keeps the alarm up while texting is stopped
    if failed:
        raise JobsFailedError(f"{failed} of {len(jobs)} jobs failed")
    return {"pages": len(pages), **done}
