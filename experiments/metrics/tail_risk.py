"""Tail risk: how bad the worst games are. Value at risk and conditional value at risk (Rockafellar and Uryasev 2000).

Their intervals are not percentiles of a bootstrap: tails are few and skewed, and percentiles of the mean of the worst 5 % hold the
truth 86 times in a hundred where they should 95 times (200 games of an exponential measure). Sources: bootstrap-t, Efron and
Tibshirani 1993, chapter 12; ranks of a quantile, Conover 1999.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from straits.experiments.utils.statistics import Interval, resample_counts

LEAST_ERROR: Final = 0.1  # of the estimate's own, that a resample's counts for at least: where its tail is all alike it has none


def value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """The smallest value that at least that share of the games do not exceed. values: (games,)."""
    sample = _sample(values, level)
    return float(np.quantile(sample, level, method="inverted_cdf"))


def conditional_value_at_risk(values: ArrayLike, level: float = 0.95) -> float:
    """Mean of the worst 1 - level of the games; where the boundary falls within equal values, they count in part."""
    sample = np.sort(_sample(values, level))[::-1]
    return float(_worst(np.ones((1, len(sample))), sample, level)[0][0])


def quantile_interval(values: ArrayLike, level: float = 0.95, *, confidence: float = 0.95) -> Interval:
    """Bound the value at risk by order statistics.

    The value at risk between two of the ordered values, by ranks that hold it at least so often whatever the distribution, as far
    as there are games enough for the upper rank (72 at 95 %).
    """
    ordered = np.sort(_sample(values, level))
    tail = (1.0 - confidence) / 2.0
    ranks = np.array([binom.ppf(tail, len(ordered), level) - 1, binom.ppf(1.0 - tail, len(ordered), level)], np.int64)  # from 0
    low, high = ordered[np.clip(ranks, 0, len(ordered) - 1)]
    return Interval(value_at_risk(ordered, level), float(low), float(high))


def tail_interval(
    values: ArrayLike, level: float = 0.95, *, seed: int, most: float = np.inf, confidence: float = 0.95, resamples: int = 2000
) -> Interval:
    """The conditional value at risk by bootstrap-t: a resample's distance from the estimate counts in its own standard errors.

    `most`: what a game can have at most.
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
    """Mean of the worst and its standard error, (resamples,), by how often each game counts, (resamples, games). sample.

    Worst first.
    """
    n, worst = len(sample), (1.0 - level) * len(sample)  # games, not a whole number
    reached = np.cumsum(counts, axis=1)
    weights = np.minimum(counts, np.maximum(worst - (reached - counts), 0.0))  # games of the tail
    edge = sample[(reached >= worst * (1.0 - 1e-12)).argmax(axis=1)]  # where the tail begins
    total, squares = weights @ sample, weights @ sample**2
    beyond, spread = (total - edge * worst) / n, (squares - 2.0 * edge * total + edge**2 * worst) / n
    return total / worst, np.sqrt(np.maximum(spread - beyond**2, 0.0) / n) / (1.0 - level)


def _sample(values: ArrayLike, level: float) -> NDArray[np.float64]:
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise ValueError(f"values of shape {sample.shape}: expected finite numbers, one a game")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level={level}: expected above 0 and below 1")
    return sample
