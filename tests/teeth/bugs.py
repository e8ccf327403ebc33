"""Deliberate bugs: what somebody might write, or lose in a rewrite, and who must notice.

Each is one or a few exact replacements in one file. Where a text is found no more, the script says
so and fails: then the bug is to be written anew for what stands there now.
"""

from dataclasses import dataclass

CORE = "layers/core/python/statustext/"
FUNCTIONAL, UNIT = "tests/functional/test_", "tests/unit/test_"


@dataclass(frozen=True)
class Bug:
    """`name` says what the program does with it. `edits` are (text, replacement); `suites` the
    tests, or files of them, that are tried in this order until one fails."""

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    suites: tuple[str, ...]


def bug(name: str, file: str, old: str, new: str, *suites: str) -> Bug:
    return Bug(name, CORE + file, ((old, new),), suites)


PROTOCOL = [
    bug(
        "claim after send",
        "flows/delivering/protocol.py",
        """        if not await away(partial(self._record.claim, draft, step.notes, person)):
            place.leave()
            self._room.give_back(draft, person, page, facts.now)
            return RACED
        place.claimed(self._deps.clock.now())
        attempt = self._attempt(draft, person, facts, place, post)
        match await hand_over(attempt, place, self._deps):
            case Accepted() as answer:
""",
        """        attempt = self._attempt(draft, person, facts, place, post)
        match await hand_over(attempt, place, self._deps):
            case Accepted() as answer:
                await away(partial(self._record.claim, draft, step.notes, person))
""",
        f"{FUNCTIONAL}sending.py::test_a_message_delivered_twice_at_the_same_time_is_one_text",
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
        f"{FUNCTIONAL}sending.py::test_stop_between_the_read_and_the_claim",
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
        f"{FUNCTIONAL}sending.py::test_a_second_try_delivered_twice_at_the_same_time_is_one_text",
    ),
    bug(
        "take-back without condition",
        "adapters/claims.py",
        """        values |= {f"seq{number}": thread.seq, f"attempt{number}": thread.attempt}
        conditions.append(f"told.#i{number}.#s = :seq{number}")
        conditions.append(f"told.#i{number}.#n = :attempt{number}")
        row = thread_row(thread)
""",
        """        conditions.append(f"attribute_exists(told.#i{number}.#s)")
        conditions.append(f"attribute_exists(told.#i{number}.#n)")
        row = thread_row(thread)
""",
        f"{FUNCTIONAL}sending_newest.py::test_a_refusal_after_newer_news_takes_nothing_back",
    ),
    bug(
        "a MUTE undone by take-back",
        "adapters/claims.py",
        """        for short in TAKEN_BACK:
            if short in row:
                values[f"{short}{number}"] = row[short]
                changes.append(f"told.#i{number}.#{short} = :{short}{number}")
            else:
                removals.append(f"told.#i{number}.#{short}")
    return Write(
        pk,
        sk,
        update=f"SET {', '.join(changes)} REMOVE {', '.join(removals)}",
""",
        """        values[f"told{number}"] = row
        changes.append(f"told.#i{number} = :told{number}")
    names = {name: of for name, of in names.items() if name in ("s", "n") or name[0] == "i"}
    return Write(
        pk,
        sk,
        update=f"SET {', '.join(changes)}",
""",
        f"{FUNCTIONAL}keywords.py::test_mute_while_a_text_is_at_twilio_outlives_its_refusal",
    ),
    bug(
        "a second attempt has the number of the first",
        "domain/thread.py",
        "            self, attempt=self.attempt + 1, at=now, state=Closed(), doubts=self.doubts + in_doubt\n",
        "            self, attempt=self.attempt, at=now, state=Closed(), doubts=self.doubts + in_doubt\n",
        f"{FUNCTIONAL}sending_in_doubt.py::test_a_death_behind_the_second_try_of_what_was_refused",
    ),
    bug(
        "retry on time-out",
        "adapters/twilio_gateway.py",
        """only the type is told on.
            raise OutcomeUnknownError(0,""",
        """only the type is told on.
            raise SlowDownError(0,""",
        f"{FUNCTIONAL}sending_in_doubt.py::test_an_unknown_outcome_is_one_text",
    ),
    bug(
        "doubt is over at once",
        "domain/evidence.py",
        """DOUBT_FOR = 900.0
""",
        """DOUBT_FOR = 0.0
""",
        f"{FUNCTIONAL}sending_in_doubt.py::test_an_unknown_outcome_is_one_text",
    ),
    bug(
        "a third try after two doubts",
        "domain/evidence.py",
        """        if self.thread.doubts:
""",
        """        if self.thread.doubts > 1:
""",
        f"{FUNCTIONAL}sending_in_doubt.py::test_twice_unknown_is_never_tried_a_third_time",
    ),
    bug(
        "a text in doubt counts as told",
        "domain/situation.py",
        """        known = thread.give_up() if is_untold else thread.arrive()
""",
        """        known = thread.arrive()
""",
        f"{FUNCTIONAL}what_was_told.py",
    ),
    bug(
        "what went along is taken for told before it went",
        "domain/evidence.py",
        """    if thread is None or thread.claimed is None or thread.seq > seq:
""",
        """    if thread is None or not (text := thread.claimed) or text.carried_by or thread.seq > seq:
""",
        f"{FUNCTIONAL}what_was_told.py",
    ),
    bug(
        "an end is told while the incident goes on",
        "domain/announcement.py",
        """        if self.is_end and not incident.is_over:
""",
        """        if self.is_end and incident.is_over and not self.is_end:
""",
        f"{FUNCTIONAL}what_was_told.py",
    ),
    bug(
        "a recalled update keeps its place",
        "flows/publishing/recalling.py",
        "        if is_told_now and (due := _due_again(before, act.table)):\n",
        "        if is_told_now and not before and (due := _due_again(before, act.table)):\n",
        f"{FUNCTIONAL}what_was_told.py",
    ),
    Bug(
        "an outage spends receives",
        "layers/core/python/statustext/queue_edge.py",
        (("OFTEN = 3\n", "OFTEN = 9\n"),),
        (f"{FUNCTIONAL}what_was_told.py",),
    ),
    bug(
        "recall ignored after room",
        "flows/delivering/protocol.py",
        """        facts = look_again(facts, self.view, self._deps)
        again = decide(facts)
""",
        """        again: Step = step
""",
        f"{FUNCTIONAL}stopping.py::test_a_recall_while_room_is_found_is_in_time",
    ),
    bug(
        "pause and recall read once per batch",
        "flows/delivering/context.py",
        """READ_AGAIN_AFTER = 1.0
""",
        """READ_AGAIN_AFTER = 3600.0
""",
        f"{FUNCTIONAL}stopping.py::test_the_kill_switch_stops_a_batch_at_work",
    ),
    bug(
        "the end is told to those who were told nothing",
        "domain/subscriber.py",
        "        return update.event if wanted and (was_told or to_all) else None\n",
        "        return update.event if wanted else None\n",
        f"{FUNCTIONAL}sending_newest.py::test_resolved_is_for_those_who_were_told",
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
        f"{FUNCTIONAL}twilio_receipts.py::test_receipts_in_any_order_end_the_same",
    ),
    bug(
        "a terminal receipt undone by a late one",
        "domain/delivery.py",
        "    DeliveryStatus.DELIVERED: 50,\n",
        "    DeliveryStatus.DELIVERED: 25,\n",
        f"{UNIT}delivery.py::test_the_way_of_a_text_only_goes_up",
    ),
    bug(
        "an unknown code of Twilio's taken for a number that is no phone",
        "adapters/twilio_errors.py",
        "    return CODES.get(code, ErrorClass.TEMPORARY)\n",
        "    return CODES.get(code, ErrorClass.BAD_NUMBER)\n",
        f"{FUNCTIONAL}sending.py::test_an_unknown_code_is_tried_three_times_and_harms_nobody",
    ),
    bug(
        "an unknown code of Twilio's taken for permanent",
        "flows/delivering/refusals.py",
        "    if refusals + 1 < TRIES:\n",
        "    if refusals + 1 < 1:\n",
        f"{FUNCTIONAL}sending.py::test_an_unknown_code_is_tried_three_times_and_harms_nobody",
    ),
    bug(
        "every text is a circuit's probe",
        "flows/delivering/circuits.py",
        "        if probe_at <= now and all("
        "take_probe(self._table, one, now) for one in stopping):\n",
        "        if probe_at <= now:\n",
        f"{FUNCTIONAL}stopping.py::test_one_text_alone_finds_out_whether_it_goes_on",
    ),
    bug(
        "circuits never closed",
        "flows/delivering/circuits.py",
        "        note_passed(self._table, circuit.scope, State.OPEN, self._clock.now())\n"
        "        logger.info",
        "        logger.info",
        f"{FUNCTIONAL}stopping.py::test_refusals_of_several_numbers_stop_what_they_are_about",
    ),
    bug(
        "cap not given back",
        "flows/delivering/protocol.py",
        """                self._room.give_back(draft, person, page, facts.now)
                after = take_refusal(
""",
        """                after = take_refusal(
""",
        f"{FUNCTIONAL}stopping.py::test_what_twilio_refuses_is_not_counted_in_the_hour",
    ),
    bug(
        "a quota without its condition",
        "adapters/meter.py",
        """    conditions += [f"{counter} <= :most_{counter}" for counter in ceilings]
""",
        """    conditions += [f"{counter} >= :most_{counter}" for counter in ceilings if not counter]
""",
        f"{FUNCTIONAL}quotas.py::test_what_a_months_quota_has_no_room_for_is_refused_and_says_so",
    ),
    bug(
        "what is left of a quota is not given back",
        "flows/delivering/quotas.py",
        """        if (left := self._take_out()) != NOTHING:
            give_back(self._table, self.page_id, left, self._windows)
""",
        """        self._take_out()
""",
        f"{FUNCTIONAL}quotas.py::test_what_twilio_refuses_is_not_counted",
    ),
    bug(
        "companions not taken back",
        "flows/delivering/record.py",
        """        for incident, made in draft.claims.items()
    }
""",
        """        for incident, made in [next(iter(draft.claims.items()))]
    }
""",
        f"{FUNCTIONAL}waiting.py::test_a_morning_s_text_that_twilio_does_not_take_comes_whole",
    ),
    bug(
        "bucket per process",
        "adapters/sender_slots.py",
        'self._key = (f"SENDER#{sender}", "BUCKET")',
        'self._key = (f"SENDER#{sender}#{id(clock)}", "BUCKET")',
        f"{UNIT}sender_slots.py::test_slots_leave_all_of_the_margin",
    ),
    Bug(
        "codes wait for room as announcements do",
        "functions/sender/app.py",
        (("horizon = CODE_HORIZON if", "horizon = ANNOUNCEMENT_HORIZON if"),),
        (
            f"{FUNCTIONAL}sending_direct.py"
            "::test_a_code_takes_its_place_before_announcements_that_wait_for_room",
        ),
    ),
    bug(
        "announcements may reserve as far ahead as codes",
        "adapters/sender_slots.py",
        "ANNOUNCEMENT_HORIZON = 1.0\n",
        "ANNOUNCEMENT_HORIZON = 20.0\n",
        f"{UNIT}sender_slots_share.py::test_a_code_passes_a_backlog_of_announcements",
    ),
    bug(
        "a receipt's opt-out recorded apart from the receipt",
        "flows/hearing/receipts.py",
        "                table.transact([receipt, *follows])\n",
        """                table.write(receipt)
                for one in follows:
                    table.write(one)
""",
        f"{FUNCTIONAL}twilio_receipts.py::test_opt_out_and_receipt_are_written_together",
    ),
]

