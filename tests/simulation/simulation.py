"""One history: a seed, its people and its weather, until everything has come to rest."""

import contextlib
import functools
import json
import logging
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from local.configuration import FAKE_AUTH_TOKEN
from local.fake_twilio.messages import count_segments
from local.fake_twilio.pacing import Pace
from local.fake_twilio.webhooks import WebhookRequest
from local.lean_aws import LeanAws, lean_aws
from local.lean_aws.table import Change
from statustext.domain.component import ComponentStatus
from tests.functional.engine import add_active, master_key
from tests.simulation import rest, weather
from tests.simulation.actors import Actors
from tests.simulation.calls import Calls
from tests.simulation.causes import Cause
from tests.simulation.channels import Sent, form_of
from tests.simulation.copies import Copies
from tests.simulation.free_modes import FreeModes
from tests.simulation.history import History, Write
from tests.simulation.outside import Outside
from tests.simulation.promises import BrokenPromiseError, Promises
from tests.simulation.rows import read_once
from tests.simulation.sources import (
    CarrierEvents,
    QueueSource,
    Schedule,
    Stream,
    StreamSource,
    Today,
    Webhooks,
)
from tests.simulation.weather import CALM, Weather
from tests.simulation.world import Task, World, told
from tests.stepped import KEY, START, SteppedSystem, stepped_system

HOUR = 3600.0
CROWD = 1000
"""The first number of those who are subscribed from the start and do nothing."""

CROWDED = 1000
"""Subscribers from which on a history is about their number."""

RATES = ("1", "3", "20", "100")
"""Segments per second of the sender, of which each history has one."""

AT_REST = 3 * HOUR
"""Seconds between two ticks of the clock at most, once nothing happens any more."""

MENDED_BY_THE_CLOCK = {"statustext-fan-out-dead"}

TOKENS_KEPT = 420.0
"""Seconds between two steps of a rotation: secrets are kept in memory for five minutes."""

DEFECTS = {
    *("TypeError", "KeyError", "AttributeError", "NameError", "IndexError", "AssertionError"),
    *("UnboundLocalError", "ZeroDivisionError", "RecursionError", "ValidationError"),
    *("NotEmulatedError", "ParamValidationError"),
}
"""Errors that no weather explains."""


class Truth:
    """AWS's clock: that of the world at hand."""

    world: World | None = None

    def __call__(self) -> float:
        return START if self.world is None else self.world.now


@dataclass(frozen=True)
class Warm:
    """The deployed template, translated once; every history begins with a fresh table."""

    system: SteppedSystem
    aws: LeanAws
    truth: Truth


@contextlib.contextmanager
def warm() -> Iterator[Warm]:
    """The system on a lean AWS."""
    truth = Truth()
    with stepped_system(aws=lambda: lean_aws(truth)) as system:
        aws = system.aws
        assert isinstance(aws, LeanAws)
        yield Warm(system, aws, truth)


