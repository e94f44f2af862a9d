"""Compute confidence intervals and corrected p-values.

The module offers the bootstrap over games, Wilson's interval of a share, Student's t interval and Holm's correction. An interval
over games describes the given policies. A claim about a training method needs training seeds as the sample and `small_sample`: a
bootstrap over three seeds has far less than its nominal coverage. Every resampling is seeded, so the same numbers give the same
interval.

Sources: Efron and Tibshirani 1993 (bootstrap); Wilson 1927 (shares); Student 1908 (few seeds); Holm 1979 (several comparisons).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

CHUNK: Final = 4_000_000  # numbers resampled at a time, to bound memory
CACHED: Final = 20_000_000  # numbers of the latest resampling in the cache, for further measures of the same games: 40 MB


class Interval(NamedTuple):
    """Hold an estimate and the ends of its confidence interval.

    `f"{interval:.2f}"` gives `1.23 [1.10, 1.36]`.
    """

    estimate: float
    low: float
    high: float

    def apart_from(self, value: float) -> bool:
        """Return whether a value is outside the interval.

        Args:
            value: The value.

        Returns:
            True if the value is below `low` or above `high`.
        """
        return not self.low <= value <= self.high

    def __format__(self, spec: str) -> str:
        """Format the estimate and both ends with one format specification."""
        return f"{self.estimate:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"


def bootstrap(values: ArrayLike, *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> Interval:
    """Compute the percentile bootstrap interval of a mean.

    Args:
        values: (games,), at least 2 finite numbers.
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        The interval. It has no width if all values are equal.

    Raises:
        ValueError: If the values or the confidence are invalid.
    """
    sample = _sample(values)
    _check(confidence)
    if sample.min() == sample.max():
        return Interval(float(sample[0]), float(sample[0]), float(sample[0]))
    means = _resampled_means(sample, np.random.default_rng(seed), resamples)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Interval(float(sample.mean()), float(low), float(high))


def paired(a: ArrayLike, b: ArrayLike, *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> Interval:
    """Compute the interval of the mean difference of two policies in the same games.

    Args:
        a: (games,) values of one policy.
        b: (games,) values of the other policy, game i with the same random numbers.
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        The percentile bootstrap interval of the mean of a - b.

    Raises:
        ValueError: If the samples differ in length, or a value or the confidence is invalid.
    """
    first, second = _sample(a), _sample(b)
    if first.shape != second.shape:
        raise ValueError(f"samples of {len(first)} and {len(second)} games: expected pairs")
    return bootstrap(first - second, seed=seed, confidence=confidence, resamples=resamples)


def columns(values: Mapping[str, ArrayLike], *, seed: int, confidence: float = 0.95, resamples: int = 2000) -> dict[str, Interval]:
    """Compute `bootstrap` for many measures of the same games.

    All measures share the resamples of games, which is much faster than one call for each.

    Args:
        values: Name -> (games,).
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        Name -> interval.

    Raises:
        ValueError: If a value or the confidence is invalid.
    """
    table = np.column_stack([_sample(column) for column in values.values()])
    _check(confidence)
    means = resampled_sums(table, seed, resamples) / len(table)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail], axis=0)
    middle, constant = table.mean(axis=0), table.min(axis=0) == table.max(axis=0)
    low, middle, high = (np.where(constant, table[0], ends) for ends in (low, middle, high))
    return {name: Interval(*map(float, (middle[n], low[n], high[n]))) for n, name in enumerate(values)}


def ratios(
    parts: Mapping[str, ArrayLike], wholes: Mapping[str, ArrayLike], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> dict[str, Interval]:
    """Compute the intervals of many ratios of sums over games.

    Resamples in which a denominator is 0 are left out.

    Args:
        parts: Name -> (games,) numerators.
        wholes: Name -> (games,) denominators.
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        Name -> percentile bootstrap interval. Not a number if the denominator is 0 in every game.

    Raises:
        ValueError: If a value or the confidence is invalid.
    """
    _check(confidence)
    unlike = {id(whole): whole for whole in wholes.values()}  # many parts share one denominator, which is resampled once
    which = [list(unlike).index(id(wholes[name])) for name in parts]
    table = np.column_stack([_sample(values) for values in (*unlike.values(), *parts.values())])
    sums = np.concatenate([table.sum(axis=0)[None], resampled_sums(table, seed, resamples)])  # (1 + resamples, columns)
    part, whole = sums[:, len(unlike) :], sums[:, which]
    drawn = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0.0)
    ends = percentiles(drawn[1:], confidence)
    return {name: Interval(*map(float, (drawn[0, n], *ends[:, n]))) for n, name in enumerate(parts)}


def linearised(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linearise a ratio of sums over games.

    Differences of ratios in the same games are means of differences of the result.

    Args:
        part: (games,) numerators.
        whole: (games,) denominators, not 0 in all games.

    Returns:
        (games,) numbers with mean sum(part) / sum(whole), whose spread is that of the ratio to first order.
    """
    ratio = part.sum() / whole.sum()
    result: NDArray[np.float64] = ratio + (part - ratio * whole) / whole.mean()
    return result


