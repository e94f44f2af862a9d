"""Play every policy on one side against every policy on the other, and rank both populations.

    straits crossplay --policies default,hawk,dove --side china

The row policy plays the seats of `--side` and the column policy the other seats, all in the same games. The payoff of a side is the
root Nash welfare of its seats, and not a mean over actors. The ranking is alpha-rank (Omidshafiei et al. 2019) by OpenSpiel, if
that is installed: the share of time that a process of mutation and selection spends at each policy. It ranks policies of this game,
and not actors.
"""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.agents.scripted import scripted
from straits.envs.directories import atomic_directory
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.evaluation.reporting import markdown, shown, write_table
from straits.experiments.metrics.welfare import least_returns, root_nash
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.manifest import (
    policy_fingerprint,
    versions,
)
from straits.experiments.utils.statistics import Interval, columns, wilson

MEASURES: Final = ("conflict_rate", "peak_tension", "side_welfare", "others_welfare")
EPSILON: Final = 0.01  # probability of a move with a lower payoff, in alpha-rank's limit of strong selection (its default)
RANKING: Final = "ranking.csv"


@dataclass(frozen=True)
class Plan:
    """Hold the loaded scenario and policies, and the settings."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    side: tuple[str, ...]
    games: int
    seed: int


@dataclass(frozen=True)
class Pairing:
    """Hold the measures of one policy on the side against one in the other seats."""

    row: str
    column: str
    measures: dict[str, Interval]


def prepare(options: Namespace) -> Plan:
    """Check the options, and load scenario and policies.

    Args:
        options: Parsed options of `straits crossplay`.

    Returns:
        The plan.

    Raises:
        ValueError: If a name is unknown or a value is out of range.
    """
    names, side = (tuple(n.strip() for n in text.split(",") if n.strip()) for text in (options.policies, options.side))
    if len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"policies={options.policies!r}: expected two or more names, each once, separated by commas")
    if not side or len(set(side)) < len(side) or not set(side) < set(ACTORS):
        raise ValueError(f"side={options.side!r}: expected one to four of {', '.join(ACTORS)}")
    if options.games < 20:
        raise ValueError(f"games={options.games}: expected at least 20")
    return Plan(load_scenario(options.scenario), tuple(map(named_policy, names)), side, options.games, options.seed)


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Play all pairings and write the output directory.

    Args:
        plan: The plan.
        folder: Output directory, absent or empty.
        console: Console for progress, by default standard error.

    Returns:
        Exit code 0.

    Raises:
        ValueError: If the folder is not empty.
    """
    console = console or Console(stderr=True)
    with atomic_directory(folder) as partial:
        _write(plan, pairings(plan, console), partial)
    console.print(f"{folder}: pairings.csv, report.md, manifest.json", highlight=False, markup=False, soft_wrap=True)
    return 0


def pairings(plan: Plan, console: Console | None = None) -> list[Pairing]:
    """Play every policy on the side with every policy in the other seats.

    Args:
        plan: The plan.
        console: Console for progress, or None for no progress.

    Returns:
        The pairings, row by row.
    """
    status_quo = play(plan.scenario, [scripted("hold")] * N_ACTORS, plan.games, plan.seed).returns
    pairs = [(row, column) for row in plan.policies for column in plan.policies]
    return [_pair(plan, *pair, status_quo) for pair in track(pairs, "cross-play", console=console, disable=console is None)]


