"""Measure tail risk, how bad the worst games are: value at risk and conditional value at risk.

Definitions: Rockafellar and Uryasev 2000. The intervals are not bootstrap percentiles, because tails are small and skewed. With
200 games of an exponential metric, a 95 % percentile interval of the mean of the worst 5 % covers the truth in 86 % of samples.
Sources: bootstrap-t, Efron and Tibshirani 1993, chapter 12; ranks of a quantile, Conover 1999.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.experiments.utils import statistics
from straits.experiments.utils.statistics import Interval, resample_counts

LEAST_ERROR: Final = 0.1  # floor of a resample's standard error, as a share of the estimate's: a tail of equal values has error 0


def value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """Return the smallest value that at least a share `level` of the games do not exceed.

    Args:
        values: (games,), finite.
        level: Share of games, between 0 and 1.

    Returns:
        The value at risk, in the units of `values`.

    Raises:
        ValueError: If `values` is empty, not one-dimensional or not finite, or `level` is out of range.
    """
    sample = _sample(values, level)
    return float(np.quantile(sample, level, method="inverted_cdf"))


def conditional_value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """Return the mean of the worst 1 - level of the games.

    Args:
        values: (games,), finite. Games at the boundary of the tail count in part.
        level: Share of games outside the tail, between 0 and 1.

    Returns:
        The mean of the tail, in the units of `values`.

    Raises:
        ValueError: If `values` is empty, not one-dimensional or not finite, or `level` is out of range.
    """
    sample = np.sort(_sample(values, level))[::-1]
    return float(_worst(np.ones((1, len(sample))), sample, level)[0][0])


def quantile_interval(values: ArrayLike, level: float = 0.95, *, confidence: float = 0.95) -> Interval:
    """Bound the value at risk by order statistics.

    The ranks are those that cover the quantile at the given confidence for every distribution. The upper rank needs enough games:
    72 for a level of 95 %.

    Args:
        values: (games,), finite.
        level: Share of games, between 0 and 1.
        confidence: Level of the interval, 0..1.

    Returns:
        The value at risk and its interval.

    Raises:
        ValueError: If `values` is empty, not one-dimensional or not finite, or `level` is out of range.
    """
    return statistics.quantile_interval(_sample(values, level), level, confidence=confidence)


def tail_interval(
    values: ArrayLike, level: float = 0.95, *, seed: int, most: float = np.inf, confidence: float = 0.95, resamples: int = 2000
) -> Interval:
    """Estimate the conditional value at risk with a bootstrap-t interval.

    Args:
        values: (games,), finite.
        level: Share of games outside the tail, between 0 and 1.
        seed: Seed of the bootstrap over games.
        most: Upper limit of the metric; the interval does not exceed it.
        confidence: Level of the interval, 0..1.
        resamples: Number of resamples.

    Returns:
        The mean of the tail and its interval.

    Raises:
        ValueError: If `values` is empty, not one-dimensional or not finite, or `level` is out of range.
    """
    sample = np.sort(_sample(values, level))[::-1]
    middle, error = (float(value[0]) for value in _worst(np.ones((1, len(sample))), sample, level))
    if not error:
        return Interval(middle, middle, middle)
    drawn = [_worst(counts, sample, level) for counts in resample_counts(seed, len(sample), resamples)]
    means, errors = (np.concatenate(part) for part in zip(*drawn, strict=True))
    apart = (means - middle) / np.maximum(errors, LEAST_ERROR * error)
    low, high = np.quantile(apart, [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0])
    return Interval(middle, float(middle - high * error), float(min(most, middle - low * error)))


def _worst(
    counts: NDArray[np.float64], sample: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean of the tail and its standard error, both (resamples,).

    counts: (resamples, games), how often each game is in a resample. sample: (games,), worst first.
    """
    n, worst = len(sample), (1.0 - level) * len(sample)  # games in the tail, a fraction
    reached = np.cumsum(counts, axis=1)
    weights = np.minimum(counts, np.maximum(worst - (reached - counts), 0.0))  # games of the tail
    edge = sample[(reached >= worst * (1.0 - 1e-12)).argmax(axis=1)]  # where the tail begins
    total, squares = weights @ sample, weights @ sample**2
    beyond, spread = (total - edge * worst) / n, (squares - 2.0 * edge * total + edge**2 * worst) / n
    return total / worst, np.sqrt(np.maximum(spread - beyond**2, 0.0) / n) / (1.0 - level)


def _sample(values: ArrayLike, level: float) -> NDArray[np.float64]:
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise ValueError(f"values of shape {sample.shape}: expected finite numbers, one per game")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level={level}: expected above 0 and below 1")
    return sample