QUEUES = [
    bug(
        "fan-out cursor lost",
        "adapters/dynamodb.py",
        """        return Found(keys, answer["ScannedCount"], last)
""",
        """        return Found(keys, answer["ScannedCount"], "")
""",
        f"{FUNCTIONAL}fanning_out.py::test_a_task_goes_on_where_another_left_off",
    ),
    bug(
        "an end passes over whom its opening may be on the way to",
        "adapters/audience.py",
        """        " AND ".join([opened, *concerned]),
""",
        "",
        f"{FUNCTIONAL}rare_incident.py"
        "::test_an_opening_claimed_while_the_end_looks_for_whom_to_tell_has_its_end",
    ),
    bug(
        "an incident's reach is what it is at its end",
        "adapters/incidents.py",
        "    reach = incident.reach.widened(incident)\n",
        "    reach = Reach().widened(incident)\n",
        f"{FUNCTIONAL}rare_incident.py"
        "::test_so_has_one_whose_component_is_not_in_the_incident_any_more",
    ),
    bug(
        "a choice without its moment",
        "adapters/subscribers.py",
        """        update="SET preferences = :preferences, chose_at = :now ADD wishes :one",
""",
        """        update="SET preferences = :preferences, chose_before = :now ADD wishes :one",
""",
        f"{FUNCTIONAL}rare_incident.py"
        "::test_who_chose_otherwise_for_a_moment_while_it_was_open_is_kept_from_a_late_opening",
    ),
    bug(
        "refused messages of a batch forgotten",
        "adapters/queues.py",
        """            refused = {entry["Id"] for entry in answer.get("Failed", [])}
""",
        "            refused: set[str] = set()\n",
        f"{UNIT}queues.py::test_what_is_refused_in_part_is_sent_again_and_nothing_twice",
    ),
    bug(
        "unread keys of a batch forgotten",
        "adapters/dynamodb.py",
        """            wanted = unprocessed.get(self.name, {}).get("Keys", [])
""",
        """            wanted = unprocessed.get(self.name, {}).get("Keys", [])[:0]
""",
        f"{FUNCTIONAL}single_faults.py::test_who_dynamodb_leaves_unread_is_asked_for_again",
    ),
    bug(
        "a message that failed is taken off the queue with its batch",
        "queue_edge.py",
        """    lanes.run(work_on_all())
    return {"batchItemFailures": failed}
""",
        """    lanes.run(work_on_all())
    return {"batchItemFailures": []}
""",
        f"{FUNCTIONAL}sending.py::test_poison_ends_in_the_dead_letter_queue",
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
        (f"{FUNCTIONAL}relay.py::test_a_row_that_makes_no_sense_is_named_and_not_passed_over",),
    ),
    bug(
        "a batch of the stream counted twice",
        "adapters/delivery_counts.py",
        '            condition="attribute_not_exists(pk)",\n',
        "",
        f"{FUNCTIONAL}stopping.py::test_a_batch_of_the_stream_that_comes_again_counts_nothing",
    ),
    bug(
        "holds removed before they are handed on",
        "flows/delivering/due_holds.py",
        """        _send(task.page, due, held_until(due[0]) if due else now, announcements, now)
""",
        """        remove_holds(table, task.page, task.shard, due)
        _send(task.page, due, held_until(due[0]) if due else now, announcements, now)
""",
        f"{FUNCTIONAL}waiting.py::test_a_death_while_what_was_held_is_handed_on",
    ),
    bug(
        "missing consistent read",
        "adapters/dynamodb.py",
        "    def get(self, pk: str, sk: str, *, consistent: bool = True)",
        "    def get(self, pk: str, sk: str, *, consistent: bool = False)",
        f"{FUNCTIONAL}single_faults.py::test_what_is_decided_from_is_read_as_it_is",
    ),
]

