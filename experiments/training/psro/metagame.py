"""Play and solve the meta-game of a league.

In policy-space response oracles (Lanctot et al. 2017) each actor has a growing population. The meta-game holds every actor's mean
return for every combination of members. A meta-strategy mixes the members, and the next members are best responses to it.

Every combination is played for a few games. Combination (a, b, ...) uses the block of seeds number (a + b + ...) modulo the number
of blocks. Each member therefore meets every block equally often, and averages over the others compare members under common random
numbers.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.wrappers import Assigned
from straits.envs.core.rng import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.rollouts.rollout import play

AT_ONCE: Final = 8192  # games in one batch, to bound memory
BLOCKS: Final = 7  # of seeds: the number of members after two scripted policies and five responses
ITERATIONS: Final = 10_000  # of projected replicator dynamics
STEP: Final = 0.05  # of one iteration, payoffs scaled to a range of 1
LEAST: Final = 1e-4  # minimum probability of a member in the dynamics, so that no member is lost for good
NEGLIGIBLE: Final = 5e-3  # members with a smaller probability are left out of the strategy


def payoffs(
    scenario: Scenario,
    members: Mapping[str, Sequence[Policy]],
    others: Mapping[str, Policy],
    *,
    games: int,
    seed: int,
    known: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Play all combinations of members and return the mean returns.

    Args:
        scenario: The scenario of the games.
        members: Population of each actor.
        others: Policies of the actors without a population.
        games: Games per combination.
        seed: Seed of the blocks of games.
        known: Payoffs of smaller populations. They are copied, and only new combinations are played.

    Returns:
        (actors, members of the first, members of the second, ...) mean returns, actors in the order of `members`.
    """
    actors = list(members)
    shape = tuple(len(members[a]) for a in actors)
    means = np.full((len(actors), *shape), np.nan)
    if known is not None:
        means[tuple(slice(n) for n in known.shape)] = known
    new = np.argwhere(np.isnan(means[0]))  # (combinations, actors)
    seeds = game_seeds(seed, games * BLOCKS).reshape(BLOCKS, games)
    rows = [ACTORS.index(a) for a in actors]
    step = max(1, AT_ONCE // games)
    for first in range(0, len(new), step):
        part = new[first : first + step]
        which = np.repeat(part, games, axis=0)  # (games, actors)
        seats = [Assigned(members[a], which[:, actors.index(a)]) if a in members else others[a] for a in ACTORS]
        returns = play(scenario, seats, len(which), seeds[part.sum(axis=1) % BLOCKS].reshape(-1)).returns[:, rows]
        cells = returns.reshape(len(part), games, len(actors)).mean(axis=1)
        for combination, mean in zip(part, cells, strict=True):
            means[(slice(None), *combination)] = mean
    return means


def table(payoff: NDArray[np.float64], members: Mapping[str, Sequence[Policy]]) -> list[dict[str, str | float]]:
    """Return one row per combination: the member of each actor and each actor's mean return.

    Args:
        payoff: (actors, members of the first, members of the second, ...) mean returns.
        members: Population of each actor.
    """
    actors = list(members)
    return [
        {
            **{a: members[a][n].name for a, n in zip(actors, combination, strict=True)},
            **{f"return.{a}": float(payoff[(k, *combination)]) for k, a in enumerate(actors)},
        }
        for combination in itertools.product(*(range(len(members[a])) for a in actors))
    ]


def meta_strategy(payoffs: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Compute the mixture of each actor in the meta-game.

    Two actors get a Nash equilibrium by the algorithm of Lemke and Howson (1964) in rational arithmetic (Gambit). More actors get
    the average of projected replicator dynamics (OpenSpiel), which need not be an equilibrium: `regrets` measures the distance.

    Args:
        payoffs: (actors, members of the first, members of the second, ...) mean returns.

    Returns:
        (members,) probabilities of each actor.
    """
    scaled = np.array([p / span if (span := float(np.ptp(p))) > 0.0 else p for p in payoffs])
    if len(payoffs) == 2 and min(scaled[0].shape) > 1:
        return _drop_negligible(_equilibrium(scaled))
    return _drop_negligible(_replicator_dynamics(scaled))


def _equilibrium(payoffs: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    import pygambit

    # rational: in floating point the pivots of members that play alike can cycle
    game = pygambit.Game.from_arrays(payoffs[0], payoffs[1])
    (profile,) = pygambit.nash.lcp_solve(game, rational=True, use_strategic=True, stop_after=1).equilibria
    return [np.array([float(profile[strategy]) for strategy in player.strategies]) for player in game.players]


def _replicator_dynamics(payoffs: NDArray[np.float64]) -> Any:
    """Run the dynamics from uniform mixtures."""
    from open_spiel.python.algorithms.projected_replicator_dynamics import projected_replicator_dynamics

    return projected_replicator_dynamics(
        list(payoffs), prd_iterations=ITERATIONS, prd_dt=STEP, prd_gamma=LEAST, average_over_last_n_strategies=ITERATIONS // 2
    )


def _drop_negligible(strategy: Sequence[Any]) -> list[NDArray[np.float64]]:
    shares = [np.where(np.asarray(each) < NEGLIGIBLE, 0.0, each) for each in strategy]
    return [each / each.sum() for each in shares]


def values(payoffs: NDArray[np.float64], strategy: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return the payoff of each member against the others' mixtures.

    Args:
        payoffs: (actors, members of the first, members of the second, ...) mean returns.
        strategy: (members,) probabilities of each actor.

    Returns:
        (members,) for each actor.
    """
    result = []
    for actor in range(len(strategy)):
        payoff = payoffs[actor]
        for other in reversed(range(len(strategy))):
            if other != actor:
                payoff = np.moveaxis(payoff, other, -1) @ strategy[other]
        result.append(payoff)
    return result


def regrets(payoffs: NDArray[np.float64], strategy: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the gain of each actor's best member over its mixture, 0 in an equilibrium of the meta-game.

    Args:
        payoffs: (actors, members of the first, members of the second, ...) mean returns.
        strategy: (members,) probabilities of each actor.

    Returns:
        (actors,).
    """
    return np.array([float(v.max() - v @ s) for v, s in zip(values(payoffs, strategy), strategy, strict=True)])
