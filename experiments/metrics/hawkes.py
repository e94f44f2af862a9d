"""Estimate excitation, how many escalatory steps one step triggers, with a discrete-time Hawkes process.

    n[k, t] ~ Poisson(mu[k] + sum_j branching[k, j] r[j, t]),    r[j, t] = (1 - fade) r[j, t - 1] + fade n[j, t - 1]

`branching[k, j]` is the number of steps of k that one step of j triggers directly, over all later turns. The spectral radius of
the matrix separates two regimes: below 1 cascades die out, above 1 they grow. Source: Hawkes 1971; in discrete time the process is
a Poisson autoregression. No maintained library fits it, so this module maximizes the likelihood with exact gradients. Tests
recover planted values.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from straits.envs.spec.constants import CRISIS_RUNG
from straits.envs.spec.moves import OFFSETS
from straits.experiments.metrics.per_game import MOVE_RUNG
from straits.experiments.utils.statistics import Interval

LEAST: Final = 1e-6  # lowest rate per turn, so that its logarithm exists
FEWEST: Final = 20  # games that an interval needs
SAMPLED: Final = 10  # the first fit takes one game in ten
BLOCK: Final = 400  # games per block of the sum, so that a block fits the cache of a core


@dataclass(frozen=True)
class Excitation:
    """A fitted process."""

    base: NDArray[np.float64]  # (kinds,) spontaneous steps per turn
    branching: NDArray[np.float64]  # (kinds, kinds) [k, j] steps of k that a step of j triggers
    fade: float  # 0..1, share of an effect that occurs in the next turn
    log_likelihood: float

    @property
    def radius(self) -> float:
        """Spectral radius of the branching matrix."""
        return float(np.abs(np.linalg.eigvals(self.branching)).max())


def escalatory_steps(moves: NDArray[np.int64], effective: NDArray[np.bool_], rung: int = CRISIS_RUNG) -> NDArray[np.float64]:
    """Count each actor's steps of a rung or more in each turn.

    Args:
        moves: (games, turns, actors, channels), index within each channel, -1 where no turn was played.
        effective: (games, turns, actors, channels), True where the move took effect.
        rung: Lowest rung that counts.

    Returns:
        (games, turns, actors).
    """
    steep = (MOVE_RUNG[moves + np.array(OFFSETS)] >= rung) & (moves > 0) & effective
    counts: NDArray[np.float64] = steep.sum(axis=3).astype(np.float64)
    return counts


def fit(counts: NDArray[np.float64], played: NDArray[np.bool_], near: Excitation | None = None) -> Excitation:
    """Fit the process by maximum likelihood.

    Args:
        counts: (games, turns, kinds), whole numbers.
        played: (games, turns), True where the turn was played.
        near: A fit to start from.

    Returns:
        The process with the highest likelihood.
    """
    kinds = counts.shape[2]
    by_turn = np.ascontiguousarray(counts.transpose(1, 0, 2))  # (turns, games, kinds), each turn contiguous
    there = np.ascontiguousarray(played.T).astype(np.float64)  # (turns, games)
    rate = np.maximum(counts[played].mean(axis=0), LEAST)
    start = np.concatenate([0.5 * rate, np.full(kinds * kinds, 0.5 / kinds), [0.5]])
    if near is not None:
        start = np.concatenate([near.base, near.branching.ravel(), [near.fade]])
    scale = 1.0 / np.sqrt(_curvature(start, by_turn, there))  # so that all directions have the same curvature
    blocks = [np.s_[:, at : at + BLOCK] for at in range(0, len(counts), BLOCK)]
    parts = [(np.ascontiguousarray(by_turn[block]), np.ascontiguousarray(there[block])) for block in blocks]

    def loss(scaled: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values, gradients = zip(*(_loss(scaled * scale, *part) for part in parts), strict=True)
        return sum(values), np.sum(gradients, axis=0) * scale

    bounds = np.column_stack(_bounds(kinds)) / scale[:, None]
    optimum = minimize(loss, start / scale, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxcor": 30, "ftol": 1e-10})
    base, branching, fade = _unpack(optimum.x * scale, kinds)
    return Excitation(base, branching, fade, -float(optimum.fun))


@dataclass(frozen=True)
class Spread:
    """A fit with intervals over games."""

    fit: Excitation
    radius: Interval
    branching: dict[tuple[int, int], Interval]  # [k, j]


def fit_with_spread(counts: NDArray[np.float64], played: NDArray[np.bool_], confidence: float = 0.95) -> Spread:
    """Fit the process and compute intervals with games as clusters, as `spread` does.

    Args:
        counts: (games, turns, kinds), whole numbers.
        played: (games, turns), True where the turn was played.
        confidence: Level of the intervals, 0..1.

    Returns:
        The fit and its intervals.

    Raises:
        ValueError: If there are fewer than 20 games.
    """
    if len(counts) < FEWEST:
        raise ValueError(f"games={len(counts)}: expected at least {FEWEST}")
    first = fit(counts[::SAMPLED], played[::SAMPLED])  # a start near the optimum, at a tenth of the cost
    return spread(fit(counts, played, first), counts, played, confidence)


def spread(estimate: Excitation, counts: NDArray[np.float64], played: NDArray[np.bool_], confidence: float = 0.95) -> Spread:
    """Compute intervals of a fit.

    The intervals are normal, from the sandwich estimator of White 1982, so the counts need not be Poisson. They are truncated at
    0. A parameter at a bound is held fixed for the intervals of the others. The interval of a coefficient that is 0 is computed as
    if it were free, so that it shows which values are possible. The interval of the radius is from the delta method.

    Args:
        estimate: A fit of the same counts.
        counts: (games, turns, kinds), whole numbers.
        played: (games, turns), True where the turn was played.
        confidence: Level of the intervals, 0..1.

    Returns:
        The fit with intervals of the radius and of the branching matrix.
    """
    scores, information = _scores(estimate, counts, played)
    kinds, half = counts.shape[2], NormalDist().inv_cdf(0.5 + confidence / 2.0)
    values = np.concatenate([estimate.base, estimate.branching.ravel(), [estimate.fade]])
    low, high = _bounds(kinds)
    free = (values > low) & (values < high)
    fixed, loose = _sandwich(scores, information, free), _sandwich(scores, information, np.ones_like(free))
    errors = np.sqrt(np.where(free, np.diag(fixed), np.diag(loose)))[kinds:-1].reshape(kinds, kinds)
    branching = {(k, j): _around(float(estimate.branching[k, j]), half * float(errors[k, j])) for k, j in np.ndindex(kinds, kinds)}
    slope = np.zeros_like(values)
    slope[kinds:-1] = _radius_slope(estimate.branching).ravel()
    return Spread(estimate, _around(estimate.radius, half * float(np.sqrt(slope @ fixed @ slope))), branching)


def simulate(
    base: NDArray[np.float64], branching: NDArray[np.float64], fade: float, shape: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Simulate a process that starts without earlier steps.

    Args:
        base: (kinds,), spontaneous steps per turn.
        branching: (kinds, kinds), [k, j] steps of k that a step of j triggers.
        fade: Share of an effect that occurs in the next turn, 0..1.
        shape: Number of games and of turns.
        rng: Source of randomness.

    Returns:
        Counts, (games, turns, kinds).
    """
    counts = np.zeros((*shape, len(base)))
    recent = np.zeros((shape[0], len(base)))
    for turn in range(shape[1]):
        counts[:, turn] = rng.poisson(base + recent @ branching.T)
        recent = (1.0 - fade) * recent + fade * counts[:, turn]
    return counts


