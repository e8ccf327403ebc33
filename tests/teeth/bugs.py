"""Deliberate bugs: what somebody might write, or lose in a rewrite, and who must notice.

Each is one or a few exact replacements in one file. Where a text is found no more, the script says
so and fails: then the bug is to be written anew for what stands there now.
"""

from dataclasses import dataclass

CORE = "layers/core/python/statustext/"
FUNCTIONAL, UNIT = "tests/functional/", "tests/unit/"
FAULTS = "tests/faults/test_faults_of_"
PEOPLE, TIME = f"{FAULTS}people.py", f"{FAULTS}time.py"


@dataclass(frozen=True)
class Bug:
    """`name` says what the program does with it. `edits` are (text, replacement); `suites` the
    files of tests that are tried, in this order, until one fails."""

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    suites: tuple[str, ...]


def bug(name: str, file: str, old: str, new: str, *suites: str) -> Bug:
    return Bug(name, CORE + file, ((old, new),), suites)


SENDING = (f"{FUNCTIONAL}test_sending.py", f"{FUNCTIONAL}test_single_faults.py")

PROTOCOL = [
    bug(
        "claim after send",
        "flows/sending.py",
        """    if not holds(tools.table, claim(subscriber, claims, recent)):
        unspend_text(tools.table, page, now)
        return RACED  # changed since it was read: decide anew
    sender = attempt.sender
    text = telling.text(subscriber, attempt.body, attempt.told.attempt, sender.id)
    # From here on to Twilio nothing may be read: a slot is a moment.
    if not tools.bucket_of(sender).wait_for_slot(tools.give_up_at):
        return NO_ROOM if holds(tools.table, attempt.take_back(again=True)) else RACED
    return _send(attempt, text)
""",
        """    sender = attempt.sender
    text = telling.text(subscriber, attempt.body, attempt.told.attempt, sender.id)
    if not tools.bucket_of(sender).wait_for_slot(tools.give_up_at):
        return NO_ROOM
    outcome = _send(attempt, text)
    if not holds(tools.table, claim(subscriber, claims, recent)):
        unspend_text(tools.table, page, now)
    return outcome
""",
        *SENDING,
    ),
    bug(
        "opt-out not in the claim's condition",
        "adapters/claims.py",
        """    names = {"state": "state"}
    values: dict[str, Any] = {"active": State.ACTIVE.value}
    conditions = ["#state = :active", "attribute_not_exists(suppressed)"]
""",
        """    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    conditions = ["attribute_exists(pk)"]
""",
        f"{FUNCTIONAL}test_opting_out.py",
        *SENDING,
    ),
    bug(
        "claim repeated on the same attempt",
        "adapters/claims.py",
        """        values |= {f"seq{number}": before.seq, f"attempt{number}": before.attempt}
        same = f"told.#i{number}.#s = :seq{number} AND told.#i{number}.#n = :attempt{number}"
""",
        """        values |= {f"seq{number}": before.seq}
        same = f"told.#i{number}.#s = :seq{number} AND attribute_exists(told.#i{number}.#n)"
""",
        f"{FUNCTIONAL}test_waiting.py",
        *SENDING,
        TIME,
    ),
    bug(
        "take-back without condition",
        "adapters/claims.py",
        """        values |= {f"seq{number}": told.seq, f"attempt{number}": told.attempt}
        conditions.append(f"told.#i{number}.#s = :seq{number}")
        conditions.append(f"told.#i{number}.#n = :attempt{number}")
        row = told_row(told)
""",
        """        conditions.append(f"attribute_exists(told.#i{number}.#s)")
        conditions.append(f"attribute_exists(told.#i{number}.#n)")
        row = told_row(told)
""",
        *SENDING,
        TIME,
    ),
    bug(
        "a second attempt has the number of the first",
        "flows/sending.py",
        "mark = replace(mark, attempt=told.attempt + 1, doubts=doubts, refusals=told.refusals)",
        "mark = replace(mark, attempt=told.attempt, doubts=doubts, refusals=told.refusals)",
        f"{FUNCTIONAL}test_waiting.py",
    ),
    bug(
        "retry on time-out",
        "adapters/twilio_gateway.py",
        """only the type is told on.
            raise OutcomeUnknownError(0,""",
        """only the type is told on.
            raise SlowDownError(0,""",
        f"{UNIT}test_twilio_gateway.py",
        f"{FUNCTIONAL}test_sending_in_doubt.py",
    ),
    bug(
        "doubt is over at once",
        "flows/settling.py",
        "DOUBT = 900.0\n",
        "DOUBT = 0.0\n",
        f"{FUNCTIONAL}test_sending_in_doubt.py",
    ),
    bug(
        "a third try after two doubts",
        "flows/settling.py",
        "    if told.doubts:\n",
        "    if told.doubts > 1:\n",
        f"{FUNCTIONAL}test_sending_in_doubt.py",
    ),
    bug(
        "recall ignored after room",
        "flows/sending.py",
        "    if overtaken := telling.overtaken(was_held=before is not None and before.held):\n",
        "    if overtaken := None:\n",
        *SENDING,
        f"{FUNCTIONAL}test_stopping.py",
        TIME,
    ),
    bug(
        "pause and recall read once per batch",
        "flows/telling.py",
        "FRESH_FOR = 1.0\n",
        "FRESH_FOR = 3600.0\n",
        f"{FUNCTIONAL}test_stopping.py",
    ),
    bug(
        "the end is told to those who were told nothing",
        "domain/subscriber.py",
        "        return update.event if wanted and (was_told or to_all) else None\n",
        "        return update.event if wanted else None\n",
        f"{UNIT}test_subscriber.py",
    ),
]

