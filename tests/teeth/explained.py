"""Why no test can notice that a term is left out of the condition of a write.

Each term by its name, as `make teeth-conditions` prints it, with a write that has it, by which the
list is held to the program.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from statustext.adapters.circuits import note_suspicion
from statustext.adapters.direct_texts import over_limit, put_direct_text
from statustext.adapters.dynamodb import Write
from statustext.domain.circuit import Suspicion
from statustext.domain.templates import Event


@dataclass(frozen=True)
class Explained:
    """The reason, in a sentence, and how a write with the term is made."""

    why: str
    write: Callable[[], Write]


EXPLAINED: Mapping[str, Explained] = {
    "adapters/circuits.py note_suspicion: attribute_not_exists(#state)": Explained(
        "Of an absent attribute `<>` holds too, on DynamoDB Local and in the emulators; AWS's own"
        " documentation does not say so, and this does not depend on it.",
        lambda: note_suspicion(Suspicion("country:US", 21408, (("ab12", 0.0),))),
    ),
    "adapters/direct_texts.py over_limit: attribute_not_exists(pk)": Explained(
        "The row's key is made anew for each request, so no row is ever there; the condition stays,"
        " so that this write is as slow as the one that it stands for.",
        lambda: over_limit(put_direct_text("default", "s-1", "d-1", Event.VERIFICATION, 0.0)),
    ),
}
