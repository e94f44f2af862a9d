"""Pictures of an evaluation: survival, the ladder, who steps against whom, responses, and what brings about what.

Colours are Okabe and Ito's and matplotlib's cividis, which the colour-blind tell apart; policies have markers or dashes too.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib

matplotlib.use("Agg")  # no display is needed

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from straits.envs.spec.constants import ACTORS, CODES, N_ACTORS, RUNGS
from straits.experiments.metrics.compute import Findings
from straits.experiments.metrics.crises import ENDS
from straits.experiments.metrics.reciprocity import AGGREGATIONS, STEPS, Reciprocity
from straits.experiments.utils.plotting import (
    OTHER,
    POLICIES,
    RUNG_COLOURS,
)

DASHES: Final = ("-", "--", "-.", ":", (0, (6, 1.5)), (0, (3, 1.5, 1, 1.5)))
END_COLOURS: Final = ("#000000", "#d55e00", "#0072b2")  # conflict, incident, fade
SHOWN: Final = 6  # responses of the pairs that answer most


def draw(folder: Path, scenario: str, found: Mapping[str, Findings]) -> list[Path]:
    """All pictures of a scenario, with every policy in each. Returns what was written."""
    made = {
        "survival": survival_curves(scenario, found),
        "crises": crisis_ends(scenario, found),
        "ladder": occupancy(scenario, found),
        "whom": who_to_whom(scenario, found),
        "impulses": impulses(scenario, found),
        "cascades": cascades(scenario, found),
    }
    paths = []
    for name, figure in made.items():
        paths.append(folder / f"{scenario}-{name}.png")
        figure.savefig(paths[-1], dpi=120, metadata={"Software": None})
        plt.close(figure)
    return paths


def survival_curves(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """Share of games without a crisis so far, with pointwise intervals."""
    figure, axis = plt.subplots(figsize=(8, 4.5), constrained_layout=True)
    for n, (policy, each) in enumerate(found.items()):
        if each.curve is None:
            continue
        curve, (colour, _) = each.curve, POLICIES.get(policy, OTHER)
        axis.step(curve.turn, curve.survival, where="post", label=policy, color=colour, linestyle=_dash(n))
        axis.fill_between(curve.turn, curve.low, curve.high, step="post", color=colour, alpha=0.15, linewidth=0)
    axis.set(xlabel="turn", ylabel="share of games", ylim=(0, 1.02), title=f"No pair in crisis so far: {scenario}")
    axis.grid(alpha=0.3)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def crisis_ends(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """How first crises of pairs end: cumulative shares by cause, one panel a policy."""
    figure, axes = _panels(len(found), 2.6, 2.8)
    for axis, (policy, each) in zip(axes, found.items(), strict=False):
        axis.set(title=policy, ylim=(0, 1))
        if each.ends is None:
            _nothing(axis)
            continue
        for k, (cause, colour) in enumerate(zip(ENDS[1:], END_COLOURS, strict=True)):
            axis.step(np.arange(len(each.ends)), each.ends[:, k], where="post", color=colour, linestyle=DASHES[k], label=cause)
        axis.set_xlabel("turns since it began")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("share ended by")
    figure.suptitle(f"How the pairs' first crises end: {scenario}")
    _legend(figure, axes, len(END_COLOURS))
    return figure


def occupancy(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """Share of turns at each rung, a bar a policy."""
    figure, axis = plt.subplots(figsize=(8, 0.55 * len(found) + 2.0), constrained_layout=True)
    left = np.zeros(len(found))
    shares = np.array([each.occupancy if each.occupancy is not None else np.zeros(len(RUNGS)) for each in found.values()])
    for rung, name in enumerate(RUNGS):
        axis.barh(
            range(len(found)), shares[:, rung], left=left, color=RUNG_COLOURS[rung], edgecolor="white", label=f"{rung} {name}"
        )
        left += shares[:, rung]
    axis.set_yticks(range(len(found)), list(found))
    axis.invert_yaxis()
    axis.set(xlabel="share of turns, by the highest rung that anyone saw", xlim=(0, 1), title=f"The ladder: {scenario}")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize="small")
    return figure


def who_to_whom(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """Steps of rung 3 or more that each actor takes and each other sees, a turn."""
    return _matrices(found, "whom", f"Steps of rung 3 or more a turn: {scenario}", "seen by", "taken by")


def cascades(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """How many steps of rung 3 or more one such step brings about."""
    return _matrices(found, "branching", f"Steps that one step brings about: {scenario}", "one step of", "brings about steps of")


def impulses(scenario: str, found: Mapping[str, Findings]) -> Figure:
    """Response to one unit of Goldstein's scale after 1, 3 and 7 steps, for sums over 1, 3 and 7 turns: a row an aggregation.

    Bars are the intervals of `results.csv`.
    """
    figure, grid = plt.subplots(
        len(AGGREGATIONS), len(found), figsize=(3.8 * len(found) + 0.6, 6.5), sharex=True, squeeze=False, constrained_layout=True
    )
    for column, (policy, each) in enumerate(found.items()):
        for row, turns in enumerate(AGGREGATIONS):
            axis = grid[row][column]
            lines = _strongest([fit for fit in each.responses if fit.aggregation == turns])
            for n, (name, values, ends) in enumerate(lines):
                bars = np.abs(ends - values)  # matplotlib takes lengths
                looks = {"marker": "o", "markersize": 3, "capsize": 2, "elinewidth": 0.8}
                axis.errorbar(STEPS, values, bars, linestyle=_dash(n), label=name, color=_OKABE[n], **looks)
            axis.axhline(0, color="black", linewidth=0.8)
            axis.set_xticks(STEPS)
            axis.grid(alpha=0.3)
            if lines:
                axis.legend(fontsize=6, loc="upper left", bbox_to_anchor=(1.0, 1.0))
            axis.set_title(f"{policy}, sums of {turns}", fontsize=9)
    for axis in grid[-1]:
        axis.set_xlabel("steps later")
    figure.suptitle(f"Response to one unit of cooperation, the {SHOWN} strongest; a step is as long as the sum: {scenario}")
    return figure


_OKABE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000")


def _strongest(fits: list[Reciprocity]) -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Who to whom, the responses (steps,) and the ends of their intervals (2, steps)."""
    lines = []
    for fit in fits:
        for one, other in ((0, 1), (1, 0)):
            values = fit.impulses[:, one, other]
            if np.isfinite(values).all():
                name = f"{CODES[fit.pair[one]]} to {CODES[fit.pair[other]]}"
                lines.append((name, values, fit.impulse_ends[:, :, one, other]))
    return sorted(lines, key=lambda line: -abs(line[1][0]))[:SHOWN]


