"""Compute the statistics with which simulated counts are compared, and their bands by resampling the series.

Bands are from a moving-block bootstrap (Künsch 1989). Blocks of four weeks are drawn with replacement, so that dependence over
days is preserved. Missing days stay missing.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

WEEK: Final = 7
BLOCK: Final = 4 * WEEK  # days
SPIKE: Final = 45  # aircraft per day
AROUND: Final = (-1, 0, 1, 2, 3)  # days of the profile, from the spike on
PROFILE: Final = tuple(f"spike{day:+d}" if day else "spike" for day in AROUND)
LEVELS: Final = ("mean", "median", "p90", "p99", "zero share", "Fano", "autocorrelation 1", "autocorrelation 2")
WEEKLY: Final = ("weekly mean", "weekly Fano", "weekly autocorrelation 1")
CLAIMED: Final = (*LEVELS, "spike profile", "weekly Fano")  # statistics that `straits calibrate` counts
DYNAMIC: Final = ("autocorrelation 1", "autocorrelation 2", "spike profile")
Numbers = dict[str, float]
Array = NDArray[np.float64]


def daily(counts: Array) -> Numbers:
    """Compute the daily statistics of counts, (days,), NaN where missing. The profile is NaN without a spike."""
    known = counts[~np.isnan(counts)]
    fano = known.var() / known.mean() if known.mean() > 0 else np.nan
    values = (known.mean(), *np.quantile(known, (0.5, 0.9, 0.99)), (known == 0).mean(), fano)
    lags = (autocorrelation(counts, 1), autocorrelation(counts, 2))
    return dict(zip((*LEVELS, *PROFILE), map(float, (*values, *lags, *_mean(spikes(counts)))), strict=True))


def weekly(weeks: Array) -> Numbers:
    """Compute the weekly statistics of sums, (weeks,), NaN where a day is missing."""
    known = weeks[~np.isnan(weeks)]
    fano = known.var() / known.mean() if known.mean() > 0 else np.nan
    return dict(zip(WEEKLY, map(float, (known.mean(), fano, autocorrelation(weeks, 1))), strict=True))


def weeks(counts: Array, first: date) -> Array:
    """Sum counts over complete calendar weeks from Monday.

    Args:
        counts: (..., days).
        first: The first day.

    Returns:
        (..., weeks), NaN where a day is missing.
    """
    start = -first.weekday() % WEEK
    n_weeks = (counts.shape[-1] - start) // WEEK
    days = counts[..., start : start + n_weeks * WEEK]
    sums: Array = days.reshape(*counts.shape[:-1], n_weeks, WEEK).sum(axis=-1)
    return sums


def autocorrelation(counts: Array, lag: int) -> float:
    """Return the autocorrelation about the mean, over the days whose partner is not missing.

    Args:
        counts: (days,), NaN where missing.
        lag: Days between partners.
    """
    from_mean = counts - np.nanmean(counts)
    square = np.nanmean(from_mean * from_mean)
    return float(np.nanmean(from_mean[:-lag] * from_mean[lag:]) / square) if square > 0 else 0.0


def spikes(counts: Array) -> Array:
    """Return the days around each day of `SPIKE` or more, (spikes, AROUND), where none is missing."""
    days = np.flatnonzero(counts >= SPIKE)
    days = days[(days >= -AROUND[0]) & (days < len(counts) - AROUND[-1])]
    around = counts[days[:, None] + np.array(AROUND)]
    complete: Array = around[~np.isnan(around).any(axis=1)]
    return complete


def observed(counts: Array, first: date) -> Numbers:
    """Compute all statistics of one series.

    Args:
        counts: (days,), NaN where missing.
        first: The first day.
    """
    return daily(counts) | weekly(weeks(counts, first))


def simulated(counts: Array, first: date) -> Numbers:
    """Compute all statistics of many games: means over games; the profile is over the spikes of all games.

    Args:
        counts: (games, days).
        first: The first day, which defines calendar weeks.
    """
    each = [observed(row, first) for row in counts]
    means = {name: float(_known([one[name] for one in each]).mean()) for name in (*LEVELS, *WEEKLY)}
    return means | dict(zip(PROFILE, map(float, _mean(np.concatenate([spikes(row) for row in counts]))), strict=True))


def bands(
    counts: Array, first: date, *, seed: int, resamples: int = 1000, confidence: float = 0.95
) -> dict[str, tuple[float, float]]:
    """Compute the bands of all statistics of a series.

    Args:
        counts: (days,), NaN where missing.
        first: The first day.
        seed: Seed of the bootstrap.
        resamples: Number of resamples.
        confidence: Level of the bands, 0..1.

    Returns:
        Statistic to the lower and upper end of its band.

    Raises:
        ValueError: If the series is shorter than two blocks.
    """
    if len(counts) < 2 * BLOCK:
        raise ValueError(f"days={len(counts)}: expected at least {2 * BLOCK}")
    rng = np.random.default_rng(seed)
    sums = weeks(counts, first)
    drawn = [daily(_resampled(counts, BLOCK, rng)) | weekly(_resampled(sums, BLOCK // WEEK, rng)) for _ in range(resamples)]
    tail = (1.0 - confidence) / 2.0
    ends = {name: np.quantile(_known([one[name] for one in drawn]), (tail, 1.0 - tail)).tolist() for name in drawn[0]}
    return {name: (low, high) for name, (low, high) in ends.items()}


def inside(values: Mapping[str, float], of: Mapping[str, tuple[float, float]]) -> dict[str, bool]:
    """Return which claimed statistics lie in their bands. The profile does if each of its days does.

    Args:
        values: Statistic to value.
        of: Statistic to the ends of its band, as `bands` returns them.
    """
    within = {name: bool(low <= values[name] <= high) for name, (low, high) in of.items()}
    within["spike profile"] = all(within[name] for name in PROFILE)
    return {name: within[name] for name in CLAIMED}


def _known(values: Sequence[float]) -> Array:
    """Return the values that are not NaN; one NaN if there are none."""
    known: Array = np.array([v for v in values if not np.isnan(v)] or [np.nan])
    return known


def _resampled(series: Array, block: int, rng: np.random.Generator) -> Array:
    starts = rng.integers(0, len(series) - block + 1, -(-len(series) // block))
    return np.concatenate([series[at : at + block] for at in starts])[: len(series)]


def _mean(rows: Array) -> Array:
    mean: Array = rows.mean(axis=0) if len(rows) else np.full(len(AROUND), np.nan)
    return mean
