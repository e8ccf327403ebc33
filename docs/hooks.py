"""Puts the API's routes into docs/api.md as the site is built, from the description we publish."""

import json
from pathlib import Path

DESCRIPTION = Path(__file__).parents[1] / "functions" / "public_api" / "openapi.json"


def on_page_markdown(markdown: str, **_: object) -> str:
    """mkdocs calls it with each page."""
    return markdown.replace("{{routes}}", _routes()) if "{{routes}}" in markdown else markdown


def _routes() -> str:
    published = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    by_tag: dict[str, list[str]] = {}
    for path, operations in published["paths"].items():
        for method, operation in operations.items():
            row = f"| `{method.upper()}` | `{path}` | {operation['summary']} |"
            by_tag.setdefault(operation["tags"][0], []).append(row)
    head = "| | | |\n| --- | --- | --- |"
    return "\n\n".join(f"## {tag}\n\n{head}\n" + "\n".join(rows) for tag, rows in by_tag.items())