TIMES = [
    bug(
        "TTL trusted",
        "adapters/subscribers.py",
        "    if expires_at is not None and now >= expires_at:\n        return None\n",
        "",
        f"{FUNCTIONAL}clock.py::test_an_expired_sign_up_is_gone_before_it_is_swept",
    ),
    bug(
        "coalescing window begins anew with every update",
        "flows/publishing/revising.py",
        "    return before.tell_at if before.tell_at > now else now + window\n",
        "    return now + window\n",
        f"{FUNCTIONAL}waiting.py::test_updates_wait_for_each_other",
    ),
    bug(
        "quiet hours in UTC",
        "domain/resting.py",
        """zones = (preferences.timezone,) if preferences.timezone else zones_of(subscriber.phone)""",
        """zones = ("UTC",)""",
        f"{FUNCTIONAL}waiting.py::test_what_is_not_critical_waits_for_the_morning",
    ),
    bug(
        "older news held superseded only behind the claim of newer",
        "flows/delivering/record.py",
        """        self._write(person.id, step.notes)
        holding = claim(person, {facts.announcement.incident.id: step.thread})
        if not self._deps.table.write_if(holding):
            return RACED
""",
        """        holding = claim(person, {facts.announcement.incident.id: step.thread})
        if not self._deps.table.write_if(holding):
            return RACED
        self._write(person.id, step.notes)
""",
        f"{FUNCTIONAL}waiting.py::test_a_death_while_news_takes_the_place_of_what_was_held",
    ),
    bug(
        "what waits for the morning is not put where the morning finds it",
        "flows/delivering/record.py",
        """        if wait > SHORT:
            self._deps.table.write(put_hold(self._page_id, person.id, step.until))
""",
        """""",
        f"{FUNCTIONAL}waiting.py::test_what_is_not_critical_waits_for_the_morning",
    ),
    bug(
        "what was held told to somebody who said STOP",
        "domain/decision.py",
        """    if not person.is_textable or person.mode not in facts.page.modes:
""",
        """    if not person.id:
""",
        f"{FUNCTIONAL}waiting.py::test_stop_ends_what_is_held",
    ),
    bug(
        "companions without limit",
        "domain/going_along.py",
        """MOST_COMPANIONS = 20
""",
        """MOST_COMPANIONS = 2000
""",
        f"{FUNCTIONAL}waiting.py::test_a_night_of_many_incidents_is_a_few_texts",
    ),
    bug(
        "ended in the claim before the ledger says so",
        "flows/delivering/record.py",
        """        else:
            self._write(one, step.notes)
        if person and step.closes:
            closing = claim(person, {incident_id: step.closes})
            if not self._deps.table.write_if(closing):
                return RACED
""",
        """        if person and step.closes:
            closing = claim(person, {incident_id: step.closes})
            if not self._deps.table.write_if(closing):
                return RACED
        if not step.takes_back:
            self._write(one, step.notes)
""",
        f"{FUNCTIONAL}waiting.py::test_a_death_while_what_was_held_comes_to_nothing",
    ),
]

