"""The page behind a link to acknowledge: a button, as programs that look at messages open links."""

from markupsafe import Markup, escape

from statustext.adapters.escalations import UNANSWERED
from statustext.domain.page import Page
from statustext.domain.team.escalation import Escalation

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_DOCUMENT = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="robots" content="noindex"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>{page}, {level}.</p>{rest}</main></body></html>"
)
_BUTTON = Markup('<form method="post"><button>Acknowledge</button></form>')


def ack_page(escalation: Escalation, page: Page) -> str:
    """What it is about and where it stands, with a button where nobody answered yet."""
    is_open = escalation.state in UNANSWERED
    said = Markup("<p role='status'>{}</p>").format(f"This is {escalation.state}.")
    return str(
        _DOCUMENT.format(
            title=escape(escalation.title),
            page=escape(page.name),
            level=escalation.level.value,
            rest=_BUTTON if is_open else said,
        )
    )
