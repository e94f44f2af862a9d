"""Estimate the time to an event in games that may end before it: Kaplan-Meier, restricted mean and competing risks.

Sources: Kaplan and Meier 1958; Aalen and Johansen 1978. Kaplan-Meier is from lifelines. Its Aalen-Johansen estimator shifts ties at
random, and in whole turns all times are ties, so competing risks are from statsmodels. Bootstraps estimate from counts (`shares`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from numpy.typing import ArrayLike, NDArray
from statsmodels.duration.survfunc import CumIncidenceRight

from straits.experiments.utils.statistics import Interval, several_of_sums


@dataclass(frozen=True)
class Curve:
    """The share of games without the event after each turn, with pointwise intervals."""

    turn: NDArray[np.int64]  # (turns + 1,) 0..horizon
    survival: NDArray[np.float64]  # (turns + 1,) 0..1
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    restricted_mean: float  # turns up to the horizon


def kaplan_meier(durations: ArrayLike, observed: ArrayLike, horizon: int, confidence: float = 0.95) -> Curve:
    """Estimate the survival curve up to the horizon.

    Args:
        durations: (games,), turns until the event or the end of the game.
        observed: (games,), True where the event occurred.
        horizon: Last turn of the curve.
        confidence: Level of the pointwise intervals, 0..1.

    Returns:
        The curve from turn 0 to the horizon.
    """
    fitted = KaplanMeierFitter(alpha=1 - confidence).fit(np.asarray(durations), np.asarray(observed))
    turn = np.arange(horizon + 1)
    ends = fitted.confidence_interval_survival_function_.reindex(turn, method="ffill").to_numpy()
    mean = float(restricted_mean_survival_time(fitted, t=horizon))
    return Curve(turn, fitted.survival_function_at_times(turn).to_numpy(), ends[:, 0], ends[:, 1], mean)


def aalen_johansen(durations: ArrayLike, causes: ArrayLike, n_causes: int, horizon: int) -> NDArray[np.float64]:
    """Estimate the cumulative incidence of each cause.

    Args:
        durations: (crises,), turns until the end.
        causes: (crises,), 0 where censored, otherwise 1..n_causes.
        n_causes: Number of causes.
        horizon: Last turn of the curves.

    Returns:
        (turns + 1, causes), share that ended by each cause by each turn, 0..1.
    """
    ended = np.zeros((horizon + 1, n_causes))
    status = np.asarray(causes, np.int64)
    if status.any():
        with np.errstate(divide="ignore", invalid="ignore"):  # of its variance, which is not used
            fitted = CumIncidenceRight(np.asarray(durations), status)
        at = np.searchsorted(fitted.times, np.arange(horizon + 1), side="right") - 1
        for cause in np.unique(status[status > 0]):
            ended[:, cause - 1] = np.where(at < 0, 0.0, fitted.cinc[cause - 1][at])
    return ended


def shares(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Estimate the cumulative incidence of each cause from counts.

    Args:
        counts: (turns + 1, 1 + causes), how many ended in each turn: censored, then by each cause.

    Returns:
        (turns + 1, causes), share that ended by each cause by each turn, 0..1.
    """
    left = counts.sum(axis=1)
    at_risk = left.sum() - np.concatenate([[0], np.cumsum(left)[:-1]])  # just before each turn
    hazards = counts[:, 1:] / np.maximum(at_risk, 1)[:, None]
    before = np.concatenate([[1.0], np.cumprod(1.0 - hazards.sum(axis=1))[:-1]])  # not ended just before each turn
    ended: NDArray[np.float64] = np.cumsum(before[:, None] * hazards, axis=0)
    return ended


def mean_interval(
    durations: ArrayLike, observed: ArrayLike, horizon: int, *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Interval:
    """Estimate the restricted mean, the area under the survival curve up to the horizon.

    Args:
        durations: (games,), turns until the event or the end of the game.
        observed: (games,), True where the event occurred.
        horizon: Upper limit of the mean, in turns.
        seed: Seed of the bootstrap over games.
        confidence: Level of the interval, 0..1.
        resamples: Number of resamples.

    Returns:
        The mean in turns with its bootstrap interval.
    """
    length = np.asarray(durations, np.int64)
    counts = _by_turn(np.arange(len(length)), length, np.asarray(observed, np.int64), len(length), 2, horizon)
    return _of_counts(
        counts,
        lambda ended: [(1.0 - ended[:-1, 0]).sum()],
        horizon,
        seed=seed,
        confidence=confidence,
        resamples=resamples,
    )[0]


def median_interval(
    game: NDArray[np.int64],
    lengths: NDArray[np.int64],
    observed: NDArray[np.bool_],
    games: int,
    horizon: int,
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> Interval:
    """Estimate the median duration of episodes, several of which may be in one game.

    Args:
        game: (episodes,), game of each.
        lengths: (episodes,), turns until the end of the episode or of the game.
        observed: (episodes,), True where the episode ended.
        games: Number of games.
        horizon: Largest length.
        seed: Seed of the bootstrap over games.
        confidence: Level of the interval, 0..1.
        resamples: Number of resamples.

    Returns:
        The first turn after which at most half have not ended; infinite if more than half outlast the horizon.
    """
    counts = _by_turn(game, lengths, observed.astype(np.int64), games, 2, horizon)

    def median(ended: NDArray[np.float64]) -> list[float]:
        over = np.flatnonzero(ended[:, 0] >= 0.5 - 1e-9)
        return [float(over[0]) if len(over) else np.inf]

    return _of_counts(counts, median, horizon, seed=seed, confidence=confidence, resamples=resamples)[0]


def ends_curves(
    game: NDArray[np.int64],
    lengths: NDArray[np.int64],
    ends: NDArray[np.int64],
    games: int,
    n_causes: int,
    horizon: int,
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> list[list[Interval]]:
    """Estimate the cumulative incidence of each cause, with bootstrap intervals over games.

    Args:
        game: (episodes,), game of each.
        lengths: (episodes,), turns until the end.
        ends: (episodes,), cause of the end: 0 where censored, otherwise 1..n_causes.
        games: Number of games.
        n_causes: Number of causes.
        horizon: Last turn of the curves.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        For each cause, its cumulative incidence at each turn from 0 to the horizon.
    """
    counts = _by_turn(game, lengths, ends, games, n_causes + 1, horizon)
    points = _of_counts(counts, np.ravel, horizon, seed=seed, confidence=confidence, resamples=resamples)
    return [points[cause::n_causes] for cause in range(n_causes)]


def _by_turn(
    game: NDArray[np.int64], lengths: NDArray[np.int64], ends: NDArray[np.int64], games: int, width: int, horizon: int
) -> NDArray[np.float64]:
    """Count the episodes of each game by length and end, (games, (horizon + 1) * width)."""
    counts = np.zeros((games, (horizon + 1) * width))
    np.add.at(counts, (game, lengths * width + ends), 1.0)
    return counts


def _of_counts(
    counts: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], Any], horizon: int, **settings: Any
) -> list[Interval]:
    """Return the intervals of a statistic of the shares that ended by each turn."""
    used = np.flatnonzero(counts.any(axis=0))

    def of_total(total: NDArray[np.float64]) -> NDArray[np.float64]:
        full = np.zeros(counts.shape[1])
        full[used] = total
        return np.asarray(statistic(shares(full.reshape(horizon + 1, -1))), np.float64)

    return several_of_sums(counts[:, used], of_total, **settings)