def ranking(row: NDArray[np.float64], column: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rank the policies by alpha-rank.

    Args:
        row: (policies, policies) payoffs of the side.
        column: (policies, policies) payoffs of the other seats.

    Returns:
        The masses (policies,) of the policies on the side and in the other seats.

    Raises:
        ImportError: If OpenSpiel is not installed.
    """
    try:
        from open_spiel.python.egt import alpharank
    except ImportError as error:
        raise ImportError("the ranking needs OpenSpiel: pip install open_spiel") from error
    pi = alpharank.compute([row, column], use_inf_alpha=True, inf_alpha_eps=EPSILON)[2]
    mass = np.asarray(pi).reshape(row.shape)
    return mass.sum(axis=1), mass.sum(axis=0)


def _pair(plan: Plan, row: Policy, column: Policy, status_quo: NDArray[np.float64]) -> Pairing:
    seats = [row if actor in plan.side else column for actor in ACTORS]
    games = play(plan.scenario, seats, plan.games, plan.seed)
    least, ours = least_returns(plan.scenario), np.array([actor in plan.side for actor in ACTORS])
    welfare = [root_nash(games.returns[:, who], status_quo[:, who], least[who]) for who in (ours, ~ours)]
    averaged = columns(dict(zip(MEASURES[1:], (games.peak_tension, *welfare), strict=True)), seed=plan.seed, resamples=1000)
    conflicts = wilson(int(games.conflict.sum()), plan.games)
    return Pairing(row.name, column.name, {MEASURES[0]: conflicts, **averaged})


def _write(plan: Plan, pairs: Sequence[Pairing], folder: Path) -> None:
    head = ("row", "column", *(f"{m}{end}" for m in MEASURES for end in ("", "_low", "_high")), "games")
    rows = [[p.row, p.column, *(shown(x) for m in MEASURES for x in p.measures[m]), plan.games] for p in pairs]
    write_table(folder / "pairings.csv", head, rows)
    _draw(plan, pairs, folder / "pairings.png")
    ranked = _ranked(plan, pairs, folder)
    (folder / "report.md").write_text(_page(plan, pairs, ranked), encoding="utf-8")
    facts = {
        "scenario": {"name": plan.scenario.name, "hash": plan.scenario.hash},
        "policies": {p.name: policy_fingerprint(p) for p in plan.policies},
        "config": {"side": plan.side, "games": plan.games, "seed": plan.seed},
        "versions": versions(),
    }
    (folder / "manifest.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _matrix(plan: Plan, pairs: Sequence[Pairing], measure: str) -> NDArray[np.float64]:
    many = len(plan.policies)
    return np.array([p.measures[measure].estimate for p in pairs]).reshape(many, many)


def _ranked(plan: Plan, pairs: Sequence[Pairing], folder: Path) -> str:
    try:
        masses = ranking(_matrix(plan, pairs, "side_welfare"), _matrix(plan, pairs, "others_welfare"))
    except ImportError as error:
        return f"No ranking: {error}."
    rows = [[p.name, shown(one), shown(other)] for p, one, other in zip(plan.policies, *masses, strict=True)]
    write_table(folder / RANKING, ("policy", "side", "others"), rows)
    return markdown([["policy", "mass on the side", "mass in the other seats"], *rows])


def _page(plan: Plan, pairs: Sequence[Pairing], ranked: str) -> str:
    rows = [["row", "column", *MEASURES], *([p.row, p.column, *(f"{p.measures[m]:.3f}" for m in MEASURES)] for p in pairs)]
    setting = f"The row policy plays {', '.join(plan.side)}, the column policy the rest; {plan.games} games each, seed {plan.seed}."
    note = "The welfare of a side is the root Nash welfare of its seats: 1 if all actors hold. Rates apply to this game only."
    parts = [
        f"# Cross-play: {plan.scenario.title}",
        setting,
        note,
        "![Pairings](pairings.png)",
        markdown(rows),
        "## Alpha-rank",
        ranked,
    ]
    return "\n\n".join(parts) + "\n"


def _draw(plan: Plan, pairs: Sequence[Pairing], path: Path) -> None:
    names = [p.name for p in plan.policies]
    figure = Figure(figsize=(3.4 * len(MEASURES), 4.0), layout="constrained")
    axes = figure.subplots(1, len(MEASURES))
    for axis, measure in zip(axes, MEASURES, strict=True):
        matrix = _matrix(plan, pairs, measure)
        axis.imshow(matrix, cmap="cividis")
        middle = (matrix.min() + matrix.max()) / 2
        for i, j in np.ndindex(*matrix.shape):
            colour: Any = "black" if matrix[i, j] > middle else "white"
            axis.text(j, i, f"{matrix[i, j]:.2f}", ha="center", va="center", color=colour, fontsize=8)
        axis.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axis.set_yticks(range(len(names)), names)
        axis.set_title(measure.replace("_", " "))
    axes[0].set_ylabel(f"policy of {', '.join(plan.side)}")
    figure.supxlabel("policy of the other seats")
    figure.savefig(path, dpi=120, metadata={"Software": None})
