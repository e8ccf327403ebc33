"""Links between files, and to headings, in Markdown that is read on GitHub, in docs/ and outside.

    python docs/links.py README.md docs/*.md

`mkdocs build` checks docs/ alone. Addresses elsewhere are not asked for: they fail without a change
of ours. Ends with 1, a line for each link that leads nowhere.
"""

import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import markdown


class Page(HTMLParser):
    """The links of a page, and what can be linked to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        slug = {"slugify": as_github_does, "separator": "-"}
        made = markdown.Markdown(
            extensions=["toc", "tables", "pymdownx.superfences"], extension_configs={"toc": slug}
        )
        self.feed(made.convert(text))

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.links += [found for name in ("href", "src") if (found := given.get(name))]
        self.anchors |= {found for name in ("id", "name") if (found := given.get(name))}


def as_github_does(heading: str, _: str) -> str:
    """The anchor of a heading: small letters, hyphens for spaces, nothing else but words."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def read(file: Path) -> Page:
    return Page(file.read_text(encoding="utf-8"))


def broken(file: Path) -> list[str]:
    """The links of a file that lead to no file, or to no heading of one."""
    found = []
    for link in read(file).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file.resolve()
        if not target.exists():
            found.append(f"{file}: {link} leads to no file")
        elif target.suffix != ".md" or not parts.fragment:
            continue
        elif unquote(parts.fragment) not in read(target).anchors:
            found.append(f"{file}: {link} leads to no heading")
    return found


if __name__ == "__main__":
    lines = [line for name in sys.argv[1:] for line in broken(Path(name))]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(bool(lines))
