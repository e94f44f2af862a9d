"""Screen all assumptions by Morris's method, compute Sobol indices of the strongest, and judge the findings over random draws.

Sources: Morris 1991 and Campolongo et al. 2007 (mu*, the mean size of an elementary effect, and sigma, its spread); Sobol 2001 and
Saltelli et al. 2010 (first-order and total indices). SALib computes all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from SALib.analyze import morris as analyze_morris
from SALib.analyze import sobol as analyze_sobol
from SALib.sample import latin
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol

from straits.envs.scenarios.scenario import Scenario
from straits.envs.validation import wrong
from straits.experiments.analysis.sensitivity.factors import Factor, applied, factors, problem
from straits.experiments.analysis.sensitivity.outcomes import (
    COMPARED,
    PLAYED,
    Finding,
    Outcomes,
    Progress,
    count_findings,
    names,
    outcomes,
)
from straits.experiments.utils.statistics import Interval

LEVELS: Final = 4  # of Morris's grid
SCREENED: Final = 8  # assumptions with Sobol indices
SCREENING: Final = tuple(f"{policy}.{measure}" for policy in PLAYED for measure in ("conflict", "tension", "incidents", "gap"))


@dataclass(frozen=True)
class Effort:
    """Sizes of the designs.

    A design plays trajectories (factors + 1), samples (screened + 2) or draws scenarios, each with `games` games.
    """

    trajectories: int = 8
    samples: int = 128  # a power of 2
    draws: int = 300
    games: int = 48


QUICK: Final = Effort(2, 8, 20, 8)


@dataclass(frozen=True)
class Screening:
    """Result of Morris's method: outcome to (factors,) mu*, its half-interval and sigma.

    The unit is that of the outcome, for a change over a factor's complete range.
    """

    factors: tuple[Factor, ...]
    strength: Mapping[str, NDArray[np.float64]]
    uncertain: Mapping[str, NDArray[np.float64]]
    spread: Mapping[str, NDArray[np.float64]]

    def strongest(self, n: int) -> tuple[Factor, ...]:
        """Return the n factors with the best mean rank of mu* over the outcomes, in the order of the table."""
        ranks = sum(np.argsort(np.argsort(-values)) for values in self.strength.values())
        chosen = sorted(np.argsort(ranks, kind="stable")[:n])
        return tuple(self.factors[k] for k in chosen)


@dataclass(frozen=True)
class Indices:
    """Result of Sobol's method: outcome to (factors,) shares of variance, alone and with interactions, with half-intervals."""

    factors: tuple[Factor, ...]
    first: Mapping[str, NDArray[np.float64]]
    first_uncertain: Mapping[str, NDArray[np.float64]]
    total: Mapping[str, NDArray[np.float64]]
    total_uncertain: Mapping[str, NDArray[np.float64]]


def screen(base: Scenario, effort: Effort, seed: int, progress: Progress = lambda done: None) -> Screening:
    """Screen all assumptions by Morris's method.

    Args:
        base: The scenario.
        effort: Sizes of the designs.
        seed: Seed of the design and of the games.
        progress: Called with the number of games after each batch.
    """
    chosen = factors()
    points = sample_morris.sample(problem(chosen), effort.trajectories, num_levels=LEVELS, seed=seed)
    played = _at(base, chosen, points, PLAYED, effort.games, seed, progress)
    analyses = {
        name: analyze_morris.analyze(problem(chosen), points, played[name], num_levels=LEVELS, seed=seed) for name in SCREENING
    }
    return Screening(
        chosen, *({name: _plain(each[key]) for name, each in analyses.items()} for key in ("mu_star", "mu_star_conf", "sigma"))
    )


def decompose(
    base: Scenario, chosen: Sequence[Factor], effort: Effort, seed: int, progress: Progress = lambda done: None
) -> Indices:
    """Compute how much of each outcome's variance is due to each of a few assumptions. All others keep their defaults.

    Args:
        base: The scenario.
        chosen: The assumptions.
        effort: Sizes of the designs.
        seed: Seed of the design and of the games.
        progress: Called with the number of games after each batch.

    Raises:
        ValueError: If the number of samples is no power of 2.
    """
    if effort.samples & (effort.samples - 1):
        raise wrong("samples", effort.samples, "a power of 2")
    points = sample_sobol.sample(problem(chosen), effort.samples, calc_second_order=False, seed=seed)
    played = _at(base, chosen, points, PLAYED, effort.games, seed, progress)
    analyses = {
        name: analyze_sobol.analyze(problem(chosen), played[name], calc_second_order=False, seed=seed) for name in SCREENING
    }
    keys = ("S1", "S1_conf", "ST", "ST_conf")
    return Indices(tuple(chosen), *({name: _plain(each[key]) for name, each in analyses.items()} for key in keys))


def judge(
    base: Scenario, effort: Effort, seed: int, progress: Progress = lambda done: None
) -> tuple[list[tuple[Finding, Interval]], Outcomes]:
    """Judge the findings over random draws of all assumptions (Latin hypercube).

    Args:
        base: The scenario.
        effort: Sizes of the designs.
        seed: Seed of the design and of the games.
        progress: Called with the number of games after each batch.

    Returns:
        The share of draws in which each finding holds, and the outcomes of the draws.
    """
    chosen = factors()
    points = latin.sample(problem(chosen), effort.draws, seed=seed)
    played = _at(base, chosen, points, COMPARED, effort.games, seed, progress)
    assert set(names(COMPARED)) == set(played)
    return count_findings(played), played


def _at(
    base: Scenario, chosen: Sequence[Factor], points: Any, policies: Sequence[str], games: int, seed: int, progress: Progress
) -> Outcomes:
    return outcomes([applied(base, chosen, point) for point in points], policies, games, seed, progress)


def _plain(values: Any) -> NDArray[np.float64]:
    return np.asarray(np.ma.filled(values, np.nan), np.float64)
