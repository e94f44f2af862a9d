"""The meta-game: what every actor gets when each plays one member of its population, for every combination of members.

All combinations are played, a few games each. Those few are not the same for all: combination (a, b, ...) has the block of seeds
number (a + b + ...) modulo the number of blocks, so that each member meets every block equally often and members are compared under
common random numbers once one averages over the others.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.wrappers import Assigned
from straits.envs.core.philox import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.rollouts.rollout import play

AT_ONCE: Final = 8192  # games played side by side, to bound memory
BLOCKS: Final = 7  # of seeds: as many as there are members when two scripted policies were answered five times


def payoffs(
    scenario: Scenario,
    members: Mapping[str, Sequence[Policy]],
    others: Mapping[str, Policy],
    *,
    games: int,
    seed: int,
    known: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Mean returns, (actors, members of the first, members of the second, ...), actors in the order of `members`.

    `others`: who plays the seats that have no population. `games`: a combination. `known`: what smaller
    populations gave; it stands as it is, and only what is new is played.
    """
    actors = list(members)
    shape = tuple(len(members[a]) for a in actors)
    found = np.full((len(actors), *shape), np.nan)
    if known is not None:
        found[tuple(slice(n) for n in known.shape)] = known
    new = np.argwhere(np.isnan(found[0]))  # (combinations, actors)
    seeds = game_seeds(seed, games * BLOCKS).reshape(BLOCKS, games)
    rows = [ACTORS.index(a) for a in actors]
    step = max(1, AT_ONCE // games)
    for first in range(0, len(new), step):
        part = new[first : first + step]
        which = np.repeat(part, games, axis=0)  # (games, actors)
        seats = [Assigned(members[a], which[:, actors.index(a)]) if a in members else others[a] for a in ACTORS]
        returns = play(scenario, seats, len(which), seeds[part.sum(axis=1) % BLOCKS].reshape(-1)).returns[:, rows]
        means = returns.reshape(len(part), games, len(actors)).mean(axis=1)
        for combination, mean in zip(part, means, strict=True):
            found[(slice(None), *combination)] = mean
    return found


def table(payoff: NDArray[np.float64], members: Mapping[str, Sequence[Policy]]) -> list[dict[str, str | float]]:
    """The meta-game a row a combination: which member each actor plays, and each actor's mean return."""
    actors = list(members)
    return [
        {
            **{a: members[a][n].name for a, n in zip(actors, combination, strict=True)},
            **{f"return.{a}": float(payoff[(k, *combination)]) for k, a in enumerate(actors)},
        }
        for combination in itertools.product(*(range(len(members[a])) for a in actors))
    ]
