"""Combine several policies into one: a mixture over members, or a fixed member per game."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.agents.base import Choices, Masks, Observations, Policy, Rng, check
from straits.envs.core.rng import GameDraws
from straits.envs.spec.constants import N_CHANNELS


class Mixture:
    """Play one of several policies, drawn by weight for each game and episode.

    The draw is a function of the game's seed, the episode and the seat alone, so it does not depend on the batch. The drawn
    member then uses the same random numbers as if it played alone.

    Args:
        name: Name of the policy in tables.
        members: The policies.
        weights: (members,) probabilities, at least 0, with sum 1.

    Raises:
        ValueError: If the weights are not one probability per member.
    """

    def __init__(self, name: str, members: Sequence[Policy], weights: ArrayLike) -> None:
        shares = np.asarray(weights, np.float64)
        if shares.shape != (len(members),) or not len(members) or not (shares >= 0.0).all() or abs(shares.sum() - 1.0) > 1e-6:
            raise ValueError(f"weights={shares.tolist()}: expected {len(members)} shares that sum to 1, one per member")
        self.name = name
        self.members = list(members)
        self.weights = shares

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose each row's action by its member.

        Args:
            observation: (rows, features).
            mask: (rows, N_MOVES), 1 where legal.
            rng: One random stream per game.

        Returns:
            (rows, N_CHANNELS) actions.

        Raises:
            ValueError: If `rng` is not `GameDraws`.
        """
        check(observation, mask)
        if not isinstance(rng, GameDraws):
            raise ValueError(f"rng={type(rng).__name__}: expected GameDraws, a mixture keeps its member for a whole episode")
        return _by_member(self.members, self.drawn(rng.lasting()), observation, mask, rng)

    def drawn(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the member of each draw.

        Args:
            uniform: (rows,) numbers in (0, 1).

        Returns:
            (rows,) int64 indices of members.
        """
        last = int(np.flatnonzero(self.weights)[-1])  # sums round, and a member of weight 0 never plays
        return np.minimum(np.searchsorted(self.weights.cumsum(), uniform, side="right"), last)


class Assigned:
    """Play each game of a batch with a fixed member, so that profiles of a meta-game run in one batch.

    Args:
        members: The policies.
        which: (games,) index of the member that plays each game.
    """

    name = "assigned"

    def __init__(self, members: Sequence[Policy], which: ArrayLike) -> None:
        self.members = list(members)
        self.which = np.asarray(which, np.int64)

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose each row's action by its member.

        Args:
            observation: (rows, features).
            mask: (rows, N_MOVES), 1 where legal.
            rng: One random stream per game.

        Returns:
            (rows, N_CHANNELS) actions.

        Raises:
            ValueError: If `rng` is not `GameDraws`.
        """
        check(observation, mask)
        if not isinstance(rng, GameDraws):
            raise ValueError(f"rng={type(rng).__name__}: expected GameDraws")
        return _by_member(self.members, self.which, observation, mask, rng)


def _by_member(
    members: Sequence[Policy], which: NDArray[np.int64], observation: Observations, mask: Masks, rng: GameDraws
) -> Choices:
    chosen = np.zeros((len(observation), N_CHANNELS), np.int64)
    for member in np.unique(which):
        rows = np.flatnonzero(which == member)
        chosen[rows] = members[member].act(observation[rows], mask[rows], rng.of(rows))
    return chosen
