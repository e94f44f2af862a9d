"""Draw the metrics of an evaluation: survival, crises, the ladder, dyads, impulse responses and cascades.

The colours are those of Okabe and Ito and the cividis map of matplotlib, which readers with colour blindness can distinguish.
Policies also differ in markers or dashes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from straits.envs.io import path_in
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
END_COLOURS: Final = ("#009e73", "#0072b2", "#999999", "#000000")  # deal, yield, fade, conflict
SHOWN: Final = 6  # strongest responses in one panel


def draw(folder: Path, scenario: str, by_policy: Mapping[str, Findings]) -> list[Path]:
    """Draw all figures of a scenario, with each policy in each figure.

    Args:
        folder: Existing folder for the PNG files.
        scenario: Name of the scenario, the prefix of the file names.
        by_policy: Policy name to its metrics.

    Returns:
        The paths of the files.
    """
    figures = {
        "survival": survival_curves(scenario, by_policy),
        "crises": crisis_ends(scenario, by_policy),
        "ladder": occupancy(scenario, by_policy),
        "dyads": dyad_matrices(scenario, by_policy),
        "impulses": impulses(scenario, by_policy),
        "cascades": cascades(scenario, by_policy),
    }
    paths = []
    for name, figure in figures.items():
        paths.append(path_in(folder, scenario, f"-{name}.png"))
        figure.savefig(paths[-1], dpi=120, metadata={"Software": None})
    return paths


def survival_curves(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot the share of games without a crisis per turn, with pointwise intervals.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axis = figure.subplots()
    for n, (policy, each) in enumerate(by_policy.items()):
        if each.curve is None:
            continue
        curve, (colour, _) = each.curve, POLICIES.get(policy, OTHER)
        axis.step(curve.turn, curve.survival, where="post", label=policy, color=colour, linestyle=_dash(n))
        axis.fill_between(curve.turn, curve.low, curve.high, step="post", color=colour, alpha=0.15, linewidth=0)
    axis.set(xlabel="turn", ylabel="share of games", ylim=(0, 1.02), title=f"No pair in crisis yet: {scenario}")
    axis.grid(alpha=0.3)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def crisis_ends(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot the cumulative shares of crises by cause of their end, one panel per policy.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    figure, axes = _panels(len(by_policy), 2.6, 2.8)
    for axis, (policy, each) in zip(axes, by_policy.items(), strict=False):
        axis.set(title=policy, ylim=(0, 1))
        if each.ends is None:
            _nothing(axis)
            continue
        for k, (cause, colour) in enumerate(zip(ENDS[1:], END_COLOURS, strict=True)):
            axis.step(np.arange(len(each.ends)), each.ends[:, k], where="post", color=colour, linestyle=DASHES[k], label=cause)
        axis.set_xlabel("turns since its onset")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("share ended by")
    figure.suptitle(f"Ends of the crises of pairs: {scenario}")
    _legend(figure, axes, len(END_COLOURS))
    return figure


def occupancy(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot the share of turns at each rung, one bar per policy.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    figure = Figure(figsize=(8, 0.55 * len(by_policy) + 2.0), layout="constrained")
    axis = figure.subplots()
    left = np.zeros(len(by_policy))
    shares = np.array([each.occupancy if each.occupancy is not None else np.zeros(len(RUNGS)) for each in by_policy.values()])
    for rung, name in enumerate(RUNGS):
        axis.barh(
            range(len(by_policy)), shares[:, rung], left=left, color=RUNG_COLOURS[rung], edgecolor="white", label=f"{rung} {name}"
        )
        left += shares[:, rung]
    axis.set_yticks(range(len(by_policy)), list(by_policy))
    axis.invert_yaxis()
    axis.set(xlabel="share of turns by highest observed rung", xlim=(0, 1), title=f"The ladder: {scenario}")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize="small")
    return figure


def dyad_matrices(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot the steps of rung 3 or more per turn that each actor takes and each other actor sees.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    return _matrices(by_policy, "dyads", f"Steps of rung 3 or more per turn: {scenario}", "seen by", "taken by")


def cascades(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot how many steps of rung 3 or more one such step triggers.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    return _matrices(by_policy, "branching", f"Steps triggered by one step: {scenario}", "by one step of", "steps of")


def impulses(scenario: str, by_policy: Mapping[str, Findings]) -> Figure:
    """Plot the response to one unit of Goldstein's scale after 1, 3 and 7 steps.

    Each row is an aggregation (sums over 1, 3 and 7 turns). Bars are the intervals of `results.csv`.

    Args:
        scenario: Name of the scenario, for the title.
        by_policy: Policy name to its metrics.
    """
    figure = Figure(figsize=(3.8 * len(by_policy) + 0.6, 6.5), layout="constrained")
    grid = figure.subplots(len(AGGREGATIONS), len(by_policy), sharex=True, squeeze=False)
    for column, (policy, each) in enumerate(by_policy.items()):
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
    """Return the label, responses (steps,) and interval ends (2, steps) of the strongest responses."""
    lines = []
    for fit in fits:
        for one, other in ((0, 1), (1, 0)):
            values = fit.impulses[:, one, other]
            if np.isfinite(values).all():
                name = f"{CODES[fit.pair[one]]} to {CODES[fit.pair[other]]}"
                lines.append((name, values, fit.impulse_ends[:, :, one, other]))
    return sorted(lines, key=lambda line: -abs(line[1][0]))[:SHOWN]


def _matrices(by_policy: Mapping[str, Findings], name: str, title: str, across: str, down: str) -> Figure:
    """Draw one matrix per policy on a common scale, with its numbers."""
    figure, axes = _panels(len(by_policy), 2.9, 3.4)
    there = {policy: getattr(each, name) for policy, each in by_policy.items()}
    top = max([float(m.max()) for m in there.values() if m is not None], default=1.0) or 1.0
    for axis, (policy, matrix) in zip(axes, there.items(), strict=False):
        axis.set_title(policy)
        if matrix is not None:
            axis.imshow(matrix, cmap="cividis", vmin=0.0, vmax=top)
            _write(axis, matrix, top, blank_diagonal=name == "dyads")
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
    figure = Figure(figsize=(width * columns + 0.6, height * rows + 0.7), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    axes = [axis for row in grid for axis in row]
    for axis in axes[many:]:
        axis.set_axis_off()
    return figure, axes[:many]


def _legend(figure: Figure, axes: list[Axes], columns: int) -> None:
    handles, labels = next((a.get_legend_handles_labels() for a in axes if a.lines), ([], []))
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)


def _dash(n: int) -> Any:
    return DASHES[n % len(DASHES)]
