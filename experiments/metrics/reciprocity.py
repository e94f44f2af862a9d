"""Measure how actors respond to each other: reciprocity of events and escalatory responses.

*Reciprocity* is how far an actor responds in kind, estimated from series of Goldstein sums. For each pair this module fits a
vector autoregression of one lag, pooled over games. It regresses what i sends to j now on two terms of the step before: what i
sent to j, and what j sent to i. The latter coefficient is i's response to j. Impulse responses give the effect of one unit of
cooperation over the following steps. Temporal aggregation changes such estimates, so sums over 1, 3 and 7 turns are all reported.
Sources: Goldstein and Freeman 1990; Goldstein and Pevehouse 1997. The intervals of coefficients are from statsmodels, with games
as clusters. Impulse responses are powers of the coefficients and not normal, so their intervals are percentiles of a bootstrap
over games.

*Escalatory responses* count how often a step is followed by a higher step back, by rung and ordered pair. The count is an
association in time and not a cause: an actor that steps often precedes many steps of others.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant
from statsmodels.tsa.vector_ar.var_model import VARProcess

from straits.envs.spec.constants import CONFLICT_RUNG, N_ACTORS, PAIRS
from straits.experiments.utils.statistics import Interval, percentiles, resampled_sums

AGGREGATIONS: Final = (1, 3, 7)  # turns per step
STEPS: Final = (1, 3, 7)  # steps of an impulse response; a step is as long as the aggregation
MOMENTS: Final = 13  # sufficient statistics of a pair in one game
FLAT: Final = 1e-9  # share of the product of the variances below which two series are collinear
WITHIN: Final = 5  # turns in which a response counts
RUNGS: Final = tuple(range(1, CONFLICT_RUNG))  # of steps: no action starts armed conflict


@dataclass(frozen=True)
class Reciprocity:
    """The fit of one pair at one aggregation."""

    pair: tuple[int, int]
    aggregation: int  # turns per step
    response: tuple[Interval, Interval]  # of the first to the second, of the second to the first
    impulses: NDArray[np.float64]  # (steps, 2, 2): after STEPS, response of [row] to one unit of [column] at step 0
    impulse_ends: NDArray[np.float64]  # (2, steps, 2, 2): lower and upper ends of their intervals
    stable: bool  # True if impulses decay to 0
    games: int


def reciprocity(
    total: NDArray[np.float32], played: NDArray[np.bool_], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> list[Reciprocity]:
    """Fit each pair at each aggregation.

    Args:
        total: (games, turns, actors, actors), sums of Goldstein values.
        played: (games, turns), True where the turn was played.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        One fit per aggregation and pair, in this order.
    """
    results: list[Reciprocity] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for turns in AGGREGATIONS:
            sums, complete = aggregate(total, played, turns)
            series = [np.stack([sums[:, :, i, j], sums[:, :, j, i]], axis=2) for i, j in PAIRS]  # (games, steps, 2) of each
            fits = pool.map(fit_pair, PAIRS, repeat(turns), series, repeat(complete), repeat(confidence))
            ends = impulse_ends(series, complete, seed=seed, confidence=confidence, resamples=resamples)
            results += [replace(fit, impulse_ends=ends[:, pair]) for pair, fit in enumerate(fits)]
    return results


def aggregate(total: NDArray[np.float32], played: NDArray[np.bool_], turns: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Sum the values over consecutive, non-overlapping steps of several turns.

    Args:
        total: (games, turns, ...).
        played: (games, turns), True where the turn was played.
        turns: Turns per step. The remainder at the end is dropped.

    Returns:
        The sums, (games, steps, ...), and whether all turns of a step were played, (games, steps).
    """
    steps = total.shape[1] // turns
    values = total[:, : steps * turns].astype(np.float64)
    sums = values.reshape(len(total), steps, turns, *total.shape[2:]).sum(axis=2)
    complete = np.logical_and.reduce(played[:, : steps * turns].reshape(len(played), steps, turns), axis=2)
    return sums, complete


