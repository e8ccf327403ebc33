"""What somebody does after a journey; in disorder it is done before the journey is over."""

from tests.faults.stage import INCIDENTS, Stage, iso


def everybody_stops(stage: Stage) -> None:
    """All phones of the journey say STOP."""
    for phone in stage.phones:
        stage.reply("STOP", phone)


def the_end_is_published(stage: Stage) -> None:
    """Every open incident is resolved."""
    for row in stage.system.rows("incident"):
        if row["status"] != "resolved":
            stage.change(row["sk"], status="resolved")


def news_is_published(stage: Stage) -> None:
    """Every open incident goes on."""
    for row in stage.system.rows("incident"):
        if row["status"] != "resolved":
            stage.change(row["sk"], status="identified", body="A disk.")


def maintenances_are_put_off(stage: Stage) -> None:
    """Every maintenance that is not over begins and ends a week later."""
    for row in stage.system.rows("incident"):
        if row["status"] != "completed":
            times = ("scheduled_for", "scheduled_until")
            later = {name: iso(row["schedule"][name] + 7 * 24 * 3600) for name in times}
            stage.change(row["sk"], **later)


def all_is_recalled(stage: Stage) -> None:
    """The newest update of every incident is pulled."""
    for row in stage.system.rows("incident"):
        path = f"{INCIDENTS}/{row['sk']}/updates/{row['newest_seq']}/recall"
        stage.operator("POST", path)


def the_page_is_paused_and_resumed(stage: Stage) -> None:
    """The kill switch, and off again."""
    for paused in (True, False):
        stage.operator("PATCH", "/v1/pages/default/sending", {"paused": paused})


def settings_are_changed(stage: Stage) -> None:
    """Another operator changes the page."""
    stage.operator("PATCH", "/v1/pages/default", {"segment_budget": 2})
