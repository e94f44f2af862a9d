"""Morris screening of all assumptions, Sobol indices of those that matter, and the findings over random draws of all.

Morris 1991 and Campolongo et al. 2007 (mu*, the mean size of an elementary effect, and sigma, its spread); Sobol 2001 and
Saltelli et al. 2010 (first-order and total indices), all as SALib works them out.
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
from straits.experiments.analysis.sensitivity.claims import Finding, held
from straits.experiments.analysis.sensitivity.factors import Factor, applied, factors, problem
from straits.experiments.analysis.sensitivity.outcomes import COMPARED, PLAYED, Outcomes, Told, names, outcomes
from straits.experiments.utils.statistics import Interval

LEVELS: Final = 4  # of Morris's grid
SCREENED: Final = 8  # assumptions that Sobol indices are worked out for
SCREENING: Final = tuple(f"{policy}.{measure}" for policy in PLAYED for measure in ("conflict", "tension", "incidents", "gap"))


@dataclass(frozen=True)
class Effort:
    """How much is played. Games of a design: trajectories (factors + 1), samples (screened + 2), draws, each times `games`."""

    trajectories: int = 8
    samples: int = 128  # a power of 2
    draws: int = 300
    games: int = 48


QUICK: Final = Effort(2, 8, 20, 8)


@dataclass(frozen=True)
class Screening:
    """Morris: outcome -> (factors,) mu*, its half-interval and sigma, in units of the outcome over a factor's whole range."""

    factors: tuple[Factor, ...]
    strength: Mapping[str, NDArray[np.float64]]
    uncertain: Mapping[str, NDArray[np.float64]]
    spread: Mapping[str, NDArray[np.float64]]

    def strongest(self, n: int) -> tuple[Factor, ...]:
        """The factors with the largest mean rank of mu* over the outcomes, in the order of the table."""
        ranks = sum(np.argsort(np.argsort(-values)) for values in self.strength.values())
        chosen = sorted(np.argsort(ranks, kind="stable")[:n])
        return tuple(self.factors[k] for k in chosen)


@dataclass(frozen=True)
class Indices:
    """Sobol: outcome -> (factors,) shares of its variance, alone and with interactions, with half-intervals."""

    factors: tuple[Factor, ...]
    first: Mapping[str, NDArray[np.float64]]
    first_uncertain: Mapping[str, NDArray[np.float64]]
    total: Mapping[str, NDArray[np.float64]]
    total_uncertain: Mapping[str, NDArray[np.float64]]


def screen(base: Scenario, effort: Effort, seed: int, told: Told = lambda done: None) -> Screening:
    """Which assumptions matter, of all."""
    chosen = factors()
    points = sample_morris.sample(problem(chosen), effort.trajectories, num_levels=LEVELS, seed=seed)
    played = _at(base, chosen, points, PLAYED, effort.games, seed, told)
    found = {
        name: analyze_morris.analyze(problem(chosen), points, played[name], num_levels=LEVELS, seed=seed) for name in SCREENING
    }
    return Screening(
        chosen, *({name: _plain(each[key]) for name, each in found.items()} for key in ("mu_star", "mu_star_conf", "sigma"))
    )


def decompose(base: Scenario, chosen: Sequence[Factor], effort: Effort, seed: int, told: Told = lambda done: None) -> Indices:
    """How much of each outcome's variance goes back to each of a few assumptions while the others stay at their defaults."""
    if effort.samples & (effort.samples - 1):
        raise wrong("samples", effort.samples, "a power of 2")
    points = sample_sobol.sample(problem(chosen), effort.samples, calc_second_order=False, seed=seed)
    played = _at(base, chosen, points, PLAYED, effort.games, seed, told)
    found = {name: analyze_sobol.analyze(problem(chosen), played[name], calc_second_order=False, seed=seed) for name in SCREENING}
    keys = ("S1", "S1_conf", "ST", "ST_conf")
    return Indices(tuple(chosen), *({name: _plain(each[key]) for name, each in found.items()} for key in keys))


def judge(
    base: Scenario, effort: Effort, seed: int, told: Told = lambda done: None
) -> tuple[list[tuple[Finding, Interval]], Outcomes]:
    """In what share of random draws of all assumptions each finding holds, and the outcomes of these draws."""
    chosen = factors()
    points = latin.sample(problem(chosen), effort.draws, seed=seed)
    played = _at(base, chosen, points, COMPARED, effort.games, seed, told)
    assert set(names(COMPARED)) == set(played)
    return held(played), played


def _at(
    base: Scenario, chosen: Sequence[Factor], points: Any, policies: Sequence[str], games: int, seed: int, told: Told
) -> Outcomes:
    return outcomes([applied(base, chosen, point) for point in points], policies, games, seed, told)


def _plain(values: Any) -> NDArray[np.float64]:
    return np.asarray(np.ma.filled(values, np.nan), np.float64)
