"""Time to an event when games end before it happens: Kaplan-Meier, the mean up to a horizon, and competing risks.

Sources: Kaplan and Meier 1958; Aalen and Johansen 1978. Kaplan-Meier is lifelines'; its Aalen-Johansen shifts ties at random, and
turns are all ties, so the estimator for whole turns is our own (the product-limit of each cause; tested against lifelines).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from numpy.typing import ArrayLike, NDArray

from straits.experiments.utils.statistics import Interval, of_sums, several_of_sums


@dataclass(frozen=True)
class Curve:
    """The share of games without the event after each turn, with pointwise intervals."""

    turn: NDArray[np.int64]  # (turns + 1,) 0..horizon
    survival: NDArray[np.float64]  # (turns + 1,) 0..1
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    restricted_mean: float  # turns up to the horizon


def kaplan_meier(durations: ArrayLike, observed: ArrayLike, horizon: int, confidence: float = 0.95) -> Curve:
    """The survival curve up to the horizon. durations: (games,) turns; observed: (games,) whether the event came then."""
    fitted = KaplanMeierFitter(alpha=1 - confidence).fit(np.asarray(durations), np.asarray(observed))
    turn = np.arange(horizon + 1)
    ends = fitted.confidence_interval_survival_function_.reindex(turn, method="ffill").to_numpy()
    mean = float(restricted_mean_survival_time(fitted, t=horizon))
    return Curve(turn, fitted.survival_function_at_times(turn).to_numpy(), ends[:, 0], ends[:, 1], mean)


def aalen_johansen(durations: ArrayLike, causes: ArrayLike, n_causes: int, horizon: int) -> NDArray[np.float64]:
    """Share that ended by each cause by each turn, (turns + 1, causes). causes: (games,) 0 where censored, else 1..n_causes."""
    at = np.asarray(durations, np.int64) * (n_causes + 1) + np.asarray(causes, np.int64)
    return shares(np.bincount(at, minlength=(horizon + 1) * (n_causes + 1)).reshape(horizon + 1, n_causes + 1))


def shares(counts: NDArray[Any]) -> NDArray[np.float64]:
    """The same from how many ended in each turn, (turns + 1, 1 + causes): censored, then by each cause."""
    left = counts.sum(axis=1)
    at_risk = left.sum() - np.concatenate([[0], np.cumsum(left)[:-1]])  # just before each turn
    hazards = counts[:, 1:] / np.maximum(at_risk, 1)[:, None]
    before = np.concatenate([[1.0], np.cumprod(1.0 - hazards.sum(axis=1))[:-1]])  # still going on just before each turn
    ended: NDArray[np.float64] = np.cumsum(before[:, None] * hazards, axis=0)
    return ended


def mean_interval(
    durations: ArrayLike, observed: ArrayLike, horizon: int, *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Interval:
    """The restricted mean with its bootstrap interval over games: the area under the survival curve up to the horizon."""
    length = np.asarray(durations, np.int64)
    counts = np.zeros((len(length), 2 * (horizon + 1)))  # (games, turns of those censored and ended)
    counts[np.arange(len(length)), 2 * length + np.asarray(observed, np.int64)] = 1.0
    used = np.flatnonzero(counts.any(axis=0))

    def area(total: NDArray[np.float64]) -> float:
        whole = np.zeros(counts.shape[1])
        whole[used] = total
        return float((1.0 - shares(whole.reshape(horizon + 1, 2))[:-1, 0]).sum())

    return of_sums(counts[:, used], area, seed=seed, confidence=confidence, resamples=resamples)


def ends_curves(
    lengths: NDArray[np.int64],
    ends: NDArray[np.int64],
    n_causes: int,
    horizon: int,
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> list[list[Interval]]:
    """Compute the cumulative incidence of each cause.

    Of each cause, the share that it has ended after each turn, 0 to the horizon, with bootstrap intervals over games. lengths,
    ends: (games, pairs), -1 turns where there was nothing to end.
    """
    width = n_causes + 1
    game, pair = np.nonzero(lengths > 0)
    counts = np.zeros((len(lengths), (horizon + 1) * width))
    np.add.at(counts, (game, lengths[game, pair] * width + ends[game, pair]), 1.0)
    used = np.flatnonzero(counts.any(axis=0))

    def curve(total: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.zeros(counts.shape[1])
        whole[used] = total
        return shares(whole.reshape(horizon + 1, width)).ravel()

    points = several_of_sums(counts[:, used], curve, seed=seed, confidence=confidence, resamples=resamples)
    return [points[cause::n_causes] for cause in range(n_causes)]
