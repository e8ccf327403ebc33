"""The calls of the journeys are all that the code can make: found in the source, and at work."""

from collections import Counter
from collections.abc import Callable

from tests.faults import test_faults_of_operators, test_faults_of_people, test_faults_of_time
from tests.faults.call_sites import Place, Site, call_sites, sources
from tests.faults.faults import NEVER_IN_A_TRANSACTION, Fault
from tests.faults.journeys import GROUPS
from tests.faults.recording import recording

CORE = "layers/core/python/statustext/"

TWICE_A_MINUTE = "two ticks at once; test_two_ticks_of_one_minute_tell_once"

THE_SIXTH = "the cap is hit; test_cap_refuses_the_sixth_and_allows_again"

BY_A_WORKER = "handed to a worker of adapters/lanes.py, who makes the call"

NEVER_MADE = {
    "flows/escalating/raising.py:raise_to_team -> find_open": "two raise it at the same moment",
    "flows/escalating/carrying.py:_tell -> is_settled": TWICE_A_MINUTE,
    "flows/escalating/carrying.py:_order_text -> is_settled": TWICE_A_MINUTE,
    "adapters/team_messages.py:is_settled": TWICE_A_MINUTE,
    "flows/escalating/carrying.py:_order_text -> Table.write_if": THE_SIXTH,
    "flows/escalating/contacts.py:send_code -> _code_of": "the code key is kept",
    "flows/escalating/contacts.py:_mail_code -> Secrets.code_key": "the code key is kept",
    "flows/escalating/contacts.py:enter_code -> Secrets.code_key_of": "the code key is kept",
    "flows/hearing/replies.py:_elsewhere -> acknowledged_by_text": "as on the page itself",
    "flows/operating/showing.py:_listed -> every_incident": "at work where the list is taken",
    "flows/operating/showing.py:_holds -> update": "a variable, and not the function so named",
    "flows/operating/showing.py:groups -> components": "a variable, and not the function so named",
    "flows/publishing/components.py:create -> _require_group": "the same look as in change",
    "flows/operating/setting_up.py:create_page": "only by the command, on an operator's machine",
    "flows/operating/setting_up.py:move_page": "only by the command, on an operator's machine",
    "flows/operating/keys.py:create_key": "only by the command, on an operator's machine",
    "flows/operating/keys.py:revoke_key": "only by the command, on an operator's machine",
    "adapters/api_keys.py:get_api_key": "only to revoke one, by the command",
    "adapters/api_keys.py:list_api_keys": "only by the command, on an operator's machine",
    "adapters/data_keys.py:DataKeys.add": "only by the command, on an operator's machine",
    "adapters/data_keys.py:DataKeys._made -> DataKeys.numbered": (
        "two make a page's first at once; test_of_two_that_make_the_first_key_of_a_page_one_wins"
    ),
    "adapters/dynamodb.py:Table.write -> Table._sealed": "the key is kept, as a row was read",
    "adapters/dynamodb.py:Table.write -> Table._row": "the same",
    "adapters/data_keys.py:list_data_keys": "only by the command, on an operator's machine",
    "adapters/api_keys.py:_rows": "only by the command, on an operator's machine",
    "adapters/secret_store.py:Secrets.twilio_login -> Secrets._read": "as the token is read",
    "flows/delivering/passing_on.py:put_back -> passed_on": "AWS is away when it is asked",
    "flows/delivering/batches.py:send_held -> get_subscriber": "called in _AtWork._deliver",
    "flows/delivering/handing_over.py:hand_over -> send_in_time": BY_A_WORKER,
    "flows/delivering/handing_over.py:hand_over -> Slots.take": BY_A_WORKER,
    "flows/delivering/sending_direct.py:send_direct_text -> DirectText.put_back": (
        "too many others count at the same moment"
    ),
    "flows/delivering/quotas.py:Quotas.take -> Quotas._take": BY_A_WORKER,
    "flows/delivering/quotas.py:Quotas._take -> give_back": BY_A_WORKER,
    "flows/delivering/quotas.py:Quotas._take -> take": BY_A_WORKER,
    "flows/delivering/quotas.py:Quotas._take -> Quotas._tell": BY_A_WORKER,
    "flows/delivering/room.py:Room.take_of_quotas -> Quotas.take": BY_A_WORKER,
    "flows/delivering/sending_direct.py:send_direct_text -> Quotas.take": BY_A_WORKER,
    "flows/delivering/protocol.py:SendProtocol._try -> Room.take_of_quotas": BY_A_WORKER,
    "flows/delivering/protocol.py:SendProtocol._send -> Room.take_of_hour": BY_A_WORKER,
    "flows/delivering/protocol.py:SendProtocol._send -> Record.claim": BY_A_WORKER,
    "flows/delivering/protocol.py:SendProtocol._send -> hand_over": BY_A_WORKER,
    "flows/delivering/protocol.py:SendProtocol._send -> Record.accepted": BY_A_WORKER,
    "flows/delivering/room.py:Room.find -> Slots.turn": BY_A_WORKER,
    "flows/delivering/room.py:Room.take_of_hour -> spend": BY_A_WORKER,
    "flows/delivering/sending_direct.py:_room -> Slots.turn": BY_A_WORKER,
    "flows/delivering/sending_direct.py:_send -> hand_over": BY_A_WORKER,
    "flows/delivering/component_changes.py:tell_components -> _tell": BY_A_WORKER,
    "flows/delivering/slots.py:Slots.turn -> Slots.take": BY_A_WORKER,
    "flows/delivering/slots.py:Slots.take -> Slots._reserve": BY_A_WORKER,
    "flows/delivering/slots.py:Slots._reserve -> Slots._reserve_some": BY_A_WORKER,
    "flows/signing_up/by_statuspage_api.py:_proof": "the master key is kept since the id was made",
    "flows/signing_up/by_statuspage_api.py:subscribe -> _proof": "the same",
    "flows/signing_up/by_statuspage_api.py:enter_code -> Secrets.master_key": "the same",
    "flows/signing_up/by_statuspage_api.py:_find -> of_secret": "its key is that of the secret",
    "flows/signing_up/verifying.py:_begin -> Secrets.code_key": "read before, to compare the code",
    "flows/publishing/previewing.py:_require_confirmed -> Secrets.code_key_of": (
        "kept since the preview"
    ),
    "functions/aws_sms/app.py:put_back": "as the fan-out's; see test_least_privilege.py",
    "functions/mail_events/app.py:put_back": "as the fan-out's; see test_least_privilege.py",
    "functions/statuspage_subscribers/app.py:list_who_left -> _list": (
        "as list_of_page's, once somebody left"
    ),
    "functions/web_sender/app.py:send_anew": "as the sender's own",
    "functions/sender/app.py:handler -> Accounts.channel_of": "handed on, and called in way",
    "functions/sender/app.py:handler -> Accounts.listing_of": "handed on, and asked of a claim",
    "functions/snapshot/app.py:put_back": "as the fan-out's; see test_least_privilege.py",
    "functions/clock/app.py:handler -> carry_out_due": "handed on, and called as a job",
    "flows/taking_alerts/deciding.py:publish -> Confirmation.require": (
        "it asks only where the page wants that; as an incident's"
    ),
    "functions/clock/app.py:handler -> close_ended": "handed on, and called as a job",
    "functions/clock/app.py:handler -> find_due_holds": "handed on, and called as a job",
    "functions/clock/app.py:handler -> finish_updates": "handed on, and called as a job",
    "functions/clock/app.py:handler -> sweep_unconfirmed": "handed on, and called as a job",
    "functions/clock/app.py:handler -> keep_maintenances": "handed on, and called as a job",
    "functions/clock/app.py:handler -> hand_on_scheduled": "handed on, and called as a job",
    "flows/operating/sending.py:order_text -> done_before": "the second: two calls race",
    "functions/clock/app.py:handler -> keep_team": "handed on, and called as a job",
    "functions/clock/app.py:handler -> look_at_carrier": "handed on, and called as a job",
    "flows/delivering/circuits.py:Circuits.stopped_for": "read before, to see who says it is down",
    "flows/delivering/room.py:way -> Circuits.stopped_for": "the same",
    "functions/clock/app.py:handler -> remove_numbers": "handed on, and called as a job",
}
"""Sites that no journey reaches, by the function they lie in (and what they lead to), and why."""