@dataclass
class Simulation:
    """A history under way."""

    warm: Warm
    world: World
    today: Today
    calls: Calls
    history: History
    promises: Promises
    actors: Actors
    stream: Stream
    webhooks: Webhooks
    schedule: Schedule
    carrier_events: list[CarrierEvents]
    outside: Outside
    awake: dict[QueueSource, None]
    """Queues that there may be something to poll for in, in the order of waking up."""
    lost_receipts: set[str] = field(default_factory=set)
    has_been_bad: bool = False
    _rotated_at: float = 0.0
    _rotation: int = 0

    def act(self, doing: str) -> None:
        """Somebody does something; nothing follows before time passes."""
        self.world.note("ACT", doing)
        self.outside.doings()[doing]()
        self.judge()

    def pass_time(self, seconds: float) -> None:
        """Let happen what happens in so much time."""
        self.world.run_until(self.world.now + seconds)
        self.judge()

    def stand_still(self, seconds: float) -> None:
        """Nothing happens for so long: machines were frozen, or all clocks were put forward."""
        self.world.note("STANDS STILL", seconds)
        self.promises.stood_still_at = self.world.now + seconds
        self.world.move_to(self.world.now + seconds)
        self.pass_time(0)

    def kill_one(self) -> None:
        """One of the functions at work is no more."""
        running = sorted(self.world.running, key=lambda task: task.number)
        if running:
            task = self.world.random.choice(running)
            self.world.note("killed", task)
            task.doomed = True

    def change_weather(self, kind: Weather) -> None:
        """From now on things go wrong as this says."""
        bad = {name: value for name, value in vars(kind).items() if value}
        self.world.note("WEATHER", *(f"{name}={value}" for name, value in bad.items()))
        self.has_been_bad = self.has_been_bad or bool(bad.keys() - {"expiring"})
        self.today.weather = self.calls.weather = kind

    def judge(self) -> None:
        """Raises BrokenPromiseError where any promise is broken by now."""
        if self.promises.broken:
            raise BrokenPromiseError("; ".join(self.promises.broken[:3]))

    def come_to_rest(self) -> None:
        """Nothing goes wrong any more, the operator mends what waits for one, and a day passes."""
        self.change_weather(CALM)
        self.outside.followers.all_are_well()
        self.actors.pause(paused=False)
        self.actors.report_of_twilio(ComponentStatus.OPERATIONAL)
        self.pass_time(120)
        no_caps = {"limits": {"texts_per_hour": 0}, "recipient_limits": [], "quiet_hours": ""}
        self.actors.change_page(no_caps)
        self.pass_time(0.3 * HOUR)
        self.schedule.every, self.schedule.longest = 300.0, AT_REST
        for _ in range(3):
            self.redrive()
            self.pass_time(HOUR)
        self.pass_time(60 * HOUR)
        rest.judge(self, MENDED_BY_THE_CLOCK)
        self.judge()

    def redrive(self) -> None:
        """Put back what landed in a dead-letter queue, as docs/operations.md says.

        Not that of the fan-out: the clock makes its tasks anew.
        """
        queues = self.warm.aws.sqs.queues
        for name, dead in queues.items():
            live = queues.get(name.removesuffix("-dead"))
            if live is None or live is dead or name in MENDED_BY_THE_CLOCK:
                continue
            for message in list(dead.messages.values()):
                self.world.note("put back", live.name)
                url = {"QueueUrl": live.url, "MessageBody": message.body}
                self.warm.aws.sqs.call("SendMessage", url)
            dead.clear()

    def rotate_token(self) -> None:
        """The next step of replacing Twilio's auth token (docs/operations.md)."""
        if self.world.now < self._rotated_at + TOKENS_KEPT:
            return
        self._rotated_at = self.world.now
        step, number = self._rotation % 3, self._rotation // 3
        self._rotation += 1
        old = FAKE_AUTH_TOKEN if number == 0 else f"token-{number - 1}".ljust(32, "0")
        new = f"token-{number}".ljust(32, "0")
        twilio = self.warm.system.twilio
        if step == 0:
            self.calls.tokens |= {new}
            self.promises.secrets.add(new)
            self._tell_secret(new, old)
        elif step == 1:
            twilio.auth_token = new
            self.calls.tokens.discard(old)
        else:
            self._tell_secret(new, "")

    def _tell_secret(self, new: str, old: str) -> None:
        secrets = self.warm.aws.secrets.secrets
        (name,) = [name for name, value in secrets.items() if "auth_token" in value]
        known = json.loads(secrets[name])
        secrets[name] = json.dumps({**known, "auth_token": new, "previous_auth_token": old})

    # What is watched.

    def observe(self) -> None:
        """After every event: plan what it led to."""
        if self.stream.has_news():
            self.schedule.is_still = False
            self.stream.look()
        if self.awake:
            self.schedule.is_still = False
            woken = list(self.awake)
            self.awake.clear()
            for queue in woken:
                queue.look()
        self.webhooks.look()
        for carrier in self.carrier_events:
            carrier.look()

    def committed(self, change: Change) -> None:
        """The table is about to commit a change."""
        task = self.world.current
        cause: Any = Cause("add verified") if task is None else task.cause
        write = Write.of(change)
        self.promises.judge_commit(write, cause)
        self.outside.team_promises.judge_commit(write)
        self.history.note_commit(write, self.world.now, task)

    def reads_stale(self, _pk: str, _sk: str) -> bool:
        """Whether an eventually consistent read sees what was there before."""
        return self.world.chance(self.today.weather.stale)

    def lost(self, request: WebhookRequest) -> None:
        self.lost_receipts.add(request.params["MessageSid"])


