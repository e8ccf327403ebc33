"""What the team reads of an escalation, and what it writes back."""

import re

from statustext.domain.chat.slack import escaped
from statustext.domain.team.escalation import Escalation

_ACK = re.compile(r"\W*(ack|acknowledged?)\b\W*", re.IGNORECASE)


def is_acknowledgement(body: str) -> bool:
    """Whether a text says ACK and nothing else."""
    return _ACK.fullmatch(body.strip()) is not None


def as_text(escalation: Escalation, page: str, longest: int = 150) -> str:
    """One segment where its letters allow it. It holds no link: whoever has the phone may answer by
    it, and a link would be in the carrier's hands."""
    said = f"[{page}] {escalation.level.upper()}: "
    hint = " Reply ACK, or STOP to end on-call texts."
    room = longest - len(said) - len(hint)
    title = escalation.title
    return said + (title if len(title) <= room else title[: room - 3].rstrip() + "...") + hint


def as_subject(escalation: Escalation, page: str) -> str:
    return f"[{page}] {escalation.level.upper()}: {escalation.title}"


def as_mail(escalation: Escalation, page: str, ack_url: str) -> str:
    """The text of a mail."""
    lines = [f"{escalation.level.upper()} on {page}: {escalation.title}", ""]
    lines += [f"More: {escalation.link}"] if escalation.link else []
    lines += [f"Acknowledge: {ack_url}", ""]
    lines += ["Until somebody does, this climbs the page's ladder."]
    return "\n".join(lines)


def as_code_mail(page: str, code: str) -> tuple[str, str]:
    """Subject and text of the mail that verifies a contact."""
    text = f"{code} makes this address one of the team of {page}. It works for 10 minutes.\n"
    return f"[{page}] Code for this address", text + "If nobody told you of it, ignore this mail.\n"


def as_slack(escalation: Escalation, page: str, ack_url: str) -> dict[str, object]:
    """A message for a Slack incoming webhook, with links in its own markup.

    https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    said = f"*{escalation.level.upper()}* on {escaped(page)}: {escaped(escalation.title)}"
    links = [f"<{escalation.link}|More>"] if escalation.link else []
    links.append(f"<{ack_url}|Acknowledge>")
    return {"text": f"{said}\n{' · '.join(links)}", "unfurl_links": False}