CALLS_WHAT_IT_IS_GIVEN = {
    "each_message": "the handler of one message",
    "each": "an act on one of many subscribers",
    "handler": "the routes, the handler of messages, or a job of the clock",
    "_Api.resolve": "the routes",
    "Api.resolve": "the routes",
    "Api._answer": "what a route leads to",
    "resolve": "the routes",
    "after_sign_up": "the sign-up it is given",
    "after_resend": "the same",
    "after_code": "the code's check it is given",
    "_attempt": "what the three above hand on",
    "find_list": "the HTTP client that Twilio's lists are asked for by",
    "look_at_deactivated": "the same",
    "_is_put_back": "how a message is sent anew",
    "read_filter": "the key that ids are made with",
    "_failed": "how a message is sent anew",
    "_AtWork.work_through": "begins a coroutine for each recipient",
    "_AtWork._tell": "one recipient's updates",
    "_AtWork._deliver": "how a recipient is read",
    "messages_at_once": "the handler of one message",
    "messages_at_once.<locals>.work_on": "the handler of one message",
    "messages_at_once.<locals>.work_on_all": "the handler of one message",
    "Lanes.run": "coroutines, and calls that are a worker's",
    "Lanes.start": "a coroutine",
    "Lanes._go_on": "coroutines, and calls that are a worker's",
    "Lanes._step": "a coroutine",
    "outcome_of": "a call that is a worker's",
    "incidents": "reads a list of incidents as it is taken",
    "_listed": "reads a list of incidents as it is taken, or shows what it is given",
    "_listed.<locals>.<genexpr>": "reads a list of incidents as it is taken",
    "way": "the channel of an account",
    "ask_for_receipts": "the listing of an account",
    "fan_out": "iterates over pages, which are read one by one",
    "_tell": "a contact of the team",
    "_send": "the messenger of a contact's channel",
}
"""Functions through which calls go that the source does not show there."""


