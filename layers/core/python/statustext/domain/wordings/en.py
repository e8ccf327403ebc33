"""English."""

from statustext.domain.moments import ENGLISH, ENGLISH_UNITS
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

# Welcome and help carry what CTIA's Messaging Principles §5.1.3 asks of a programme's texts: brand,
# frequency, rates, HELP or a contact, STOP.
# Fullest first: what does not fit the budget uncut leaves out the link, then the time it took.
WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] {{Severity}} incident: {{title}}"),
        "updated": with_link("[{{page}}] Update: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Resolved after {{duration}}: {{title}}", "[{{page}}] Resolved: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Maintenance {{starts}} to {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Reminder: maintenance {{starts}} to {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Maintenance moved, now {{starts}} to {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Maintenance started, until {{ends}}: {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Maintenance {{starts}} to {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Maintenance completed: {{title}}"),
        "summary": ("[{{page}}] Status: {{message}}",),
        "verification": (
            "[{{page}}] Your code is {{code}}. It expires in 10 minutes. "
            "If you did not ask for it, ignore this text. Reply STOP to opt out.",
        ),
        "welcome": (
            "[{{page}}] You get status alerts now. Msg frequency varies. "
            "Msg & data rates may apply. Reply HELP for help, STOP to opt out.",
        ),
        "help": (
            "[{{page}}] Help: {{url}} Msg frequency varies. "
            "Msg & data rates may apply. Reply STOP to opt out.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Maintenance scheduled: {{title}}",
        "maintenance_reminder": "[{{page}}] Reminder of the maintenance: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Maintenance moved: {{title}}",
        "maintenance_started": "[{{page}}] Maintenance started: {{title}}",
        "maintenance_updated": "[{{page}}] Maintenance {{status}}: {{title}}",
    },
    impacts={
        "critical": "critical",
        "major": "major",
        "minor": "minor",
        "none": "new",
        "maintenance": "maintenance",
    },
    statuses={
        "investigating": "investigating",
        "identified": "identified",
        "monitoring": "monitoring",
        "resolved": "resolved",
        "postmortem": "postmortem",
        "scheduled": "scheduled",
        "in_progress": "in progress",
        "verifying": "verifying",
        "completed": "completed",
    },
    more="{number} more",
    calendar=ENGLISH,
    units=ENGLISH_UNITS,
    answers={
        Answer.NO_INCIDENT: "[{{page}}] No open incidents. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Open now: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Muted: {{title}}. You hear no more of it.",
        Answer.UNMUTED: "[{{page}}] No incident is muted any more: you hear again of all that you "
        "chose.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] There is nothing to mute: you were told of no "
        "incident.",
        Answer.PAUSED: "[{{page}}] No alerts until {{message}}. Reply RESUME to get them before.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Say how long, as in PAUSE 30 MIN, PAUSE 8H or "
        "PAUSE 2 DAYS (7 at most).",
        Answer.RESUMED: "[{{page}}] Your alerts are on. Reply PAUSE 8H for a rest from them.",
        Answer.CRITICAL: "[{{page}}] From now on you get critical incidents only, and no "
        "maintenance. Reply ALL for all.",
        Answer.ALL: "[{{page}}] From now on you get incidents of every impact and component, and "
        "maintenance. Reply CRITICAL to get critical ones only.",
        Answer.LIST: "[{{page}}] You get: {{message}}. Reply STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP or STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Your alerts go on. To end them, reply STOP; for a rest, "
        "PAUSE 8H.",
        Answer.LANGUAGE: "[{{page}}] From now on you are texted in English. Reply STOP to opt out.",
        Answer.STILL_YOURS: "[{{page}}] Is this still your number? Reply YES to go on getting "
        "status alerts, or STOP to end them.",
        Answer.MANAGE: "[{{page}}] Change or end your alerts: {{url}}",
    },
    wishes=Wishes(
        every_impact="every impact",
        every_component="every component",
        new_incidents="new incidents",
        updates="updates",
        resolutions="resolutions",
        maintenance="maintenance",
        quiet="quiet {hours}",
        no_quiet_hours="no quiet hours",
        nothing_until="nothing until {moment}",
        none="none",
    ),
)
