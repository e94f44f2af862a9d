"""What simulated counts are compared with: statistics of a series, and bands that resample its own days.

Bands are those of a moving-block bootstrap (Künsch 1989): blocks of four weeks are drawn with replacement, so that what lasts days
stays whole. Missing days stay missing.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

WEEK: Final = 7
BLOCK: Final = 4 * WEEK  # days
SPIKE: Final = 45  # aircraft a day
AROUND: Final = (-1, 0, 1, 2, 3)  # days of the profile, from the spike on
PROFILE: Final = tuple(f"spike{day:+d}" if day else "spike" for day in AROUND)
LEVELS: Final = ("mean", "median", "p90", "p99", "zero share", "Fano", "autocorrelation 1", "autocorrelation 2")
WEEKLY: Final = ("weekly mean", "weekly Fano", "weekly autocorrelation 1")
CLAIMED: Final = (*LEVELS, "spike profile", "weekly Fano")  # what `straits calibrate` counts
DYNAMIC: Final = ("autocorrelation 1", "autocorrelation 2", "spike profile")
Numbers = dict[str, float]
Array = NDArray[np.float64]


def daily(counts: Array) -> Numbers:
    """The daily statistics of counts (days,), NaN where missing; those of the profile are NaN without a spike."""
    known = counts[~np.isnan(counts)]
    fano = known.var() / known.mean() if known.mean() > 0 else np.nan
    values = (known.mean(), *np.quantile(known, (0.5, 0.9, 0.99)), (known == 0).mean(), fano)
    lags = (autocorrelation(counts, 1), autocorrelation(counts, 2))
    return dict(zip((*LEVELS, *PROFILE), map(float, (*values, *lags, *_mean(spikes(counts)))), strict=True))


def weekly(weeks: Array) -> Numbers:
    """The weekly statistics of sums (weeks,), NaN where a day is missing."""
    known = weeks[~np.isnan(weeks)]
    fano = known.var() / known.mean() if known.mean() > 0 else np.nan
    return dict(zip(WEEKLY, map(float, (known.mean(), fano, autocorrelation(weeks, 1))), strict=True))


def weeks(counts: Array, first: date) -> Array:
    """Sums of the full calendar weeks from Monday, (..., weeks), of counts (..., days) from `first` on; NaN with a missing day."""
    start = -first.weekday() % WEEK
    whole = (counts.shape[-1] - start) // WEEK
    kept = counts[..., start : start + whole * WEEK]
    found: Array = kept.reshape(*counts.shape[:-1], whole, WEEK).sum(axis=-1)
    return found


def autocorrelation(counts: Array, lag: int) -> float:
    """Of the days whose partner is there, about the mean of all."""
    from_mean = counts - np.nanmean(counts)
    square = np.nanmean(from_mean * from_mean)
    return float(np.nanmean(from_mean[:-lag] * from_mean[lag:]) / square) if square > 0 else 0.0


def spikes(counts: Array) -> Array:
    """The days around each day of `SPIKE` or more, (spikes, AROUND), where all of them are there."""
    days = np.flatnonzero(counts >= SPIKE)
    days = days[(days >= -AROUND[0]) & (days < len(counts) - AROUND[-1])]
    around = counts[days[:, None] + np.array(AROUND)]
    found: Array = around[~np.isnan(around).any(axis=1)]
    return found


def observed(counts: Array, first: date) -> Numbers:
    """All statistics of one series."""
    return daily(counts) | weekly(weeks(counts, first))


def simulated(counts: Array, first: date) -> Numbers:
    """All statistics of many games' counts (games, days): means over games; the profile is over all games' spikes."""
    each = [observed(row, first) for row in counts]
    found = {name: float(_known([one[name] for one in each]).mean()) for name in (*LEVELS, *WEEKLY)}
    return found | dict(zip(PROFILE, map(float, _mean(np.concatenate([spikes(row) for row in counts]))), strict=True))


def bands(
    counts: Array, first: date, *, seed: int, resamples: int = 1000, confidence: float = 0.95
) -> dict[str, tuple[float, float]]:
    """Statistic -> the ends of its band, of one series (days,). ValueError where it is shorter than two blocks."""
    if len(counts) < 2 * BLOCK:
        raise ValueError(f"days={len(counts)}: expected at least {2 * BLOCK}")
    rng = np.random.default_rng(seed)
    sums = weeks(counts, first)
    drawn = [daily(_resampled(counts, BLOCK, rng)) | weekly(_resampled(sums, BLOCK // WEEK, rng)) for _ in range(resamples)]
    tail = (1.0 - confidence) / 2.0
    ends = {name: np.quantile(_known([one[name] for one in drawn]), (tail, 1.0 - tail)).tolist() for name in drawn[0]}
    return {name: (low, high) for name, (low, high) in ends.items()}


def inside(values: Mapping[str, float], of: Mapping[str, tuple[float, float]]) -> dict[str, bool]:
    """Which of the statistics that are claimed lie in their bands; the profile does where each of its days does."""
    within = {name: bool(low <= values[name] <= high) for name, (low, high) in of.items()}
    within["spike profile"] = all(within[name] for name in PROFILE)
    return {name: within[name] for name in CLAIMED}


def _known(values: Sequence[float]) -> Array:
    """Those that are numbers; one NaN where none is."""
    found: Array = np.array([v for v in values if not np.isnan(v)] or [np.nan])
    return found


def _resampled(series: Array, block: int, rng: np.random.Generator) -> Array:
    starts = rng.integers(0, len(series) - block + 1, -(-len(series) // block))
    return np.concatenate([series[at : at + block] for at in starts])[: len(series)]


def _mean(rows: Array) -> Array:
    found: Array = rows.mean(axis=0) if len(rows) else np.full(len(AROUND), np.nan)
    return found
