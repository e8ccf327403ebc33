"""The document around what is drawn: head, header, footer, and what a browser may load for it."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from markupsafe import Markup

from statustext.domain.brand import Brand
from statustext.flows.languages import LANGUAGES, RIGHT_TO_LEFT
from statustext.flows.showing_publicly.html.view import STATES, View

SIGNS = Markup(
    '<svg class="signs" aria-hidden="true"><defs>'
    '<symbol id="i-ok" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8"/>'
    '<path class="in" d="m4.4 8.3 2.4 2.4 4.8-5"/></symbol>'
    '<symbol id="i-care" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8"/>'
    '<path class="in" d="M8 4v4.3l2.7 1.9"/></symbol>'
    '<symbol id="i-slow" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="4"/>'
    '<path class="in" d="M4.5 8h7"/></symbol>'
    '<symbol id="i-part" viewBox="0 0 16 16"><path d="M8 .6 15.8 14.6H.2z"/>'
    '<path class="in" d="M8 5.2v4.2M8 11.9v.2"/></symbol>'
    '<symbol id="i-down" viewBox="0 0 16 16"><path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z"/>'
    '<path class="in" d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/></symbol>'
    "</defs></svg>"
)
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle "
    "cx='8' cy='8' r='8' fill='%23{colour}'/%3E%3C/svg%3E"
)
COLOURS = {"ok": "1f9d5b", "care": "3f66d9", "slow": "d79a00", "part": "e06d16", "down": "d3352b"}
"""Of the sign in the browser's tab; as --x-fill in page.css."""


@dataclass(frozen=True)
class Assets:
    """The page's style sheet, which is in the document, and its script, which is not."""

    style: str
    script: str

    def policy(self, own: str = "") -> str:
        """The Content-Security-Policy: this style sheet and the page's own, scripts of ours, and
        nothing else."""
        styles = " ".join(f"'sha256-{_digest(one)}'" for one in (self.style, own) if one)
        return (
            f"default-src 'none'; style-src {styles}; script-src 'self'; "
            "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    @cached_property
    def version(self) -> str:
        """Changes when the script does, so that it may be kept for a year."""
        return hashlib.sha256(self.script.encode()).hexdigest()[:12]


@cache
def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def assets() -> Assets:
    """The files beside this one, read when they are first asked for."""
    here = Path(__file__).parent
    return Assets(
        style=(here / "page.css").read_text(encoding="utf-8"),
        script=(here / "page.js").read_text(encoding="utf-8"),
    )


@dataclass(frozen=True)
class Frame:
    """Whose page a document is of: the page's name and look, the colour of its state, for whom."""

    name: str
    tone: str
    view: View
    brand: Brand = field(default_factory=Brand)

    @property
    def style(self) -> str:
        """What the page's own colour changes of the style sheet, the subscribe form's included."""
        if not self.brand.colour:
            return ""
        own = "--statustext-accent:var(--link);--statustext-accent-text:var(--on)"
        return (
            f":root{{--link:{self.brand.colour};{own}}}"
            f"@media (prefers-color-scheme:dark){{:root{{--link:{self.brand.on_dark}}}}}"
        )


def document(title: str, main: Markup, aside: Markup, frame: Frame) -> str:
    """The whole page."""
    view = frame.view
    return Markup(
        '<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n'
        '<meta name="description" content="{description}">\n'
        '<link rel="icon" href="{icon}">\n'
        '<link rel="alternate" type="application/atom+xml" title="{feed}" '
        'href="{root}history.atom">\n'
        '<link rel="alternate" type="application/rss+xml" title="{feed}" '
        'href="{root}history.rss">\n'
        "<style>{style}</style>{own}\n"
        '<script src="{root}page.js?v={version}" defer></script>\n'
        '<script src="{site}widget.js" defer></script>\n</head>\n<body>\n'
        '{signs}<a class="skip" href="#main">{skip}</a>\n'
        '<header><a class="brand" href="{home}">{name}</a>{links}{button}</header>\n'
        '<div class="columns"><main id="main">{main}</main>\n{aside}</div>\n{footer}\n'
        "</body>\n</html>\n"
    ).format(
        language=view.language,
        direction="rtl" if view.language in RIGHT_TO_LEFT else "ltr",
        title=title,
        description=view.say("Current state and history of {page}", page=frame.name),
        icon=frame.brand.favicon or ICON.format(colour=COLOURS[frame.tone]),
        feed=view.say("Incident history"),
        site=view.site,
        root=view.root,
        home=view.home,
        style=Markup(assets().style),  # noqa: S704  # ours, from the file beside this one
        own=Markup("<style>{}</style>").format(Markup(frame.style))  # noqa: S704  # colours that were checked
        if frame.style
        else "",
        version=assets().version,
        signs=SIGNS,
        skip=view.say("Skip to the status"),
        name=_name(frame),
        links=_links(frame.brand),
        button=Markup('<a class="button" href="#subscribe">{}</a>').format(view.say("Subscribe"))
        if aside
        else "",
        main=main,
        aside=aside,
        footer=_footer(view),
    )


def _name(frame: Frame) -> Markup:
    if not frame.brand.logo:
        return Markup("{}").format(frame.name)
    return Markup('<img src="{}" alt="{}">').format(frame.brand.logo, frame.name)


def _links(brand: Brand) -> Markup:
    if not brand.links:
        return Markup()
    items = Markup().join(
        Markup('<li><a href="{}" rel="noopener noreferrer">{}</a></li>').format(one.url, one.name)
        for one in brand.links
    )
    return Markup('<ul class="links">{}</ul>').format(items)


def live(body: Markup, view: View) -> Markup:
    """What the script draws anew every half minute."""
    return Markup('<div id="live" data-failed="{}" data-words="{}">{}</div>').format(
        view.say("This page could not be refreshed since {time}. It may be out of date."),
        json.dumps(_words(view), ensure_ascii=False),
        body,
    )


def _words(view: View) -> dict[str, str]:
    """What the script says about a day."""
    return {
        "fine": view.say("No downtime."),
        "unknown": view.say("Nothing known."),
        **{state: view.say(said) for state, said in STATES.items()},
    }


def _footer(view: View) -> Markup:
    links = [
        (f"history{view.query}", view.say("Incident history")),
        ("history.atom", "Atom"),
        ("history.rss", "RSS"),
        ("maintenance.ics", view.say("Calendar")),
        ("api/v2/summary.json", "API"),
    ]
    items = Markup().join(
        Markup('<li><a href="{}{}">{}</a></li>').format(view.root, path, said)
        for path, said in links
    )
    return Markup(
        '<footer><ul>{}</ul><nav aria-label="{}"><ul>{}</ul></nav><p class="dim" id="zone" '
        'data-words="{}">{}</p></footer>'
    ).format(
        items,
        view.say("Language"),
        _languages(view),
        view.say("Times in {zone}"),
        view.say("Times in {zone}", zone=view.zone),
    )


def _languages(view: View) -> Markup:
    """A link for each language, to the page's beginning: a form's answer cannot be asked again."""
    return Markup().join(
        Markup('<li><a href="{}?lang={}" lang="{}" hreflang="{}"{}>{}</a></li>').format(
            view.root or "./",
            code,
            code,
            code,
            Markup(' aria-current="true"') if code == view.language else "",
            name,
        )
        for code, name in LANGUAGES.items()
    )
