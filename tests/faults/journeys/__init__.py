"""All journeys, by who sets out on them. Together they make every call that the code can make.

Each call is tried with every fault on the first journey that makes it, in this order.
"""

from tests.faults.journeys import (
    alerts,
    announcements,
    carriers,
    clock,
    endpoints,
    interruptions,
    limits,
    mails,
    maintenances,
    mornings,
    operators,
    providers,
    quotas,
    races,
    readers,
    repeats,
    replies,
    slow,
    statuspage_clients,
    team,
    trouble,
    visitors,
)

GROUPS = {
    one.__name__.rpartition(".")[2]: one
    for one in (
        announcements,
        visitors,
        statuspage_clients,
        operators,
        providers,
        quotas,
        readers,
        replies,
        alerts,
        trouble,
        carriers,
        endpoints,
        clock,
        mails,
        maintenances,
        team,
        mornings,
        limits,
        races,
        repeats,
        slow,
        interruptions,
    )
}