PEOPLE_S = [
    bug(
        "START of an unverified number is taken for a return",
        "flows/hearing/replies.py",
        "    if known.verified_at is not None:\n",
        "    if known:\n",
        f"{FUNCTIONAL}opting_out.py::test_until_the_phone_itself_says_start",
    ),
    Bug(
        "a code can be used twice",
        f"{CORE}adapters/direct_texts.py",
        (
            ('        and "used_at" not in row\n', ""),
            (
                '["code_expires_at > :now", "attribute_not_exists(used_at)", *room]',
                '["code_expires_at > :now", *room]',
            ),
            (
                'condition="code_expires_at > :now AND attribute_not_exists(used_at)"',
                'condition="code_expires_at > :now"',
            ),
        ),
        (f"{FUNCTIONAL}verify.py",),
    ),
    bug(
        "a code is used up in a write of its own",
        "adapters/direct_texts.py",
        'condition="code_expires_at > :now AND attribute_not_exists(used_at)"',
        'condition="code_expires_at > :now"',
        f"{FUNCTIONAL}verify.py::test_of_two_at_the_same_moment_one_wins",
    ),
    Bug(
        "a code sent again on doubt",
        f"{CORE}flows/delivering/sending_direct.py",
        (
            (
                'row.get("status") not in (None, DeliveryStatus.NOT_ACCEPTED):',
                'row.get("status") not in (None, "not_accepted", "unknown"):',
            ),
            (
                """            direct.note(DeliveryStatus.UNKNOWN, reason=reason)
""",
                """            direct.note(DeliveryStatus.UNKNOWN, reason=reason)
            direct.unclaim()
            direct.put_back(30)
""",
            ),
        ),
        (f"{FUNCTIONAL}sending_direct.py::test_a_code_is_never_sent_again_on_doubt",),
    ),
    bug(
        "two may claim a welcome",
        "adapters/direct_texts.py",
        """        condition=(
            "attribute_exists(pk) AND attribute_not_exists(claimed_at)"
            " AND attribute_not_exists(used_at)"
        ),
""",
        """        condition="attribute_exists(pk)",
""",
        f"{FUNCTIONAL}sending_direct.py::test_a_welcome_delivered_twice_at_the_same_time_is_one_text",
    ),
    bug(
        "a repeated reply is taken again",
        "flows/hearing/replies.py",
        "writes = [once(page, sid, now), audit",
        'writes = [once(page, f"{sid}#{now}", now), audit',
        f"{FUNCTIONAL}twilio_replies.py::test_a_reply_is_taken_once",
    ),
    bug(
        "any signature will do",
        "adapters/twilio_signature.py",
        "    return any(RequestValidator(token).validate(url, signed, signature) for token in tokens)\n",
        "    return bool(tokens)\n",
        f"{FUNCTIONAL}twilio_webhook.py::test_a_wrong_signature_is_refused",
    ),
    bug(
        "AWS down is answered as done",
        "web.py",
        "        503,\n",
        "        200,\n",
        f"{FUNCTIONAL}opting_out.py::test_a_stop_in_words_between_reading_and_writing_holds_the_start",
    ),
    bug(
        "a row that was busy is taken for one that changed",
        "adapters/dynamodb.py",
        '        raise RacedError("transaction")\n',
        '        raise ConditionFailedError("transaction")\n',
        f"{FUNCTIONAL}verify.py::test_a_right_code_is_not_wrong_because_a_row_is_busy",
    ),
    bug(
        "numbers in the log",
        "observability.py",
        "detail=mask_all(str(error))[:300]",
        "detail=str(error)[:300]",
        f"{FUNCTIONAL}privacy.py::test_nothing_personal_leaves_but_to_whom_it_is_meant_for",
    ),
]

