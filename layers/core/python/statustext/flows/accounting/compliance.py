"""What carriers' registration forms ask for, with every wording as it is sent.

The fields are those of a 10DLC campaign (Twilio's Usa2p resource: description of 40 to 4096
characters, message flow of 40 to 2048, two to five samples of 20 to 1024) and of a toll-free
verification (`use_case_summary`, `opt_in_type`, a production sample).
"""

from typing import Any

from statustext.domain.page import Page
from statustext.domain.rendering import MAX_SEGMENTS, render
from statustext.domain.templates import SAMPLES, Event, key_of, samples_in, wording_for
from statustext.flows.languages import speech_of

SAMPLED = (Event.CREATED, Event.UPDATED, Event.RESOLVED, Event.MAINTENANCE_SCHEDULED)
OPT_IN_KEYWORDS = ("START", "UNSTOP")
OPT_OUT_KEYWORDS = (
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
)
"""Twilio's own; see docs/opting-out.md for the sentences that mean the same."""

HELP_KEYWORDS = ("HELP", "INFO")
TWILIOS = "Twilio's own answer; see keyword_replies of the page."


def compliance_pack(page: Page) -> dict[str, Any]:
    """The texts for both forms. What only the operator knows (legal name, tax number, addresses,
    an image of the form) is not in it."""
    consent = speech_of(page.language, page.words).consent(page.name)
    samples = [announced(page, event) for event in SAMPLED]
    uses_link = page.url in "".join(samples) or "http" in "".join(samples)
    return {
        "use_case": "ACCOUNT_NOTIFICATION",
        "description": (
            f"Service status alerts from {page.name}. People who subscribe on the status page "
            f"{page.url} are texted when an incident or planned maintenance affects a service that "
            "they chose, when it goes on, and when it is over. No marketing is sent."
        ),
        "message_flow": (
            f"On the status page {page.url} a visitor enters their mobile number into the form "
            "“Subscribe by text”, chooses what to hear of, and ticks a box, empty at first, beside "
            f"this text: “{consent}” They are then texted a code of six digits, and who "
            f"enters it is subscribed{_by_join(page)}: nobody else gets anything but that code. "
            "Consent is recorded with the text shown, its version, the time and a keyed hash of "
            "the source address. Sign-up is optional, is no condition of any purchase, and numbers "
            "are shared with nobody for marketing."
        ),
        "opt_in_wording": consent,
        "opt_in_type": "WEB_FORM",
        "verification_message": direct(page, Event.VERIFICATION),
        "opt_in_message": direct(page, Event.WELCOME),
        "message_samples": samples,
        "help_message": direct(page, Event.HELP)
        if page.keyword_replies == "statustext"
        else TWILIOS,
        "opt_out_message": TWILIOS,
        "opt_in_keywords": [*OPT_IN_KEYWORDS, *(["JOIN"] if page.join_number else [])],
        "opt_out_keywords": list(OPT_OUT_KEYWORDS),
        "help_keywords": list(HELP_KEYWORDS),
        "has_embedded_links": uses_link,
        "has_embedded_phone": False,
        "use_case_summary": (
            f"{page.name} texts its subscribers about outages and maintenance of its services. "
            "Subscribers ask for it on the status page and confirm their number by a code."
        ),
    }


def _by_join(page: Page) -> str:
    if not page.join_number:
        return ""
    return f", as is who texts JOIN to {page.join_number}, which the form offers beside that text"


def announced(page: Page, event: Event) -> str:
    """An announcement as it is sent, of an incident that never was."""
    language, budget = page.language, page.segment_budget
    values = {**samples_in(language), "page": page.name, "url": page.url}
    own = page.templates.get(key_of(event, language))
    return render(own or wording_for(event, values, budget, language), values, budget)


def direct(page: Page, event: Event) -> str:
    """A code, a welcome or an answer to HELP as it is sent."""
    values = {"page": page.name, "url": page.url, "code": SAMPLES["code"]}
    budget = 1 if event is Event.WELCOME else MAX_SEGMENTS
    return render(page.template(event, page.language), values, budget)
