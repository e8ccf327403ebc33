"""`python -m tests.simulation SEEDS [STEPS]`: histories one after the other.

SEEDS is one number or a range (`0:1000`). A failing seed prints its last events and the command
that replays it alone; at the end stands what was lived through, and how fast. `--crowd 3000` has
so many subscribers from the start and a sender fast enough for them, which is how to measure that.
"""

import argparse
import resource
import sys

from tests.simulation.simulation import Warm, live_through, simulation, warm
from tests.simulation.world import told
from tests.stepped import START

STEPS = 60
FAST = "1000"
"""Segments per second of the sender of a given crowd."""


def main(seeds: range, steps: int, crowd: int | None = None) -> int:
    """Live through the seeds; 1 where any failed."""
    failed: list[int] = []
    deliveries = texts = calls = 0
    with warm() as system:
        began = cpu_seconds()
        for seed in seeds:
            found = run(system, seed, steps, crowd)
            if found is None:
                failed.append(seed)
            else:
                deliveries, texts, calls = deliveries + found[0], texts + found[1], calls + found[2]
    seconds = cpu_seconds() - began
    say(
        f"{len(seeds)} seeds, {len(failed)} failed. {deliveries} deliveries, {texts} texts, {calls}"
        f" calls in {seconds:.1f} CPU seconds: {deliveries / seconds:.0f} deliveries,"
        f" {calls / seconds:.0f} calls per CPU second."
    )
    if failed:
        say(f"Failed: {' '.join(map(str, failed))}")
    return bool(failed)


def run(
    system: Warm, seed: int, steps: int, crowd: int | None = None
) -> tuple[int, int, int] | None:
    """Deliveries, texts and calls of one history; None where a promise was broken."""
    size, rate = (crowd_of(seed), None) if crowd is None else (crowd, FAST)
    with simulation(system, seed, crowd=size, mps=rate) as made:
        try:
            live_through(made, steps)
        except Exception as error:  # whatever it is, it belongs to this seed
            say("\n".join(made.world.trace(START)))
            say(told(error).rstrip())
            replay = f"make simulate SEEDS={seed} STEPS={steps}"
            if crowd is not None:
                replay = f"python -m tests.simulation {seed} {steps} --crowd {crowd}"
            say(f"Seed {seed} failed. To replay it alone: {replay}\n")
            return None
        texts = sum(map(len, made.history.texts.values()))
        return made.history.deliveries, texts, made.calls.count


def crowd_of(seed: int) -> int:
    """How many are subscribed from the start and do nothing: of four seeds one has none."""
    return (seed % 4) * 25


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def seeds_in(given: str) -> range:
    """`7` or `0:1000`. Raises ArgumentTypeError."""
    first, colon, end = given.partition(":")
    try:
        found = range(int(first), int(end) if colon else int(first) + 1)
    except ValueError:
        found = range(0)
    if not found:
        raise argparse.ArgumentTypeError("give one seed, as in 7, or a range, as in 0:1000")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seeds", type=seeds_in)
    parser.add_argument("steps", type=int, nargs="?", default=STEPS)
    parser.add_argument("--crowd", type=int)
    asked = parser.parse_args()
    sys.exit(main(asked.seeds, asked.steps, asked.crowd))
