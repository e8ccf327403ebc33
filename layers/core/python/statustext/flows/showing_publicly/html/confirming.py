"""After a plain form was sent: the page for the code, or what to do with the mail; and the pages
that links in mails open, each with one button, as programs that look at mails open links too."""

from dataclasses import dataclass, field

from markupsafe import Markup

from statustext.domain.mode import Mode
from statustext.flows.showing_publicly.html.fields import Problem, address_of, marked, told
from statustext.flows.showing_publicly.html.view import View


@dataclass(frozen=True)
class Pending:
    """A sign-up that waits for its code or for its link to be opened: its id and secret, the
    address as it was typed ("" where that is not known any more), how it is reached, and the
    `sender` that a code comes from."""

    id: str
    secret: str
    address: str = ""
    sender: str = ""
    mode: Mode = Mode.SMS
    said: str = field(default="", kw_only=True)


def pending_page(pending: Pending, view: View, problem: Problem | None = None) -> Markup:
    """What comes next: entering a code, or opening a mail; and another one of either."""
    if pending.mode is Mode.EMAIL:
        return _open_the_mail(pending, view, problem)
    return _enter_code(pending, view, problem)


def _enter_code(pending: Pending, view: View, problem: Problem | None) -> Markup:
    is_text = pending.mode is Mode.SMS
    sent = view.say(
        "Type the 6-digit code we text to {phone}. It is good for 10 minutes.",
        phone=pending.address or view.say("your phone"),
    )
    if not is_text:
        sent = view.say(
            "Type the 6-digit code that we post there. It is good for 10 minutes. A program finds "
            "it in the field “code”."
        )
    return Markup(
        '<form class="plain card" method="post" action="{verify}"><h1>{title}</h1>{said}'
        "<p>{sent}</p>{problem}"
        '<label for="code">{code}</label><input type="text" id="code" name="code" '
        'autocomplete="one-time-code" inputmode="numeric" dir="ltr" required maxlength="40"'
        "{marked}>"
        '{carried}<button type="submit">{verify_it}</button></form>{again}'
    ).format(
        verify=_step(pending, "verify", view),
        title=view.say("Enter your code"),
        said=_said(pending),
        sent=sent,
        problem=told(problem, "code") or told(problem),
        code=view.say("6-digit code"),
        marked=marked("code", problem) or Markup(" autofocus"),
        carried=_carried(pending),
        verify_it=view.say("Verify"),
        again=_again(pending, view),
    )


def _open_the_mail(pending: Pending, view: View, problem: Problem | None) -> Markup:
    sent = view.say(
        "We mail a link to {address}. Open it and press its button; it is good for 24 hours. "
        "Nothing there? Look among the spam.",
        address=pending.address or view.say("your mailbox"),
    )
    return Markup('<section class="plain card"><h1>{}</h1>{}<p>{}</p>{}</section>{}').format(
        view.say("Open the mail that we send you"),
        _said(pending),
        sent,
        told(problem),
        _again(pending, view),
    )


def _said(pending: Pending) -> Markup:
    if not pending.said:
        return Markup()
    return Markup('<p role="status"><strong>{}</strong></p>').format(pending.said)


def _carried(pending: Pending) -> Markup:
    return Markup('<input type="hidden" name="secret" value="{}">').format(pending.secret)


def _step(pending: Pending, step: str, view: View) -> str:
    """Where a form of this sign-up is posted to; how it is reached goes on in the address."""
    more = "" if pending.mode is Mode.SMS else f"{'&' if view.query else '?'}way={pending.mode}"
    return address_of(view, pending.id, step) + more


def _again(pending: Pending, view: View) -> Markup:
    is_text = pending.mode is Mode.SMS
    other = view.say("Use another number") if is_text else view.say("Use another address")
    start = view.say(
        "No text? If you once replied STOP, text START to {sender} first.",
        sender=pending.sender or view.say("our number"),
    )
    return Markup(
        '<form class="plain" method="post" action="{}">{}{}'
        '<button type="submit" class="second">{}</button> '
        '<a class="second" href="{}#subscribe">{}</a></form>'
    ).format(
        _step(pending, "resend_confirmation", view),
        _carried(pending),
        Markup('<p class="hint">{}</p>').format(start) if is_text else "",
        view.say("Send again"),
        view.home,
        other,
    )


def done(name: str, mode: Mode, address: str, manage: str, view: View) -> Markup:
    """The page that says that the subscription has begun. `address` is masked, `manage` the link
    that opens the subscription, "" where there is none."""
    said = view.say("{page} will tell {address} from now on.", page=name, address=address)
    if mode is Mode.SMS:
        said = view.say(
            "{page} will text {phone} from now on. Reply STOP to any text to end it.",
            page=name,
            phone=address,
        )
    change = Markup(
        '<p><a class="button" href="{}">{}</a></p><noscript><p class="hint">{}</p></noscript>'
    ).format(
        manage,
        view.say("Change or end it"),
        view.say("To change it without JavaScript, subscribe again with other choices."),
    )
    return Markup(
        '<section class="plain card"><h1>{}</h1><p>{}</p>{}<p><a href="{}">{}</a></p></section>'
    ).format(
        view.say("You’re subscribed"),
        said,
        change if manage else "",
        view.home,
        view.say("Current status"),
    )


def confirm(name: str, subscriber: str, code: str, view: View) -> Markup:
    """The button that begins a subscription by mail."""
    return _one_button(
        view.say("Confirm your subscription"),
        view.say("{page} will mail you when something breaks.", page=name),
        address_of(view, subscriber, "verify"),
        Markup('<input type="hidden" name="code" value="{}">').format(code),
        view.say("Confirm"),
    )


def link_over(view: View) -> Markup:
    """The page behind a confirming link that works no more."""
    return Markup(
        '<section class="plain card"><h1>{}</h1><p>{}</p><p><a class="button" '
        'href="{}#subscribe">{}</a></p></section>'
    ).format(
        view.say("This link does not work any more"),
        view.say("It is good for 24 hours, and once. Ask for another one on the page."),
        view.home,
        view.say("Subscribe"),
    )


def leave(name: str, subscriber: str, token: str, view: View) -> Markup:
    """The button that ends a subscription; its token is in the address, as mailboxes' own buttons
    post there too."""
    action = address_of(view, subscriber, "unsubscribe")
    return _one_button(
        view.say("Unsubscribe"),
        view.say("{page} will send nothing more to this address.", page=name),
        f"{action}{'&' if view.query else '?'}token={token}",
        Markup(),
        view.say("Unsubscribe"),
    )


def left(name: str, view: View) -> Markup:
    """The page that says that it has ended."""
    return Markup(
        '<section class="plain card"><h1>{}</h1><p>{}</p><p><a href="{}">{}</a></p></section>'
    ).format(
        view.say("You’re unsubscribed"),
        view.say("{page} will send nothing more to this address.", page=name),
        view.home,
        view.say("Current status"),
    )


def _one_button(title: str, said: str, action: str, fields: Markup, button: str) -> Markup:
    return Markup(
        '<form class="plain card" method="post" action="{}"><h1>{}</h1><p>{}</p>{}'
        '<button type="submit">{}</button></form>'
    ).format(action, title, said, fields, button)
