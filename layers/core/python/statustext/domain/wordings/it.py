"""Italian. All of its accents are in GSM-7."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] Incidente {{severity}}: {{title}}"),
        "updated": with_link("[{{page}}] Aggiornamento: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Risolto dopo {{duration}}: {{title}}", "[{{page}}] Risolto: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Manutenzione, da {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Promemoria: manutenzione, da {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Manutenzione spostata, ora da {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Manutenzione iniziata, fino a {{ends}}: {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Manutenzione, da {{starts}} a {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Manutenzione conclusa: {{title}}"),
        "summary": ("[{{page}}] Stato: {{message}}",),
        "verification": (
            "[{{page}}] Il tuo codice è {{code}} e vale 10 minuti. Se non lo hai chiesto, ignora "
            "questo SMS. Rispondi STOP per non riceverne.",
        ),
        "welcome": (
            "[{{page}}] I tuoi avvisi sono attivi. La frequenza varia. Possibili costi del tuo "
            "operatore. Rispondi HELP per aiuto, STOP per smettere.",
        ),
        "help": (
            "[{{page}}] Aiuto: {{url}} La frequenza varia. Possibili costi del tuo operatore. "
            "Rispondi STOP per smettere.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Manutenzione prevista: {{title}}",
        "maintenance_reminder": "[{{page}}] Promemoria della manutenzione: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Manutenzione spostata: {{title}}",
        "maintenance_started": "[{{page}}] Manutenzione iniziata: {{title}}",
        "maintenance_updated": "[{{page}}] Manutenzione, {{status}}: {{title}}",
    },
    impacts={
        "critical": "critico",
        "major": "grave",
        "minor": "lieve",
        "none": "in corso",
        "maintenance": "previsto",
    },
    statuses={
        "investigating": "in esame",
        "identified": "causa individuata",
        "monitoring": "in osservazione",
        "resolved": "risolto",
        "postmortem": "relazione finale",
        "scheduled": "in programma",
        "in_progress": "in corso",
        "verifying": "in verifica",
        "completed": "terminato",
    },
    more="altri {number}",
    calendar=Calendar(
        ("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("giorno", "giorni", "h", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Nessun incidente in corso. {{url}}",
        Answer.INCIDENTS: "[{{page}}] In corso: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Silenziato: {{title}}. Non ne saprai altro.",
        Answer.UNMUTED: "[{{page}}] Nessun incidente è più silenziato: ricevi di nuovo tutto ciò "
        "che hai scelto.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Niente da silenziare: nessun incidente ti è stato "
        "segnalato.",
        Answer.PAUSED: "[{{page}}] Nessun avviso fino a {{message}}. Rispondi RESUME per averli "
        "prima.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Scrivi per quanto, ad esempio PAUSE 30 MIN, PAUSE 8H o "
        "PAUSE 2 DAYS (al massimo 7).",
        Answer.RESUMED: "[{{page}}] I tuoi avvisi sono attivi. Rispondi PAUSE 8H per una pausa.",
        Answer.CRITICAL: "[{{page}}] Da ora ricevi solo gli incidenti critici e nessuna "
        "manutenzione. Rispondi ALL per tutto.",
        Answer.ALL: "[{{page}}] Da ora ricevi tutti gli incidenti di ogni componente e le "
        "manutenzioni. Rispondi CRITICAL per i soli critici.",
        Answer.LIST: "[{{page}}] Ricevi: {{message}}. Rispondi STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP o STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] I tuoi avvisi continuano. Per smettere rispondi STOP; per "
        "una pausa, PAUSE 8H.",
        Answer.LANGUAGE: "[{{page}}] Da ora ti scriviamo in italiano. Rispondi STOP per smettere.",
        Answer.STILL_YOURS: "[{{page}}] Questo numero è ancora tuo? Rispondi YES per "
        "continuare con gli avvisi o STOP per smettere.",
        Answer.MANAGE: "[{{page}}] Cambia o termina i tuoi avvisi: {{url}}",
    },
    wishes=Wishes(
        every_impact="ogni gravità",
        every_component="ogni componente",
        new_incidents="nuovi incidenti",
        updates="aggiornamenti",
        resolutions="risoluzioni",
        maintenance="manutenzioni",
        quiet="silenzio {hours}",
        no_quiet_hours="nessun silenzio",
        nothing_until="nulla fino a {moment}",
        none="nulla",
    ),
)
