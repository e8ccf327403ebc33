"""Polish, without its marks, as texts in Polish are usually written: they would cost double."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] Awaria {{severity}}: {{title}}"),
        "updated": with_link("[{{page}}] Nowe informacje: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Usunieto po {{duration}}: {{title}}", "[{{page}}] Usunieto: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Prace techniczne od {{starts}} do {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Przypomnienie: prace techniczne od {{starts}} do {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Prace przesuniete, teraz od {{starts}} do {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link("[{{page}}] Prace rozpoczete, koniec {{ends}}: {{title}}"),
        "maintenance_updated": with_link(
            "[{{page}}] Prace od {{starts}} do {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Prace zakonczone: {{title}}"),
        "summary": ("[{{page}}] Stan: {{message}}",),
        "verification": (
            "[{{page}}] Twoj kod to {{code}}. Jest wazny 10 minut. Jesli o niego nie prosisz, "
            "pomin ten SMS. Odpisz STOP, aby zrezygnowac.",
        ),
        "welcome": (
            "[{{page}}] Otrzymujesz teraz powiadomienia. Liczba SMS jest rozna. Operator moze "
            "pobrac oplaty. Odpisz HELP po pomoc, STOP, by zrezygnowac.",
        ),
        "help": (
            "[{{page}}] Pomoc: {{url}} Liczba SMS jest rozna. Operator moze pobrac oplaty. "
            "Odpisz STOP, by zrezygnowac.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Planowane prace techniczne: {{title}}",
        "maintenance_reminder": "[{{page}}] Przypomnienie o pracach: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Prace przesuniete: {{title}}",
        "maintenance_started": "[{{page}}] Prace rozpoczete: {{title}}",
        "maintenance_updated": "[{{page}}] Prace, {{status}}: {{title}}",
    },
    impacts={
        "critical": "krytyczna",
        "major": "powazna",
        "minor": "drobna",
        "none": "nowa",
        "maintenance": "planowana",
    },
    statuses={
        "investigating": "badamy przyczyne",
        "identified": "znamy przyczyne",
        "monitoring": "obserwujemy",
        "resolved": "usunieto",
        "postmortem": "raport",
        "scheduled": "planowane",
        "in_progress": "w toku",
        "verifying": "sprawdzamy",
        "completed": "zakonczone",
    },
    more="jeszcze {number}",
    calendar=Calendar(
        ("pn", "wt", "sr", "czw", "pt", "sob", "nd"),
        ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paz", "lis", "gru"),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("dzien", "dni", "godz", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Brak otwartych awarii. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Teraz: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Wyciszono: {{title}}. Nie bedzie o tym wiecej SMS.",
        Answer.UNMUTED: "[{{page}}] Nic nie jest juz wyciszone: znow otrzymujesz wszystko, co "
        "wybrane.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Nie ma czego wyciszyc: nie bylo SMS o zadnej awarii.",
        Answer.PAUSED: "[{{page}}] Bez powiadomien do {{message}}. Odpisz RESUME, by je wznowic.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Podaj czas, np. PAUSE 30 MIN, PAUSE 8H lub PAUSE 2 DAYS "
        "(najwyzej 7).",
        Answer.RESUMED: "[{{page}}] Powiadomienia sa wlaczone. Odpisz PAUSE 8H, by miec przerwe.",
        Answer.CRITICAL: "[{{page}}] Od teraz tylko awarie krytyczne, bez prac technicznych. "
        "Odpisz ALL, by miec wszystko.",
        Answer.ALL: "[{{page}}] Od teraz wszystkie awarie i prace techniczne. Odpisz CRITICAL, by "
        "miec tylko krytyczne.",
        Answer.LIST: "[{{page}}] Otrzymujesz: {{message}}. Odpisz STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP lub STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Powiadomienia trwaja. Odpisz STOP, by zrezygnowac, lub "
        "PAUSE 8H, by miec przerwe.",
        Answer.LANGUAGE: "[{{page}}] Od teraz piszemy po polsku. Odpisz STOP, by zrezygnowac.",
        Answer.STILL_YOURS: "[{{page}}] Czy to nadal Twoj numer? Odpisz YES, by zachowac "
        "powiadomienia, lub STOP, by zrezygnowac.",
        Answer.MANAGE: "[{{page}}] Zmien lub zakoncz powiadomienia: {{url}}",
    },
    wishes=Wishes(
        every_impact="kazda waga",
        every_component="wszystkie uslugi",
        new_incidents="nowe awarie",
        updates="nowe informacje",
        resolutions="zakonczenia",
        maintenance="prace techniczne",
        quiet="cisza {hours}",
        no_quiet_hours="bez godzin ciszy",
        nothing_until="nic do {moment}",
        none="nic",
    ),
)
