"""No two trials ask the same: each pair differs in some outcome beyond its interval, with the same policy in the focal seats.

All pairs and outcomes are compared at once, so each interval is as wide as that takes (Bonferroni). They are Welch's, of means over
games that are independent between trials.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.held_out.scenarios import Trial
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import corrected, welch_p

GAMES: Final = 400
CONFIDENCE: Final = 0.95  # of all comparisons together
Outcomes = Mapping[str, NDArray[np.float64]]  # measure -> (games,)


def outcomes(trial: Trial, policy: Policy, games: int, seed: int) -> Outcomes:
    """What the comparison is about: peak of tension, incidents, and every actor's return."""
    played = play(trial.load(), trial.seats(policy), games, seed)
    found = {"peak_tension": played.peak_tension, "incidents": played.incidents.astype(np.float64)}
    return found | {f"return.{actor}": played.returns[:, n] for n, actor in enumerate(ACTORS)}


def twins(found: Mapping[str, Outcomes], confidence: float = CONFIDENCE) -> list[tuple[str, str]]:
    """Pairs of trials that no outcome tells apart. found: trial -> its outcomes."""
    pairs = list(combinations(found, 2))
    measures = list(next(iter(found.values())))
    error = 1.0 - corrected(confidence, max(1, len(pairs) * len(measures)))
    return [(a, b) for a, b in pairs if not any(welch_p(found[a][m], found[b][m]) < error for m in measures)]


def played(suite: Sequence[Trial], policy: Policy, games: int = GAMES, seed: int = 1) -> dict[str, Outcomes]:
    """The outcomes of every trial. Each trial's games have seeds of their own, so that trials are independent."""
    return {trial.name: outcomes(trial, policy, games, seed + n) for n, trial in enumerate(suite)}