@contextlib.contextmanager
def simulation(
    warm: Warm, seed: int, *, crowd: int = 0, mps: str | None = None
) -> Iterator[Simulation]:
    """A new history. Whatever is random in it comes from the seed."""
    rng = random.Random(seed)  # noqa: S311  # nothing secret
    rate = mps or rng.choice(RATES)
    system, aws = warm.system, warm.aws
    secrets = dict(aws.secrets.secrets)
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        warm.truth.world = None
        aws.forget()
        enter(mock.patch("statustext.adapters.clock.system_entropy", rng.randbytes))
        enter(mock.patch("statustext.adapters.aws.client", _client))
        enter(_fresh_functions(system, {"TWILIO_MPS": rate, "SMS_VOICE_MPS": rate}))
        enter(system.first_day())
        system.workers.choose = rng.randrange  # whichever of a function's calls ends next
        world = World(rng, system.clock, START)
        warm.truth.world = world
        made = _put_together(warm, world, float(rate))
        made.calls.rows = rng.choice((0, 0, 3)) if crowd < CROWDED else 0
        enter(_logs_judged(made.promises))
        enter(made.calls.going_through())
        enter(made.outside.channels.going_through())
        enter(read_once())
        table = aws.dynamodb.tables[system.table.name]
        enter(mock.patch.object(table, "committing", _aloud(made.promises, made.committed)))
        enter(mock.patch.object(table, "stale", made.reads_stale))
        if crowd:
            add_active(system, crowd, first=CROWD)
        if crowd < CROWDED:
            made.outside.begin()
        table.take_stream()
        world.observed, world.judged = made.observe, made.judge
        made.schedule.begin()
        try:
            yield made
        finally:
            world.observed = world.judged = lambda: None
            world.end()
            aws.secrets.secrets.update(secrets)


def _put_together(warm: Warm, world: World, rate: float) -> Simulation:
    system, aws = warm.system, warm.aws
    history, today = History(), Today(CALM)
    table = aws.dynamodb.tables[system.table.name]
    promises = Promises(history, lambda: world.now, rate)
    history.claimed = promises.judge_newest
    system.twilio.pace = Pace(jitter=2.0)
    calls = Calls(world, aws, lambda: system.twilio, {FAKE_AUTH_TOKEN}, CALM)
    calls.requested = _aloud(promises, promises.judge_request)
    calls.answered = _aloud(
        promises,
        lambda form, status, task, heard, is_late: promises.judge_answer(
            form,
            status,
            count_segments(form.get("Body", "")),
            task,
            heard=heard,
            is_late=is_late,
        ),
    )
    calls.sent = _aloud(promises, lambda words: promises.judge_outside("a queue or event", words))
    actors = Actors(system, world, history, promises.judge_verified)
    webhooks = Webhooks(system, world, today)
    outside = _outside(actors, promises, today)
    calls.to_others = outside.channels.to_aws
    carrier_events = [
        CarrierEvents(carrier, system.resources.reference(queue, None), aws, world, today)
        for carrier, queue in ((system.aws_sms, "AwsSmsQueue"), (system.ses, "MailEventsQueue"))
    ]
    not_ours = tuple(one.queue.name for one in carrier_events)
    timeout = system.functions.timeout
    awake: dict[QueueSource, None] = {}
    for one in system.queues():
        QueueSource(one, timeout(one.function_arn), system, aws, world, today, awake)
    relays = [
        StreamSource(one, timeout(one.function_arn), system, world, today)
        for one in system.streams()
    ]
    schedule = Schedule(system, table, world, today)
    stream = Stream(relays, table)
    made = Simulation(
        *(warm, world, today, calls, history, promises, actors),
        *(stream, webhooks, schedule, carrier_events, outside, awake),
    )
    copies = Copies(lambda what: promises.breaks(9, what))
    for queue in aws.sqs.queues.values():
        if not queue.name.startswith(not_ours):
            copies.watch(queue)
    webhooks.lost = made.lost
    webhooks.answered = lambda request, status: rest.note_answered(made, request)
    actors.rotate = made.rotate_token
    actors.lossy = [aws.sqs.queues[f"statustext-{one}"] for one in ("announcements", "fan-out")]
    actors.private = promises.secrets.add
    promises.secrets |= {FAKE_AUTH_TOKEN, KEY, master_key(system)}
    return made


def _outside(actors: Actors, promises: Promises, today: Today) -> Outside:
    outside = Outside.of(actors, promises, today)
    channels, followers = outside.channels, outside.followers
    free = FreeModes(actors.history, promises.breaks, promises.judge_told)

    def requested(sent: Sent) -> None:
        if sent.sender:
            promises.judge_request(form_of(sent), "aws")
        elif sent.attempt:
            free.judge_request(sent)

    def answered(sent: Sent, status: int, task: Task, heard: bool, is_late: bool) -> None:
        if sent.sender:
            size = count_segments(sent.words)
            promises.judge_answer(form_of(sent), status, size, task, heard=heard, is_late=is_late)
        elif sent.attempt:
            free.judge_answer(sent, status, task, heard=heard)
            if status < 400:
                followers.hear(sent)

    channels.requested, channels.answered = _aloud(promises, requested), _aloud(promises, answered)
    return outside


def _aloud(promises: Promises, judge: Callable[..., None]) -> Callable[..., None]:
    """`judge`, whose own failure the program that it is called from must not swallow."""

    def judged(*given: Any) -> None:
        try:
            judge(*given)
        except Exception as error:  # whatever it is, it is ours
            promises.broken.append(f"the judge is broken: {told(error)}")

    return judged