def of_sums(
    sums: NDArray[np.float64],
    statistic: Callable[[NDArray[np.float64]], float],
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> Interval:
    """Compute the percentile bootstrap interval of a function of sums over games, such as a ratio.

    Resamples for which the function is not a number (a share of nothing) are left out. Infinite ones are kept.

    Args:
        sums: (games, n).
        statistic: Maps totals (n,) to a number.
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        The interval.

    Raises:
        ValueError: If the confidence is invalid.
    """
    one = several_of_sums(sums, lambda total: np.array([statistic(total)]), seed=seed, confidence=confidence, resamples=resamples)
    return one[0]


def several_of_sums(
    sums: NDArray[np.float64],
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> list[Interval]:
    """Compute the intervals of several functions of the same sums over games, such as the points of a curve.

    Args:
        sums: (games, n).
        statistic: Maps totals (n,) to numbers (m,).
        seed: Seed of the resampling.
        confidence: Confidence level, above 0 and below 1.
        resamples: Number of resamples.

    Returns:
        m percentile bootstrap intervals.

    Raises:
        ValueError: If the confidence is invalid.
    """
    _check(confidence)
    values = statistic(sums.sum(axis=0))
    ends = percentiles(np.array([statistic(total) for total in resampled_sums(sums, seed, resamples)]), confidence)
    return [Interval(*map(float, (values[n], *ends[:, n]))) for n in range(len(values))]


def or_wilson(interval: Interval, n: int, *, confidence: float = 0.95) -> Interval:
    """Replace the bootstrap interval of a share by Wilson's if the share is 0 or 1 in all games.

    A bootstrap has no width there. Each game counts as one trial, which is the worst case for values between 0 and 1.

    Args:
        interval: Bootstrap interval of the share.
        n: Number of games.
        confidence: Confidence level, above 0 and below 1.

    Returns:
        The interval.
    """
    if interval.estimate not in (0.0, 1.0) or interval.low != interval.high:
        return interval
    return wilson(n * int(interval.estimate), n, confidence=confidence)


def small_sample(values: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Compute Student's t interval of a mean of few independent numbers, such as one per training seed.

    Args:
        values: (n,), at least 2 finite numbers.
        confidence: Confidence level, above 0 and below 1.

    Returns:
        The interval.

    Raises:
        ValueError: If the values or the confidence are invalid.
    """
    sample = _sample(values)
    _check(confidence)
    from scipy.stats import ttest_1samp

    middle = float(sample.mean())
    low, high = ttest_1samp(sample, middle).confidence_interval(confidence)
    return Interval(middle, float(low), float(high))


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Compute Wilson's score interval of a share. It is valid at 0 and n successes, where the bootstrap is not.

    Args:
        successes: Number of successes, 0 to n.
        n: Number of trials, at least 1.
        confidence: Confidence level, above 0 and below 1.

    Returns:
        The interval.

    Raises:
        ValueError: If the counts or the confidence are invalid.
    """
    _check(confidence)
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"successes={successes} of n={n}: expected 0 <= successes <= n, n >= 1")
    from scipy.stats import binomtest

    low, high = binomtest(int(successes), int(n)).proportion_ci(confidence, method="wilson")
    return Interval(successes / n, float(low), float(high))


def quantile_interval(values: ArrayLike, level: float, *, confidence: float = 0.95) -> Interval:
    """Bound a quantile by order statistics, whatever the distribution (Conover 1999).

    Args:
        values: (n,) independent numbers.
        level: Level of the quantile, above 0 and below 1.
        confidence: Probability that the interval holds the quantile, at least.

    Returns:
        The smallest value that a share `level` of the sample does not exceed, and its interval. Where there are too few
        values for an end, the least or the greatest value is that end.
    """
    from scipy.stats import quantile_test

    sample = np.sort(np.asarray(values, np.float64))
    low, high = quantile_test(sample, p=level).confidence_interval(confidence)
    ends = (sample[0] if np.isnan(low) else low, sample[-1] if np.isnan(high) else high)
    return Interval(float(np.quantile(sample, level, method="inverted_cdf")), *map(float, ends))


def corrected(confidence: float, comparisons: int) -> float:
    """Compute the confidence level of each of several intervals that jointly have a confidence level (Bonferroni).

    Args:
        confidence: Joint confidence level, above 0 and below 1.
        comparisons: Number of intervals, at least 1.

    Returns:
        The level of each interval.

    Raises:
        ValueError: If an argument is out of range.
    """
    if comparisons < 1:
        raise ValueError(f"comparisons={comparisons}: expected at least 1")
    _check(confidence)
    return 1.0 - (1.0 - confidence) / comparisons


class CorrectedTest(NamedTuple):
    """Hold the result of one of several comparisons.

    Attributes:
        p_value: The p-value of this comparison alone.
        corrected: The p-value corrected for all comparisons.
        holds: Whether the comparison is significant after the correction.
    """

    p_value: float
    corrected: float
    holds: bool


def holm(p_values: Mapping[str, float], confidence: float = 0.95) -> dict[str, CorrectedTest]:
    """Correct several p-values with Holm's step-down method.

    Args:
        p_values: p-value of each comparison, by name.
        confidence: Probability that no true null hypothesis among them is rejected, above 0 and below 1.

    Returns:
        The corrected tests, by name in the given order.
    """
    if not p_values:
        return {}
    from statsmodels.stats.multitest import multipletests

    values = list(p_values.values())
    rejected, adjusted, _, _ = multipletests(values, alpha=1 - confidence, method="holm")
    rows = zip(p_values, values, adjusted, rejected, strict=True)
    return {name: CorrectedTest(float(p), float(c), bool(r)) for name, p, c, r in rows}


def paired_p(a: ArrayLike, b: ArrayLike) -> float:
    """Test that two policies have the same mean in the same games.

    Args:
        a: (games,) values of one policy.
        b: (games,) values of the other policy, game i with the same random numbers.

    Returns:
        The two-sided p-value of a t test of the differences; 0 or 1 if all differences are equal.
    """
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    if difference.min() == difference.max():
        return 1.0 if difference[0] == 0.0 else 0.0
    from scipy.stats import ttest_1samp

    return float(ttest_1samp(difference, 0.0).pvalue)


def welch_p(a: ArrayLike, b: ArrayLike) -> float:
    """Test that two independent samples have the same mean, each with its own variance (Welch 1947).

    Args:
        a: (n,) values of one sample.
        b: (m,) values of the other.

    Returns:
        The two-sided p-value; 0 or 1 if neither sample varies.
    """
    one, two = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if np.ptp(one) == np.ptp(two) == 0.0:
        return 1.0 if one[0] == two[0] else 0.0
    from scipy.stats import ttest_ind

    return float(ttest_ind(one, two, equal_var=False).pvalue)


def percentiles(drawn: NDArray[np.float64], confidence: float) -> NDArray[np.float64]:
    """Compute the ends of percentile intervals.

    Args:
        drawn: (resamples, columns). Values that are not a number are left out, infinite ones are kept.
        confidence: Confidence level, above 0 and below 1.

    Returns:
        (2, columns), the lower and the upper ends.
    """
    tail = (1.0 - confidence) / 2.0
    levels = [tail, 1.0 - tail]
    if not np.isnan(drawn).any():
        return np.quantile(drawn, levels, axis=0, method="inverted_cdf")
    known = ([value for value in column if not np.isnan(value)] or [np.nan] for column in drawn.T)
    return np.array([np.quantile(column, levels, method="inverted_cdf") for column in known]).T


def resampled_sums(table: NDArray[np.float64], seed: int, resamples: int) -> NDArray[np.float64]:
    """Sum a table over games that are drawn with replacement.

    Args:
        table: (games, columns).
        seed: Seed of the resampling.
        resamples: Number of resamples.

    Returns:
        (resamples, columns).
    """
    return np.concatenate([counts @ table for counts in resample_counts(seed, len(table), resamples)])


def resample_counts(seed: int, n: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """Count how often each game is drawn in each resample.

    Args:
        seed: Seed of the resampling.
        n: Number of games.
        resamples: Number of resamples.

    Yields:
        (some resamples, n) float64 counts, until all resamples are covered.
    """
    fits = n * resamples <= CACHED and n < np.iinfo(np.uint16).max
    parts: Iterable[NDArray[Any]] = _cached_draws(seed, n, resamples) if fits else _draw(seed, n, resamples)
    for part in parts:
        yield part.astype(np.float64)


def _resampled_means(sample: NDArray[np.float64], rng: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    n = len(sample)
    step = max(1, CHUNK // n)
    parts = [sample[rng.integers(0, n, (min(step, resamples - at), n))].mean(axis=1) for at in range(0, resamples, step)]
    return np.concatenate(parts)


@lru_cache(maxsize=1)
def _cached_draws(seed: int, n: int, resamples: int) -> list[NDArray[np.uint16]]:
    return [part.astype(np.uint16) for part in _draw(seed, n, resamples)]


def _draw(seed: int, n: int, resamples: int) -> Iterator[NDArray[np.int64]]:
    rng, step = np.random.default_rng(seed), max(1, CHUNK // n)
    for at in range(0, resamples, step):
        rows = min(step, resamples - at)
        drawn = rng.integers(0, n, (rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)


def _sample(values: ArrayLike) -> NDArray[np.float64]:
    sample: NDArray[Any] = np.asarray(values, np.float64)
    if sample.ndim != 1 or len(sample) < 2 or not np.isfinite(sample).all():
        raise ValueError(f"values of shape {sample.shape}: expected at least 2 finite numbers, one a game")
    return sample


def _check(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence={confidence}: expected above 0 and below 1")
