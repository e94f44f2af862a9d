"""Train the policies that ship with the package, and write their page.

    straits zoo --runs runs/zoo

Each is trained with three seeds; the first of them ships, whatever the others came to. Runs that are complete are left alone.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from straits.agents.checkpoint import write_index
from straits.agents.registry import ZOO
from straits.envs.io import write_folder
from straits.envs.spec.constants import ACTORS
from straits.experiments.training.jobs import Run, run_jobs
from straits.experiments.utils.console import FAILED, complain

CHARACTERS: Final = ("neutral", "hawkish", "dovish")
SEEDS: Final = (1, 2, 3)
SHARED: Final = "shared"
SEATS: Final = (*ACTORS, SHARED)
NEAR_HOLD: Final = 3  # bias to idleness of China's neutral policy: against `default` little is to be gained over doing nothing
SHORTER: Final = 300_000  # of one-seat policies of the other characters


def run(seat: str, character: str, seed: int, algorithm: str = "maskable_ppo") -> Run:
    """The training run of one policy: of one seat, or of all for `shared`."""
    who = ("experiment=zoo_shared",) if seat == SHARED else ("experiment=zoo", f"agent.seats=[{seat}]")
    if seat != SHARED and character != CHARACTERS[0]:
        who = (*who, f"algorithm.total_timesteps={SHORTER}")
    elif seat == "china":
        who = (*who, f"agent.noop_logit_bias={NEAR_HOLD}")
    return Run(
        f"{algorithm}-{seat}-{character}-{seed}", (*who, f"reward_profile={character}", f"algorithm={algorithm}", f"seed={seed}")
    )


def runs() -> list[Run]:
    """All of them, what other things need first; PPO without masks stands beside MaskablePPO in the baselines."""
    found = [run(seat, "neutral", seed) for seat in ACTORS for seed in SEEDS]
    found += [run(SHARED, character, seed) for character in CHARACTERS for seed in SEEDS]
    found += [run(seat, character, seed) for character in CHARACTERS[1:] for seat in ACTORS for seed in SEEDS]
    return found + [run(seat, "neutral", seed, "ppo") for seat in ACTORS for seed in SEEDS]


def name(seat: str, character: str) -> str:
    """What a policy of the zoo is called: `japan`, `japan-hawkish`, `shared`."""
    return seat if character == CHARACTERS[0] else f"{seat}-{character}"


def ship(folder: Path, zoo: Path = ZOO) -> list[str]:
    """Copy the first seed's policies into the zoo and index them; their names."""
    names = []
    for seat in SEATS:
        for character in CHARACTERS:
            names.append(name(seat, character))
            source = folder / run(seat, character, SEEDS[0]).name / "policies" / names[-1]
            write_folder(zoo / names[-1], {path.name: path.read_bytes() for path in sorted(source.iterdir())})
    write_index(zoo)
    return names


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Train what is missing, ship, and write the page and its pictures.

    Returns the exit code, 1 where a run failed and nothing ships.
    """
    parser.add_argument("--runs", type=Path, default=Path("runs/zoo"), help="where runs are kept")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time, each on one core")
    parser.add_argument("--zoo", type=Path, default=ZOO, help="where the policies go")
    parser.add_argument("--page", type=Path, help="write the page there, and its pictures into images/ beside it")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        return complain(f"--workers={options.workers}: expected at least 1", parser.prog)
    try:
        run_jobs(runs(), options.runs, options.workers)
    except RuntimeError as error:
        return complain(error, parser.prog, FAILED)
    ship(options.runs, options.zoo)
    if options.page:
        from straits.experiments.reproduce import pretrained_page

        pretrained_page.write(options.page, options.runs)
    return 0
