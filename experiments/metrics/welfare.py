"""Welfare: what the actors earn, each by itself, and together without averaging over them.

Returns are in each actor's own units, so a mean over actors means nothing. Root Nash welfare (the geometric mean of gains, as
Mukobi et al. 2023 report it for Welfare Diplomacy) does not depend on those units: each gain counts from the least that an actor
can earn, and in units of what everyone's holding still would give in the same game. So 1 is the status quo.
"""

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import CONFLICT_REWARD


def least_returns(scenario: Scenario) -> NDArray[np.float64]:
    """A bound that no return falls below, (actors,): the worst peace to the horizon and a conflict's full loss (R8.9)."""
    world = scenario.record[0]
    weight = np.maximum(world["weights"][:, CONFLICT_REWARD], 1.0)
    least: NDArray[np.float64] = -weight * (world["conflict_loss"] + world["peace_floor"] * scenario.horizon)
    return least


def root_nash(returns: NDArray[np.float64], status_quo: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root Nash welfare of each game, (games,). returns, status_quo: (games, actors), of the same games; least: (actors,)."""
    if (returns < least).any() or (status_quo <= least).any():
        raise ValueError("returns: expected none below the least returns of the scenario")
    gains = (returns - least) / (status_quo - least)
    welfare: NDArray[np.float64] = np.exp(np.log(np.maximum(gains, 1e-12)).mean(axis=1))
    return welfare


def regret(returns: NDArray[np.float64], status_quo: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each actor loses against everyone's holding still in the same game, (games, actors)."""
    return status_quo - returns
