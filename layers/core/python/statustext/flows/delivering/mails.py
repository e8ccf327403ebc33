"""Mails as they are written: of an announcement, with the link that confirms a sign-up, and of a
subscription that began. Plain text first, and the same as HTML that needs nothing from elsewhere,
in the language of whoever reads it. What an update says is the operator's, as they wrote it.

All mails of an incident have one subject and refer to one id, so that mailboxes show them as one
conversation; how it stands is their first words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from statustext.domain.announcement import Announcement
from statustext.domain.code_keys import CodeKey
from statustext.domain.incident import Impact
from statustext.domain.language import Language
from statustext.domain.mail import Mail, mail_id
from statustext.domain.moments import lasting, moment, moment_after
from statustext.domain.own_links import OwnLinks, own_links
from statustext.domain.page import Page
from statustext.domain.subscriber import Subscriber
from statustext.domain.templates import Event
from statustext.domain.verification import LINK_LIFE, link_code
from statustext.domain.wordings import wordings_in
from statustext.flows.languages import RIGHT_TO_LEFT, Speech, speech_of

COLOUR = "#0b57d0"

OPENED = {
    Event.CREATED: "New incident",
    Event.UPDATED: "Update",
    Event.RESOLVED: "Resolved",
    Event.MAINTENANCE_SCHEDULED: "Scheduled maintenance",
    Event.MAINTENANCE_REMINDER: "Maintenance soon",
    Event.MAINTENANCE_RESCHEDULED: "Maintenance rescheduled",
    Event.MAINTENANCE_STARTED: "Maintenance begins",
    Event.MAINTENANCE_UPDATED: "Maintenance update",
    Event.MAINTENANCE_COMPLETED: "Maintenance completed",
}
"""How each event is told, as the first words of its mail."""

IMPACTS = {
    Impact.MINOR: "Minor impact",
    Impact.MAJOR: "Major impact",
    Impact.CRITICAL: "Critical impact",
}

ASKED = (
    "Somebody, most likely you, asked for mails about incidents of {page} at this address. Open the"
    " link and press the button to begin."
)
LASTS = "The link works for {hours} hours. If it was not you, do nothing: you get no other mail."

_DOCUMENT = Markup(
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{subject}</title></head>'
    '<body style="margin:0;background:#f5f6f8;color:#1f2328;'
    'font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">'
    '<div style="max-width:600px;margin:0 auto;padding:24px">'
    '<p style="margin:0 0 16px;font-weight:600">{page}</p>'
    '<div style="background:#fff;border-top:4px solid {colour};border-radius:4px;padding:24px">'
    '<h1 style="margin:0 0 16px;font-size:20px">{heading}</h1>{paragraphs}{button}</div>'
    '<p style="margin:16px 0;font-size:13px;color:#57606a">{links}</p></div></body></html>'
)
_PARAGRAPH = Markup('<p style="margin:0 0 12px;white-space:pre-line">{}</p>')
_BUTTON = Markup(
    '<p style="margin:20px 0 0"><a href="{url}" style="display:inline-block;padding:10px 18px;'
    'border-radius:4px;background:{colour};color:#fff;text-decoration:none">{name}</a></p>'
)


@dataclass(frozen=True)
class Link:
    """Where something is done, and what it is called."""

    name: str
    url: str


def announcement_mail(
    announcement: Announcement,
    says: Event,
    page: Page,
    person: Subscriber,
    names: Mapping[str, str],
    key: CodeKey,
    sender: str,
) -> Mail:
    """The mail that tells a subscriber of one update. Names of components are by id."""
    incident, update = announcement.incident, announcement.update
    language = page.language_of(person.preferences.language)
    speech = speech_of(language, page.words)
    state = [speech.say(update.status.in_words)]
    if incident.impact in IMPACTS:
        state.append(speech.say(IMPACTS[incident.impact]))
    affected = ", ".join(names[one] for one in incident.component_ids if one in names)
    told = [" · ".join(state), *_times(announcement, page, person, speech)]
    if affected:
        told.append(f"{speech.say('Affected components')}: {affected}")
    button = Link(speech.say("Open the incident"), page.incident_url(incident.id))
    return _mail(
        speech,
        to=person.reached_at,
        subject=f"[{page.name}] {incident.name}",
        heading=f"{speech.say(OPENED.get(says, 'Update'))}: {incident.name}",
        paragraphs=[one for one in (update.body, "\n".join(told)) if one],
        button=button if page.url else None,
        page=page,
        sender=sender,
        ids=(
            mail_id(incident.id, str(update.seq), person.id, sender=sender),
            mail_id(incident.id, sender=sender),
        ),
        own=own_links(page, person.id, person.token_epoch, key, update.created_at),
    )


def confirmation_mail(
    to: str,
    page: Page,
    subscriber: str,
    direct: str,
    nonce: str,
    language: Language,
    key: CodeKey,
    sender: str,
) -> Mail:
    """The mail whose link confirms a sign-up; it has no link to unsubscribe, as there is nothing
    to unsubscribe from."""
    code, speech = link_code(key, subscriber, nonce), speech_of(language, page.words)
    url = f"{page.public_url}/pages/{page.id}/subscriptions/{subscriber}/confirm?code={code}"
    asked = speech.say("Confirm your subscription")
    return _mail(
        speech,
        to=to,
        subject=f"[{page.name}] {asked}",
        heading=asked,
        paragraphs=[speech.say(ASKED, page=page.name), speech.say(LASTS, hours=LINK_LIFE // 3600)],
        button=Link(asked, url),
        page=page,
        sender=sender,
        ids=(mail_id("confirm", direct, subscriber, sender=sender), ""),
    )


def welcome_mail(
    to: str,
    page: Page,
    subscriber: str,
    epoch: int,
    direct: str,
    now: float,
    language: Language,
    key: CodeKey,
    sender: str,
) -> Mail:
    """The mail that says that a subscription began."""
    speech = speech_of(language, page.words)
    begun = speech.say("You’re subscribed")
    return _mail(
        speech,
        to=to,
        subject=f"[{page.name}] {begun}",
        heading=begun,
        paragraphs=[speech.say("{page} will mail you when something breaks.", page=page.name)],
        button=Link(speech.say("Open the status page"), page.url) if page.url else None,
        page=page,
        sender=sender,
        ids=(mail_id("welcome", direct, subscriber, sender=sender), ""),
        own=own_links(page, subscriber, epoch, key, now),
    )


def _times(announcement: Announcement, page: Page, person: Subscriber, speech: Speech) -> list[str]:
    """When a maintenance is, or how long what is over took."""
    incident, ways = announcement.incident, wordings_in(Language(speech.language))
    zone = ZoneInfo(person.preferences.timezone or page.timezone)
    if planned := incident.schedule:
        begins = planned.scheduled_for
        until = moment_after(planned.scheduled_until, begins, zone, ways.calendar)
        return [f"{speech.say('Scheduled')}: {moment(begins, zone, ways.calendar)} – {until}"]
    if incident.resolved_at and incident.resolved_at > incident.created_at:
        took = lasting(incident.resolved_at - incident.created_at, ways.units)
        return [speech.say("{span} long", span=took)]
    return []


def _mail(
    speech: Speech,
    *,
    to: str,
    subject: str,
    heading: str,
    paragraphs: Sequence[str],
    button: Link | None,
    page: Page,
    sender: str,
    ids: tuple[str, str],
    own: OwnLinks | None = None,
) -> Mail:
    named = {
        speech.say("Change what you get"): own.manage if own else "",
        speech.say("Unsubscribe"): own.unsubscribe if own else "",
    }
    links = [Link(name, url) for name, url in named.items() if url]
    buttons = [button] if button else []
    text = [heading, *paragraphs, *(f"{one.name}: {one.url}" for one in (*buttons, *links))]
    colour = page.brand.colour or COLOUR
    html = _DOCUMENT.format(
        language=speech.language,
        direction="rtl" if speech.language in RIGHT_TO_LEFT else "ltr",
        subject=subject,
        page=page.name,
        colour=colour,
        heading=heading,
        paragraphs=Markup().join(_PARAGRAPH.format(one) for one in paragraphs),
        button=Markup().join(
            _BUTTON.format(url=one.url, colour=colour, name=one.name) for one in buttons
        ),
        links=Markup(" · ").join(
            Markup('<a href="{}" style="color:#57606a">{}</a>').format(one.url, one.name)
            for one in links
        ),
    )
    return Mail(
        sender=sender,
        to=to,
        subject=subject,
        text="\n\n".join(text) + "\n",
        html=str(html),
        language=speech.language,
        message_id=ids[0],
        thread_id=ids[1],
        unsubscribe_url=own.unsubscribe if own else "",
    )
