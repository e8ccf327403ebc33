"""What is posted to an address on the web: a webhook's body, or a chat's message."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Post:
    """`message` is its id, the same whenever it is sent again. It is signed with each of
    the `secrets`; none for a chat, which checks no signature."""

    url: str = field(repr=False)
    body: str = field(repr=False)
    message: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
