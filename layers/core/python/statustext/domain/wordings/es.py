"""Spanish. É, ñ, ¿ and ¡ are in GSM-7; á, í, ó and ú are not and are avoided."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] Incidente {{severity}}: {{title}}"),
        "updated": with_link("[{{page}}] Novedad: {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Resuelto tras {{duration}}: {{title}}", "[{{page}}] Resuelto: {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Mantenimiento {{starts}} hasta {{ends}}: {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Recuerde: mantenimiento {{starts}} hasta {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Mantenimiento aplazado, ahora {{starts}} hasta {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Mantenimiento iniciado, hasta {{ends}}: {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Mantenimiento {{starts}} hasta {{ends}}, {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Mantenimiento terminado: {{title}}"),
        "summary": ("[{{page}}] Estado: {{message}}",),
        "verification": (
            "[{{page}}] Su clave es {{code}} y vale 10 minutos. Si no la ha pedido, ignore este "
            "mensaje. Responda STOP para no recibir nada.",
        ),
        "welcome": (
            "[{{page}}] Sus avisos ya funcionan. La frecuencia de mensajes cambia. Su tarifa "
            "puede aplicarse. HELP para ayuda, STOP para darse de baja.",
        ),
        "help": (
            "[{{page}}] Ayuda: {{url}} La frecuencia de mensajes cambia. Su tarifa puede "
            "aplicarse. Responda STOP para darse de baja.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Mantenimiento programado: {{title}}",
        "maintenance_reminder": "[{{page}}] Recuerde el mantenimiento: {{title}}",
        "maintenance_rescheduled": "[{{page}}] Mantenimiento aplazado: {{title}}",
        "maintenance_started": "[{{page}}] Mantenimiento iniciado: {{title}}",
        "maintenance_updated": "[{{page}}] Mantenimiento, {{status}}: {{title}}",
    },
    impacts={
        "critical": "muy grave",
        "major": "grave",
        "minor": "leve",
        "none": "nuevo",
        "maintenance": "programado",
    },
    statuses={
        "investigating": "investigando",
        "identified": "causa identificada",
        "monitoring": "en seguimiento",
        "resolved": "resuelto",
        "postmortem": "informe final",
        "scheduled": "programado",
        "in_progress": "en curso",
        "verifying": "verificando",
        "completed": "terminado",
    },
    more="{number} otros",
    calendar=Calendar(
        ("lun", "mar", "mié", "jue", "vie", "sab", "dom"),
        ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("d", "d", "h", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] No hay incidentes abiertos. {{url}}",
        Answer.INCIDENTS: "[{{page}}] Abiertos ahora: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] Silenciado: {{title}}. Ya no le avisamos de ello.",
        Answer.UNMUTED: "[{{page}}] Ya nada queda silenciado: le avisamos de todo lo que ha "
        "elegido.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] No hay nada que silenciar: no le avisamos de ninguno.",
        Answer.PAUSED: "[{{page}}] Sin avisos hasta {{message}}. Responda RESUME para volver.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Diga el tiempo, por ejemplo PAUSE 30 MIN, PAUSE 8H o "
        "PAUSE 2 DAYS (7 como mucho).",
        Answer.RESUMED: "[{{page}}] Sus avisos funcionan. Responda PAUSE 8H para un descanso.",
        Answer.CRITICAL: "[{{page}}] Desde ahora solo recibe incidentes muy graves, sin "
        "mantenimiento. Responda ALL para todo.",
        Answer.ALL: "[{{page}}] Desde ahora recibe todos los incidentes y el mantenimiento. "
        "Responda CRITICAL para los muy graves.",
        Answer.LIST: "[{{page}}] Recibe: {{message}}. Responda STATUS, MUTE, UNMUTE, PAUSE 8H, "
        "RESUME, CRITICAL, ALL, MANAGE, HELP o STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Sus avisos siguen. Para darse de baja responda STOP; para "
        "un descanso, PAUSE 8H.",
        Answer.LANGUAGE: "[{{page}}] Desde ahora le escribimos en español. Responda STOP para "
        "darse de baja.",
        Answer.STILL_YOURS: "[{{page}}] ¿Sigue siendo suyo este teléfono? Responda YES para "
        "seguir con los avisos o STOP para darse de baja.",
        Answer.MANAGE: "[{{page}}] Cambie o termine sus avisos: {{url}}",
    },
    wishes=Wishes(
        every_impact="toda gravedad",
        every_component="todos los componentes",
        new_incidents="incidentes nuevos",
        updates="novedades",
        resolutions="resoluciones",
        maintenance="mantenimiento",
        quiet="silencio {hours}",
        no_quiet_hours="sin horas de silencio",
        nothing_until="nada hasta {moment}",
        none="nada",
    ),
)
