"""`python -m tests.simulation SEEDS [steps]`: histories one after the other, until one fails.

SEEDS is one number or a range (`0:1000`). A failing seed prints its last events and the command
that replays it alone.
"""

import os
import resource
import sys
import time

from tests.simulation.simulation import Warm, live_through, simulation, warm
from tests.simulation.world import told
from tests.stepped import START

STEPS = 60


def main(seeds: range, steps: int) -> int:
    failed: list[int] = []
    deliveries = texts = calls = 0
    began = _cpu()
    with warm() as system:
        began = _cpu()
        for seed in seeds:
            found = _run(system, seed, steps)
            if found is None:
                failed.append(seed)
                continue
            deliveries, texts, calls = (
                a + b for a, b in zip((deliveries, texts, calls), found, strict=True)
            )
    seconds = _cpu() - began
    _say(
        f"{len(seeds)} seeds, {len(failed)} failed; {deliveries} deliveries, {texts} texts,"
        f" {calls} calls in {seconds:.1f} CPU seconds:"
        f" {deliveries / seconds:.0f} deliveries and {calls / seconds:.0f} calls per CPU second"
    )
    if failed:
        _say(f"failed: {' '.join(map(str, failed))}")
    return bool(failed)


def _run(system: Warm, seed: int, steps: int) -> tuple[int, int, int] | None:
    with simulation(system, seed, crowd=(seed % 4) * 25) as made:
        try:
            live_through(made, steps)
        except Exception as error:
            _say("\n".join(made.world.trace(START)))
            _say(told(error).rstrip())
            _say(
                f"Seed {seed} failed. To replay it alone: make simulate SEEDS={seed} STEPS={steps}\n"
            )
            return None
        return made.history.deliveries, sum(map(len, made.history.texts.values())), made.calls.count


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _seeds(given: str) -> range:
    first, colon, end = given.partition(":")
    return range(int(first), int(end) if colon else int(first) + 1)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # or sets would be in another order each time
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606
    given = sys.argv[1:] or [f"{int(time.time())}"]
    sys.exit(main(_seeds(given[0]), int(given[1]) if len(given) > 1 else STEPS))
