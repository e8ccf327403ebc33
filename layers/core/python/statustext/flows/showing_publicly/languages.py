"""The words of a page."""


def english(message: str, **values: object) -> str:
    """A message with its {values} filled in."""
    return message.format(**values) if values else message
