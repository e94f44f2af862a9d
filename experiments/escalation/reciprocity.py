"""Reciprocity: how far an actor answers in kind what another did to it, from series of Goldstein sums.

For each pair a vector autoregression of one lag, pooled over games: what i sends j now, on what i sent j and what j sent i before.
The coefficient of the latter is i's response to j; impulse responses say what one unit of cooperation brings over the following
turns. Aggregation changes such answers, so everything is given for sums over 1, 3 and 7 turns. Sources: Goldstein and Freeman 1990;
Goldstein and Pevehouse 1997. Intervals are of statsmodels, with games as clusters.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant
from statsmodels.tsa.vector_ar.var_model import VARProcess

from straits.envs.vocabulary import PAIRS
from straits.experiments.intervals import Interval

AGGREGATIONS: Final = (1, 3, 7)  # turns that are added up
STEPS: Final = (1, 3, 7)  # of an impulse response, each as long as the aggregation


@dataclass(frozen=True)
class Reciprocity:
    """Of one pair at one aggregation. `steps` that a series is too short for are not there."""

    pair: tuple[int, int]
    aggregation: int  # turns a step
    response: tuple[Interval, Interval]  # of the first to the second, of the second to the first
    impulses: NDArray[np.float64]  # (steps, 2, 2): after STEPS, response of [row] to one unit of [column] at step 0
    stable: bool  # whether impulses die out
    games: int


def reciprocity(total: NDArray[np.float32], played: NDArray[np.bool_], confidence: float = 0.95) -> list[Reciprocity]:
    """Every pair at every aggregation. total: (games, turns, actors, actors) Goldstein sums; played: (games, turns)."""
    found: list[Reciprocity] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for turns in AGGREGATIONS:
            sums, whole = aggregate(total, played, turns)
            series = [np.stack([sums[:, :, i, j], sums[:, :, j, i]], axis=2) for i, j in PAIRS]  # (games, steps, 2) of each
            found += pool.map(fit_pair, PAIRS, repeat(turns), series, repeat(whole), repeat(confidence))
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
    games = len(np.unique(clusters))
    if games < 2 or min(before.std(axis=0)) == 0.0:
        nothing = Interval(np.nan, np.nan, np.nan)
        return Reciprocity(pair, aggregation, (nothing, nothing), np.full((len(STEPS), 2, 2), np.nan), False, games)
    design = add_constant(before, has_constant="add")
    fits = [OLS(after[:, n], design).fit(cov_type="cluster", cov_kwds={"groups": clusters}) for n in range(2)]
    other = tuple(_interval(fits[n], 2 - n, confidence) for n in range(2))
    process = VARProcess(np.stack([fit.params[1:] for fit in fits])[None], np.zeros(2), np.eye(2))
    impulses = process.ma_rep(maxn=max(STEPS))[list(STEPS)]
    return Reciprocity(pair, aggregation, (other[0], other[1]), impulses, bool(process.is_stable()), games)


def _interval(fit: RegressionResultsWrapper, place: int, confidence: float) -> Interval:
    low, high = fit.conf_int(alpha=1 - confidence)[place]
    return Interval(float(fit.params[place]), float(low), float(high))
