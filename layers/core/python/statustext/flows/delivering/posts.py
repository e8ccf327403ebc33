"""What an update reads like to an endpoint: a webhook's body, or a message in a chat's format."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.incidents import list_updates
from statustext.domain.announcement import Announcement
from statustext.domain.chat import discord, slack, teams
from statustext.domain.chat.news import News, Tone, tone_of
from statustext.domain.component import Component, StateChange
from statustext.domain.ids import page_id_shown, statuspage_id
from statustext.domain.mode import Mode
from statustext.domain.own_links import own_links
from statustext.domain.page import Page
from statustext.domain.post import Post
from statustext.domain.subscriber import Subscriber
from statustext.domain.webhook_signing import secrets_of
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.webhook_bodies import Sending, component_body, incident_body
from statustext.queue_messages import DirectTextTask

DOCUMENTATION = "https://www.standardwebhooks.com"

CODE_TITLE = "the code of this subscription"
CODE_BODY = (
    "Somebody subscribes this address to the page's incidents. Enter the code where you subscribed;"
    " it works for ten minutes. Where that was not you, do nothing."
)

CHATS: Mapping[Mode, Callable[[News], dict[str, Any]]] = {
    Mode.SLACK: slack.message,
    Mode.TEAMS: teams.message,
    Mode.DISCORD: discord.message,
}


def post_of(person: Subscriber, announcement: Announcement, page: Page, deps: Deps) -> Post:
    """What is posted to tell this person an update; its id is the same for every attempt."""
    update = announcement.update
    message = f"msg_{statuspage_id(page.id, update.incident, str(update.seq), person.id)}"
    components = list_components(deps.table, page.id)
    url, manage_url = person.reached_at, _manage_url(person, page, deps)
    if person.mode in CHATS:
        news = _news(announcement, page, components, manage_url)
        return Post(url, _json(CHATS[person.mode](news)), message)
    now = deps.clock.now()
    updates = [
        one
        for one in list_updates(deps.table, page.id, update.incident)
        if one.is_shown and one.seq <= update.seq
    ]
    sending = Sending(page, components, manage_url, DOCUMENTATION, now)
    body = incident_body(announcement.incident, updates, sending)
    return Post(url, _json(body), message, _secrets(person, deps))


def component_post(
    person: Subscriber, component: Component, change: StateChange, page: Page, deps: Deps
) -> Post:
    """What is posted to a webhook about a component's change; its id is the same for every
    attempt."""
    about = (component.id, repr(change.at), person.id)
    message = f"msg_{statuspage_id('component', page.id, *about)}"
    components = list_components(deps.table, page.id)
    manage_url = _manage_url(person, page, deps)
    sending = Sending(page, components, manage_url, DOCUMENTATION, deps.clock.now())
    body = component_body(component, change.changes[component.id], change.at, sending)
    return Post(person.reached_at, _json(body), message, _secrets(person, deps))


def _secrets(person: Subscriber, deps: Deps) -> tuple[str, ...]:
    return secrets_of(person, deps.secrets.master_key(), deps.clock.now())


def code_post(
    mode: Mode, url: str, page: Page, task: DirectTextTask, made: str, secret: str
) -> Post:
    """The code that shows who reads what is posted there; a webhook is told its secret with it."""
    message = f"msg_{statuspage_id(page.id, task.subscriber, task.direct)}"
    if mode in CHATS:
        news = News(page.name, CODE_TITLE, made, CODE_BODY, Tone.PLANNED)
        return Post(url, _json(CHATS[mode](news)), message)
    body = {
        "type": "verification",
        "code": made,
        "signing_secret": secret,
        "page": {"id": page_id_shown(page.id), "name": page.name},
    }
    return Post(url, _json(body), message, (secret,))


def _news(
    announcement: Announcement, page: Page, components: list[Component], manage_url: str
) -> News:
    incident = announcement.incident
    return News(
        page=page.name,
        title=incident.name,
        state=announcement.update.status.in_words,
        body=announcement.update.body,
        tone=tone_of(incident),
        components=tuple(one.name for one in components if one.id in incident.component_ids),
        details_url=page.incident_url(incident.id) if page.url else "",
        manage_url=manage_url,
    )


def _manage_url(person: Subscriber, page: Page, deps: Deps) -> str:
    now, key = deps.clock.now(), deps.secrets.code_key()
    own = own_links(page, person.id, person.token_epoch, key, now)
    return own.manage or own.unsubscribe


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
