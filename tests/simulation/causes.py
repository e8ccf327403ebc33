"""For whom an invocation works: what the one who began it meant, and may bring about."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cause:
    """`kind` is a route or an event source. What is private stays out of the words about it."""

    kind: str
    phone: str = field(default="", repr=False)
    words: str = ""
    code: str = field(default="", repr=False)
    is_tried_out: bool = False
    """Whether five wrong codes had been answered to be wrong before this one was entered."""
    subscriber: str = ""
    message: str = ""
    """Twilio's id of the text that somebody sent us."""

    @property
    def may_activate(self) -> bool:
        """Whether it may make a subscription active: a code, an operator, or the person's word."""
        return self.kind in ("verify", "add verified", "reply", "release")

    def may_return(self, phone: str) -> bool:
        """Whether it may lift the opt-out of a number: only a text from that number may."""
        return self.kind == "reply" and phone in ("", self.phone)
