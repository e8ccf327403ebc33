"""Twilio's Messages API as a state machine: no clock, no network, no threads.

Every method takes `now` (epoch seconds), so that a simulation owns time, and calls must come one
at a time. `create`, `list`, `fetch` and `delete` answer as the REST API does; `due` hands out the
webhooks whose time has come and `answered` is told how each went.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .answers import Answer, Refusal
from .deactivations import Deactivations
from .drafts import LONGEST_VALIDITY, Account, Draft, read_draft
from .faults import FaultBook, FinalStatus, ReorderCallbacks
from .handsets import Handsets
from .keywords import REPLIES, OptOuts, keyword_of
from .listing import list_page
from .messages import API_VERSION, FINAL, Message, Step, count_segments
from .outbox import Outbox
from .pacing import Accepted, Pace, fastest_second, plan_steps, reordered
from .sabotage import answer_under_faults
from .twiml import replies_in
from .webhooks import Outcome, WebhookRequest, inbound_params, receipt_params


class FakeTwilio:
    """One Twilio account and all handsets in the world.

    `numbers` are the account's own (None: any valid number may send); `services` are its messaging
    services' number pools (None: any service may). `mps` is each sender's rate in segments per
    second (None: no limit), and a message waits at most `queue_seconds` for its turn. `inbound_url`
    is the webhook for handsets' texts, with its `#rc=…` overrides; it may be changed at any time,
    and so may `api_keys`, secrets by their SID. Of messages, the last `most_kept` are remembered
    (None: all), and of tries of webhooks four times as many.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        rng: random.Random,
        inbound_url: str | None = None,
        numbers: Iterable[str] | None = None,
        services: Mapping[str, Sequence[str]] | None = None,
        pace: Pace | None = None,
        mps: float | None = None,
        queue_seconds: float = LONGEST_VALIDITY,
        keyword_replies: bool = True,
        advanced_opt_out: bool = False,
        retry_delay: float = 0.1,
        most_kept: int | None = None,
    ) -> None:
        self.account_sid, self.auth_token = account_sid, auth_token
        self.api_keys: dict[str, str] = {}
        self.inbound_url = inbound_url
        self.keyword_replies, self.advanced_opt_out = keyword_replies, advanced_opt_out
        self.pace, self.mps, self.queue_seconds = pace or Pace(), mps, queue_seconds
        self.faults = FaultBook()
        self.accepted: list[Accepted] = []
        self.outbox = Outbox(self.faults, retry_delay, most_kept and 4 * most_kept)
        self._most_kept = most_kept
        self.opt_outs = OptOuts()
        self.deactivations = Deactivations(auth_token)
        self._account = Account(None if numbers is None else frozenset(numbers), services)
        self.owns = self._account.owns
        self._rng = rng
        self._messages: dict[str, Message] = {}
        self._handsets = Handsets()
        self.others: dict[str, Callable[[str, str, float], None]] = {}
        """Numbers of other carriers, and who is told what a handset texts to them: the handset's
        number, its words, and when."""
        self._free_at: dict[str, float] = {}

    # What the REST API offers.

    def create(self, form: Mapping[str, str], now: float) -> Answer:
        """POST …/Messages.json."""
        to = form.get("To")
        return answer_under_faults(self.faults, "create", to, lambda: self._create(form, now))

    def list(self, query: Mapping[str, str], now: float) -> Answer:
        """GET …/Messages.json."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages.json"
        return answer_under_faults(
            self.faults,
            "list",
            query.get("To"),
            lambda: Answer(200, list_page(self._messages.values(), query, now, uri)),
        )

    def fetch(self, sid: str, now: float) -> Answer:
        """GET …/Messages/{sid}.json."""
        return answer_under_faults(
            self.faults,
            "fetch",
            self._phone_of(sid),
            lambda: Answer(200, self._find(sid).as_json(now)),
        )

    def delete(self, sid: str, now: float) -> Answer:
        """DELETE …/Messages/{sid}.json. The handset keeps its copy."""
        return answer_under_faults(
            self.faults, "delete", self._phone_of(sid), lambda: self._delete(sid, now)
        )

    # What happens by itself.

    def next_due(self) -> float | None:
        """When the next webhook is due, or None."""
        return self.outbox.next_due()

    def due(self, now: float) -> Sequence[WebhookRequest]:
        """Takes the webhooks due by `now`, in order; dropped and repeated ones as faults say."""
        return self.outbox.due(now)

    def answered(
        self, request: WebhookRequest, outcome: Outcome, now: float, body: str = ""
    ) -> None:
        """Takes note of how a webhook went, and plans another try if its overrides say so.

        `body` is the answer's: TwiML <Message>s answering an inbound text are sent.
        """
        again = self.outbox.answered(request, outcome, now)
        if again or request.status != "received" or outcome != 200:
            return
        inbound = request.params
        service = inbound.get("MessagingServiceSid")
        for text in replies_in(body):
            if not self.opt_outs.blocked(service or inbound["To"], inbound["From"]):
                self._answer(inbound["To"], inbound["From"], service, text, now)

    # What handsets do.

    def reply(self, number: str, body: str, now: float, to: str | None = None) -> Message:
        """The handset `number` texts `to`, or else whoever texted it last.

        Raises BadReplyError for a number or text no handset could send, UnknownPhoneError if
        there is nobody to answer.
        """
        recipient, service = self._handsets.addressee(number, body, to)
        if recipient in self.others:
            self.others[recipient](number, body, now)
            return self._keep_for_others("inbound", number, recipient, body, now)
        return self._receive(number, recipient, service, body, now)

    def show(self, to: str, sender: str, body: str, now: float) -> None:
        """A text that another carrier brought is on its handset, and nowhere else here."""
        self._keep_for_others("outbound-api", sender, to, body, now)

    # What tests and people look at.

    def phones(self, now: float) -> Sequence[dict[str, Any]]:
        """Every handset, in order of its first text, with its conversation."""
        return self._handsets.as_json(self.opt_outs, now)

    def fastest_second(self, sender: str | None = None) -> int:
        """The most segments accepted in any one-second window, from `sender` or in all."""
        return fastest_second(a for a in self.accepted if sender in (None, a.sender))

    def _create(self, form: Mapping[str, str], now: float) -> Answer:
        draft = read_draft(form, self._account)
        if self.opt_outs.blocked(draft.service or draft.sender, draft.to):
            raise Refusal(21610)
        if self._turn(draft.sender, now) - now > self.queue_seconds:
            raise Refusal(21611, sender=draft.sender)
        message = self._send(draft, "outbound-api", now)
        self.accepted.append(
            Accepted(now, message.sid, message.to, message.sender, message.segments)
        )
        return Answer(201, message.as_created())

    def _send(self, draft: Draft, direction: str, now: float) -> Message:
        segments = count_segments(draft.body)
        turn = self._turn(draft.sender, now)
        ours = direction == "outbound-api"
        end = self.faults.take(FinalStatus, draft.to) if ours else None
        first = Step(now, "accepted" if draft.service else "queued")
        steps, code = plan_steps(first, turn, now + draft.validity, self.pace, self._rng, end)
        if self.mps and turn <= now + draft.validity:
            self._free_at[draft.sender] = turn + segments / self.mps
        message = Message(
            self._new_id("SM"),
            self.account_sid,
            direction,
            draft.sender,
            draft.to,
            draft.body,
            steps,
            segments,
            draft.service,
            code,
        )
        self._keep(message)
        if draft.callback:
            self._plan_receipts(message, draft.callback)
        return message

    def _turn(self, sender: str, now: float) -> float:
        return max(now, self._free_at.get(sender, now))

    def _plan_receipts(self, message: Message, url: str) -> None:
        receipts: Sequence[Step] = message.steps[1:]
        if self.faults.take(ReorderCallbacks, message.to):
            receipts = reordered(receipts)
        for step in receipts:
            params = receipt_params(message, step)
            self.outbox.push(WebhookRequest(step.at, url, params, self._new_id("")))

    def _receive(
        self, number: str, recipient: str, service: str | None, body: str, now: float
    ) -> Message:
        message = Message(
            self._new_id("SM"),
            self.account_sid,
            "inbound",
            number,
            recipient,
            body,
            (Step(now, "received"),),
            count_segments(body),
            service,
        )
        self._keep(message)
        keyword = keyword_of(body)
        news = keyword and self.opt_outs.obey(keyword, service or recipient, number)
        if keyword and news and self.keyword_replies:
            self._answer(recipient, number, service, REPLIES[keyword], now)
        if self.inbound_url:
            params = inbound_params(message, keyword if self.advanced_opt_out else None)
            self.outbox.push(WebhookRequest(now, self.inbound_url, params, self._new_id("")))
        return message

    def _answer(self, sender: str, to: str, service: str | None, body: str, now: float) -> None:
        draft = Draft(to, sender, service, body, None, LONGEST_VALIDITY)
        self._send(draft, "outbound-reply", now)

    def _keep_for_others(
        self, direction: str, sender: str, to: str, body: str, now: float
    ) -> Message:
        step = Step(now, "received" if direction == "inbound" else "delivered")
        one, size = self._new_id("SM"), count_segments(body)
        message = Message(one, self.account_sid, direction, sender, to, body, (step,), size)
        self._handsets.keep(message)
        return message

    def _keep(self, message: Message) -> None:
        self._messages[message.sid] = message
        self._handsets.keep(message)
        if self._most_kept and len(self._messages) > self._most_kept:
            oldest = next(iter(self._messages))
            self._handsets.forget(self._messages.pop(oldest))

    def _find(self, sid: str) -> Message:
        if sid not in self._messages:
            uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{sid}.json"
            raise Refusal(20404, detail=uri)
        return self._messages[sid]

    def _phone_of(self, sid: str) -> str | None:
        return self._messages[sid].phone if sid in self._messages else None

    def _delete(self, sid: str, now: float) -> Answer:
        if self._find(sid).step_at(now).status not in FINAL:
            raise Refusal(20009)
        del self._messages[sid]
        return Answer(204, None)

    def _new_id(self, prefix: str) -> str:
        return f"{prefix}{self._rng.getrandbits(128):032x}"
