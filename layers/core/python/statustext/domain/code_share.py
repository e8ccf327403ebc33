"""How many of the codes that are texted to a prefix or a country must be entered.

Who texts codes for money (SMS pumping) enters none of them; of people's, most are.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CodeShare:
    """Codes of one day: those let through to be texted, and those entered."""

    sent: int
    entered: int

    def is_too_low(self, forgiven: int, least_percent: int) -> bool:
        """Whether fewer than `least_percent` were entered of those beyond the `forgiven` first."""
        return (self.sent - forgiven) * least_percent > self.entered * 100
