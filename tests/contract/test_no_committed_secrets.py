"""No key, token or account id that could be somebody's stands in a file of the repository."""

import re
import subprocess
from collections.abc import Iterator, Mapping

import pytest

from local.configuration import ROOT

SHAPES: Mapping[str, str] = {
    "Twilio's account, key or service": r"\b(?:AC|SK|MG|PN)([0-9a-fA-F]{32})\b",
    "Twilio's token": r"(?i:auth_?token)\W{1,6}([0-9a-fA-F]{32})\b",
    "AWS's access key": r"\b(?:AKIA|ASIA)([0-9A-Z]{16})\b",
    "AWS's secret key": r"(?i:secret_?(?:access_?)?key)\W{1,6}([A-Za-z0-9/+]{40})(?![\w/+=])",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+([A-Za-z0-9+/]{40,})",
    "Slack's webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/([A-Za-z0-9]{16,})",
    "Slack's token": r"\bxox[abeprs]-([A-Za-z0-9-]{20,})",
    "Discord's webhook": r"discord(?:app)?\.com/api/webhooks/[0-9]{15,}/([\w-]{40,})",
    "a webhook's secret": r"\bwhsec_([A-Za-z0-9+/]{32,}={0,2})",
    "GitHub's token": r"\bgh[opsru]_([A-Za-z0-9]{30,})",
    "PyPI's token": r"\bpypi-([\w-]{50,})",
}
"""What a secret of each kind looks like; the group is the part that nobody could guess."""

PUBLISHED = {
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "the example of the Standard Webhooks specification"
}

FEWEST_CHARACTERS = 6
"""Different ones in what is random. What is written in a row (0123456789abcdef) is made up too."""


def is_made_up(secret: str) -> bool:
    """Whether it is an example: published, of one letter or two, or the digits in a row."""
    in_a_row = "0123456789abcdef" * 4
    return (
        secret in PUBLISHED or len(set(secret)) < FEWEST_CHARACTERS or secret.casefold() in in_a_row
    )


def secrets_in(text: str) -> Iterator[str]:
    """Which kinds of secret a text holds, without the secret."""
    for kind, shape in SHAPES.items():
        for found in re.finditer(shape, text):
            if not is_made_up(found[1]):
                yield f"line {text.count(chr(10), 0, found.start()) + 1}: {kind}"


def test_no_committed_secrets() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert len(names) > 500
    found = [
        f"{name}, {one}"
        for name in names
        for one in secrets_in((ROOT / name).read_bytes().decode("utf-8", "replace"))
    ]
    assert found == []


DIGITS = "7f3a9c2e5b8d1064af29c7e3b5d80f16"
LETTERS = "qW8eR2tY6uI0oP4aS9dF3gH7jK1lZ5xC8vB2nM6q"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Twilio's account, key or service", f"sid: AC{DIGITS}"),
        ("Twilio's account, key or service", f"https://api.twilio.com/Accounts/AC{DIGITS.upper()}/"),
        ("Twilio's account, key or service", f'"SK{DIGITS}"'),
        ("Twilio's token", f'TWILIO_AUTH_TOKEN="{DIGITS}"'),
        ("Twilio's token", f"  TwilioAuthToken: {DIGITS}"),
        ("AWS's access key", "AKIA" + "3XK7Q2WZ9RT5PLM4"),
        ("AWS's secret key", f"aws_secret_access_key = {LETTERS}"),
        ("a private key", f"-----BEGIN RSA PRIVATE KEY-----\n{LETTERS}{LETTERS}\n"),
        ("Slack's webhook", f"https://hooks.slack.com/services/T024BE7LD/B07AB1C2D/{LETTERS[:24]}"),
        ("Slack's token", f"xoxb-{LETTERS[:24]}"),
        ("Discord's webhook", f"https://discord.com/api/webhooks/123456789012345678/{LETTERS}{LETTERS}"),
        ("a webhook's secret", f"whsec_{LETTERS}"),
        ("GitHub's token", f"ghp_{LETTERS[:36]}"),
        ("PyPI's token", f"pypi-{LETTERS}{LETTERS}"),
    ],
)  # fmt: skip
def test_what_would_be_found(kind: str, text: str) -> None:
    assert list(secrets_in(f"a line\n{text}\n")) == [f"line 2: {kind}"]


@pytest.mark.parametrize(
    "text",
    [
        "AC" + 32 * "a",
        "MG" + 2 * "0123456789abcdef",
        "AUTH_TOKEN = " + 32 * "0",
        "https://hooks.slack.com/services/T0/B0/x",
        "whsec_…",
        "sha256 " + 2 * DIGITS,
    ],
)
def test_examples_are_no_secrets(text: str) -> None:
    assert list(secrets_in(text)) == []