def holds(outer: Place, inner: Place) -> bool:
    """Whether an expression is within another, or the same."""
    return outer.file == inner.file and (
        (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def reason(site: Site) -> str:
    within = site.within.removeprefix(CORE)
    leads_to = site.leads_to.rpartition(":")[2]
    return next((one for one in (f"{within} -> {leads_to}", within) if one in NEVER_MADE), "")


def test_every_site_is_reached_by_a_journey_or_has_a_reason() -> None:
    sites = call_sites(sources())
    assert len(sites) > 400
    places = {step.place for step in recording().steps}
    # Where a generator is at work, the place is that of the expression around it.
    missed = [site for site in sites if not any(holds(place, site.place) for place in places)]
    assert [str(site) for site in missed if not reason(site)] == []
    assert {reason(site) for site in missed} == set(NEVER_MADE), "a reason that is none any more"


def test_every_call_at_work_is_a_site() -> None:
    """So that none is overlooked in the source."""
    by_file: dict[str, list[Place]] = {}
    for site in call_sites(sources()):
        by_file.setdefault(site.place.file, []).append(site.place)
    unknown = {
        step.function
        for step in recording().steps
        if not any(holds(step.place, place) for place in by_file.get(step.place.file, ()))
    }
    assert unknown == set(CALLS_WHAT_IT_IS_GIVEN)


def test_every_operation_in_the_source_is_called_and_no_other() -> None:
    in_source = {
        site.leads_to.partition(" ")[2].replace("_", "")
        for site in call_sites(sources())
        if site.is_call
    }
    called = {route.operation.lower() for routes in recording().seen.values() for route in routes}
    assert called == in_source


def test_every_call_has_every_fault_or_a_reason(
    record_property: Callable[[str, object], None],
) -> None:
    cells = recording().cells()
    routes = {route for routes in recording().seen.values() for route in routes}
    assert len(cells) == len(routes) * len(Fault)
    assert len({str(cell) for cell in cells}) == len(cells), "two cells of one name"
    assert len(routes) > 350
    for why, number in Counter(cell.reason for cell in cells).items():
        if why:
            record_property("impossible", [number, why])
    struck = {(cell.route.function, cell.fault) for cell in cells if not cell.reason}
    functions = {route.function for route in routes}
    assert functions == {name for name, _ in struck}
    assert {fault for _, fault in struck} == set(Fault)


def test_rows_said_to_be_in_no_transaction_are_in_none() -> None:
    together = recording().written_together
    assert [key for key in together if key.startswith(NEVER_IN_A_TRANSACTION)] == []


SOURCE = """
class Table:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def get(self, key: str) -> "Item | None":
        return self._client.get_item(Key=key)
"""
USER = """
from statustext.adapters.dynamodb import Table
from statustext.adapters import dynamodb


class Board:
    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def page(self) -> str:
        return self._table.get("page")


def show(board: Board, told: dict[str, str]) -> str:
    return told.get("x") or board.page


def helper(told: dict[str, str]) -> str | None:
    return told.get("x")
"""


def test_sites_are_found_through_types_and_not_by_name() -> None:
    files = {f"{CORE}adapters/dynamodb.py": SOURCE, f"{CORE}flows/board.py": USER}
    found = [str(site).removeprefix(CORE) for site in call_sites(files)]
    assert found == [
        "adapters/dynamodb.py:7 Table.get -> dynamodb get_item",
        f"flows/board.py:12 Board.page -> {CORE}adapters/dynamodb.py:Table.get",
        f"flows/board.py:16 show -> {CORE}flows/board.py:Board.page",
    ]


def test_every_group_of_journeys_is_in_one_of_the_two_files() -> None:
    files = (test_faults_of_people, test_faults_of_operators, test_faults_of_time)
    groups = [group for file in files for group in file.GROUPS]
    assert sorted(groups) == sorted(GROUPS)
