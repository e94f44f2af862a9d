"""What is looked at: headline numbers of a scenario under given policies, for many scenarios in one batch.

Every scenario's game i has the same seed and draws the same numbers (common random numbers), so that the numbers are fixed
functions of the assumptions and differ by these alone. The chance of conflict is the conditional one of `counterfactual.futures`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs.core.philox import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.experiments.analysis.counterfactual.futures import run

CHUNK: Final = 4096  # games in a batch
PLAYED: Final = ("default", "random")  # whose outcomes are screened
COMPARED: Final = ("dove", "default", "random", "hawk")  # whose outcomes findings compare
MEASURES: Final = {  # name -> what it is
    "conflict": "chance of armed conflict",
    "tension": "mean over games of the highest tension of a pair",
    "incidents": "incidents a game",
    "return": "return, mean over actors",
    "gap": "return of the best-off actor less that of the worst-off, by their means",
}
Outcomes = dict[str, NDArray[np.float64]]  # `default.conflict` and so on -> (scenarios,)
Told = Callable[[int], None]


def outcomes(
    scenarios: Sequence[Scenario], policies: Sequence[str], games: int, seed: int, told: Told = lambda done: None
) -> Outcomes:
    """Each measure of each scenario when everyone plays the policy, over `games` games. `told` hears how many games were played."""
    found: dict[str, list[NDArray[np.float64]]] = {}
    step = max(1, CHUNK // games)
    for first in range(0, len(scenarios), step):
        chunk = scenarios[first : first + step]
        for policy in policies:
            for name, values in _measured(chunk, policy, games, seed).items():
                found.setdefault(f"{policy}.{name}", []).append(values)
            told(len(chunk) * games)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def names(policies: Sequence[str]) -> list[str]:
    """The outcomes of those policies, in their order."""
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