def fit_pair(
    pair: tuple[int, int], aggregation: int, series: NDArray[np.float64], whole: NDArray[np.bool_], confidence: float = 0.95
) -> Reciprocity:
    """Fit both equations of a pair.

    Args:
        pair: Indices of the two actors.
        aggregation: Turns per step.
        series: (games, steps, 2), what the first sends to the second, and the second to the first.
        whole: (games, steps), True where all turns of the step were played.
        confidence: Level of the intervals, 0..1.

    Returns:
        The fit, without intervals of the impulse responses. All values are NaN for fewer than 2 games or a constant series.
    """
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
    """Compute percentile intervals of impulse responses by resampling games.

    Args:
        series: (games, steps, 2) for each pair.
        whole: (games, steps), True where all turns of the step were played.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        (2, pairs, steps, 2, 2), lower and upper ends.
    """
    table = np.concatenate([_moments(values, whole) for values in series], axis=1)
    drawn = resampled_sums(table, seed, resamples).reshape(resamples, len(series), MOMENTS)
    step = _coefficients(drawn)  # (resamples, pairs, 2, 2)
    powers = np.stack([np.linalg.matrix_power(step, steps) for steps in STEPS], axis=2)
    return percentiles(powers.reshape(resamples, -1), confidence).reshape(2, len(series), len(STEPS), 2, 2)


def _moments(series: NDArray[np.float64], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the sufficient statistics of each game, (games, MOMENTS).

    The columns are: number of consecutive steps; sums before and after; squares and products before; products of after with
    before.
    """
    follows = (whole[:, 1:] & whole[:, :-1]).astype(np.float64)
    before, after = ([moved[..., n] * follows for n in range(2)] for moved in (series[:, :-1], series[:, 1:]))  # (games, steps)
    sums = [follows, *before, *after]
    products = [np.einsum("gs,gs->g", one, other) for side in (before, after) for one in side for other in before]
    return np.column_stack([*(values.sum(axis=1) for values in sums), *products])


def _coefficients(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least-squares coefficients of [row] on [column] one step before, (..., 2, 2).

    moments: (..., MOMENTS). The fit has a constant. The result is NaN where a series does not vary.
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


class Answers(NamedTuple):
    """Steps and their responses, both (games, rungs 1 to 5, actors, actors)."""

    steps: NDArray[np.int64]  # steps of the actor at the rung that the target saw with turns left to respond
    answered: NDArray[np.int64]  # steps to which the target responded at a higher rung


def answers(
    rung: NDArray[np.int8],
    played: NDArray[np.bool_],
    conflict: NDArray[np.bool_],
    belligerents: NDArray[np.int64],
    within: int = WITHIN,
) -> Answers:
    """Count steps and the responses to them.

    A response is a turn, 1 to `within` after the step, in which the target's steps reach a higher rung as the actor sees them.
    Armed conflict between the two is a response. Steps with fewer turns left are excluded, unless a conflict ended the game.

    Args:
        rung: (games, turns, actors, actors), [i, j] is the rung of i's step as j saw it.
        played: (games, turns), True where the turn was played.
        conflict: (games,), True where the game ended in armed conflict.
        belligerents: (games, 2), the actors of the conflict.
        within: Turns in which a response counts.

    Returns:
        The counts per game, rung, actor and target.
    """
    last = played.sum(axis=1) - 1
    replies = rung.astype(np.int64).transpose(0, 1, 3, 2)  # [i, j] is what j sends to i
    for game in np.flatnonzero(conflict):
        i, j = belligerents[game]
        replies[game, last[game], [i, j], [j, i]] = CONFLICT_RUNG
    replies[~played] = 0
    turn = np.arange(rung.shape[1])
    in_time = (turn + within <= last[:, None]) | (conflict[:, None] & (turn < last[:, None]))  # (games, turns)
    best = _best_of_next(replies, within)
    counted = [(rung == k) & in_time[:, :, None, None] & ~np.eye(N_ACTORS, dtype=np.bool_) for k in RUNGS]
    steps = np.stack([at.sum(axis=1) for at in counted], axis=1)
    answered = np.stack([(at & (best > k)).sum(axis=1) for k, at in zip(RUNGS, counted, strict=True)], axis=1)
    return Answers(steps, answered)


def _best_of_next(values: NDArray[np.int64], within: int) -> NDArray[np.int64]:
    """Return the maximum of the next `within` turns, 0 at the last turn. values: (games, turns, ...)."""
    best = np.zeros_like(values)
    for ahead in range(1, min(within, values.shape[1] - 1) + 1):
        best[:, :-ahead] = np.maximum(best[:, :-ahead], values[:, ahead:])
    return best
