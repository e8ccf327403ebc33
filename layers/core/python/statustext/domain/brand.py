"""A page's own look: colour, signs and links. Contrast by WCAG 2.2, 1.4.3."""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 4.5
LIGHT, DARK = "#f5f6f8", "#161b22"
"""What links and buttons stand on: --bg of the light page and --card of the dark one, in page.css,
each the less favourable of its two grounds."""


@dataclass(frozen=True)
class Link:
    """A link beside the page's own: a name and an https address."""

    name: str
    url: str


@dataclass(frozen=True)
class Brand:
    """Colours as #rrggbb and images as `data:` addresses; "" for ours. `colour_dark` is for dark
    screens, where otherwise `colour` is made as light as it needs to be."""

    colour: str = ""
    colour_dark: str = ""
    logo: str = ""
    favicon: str = ""
    links: Sequence[Link] = ()

    @property
    def on_dark(self) -> str:
        """The colour for dark screens."""
        return self.colour_dark or readable_on_dark(self.colour)


def contrast(one: str, other: str) -> float:
    """From 1 for the same colour to 21 for black and white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def readable_on_dark(colour: str) -> str:
    """The colour itself, or mixed with as much white as it takes."""
    for white in range(0, 101, 5):
        mixed = "#" + "".join(
            f"{round(part + (255 - part) * white / 100):02x}" for part in _parts(colour)
        )
        if contrast(mixed, DARK) >= ENOUGH:
            return mixed
    return "#ffffff"
