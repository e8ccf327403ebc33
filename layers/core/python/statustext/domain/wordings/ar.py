"""Arabic, which needs UCS-2: 70 characters in a segment."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] عطل {{severity}}: {{title}}"),
        "updated": with_link("[{{page}}] تحديث: {{title}} - {{status}}"),
        "resolved": with_link(
            "[{{page}}] تم الحل بعد {{duration}}: {{title}}", "[{{page}}] تم الحل: {{title}}"
        ),
        "maintenance_scheduled": with_link("[{{page}}] صيانة {{starts}} - {{ends}}: {{title}}"),
        "maintenance_reminder": with_link(
            "[{{page}}] تذكير: صيانة {{starts}} - {{ends}}: {{title}}",
            "[{{page}}] تذكير: صيانة {{starts}}: {{title}}",
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] موعد جديد للصيانة {{starts}} - {{ends}}: {{title}}",
            "[{{page}}] موعد جديد {{starts}}: {{title}}",
        ),
        "maintenance_started": with_link("[{{page}}] بدأت الصيانة حتى {{ends}}: {{title}}"),
        "maintenance_updated": with_link(
            "[{{page}}] صيانة {{starts}} - {{ends}} {{status}}: {{title}}",
            "[{{page}}] صيانة {{starts}} {{status}}: {{title}}",
        ),
        "maintenance_completed": with_link("[{{page}}] انتهت الصيانة: {{title}}"),
        "summary": ("[{{page}}] الحالة: {{message}}",),
        "verification": (
            "[{{page}}] رمزك هو {{code}} وصالح لمدة 10 دقائق. "
            "إن لم تطلبه فتجاهل هذه الرسالة. أرسل STOP لإلغاء الاشتراك.",
        ),
        "welcome": (
            "[{{page}}] بدأ اشتراكك في التنبيهات. عدد الرسائل متغير وقد تطبق رسوم الرسائل. "
            "أرسل HELP للمساعدة أو STOP للإلغاء.",
        ),
        "help": (
            "[{{page}}] المساعدة: {{url}} عدد الرسائل متغير وقد تطبق رسوم الرسائل. "
            "أرسل STOP للإلغاء.",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] صيانة مجدولة: {{title}}",
        "maintenance_reminder": "[{{page}}] تذكير بالصيانة: {{title}}",
        "maintenance_rescheduled": "[{{page}}] تغير موعد الصيانة: {{title}}",
        "maintenance_started": "[{{page}}] بدأت الصيانة: {{title}}",
        "maintenance_updated": "[{{page}}] صيانة {{status}}: {{title}}",
    },
    impacts={
        "critical": "حرج",
        "major": "كبير",
        "minor": "بسيط",
        "none": "جديد",
        "maintenance": "مجدول",
    },
    statuses={
        "investigating": "قيد التحقيق",
        "identified": "تم تحديد السبب",
        "monitoring": "قيد المراقبة",
        "resolved": "تم الحل",
        "postmortem": "تقرير لاحق",
        "scheduled": "مجدول",
        "in_progress": "جار الآن",
        "verifying": "قيد التحقق",
        "completed": "مكتمل",
    },
    more="و{number} أخرى",
    calendar=Calendar(
        ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        (
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ),
        "{day} {month} {time} {zone}",
    ),
    units=Units("يوم", "يوم", "س", "د"),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] لا توجد أعطال حاليا. {{url}}",
        Answer.INCIDENTS: "[{{page}}] أعطال حالية: {{message}}. {{url}}",
        Answer.MUTED: "[{{page}}] تم كتم: {{title}}. لن تصلك رسائل عنه.",
        Answer.UNMUTED: "[{{page}}] لم يعد أي عطل مكتوما وسيصلك كل ما اخترته.",
        Answer.NOTHING_TO_MUTE: "[{{page}}] لا يوجد ما يكتم: لم نبلغك بأي عطل.",
        Answer.PAUSED: "[{{page}}] لا تنبيهات حتى {{message}}. أرسل RESUME للاستئناف.",
        Answer.HOW_TO_PAUSE: "[{{page}}] حدد المدة، مثل PAUSE 30 MIN أو PAUSE 8H أو PAUSE 2 DAYS "
        "(7 كحد أقصى).",
        Answer.RESUMED: "[{{page}}] التنبيهات مفعلة. أرسل PAUSE 8H لإيقافها مؤقتا.",
        Answer.CRITICAL: "[{{page}}] ستصلك الأعطال الحرجة فقط دون الصيانة. أرسل ALL للكل.",
        Answer.ALL: "[{{page}}] ستصلك كل الأعطال وأعمال الصيانة. أرسل CRITICAL للحرجة فقط.",
        Answer.LIST: "[{{page}}] يصلك: {{message}}. أرسل STATUS, MUTE, UNMUTE, PAUSE 8H, RESUME, "
        "CRITICAL, ALL, MANAGE, HELP, STOP.",
        Answer.HOW_TO_STOP: "[{{page}}] التنبيهات مستمرة. أرسل STOP للإلغاء أو PAUSE 8H للراحة.",
        Answer.LANGUAGE: "[{{page}}] سنراسلك بالعربية من الآن. أرسل STOP للإلغاء.",
        Answer.STILL_YOURS: "[{{page}}] هل ما زال هذا رقمك؟ أرسل YES لمتابعة التنبيهات أو STOP "
        "للإلغاء.",
        Answer.MANAGE: "[{{page}}] غير تنبيهاتك أو أنهها: {{url}}",
    },
    wishes=Wishes(
        every_impact="كل الدرجات",
        every_component="كل الخدمات",
        new_incidents="الأعطال الجديدة",
        updates="التحديثات",
        resolutions="الحلول",
        maintenance="الصيانة",
        quiet="هدوء {hours}",
        no_quiet_hours="دون ساعات هدوء",
        nothing_until="لا شيء حتى {moment}",
        none="لا شيء",
    ),
)