HOURS = [
    bug(
        "what was said while a batch is at work passed over",
        "adapters/claims.py",
        '    conditions.append("wishes = :wishes")\n    values["wishes"] = subscriber.wishes\n',
        "",
        f"{FUNCTIONAL}said_meanwhile.py::test_a_pause",
    ),
    bug(
        "a doubt looked up for an hour only",
        "domain/evidence.py",
        """now <= thread.at + TOLD_FOR""",
        """now <= thread.at + 3600.0""",
        f"{FUNCTIONAL}hours_of_trouble.py::test_a_doubt_outlasts_a_long_pause",
    ),
    bug(
        "one bad row fails its batch",
        "flows/delivering/batches.py",
        "        if outages or len(self._errors) == sum(len(updates) for *_, updates in todo) > 0:\n",
        "        if self._errors:\n",
        f"{FUNCTIONAL}unreadable_rows.py::test_one_bad_row_of_a_batch",
    ),
    bug(
        "receipts of what went late never asked for",
        "flows/delivering/protocol.py",
        """            self._record.watch(update)
""",
        """""",
        f"{FUNCTIONAL}missing_receipts.py::test_what_went_late_is_asked_for_as_well",
    ),
    bug(
        "YES brings everybody back",
        "flows/hearing/replies.py",
        "    if is_yes and not is_asked and not has_code(table, reply.row, now):\n"
        "        return NOTHING  # who left in another way did not mean our texts\n",
        "",
        f"{FUNCTIONAL}opting_out.py::test_yes_does_not_bring_back_who_left_in_another_way",
    ),
    bug(
        "a batch of the stream counted in part taken for counted",
        "adapters/delivery_counts.py",
        'return str(row.get("upto", last))',
        "return last",
        f"{FUNCTIONAL}relay.py::test_a_batch_that_was_counted_in_part_is_counted_to_its_end",
    ),
]

