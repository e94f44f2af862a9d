"""A league's parts: populations of policies, mixtures that play as a population, and the meta-game's strategy.

Policy-space response oracles (Lanctot et al. 2017): each actor has a growing population; a meta-game says what every actor gets
when each plays one of its members; a meta-strategy mixes the members; the next members are best responses to it. Training and
playing stand in experiments/league/. The solver is OpenSpiel's.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.agents.base import Choices, Masks, Observations, Policy, Rng, check
from straits.envs.core.sampling import GameDraws
from straits.envs.spec.constants import N_CHANNELS

ITERATIONS: Final = 10_000  # of projected replicator dynamics
STEP: Final = 0.05  # of one iteration, payoffs scaled to a range of 1
LEAST: Final = 1e-4  # probability that every member keeps in the dynamics, so that none is lost for good
NEGLIGIBLE: Final = 5e-3  # members mixed in with less are left out of the strategy
SHAKE: Final = 1e-6  # of an actor's payoff range
PIVOTS: Final = 1000  # of a path of Lemke and Howson, which takes dozens


class Mixture:
    """Plays as one of several policies, drawn anew for each game and episode by given weights.

    Which one is a function of the game's seed, the episode and the seat alone, so that it does not depend on the batch; the one
    that is drawn then draws the numbers that it would draw by itself.
    """

    def __init__(self, name: str, members: Sequence[Policy], weights: ArrayLike) -> None:
        """ValueError unless there is a weight of 0 or more for each member, and they sum to 1."""
        given = np.asarray(weights, np.float64)
        if given.shape != (len(members),) or not len(members) or not (given >= 0.0).all() or abs(given.sum() - 1.0) > 1e-6:
            raise ValueError(f"weights={given.tolist()}: expected {len(members)} shares that sum to 1, one a member")
        self.name = name
        self.members = list(members)
        self.weights = given

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Each row as its member chooses. ValueError unless the rng has a stream for each game."""
        check(observation, mask)
        if not isinstance(rng, GameDraws):
            raise ValueError(f"rng={type(rng).__name__}: expected GameDraws, a mixture keeps its member for a whole episode")
        return _by_member(self.members, self.drawn(rng.lasting()), observation, mask, rng)

    def drawn(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """The member that each number over (0, 1) stands for, (rows,)."""
        last = int(np.flatnonzero(self.weights)[-1])  # sums round, and a member of weight 0 never plays
        return np.minimum(np.searchsorted(self.weights.cumsum(), uniform, side="right"), last)


class Assigned:
    """Plays game n of a batch as a given member: how a meta-game's profiles are played side by side."""

    name = "assigned"

    def __init__(self, members: Sequence[Policy], which: ArrayLike) -> None:
        """which: (games,) the member of each game."""
        self.members = list(members)
        self.which = np.asarray(which, np.int64)

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Each row as its member chooses. ValueError unless the rng has a stream for each game."""
        check(observation, mask)
        if not isinstance(rng, GameDraws):
            raise ValueError(f"rng={type(rng).__name__}: expected GameDraws")
        return _by_member(self.members, self.which, observation, mask, rng)


def meta_strategy(payoffs: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """What each actor mixes in the meta-game, (members,) each: an equilibrium by Lemke and Howson's algorithm (nashpy) between two
    actors, else the average of projected replicator dynamics (OpenSpiel); where several are found, the one of the least regret.

    payoffs: (actors, members of the first, members of the second, ...), means of returns. With more than two actors nothing
    promises an equilibrium: `regrets` says how far it is.
    """
    scaled = np.array([p / span if (span := float(np.ptp(p))) > 0.0 else p for p in payoffs])
    found = _equilibria(scaled) if len(payoffs) == 2 and min(scaled[0].shape) > 1 else []
    return min(found or [_replicated(scaled)], key=lambda strategy: float(regrets(scaled, strategy).sum()))


def _equilibria(payoffs: NDArray[np.float64]) -> list[list[NDArray[np.float64]]]:
    """Equilibria of two actors' meta-game; none where every path of the algorithm ends in a degenerate corner."""
    shaken = payoffs + SHAKE * np.random.default_rng(0).random(payoffs.shape)  # members that play alike would let it go in circles
    found = []
    for label in range(sum(payoffs[0].shape)):
        pair = _lemke_howson(shaken[0], shaken[1], label)
        if pair and all(len(each) == n and np.isfinite(each).all() for each, n in zip(pair, payoffs[0].shape, strict=True)):
            found.append(_tidy(pair))
    return found


def _lemke_howson(one: NDArray[np.float64], two: NDArray[np.float64], label: int) -> tuple[Any, Any] | None:
    """The path of Lemke and Howson (1964) that drops the label, by nashpy's tableaus; None where rounding sends it in
    circles, in which nashpy's own loop would go on for ever, or breaks it off."""
    from nashpy.linalg.tableau import create_col_tableau, create_row_tableau

    column, row = create_col_tableau(one, lexicographic=True), create_row_tableau(two, lexicographic=True)
    turn = (row, column) if label in row.non_basic_variables else (column, row)
    entering = label
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of degenerate games, which the caller judges
        for step in range(PIVOTS):
            try:
                entering = turn[step % 2].pivot_and_drop_label(entering)
            except ValueError:  # rounding left no label to go on with
                return None
            if column.non_basic_variables | row.non_basic_variables == column.labels:
                return row.to_strategy(column.non_basic_variables), column.to_strategy(row.non_basic_variables)
    return None


def _replicated(payoffs: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The dynamics start from even shares."""
    from open_spiel.python.algorithms.projected_replicator_dynamics import projected_replicator_dynamics

    found = projected_replicator_dynamics(
        list(payoffs), prd_iterations=ITERATIONS, prd_dt=STEP, prd_gamma=LEAST, average_over_last_n_strategies=ITERATIONS // 2
    )
    return _tidy(found)


def _tidy(strategy: Sequence[Any]) -> list[NDArray[np.float64]]:
    kept = [np.where(np.asarray(each) < NEGLIGIBLE, 0.0, each) for each in strategy]
    return [each / each.sum() for each in kept]


def values(payoffs: NDArray[np.float64], strategy: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """What each member of each actor gets against the others' mixtures, (members,) each."""
    found = []
    for actor in range(len(strategy)):
        of = payoffs[actor]
        for other in reversed(range(len(strategy))):
            if other != actor:
                of = np.moveaxis(of, other, -1) @ strategy[other]
        found.append(of)
    return found


def regrets(payoffs: NDArray[np.float64], strategy: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """What each actor could still gain by another member of its own population, (actors,); 0 in an equilibrium of the meta-game."""
    return np.array([float(v.max() - v @ s) for v, s in zip(values(payoffs, strategy), strategy, strict=True)])


def _by_member(
    members: Sequence[Policy], which: NDArray[np.int64], observation: Observations, mask: Masks, rng: GameDraws
) -> Choices:
    chosen = np.zeros((len(observation), N_CHANNELS), np.int64)
    for member in np.unique(which):
        rows = np.flatnonzero(which == member)
        chosen[rows] = members[member].act(observation[rows], mask[rows], rng.of(rows))
    return chosen
