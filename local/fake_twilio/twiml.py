"""The part of TwiML that answers a text: <Response><Message>…</Message></Response>."""

from collections.abc import Sequence
from xml.etree import ElementTree

from .drafts import LONGEST_BODY


def replies_in(body: str) -> Sequence[str]:
    """The texts of a TwiML answer's <Message>s; none if it is blank or not TwiML."""
    if "<!" in body:  # no doctype, so no entities to blow up
        return ()
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - see above
    except ElementTree.ParseError:
        return ()
    if root.tag != "Response":
        return ()
    texts = (_text(message) for message in root.iter("Message"))
    return [text[:LONGEST_BODY] for text in texts if text]


def _text(message: ElementTree.Element) -> str:
    bodies = message.findall("Body")
    return ("".join(body.text or "" for body in bodies) if bodies else message.text or "").strip()
