"""Measure welfare: what each actor earns, and all actors together without an average over actors.

Returns are in each actor's own units, so a mean over actors has no meaning. Root Nash welfare is the geometric mean of gains, as
Mukobi et al. 2023 report it for Welfare Diplomacy, and does not depend on those units. A gain is counted from the least that an
actor can earn, in units of its gain in the same game when all actors hold. The status quo therefore has welfare 1.
"""

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import CONFLICT_REWARD


def least_returns(scenario: Scenario) -> NDArray[np.float64]:
    """Return a lower bound of the returns of each actor.

    The bound is the worst peace up to the horizon plus the full loss of a conflict (rule R13.9).

    Args:
        scenario: The scenario that is played.

    Returns:
        (actors,), reward units.
    """
    params = scenario.record[0]
    weight = np.maximum(params["weights"][:, CONFLICT_REWARD], 1.0)
    least: NDArray[np.float64] = -weight * (params["conflict_loss"] + params["peace_floor"] * scenario.horizon)
    return least


def root_nash(returns: NDArray[np.float64], status_quo: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the root Nash welfare of each game.

    Args:
        returns: (games, actors).
        status_quo: (games, actors), returns of the same games when all actors hold.
        least: (actors,), lower bound of the returns, as `least_returns` computes it.

    Returns:
        (games,), 1 at the status quo.

    Raises:
        ValueError: If a return is below the lower bound.
    """
    if (returns < least).any() or (status_quo <= least).any():
        raise ValueError("returns: expected none below the least returns of the scenario")
    gains = (returns - least) / (status_quo - least)
    welfare: NDArray[np.float64] = np.exp(np.log(np.maximum(gains, 1e-12)).mean(axis=1))
    return welfare


def regret(returns: NDArray[np.float64], status_quo: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each actor loses relative to all actors holding in the same game.

    Args:
        returns: (games, actors).
        status_quo: (games, actors), returns of the same games when all actors hold.

    Returns:
        (games, actors), reward units.
    """
    return status_quo - returns
