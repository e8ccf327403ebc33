"""Japanese, which needs UCS-2: 70 characters in a segment."""

from statustext.domain.moments import Calendar, Units
from statustext.domain.wordings import Answer, Wishes, Wordings, with_link

WORDINGS = Wordings(
    events={
        "created": with_link("[{{page}}] {{severity}}障害: {{title}}"),
        "updated": with_link("[{{page}}] 更新: {{title}} - {{status}}"),
        "resolved": with_link(
            "[{{page}}] 復旧({{duration}}): {{title}}", "[{{page}}] 復旧: {{title}}"
        ),
        "maintenance_scheduled": with_link("[{{page}}] メンテ {{starts}} - {{ends}}: {{title}}"),
        "maintenance_reminder": with_link(
            "[{{page}}] 再通知 メンテ {{starts}} - {{ends}}: {{title}}"
        ),
        "maintenance_rescheduled": with_link(
            "[{{page}}] メンテ変更 {{starts}} - {{ends}}: {{title}}"
        ),
        "maintenance_started": with_link("[{{page}}] メンテ開始 {{ends}}まで: {{title}}"),
        "maintenance_updated": with_link(
            "[{{page}}] メンテ {{starts}} - {{ends}} {{status}}: {{title}}"
        ),
        "maintenance_completed": with_link("[{{page}}] メンテ完了: {{title}}"),
        "summary": ("[{{page}}] 状況: {{message}}",),
        "verification": (
            "[{{page}}] 確認コードは {{code}} です。10分間有効です。"
            "お心当たりがなければ無視してください。配信停止は STOP と返信。",
        ),
        "welcome": (
            "[{{page}}] 障害通知を開始しました。配信回数は変動し、通信料がかかる場合があります。"
            "ヘルプは HELP、配信停止は STOP と返信。",
        ),
        "help": (
            "[{{page}}] ヘルプ: {{url}} 配信回数は変動し、通信料がかかる場合があります。"
            "配信停止は STOP と返信。",
        ),
    },
    without_times={
        "maintenance_scheduled": "[{{page}}] メンテナンス予定: {{title}}",
        "maintenance_reminder": "[{{page}}] メンテナンス再通知: {{title}}",
        "maintenance_rescheduled": "[{{page}}] メンテナンス日時変更: {{title}}",
        "maintenance_started": "[{{page}}] メンテナンス開始: {{title}}",
        "maintenance_updated": "[{{page}}] メンテナンス {{status}}: {{title}}",
    },
    impacts={
        "critical": "重大",
        "major": "大規模",
        "minor": "軽微",
        "none": "新規",
        "maintenance": "計画",
    },
    statuses={
        "investigating": "調査中",
        "identified": "原因特定",
        "monitoring": "監視中",
        "resolved": "復旧",
        "postmortem": "事後報告",
        "scheduled": "予定",
        "in_progress": "実施中",
        "verifying": "確認中",
        "completed": "完了",
    },
    more="他{number}件",
    calendar=Calendar(
        ("月", "火", "水", "木", "金", "土", "日"),
        (
            "1月",
            "2月",
            "3月",
            "4月",
            "5月",
            "6月",
            "7月",
            "8月",
            "9月",
            "10月",
            "11月",
            "12月",
        ),
        "{month}{day}日({weekday}) {time} {zone}",
    ),
    units=Units("日", "日", "時間", "分", glue=""),
    answers={
        Answer.NO_INCIDENT: "[{{page}}] 現在、障害はありません。{{url}}",
        Answer.INCIDENTS: "[{{page}}] 現在の障害: {{message}} {{url}}",
        Answer.MUTED: "[{{page}}] 通知を止めました: {{title}}",
        Answer.UNMUTED: "[{{page}}] すべての障害の通知を再開しました。",
        Answer.NOTHING_TO_MUTE: "[{{page}}] 通知した障害がないため、止めるものはありません。",
        Answer.PAUSED: "[{{page}}] {{message}} まで通知しません。再開は RESUME と返信。",
        Answer.HOW_TO_PAUSE: "[{{page}}] 期間を指定してください。例: PAUSE 30 MIN、PAUSE 8H、"
        "PAUSE 2 DAYS (最長7日)",
        Answer.RESUMED: "[{{page}}] 通知は有効です。休止は PAUSE 8H と返信。",
        Answer.CRITICAL: "[{{page}}] 今後は重大障害のみ通知し、メンテナンスは通知しません。"
        "すべて受け取るには ALL と返信。",
        Answer.ALL: "[{{page}}] 今後はすべての障害とメンテナンスを通知します。"
        "重大障害のみは CRITICAL と返信。",
        Answer.LIST: "[{{page}}] 通知: {{message}} 返信: STATUS, MUTE, UNMUTE, PAUSE 8H, RESUME, "
        "CRITICAL, ALL, MANAGE, HELP, STOP",
        Answer.HOW_TO_STOP: "[{{page}}] 通知は続きます。配信停止は STOP 、休止は PAUSE 8H と返信。",
        Answer.LANGUAGE: "[{{page}}] 今後は日本語でお送りします。配信停止は STOP と返信。",
        Answer.STILL_YOURS: "[{{page}}] この番号は今もあなたのものですか。"
        "通知を続けるには YES 、停止は STOP と返信。",
        Answer.MANAGE: "[{{page}}] 通知の変更・解除: {{url}}",
    },
    wishes=Wishes(
        every_impact="全影響度",
        every_component="全サービス",
        new_incidents="新規障害",
        updates="更新",
        resolutions="復旧",
        maintenance="メンテ",
        quiet="休止 {hours}",
        no_quiet_hours="休止時間なし",
        nothing_until="{moment}まで休止",
        none="なし",
    ),
)
