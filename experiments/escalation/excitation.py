"""Excitation: how many escalatory steps one such step brings about, directly, by each actor. A discrete-time Hawkes process.

    n[k, t] ~ Poisson(mu[k] + sum_j branching[k, j] r[j, t]),    r[j, t] = (1 - fade) r[j, t - 1] + fade n[j, t - 1]

`branching[k, j]` is how many steps of k one step of j brings about in all. The spectral radius of the matrix says what becomes of
them: below 1 they die out, above 1 they spiral. Source: Hawkes 1971; in discrete time it is a Poisson autoregression. There is no
well-kept library, so the fit is our own, by maximum likelihood with exact gradients, and recovers planted values in the tests.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from straits.envs.moves import OFFSETS
from straits.envs.vocabulary import CRISIS_RUNG
from straits.experiments.escalation.summary import MOVE_RUNG
from straits.experiments.intervals import Interval, small_sample

LEAST: Final = 1e-6  # rate a turn, so that a logarithm exists
GROUPS: Final = 10  # of games, whose fits make the interval
BLOCK: Final = 400  # games that are added up at a time, so that what they need stays in a core's cache


@dataclass(frozen=True)
class Excitation:
    """A fit: rates a turn, steps for a step, and the share of an effect that comes the turn after."""

    base: NDArray[np.float64]  # (kinds,) steps a turn that nothing brought about
    branching: NDArray[np.float64]  # (kinds, kinds) [k, j] steps of k that a step of j brings about
    fade: float  # 0..1
    log_likelihood: float

    @property
    def radius(self) -> float:
        """Spectral radius of the branching matrix."""
        return float(np.abs(np.linalg.eigvals(self.branching)).max())


def escalatory_steps(moves: NDArray[np.int64], effective: NDArray[np.bool_], rung: int = CRISIS_RUNG) -> NDArray[np.float64]:
    """How many steps of that rung or more each actor takes, (games, turns, actors). moves: (games, turns, actors, channels)."""
    steep = (MOVE_RUNG[moves + np.array(OFFSETS)] >= rung) & (moves > 0) & effective
    counts: NDArray[np.float64] = steep.sum(axis=3).astype(np.float64)
    return counts


def fit(counts: NDArray[np.float64], played: NDArray[np.bool_], near: Excitation | None = None) -> Excitation:
    """Maximum likelihood. counts: (games, turns, kinds) whole numbers; played: (games, turns); near: a fit to begin at."""
    kinds = counts.shape[2]
    by_turn = np.ascontiguousarray(counts.transpose(1, 0, 2))  # (turns, games, kinds), so that a turn lies together
    there = np.ascontiguousarray(played.T).astype(np.float64)  # (turns, games)
    rate = np.maximum(counts[played].mean(axis=0), LEAST)
    start = np.concatenate([0.5 * rate, np.full(kinds * kinds, 0.5 / kinds), [0.5]])
    if near is not None:
        start = np.concatenate([near.base, near.branching.ravel(), [near.fade]])
    scale = 1.0 / np.sqrt(_curvature(start, by_turn, there))  # so that every direction bends alike
    low = np.concatenate([np.full(kinds, LEAST), np.zeros(kinds * kinds), [0.01]])
    high = np.concatenate([np.full(kinds + kinds * kinds, np.inf), [1.0]])

    blocks = [np.s_[:, at : at + BLOCK] for at in range(0, len(counts), BLOCK)]
    parts = [(np.ascontiguousarray(by_turn[block]), np.ascontiguousarray(there[block])) for block in blocks]

    def loss(scaled: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values, gradients = zip(*(_loss(scaled * scale, *part) for part in parts), strict=True)
        return sum(values), np.sum(gradients, axis=0) * scale

    bounds = np.column_stack([low, high]) / scale[:, None]
    found = minimize(loss, start / scale, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxcor": 30, "ftol": 1e-10})
    base, branching, fade = _unpack(found.x * scale, kinds)
    return Excitation(base, branching, fade, -float(found.fun))


@dataclass(frozen=True)
class Spread:
    """A fit with t intervals from the fits of ten groups of games."""

    fit: Excitation
    radius: Interval
    branching: dict[tuple[int, int], Interval]  # [k, j]


def fit_with_spread(counts: NDArray[np.float64], played: NDArray[np.bool_], confidence: float = 0.95) -> Spread:
    """The fit of all games, and how far those of ten groups of games lie apart. ValueError below 20 games."""
    games = len(counts)
    if games < 2 * GROUPS:
        raise ValueError(f"games={games}: expected at least {2 * GROUPS}")
    first = fit(counts[::GROUPS], played[::GROUPS])  # near the whole's, at a tenth of the work
    whole = fit(counts, played, first)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda n: fit(counts[n::GROUPS], played[n::GROUPS], whole), range(GROUPS)))
    radius = _around(whole.radius, [part.radius for part in parts], confidence)
    branching = {}
    for k, j in np.ndindex(*whole.branching.shape):
        several = [float(part.branching[k, j]) for part in parts]
        branching[k, j] = _around(float(whole.branching[k, j]), several, confidence)
    return Spread(whole, radius, branching)


def simulate(
    base: NDArray[np.float64], branching: NDArray[np.float64], fade: float, shape: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Counts of a process with these values, (games, turns, kinds), from rest. shape: (games, turns)."""
    counts = np.zeros((*shape, len(base)))
    recent = np.zeros((shape[0], len(base)))
    for turn in range(shape[1]):
        counts[:, turn] = rng.poisson(base + recent @ branching.T)
        recent = (1.0 - fade) * recent + fade * counts[:, turn]
    return counts


