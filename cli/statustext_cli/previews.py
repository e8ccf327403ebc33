"""A preview, in words: whom an update would reach, at what price, until when."""

from typing import Any

from statustext_cli.terminal import counted, minute


def in_a_sentence(seen: dict[str, Any]) -> str:
    """What somebody should know before they agree."""
    if seen["tells_nobody_because"]:
        return f"This texts nobody. {seen['tells_nobody_because']}"
    about = "about " if seen["counting"]["method"] == "sample" else ""
    people, money = seen["recipients"]["total"], seen["cost"]
    whom, size = counted(people, "person", "people"), counted(seen["segments"], "segment")
    said = f"This texts {about}{whom}, {size}, for about"
    return f"{said} {money['usd']:.2f} {money['currency']}{_until(seen)}."


def in_words(seen: dict[str, Any]) -> str:
    """All that a preview tells."""
    lines = [f"{seen['name']}: {seen['status']}, impact {seen['impact']}", in_a_sentence(seen)]
    for one in seen["texts"]:
        whom = counted(one["recipients"], "gets", "get")
        lines.append(f"  {whom} ({one['event']}): {one['text']}")
    by_language = seen["recipients"]["by_language"]
    for language, one in by_language.items() if len(by_language) > 1 else ():
        whom, size = (
            counted(one["recipients"], "person", "people"),
            counted(one["segments"], "segment"),
        )
        lines.append(f"  In {language}: {whom}, {size}")
    for one in seen["cost"]["by_country"]:
        texts, segments = counted(one["texts"], "text"), counted(one["segments"], "segment")
        price = f"{segments} at {one['usd_per_segment']:g} ({one['price']})"
        lines.append(f"  {one['country'] or 'elsewhere'}: {texts}, {price}")
    for what, number in seen["recipients"]["held"].items():
        until = minute(seen["recipients"]["held_until"])
        lines.append(f"  {number} later, at the latest {until} UTC: {_plain(what)}")
    for why, number in seen["not_told"].items():
        lines.append(f"  {number} not at all: {_plain(why)}")
    if quota := seen["quota"]:
        begins, later = minute(quota["begins_anew_at"]), quota["texts_later"]
        lines.append(
            f"  {quota['name']} has room for {quota['texts_at_once']} at once: {later} from"
            f" {begins} UTC on, {quota['texts_never']} not at all"
        )
    for one in seen["stopped"]:
        lines.append(f"  Stopped by Twilio's error {one['code']}: {one['scope']}")
    return "\n".join(lines)


def _until(seen: dict[str, Any]) -> str:
    if seen["paused"]:
        return ", once the page is resumed"
    if not (seconds := seen["seconds_to_last_text"]):
        return ""
    return f", the last of them in {_lasting(seconds)}"


def _lasting(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _plain(name: str) -> str:
    return name.replace("_", " ")