TWILIO = [
    bug(
        "rank ignored",
        "adapters/deliveries.py",
        """            "attribute_not_exists(#attempt) OR #attempt < :attempt"
            " OR (#attempt = :attempt AND #rank < :rank)"
""",
        """            "attribute_not_exists(#attempt) OR #attempt <= :attempt"
""",
        f"{FUNCTIONAL}test_twilio_receipts.py",
    ),
    bug(
        "a terminal receipt undone by a late one",
        "domain/delivery.py",
        "    DeliveryStatus.DELIVERED: 50,\n",
        "    DeliveryStatus.DELIVERED: 25,\n",
        f"{UNIT}test_delivery.py",
        f"{FUNCTIONAL}test_twilio_receipts.py",
    ),
    bug(
        "circuits never closed",
        "flows/circuits.py",
        "            close_circuit(self._table, scope)\n            logger.info",
        "            logger.info",
        f"{FUNCTIONAL}test_stopping.py",
    ),
    bug(
        "cap not given back",
        "flows/attempts.py",
        "        unspend_text(telling.tools.table, telling.page, self.told.claimed_at)\n",
        "",
        f"{FUNCTIONAL}test_stopping.py",
        TIME,
    ),
    bug(
        "companions not taken back",
        "flows/attempts.py",
        """        for incident, made in self.claims.items():
            before = self.subscriber.told.get(incident)
""",
        """        for incident, made in [(lead, self.told)]:
            before = self.subscriber.told.get(incident)
""",
        f"{FUNCTIONAL}test_waiting.py",
    ),
    bug(
        "bucket per process",
        "adapters/bucket.py",
        'self._key = (f"SENDER#{sender}", "BUCKET")',
        'self._key = (f"SENDER#{sender}#{id(clock)}", "BUCKET")',
        f"{UNIT}test_throttle.py",
    ),
    bug(
        "a receipt's opt-out recorded apart from the receipt",
        "flows/receipts.py",
        "                table.transact([receipt, *follows])\n",
        """                table.write(receipt)
                for one in follows:
                    table.write(one)
""",
        f"{FUNCTIONAL}test_twilio_receipts.py",
        TIME,
    ),
]

QUEUES = [
    bug(
        "fan-out cursor lost",
        "adapters/subscribers.py",
        """    rows, more = table.query(f"PAGE#{page}#SUBSCRIBERS#{shard:02d}", after=after, limit=limit)
    return _readable(rows, now), rows[-1]["sk"] if more and rows else ""
""",
        """    rows, _ = table.query(f"PAGE#{page}#SUBSCRIBERS#{shard:02d}", after=after, limit=limit)
    return _readable(rows, now), ""
""",
        f"{FUNCTIONAL}test_fanning_out.py",
    ),
    bug(
        "refused messages of a batch forgotten",
        "adapters/queues.py",
        """            refused = {entry["Id"] for entry in answer.get("Failed", [])}
""",
        "            refused: set[str] = set()\n",
        f"{UNIT}test_queues.py",
    ),
    bug(
        "unread keys of a batch forgotten",
        "adapters/dynamodb.py",
        """            wanted = unprocessed.get(self.name, {}).get("Keys", [])
""",
        """            wanted = unprocessed.get(self.name, {}).get("Keys", [])[:0]
""",
        *SENDING,
        f"{FUNCTIONAL}test_fanning_out.py",
        PEOPLE,
    ),
    Bug(
        "a stream record that failed is passed over",
        "functions/relay/app.py",
        (
            (
                '            failures = [{"itemIdentifier": number}]\n            break\n',
                "            continue\n",
            ),
        ),
        (f"{FUNCTIONAL}test_relay.py",),
    ),
    bug(
        "a batch of the stream counted twice",
        "adapters/counts.py",
        '            condition="attribute_not_exists(pk)",\n',
        "",
        f"{FUNCTIONAL}test_stopping.py",
    ),
    bug(
        "holds removed before they are handed on",
        "flows/releasing.py",
        """        people = list(dict.fromkeys(map(held_subscriber, due)))
""",
        """        people = list(dict.fromkeys(map(held_subscriber, due)))
        remove_holds(table, task.page, task.shard, due)
""",
        f"{FUNCTIONAL}test_waiting.py",
        TIME,
    ),
    bug(
        "missing consistent read",
        "adapters/dynamodb.py",
        "    def get(self, pk: str, sk: str, *, consistent: bool = True)",
        "    def get(self, pk: str, sk: str, *, consistent: bool = False)",
        *SENDING,
        PEOPLE,
        TIME,
    ),
]

