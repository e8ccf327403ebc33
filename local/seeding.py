"""What a newcomer finds: page `default`, two components, an operator's key, one for alerts."""

from __future__ import annotations

import contextlib
import time

from local.emulator import Clients

COMPONENTS = (("svc_api", "API"), ("svc_payments", "Payments"))


def seed(clients: Clients, table_name: str, url: str, api_key: str) -> None:
    """Set up the demo page, published at `url` (no slash at its end). What is there already stays,
    but for the page's addresses, which follow the port of this run."""
    # Imported here because the layer is put on the path when the template has been read.
    from statustext.adapters.clock import system_entropy
    from statustext.adapters.dynamodb import Table, Write
    from statustext.adapters.pages import page_key
    from statustext.domain.api_key import Scope, new_key
    from statustext.domain.mode import Mode
    from statustext.domain.page import DEFAULT_PAGE, Page
    from statustext.errors import RejectedError
    from statustext.flows.acting import Act
    from statustext.flows.operating.keys import create_key
    from statustext.flows.operating.setting_up import create_component, create_page

    table = Table(clients.dynamodb, table_name)
    # Fictional numbers are nowhere, and a newcomer should see a text now, at whatever hour.
    page = Page(
        DEFAULT_PAGE,
        "Demo",
        f"{url}/",
        url,
        countries=("US",),
        modes=(Mode.SMS, Mode.EMAIL),
        quiet_hours="",
        coalescing_window=0,
        recipient_limits=(),
    )
    if not create_page(table, page):
        pk, sk = page_key(page.id)
        addresses = {"url": page.url, "public": page.public_url}
        names = {"url": "url", "public": "public_url"}
        table.write(
            Write(pk, sk, "SET #url = :url, #public = :public", names=names, values=addresses)
        )
    for key, name in COMPONENTS:
        with contextlib.suppress(RejectedError):
            act = Act("local run", table, time.time(), system_entropy)
            create_component(page.id, key, name, act)
    for secret, scope in ((api_key, Scope.ADMIN), (f"{api_key}-alerts", Scope.ALERTS)):
        with contextlib.suppress(RejectedError):
            made = new_key(secret, page.id, "local run", time.time(), scope)
            create_key(made, "local run", table, system_entropy)
