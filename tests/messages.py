"""Compiles the translations: `make messages`."""

from datetime import UTC, datetime
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from statustext.flows.languages import LANGUAGES, TRANSLATIONS

WRITTEN = datetime(2026, 11, 27, tzinfo=UTC)
"""Babel would write the time of day into every file."""


def compiled(language: str) -> bytes:
    """A catalogue as gettext reads it."""
    with (TRANSLATIONS / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != "en":
            (TRANSLATIONS / f"{language}.mo").write_bytes(compiled(language))
