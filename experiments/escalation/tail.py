"""Tail risk: how bad the worst games are. Value at risk and conditional value at risk (Rockafellar and Uryasev 2000)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.experiments.intervals import Interval, of_tail


def value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """The smallest value that at least that share of the games do not exceed. values: (games,)."""
    sample = _sample(values, level)
    return float(np.quantile(sample, level, method="inverted_cdf"))


def conditional_value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """Mean of the worst 1 - level of the games; where the boundary falls within equal values, they count in part."""
    sample = np.sort(_sample(values, level))[::-1]
    worst = (1.0 - level) * len(sample)  # games, not a whole number
    weights = np.clip(worst - np.arange(len(sample)), 0.0, 1.0)
    return float((weights * sample).sum() / worst)


def tail_interval(
    values: ArrayLike, level: float = 0.95, *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Interval:
    """The conditional value at risk with its bootstrap interval over games."""
    middle = conditional_value_at_risk(values, level)
    return of_tail(values, level, middle, seed=seed, confidence=confidence, resamples=resamples)


def _sample(values: ArrayLike, level: float) -> NDArray[np.float64]:
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise ValueError(f"values of shape {sample.shape}: expected finite numbers, one a game")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level={level}: expected above 0 and below 1")
    return sample