UNNOTICED = [
    bug(
        "limits per person read before the claim only",
        "adapters/claims.py",
        """            conditions.append("recent = :before")
            values["before"] = list(subscriber.recent)
        else:
            conditions.append("attribute_not_exists(recent)")
""",
        """            pass
""",
        f"{FUNCTIONAL}claim_conditions.py"
        "::test_two_incidents_at_once_keep_to_the_limits_per_person",
    ),
    bug(
        "a MUTE is no wish that a claim holds to",
        "adapters/wishes.py",
        """        update=f"{update} ADD wishes :one",
        condition="#state = :active",
        names=names,
        values={"active": State.ACTIVE.value, "one": 1, **(values or {})},
""",
        """        update=update if "#m" in update else f"{update} ADD wishes :one",
        condition="#state = :active",
        names=names,
        values={
            "active": State.ACTIVE.value,
            **({} if "#m" in update else {"one": 1}),
            **(values or {}),
        },
""",
        f"{FUNCTIONAL}claim_conditions.py::test_a_mute_between_the_look_and_the_claim",
    ),
    bug(
        "STOP passed over for who was told before",
        "adapters/claims.py",
        """        condition=" AND ".join(conditions),
        names=names,
        values=values,
    )


def take_back(""",
        """        condition="(" + " AND ".join(conditions[:3]) + ") OR " + " AND ".join(conditions[3:]),
        names=names,
        values=values,
    )


def take_back(""",
        f"{FUNCTIONAL}claim_conditions.py"
        "::test_a_stop_between_the_look_and_the_claim_of_who_was_told_before",
    ),
    bug(
        "every shard goes on from the first's place",
        "flows/keeping_time/finishing.py",
        "        for shard, after in left.items()\n",
        "        for shard, after in zip(left, [next(iter(left.values()))] * len(left))\n",
        f"{FUNCTIONAL}fanning_out.py::test_each_shard_goes_on_from_its_own_place",
    ),
    bug(
        "progress noted before the last batch is queued",
        "flows/delivering/fanning_out.py",
        """    _enqueue(task, found, announcements, now)
    queued += len(found)
    left = pages.left()
    tasks.send(split(left))
    table.write(
        add_progress(
            task.page,
            task.incident,
            task.seq,
            pages.done,
            pages.looked_at,
            queued,
            cursors_of(left),
            now,
        )
    )
""",
        """    queued += len(found)
    left = pages.left()
    table.write(
        add_progress(
            task.page,
            task.incident,
            task.seq,
            pages.done,
            pages.looked_at,
            queued,
            cursors_of(left),
            now,
        )
    )
    _enqueue(task, found, announcements, now)
    tasks.send(split(left))
""",
        f"{FUNCTIONAL}fanning_out.py::test_progress_is_noted_after_the_last_batch_was_queued",
    ),
    bug(
        "a second update ends the wait of the first",
        "flows/publishing/drafting.py",
        "due_before=before.due_seq(now))\n",
        "due_before=before.announced_seq)\n",
        f"{FUNCTIONAL}waiting.py::test_updates_that_wait_do_not_hold_up_the_opening",
    ),
    bug(
        "only the first page of a ledger looked at for receipts",
        "flows/keeping_time/missing_receipts.py",
        "    if after:\n        return task",
        "    if after and not task.page:\n        return task",
        f"{FUNCTIONAL}missing_receipts.py::test_every_page_of_a_ledger_is_looked_at",
    ),
    bug(
        "a code's slot not looked at after a slow claim",
        "flows/delivering/handing_over.py",
        "    if clock.now() > slot.is_missed_after:\n",
        "    if slot.at < 0:\n",
        f"{FUNCTIONAL}slow_claims.py::test_nor_does_a_slow_claim_of_a_code",
    ),
    bug(
        "an Idempotency-Key is good for any incident",
        "flows/publishing/idempotency.py",
        """    asked = f"{incident or 'new'} {words}"
""",
        """    asked = f"{words}"
""",
        f"{FUNCTIONAL}incidents.py::test_a_key_is_for_one_incident",
    ),
    bug(
        "a companion told in its own quiet hours",
        "domain/going_along.py",
        "        if says is None or rests_until(person, announcement.incident, page, now):\n",
        "        if says is None:\n",
        f"{FUNCTIONAL}waiting.py::test_what_rests_does_not_go_along_with_what_does_not",
    ),
    bug(
        "a code asked for again confirms no consent",
        "flows/signing_up/verifying.py",
        """str(sign_up.get("consent", sign_up["direct"]))""",
        """str(sign_up["direct"])""",
        f"{FUNCTIONAL}subscribe.py::test_a_resend_is_for_the_same_subscription",
    ),
]

