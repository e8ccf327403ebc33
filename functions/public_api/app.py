"""What a status page needs to know to offer texts, and the description of this API."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.domain.mode import Mode
from statustext.domain.page import DEFAULT_PAGE, consent_version
from statustext.flows.languages import choose, speech_of
from statustext.flows.lookups import require_page
from statustext.flows.signing_up.join_offer import join_offer
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
app = web.public_api()
OPENAPI = Path(__file__).with_name("openapi.json")


@app.get("/subscription_form")
@app.get("/pages/<page>/subscription_form")
def subscription_form(page: str = DEFAULT_PAGE) -> Response[str]:
    found = require_page(table, page)
    language = choose(web.query(app, "lang"), web.header(app, "Accept-Language") or "")
    speech = speech_of(language, found.words)
    consents = {mode: speech.consent(found.name, mode) for mode in (Mode.SMS, *found.modes)}
    shown = {mode: {"text": one, "version": consent_version(one)} for mode, one in consents.items()}
    form = {
        "page": {"id": found.id, "name": found.name, "url": found.url},
        "consent": shown[Mode.SMS],
        "modes": [{"mode": mode.value, "consent": shown[mode]} for mode in found.modes],
        "language": language,
        "words": speech.words(),
        "countries": list(found.countries),
        "components": [
            {"id": one.id, "key": one.key, "name": one.name}
            for one in list_components(table, found.id)
        ],
        "without_components": found.without_components,
        "sender": settings.number or None,
        "bot_gate": found.bot_gate,
        "join": join_offer(found.join_number, speech),
    }
    return web.answer(200, form)


@app.get("/openapi.json")
def openapi() -> Response[str]:
    """Anybody may ask, and it is the largest answer there is: without the file's blanks, and kept
    by caches for a day."""
    text, tag = _description()
    headers = {"Cache-Control": "public, max-age=86400", "ETag": tag}
    if (web.header(app, "If-None-Match") or "").removeprefix("W/") == tag:
        return Response(304, "application/json", "", headers)
    return Response(200, "application/json", text, headers)


@cache
def _description() -> tuple[str, str]:
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
