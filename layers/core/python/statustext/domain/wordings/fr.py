"""French. É, è, à and ù are in GSM-7; ê, ç, ô and û are not and are avoided."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] Incident {{severity}} : {{title}}"),
        "updated": with_link("[{{page}}] Suivi : {{title}} - {{Status}}"),
        "resolved": with_link(
            "[{{page}}] Résolu après {{duration}} : {{title}}", "[{{page}}] Résolu : {{title}}"
        ),
        "maintenance_scheduled": with_link(
            "[{{page}}] Maintenance, début {{starts}}, fin {{ends}} : {{title}}"
        ),
        "maintenance_reminder": with_link(
            "[{{page}}] Rappel : maintenance, début {{starts}}, fin {{ends}} : {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] Maintenance reportée, début {{starts}}, fin {{ends}} : {{title}}"
        ),
        "maintenance_started": with_link(
            "[{{page}}] Maintenance en cours, fin {{ends}} : {{title}}"
        ),
        "maintenance_updated": with_link(
            "[{{page}}] Maintenance, début {{starts}}, fin {{ends}}, {{status}} : {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] Maintenance terminée : {{title}}"),
        "summary": ("[{{page}}] Situation : {{message}}",),
        "verification": (
            "[{{page}}] Votre code est {{code}}, valable 10 minutes. Si vous n'avez rien "
            "demandé, ignorez ce SMS. Répondez STOP pour refuser.",
        ),
        "welcome": (
            "[{{page}}] Vos alertes sont actives. Fréquence variable. Frais d'opérateur "
            "possibles. Répondez HELP pour de l'aide, STOP pour cesser.",
        ),
        "help": (
            "[{{page}}] Aide : {{url}} Fréquence variable. Frais d'opérateur possibles. "
            "Répondez STOP pour cesser.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] Maintenance prévue : {{title}}",
        "maintenance_reminder": "[{{page}}] Rappel de la maintenance : {{title}}",
        "maintenance_rescheduled": "[{{page}}] Maintenance reportée : {{title}}",
        "maintenance_started": "[{{page}}] Maintenance en cours : {{title}}",
        "maintenance_updated": "[{{page}}] Maintenance, {{status}} : {{title}}",
    },
    impacts={
        "critical": "critique",
        "major": "majeur",
        "minor": "mineur",
        "none": "en cours",
        "maintenance": "prévu",
    },
    statuses={
        "investigating": "analyse en cours",
        "identified": "cause identifiée",
        "monitoring": "sous surveillance",
        "resolved": "résolu",
        "postmortem": "bilan",
        "scheduled": "prévu",
        "in_progress": "en cours",
        "verifying": "en vérification",
        "completed": "terminé",
    },
    more="{number} de plus",
    calendar=Calendar(
        ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
        (
            "janv",
            "févr",
            "mars",
            "avr",
            "mai",
            "juin",
            "juil",
            "aout",
            "sept",
            "oct",
            "nov",
            "déc",
        ),
        "{weekday} {day} {month} {time} {zone}",
    ),
    units=Units("jour", "jours", "h", "min"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] Aucun incident en cours. {{url}}",
        Answer.INCIDENTS: "[{{page}}] En cours : {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] En sourdine : {{title}}. Vous n'en entendrez plus parler.",
        Answer.UNMUTED: "[{{page}}] Plus rien n'est en sourdine : vous recevez à nouveau tout ce "
        "que vous avez choisi.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] Rien à mettre en sourdine : aucun incident ne vous a "
        "été signalé.",
        Answer.PAUSED: "[{{page}}] Pas d'alerte avant {{message}}. Répondez RESUME pour reprendre.",
        Answer.HOW_TO_PAUSE: "[{{page}}] Dites la durée, par exemple PAUSE 30 MIN, PAUSE 8H ou "
        "PAUSE 2 DAYS (7 au plus).",
        Answer.RESUMED: "[{{page}}] Vos alertes sont actives. Répondez PAUSE 8H pour une pause.",
        Answer.CRITICAL: "[{{page}}] Vous ne recevez plus que les incidents critiques, sans "
        "maintenance. Répondez ALL pour tout.",
        Answer.ALL: "[{{page}}] Vous recevez tous les incidents de tous les composants et les "
        "maintenances. Répondez CRITICAL pour les seuls critiques.",
        Answer.LIST: "[{{page}}] Vous recevez : {{message}}. Répondez STATUS, MUTE, UNMUTE, "
        "PAUSE 8H, RESUME, CRITICAL, ALL, MANAGE, HELP ou STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] Vos alertes continuent. Pour y mettre fin, répondez STOP ; "
        "pour une pause, PAUSE 8H.",
        Answer.LANGUAGE: "[{{page}}] Vos SMS sont maintenant dans votre langue (FR). Répondez STOP "
        "pour cesser.",
        Answer.STILL_YOURS: "[{{page}}] Est-ce toujours votre numéro ? Répondez YES pour "
        "garder vos alertes, STOP pour y mettre fin.",
        Answer.MANAGE: "[{{page}}] Modifier ou cesser vos alertes : {{url}}",
    },
    wishes=Wishes(
        every_impact="toutes gravités",
        every_component="tous les composants",
        new_incidents="nouveaux incidents",
        updates="suivis",
        resolutions="résolutions",
        maintenance="maintenances",
        quiet="silence {hours}",
        no_quiet_hours="pas de silence",
        nothing_until="rien avant {moment}",
        none="rien",
    ),
)
