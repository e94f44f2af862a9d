"""De-escalation half-life: after a spike of tension, how many turns until half of the excess is gone.

Superposed epochs: spikes of all pairs and games are laid over one another, turn 0 the turn of the spike, and the mean excess over
the tension a turn before it is followed. Source of the method: Chree 1913.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import PAIRS
from straits.experiments.utils.statistics import Interval, several_of_sums

SPIKE: Final = 0.05  # rise of a pair's tension within a turn
APART: Final = 3  # turns without another spike before it
AFTER: Final = 20  # turns followed


@dataclass(frozen=True)
class Epochs:
    """Mean excess of tension after spikes."""

    excess: list[Interval]  # of each turn from that of the spike on, AFTER + 1
    spikes: int
    half_life: Interval  # turns; infinite where half of the excess outlasts the epoch


def epochs(
    tension: NDArray[np.float32], played: NDArray[np.bool_], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Epochs:
    """Follow every spike that has AFTER turns after it. tension: (games, turns, actors, actors); played: (games, turns)."""
    one, two = (np.array(side) for side in zip(*PAIRS, strict=True))
    pairs = (tension[:, :, one, two] + tension[:, :, two, one]) / 2  # (games, turns, pairs)
    game, turn, pair = np.nonzero(find_spikes(pairs, played))
    unknown = Interval(np.nan, np.nan, np.nan)
    if not len(game):
        return Epochs([unknown] * (AFTER + 1), 0, unknown)
    followed = pairs[game[:, None], turn[:, None] + np.arange(AFTER + 1), pair[:, None]] - pairs[game, turn - 1, pair][:, None]
    sums = np.zeros((len(tension), AFTER + 2))  # (games, lags and the number of spikes)
    np.add.at(sums, game, np.column_stack([followed, np.ones(len(game))]))
    found = several_of_sums(sums, _followed, seed=seed, confidence=confidence, resamples=resamples)
    return Epochs(found[1:], len(game), found[0])


def _followed(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-life, then the mean excess."""
    if not sums[-1]:
        return np.full(AFTER + 2, np.nan)
    excess = sums[:-1] / sums[-1]
    return np.array([half_life(excess), *excess])


def find_spikes(pairs: NDArray[np.floating], played: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the tension of a pair jumps, with none in the turns before, and AFTER turns to follow. pairs: (games, turns, pairs)."""
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
    """When a mean excess first falls to half of what it is in turn 0, with a straight line between turns; infinite if never."""
    below = np.flatnonzero(excess <= excess[0] / 2)
    if not excess[0] > 0.0 or not len(below):
        return float("inf")
    turn = int(below[0])
    fall = excess[turn - 1] - excess[turn]
    return turn - 1 + float((excess[turn - 1] - excess[0] / 2) / fall)
