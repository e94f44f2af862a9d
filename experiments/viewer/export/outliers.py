"""List the games of a comparison: one row each, and the outliers, whose tension differs most from the usual course.

A game is compared with the other games of its policy turn by turn. Its mean alone is not enough: tension starts low, so that a game
shortened by conflict would be an outlier because of its length.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CRISIS_RUNG, OUTCOMES
from straits.experiments.evaluation.sources import Group
from straits.experiments.metrics.ladder import first_at

RANKED: Final = 10  # outlier games
DIGITS: Final = 5


def ranked(groups: Sequence[Group], most: int = RANKED) -> list[dict[str, Any]]:
    """Rank the games with the largest gaps, the same number for each policy.

    Args:
        groups: Groups of one scenario.
        most: Number of games.

    Returns:
        Rows of policy, game, seed, peak rung, first turn of rung 3 or more, mean tension and gap, largest gap first. `episode` is
            None; the
        page sets it to the index of the game among its episodes.
    """
    rows = [row for n, group in enumerate(groups) for row in _by_gap(n, group)[:most]]
    first = sorted(rows, key=lambda row: (row["rank"], -abs(row["gap"]), row["policy"]))[:most]
    names = ("policy", "game", "seed", "peak", "first")
    return [
        {**{name: row[name] for name in names}, "mean": _round(row["mean"]), "gap": _round(row["gap"]), "episode": None}
        for row in sorted(first, key=lambda row: (-abs(row["gap"]), row["policy"], row["game"]))
    ]


def gaps(group: Group) -> NDArray[np.float64]:
    """Compute how far the tension of each game is from the median course.

    Args:
        group: Games of one policy.

    Returns:
        (games,) means over turns of the game's tension minus the median over the games that were running in the same turn, -1..1.
    """
    tension = np.where(group.data.played, group.tension, np.nan)
    apart: NDArray[np.float64] = np.nanmean(tension - np.nanmedian(_ever(tension), axis=0), axis=1)
    return apart


def means(group: Group) -> NDArray[np.float64]:
    """Compute the mean tension over a game's turns.

    Args:
        group: Games of one policy.

    Returns:
        (games,) in 0..1.
    """
    mean: NDArray[np.float64] = group.tension.sum(axis=1) / group.data.turns
    return mean


def runs(groups: Sequence[Group]) -> dict[str, Any]:
    """Return all games in columns, with their outcome.

    Args:
        groups: Groups of one scenario.

    Returns:
        Column -> values.
    """
    rows = [row for n, group in enumerate(groups) for row in _rows(n, group)]
    outcome = [OUTCOMES[n] for group in groups for n in group.recording.column("episodes", "outcome")]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in ("policy", "game", "seed", "peak", "first")}
    return {**columns, "mean": [_round(row["mean"]) for row in rows], "outcome": outcome}


def _by_gap(policy: int, group: Group) -> list[dict[str, Any]]:
    """Return rows of games with their gap and their rank by it, from 0."""
    rows = [{**row, "gap": gap} for row, gap in zip(_rows(policy, group), gaps(group).tolist(), strict=True)]
    return [{**row, "rank": n} for n, row in enumerate(sorted(rows, key=lambda row: (-abs(row["gap"]), row["game"])))]


def _rows(policy: int, group: Group) -> list[dict[str, Any]]:
    """Return one row per game."""
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
    """Replace turns that no game reached by 0. Their median is not used."""
    return np.where(np.isnan(tension).all(axis=0), 0.0, tension)


def _round(value: float) -> float:
    return round(value, DIGITS) + 0.0