@functools.cache
def _client(service: str, *config: Any) -> Any:
    """A client for all functions, as making one takes a tenth of a second."""
    from statustext.adapters import aws

    return aws._session().create_client(service, config=config[0] if config else aws.CONFIG)


@contextlib.contextmanager
def _fresh_functions(system: SteppedSystem, variables: Mapping[str, str]) -> Iterator[None]:
    """No function has begun yet: each begins cold, with nothing kept in memory.

    As many may run at once as there are: the host's own limit would make the one thread wait for
    itself.
    """
    with contextlib.ExitStack() as stack:
        for function in system.functions._functions.values():
            function.idle.clear()
            function.made = 0
            stack.enter_context(mock.patch.dict(function.definition.environment, variables))
            stack.enter_context(mock.patch.object(function, "places", contextlib.nullcontext()))
        yield
    for name in [name for name in sys.modules if name.startswith("local_functions_")]:
        del sys.modules[name]


@contextlib.contextmanager
def _logs_judged(promises: Promises) -> Iterator[None]:
    """Everything that is logged, by us and by every library, is judged and printed nowhere."""

    class Judge(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words = f"{record.getMessage()} {vars(record)}"
            promises.judge_outside("a log", words)
            if vars(record).get("error") in DEFECTS:
                promises.broken.append(f"a function is broken: {words[:2000]}")

    def say(_severity: str, who: str, words: str) -> None:
        promises.judge_outside("an error", words)
        if words.rstrip().splitlines()[-1].partition(":")[0].rpartition(".")[2] in DEFECTS:
            promises.broken.append(f"{who} is broken: {words[-2000:]}")

    judge = Judge(logging.DEBUG)
    with contextlib.ExitStack() as stack:
        for logger in (logging.getLogger(), logging.getLogger("statustext")):
            stack.enter_context(mock.patch.object(logger, "handlers", [judge]))
        stack.enter_context(mock.patch.object(logging.getLogger("statustext"), "propagate", False))
        stack.enter_context(mock.patch("local.readable_logs.say", say))
        stack.enter_context(mock.patch.dict("os.environ", {"POWERTOOLS_METRICS_DISABLED": "true"}))
        yield


def live_through(
    simulation: Simulation, steps: int, chosen: Mapping[str, float] | None = None
) -> None:
    """People do things under changing weather, at a pace of their own; then all comes to rest.
    `chosen` are doings with their weights, where it is not to be all."""
    world, rng = simulation.world, simulation.world.random
    doings = list(chosen or simulation.outside.doings())
    weights = [(chosen or WEIGHTS).get(doing, 1.0) for doing in doings]
    simulation.change_weather(weather.some(rng))
    for _ in range(steps):
        (doing,) = rng.choices(doings, weights)
        simulation.act(doing)
        simulation.pass_time(rng.choices(PAUSES, PAUSE_WEIGHTS)[0] * world.between(0.2, 2))
        if rng.random() < 0.04:
            simulation.change_weather(weather.some(rng))
        if rng.random() < 0.01:
            simulation.stand_still(rng.choice((1.0, 20.0, 100.0, HOUR)))
    simulation.come_to_rest()


PAUSES = (0.0, 0.1, 1.0, 5.0, 40.0, 300.0, HOUR, 2 * HOUR)
PAUSE_WEIGHTS = (6, 10, 20, 20, 10, 5, 0.5, 0.5)
WEIGHTS = {
    "sign_up": 3.0,
    "enter_the_last_code": 5.0,
    "add_a_subscriber": 3.0,
    "open_an_incident": 3.0,
    "update_an_incident": 4.0,
    "resolve_an_incident": 2.0,
    "text_something": 2.0,
    "stop_and_go": 0.3,
    "set_up_another_page": 0.3,
    "recall_an_update": 0.3,
    "look_at_everything": 0.2,
    "update_in_a_burst": 0.5,
    "lose_a_message": 0.5,
    "choose_a_carrier": 0.5,
    "text_stop_to_the_second_number": 0.3,
    "turn_modes_on_or_off": 0.2,
    "follow_by_mail": 0.7,
    "follow_by_webhook": 0.5,
    "follow_by_chat": 0.5,
    "confirm_an_address": 1.5,
    "leave_by_a_mails_button": 0.3,
    "let_an_address_fall_ill": 0.7,
    "send_a_mail_back": 0.2,
    "change_the_ladder": 0.5,
    "acknowledge_by_text": 0.3,
    "acknowledge": 0.3,
    "change_the_rules": 0.4,
    "flap": 0.3,
    "repeat_an_old_alert": 0.4,
    "press_a_draft": 0.4,
}
