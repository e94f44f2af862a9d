"""The games of Compare one by one: a row of each, and those worth opening, in which tension went another way than is usual.

A game is set against its policy's other games turn by turn. Its mean alone would not do: tension begins low, so that games which a
conflict cut short would seem remarkable for nothing but their length.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG, OUTCOMES
from straits.experiments.evaluation.sources import Group
from straits.experiments.metrics.ladder import first_at

RANKED: Final = 10  # games worth opening
DIGITS: Final = 5


def ranked(groups: Sequence[Group], most: int = RANKED) -> list[dict[str, Any]]:
    """Of each policy the games with the largest gaps, as many of one as of another, the largest first.

    `episode` is its place among the page's episodes, once it has one.
    """
    rows = [row for n, group in enumerate(groups) for row in _by_gap(n, group)[:most]]
    first = sorted(rows, key=lambda row: (row["rank"], -abs(row["gap"]), row["policy"]))[:most]
    names = ("policy", "game", "seed", "peak", "first")
    return [
        {**{name: row[name] for name in names}, "mean": _round(row["mean"]), "gap": _round(row["gap"]), "episode": None}
        for row in sorted(first, key=lambda row: (-abs(row["gap"]), row["policy"], row["game"]))
    ]


def gaps(group: Group) -> NDArray[np.float64]:
    """Measure how far each game's tension lies from the median.

    Of each game the mean over its turns of its tension less the median of the policy's games that were still under way in the same
    turn, (games,), -1..1.
    """
    tension = np.where(group.data.played, group.tension, np.nan)
    apart: NDArray[np.float64] = np.nanmean(tension - np.nanmedian(_ever(tension), axis=0), axis=1)
    return apart


def means(group: Group) -> NDArray[np.float64]:
    """Mean tension over a game's turns, (games,)."""
    mean: NDArray[np.float64] = group.tension.sum(axis=1) / group.data.turns
    return mean


def runs(groups: Sequence[Group]) -> dict[str, Any]:
    """All games in columns, with how they ended: for a table of one's own."""
    rows = [row for n, group in enumerate(groups) for row in _rows(n, group)]
    outcome = [OUTCOMES[n] for group in groups for n in group.recording.column("episodes", "outcome")]
    found: dict[str, Any] = {name: [row[name] for row in rows] for name in ("policy", "game", "seed", "peak", "first")}
    return {**found, "mean": [_round(row["mean"]) for row in rows], "outcome": outcome}


def _by_gap(policy: int, group: Group) -> list[dict[str, Any]]:
    """Rows of its games with their gap and their rank by it, from 0."""
    rows = [{**row, "gap": gap} for row, gap in zip(_rows(policy, group), gaps(group).tolist(), strict=True)]
    return [{**row, "rank": n} for n, row in enumerate(sorted(rows, key=lambda row: (-abs(row["gap"]), row["game"])))]


def _rows(policy: int, group: Group) -> list[dict[str, Any]]:
    """A row a game."""
    peak, seeds, mean = group.recording.column("episodes", "peak_rung"), group.seeds, means(group)
    turn, reached = first_at(group.rungs, CRISIS_RUNG)
    return [
        {
            "policy": policy,
            "game": n,
            "seed": str(seeds[n]),
            "peak": int(peak[n]),
            "first": int(turn[n]) if reached[n] else None,
            "mean": float(mean[n]),
        }
        for n in range(group.recording.games)
    ]


def _ever(tension: NDArray[np.float64]) -> NDArray[np.float64]:
    """With 0 in turns that no game reached, whose median is asked of nobody."""
    return np.where(np.isnan(tension).all(axis=0), 0.0, tension)


def _round(value: float) -> float:
    return round(value, DIGITS) + 0.0