def _around(middle: float, half: float) -> Interval:
    """Return a symmetric interval, truncated at 0: the process has no inhibition."""
    return Interval(middle, max(0.0, middle - half), middle + half)


def _bounds(kinds: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper bounds of the parameters: bases, branching, fade."""
    low = np.concatenate([np.full(kinds, LEAST), np.zeros(kinds * kinds), [0.01]])
    return low, np.concatenate([np.full(kinds + kinds * kinds, np.inf), [1.0]])


def _scores(
    estimate: Excitation, counts: NDArray[np.float64], played: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each game's gradient of the log-likelihood, (games, parameters), and the expected information of all games."""
    kinds, by_turn = counts.shape[2], np.ascontiguousarray(counts.transpose(1, 0, 2))  # (turns, games, kinds)
    recent, slope = _recent(by_turn, estimate.fade)
    rate = np.maximum(estimate.base + recent @ estimate.branching.T, LEAST)
    there = played.T[:, :, None]
    pull, through = there * (by_turn / rate - 1.0), slope @ estimate.branching.T
    each = np.einsum("tgk,tgj->gkj", pull, recent).reshape(len(counts), -1)
    scores = np.column_stack([pull.sum(axis=0), each, (pull * through).sum(axis=(0, 2))])
    information = np.zeros((scores.shape[1], scores.shape[1]))
    for k in range(kinds):
        design = np.concatenate([np.ones_like(recent[..., :1]), recent, through[..., k : k + 1]], axis=2).reshape(-1, kinds + 2)
        where = np.array([k, *range(kinds + k * kinds, kinds + (k + 1) * kinds), scores.shape[1] - 1])
        information[np.ix_(where, where)] += design.T @ (design * (there[..., 0] / rate[..., k]).reshape(-1, 1))
    return scores, information


def _sandwich(scores: NDArray[np.float64], information: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the covariance of the parameters, 0 for those that are not free."""
    centred = (scores - scores.mean(axis=0))[:, free]
    bread = np.linalg.pinv(information[np.ix_(free, free)], hermitian=True)
    covariance = np.zeros_like(information)
    covariance[np.ix_(free, free)] = bread @ (centred.T @ centred) @ bread * (len(scores) / (len(scores) - 1))
    return covariance


def _radius_slope(branching: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the derivative of the spectral radius by each entry; 0 where the leading eigenvalue is not simple."""
    values, right = np.linalg.eig(branching)
    lead = int(np.abs(values).argmax())
    others, left = np.linalg.eig(branching.T)
    one, two = np.real(left[:, np.abs(others - values[lead]).argmin()]), np.real(right[:, lead])
    product = float(one @ two)
    result: NDArray[np.float64] = np.outer(one, two) / product if abs(product) > 1e-9 else np.zeros_like(branching)
    return result


def _loss(
    parameters: NDArray[np.float64], counts: NDArray[np.float64], there: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the negative log-likelihood and its gradient.

    counts: (turns, games, kinds). there: (turns, games), 1 where a turn was played.
    """
    base, branching, fade = _unpack(parameters, counts.shape[2])
    recent, slope = (values.reshape(-1, counts.shape[2]) for values in _recent(counts, fade))
    seen, weight = counts.reshape(recent.shape), there.reshape(-1, 1)
    rate = np.maximum(base + recent @ branching.T, LEAST)
    pull = weight * (seen / rate - 1.0)  # (turns of games, kinds)
    gradient = [pull.sum(axis=0), (pull.T @ recent).ravel(), [((pull @ branching) * slope).sum()]]
    value = (weight * (seen * np.log(rate) - rate)).sum()
    return -float(value), -np.concatenate(gradient)


def _curvature(parameters: NDArray[np.float64], counts: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the diagonal of the expected second derivative of the loss."""
    base, branching, fade = _unpack(parameters, counts.shape[2])
    recent, slope = (values.reshape(-1, counts.shape[2]) for values in _recent(counts, fade))
    weight = there.reshape(-1, 1) / np.maximum(base + recent @ branching.T, LEAST)
    parts = [weight.sum(axis=0), (weight.T @ recent**2).ravel(), [(weight * (slope @ branching.T) ** 2).sum()]]
    diagonal: NDArray[np.float64] = np.maximum(np.concatenate(parts), 1.0)
    return diagonal


def _recent(counts: NDArray[np.float64], fade: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the decayed sum of earlier steps and its derivative by `fade`, both (turns, games, kinds)."""
    recent, slope = np.zeros_like(counts), np.zeros_like(counts)
    for turn in range(1, len(counts)):
        recent[turn] = (1.0 - fade) * recent[turn - 1] + fade * counts[turn - 1]
        slope[turn] = (1.0 - fade) * slope[turn - 1] - recent[turn - 1] + counts[turn - 1]
    return recent, slope


def _unpack(parameters: NDArray[np.float64], kinds: int) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    return parameters[:kinds], parameters[kinds:-1].reshape(kinds, kinds), float(parameters[-1])
