"""Cross-play: every policy on one side against every policy on the other, and a ranking of the two populations.

    straits crossplay --policies default,hawk,dove --side china

The row's policy plays the seats of `--side`, the column's the other seats, all in the same games. A side's payoff is the root Nash
welfare of its own seats (no mean over actors). The ranking is alpha-rank (Omidshafiei et al. 2019) by OpenSpiel, where that is
installed: the share of time that a process of mutation and selection spends at each policy. It ranks policies of this game, not
actors.
"""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib

matplotlib.use("Agg")  # no display is needed

import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from straits.agents.base import Policy
from straits.agents.registry import policy as named_policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.evaluation.reporting import markdown, shown, write_table
from straits.experiments.metrics.welfare import least_returns, root_nash
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.io import atomic_directory
from straits.experiments.utils.manifest import (
    policy_fingerprint,
    versions,
)
from straits.experiments.utils.statistics import Interval, columns, wilson

MEASURES: Final = ("conflict_rate", "peak_tension", "side_welfare", "others_welfare")
EPSILON: Final = 0.01  # chance of a move that pays less, in alpha-rank's limit of strong selection (its default)
RANKING: Final = "ranking.csv"


@dataclass(frozen=True)
class Plan:
    """What is paired, with everything it names found."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    side: tuple[str, ...]
    games: int
    seed: int


@dataclass(frozen=True)
class Pairing:
    """What came of one policy on the side against one in the other seats."""

    row: str
    column: str
    measures: dict[str, Interval]


def prepare(options: Namespace) -> Plan:
    """Find what the options name. ValueError says in one line what is unknown or out of range."""
    names, side = (tuple(n.strip() for n in text.split(",") if n.strip()) for text in (options.policies, options.side))
    if len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"policies={options.policies!r}: expected two or more names, each once, with commas between")
    if not side or len(set(side)) < len(side) or not set(side) < set(ACTORS):
        raise ValueError(f"side={options.side!r}: expected one to four of {', '.join(ACTORS)}")
    if options.games < 20:
        raise ValueError(f"games={options.games}: expected at least 20")
    return Plan(load_scenario(options.scenario), tuple(map(named_policy, names)), side, options.games, options.seed)


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Do it, and write to the folder once everything is there. ValueError where the folder is not empty."""
    console = console or Console(stderr=True)
    with atomic_directory(folder) as partial:
        _write(plan, pairings(plan, console), partial)
    console.print(f"{folder}: pairings.csv, report.md, manifest.json", highlight=False, soft_wrap=True)
    return 0


def pairings(plan: Plan, console: Console | None = None) -> list[Pairing]:
    """Every policy on the side with every policy in the other seats."""
    status_quo = play(plan.scenario, [scripted("hold")] * N_ACTORS, plan.games, plan.seed).returns
    pairs = [(row, column) for row in plan.policies for column in plan.policies]
    return [_pair(plan, *pair, status_quo) for pair in track(pairs, "cross-play", console=console, disable=console is None)]


def ranking(row: NDArray[np.float64], column: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rank the policies by alpha-rank.

    alpha-rank's masses of the policies on the side and in the other seats, each (policies,), from the payoffs of both, (policies,
    policies). ImportError where OpenSpiel is not installed.
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


def _write(plan: Plan, found: Sequence[Pairing], folder: Path) -> None:
    head = ("row", "column", *(f"{m}{end}" for m in MEASURES for end in ("", "_low", "_high")), "games")
    rows = [[p.row, p.column, *(shown(x) for m in MEASURES for x in p.measures[m]), plan.games] for p in found]
    write_table(folder / "pairings.csv", head, rows)
    _draw(plan, found, folder / "pairings.png")
    ranked = _ranked(plan, found, folder)
    (folder / "report.md").write_text(_page(plan, found, ranked), encoding="utf-8")
    facts = {
        "scenario": {"name": plan.scenario.name, "hash": plan.scenario.hash},
        "policies": {p.name: policy_fingerprint(p) for p in plan.policies},
        "config": {"side": plan.side, "games": plan.games, "seed": plan.seed},
        "versions": versions(),
    }
    (folder / "manifest.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _matrix(plan: Plan, found: Sequence[Pairing], measure: str) -> NDArray[np.float64]:
    many = len(plan.policies)
    return np.array([p.measures[measure].estimate for p in found]).reshape(many, many)


def _ranked(plan: Plan, found: Sequence[Pairing], folder: Path) -> str:
    try:
        masses = ranking(_matrix(plan, found, "side_welfare"), _matrix(plan, found, "others_welfare"))
    except ImportError as error:
        return f"No ranking: {error}."
    rows = [[p.name, shown(one), shown(other)] for p, one, other in zip(plan.policies, *masses, strict=True)]
    write_table(folder / RANKING, ("policy", "side", "others"), rows)
    return markdown([["policy", "mass on the side", "mass in the other seats"], *rows])


def _page(plan: Plan, found: Sequence[Pairing], ranked: str) -> str:
    rows = [["row", "column", *MEASURES], *([p.row, p.column, *(f"{p.measures[m]:.3f}" for m in MEASURES)] for p in found)]
    said = f"The row's policy plays {', '.join(plan.side)}, the column's the rest; {plan.games} games each, seed {plan.seed}."
    note = "A side's welfare is the root Nash welfare of its seats: 1 where nobody ever moves. Rates are of this game alone."
    parts = [
        f"# Cross-play: {plan.scenario.title}",
        said,
        note,
        "![Pairings](pairings.png)",
        markdown(rows),
        "## Alpha-rank",
        ranked,
    ]
    return "\n\n".join(parts) + "\n"


def _draw(plan: Plan, found: Sequence[Pairing], path: Path) -> None:
    names = [p.name for p in plan.policies]
    figure, axes = plt.subplots(1, len(MEASURES), figsize=(3.4 * len(MEASURES), 4.0), constrained_layout=True)
    for axis, measure in zip(axes, MEASURES, strict=True):
        matrix = _matrix(plan, found, measure)
        axis.imshow(matrix, cmap="cividis")
        middle = (matrix.min() + matrix.max()) / 2
        for i, j in np.ndindex(*matrix.shape):
            colour: Any = "black" if matrix[i, j] > middle else "white"
            axis.text(j, i, f"{matrix[i, j]:.2f}", ha="center", va="center", color=colour, fontsize=8)
        axis.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axis.set_yticks(range(len(names)), names)
        axis.set_title(measure.replace("_", " "))
    axes[0].set_ylabel(f"who plays {', '.join(plan.side)}")
    figure.supxlabel("who plays the other seats")
    figure.savefig(path, dpi=120, metadata={"Software": None})
    plt.close(figure)
