"""Train the policies that ship with the package.

python -m straits.experiments.zoo --runs runs/zoo
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from straits.envs.vocabulary import ACTORS
from straits.experiments.campaign import Run, carry_out

CHARACTERS: Final = ("neutral", "hawkish", "dovish")
SEEDS: Final = (1, 2, 3)
SHARED: Final = "shared"


def run(seat: str, character: str, seed: int, algorithm: str = "maskable_ppo") -> Run:
    """The training run of one policy: of one seat, or of all for `shared`."""
    who = ("experiment=zoo_shared",) if seat == SHARED else ("experiment=zoo", f"agent.seats=[{seat}]")
    return Run(f"{algorithm}-{seat}-{character}-{seed}", (*who, f"character={character}", f"algorithm={algorithm}", f"seed={seed}"))


def runs() -> list[Run]:
    """All of them, what other things need first."""
    found = [run(seat, "neutral", seed) for seat in ACTORS for seed in SEEDS]
    found += [run(SHARED, character, seed) for character in CHARACTERS for seed in SEEDS]
    found += [run(seat, character, seed) for character in CHARACTERS[1:] for seat in ACTORS for seed in SEEDS]
    return found + [run(seat, "neutral", seed, "ppo") for seat in ACTORS for seed in SEEDS]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m straits.experiments.zoo")
    parser.add_argument("--runs", type=Path, default=Path("runs/zoo"))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    carry_out(runs(), options.runs, options.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
