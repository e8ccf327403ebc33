"""For whom a page is drawn: language, time zone, where it is; and the words of every state."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from statustext.flows.languages import Speech

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class View:
    """`site` and `root` are the relative paths from what is drawn to the deployment's root and the
    page's. `page` is the page's internal id. `query` is what links carry on: a chosen language."""

    speech: Speech
    zone: str
    site: str
    root: str
    now: float
    page: str = "default"
    query: str = ""

    @property
    def language(self) -> str:
        return self.speech.language

    def say(self, message: str, **values: object) -> str:
        """A message in the visitor's language."""
        return self.speech.say(message, **values)

    @property
    def home(self) -> str:
        """The link to the page's beginning."""
        return (self.root or "./") + self.query

    def moment(self, iso: str) -> datetime:
        """A timestamp of a document, in the page's zone."""
        return datetime.fromisoformat(iso).astimezone(ZoneInfo(self.zone))

    def moment_of_now(self) -> datetime:
        """Now, in the page's zone."""
        return datetime.fromtimestamp(self.now, ZoneInfo(self.zone))

    def time(self, iso: str) -> Markup:
        """A moment as text; the page's script puts it into the visitor's zone."""
        there = self.moment(iso)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            iso,
            self.exact(there),
            self.say(
                "{month} {day}, {time} {zone}",
                month=self.say(MONTHS[there.month - 1]),
                day=there.day,
                time=f"{there:%H:%M}",
                zone=there.tzname(),
            ),
        )

    def exact(self, there: datetime) -> str:
        return f"{there:%Y-%m-%d %H:%M:%S} {there.tzname()}"

    def day(self, one: date) -> str:
        """A day as text."""
        return self.say(
            "{month} {day}, {year}",
            month=self.say(MONTHS[one.month - 1]),
            day=one.day,
            year=one.year,
        )

    def span(self, seconds: float) -> str:
        """A length of time as text, in its two largest units."""
        minutes = max(round(seconds / 60), 1)
        days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = [
            ("{count} day", "{count} days", days),
            ("{count} hour", "{count} hours", hours),
            ("{count} minute", "{count} minutes", minutes),
        ]
        said = [self.speech.count(one, many, count) for one, many, count in units if count]
        return " ".join(said[:2])


STATES = {
    "operational": "Operational",
    "under_maintenance": "Under maintenance",
    "degraded_performance": "Degraded performance",
    "partial_outage": "Partial outage",
    "major_outage": "Major outage",
}
STATUSES = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
    "postmortem": "Postmortem",
    "scheduled": "Scheduled",
    "in_progress": "In progress",
    "verifying": "Verifying",
    "completed": "Completed",
}
IMPACTS = {
    "none": "No impact",
    "minor": "Minor impact",
    "major": "Major impact",
    "critical": "Critical impact",
    "maintenance": "Maintenance",
}
TONES = {
    "operational": "ok",
    "under_maintenance": "care",
    "degraded_performance": "slow",
    "partial_outage": "part",
    "major_outage": "down",
    "none": "ok",
    "maintenance": "care",
    "minor": "slow",
    "major": "part",
    "critical": "down",
}
"""The colour of a component's state and of an impact; see page.css."""


def icon(tone: str) -> Markup:
    """A state's sign, told by its form and not only by its colour."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>').format(tone)


def paragraphs(text: str) -> Markup:
    """What an operator wrote: escaped, its lines kept, its web addresses made links."""
    return Markup('<div class="said">{}</div>').format(linked(text))


def linked(text: str) -> Markup:
    """Plain text with its web addresses as links that tell the other side nothing."""
    made = Markup()
    for word in text.replace("\r\n", "\n").split(" "):
        head, scheme, rest = word.partition("https://")
        if not scheme:
            made += Markup("{} ").format(word)
            continue
        address, end = rest, ""
        for place, sign in enumerate(rest):
            if sign in "\n<>\"'()[]{}|\\^`" or sign.isspace():
                address, end = rest[:place], rest[place:]
                break
        trimmed = address.rstrip(".,;:!?")
        end = address[len(trimmed) :] + end
        url = scheme + trimmed
        made += Markup('{}<a rel="nofollow noopener noreferrer" href="{}">{}</a>{} ').format(
            head, url, url, end
        )
    return made[:-1]
