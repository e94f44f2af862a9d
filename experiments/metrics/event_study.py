"""Align series at an event, and estimate the half-life of tension after a spike.

The method is superposed epochs (Chree 1913): series of all games are aligned at turn 0, the turn of the event. `aligned` returns
their median and spread before and after it. `epochs` follows the mean excess of tension after spikes, over the tension of the turn
before, until half of it is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import PAIRS
from straits.experiments.utils.statistics import Interval, several_of_sums

SPIKE: Final = 0.05  # least rise of a pair's tension within one turn
APART: Final = 3  # turns before a spike that have no other spike
AFTER: Final = 20  # turns that an epoch lasts after the spike


class Aligned(NamedTuple):
    """Quantiles at each turn from -before to after the event, (before + 1 + after,)."""

    offset: NDArray[np.int64]  # turns from the event
    n: NDArray[np.int64]  # games that played the turn
    median: NDArray[np.float64]  # over games; NaN where n is 0
    low: NDArray[np.float64]  # 10 % quantile
    high: NDArray[np.float64]  # 90 % quantile


def aligned(values: NDArray[np.floating], turn: NDArray[np.int64], played: NDArray[np.bool_], before: int, after: int) -> Aligned:
    """Compute the quantiles over games around an event.

    Args:
        values: (games, turns).
        turn: (games,), turn of the event from 1, or -1 for a game without one.
        played: (games, turns), True where the turn was played.
        before: Turns before the event.
        after: Turns after the event.

    Returns:
        Median, 10 % and 90 % quantile at each offset.
    """
    offset = np.arange(-before, after + 1)
    chosen = np.flatnonzero(turn > 0)
    at = turn[chosen, None] - 1 + offset  # (events, offsets)
    inside = (at >= 0) & (at < values.shape[1])
    place = np.where(inside, at, 0)
    present = inside & played[chosen[:, None], place]
    epochs = np.where(present, values[chosen[:, None], place].astype(np.float64), np.nan)
    low, median, high = (np.array([_quantile(column, level) for column in epochs.T]) for level in (0.1, 0.5, 0.9))
    return Aligned(offset, present.sum(axis=0), median, low, high)


def _quantile(column: NDArray[np.float64], level: float) -> float:
    known = column[~np.isnan(column)]
    return float(np.quantile(known, level)) if len(known) else float("nan")


@dataclass(frozen=True)
class Epochs:
    """Mean excess of tension after spikes."""

    excess: list[Interval]  # AFTER + 1 turns, the first is that of the spike
    spikes: int
    half_life: Interval  # turns; infinite where half of the excess outlasts the epoch


def epochs(
    tension: NDArray[np.float32],
    played: NDArray[np.bool_],
    pairs: Sequence[tuple[int, int]] = PAIRS,
    first: int = 0,
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> Epochs:
    """Follow each spike that has AFTER turns after it.

    The excess is relative to the turn before the spike, less the mean change of the pair's tension over all games since then.

    Args:
        tension: (games, turns, actors, actors), 0..1.
        played: (games, turns), True where the turn was played.
        pairs: Pairs that count.
        first: First turn that counts, from 0.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        Mean excess per turn, number of spikes and half-life. Intervals are NaN without spikes.
    """
    one, two = (np.array(side) for side in zip(*pairs, strict=True))
    of_pairs = ((tension[:, :, one, two] + tension[:, :, two, one]) / 2)[:, first:]  # (games, turns, pairs)
    there = played[:, first:]
    usual = (of_pairs * there[:, :, None]).sum(axis=0) / np.maximum(there.sum(axis=0), 1)[:, None]  # (turns, pairs)
    game, turn, pair = np.nonzero(find_spikes(of_pairs, there))
    unknown = Interval(np.nan, np.nan, np.nan)
    if not len(game):
        return Epochs([unknown] * (AFTER + 1), 0, unknown)
    beyond = of_pairs - usual
    followed = beyond[game[:, None], turn[:, None] + np.arange(AFTER + 1), pair[:, None]] - beyond[game, turn - 1, pair][:, None]
    sums = np.zeros((len(tension), AFTER + 2))  # (games, lags and the number of spikes)
    np.add.at(sums, game, np.column_stack([followed, np.ones(len(game))]))
    intervals = several_of_sums(sums, _followed, seed=seed, confidence=confidence, resamples=resamples)
    return Epochs(intervals[1:], len(game), intervals[0])


def _followed(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the half-life, then the mean excess of each turn."""
    if not sums[-1]:
        return np.full(AFTER + 2, np.nan)
    excess = sums[:-1] / sums[-1]
    return np.array([half_life(excess), *excess])


def find_spikes(pairs: NDArray[np.floating], played: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Flag the spikes: a jump in tension with none in the APART turns before and AFTER played turns after it.

    Args:
        pairs: (games, turns, pairs), tension, 0..1.
        played: (games, turns), True where the turn was played.

    Returns:
        (games, turns, pairs).
    """
    jumps = np.zeros(pairs.shape, np.bool_)
    jumps[:, 1:] = (np.diff(pairs, axis=1) >= SPIKE) & played[:, 1:, None]
    alone = jumps.copy()
    for back in range(1, APART + 1):
        alone[:, back:] &= ~jumps[:, :-back]
    followed = np.zeros_like(played)
    if played.shape[1] > AFTER:
        followed[:, : played.shape[1] - AFTER] = played[:, AFTER:]
    spikes: NDArray[np.bool_] = alone & followed[:, :, None]
    return spikes


def half_life(excess: NDArray[np.float64]) -> float:
    """Return the time at which a mean excess first falls to half of its value at turn 0.

    Args:
        excess: (turns,), mean excess of tension from the turn of the spike on.

    Returns:
        Turns, interpolated linearly between turns; infinite if the excess does not halve.
    """
    below = np.flatnonzero(excess <= excess[0] / 2)
    if not excess[0] > 0.0 or not len(below):
        return float("inf")
    turn = int(below[0])
    fall = excess[turn - 1] - excess[turn]
    return turn - 1 + float((excess[turn - 1] - excess[0] / 2) / fall)
