"""Draw the plots over all trials of an evaluation, and the learning curve of a training run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.reporting import EVERYONE, Difference
from straits.experiments.utils.plotting import COLOURS, OTHER, POLICIES
from straits.experiments.utils.statistics import Interval

if TYPE_CHECKING:
    from straits.experiments.evaluation.evaluate import Cell


def learning_curve(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Draw the mean return of each actor and escalation over the training steps.

    Args:
        path: File to write.
        rows: Rows of `training.csv` of one policy.
    """
    figure = Figure(figsize=(11, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for actor in ACTORS:
        _curve(left, rows, f"return.{actor}", actor, COLOURS[actor], "-")
    left.set(xlabel="decisions", ylabel="return per episode", title="Return of each actor in training")
    left.legend()
    for column, style in (("conflict_rate", "-"), ("peak_tension", "--")):
        _curve(right, rows, column, column.replace("_", " "), "black", style)
    right.set(xlabel="decisions", ylabel="0..1", ylim=(0, 1), title="Escalation in training")
    right.legend()
    _save(figure, path)


def escalation(folder: Path, cells: Sequence["Cell"]) -> str:
    """Draw peak tension and conflict rate with intervals, by trial and policy.

    Args:
        folder: Folder to write to.
        cells: Results of each policy in each trial.

    Returns:
        Name of the file.
    """
    trials = list(dict.fromkeys(cell.key[:2] for cell in cells))
    policies = list(dict.fromkeys(cell.key.policy for cell in cells))
    figure = Figure(figsize=(max(7.0, 1.6 * len(trials)), 7), layout="constrained")
    axes = figure.subplots(2, 1, sharex=True)
    for axis, metric, label in ((axes[0], "peak_tension", "peak tension, 0..1"), (axes[1], "conflict_rate", "conflict rate")):
        for n, policy in enumerate(policies):
            intervals = {cell.key[:2]: cell.metrics[metric, ""] for cell in cells if cell.key.policy == policy}
            at = [k + 0.7 * ((n + 0.5) / len(policies) - 0.5) for k in range(len(trials))]
            _points(axis, at, [intervals[trial] for trial in trials], policy)
        axis.set(ylabel=label)
        axis.grid(axis="y", alpha=0.3)
    names = [scenario if seat == EVERYONE else f"{scenario}, {seat}" for scenario, seat in trials]
    axes[1].set_xticks(range(len(trials)), names, rotation=20, ha="right")
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=min(8, len(policies)), fontsize="small", loc="outside upper center")
    return _save(figure, folder / "escalation.png")


def gains(folder: Path, differences: Sequence[Difference]) -> str:
    """Draw the difference in return of each policy from the first one, in each single seat of the first scenario.

    Args:
        folder: Folder to write to.
        differences: All differences of the evaluation.

    Returns:
        Name of the file.
    """
    shown = [d for d in differences if d.measure == "return" and d.scenario == differences[0].scenario]
    seats, policies = (list(dict.fromkeys(getattr(d, name) for d in shown)) for name in ("seat", "policy"))
    figure = Figure(figsize=(9, 4), layout="constrained")
    axis = figure.subplots()
    for n, policy in enumerate(policies):
        intervals = {d.seat: d.gap for d in shown if d.policy == policy}
        _points(
            axis, [k + 0.7 * ((n + 0.5) / len(policies) - 0.5) for k in range(len(seats))], [intervals[s] for s in seats], policy
        )
    axis.axhline(0.0, color="black", linewidth=0.8)
    axis.set_xticks(range(len(seats)), seats)
    axis.set(ylabel="difference in return per episode", title=f"Return in one seat, less that of {shown[0].against}")
    axis.legend(ncols=2, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    axis.grid(axis="y", alpha=0.3)
    return _save(figure, folder / "gains.png")


def _curve(axis: Axes, rows: Sequence[Mapping[str, str]], column: str, label: str, colour: str, style: str) -> None:
    points = [(float(row["timesteps"]), float(row[column])) for row in rows if row.get(column)]
    if points:
        axis.plot(*zip(*points, strict=True), style, label=label, color=colour)


def _points(axis: Axes, at: Sequence[float], intervals: Sequence[Interval], policy: str) -> None:
    colour, marker = POLICIES.get(policy, OTHER)
    middle = [i.estimate for i in intervals]
    ends = [[i.estimate - i.low for i in intervals], [i.high - i.estimate for i in intervals]]
    axis.errorbar(at, middle, yerr=ends, fmt=marker, markersize=6, capsize=2, label=policy, color=colour)


def _save(figure: Figure, path: Path) -> str:
    figure.savefig(path, dpi=130, metadata={"Software": None})
    return path.name
