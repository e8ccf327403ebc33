"""When a person is not to be texted: quiet hours, their PAUSE, the limits per person."""

from statustext.domain.incident import Impact, Incident
from statustext.domain.limits_per_person import next_allowed
from statustext.domain.page import Page
from statustext.domain.quiet_hours import quiet_until, zones_of
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread


def rests_until(subscriber: Subscriber, incident: Incident, page: Page, now: float) -> float:
    """Until when this person is not to be texted about this incident; 0 for now."""
    rests = subscriber.paused_until if subscriber.paused_until > now else 0.0
    preferences = subscriber.preferences
    hours = preferences.quiet_hours or ("" if subscriber.mode.is_free else page.quiet_hours)
    passes = incident.impact is Impact.CRITICAL and preferences.critical_always
    if not hours or hours == "off" or passes:
        return rests
    zones = (preferences.timezone,) if preferences.timezone else zones_of(subscriber.phone)
    return max(rests, quiet_until(now, hours, zones, page.timezone) or 0.0)


def limited_until(subscriber: Subscriber, thread: Thread | None, page: Page, now: float) -> float:
    """Until when the limits per person hold a text back; 0 for now."""
    if subscriber.mode.is_free:
        return 0.0
    return next_allowed(texted(subscriber, thread), now, page.recipient_limits) or 0.0


def texted(subscriber: Subscriber, thread: Thread | None) -> tuple[float, ...]:
    """When the last texts were claimed, without the one that was not accepted."""
    never_went = thread.at if thread and thread.is_not_accepted else None
    return tuple(at for at in subscriber.recent if at != never_went)
