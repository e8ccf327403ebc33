"""POST /subscriptions/{id}/verify: the code from the phone begins the subscription."""

import time
from typing import Any

from aws_lambda_powertools.event_handler import Response

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.contracts import VerifyRequest
from statustext.domain.page import DEFAULT_PAGE
from statustext.flows.lookups import require_page
from statustext.flows.signing_up.preferences import show
from statustext.flows.signing_up.verifying import verify
from statustext.observability import observed
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
secrets = aws.secrets(settings)
app = web.public_api()


@app.post("/subscriptions/<subscriber>/verify")
@app.post("/pages/<page>/subscriptions/<subscriber>/verify")
def verify_code(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    verified = verify(
        require_page(table, page).id,
        web.subscriber_id_in(subscriber),
        web.read_body(app, VerifyRequest),
        web.source_address(app),
        table,
        secrets.master_key(),
        time.time(),
        system_entropy,
    )
    one = verified.subscriber
    shown = {
        "id": one.id,
        "status": one.state.value,
        "manage_token": verified.manage_token,
        "preferences": show(one.preferences, list_components(table, page)),
    }
    return web.answer(200, shown)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
