"""Train the policies that ship with the package, and write their page.

    straits zoo --runs runs/zoo

Each policy is trained with three seeds. The first ships, whatever the results of the others. Complete runs are skipped.
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

PROFILES: Final = ("neutral", "hawkish", "dovish")
SEEDS: Final = (1, 2, 3)
SHARED: Final = "shared"
SEATS: Final = (*ACTORS, SHARED)
NEAR_HOLD: Final = 3  # no-op bias of China's neutral policy: against `default` it gains little over no-ops
SHORTER: Final = 300_000  # time steps of one-seat policies of the other reward profiles


def run(seat: str, profile: str, seed: int, algorithm: str = "maskable_ppo") -> Run:
    """Return the training run of one policy.

    Args:
        seat: Name of an actor, or `shared` for all seats.
        profile: Name of the reward profile.
        seed: Training seed.
        algorithm: Name of the algorithm.
    """
    who = ("experiment=zoo_shared",) if seat == SHARED else ("experiment=zoo", f"agent.seats=[{seat}]")
    if seat != SHARED and profile != PROFILES[0]:
        who = (*who, f"algorithm.total_timesteps={SHORTER}")
    elif seat == "china":
        who = (*who, f"agent.noop_logit_bias={NEAR_HOLD}")
    return Run(
        f"{algorithm}-{seat}-{profile}-{seed}", (*who, f"reward_profile={profile}", f"algorithm={algorithm}", f"seed={seed}")
    )


def runs() -> list[Run]:
    """List all runs, those that other results need first. PPO without masks is for the baselines."""
    listed = [run(seat, "neutral", seed) for seat in ACTORS for seed in SEEDS]
    listed += [run(SHARED, profile, seed) for profile in PROFILES for seed in SEEDS]
    listed += [run(seat, profile, seed) for profile in PROFILES[1:] for seat in ACTORS for seed in SEEDS]
    return listed + [run(seat, "neutral", seed, "ppo") for seat in ACTORS for seed in SEEDS]


def name(seat: str, profile: str) -> str:
    """Return the name of a policy of the zoo: `japan`, `japan-hawkish`, `shared`."""
    return seat if profile == PROFILES[0] else f"{seat}-{profile}"


def ship(folder: Path, zoo: Path = ZOO) -> list[str]:
    """Copy the policies of the first seed into the zoo, index them and return their names.

    Args:
        folder: Folder of the training runs.
        zoo: Folder of the zoo.
    """
    names = []
    for seat in SEATS:
        for profile in PROFILES:
            names.append(name(seat, profile))
            source = folder / run(seat, profile, SEEDS[0]).name / "policies" / names[-1]
            write_folder(zoo / names[-1], {path.name: path.read_bytes() for path in sorted(source.iterdir())})
    write_index(zoo)
    return names


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Train what is missing, ship, and write the page and its figure.

    Returns:
        Exit code, 1 if a run failed and nothing ships.
    """
    parser.add_argument("--runs", type=Path, default=Path("runs/zoo"), help="folder of the training runs")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time, each on one core")
    parser.add_argument("--zoo", type=Path, default=ZOO, help="folder for the policies")
    parser.add_argument("--page", type=Path, help="write the page there, and its figures into images/ next to it")
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
