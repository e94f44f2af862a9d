"""Measure informativeness: how much an observer learns of the actors' private types from their public moves.

The observer sees how often an actor has taken each public kind of move. From other games it knows how types differ in these
counts: it fits a ridge logistic regression, cross-fitted on two halves of the games. Its Brier score (Brier 1950) is compared with
that of the base rate. The skill 1 - Brier / base is 0 where moves carry no information. An ideal observer knows the policies and
learns at least as much, so the skill is a lower bound. Theory: costlier signals carry more information (Spence 1973, claim T16).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.moves import KIND_INDEX, KINDS, MOVES, N_KINDS, OFFSETS
from straits.experiments.utils.statistics import Interval, several_of_sums

RIDGE: Final = 1.0  # penalty on the standardised features (assumption)
STEPS: Final = 8  # of Newton's method, enough to converge
PUBLIC: Final = np.array([not k.private and k.name not in ("hold", "silence", "none") for k in KINDS])


@dataclass(frozen=True)
class Skill:
    """What an observer learns of one type of one actor."""

    brier: Interval  # 0 is perfect
    base: Interval  # Brier score of an observer that knows only the frequency of the type
    skill: Interval  # 1 - brier / base


def kinds_played(moves: NDArray[np.int64], effective: NDArray[np.bool_], turns: int) -> NDArray[np.float64]:
    """Count the public moves of each actor by kind, in the first turns.

    Args:
        moves: (games, turns, actors, channels), index within each channel, -1 where no turn was played.
        effective: (games, turns, actors, channels), True where the move took effect.
        turns: Number of turns that count.

    Returns:
        (games, actors, public kinds).
    """
    kind = np.array([KIND_INDEX[m.kind.name] for m in MOVES])
    shown = np.where(effective[:, :turns] & (moves[:, :turns] > 0), kind[moves[:, :turns] + np.array(OFFSETS)], N_KINDS)
    by_actor = shown.transpose(0, 2, 1, 3).reshape(len(moves) * moves.shape[2], -1)
    at = by_actor + (N_KINDS + 1) * np.arange(len(by_actor))[:, None]
    counts = np.bincount(at.ravel(), minlength=(N_KINDS + 1) * len(by_actor))
    return counts.reshape(len(moves), moves.shape[2], N_KINDS + 1)[:, :, :-1][:, :, PUBLIC].astype(np.float64)


def skill(
    features: NDArray[np.float64], is_type: NDArray[np.bool_], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Skill:
    """Measure how well the features predict the type.

    Args:
        features: (games, features), for example counts of moves.
        is_type: (games,), True where the actor has the type.
        seed: Seed of the bootstrap over games.
        confidence: Level of the intervals, 0..1.
        resamples: Number of resamples.

    Returns:
        Brier score, base rate's Brier score and skill. All are NaN if one half of the games has only one type.
    """
    nothing = Interval(np.nan, np.nan, np.nan)
    halves = np.arange(len(is_type)) % 2 == 0
    if any(is_type[half].all() or not is_type[half].any() for half in (halves, ~halves)):
        return Skill(nothing, nothing, nothing)
    predicted, base = np.empty(len(is_type)), np.empty(len(is_type))
    for half in (halves, ~halves):
        predicted[half] = _predicted(features[~half], is_type[~half], features[half])
        base[half] = is_type[~half].mean()
    errors = np.column_stack([(predicted - is_type) ** 2, (base - is_type) ** 2]) / len(is_type)  # sums are means
    intervals = several_of_sums(
        errors, lambda s: np.array([*s, 1.0 - s[0] / s[1]]), seed=seed, confidence=confidence, resamples=resamples
    )
    return Skill(*intervals)


def _predicted(known: NDArray[np.float64], is_type: NDArray[np.bool_], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of the type in new games, (games,), by logistic regression on known games."""
    middle, spread = known.mean(axis=0), known.std(axis=0)
    used = spread > 0
    x, z = (_design((f[:, used] - middle[used]) / spread[used]) for f in (known, new))
    penalty = np.diag([0.0, *[RIDGE] * int(used.sum())])
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = _logistic(x @ weights)
        slope = x.T @ (chance - is_type) + penalty @ weights
        weights -= np.linalg.solve((x.T * (chance * (1 - chance))) @ x + penalty + 1e-9 * np.eye(len(weights)), slope)
    return _logistic(z @ weights)


def _design(features: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(features)), features])


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0)))