CARRIERS = [
    bug(
        "a text in doubt is made again by another carrier",
        "domain/decision.py",
        "        only_by=case.again_by,\n",
        "",
        f"{FUNCTIONAL}second_carrier.py::test_a_claimed_text_never_changes_its_carrier",
    ),
    bug(
        "an opt-out at the second carrier is temporary",
        "adapters/aws_sms_errors.py",
        """    "DESTINATION_PHONE_NUMBER_OPTED_OUT": ErrorClass.OPTED_OUT,
""",
        "",
        f"{FUNCTIONAL}second_carrier.py::test_an_opt_out_at_the_carrier_is_one_here",
    ),
]

WAITING = [
    bug(
        "copies that left different people over never meet again",
        "adapters/passed_on.py",
        'OF_EACH_COPY = {"turn", "subscribers", ',
        'OF_EACH_COPY = {"turn", ',
        f"{FUNCTIONAL}functions_that_die.py"
        "::test_copies_that_left_different_people_are_one_message_for_each_again",
    ),
    bug(
        "the clock queues again who waits for another try",
        "flows/keeping_time/missing_receipts.py",
        "max(one.at, one.waits_at, one.until) < now",
        "one.at < now",
        f"{FUNCTIONAL}functions_that_die.py::test_who_waits_is_not_queued_again_by_the_clock",
    ),
    bug(
        "the clock queues again whose country is stopped",
        "flows/keeping_time/missing_receipts.py",
        "            if was_there and not waits and (",
        "            if was_there and (",
        f"{FUNCTIONAL}functions_that_die.py::test_who_waits_for_their_country_is_not_missing",
    ),
    bug(
        "tasks of a fan-out pile up where nobody works on them",
        "flows/keeping_time/finishing.py",
        "        > SILENT_FOR * 2 ** progress.resumed.get(shard, 0)\n",
        "        > SILENT_FOR\n",
        f"{FUNCTIONAL}functions_that_die.py::test_tasks_do_not_pile_up_where_nobody_works_on_them",
    ),
    bug(
        "two clocks take up the same shards",
        "adapters/update_progress.py",
        '            conditions.append(f"#beat_{shard} = :was_{shard}")\n',
        '            conditions.append(f":was_{shard} = :was_{shard}")\n',
        f"{FUNCTIONAL}functions_that_die.py::test_two_clocks_at_once_take_up_a_fan_out_once",
    ),
]

