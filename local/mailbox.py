"""The stand-in for SES over HTTP: its API, and the mails for a person to read."""

import json
import time
from html import escape
from pathlib import Path

from werkzeug.wrappers import Request, Response

from local.fake_ses import PATH, FakeSes, KeptMail

SAFE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'"
"""What a mail's HTML may do in the browser: be looked at."""

PAGE = Path(__file__).with_name("demo") / "mails.html"

ENDS = {"bounce": "Let it bounce", "full": "Say that the mailbox is full", "spam": "Call it spam"}
"""What the person who reads the mails can have SES tell of one, by the end of its address."""


def is_about_mails(path: str) -> bool:
    """Whether a request is for this."""
    return path == PATH or path == "/mails" or path.startswith("/mails/")


def answer(fake: FakeSes, request: Request) -> Response:
    """The answer to one request."""
    if request.path == PATH:
        found = fake.send_email(json.loads(request.get_data()), time.time())
        status, body = found or (504, {"message": "no answer"})
        return Response(json.dumps(body), status, content_type="application/json")
    if request.method == "POST":
        return _end(fake, *request.path.removeprefix("/mails/").split("/", 1))
    name, _, kind = request.path.removeprefix("/mails").strip("/").partition(".")
    if not name:
        return _html(_list(fake))
    mail = next((one for one in fake.mails if one.id == name), None)
    if mail is None:
        return Response("There is no such mail.", 404)
    if kind == "eml":
        return Response(mail.raw, content_type="message/rfc822")
    return _html(mail.part("html")) if kind == "html" else _text(mail.part("plain"))


def _end(fake: FakeSes, name: str, end: str = "") -> Response:
    mail = next((one for one in fake.mails if one.id == name), None)
    if mail is None or end not in ENDS:
        return Response("There is no such mail.", 404)
    now = time.time()
    match end:
        case "bounce":
            fake.bounce(mail, "Permanent", "General", now)
        case "full":
            fake.bounce(mail, "Transient", "MailboxFull", now)
        case "spam":
            fake.complain(mail, now)
    return Response(status=303, headers={"Location": "/mails"})


def _list(fake: FakeSes) -> str:
    rows = "".join(map(_row, reversed(fake.mails))) or "<li>No mail was sent yet.</li>"
    return PAGE.read_text(encoding="utf-8").replace("{rows}", rows)


def _row(mail: KeptMail) -> str:
    links = "".join(
        f'<a href="/mails/{mail.id}.{kind}">{said}</a>'
        for kind, said in (("html", "Open"), ("txt", "as text"), ("eml", "as a file"))
    )
    buttons = "".join(
        f'<button formaction="/mails/{mail.id}/{end}">{said}</button>' for end, said in ENDS.items()
    )
    subject = escape(str(mail.mime["Subject"]))
    do = f'<div class="do">{links}<form method="post">{buttons}</form></div>'
    return f'<li><strong>{subject}</strong><span class="to">to {escape(mail.to)}</span>{do}</li>'


def _html(text: str) -> Response:
    return Response(
        text, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": SAFE}
    )


def _text(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
