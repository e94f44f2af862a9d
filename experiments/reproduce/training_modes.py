"""Compare training modes and algorithms with the zoo's policies in every seat of the baseline.

    straits training-modes --runs runs/modes --zoo runs/zoo

The command trains what is missing in `runs`; the zoo's runs must be complete. The policy plays one seat and `default` the other
four, as in `baselines.py`, in the same games. The interval of a method is Student's t over its training seeds, or a bootstrap over
games for a single seed.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from straits.agents.base import Policy
from straits.agents.registry import policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.best_response import seated
from straits.experiments.reproduce import pretrained
from straits.experiments.reproduce.baselines import PLAYED_SEED, SCENARIOS, interval
from straits.experiments.reproduce.pretrained import SEEDS, SHARED
from straits.experiments.rollouts.rollout import play
from straits.experiments.training.jobs import Run, complete, run_jobs
from straits.experiments.utils.console import FAILED, complain
from straits.experiments.utils.statistics import Interval

GAMES: Final = 400
SCRIPTED: Final = ("random", "hold", "default")
MIX: Final = f"scenarios=[{','.join(SCENARIOS[1:])}]"


@dataclass(frozen=True)
class Method:
    """A training method. `learned`: decisions per policy. `run`: seat and seed to the run with the policy for the seat."""

    name: str
    learned: str
    run: Callable[[str, int], Run]
    seeds: Sequence[int] = SEEDS
    seats: Sequence[str] = ACTORS
    is_shared: bool = False  # one policy for all seats
    is_of_zoo: bool = False  # trained by `make zoo`


def central_critic(seat: str, seed: int) -> Run:
    """Return the run of one policy for all seats, with a critic that sees the complete state."""
    return Run(f"central_critic-shared-{seed}", ("experiment=zoo_shared", "mode=central_critic", f"seed={seed}"))


def per_actor(seat: str, seed: int) -> Run:
    """Return the run with one policy per actor, all five trained against frozen copies of each other."""
    how = ("mode=per_actor", "algorithm.total_timesteps=200000", "algorithm.batch_size=1024")
    return Run(f"per_actor-all-{seed}", ("experiment=zoo_shared", *how, f"seed={seed}"))


def a2c(seat: str, seed: int) -> Run:
    """Return the run of A2C in one seat against `default`."""
    return _one_seat("a2c", seat, seed)


def dqn(seat: str, seed: int) -> Run:
    """Return the run of DQN in one seat against `default`, in discrete action format."""
    return _one_seat("dqn", seat, seed)


def _one_seat(algorithm: str, seat: str, seed: int) -> Run:
    who = ("agent=one_seat", f"agent.seats=[{seat}]", "env=one_seat", MIX)
    how = (f"algorithm={algorithm}", "algorithm.total_timesteps=300000", "threads=1")
    return Run(f"{algorithm}-{seat}-{seed}", (*who, *how, f"seed={seed}"))


METHODS: Final = (
    Method("MaskablePPO, one seat", "500,000", lambda seat, seed: pretrained.run(seat, "neutral", seed), is_of_zoo=True),
    Method("A2C, one seat", "300,000", a2c, seats=("japan",)),
    Method("DQN, one seat", "300,000", dqn, seats=("japan",)),
    Method("`per_actor`", "200,000", per_actor),
    Method("`shared`", "1,000,000", lambda seat, seed: pretrained.run(SHARED, "neutral", seed), is_shared=True, is_of_zoo=True),
    Method("`central_critic`", "1,000,000", central_critic, is_shared=True),
)


def missing() -> list[Run]:
    """List the runs that the zoo does not have."""
    own = [method for method in METHODS if not method.is_of_zoo]
    return list(dict.fromkeys(method.run(seat, seed) for method in own for seed in method.seeds for seat in method.seats))


def table(runs: Path, zoo_runs: Path, games: int = GAMES) -> str:
    """Return the table in Markdown.

    Args:
        runs: Folder of the runs of this command.
        zoo_runs: Folder of the zoo's runs.
        games: Games per policy and seat.

    Raises:
        ValueError: If a run is not complete.
    """
    rows = [f"| policy | decisions | seeds | {' | '.join(ACTORS)} |", f"|{'---|' * (3 + len(ACTORS))}"]
    for name in SCRIPTED:
        rows.append(_row(f"`{name}`", "", "", {seat: returns(seat, [scripted(name)], games) for seat in ACTORS}))
    for method in METHODS:
        folder = zoo_runs if method.is_of_zoo else runs
        cells = {seat: returns(seat, _trained(method, folder, seat), games) for seat in method.seats}
        rows.append(_row(method.name, method.learned, str(len(method.seeds)), cells))
    return "\n".join(rows)


def returns(seat: str, candidates: Sequence[Policy], games: int) -> Interval:
    """Return the mean return in a seat, over all candidates.

    Args:
        seat: Name of the actor.
        candidates: Policies of several training seeds, or one.
        games: Games per candidate.
    """
    place = ACTORS.index(seat)
    played = [play(load_scenario("baseline"), seated(each, place, scripted("default")), games, PLAYED_SEED) for each in candidates]
    return interval(np.array([each.returns[:, place] for each in played]))


def _trained(method: Method, folder: Path, seat: str) -> list[Policy]:
    policies = []
    for seed in method.seeds:
        where = folder / method.run(seat, seed).name
        if not complete(where):
            raise ValueError(f"runs={where}: expected a complete run")
        policies.append(policy(str(where / "policies" / (SHARED if method.is_shared else seat))))
    return policies


def _row(name: str, learned: str, seeds: str, cells: Mapping[str, Interval]) -> str:
    return f"| {' | '.join([name, learned, seeds, *(f'{cells[seat]:.1f}' if seat in cells else '' for seat in ACTORS)])} |"


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Train what is missing and print the table. Return the exit code."""
    parser.add_argument("--runs", type=Path, default=Path("runs/modes"), help="folder of the training runs")
    parser.add_argument("--zoo", type=Path, default=Path("runs/zoo"), help="the folder in which the zoo was trained")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time, each on one core")
    parser.add_argument("--games", type=int, default=GAMES, help="games per policy and seat")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        return complain(f"--workers={options.workers}: expected at least 1", parser.prog)
    try:
        run_jobs(missing(), options.runs, options.workers, lambda line: print(line, file=sys.stderr))
        print(table(options.runs, options.zoo, options.games))
    except (ValueError, OSError) as error:
        return complain(error, parser.prog)
    except RuntimeError as error:  # of runs that failed
        return complain(error, parser.prog, FAILED)
    return 0
