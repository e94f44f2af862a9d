"""Time to an event when games end before it happens: Kaplan-Meier, the mean up to a horizon, and competing risks.

Sources: Kaplan and Meier 1958; Aalen and Johansen 1978. Kaplan-Meier is lifelines'; its Aalen-Johansen shifts ties at random, and
turns are all ties, so the estimator for whole turns is our own (the product-limit of each cause; tested against lifelines).
"""

from dataclasses import dataclass

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from numpy.typing import ArrayLike, NDArray


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
    length, cause = np.asarray(durations, np.int64), np.asarray(causes, np.int64)
    ended = np.stack([np.bincount(length[cause == k], minlength=horizon + 1)[: horizon + 1] for k in range(1, n_causes + 1)], 1)
    left = np.bincount(length, minlength=horizon + 1)
    at_risk = len(length) - np.concatenate([[0], np.cumsum(left)])[: horizon + 1]  # just before each turn
    hazards = ended / np.maximum(at_risk, 1)[:, None]
    before = np.concatenate([[1.0], np.cumprod(1.0 - hazards.sum(axis=1))[:-1]])  # still going on just before each turn
    shares: NDArray[np.float64] = np.cumsum(before[:, None] * hazards, axis=0)
    return shares
