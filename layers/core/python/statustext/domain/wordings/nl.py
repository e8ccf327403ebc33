"""Dutch. Its texts here need no accents."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] {{Severity}} storing: {{title}}"),
        "updated": with_link("[{{page}}] Update: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Opgelost na {{duration}}: {{title}}", "[{{page}}] Opgelost: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Onderhoud {{starts}} tot {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Herinnering: onderhoud {{starts}} tot {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Onderhoud verplaatst, nu {{starts}} tot {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link("[{{page}}] Onderhoud begonnen, tot {{ends}}: {{title}}"),
        "maintenance_updated": with_link(
            "[{{page}}] Onderhoud {{starts}} tot {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Onderhoud klaar: {{title}}"),
        "summary": ("[{{page}}] Status: {{message}}",),
        "verification": (
            "[{{page}}] Uw code is {{code}}. Hij geldt 10 minuten. Niet aangevraagd? Negeer dan "
            "deze sms. Antwoord STOP om u af te melden.",
        ),
        "welcome": (
            "[{{page}}] U krijgt nu statusmeldingen, wisselend vaak. Kosten volgens uw "
            "abonnement. Antwoord HELP voor hulp, STOP om te stoppen.",
        ),
        "help": (
            "[{{page}}] Hulp: {{url}} Meldingen wisselend vaak. Kosten volgens uw abonnement. "
            "Antwoord STOP om te stoppen.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Onderhoud gepland: {{title}}",
        "maintenance_reminder": "[{{page}}] Herinnering aan het onderhoud: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Onderhoud verplaatst: {{title}}",
        "maintenance_started": "[{{page}}] Onderhoud begonnen: {{title}}",
        "maintenance_updated": "[{{page}}] Onderhoud, {{status}}: {{title}}",
    },
    impacts={
        "critical": "kritieke",
        "major": "grote",
        "minor": "kleine",
        "none": "nieuwe",
        "maintenance": "geplande",
    },
    statuses={
        "investigating": "in onderzoek",
        "identified": "oorzaak gevonden",
        "monitoring": "in observatie",
        "resolved": "opgelost",
        "postmortem": "nabeschouwing",
        "scheduled": "gepland",
        "in_progress": "bezig",
        "verifying": "in controle",
        "completed": "klaar",
    },
    more="nog {number}",
    calendar=Calendar(
        ("ma", "di", "wo", "do", "vr", "za", "zo"),
        ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("dag", "dagen", "u", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Geen open storingen. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Nu open: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Gedempt: {{title}}. U hoort er niets meer over.",
        Answer.UNMUTED: "[{{page}}] Niets is meer gedempt: u hoort weer alles wat u koos.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Er is niets te dempen: u kreeg geen storing gemeld.",
        Answer.PAUSED: "[{{page}}] Geen meldingen tot {{message}}. Antwoord RESUME om ze eerder te "
        "krijgen.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Zeg hoe lang, zoals PAUSE 30 MIN, PAUSE 8H of "
        "PAUSE 2 DAYS (hooguit 7).",
        Answer.RESUMED: "[{{page}}] Uw meldingen staan aan. Antwoord PAUSE 8H voor rust.",
        Answer.CRITICAL: "[{{page}}] U krijgt nu alleen kritieke storingen en geen onderhoud. "
        "Antwoord ALL voor alles.",
        Answer.ALL: "[{{page}}] U krijgt nu alle storingen van elk onderdeel en onderhoud. "
        "Antwoord CRITICAL voor alleen kritieke.",
        Answer.LIST: "[{{page}}] U krijgt: {{message}}. Antwoord STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP of STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Uw meldingen gaan door. Antwoord STOP om te stoppen, "
        "PAUSE 8H voor rust.",
        Answer.LANGUAGE: "[{{page}}] U krijgt uw sms'en nu in het Nederlands. Antwoord STOP om te "
        "stoppen.",
        Answer.STILL_YOURS: "[{{page}}] Is dit nog uw nummer? Antwoord YES om meldingen te "
        "blijven krijgen, of STOP om te stoppen.",
        Answer.MANAGE: "[{{page}}] Wijzig of stop uw meldingen: {{url}}",
    },
    wishes=Wishes(
        every_impact="elke ernst",
        every_component="elk onderdeel",
        new_incidents="nieuwe storingen",
        updates="updates",
        resolutions="oplossingen",
        maintenance="onderhoud",
        quiet="rust {hours}",
        no_quiet_hours="geen rusttijd",
        nothing_until="niets tot {moment}",
        none="niets",
    ),
)
