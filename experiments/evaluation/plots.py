"""Draw the plots of the demo: the learning curve, escalation by policy, and the gain of the trained policy in each seat."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no display is needed

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.returns import EVERYONE, Difference, Row
from straits.experiments.training.callbacks import Update
from straits.experiments.utils.plotting import COLOURS, OTHER, POLICIES
from straits.experiments.utils.statistics import Interval


def learning_curve(path: Path, updates: Sequence[Update]) -> None:
    """Draw the mean return of each actor and escalation over the training steps, in self-play.

    Args:
        path: File to write.
        updates: Updates of the training.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), constrained_layout=True)
    for actor in ACTORS:
        points = [(u.timesteps, u.returns[actor]) for u in updates if u.returns.get(actor) is not None]
        if points:
            left.plot(*zip(*points, strict=True), label=actor, color=COLOURS[actor])
    left.set(xlabel="decisions", ylabel="return per episode", title="Return of each actor in training")
    left.legend()
    for name, measure, style in (("conflict rate", "conflict_rate", "-"), ("peak tension", "peak_tension", "--")):
        points = [(u.timesteps, getattr(u, measure)) for u in updates if getattr(u, measure) is not None]
        if points:
            right.plot(*zip(*points, strict=True), style, label=name, color="black")
    right.set(xlabel="decisions", ylabel="0..1", ylim=(0, 1), title="Escalation in training")
    right.legend()
    _save(figure, path)


def escalation(path: Path, rows: Sequence[Row]) -> None:
    """Draw peak tension and conflict rate with intervals, when all actors play the policy.

    Args:
        path: File to write.
        rows: Results; only those with all seats are drawn.
    """
    shown = [row for row in rows if row.seat == EVERYONE]
    scenarios = list(dict.fromkeys(row.scenario for row in shown))
    policies = list(dict.fromkeys(row.policy for row in shown))
    figure, axes = plt.subplots(2, 1, figsize=(max(7.0, 1.6 * len(scenarios)), 7), sharex=True, constrained_layout=True)
    for axis, measure, label in ((axes[0], "peak_tension", "peak tension, 0..1"), (axes[1], "conflict_rate", "conflict rate")):
        for n, policy in enumerate(policies):
            intervals = {row.scenario: row.measures[measure] for row in shown if row.policy == policy}
            at = [k + 0.7 * ((n + 0.5) / len(policies) - 0.5) for k, s in enumerate(scenarios) if s in intervals]
            _points(axis, at, [intervals[s] for s in scenarios if s in intervals], policy)
        axis.set(ylabel=label)
        axis.grid(axis="y", alpha=0.3)
    axes[1].set_xticks(range(len(scenarios)), scenarios, rotation=20, ha="right")
    axes[0].set_title("All actors play the policy")
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=min(8, len(policies)), fontsize="small", loc="outside upper center")
    _save(figure, path)


def gains(path: Path, differences: Sequence[Difference]) -> None:
    """Draw the gain of the trained policy over each other policy in each seat, while the others play the default.

    Args:
        path: File to write.
        differences: The gains.
    """
    seats = list(dict.fromkeys(d.seat for d in differences))
    against = list(dict.fromkeys(d.against for d in differences))
    figure, axis = plt.subplots(figsize=(9, 4), constrained_layout=True)
    for n, name in enumerate(against):
        intervals = {d.seat: d.gain for d in differences if d.against == name}
        at = [k + 0.7 * ((n + 0.5) / len(against) - 0.5) for k, s in enumerate(seats) if s in intervals]
        _points(axis, at, [intervals[s] for s in seats if s in intervals], name)
    axis.axhline(0.0, color="black", linewidth=0.8)
    axis.set_xticks(range(len(seats)), seats)
    axis.set(ylabel="difference in return per episode", title="Gain of the trained policy over ...")
    axis.legend(ncols=2, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    axis.grid(axis="y", alpha=0.3)
    _save(figure, path)


def _points(axis: Axes, at: Sequence[float], intervals: Sequence[Interval], policy: str) -> None:
    colour, marker = POLICIES.get(policy, OTHER)
    middle = [i.estimate for i in intervals]
    ends = [[i.estimate - i.low for i in intervals], [i.high - i.estimate for i in intervals]]
    axis.errorbar(at, middle, yerr=ends, fmt=marker, markersize=6, capsize=2, label=policy, color=colour)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=130)
    plt.close(figure)