ATTACKED = [
    bug(
        "an answer that trickles holds the sender for as long as it lasts",
        "adapters/twilio_http.py",
        "        with within(WHOLE_CALL, self._clock):\n",
        "        with within(1e9, self._clock):\n",
        f"{UNIT}deadlines.py::test_a_text_of_which_the_answer_trickles_in_is_unknown_at_the_deadline",
    ),
    bug(
        "a call to AWS has no deadline",
        "adapters/aws.py",
        "begin(WHOLE_CALL)",
        "begin(1e9)",
        f"{UNIT}deadlines.py::test_a_call_to_aws_ends_at_its_deadline_and_is_not_tried_again",
    ),
    bug(
        "a batch dies with its worst recipient",
        "flows/delivering/after_a_death.py",
        "        for some in (begun, first, left[len(first) :])\n",
        "        for some in (batch.subscribers,)\n",
        f"{FUNCTIONAL}functions_that_die.py"
        "::test_one_before_whose_claim_functions_die_keeps_no_other_from_being_told",
    ),
    bug(
        "the same words looked for before the claim only",
        "adapters/claims.py",
        """            conditions.append("said.#words = :said_before")
            values["said_before"] = subscriber.said[words]
        else:
            conditions.append("attribute_not_exists(said.#words)")
""",
        """            pass
""",
        f"{FUNCTIONAL}waiting.py::test_the_same_words_of_two_incidents_opened_at_once_are_one_text",
    ),
    bug(
        "an opening is starved by its updates",
        "flows/delivering/batches.py",
        "    return thread is None or (thread.seq < seq and not thread.waits)\n",
        "    return False\n",
        f"{FUNCTIONAL}sending_newest.py::test_an_opening_is_not_starved_by_its_updates",
    ),
    bug(
        "after a death all others of the batch are claimed at once again",
        "flows/delivering/after_a_death.py",
        '"one_by_one": True',
        '"one_by_one": batch.one_by_one',
        f"{FUNCTIONAL}functions_that_die.py::test_after_a_death_they_are_worked_on_one_by_one",
    ),
]

IN_HISTORIES = "tests/simulation/test_channels.py::test_a_history_of_all_channels"

CHANNELS = [
    bug(
        "a webhook's repeat has another id",
        "flows/delivering/posts.py",
        """f"msg_{statuspage_id(page.id, update.incident, str(update.seq), person.id)}\"""",
        """f"msg_{statuspage_id(page.id, update.incident, str(deps.clock.now()), person.id)}\"""",
        IN_HISTORIES,
    ),
    bug(
        "a mail has no id by which a repeat is known",
        "flows/delivering/mails.py",
        "        message_id=ids[0],\n",
        '        message_id="",\n',
        IN_HISTORIES,
    ),
    bug(
        "six texts to on-call phones in an hour",
        "domain/team/sms_cap.py",
        "MOST = 5\n",
        "MOST = 6\n",
        IN_HISTORIES,
    ),
    bug(
        "a flapping alert opens one draft after the other",
        "domain/alerts/draft.py",
        "        if self.is_open and not is_incident_over:\n",
        "        if self.firing and self.is_open and not is_incident_over:\n",
        IN_HISTORIES,
    ),
    bug(
        "a newer alert passes for a repeated one",
        "adapters/alerts.py",
        "        return self._order > other._order\n",
        "        return self._order < other._order\n",
        IN_HISTORIES,
    ),
]

BUGS: list[Bug] = [
    *(*CARRIERS, *PROTOCOL, *TWILIO, *QUEUES, *WAITING, *ATTACKED),
    *(*TIMES, *PEOPLE_S, *HOURS, *UNNOTICED, *CHANNELS),
]
