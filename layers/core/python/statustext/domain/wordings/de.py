"""German. Ä, ö, ü and ß are in GSM-7."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] {{Severity}} Störung: {{title}}"),
        "updated": with_link("[{{page}}] Update: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Behoben nach {{duration}}: {{title}}", "[{{page}}] Behoben: {{title}}"
        ),
        "maintenance_scheduled": with_link("[{{page}}] Wartung {{starts}} bis {{ends}}: {{title}}"),
        "maintenance_reminder": with_link(
            "[{{page}}] Erinnerung: Wartung {{starts}} bis {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Wartung verschoben, nun {{starts}} bis {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Wartung hat begonnen, bis {{ends}}: {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Wartung {{starts}} bis {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Wartung beendet: {{title}}"),
        "summary": ("[{{page}}] Status: {{message}}",),
        "verification": (
            "[{{page}}] Ihr Code ist {{code}}. Er gilt 10 Minuten. Nicht angefordert? Dann "
            "ignorieren Sie diese SMS. Antworten Sie STOP zum Abbestellen.",
        ),
        "welcome": (
            "[{{page}}] Sie erhalten nun Statusmeldungen, unterschiedlich oft. "
            "SMS-Kosten je nach Tarif. HELP für Hilfe, STOP zum Abbestellen.",
        ),
        "help": (
            "[{{page}}] Hilfe: {{url}} Meldungen unterschiedlich oft, "
            "SMS-Kosten je nach Tarif. STOP zum Abbestellen.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Wartung geplant: {{title}}",
        "maintenance_reminder": "[{{page}}] Erinnerung an die Wartung: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Wartung verschoben: {{title}}",
        "maintenance_started": "[{{page}}] Wartung hat begonnen: {{title}}",
        "maintenance_updated": "[{{page}}] Wartung, {{status}}: {{title}}",
    },
    impacts={
        "critical": "kritische",
        "major": "größere",
        "minor": "kleinere",
        "none": "neue",
        "maintenance": "geplante",
    },
    statuses={
        "investigating": "wird untersucht",
        "identified": "Ursache gefunden",
        "monitoring": "wird beobachtet",
        "resolved": "behoben",
        "postmortem": "Nachbericht",
        "scheduled": "geplant",
        "in_progress": "läuft",
        "verifying": "wird geprüft",
        "completed": "beendet",
    },
    more="{number} weitere",
    calendar=Calendar(
        ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
        "{weekday} {day}. {month} {time} {zone}",
    ),
    units=Units("Tag", "Tage", "Std", "Min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Keine offenen Störungen. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Offen: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Stumm: {{title}}. Sie hören nichts mehr davon.",
        Answer.UNMUTED: "[{{page}}] Nichts ist mehr stumm: Sie hören wieder alles, was Sie gewählt "
        "haben.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Es gibt nichts stummzuschalten: Ihnen wurde keine "
        "Störung gemeldet.",
        Answer.PAUSED: "[{{page}}] Keine Meldungen bis {{message}}. RESUME beendet die Pause.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Wie lange? Zum Beispiel PAUSE 30 MIN, PAUSE 8H oder "
        "PAUSE 2 DAYS (höchstens 7).",
        Answer.RESUMED: "[{{page}}] Ihre Meldungen sind an. PAUSE 8H gibt Ihnen Ruhe.",
        Answer.CRITICAL: "[{{page}}] Sie erhalten nun nur noch kritische Störungen und keine "
        "Wartungen. ALL für alles.",
        Answer.ALL: "[{{page}}] Sie erhalten nun alle Störungen aller Komponenten und Wartungen. "
        "CRITICAL für nur kritische.",
        Answer.LIST: "[{{page}}] Sie erhalten: {{message}}. Antworten: STATUS, MUTE, UNMUTE, "
        "PAUSE 8H, RESUME, CRITICAL, ALL, MANAGE, HELP, STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Ihre Meldungen laufen weiter. STOP beendet sie, PAUSE 8H "
        "gibt Ihnen Ruhe.",
        Answer.LANGUAGE: "[{{page}}] Sie erhalten Ihre SMS nun auf Deutsch. STOP zum Abbestellen.",
        Answer.STILL_YOURS: "[{{page}}] Ist das noch Ihre Nummer? Mit YES bekommen Sie weiter "
        "Meldungen, mit STOP keine mehr.",
        Answer.MANAGE: "[{{page}}] Meldungen ändern oder beenden: {{url}}",
    },
    wishes=Wishes(
        every_impact="jede Schwere",
        every_component="alle Komponenten",
        new_incidents="neue Störungen",
        updates="Updates",
        resolutions="Behebungen",
        maintenance="Wartungen",
        quiet="Ruhe {hours}",
        no_quiet_hours="keine Ruhezeit",
        nothing_until="nichts bis {moment}",
        none="nichts",
    ),
)
