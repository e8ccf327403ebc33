"""Pages that are one person's and not everybody's: after a form was sent, and behind links in
messages. They look as the status page does, and nothing keeps them."""

from markupsafe import Markup

from statustext import web
from statustext.domain.page import Page
from statustext.domain.team.escalation import UNANSWERED, Escalation
from statustext.errors import RejectedError
from statustext.flows.languages import choose, speech_of
from statustext.flows.showing_publicly.addresses import path_within, read_path
from statustext.flows.showing_publicly.html.skeleton import Frame, assets, document
from statustext.flows.showing_publicly.html.view import View
from statustext.routing import Api, Response

App = Api


def view_of(app: App, page: Page) -> View:
    """The language that was asked for, and where the page is from here."""
    named, _, site = read_path(path_within(app.current_event.raw_event))
    asked = web.query(app, "lang")
    language = choose(asked, web.header(app, "Accept-Language") or "")
    return View(
        speech=speech_of(language, page.words),
        zone=page.timezone,
        site=site,
        root=f"{site}pages/{named}/" if named else site,
        now=0.0,
        page=page.id,
        query=f"?lang={language}" if asked == language else "",
    )


def own_page(
    main: Markup, page: Page, view: View, refused: RejectedError | None = None, title: str = ""
) -> Response[str]:
    """The page as an answer, with the status and the headers of what was `refused`."""
    title = f"{title or view.say('Subscribe')} · {page.name}"
    frame = Frame(page.name, "care", view, page.brand)
    text = document(title, main, Markup(), frame)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": view.language,
        "Content-Security-Policy": assets().policy(frame.style),
        "X-Robots-Tag": "noindex",
        **(refused.headers if refused else {}),
    }
    status = refused.status if refused else 200
    return Response(status, "text/html; charset=utf-8", text, headers)


def acknowledgement_page(app: App, escalation: Escalation, page: Page) -> Response[str]:
    """What an escalation is about and where it stands, with a button where nobody answered yet.
    The team is spoken to in English."""
    site = read_path(path_within(app.current_event.raw_event))[2]
    view = View(
        speech_of("en", {}), page.timezone, site, f"{site}pages/{page.id}/", now=0.0, page=page.id
    )
    is_open = escalation.state in UNANSWERED
    button = Markup(
        "<p>Nobody answered yet. Press it, and nobody else is called.</p>"
        '<button type="submit">Acknowledge</button>'
    )
    said = Markup('<p role="status"><strong>This is {}.</strong></p>').format(escalation.state)
    main = Markup(
        '<form class="plain card" method="post"><h1>{}</h1><p>{}, {}</p>{}</form>'
        '<p class="plain"><a href="{}console#team">See all in the console</a></p>'
    ).format(escalation.title, page.name, escalation.level, button if is_open else said, site)
    return own_page(main, page, view, title=escalation.title)