TIMES = [
    bug(
        "TTL trusted",
        "adapters/subscribers.py",
        "    if expires_at is not None and now >= expires_at:\n        return None\n",
        "",
        f"{FUNCTIONAL}test_clock.py",
        f"{FUNCTIONAL}test_subscribe.py",
        f"{FUNCTIONAL}test_operator.py",
    ),
    bug(
        "coalescing window begins anew with every update",
        "flows/revising.py",
        "    return before.tell_at if before.tell_at > now else now + window\n",
        "    return now + window\n",
        f"{FUNCTIONAL}test_waiting.py",
    ),
    bug(
        "quiet hours in UTC",
        "flows/holding.py",
        "zones = (preferences.timezone,) if preferences.timezone else zones_of(subscriber.phone)",
        'zones = ("UTC",)',
        f"{FUNCTIONAL}test_waiting.py",
    ),
    bug(
        "marked as held before the hold is put",
        "flows/holding.py",
        """    if not wait:
        tools.table.write(put_hold(subscriber.page, subscriber.id, until))
    supersede_held(subscriber, {update.incident: mark}, telling.board)
    if not holds(tools.table, claim(subscriber, {update.incident: mark})):
        return Held(is_noted=False, wait=0.0)
""",
        """    supersede_held(subscriber, {update.incident: mark}, telling.board)
    if not holds(tools.table, claim(subscriber, {update.incident: mark})):
        return Held(is_noted=False, wait=0.0)
    if not wait:
        tools.table.write(put_hold(subscriber.page, subscriber.id, until))
""",
        f"{FUNCTIONAL}test_waiting.py",
        TIME,
    ),
    bug(
        "ended in the claim before the ledger says so",
        "flows/holding.py",
        """    if status:
        telling.note(subscriber.id, mark.attempt, status, reason)
    return holds(telling.tools.table, claim(subscriber, claims))
""",
        """    ended = holds(telling.tools.table, claim(subscriber, claims))
    if status and ended:
        telling.note(subscriber.id, mark.attempt, status, reason)
    return ended
""",
        f"{FUNCTIONAL}test_waiting.py",
        PEOPLE,
        TIME,
    ),
]

PEOPLE_S = [
    bug(
        "START of an unverified number is taken for a return",
        "flows/receiving.py",
        "    if known.verified_at is not None:\n",
        "    if known:\n",
        f"{FUNCTIONAL}test_opting_out.py",
        f"{FUNCTIONAL}test_twilio_replies.py",
    ),
    Bug(
        "a code can be used twice",
        f"{CORE}adapters/direct_texts.py",
        (
            ('        and "used_at" not in row\n', ""),
            (
                '"code_expires_at > :now AND tries < :limit AND attribute_not_exists(used_at)"',
                '"code_expires_at > :now AND tries < :limit"',
            ),
            (
                'condition="code_expires_at > :now AND attribute_not_exists(used_at)"',
                'condition="code_expires_at > :now"',
            ),
        ),
        (f"{FUNCTIONAL}test_verify.py",),
    ),
    bug(
        "a code is used up in a write of its own",
        "adapters/direct_texts.py",
        'condition="code_expires_at > :now AND attribute_not_exists(used_at)"',
        'condition="code_expires_at > :now"',
        f"{FUNCTIONAL}test_verify.py",
        PEOPLE,
    ),
    bug(
        "a code sent again on doubt",
        "flows/sending_direct.py",
        """    if "claimed_at" in row or row.get("status") not in (None, DeliveryStatus.RELEASED):
        return""",
        """    if row.get("status") not in (None, DeliveryStatus.RELEASED, DeliveryStatus.UNKNOWN):
        return""",
        f"{FUNCTIONAL}test_sending_direct.py",
    ),
    bug(
        "a repeated reply is taken again",
        "flows/receiving.py",
        'once = audit(page.id, f"INBOUND#{sid}", found.event',
        'once = audit(page.id, f"INBOUND#{sid}#{now}", found.event',
        f"{FUNCTIONAL}test_opting_out.py",
        f"{FUNCTIONAL}test_twilio_replies.py",
    ),
    bug(
        "AWS down is answered as done",
        "web.py",
        "                503,\n",
        "                200,\n",
        f"{FUNCTIONAL}test_twilio_webhook.py",
        PEOPLE,
    ),
    bug(
        "a row that was busy is taken for one that changed",
        "adapters/dynamodb.py",
        '        raise RacedError("transaction")\n',
        '        raise ConditionFailedError("transaction")\n',
        f"{FUNCTIONAL}test_manage.py",
        PEOPLE,
    ),
    bug(
        "numbers in the log",
        "observability.py",
        "detail=mask_all(str(error))[:300]",
        "detail=str(error)[:300]",
        f"{FUNCTIONAL}test_privacy.py",
        f"{UNIT}test_local_settings_and_logs.py",
    ),
]

BUGS: list[Bug] = [*PROTOCOL, *TWILIO, *QUEUES, *TIMES, *PEOPLE_S]
