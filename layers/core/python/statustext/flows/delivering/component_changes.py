"""A component's change of state, told to webhooks: Statuspage's component_update.

It goes the way of updates: the stream, the fan-out, the web queue with a message for each endpoint.
A call is claimed, and made again with the same id where its outcome is unknown.
"""

from dataclasses import dataclass
from functools import partial

from statustext.adapters.component_news import claim_call, get_told, note_called
from statustext.adapters.components import get_state_change, list_components, list_state_changes
from statustext.adapters.dynamodb import Filter, Table
from statustext.adapters.pages import get_page
from statustext.adapters.quarantine import note_working
from statustext.adapters.queues import Queue
from statustext.adapters.subscribers import get_subscriber, shard_key
from statustext.adapters.web_calls import WebCalls
from statustext.domain.component import Component, StateChange
from statustext.domain.component_news import NewsFacts, Step, Telling, decide_news
from statustext.domain.decision import SOON
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.steps import Wait
from statustext.domain.subscriber import State, Subscriber
from statustext.errors import OutcomeUnknownError, RefusedError
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.passing_on import pass_on
from statustext.flows.delivering.posts import component_post
from statustext.flows.delivering.refusals import after_refusal, leave_alone
from statustext.queue_messages import ComponentNewsTask, StateChangeTask

PER_TASK = 20_000
"""Subscribers looked at by one task before it hands on the rest."""

WEBHOOKS = Filter(
    "#state = :active AND #mode = :webhook",
    {"state": "state", "mode": "mode"},
    {"active": State.ACTIVE.value, "webhook": Mode.WEBHOOK.value},
)


def fan_out_change(task: StateChangeTask, table: Table, web: Queue, tasks: Queue) -> None:
    """Enqueue a message for each of a page's webhooks, and the task for those that are left."""
    page = get_page(table, task.page)
    if page is None or Mode.WEBHOOK not in page.modes:
        return
    shards, after, looked_at = list(task.shards), task.after, 0
    while shards and looked_at < PER_TASK:
        found = table.find(shard_key(task.page, shards[0]), WEBHOOKS, after=after)
        looked_at, after = looked_at + found.looked_at, found.after
        about = {"page": task.page, "change": task.change}
        web.send([ComponentNewsTask(**about, subscriber=one) for one in found.keys])
        if not after:
            shards.pop(0)
    if shards:
        tasks.send([task.model_copy(update={"shards": tuple(shards), "after": after})])


async def tell_components(task: ComponentNewsTask, calls: WebCalls, deps: Deps) -> None:
    """Tell one endpoint a change of states; what must wait comes again."""
    wait = await deps.lanes.away(partial(_tell, task, calls, deps))
    if wait is not None:
        pass_on(task, {wait: [task]}, deps.table, deps.queue, deps.clock.now())


@dataclass(frozen=True)
class _Call:
    """One endpoint and one component, whose `change` has the id `named`."""

    page: Page
    person: Subscriber
    component: Component
    change: StateChange
    named: str


def _tell(task: ComponentNewsTask, calls: WebCalls, deps: Deps) -> float | None:
    """In how many seconds to look again; None where nothing is left to do."""
    page = get_page(deps.table, task.page)
    change = get_state_change(deps.table, task.page, task.change)
    if page is None or change is None:
        return None
    components = list_components(deps.table, page.id)
    later = list_state_changes(deps.table, page.id, since=task.change)
    changed_again = {one for each in later for one in each.changes}
    waits: list[float] = []
    for one in change.changes:
        now = deps.clock.now()
        person = get_subscriber(deps.table, page.id, task.subscriber, now)
        component = next((each for each in components if each.id == one), None)
        told = get_told(deps.table, page.id, task.subscriber, one)
        is_newest = one not in changed_again
        step = decide_news(NewsFacts(now, page, person, component, task.change, is_newest, told))
        if step is Step.CALL and person and component:
            step = _call(_Call(page, person, component, change, task.change), calls, deps)
        if isinstance(step, Wait):
            waits.append(step.seconds)
    return min(waits, default=None)


def _call(call: _Call, calls: WebCalls, deps: Deps) -> Step | Wait:
    """Claim, call, record."""
    about = call.page.id, call.person.id, call.component.id, call.named
    if not deps.table.write_if(claim_call(*about, deps.clock.now())):
        return Wait(SOON)  # somebody else calls now
    post = component_post(call.person, call.component, call.change, call.page, deps)
    try:
        calls.post(post)
    except OutcomeUnknownError as error:
        after = leave_alone(call.person, str(error), 0.0, deps.table, deps.clock.now())
    except RefusedError as error:
        now = deps.clock.now()
        after = after_refusal(error, call.person, 0, deps.table, now, its_own=False)
    else:
        deps.table.write_if(note_called(*about, Telling.DELIVERED))
        if call.person.failing:
            deps.table.write_if(note_working(call.page.id, call.person.id))
        return Step.LEAVE
    deps.table.write_if(note_called(*about, Telling.NOT_ACCEPTED))
    is_over = after.status is not DeliveryStatus.NOT_ACCEPTED
    return Step.LEAVE if is_over else Wait(after.wait)
