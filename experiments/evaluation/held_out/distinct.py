"""Check that no two test scenarios are alike: with the same focal policy, each pair differs in some outcome beyond its interval.

All pairs and outcomes are compared at once, so the tests are corrected (Bonferroni). They are Welch's tests of means over
games, which are independent between test scenarios.
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
    """Play a test scenario and collect what is compared: peak tension, incidents and every actor's return.

    Args:
        trial: The test scenario.
        policy: Policy of the focal seats.
        games: Number of games.
        seed: Seed of the games.

    Returns:
        Measure -> (games,).
    """
    played = play(trial.load(), trial.seats(policy), games, seed)
    values = {"peak_tension": played.peak_tension, "incidents": played.incidents.astype(np.float64)}
    return values | {f"return.{actor}": played.returns[:, n] for n, actor in enumerate(ACTORS)}


def twins(results: Mapping[str, Outcomes], confidence: float = CONFIDENCE) -> list[tuple[str, str]]:
    """List the pairs of test scenarios that no outcome distinguishes.

    Args:
        results: Test scenario -> its outcomes.
        confidence: Joint confidence level of all comparisons, above 0 and below 1.

    Returns:
        The pairs of names.
    """
    pairs = list(combinations(results, 2))
    measures = list(next(iter(results.values())))
    error = 1.0 - corrected(confidence, max(1, len(pairs) * len(measures)))
    return [(a, b) for a, b in pairs if not any(welch_p(results[a][m], results[b][m]) < error for m in measures)]


def played(suite: Sequence[Trial], policy: Policy, games: int = GAMES, seed: int = 1) -> dict[str, Outcomes]:
    """Play every test scenario with seeds of its own, so that they are independent.

    Args:
        suite: The test scenarios.
        policy: Policy of the focal seats.
        games: Number of games of each.
        seed: Seed of the first; test scenario n has `seed + n`.

    Returns:
        Name -> outcomes.
    """
    return {trial.name: outcomes(trial, policy, games, seed + n) for n, trial in enumerate(suite)}
