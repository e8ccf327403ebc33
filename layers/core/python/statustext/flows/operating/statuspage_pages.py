"""A page in the shape of Statuspage's management API: its fields beside our own.

https://developer.statuspage.io
"""

from typing import Any
from urllib.parse import urlsplit

from statustext.domain.mode import Mode
from statustext.domain.page import Page

UNSET = [
    "created_at",
    "updated_at",
    "page_description",
    "headline",
    "branding",
    "subdomain",
    "support_url",
    "ip_restrictions",
    "notifications_from_email",
    "notifications_email_footer",
    "activity_score",
    "twitter_username",
    "city",
    "state",
    "country",
    "css_body_background_color",
    "css_font_color",
    "css_light_font_color",
    "css_greens",
    "css_yellows",
    "css_oranges",
    "css_blues",
    "css_reds",
    "css_border_color",
    "css_graph_color",
    "css_link_color",
    "css_no_data",
    "favicon_logo",
    "transactional_logo",
    "hero_cover",
    "email_logo",
    "twitter_logo",
]
"""What is not kept here. Clients read it all the same; a real page has null where it is unset."""


def fields_of(page: Page) -> dict[str, Any]:
    """Each of Statuspage's fields that is not one of ours."""
    address = urlsplit(page.url)
    return {
        **dict.fromkeys(UNSET),
        "domain": address.hostname if address.path in ("", "/") else None,
        "hidden_from_search": False,
        "viewers_must_be_team_members": False,
        "allow_page_subscribers": True,
        "allow_incident_subscribers": True,
        "allow_rss_atom_feeds": True,
        "allow_sms_subscribers": Mode.SMS in page.modes,
        "allow_email_subscribers": Mode.EMAIL in page.modes,
        "allow_webhook_subscribers": Mode.WEBHOOK in page.modes,
    }
