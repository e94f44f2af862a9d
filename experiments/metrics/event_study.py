"""Series laid over one another at an event: what was usual before and after it, and how far games differ.

Source of the idea: superposed epochs, Chree 1913.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Aligned(NamedTuple):
    """At each turn from -before to after the event, (before + 1 + after,)."""

    offset: NDArray[np.int64]  # turns from the event
    n: NDArray[np.int64]  # games that played that turn
    median: NDArray[np.float64]  # over games; not a number where n is 0
    low: NDArray[np.float64]  # the 10 % of games with the least
    high: NDArray[np.float64]  # the 90 %


def aligned(values: NDArray[np.floating], turn: NDArray[np.int64], played: NDArray[np.bool_], before: int, after: int) -> Aligned:
    """The quantiles around the event. values, played.

    (games, turns); turn: (games,) of the event, from 1, or -1 where there was none.
    """
    offset = np.arange(-before, after + 1)
    chosen = np.flatnonzero(turn > 0)
    at = turn[chosen, None] - 1 + offset  # (events, offsets)
    inside = (at >= 0) & (at < values.shape[1])
    place = np.where(inside, at, 0)
    there = inside & played[chosen[:, None], place]
    found = np.where(there, values[chosen[:, None], place].astype(np.float64), np.nan)
    low, median, high = (np.array([_quantile(column, level) for column in found.T]) for level in (0.1, 0.5, 0.9))
    return Aligned(offset, there.sum(axis=0), median, low, high)


def _quantile(column: NDArray[np.float64], level: float) -> float:
    known = column[~np.isnan(column)]
    return float(np.quantile(known, level)) if len(known) else float("nan")
