"""Whom the command talks to: flags, else the environment, else a profile of the user's file.

The file is `statustext/config.toml` in the user's configuration folder, readable by them alone:

    [default]
    api = "https://abc123.execute-api.eu-central-1.amazonaws.com/v1"
    key = "st_…"
    page = "default"

The profile `local` needs no file: it is what `make run` starts.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import typer

DEFAULT, LOCAL = "default", "local"
SETTINGS = ("api", "key", "page")


@dataclass(frozen=True)
class Profile:
    """An API's address without a slash at its end, a key for it, and the page meant."""

    api: str = ""
    key: str = field(default="", repr=False)
    page: str = "default"


BUILT_IN = {LOCAL: Profile("http://127.0.0.1:8080", "local-key")}


def config_file(environment: Mapping[str, str]) -> Path:
    """Where profiles are kept."""
    folder = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "statustext" / "config.toml"


def read_profiles(file: Path) -> dict[str, Profile]:
    """The profiles of a file, with those built in. Raises ValueError in one sentence."""
    if not file.exists():
        return dict(BUILT_IN)
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from None
    found = dict(BUILT_IN)
    for name, settings in given.items():
        if not isinstance(settings, dict) or not set(settings) <= set(SETTINGS):
            raise ValueError(f"{file}: profile {name} may hold {', '.join(SETTINGS)}.")
        if not all(isinstance(value, str) for value in settings.values()):
            raise ValueError(f"{file}: what profile {name} holds must be in quotes.")
        found[name] = replace(Profile(), **settings)
    return found


def write_profile(file: Path, name: str, profile: Profile) -> None:
    """Keep a profile beside the others, in a file that only its owner can read."""
    profiles = {**read_profiles(file), name: profile}
    lines: list[str] = []
    for one, settings in profiles.items():
        if one in BUILT_IN and settings == BUILT_IN[one]:
            continue
        lines += [f"[{one}]", *(f'{key} = "{getattr(settings, key)}"' for key in SETTINGS), ""]
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as written:
        written.write("\n".join(lines))


def choose(
    name: str, api: str | None, key: str | None, page: str | None, environment: Mapping[str, str]
) -> Profile:
    """The profile to use: `name`'s, with what was given besides in its place."""
    try:
        profiles = read_profiles(config_file(environment))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if name != DEFAULT and name not in profiles:
        typer.echo(f"There is no profile {name}; known are {', '.join(profiles)}.", err=True)
        raise typer.Exit(2)
    found = profiles.get(name, Profile())
    return Profile((api or found.api).rstrip("/"), key or found.key, page or found.page)
