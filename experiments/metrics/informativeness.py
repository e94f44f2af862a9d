"""Informativeness: how much an observer learns of the actors' private types from what they do in public.

The observer sees how often an actor took each public kind of step so far and knows, from other games, how types differ in that: a
ridge logistic regression, cross-fitted on the halves of the games. Its Brier score (Brier 1950) is set against that of the base
rate; the skill 1 - Brier / base is 0 where moves tell nothing. An ideal observer, who knows the policies, sees at least as much, so
the skill is a lower bound. T16: dearer signals tell more (Spence 1973).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.moves import KIND_INDEX, KINDS, MOVES, N_KINDS, OFFSETS
from straits.experiments.utils.statistics import Interval, several_of_sums

RIDGE: Final = 1.0  # of the standardised features (assumption)
STEPS: Final = 8  # of Newton's method; it has converged by then
PUBLIC: Final = np.array([not k.private and k.name not in ("hold", "silence", "none") for k in KINDS])


@dataclass(frozen=True)
class Skill:
    """What is learnt of one type of one actor."""

    brier: Interval  # 0 is perfect
    base: Interval  # of the observer who knows only how frequent the type is
    skill: Interval  # 1 - brier / base


def kinds_played(moves: NDArray[np.int64], effective: NDArray[np.bool_], turns: int) -> NDArray[np.float64]:
    """How often each actor took each public kind of step in the first turns, (games, actors, public kinds)."""
    kind = np.array([KIND_INDEX[m.kind.name] for m in MOVES])
    shown = np.where(effective[:, :turns] & (moves[:, :turns] > 0), kind[moves[:, :turns] + np.array(OFFSETS)], N_KINDS)
    by_actor = shown.transpose(0, 2, 1, 3).reshape(len(moves) * moves.shape[2], -1)
    at = by_actor + (N_KINDS + 1) * np.arange(len(by_actor))[:, None]
    counts = np.bincount(at.ravel(), minlength=(N_KINDS + 1) * len(by_actor))
    return counts.reshape(len(moves), moves.shape[2], N_KINDS + 1)[:, :, :-1][:, :, PUBLIC].astype(np.float64)


def skill(
    features: NDArray[np.float64], is_type: NDArray[np.bool_], *, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Skill:
    """How well the type is told from the features. features: (games, n); is_type: (games,). Not numbers where all are alike."""
    nothing = Interval(np.nan, np.nan, np.nan)
    halves = np.arange(len(is_type)) % 2 == 0
    if any(is_type[half].all() or not is_type[half].any() for half in (halves, ~halves)):
        return Skill(nothing, nothing, nothing)
    told, base = np.empty(len(is_type)), np.empty(len(is_type))
    for half in (halves, ~halves):
        told[half] = _predicted(features[~half], is_type[~half], features[half])
        base[half] = is_type[~half].mean()
    errors = np.column_stack([(told - is_type) ** 2, (base - is_type) ** 2]) / len(is_type)  # sums are means
    found = several_of_sums(
        errors, lambda s: np.array([*s, 1.0 - s[0] / s[1]]), seed=seed, confidence=confidence, resamples=resamples
    )
    return Skill(*found)


def _predicted(known: NDArray[np.float64], is_type: NDArray[np.bool_], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances of the type in new games, (games,), by logistic regression on known ones."""
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
