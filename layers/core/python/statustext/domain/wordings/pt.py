"""Portuguese. É, à and ò are in GSM-7; ã, ç, á, í and ó are not and are avoided."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] Incidente {{severity}}: {{title}}"),
        "updated": with_link("[{{page}}] Mais sobre {{title}}: {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Resolvido em {{duration}}: {{title}}", "[{{page}}] Resolvido: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Trabalhos programados, de {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Lembrete: trabalhos programados, de {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Trabalhos adiados, agora de {{starts}} a {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Trabalhos iniciados, com fim {{ends}}: {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Trabalhos, de {{starts}} a {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Trabalhos terminados: {{title}}"),
        "summary": ("[{{page}}] Estado: {{message}}",),
        "verification": (
            "[{{page}}] Sua senha é {{code}} e vale por 10 minutos. Se nada pediu, ignore esta "
            "mensagem. Responda STOP para cancelar.",
        ),
        "welcome": (
            "[{{page}}] Seus alertas foram ativados. A quantidade de mensagens varia. Tarifas "
            "podem ser cobradas. HELP para ajuda, STOP para cancelar.",
        ),
        "help": (
            "[{{page}}] Ajuda: {{url}} A quantidade de mensagens varia. Tarifas podem ser "
            "cobradas. Responda STOP para cancelar.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Trabalhos programados: {{title}}",
        "maintenance_reminder": "[{{page}}] Lembrete dos trabalhos: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Trabalhos adiados: {{title}}",
        "maintenance_started": "[{{page}}] Trabalhos iniciados: {{title}}",
        "maintenance_updated": "[{{page}}] Trabalhos, {{status}}: {{title}}",
    },
    impacts={
        "critical": "muito grave",
        "major": "grave",
        "minor": "leve",
        "none": "novo",
        "maintenance": "programado",
    },
    statuses={
        "investigating": "investigando",
        "identified": "causa identificada",
        "monitoring": "monitorando",
        "resolved": "resolvido",
        "postmortem": "relato final",
        "scheduled": "agendado",
        "in_progress": "em andamento",
        "verifying": "verificando",
        "completed": "terminado",
    },
    more="mais {number}",
    calendar=Calendar(
        ("seg", "ter", "qua", "qui", "sex", "sab", "dom"),
        ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("dia", "dias", "h", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Nenhum incidente aberto. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Abertos agora: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Silenciado: {{title}}. Nada mais lhe chega sobre isso.",
        Answer.UNMUTED: "[{{page}}] Nada mais fica silenciado: tudo o que escolheu lhe chega de "
        "novo.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Nada a silenciar: nenhum incidente lhe foi comunicado.",
        Answer.PAUSED: "[{{page}}] Sem alertas antes de {{message}}. Responda RESUME para voltar.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Diga o tempo, por exemplo PAUSE 30 MIN, PAUSE 8H ou "
        "PAUSE 2 DAYS (7 ou menos).",
        Answer.RESUMED: "[{{page}}] Seus alertas funcionam. Responda PAUSE 8H para uma pausa.",
        Answer.CRITICAL: "[{{page}}] A partir de agora recebe apenas incidentes muito graves, sem "
        "trabalhos. Responda ALL para tudo.",
        Answer.ALL: "[{{page}}] A partir de agora recebe todos os incidentes e trabalhos. Responda "
        "CRITICAL para os muito graves.",
        Answer.LIST: "[{{page}}] Recebe: {{message}}. Responda STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP ou STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Seus alertas continuam. Para cancelar responda STOP; para "
        "uma pausa, PAUSE 8H.",
        Answer.LANGUAGE: "[{{page}}] A partir de agora escrevemos no seu idioma (PT). Responda "
        "STOP para cancelar.",
        Answer.STILL_YOURS: "[{{page}}] Este telefone ainda é seu? Responda YES para continuar "
        "com os alertas ou STOP para cancelar.",
        Answer.MANAGE: "[{{page}}] Mude ou cancele seus alertas: {{url}}",
    },
    wishes=Wishes(
        every_impact="toda gravidade",
        every_component="todos os componentes",
        new_incidents="incidentes novos",
        updates="novidades",
        resolutions="desfechos",
        maintenance="trabalhos",
        quiet="pausa {hours}",
        no_quiet_hours="sem horas de pausa",
        nothing_until="nada antes de {moment}",
        none="nada",
    ),
)