def _matrices(found: Mapping[str, Findings], name: str, title: str, across: str, down: str) -> Figure:
    """A matrix a policy on one scale, with its numbers written in."""
    figure, axes = _panels(len(found), 2.9, 3.4)
    there = {policy: getattr(each, name) for policy, each in found.items()}
    top = max([float(m.max()) for m in there.values() if m is not None], default=1.0) or 1.0
    for axis, (policy, matrix) in zip(axes, there.items(), strict=False):
        axis.set_title(policy)
        if matrix is not None:
            axis.imshow(matrix, cmap="cividis", vmin=0.0, vmax=top)
            _write(axis, matrix, top, blank_diagonal=name == "whom")
            axis.set_xticks(range(N_ACTORS), CODES)
            axis.set_yticks(range(N_ACTORS), CODES)
            axis.set_xlabel(across)
        else:
            _nothing(axis)
            axis.set_box_aspect(1)
    axes[0].set_ylabel(down)
    figure.suptitle(title)
    return figure


def _write(axis: Axes, matrix: NDArray[np.float64], top: float, blank_diagonal: bool) -> None:
    for i in range(len(ACTORS)):
        for j in range(len(ACTORS)):
            if not (blank_diagonal and i == j):
                colour = "white" if matrix[i, j] < 0.55 * top else "black"
                axis.text(j, i, f"{matrix[i, j]:.2f}", ha="center", va="center", fontsize=7, color=colour)


def _nothing(axis: Axes) -> None:
    axis.text(0.5, 0.5, "none", ha="center", va="center", transform=axis.transAxes, color="#5f5f5f")
    axis.set(xticks=[], yticks=[])


def _panels(many: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    columns = min(many, 4)
    rows = -(-many // columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(width * columns + 0.6, height * rows + 0.7), squeeze=False, constrained_layout=True
    )
    axes = [axis for row in grid for axis in row]
    for axis in axes[many:]:
        axis.set_axis_off()
    return figure, axes[:many]


def _legend(figure: Figure, axes: list[Axes], columns: int) -> None:
    handles, labels = next((a.get_legend_handles_labels() for a in axes if a.lines), ([], []))
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)


def _dash(n: int) -> Any:
    return DASHES[n % len(DASHES)]
