"""Intervals: what a table may claim. Bootstrap over games, Wilson's for shares, paired differences under common random numbers.

These are about given policies: the games are the sample. Claims about a training method need training seeds as the sample.
Every resampling is seeded, so the same numbers give the same interval.
Sources: Efron and Tibshirani 1993 (bootstrap); Wilson 1927 (shares).
"""

from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

CHUNK: Final = 4_000_000  # numbers resampled at a time, to bound memory


class Interval(NamedTuple):
    """An estimate and the ends of its interval."""

    estimate: float
    low: float
    high: float

    def apart_from(self, value: float) -> bool:
        """True where the interval does not hold the value."""
        return not self.low <= value <= self.high

    def __format__(self, spec: str) -> str:
        """`f"{interval:.2f}"` gives `1.23 [1.10, 1.36]`."""
        return f"{self.estimate:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"


def bootstrap(values: ArrayLike, *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> Interval:
    """Percentile bootstrap interval of the mean. values: (games,), at least 2 finite numbers."""
    sample = _sample(values)
    _check(confidence)
    if sample.min() == sample.max():
        return Interval(float(sample[0]), float(sample[0]), float(sample[0]))
    means = _resampled_means(sample, np.random.default_rng(seed), resamples)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Interval(float(sample.mean()), float(low), float(high))


def paired(a: ArrayLike, b: ArrayLike, *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> Interval:
    """Interval of the mean of a - b, where a and b are (games,) and game i of both had the same random numbers."""
    first, second = _sample(a), _sample(b)
    if first.shape != second.shape:
        raise ValueError(f"samples of {len(first)} and {len(second)} games: expected pairs")
    return bootstrap(first - second, seed=seed, confidence=confidence, resamples=resamples)


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a share; sound at 0 and at n, where the bootstrap is not."""
    _check(confidence)
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"successes={successes} of n={n}: expected 0 <= successes <= n, n >= 1")
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    low, high = max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))  # rounding at 0 and 1
    return Interval(share, low, high)


def corrected(confidence: float, comparisons: int) -> float:
    """The confidence of each of several intervals that together hold with `confidence` (Bonferroni)."""
    if comparisons < 1:
        raise ValueError(f"comparisons={comparisons}: expected at least 1")
    _check(confidence)
    return 1.0 - (1.0 - confidence) / comparisons


def _resampled_means(sample: NDArray[np.float64], rng: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    n = len(sample)
    step = max(1, CHUNK // n)
    parts = [sample[rng.integers(0, n, (min(step, resamples - at), n))].mean(axis=1) for at in range(0, resamples, step)]
    return np.concatenate(parts)


def _sample(values: ArrayLike) -> NDArray[np.float64]:
    sample: NDArray[Any] = np.asarray(values, np.float64)
    if sample.ndim != 1 or len(sample) < 2 or not np.isfinite(sample).all():
        raise ValueError(f"values of shape {sample.shape}: expected at least 2 finite numbers, one a game")
    return sample


def _check(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence={confidence}: expected above 0 and below 1")
