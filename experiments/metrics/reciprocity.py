"""Reciprocity: how far an actor answers in kind what another did to it, from series of Goldstein sums.

For each pair a vector autoregression of one lag, pooled over games: what i sends j now, on what i sent j and what j sent i before.
The coefficient of the latter is i's response to j; impulse responses say what one unit of cooperation brings over the following
turns. Aggregation changes such answers, so everything is given for sums over 1, 3 and 7 turns. Sources: Goldstein and Freeman 1990;
Goldstein and Pevehouse 1997. Intervals of coefficients are of statsmodels, with games as clusters; those of impulse responses,
powers of the coefficients and so not normal, are percentiles of a bootstrap over games.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant
from statsmodels.tsa.vector_ar.var_model import VARProcess

from straits.envs.spec.constants import PAIRS
from straits.experiments.utils.statistics import Interval, percentiles, resampled_sums

AGGREGATIONS: Final = (1, 3, 7)  # turns that are added up
STEPS: Final = (1, 3, 7)  # of an impulse response, each as long as the aggregation
MOMENTS: Final = 13  # sums of a pair in a game that the coefficients follow from
FLAT: Final = 1e-9  # share of the product of the variances below which two series count as one


@dataclass(frozen=True)
class Reciprocity:
    """Of one pair at one aggregation. `steps` that a series is too short for are not there."""

    pair: tuple[int, int]
    aggregation: int  # turns a step
    response: tuple[Interval, Interval]  # of the first to the second, of the second to the first
    impulses: NDArray[np.float64]  # (steps, 2, 2): after STEPS, response of [row] to one unit of [column] at step 0
    impulse_ends: NDArray[np.float64]  # (2, steps, 2, 2): the lower and the upper ends of their intervals
    stable: bool  # whether impulses die out
    games: int


def reciprocity(
    total: NDArray[np.float32], played: NDArray[np.bool_], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> list[Reciprocity]:
    """Every pair at every aggregation. total: (games, turns, actors, actors) Goldstein sums; played: (games, turns)."""
    found: list[Reciprocity] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for turns in AGGREGATIONS:
            sums, whole = aggregate(total, played, turns)
            series = [np.stack([sums[:, :, i, j], sums[:, :, j, i]], axis=2) for i, j in PAIRS]  # (games, steps, 2) of each
            fits = pool.map(fit_pair, PAIRS, repeat(turns), series, repeat(whole), repeat(confidence))
            ends = impulse_ends(series, whole, seed=seed, confidence=confidence, resamples=resamples)
            found += [replace(fit, impulse_ends=ends[:, pair]) for pair, fit in enumerate(fits)]
    return found


def aggregate(total: NDArray[np.float32], played: NDArray[np.bool_], turns: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Sums over whole, non-overlapping runs of turns, and which runs were played in full: (games, steps, ...), (games, steps)."""
    steps = total.shape[1] // turns
    cut = total[:, : steps * turns].astype(np.float64)
    sums = cut.reshape(len(total), steps, turns, *total.shape[2:]).sum(axis=2)
    whole = np.logical_and.reduce(played[:, : steps * turns].reshape(len(played), steps, turns), axis=2)
    return sums, whole


def fit_pair(
    pair: tuple[int, int], aggregation: int, series: NDArray[np.float64], whole: NDArray[np.bool_], confidence: float = 0.95
) -> Reciprocity:
    """Both equations of a pair. series: (games, steps, 2); whole: (games, steps)."""
    follows = whole[:, 1:] & whole[:, :-1]
    before, after = series[:, :-1][follows], series[:, 1:][follows]  # (rows, 2)
    clusters = np.nonzero(follows)[0]
    games, unknown = len(np.unique(clusters)), np.full((2, len(STEPS), 2, 2), np.nan)
    if games < 2 or min(before.std(axis=0)) == 0.0:
        nothing = Interval(np.nan, np.nan, np.nan)
        return Reciprocity(pair, aggregation, (nothing, nothing), unknown[0], unknown, False, games)
    design = add_constant(before, has_constant="add")
    fits = [OLS(after[:, n], design).fit(cov_type="cluster", cov_kwds={"groups": clusters}) for n in range(2)]
    other = tuple(_interval(fits[n], 2 - n, confidence) for n in range(2))
    process = VARProcess(np.stack([fit.params[1:] for fit in fits])[None], np.zeros(2), np.eye(2))
    impulses = process.ma_rep(maxn=max(STEPS))[list(STEPS)]
    return Reciprocity(pair, aggregation, (other[0], other[1]), impulses, unknown, bool(process.is_stable()), games)


def impulse_ends(
    series: Sequence[NDArray[np.float64]],
    whole: NDArray[np.bool_],
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 2000,
) -> NDArray[np.float64]:
    """Percentile intervals of the impulse responses of several pairs, (2, pairs, steps, 2, 2), by resampling games.

    The coefficients follow from sums over games. series: (games, steps, 2) of each pair; whole: (games, steps).
    """
    table = np.concatenate([_moments(values, whole) for values in series], axis=1)
    drawn = resampled_sums(table, seed, resamples).reshape(resamples, len(series), MOMENTS)
    step = _coefficients(drawn)  # (resamples, pairs, 2, 2)
    powers = np.stack([np.linalg.matrix_power(step, steps) for steps in STEPS], axis=2)
    return percentiles(powers.reshape(resamples, -1), confidence).reshape(2, len(series), len(STEPS), 2, 2)


def _moments(series: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Per game, (games, MOMENTS).

    How many steps follow one another; sums before and after; of squares and products before; and of products of after with before.
    """
    follows = (whole[:, 1:] & whole[:, :-1]).astype(np.float64)
    before, after = ([moved[..., n] * follows for n in range(2)] for moved in (series[:, :-1], series[:, 1:]))  # (games, steps)
    sums = [follows, *before, *after]
    products = [np.einsum("gs,gs->g", one, other) for side in (before, after) for one in side for other in before]
    return np.column_stack([*(values.sum(axis=1) for values in sums), *products])


def _coefficients(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """[row] on [column] a step before by least squares with a constant, (..., 2, 2), from moments (..., MOMENTS).

    Not numbers where a series does not vary.
    """
    n, before, after = moments[..., :1, None], moments[..., 1:3], moments[..., 3:5]
    own, cross = (moments[..., at : at + 4].reshape(*moments.shape[:-1], 2, 2) for at in (5, 9))
    with np.errstate(invalid="ignore", divide="ignore"):
        own = own - before[..., :, None] * before[..., None, :] / n
        cross = cross - after[..., :, None] * before[..., None, :] / n
        a, b, d = own[..., 0, 0], own[..., 0, 1], own[..., 1, 1]
        size = a * d - b * b
        inverse = np.stack([d, -b, -b, a], axis=-1) / np.where(size > FLAT * a * d, size, np.nan)[..., None]
    result: NDArray[np.float64] = cross @ inverse.reshape(own.shape)
    return result


def _interval(fit: RegressionResultsWrapper, place: int, confidence: float) -> Interval:
    low, high = fit.conf_int(alpha=1 - confidence)[place]
    return Interval(float(fit.params[place]), float(low), float(high))
