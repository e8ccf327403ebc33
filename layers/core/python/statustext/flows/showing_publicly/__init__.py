"""Showing the page to everybody: Statuspage's public API v2, the page at `/`, feeds, a calendar.

`snapshot` keeps the page's public state in one row and reads it; `statuspage_v2` gives rows the
shapes of the public API; `documents` cuts the API's documents out of a snapshot; `history` turns
component states into days; `feeds` and `calendar` are what readers and calendars subscribe to;
`html` draws the page.
"""
