"""Compute the headline outcomes of many scenarios under given policies, and the share of scenarios in which each finding holds.

Game i of all scenarios has the same seed and draws the same numbers (common random numbers). Outcomes are therefore deterministic
functions of the assumptions, and differences are due to these alone. The probability of conflict is the conditional one of
`counterfactual.futures`. A finding compares means over the same games; one that is barely true may be judged false by chance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs.core.rng import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.analysis.counterfactual.futures import run
from straits.experiments.utils.statistics import Interval, wilson

CHUNK: Final = 4096  # games per batch
PLAYED: Final = ("default", "random")  # policies whose outcomes are screened
COMPARED: Final = ("dove", "default", "random", "hawk")  # policies whose outcomes the findings compare
MEASURES: Final = {  # name -> definition
    "conflict": "probability of armed conflict",
    "tension": "mean over games of the highest tension of a pair",
    "incidents": "incidents per game",
    "return": "mean return over games and actors",
    "gap": "highest mean return of an actor minus the lowest",
}
Outcomes = dict[str, NDArray[np.float64]]  # `default.conflict` and so on -> (scenarios,)
Progress = Callable[[int], None]


def outcomes(
    scenarios: Sequence[Scenario], policies: Sequence[str], games: int, seed: int, progress: Progress = lambda done: None
) -> Outcomes:
    """Compute each measure of each scenario when all actors play the same policy.

    Args:
        scenarios: The scenarios.
        policies: Names of scripted policies.
        games: Games per scenario and policy.
        seed: Seed of the games.
        progress: Called with the number of games after each batch.

    Returns:
        `POLICY.MEASURE` to values, (scenarios,).
    """
    parts_by_name: dict[str, list[NDArray[np.float64]]] = {}
    step = max(1, CHUNK // games)
    for first in range(0, len(scenarios), step):
        chunk = scenarios[first : first + step]
        for policy in policies:
            for name, values in _measured(chunk, policy, games, seed).items():
                parts_by_name.setdefault(f"{policy}.{name}", []).append(values)
            progress(len(chunk) * games)
    return {name: np.concatenate(parts) for name, parts in parts_by_name.items()}


def names(policies: Sequence[str]) -> list[str]:
    """Return the names of the outcomes of some policies, in order."""
    return [f"{policy}.{measure}" for policy in policies for measure in MEASURES]


def _measured(scenarios: Sequence[Scenario], policy: str, games: int, seed: int) -> Mapping[str, NDArray[np.float64]]:
    n = len(scenarios)
    engine = Engine(scenarios, n * games, np.repeat(np.arange(n), games))
    engine.reset(np.tile(game_seeds(seed, games), n))
    played = run(engine, [scripted(policy)] * N_ACTORS)
    means = {name: values.reshape(n, games).mean(axis=1) for name, values in played.items()}
    returns = np.stack([means[f"return.{actor}"] for actor in ACTORS])  # (actors, scenarios)
    return {
        "conflict": means["conflict"],
        "tension": means["peak_tension"],
        "incidents": means["incidents"],
        "return": returns.mean(axis=0),
        "gap": returns.max(axis=0) - returns.min(axis=0),
    }


@dataclass(frozen=True)
class Finding:
    """A statement about games in which all actors play one scripted policy."""

    words: str
    holds: Callable[[Outcomes], NDArray[np.bool_]]


FINDINGS: Final = (
    Finding("conflict is rarer with doves than with `default`", lambda o: o["dove.conflict"] < o["default.conflict"]),
    Finding("conflict is rarer with `default` than with random moves", lambda o: o["default.conflict"] < o["random.conflict"]),
    Finding("conflict is rarer with random moves than with hawks", lambda o: o["random.conflict"] < o["hawk.conflict"]),
    Finding("with `default` fewer than 5 % of games end in conflict", lambda o: o["default.conflict"] < 0.05),
    Finding("with hawks most games end in conflict", lambda o: o["hawk.conflict"] > 0.5),
    Finding("tension peaks higher with hawks than with `default`", lambda o: o["hawk.tension"] > o["default.tension"]),
    Finding("hawks have more incidents per game than `default`", lambda o: o["hawk.incidents"] > o["default.incidents"]),
    Finding(
        "the mean return of all actors is lower with hawks than with `default`", lambda o: o["hawk.return"] < o["default.return"]
    ),
    Finding(
        "the mean return of all actors is higher with doves than with `default`", lambda o: o["dove.return"] > o["default.return"]
    ),
    Finding("actors' returns lie further apart with hawks than with doves", lambda o: o["hawk.gap"] > o["dove.gap"]),
)


def count_findings(outcomes: Outcomes, confidence: float = 0.95) -> list[tuple[Finding, Interval]]:
    """Compute the share of sets of assumptions in which each finding holds, with Wilson intervals.

    Args:
        outcomes: Outcomes of all sets, as `outcomes.outcomes` returns them.
        confidence: Level of the intervals, 0..1.
    """
    shares = []
    for finding in FINDINGS:
        yes = finding.holds(outcomes)
        shares.append((finding, wilson(int(yes.sum()), len(yes), confidence=confidence)))
    return shares
