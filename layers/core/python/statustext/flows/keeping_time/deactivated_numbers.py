"""Numbers that their carriers gave up may be somebody else's soon: who subscribed by one is asked
whether it is still theirs, and told nothing else until they say so.

They are asked on the day that the list has them: a carrier keeps a number for 45 days at least
before another person has it (47 CFR 52.15), so that the question reaches no stranger. Who changed
carriers and kept the number is on the list too, and answers.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from statustext.adapters.deactivations import (
    Read,
    find_list,
    get_read,
    note_read,
    number_of,
    quarantine_deactivated,
)
from statustext.adapters.direct_texts import NUMBER_CHECK, put_direct_text
from statustext.adapters.pages import page_ids
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.subscribers import get_subscribers
from statustext.adapters.twilio_http import TwilioHttp
from statustext.domain.ids import subscriber_id
from statustext.domain.subscriber import Subscriber
from statustext.errors import ConditionFailedError
from statustext.flows.acting import Act
from statustext.observability import count, logger

AT_ONCE = 100
"""Numbers looked up by one request."""


def look_at_deactivated(http: TwilioHttp, login: TwilioLogin, master: str, act: Act) -> int:
    """Read each day's list up to yesterday's, from where reading ended, and quarantine and ask the
    subscribers on it; how many.

    How far it came is kept after each hundred numbers, so that the next try goes on there. Raises
    what `find_list` does.
    """
    today = datetime.fromtimestamp(act.now, UTC).date()
    read, found = get_read(act.table, today), 0
    pages = page_ids(act.table)
    while read.day < today:
        address = find_list(http, login, read.day)
        lines = islice(http.lines(address), read.lines, None)
        while some := list(islice(lines, AT_ONCE)):
            for page in pages:
                found += _ask_of(page, read.day, some, master, act)
            read = Read(read.day, read.lines + len(some))
            act.table.write_if(note_read(read))
        if read.day + timedelta(days=1) == today:
            break  # a list that grows is read on tomorrow, or at the next look
        read = Read(read.day + timedelta(days=1), 0)
    logger.info("Lists of deactivated numbers read", day=read.day.isoformat(), found=found)
    if found:
        count("NumbersDeactivated", found)
    return found


def _ask_of(page: str, day: date, lines: Sequence[str], master: str, act: Act) -> int:
    numbers = filter(None, map(number_of, lines))
    ids = list({subscriber_id(master, page, number) for number in numbers})
    asked = 0
    for one in get_subscribers(act.table, page, ids, act.now).values() if ids else ():
        if one.is_textable:
            asked += _ask(one, day, act)
    return asked


def _ask(one: Subscriber, day: date, act: Act) -> bool:
    ends = datetime.combine(day + timedelta(days=1), time(), UTC).timestamp()
    event = act.new_id()
    detail = {"subscriber": one.id, "reason": "deactivated", "day": day.isoformat()}
    question = put_direct_text(one.page, one.id, event, NUMBER_CHECK, act.now, phone=one.phone)
    writes = [
        quarantine_deactivated(one.page, one.id, day, ends, act.now),
        act.note(one.page, "subscriber.quarantined", detail),
        question,
    ]
    try:
        act.table.transact(writes)
    except ConditionFailedError:
        return False  # verified since, left meanwhile, or asked of this list before
    return True