def _around(middle: float, parts: list[float], confidence: float) -> Interval:
    """The t interval of the parts' mean, moved to where the fit of all games is, and cut off at 0: steps are not inhibited here."""
    spread = small_sample(parts, confidence=confidence)
    return Interval(middle, max(0.0, middle + spread.low - spread.estimate), middle + spread.high - spread.estimate)


def _loss(
    parameters: NDArray[np.float64], counts: NDArray[np.float64], there: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Negative log-likelihood and its gradient. counts: (turns, games, kinds); there: (turns, games) 1 where a turn was played."""
    base, branching, fade = _unpack(parameters, counts.shape[2])
    recent, slope = (values.reshape(-1, counts.shape[2]) for values in _recent(counts, fade))
    seen, weight = counts.reshape(recent.shape), there.reshape(-1, 1)
    rate = np.maximum(base + recent @ branching.T, LEAST)
    pull = weight * (seen / rate - 1.0)  # (turns of games, kinds)
    gradient = [pull.sum(axis=0), (pull.T @ recent).ravel(), [((pull @ branching) * slope).sum()]]
    value = (weight * (seen * np.log(rate) - rate)).sum()
    return -float(value), -np.concatenate(gradient)


def _curvature(parameters: NDArray[np.float64], counts: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """The diagonal of the expected second derivative of the loss."""
    base, branching, fade = _unpack(parameters, counts.shape[2])
    recent, slope = (values.reshape(-1, counts.shape[2]) for values in _recent(counts, fade))
    weight = there.reshape(-1, 1) / np.maximum(base + recent @ branching.T, LEAST)
    parts = [weight.sum(axis=0), (weight.T @ recent**2).ravel(), [(weight * (slope @ branching.T) ** 2).sum()]]
    diagonal: NDArray[np.float64] = np.maximum(np.concatenate(parts), 1.0)
    return diagonal


def _recent(counts: NDArray[np.float64], fade: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What still works of earlier steps, and its derivative by `fade`, (turns, games, kinds)."""
    recent, slope = np.zeros_like(counts), np.zeros_like(counts)
    for turn in range(1, len(counts)):
        recent[turn] = (1.0 - fade) * recent[turn - 1] + fade * counts[turn - 1]
        slope[turn] = (1.0 - fade) * slope[turn - 1] - recent[turn - 1] + counts[turn - 1]
    return recent, slope


def _unpack(parameters: NDArray[np.float64], kinds: int) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    return parameters[:kinds], parameters[kinds:-1].reshape(kinds, kinds), float(parameters[-1])
