"""The pages that links in mails and chats open. Each shows a button: programs that look at messages
open links too, and must neither confirm nor end nor acknowledge anything by that."""

from html import escape
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from statustext.domain.page import Page
from statustext.domain.team.escalation import UNANSWERED, Escalation

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def confirm_page(subscriber: str, code: str) -> Response[str]:
    """The button that begins a subscription."""
    field = f'<input type="hidden" name="code" value="{escape(code)}">'
    return _page("Confirm your subscription", _form(f"../{subscriber}/verify", field, "Confirm"))


def confirmed_page() -> Response[str]:
    """That it has begun."""
    return _page("You’re subscribed", "<p>You get a mail when something breaks.</p>")


def unsubscribe_page(subscriber: str, token: str) -> Response[str]:
    """The button that ends one."""
    action = f"../{subscriber}/unsubscribe?token={quote(token)}"
    return _page("Unsubscribe", _form(action, "", "Unsubscribe"))


def unsubscribed_page() -> Response[str]:
    """That it has ended."""
    return _page("You’re unsubscribed", "<p>You get no more messages of this page.</p>")


def acknowledgement_page(escalation: Escalation, page: Page) -> Response[str]:
    """What an escalation is about and where it stands, with a button where nobody answered yet."""
    about = f"<p>{escape(page.name)}, {escalation.level.value}.</p>"
    is_open = escalation.state in UNANSWERED
    said = f"<p role='status'>This is {escalation.state}.</p>"
    return _page(
        escape(escalation.title), about + (_form("", "", "Acknowledge") if is_open else said)
    )


def _form(action: str, fields: str, name: str) -> str:
    """Without an `action` it posts to the page's own address."""
    where = f' action="{action}"' if action else ""
    return f'<form method="post"{where}>{fields}<button>{name}</button></form>'


def _page(title: str, body: str) -> Response[str]:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex"></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return Response(200, "text/html; charset=utf-8", text, HEADERS)
