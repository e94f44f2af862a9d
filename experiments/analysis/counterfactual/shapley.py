"""Attribute the escalation of a recorded game to actors or moves by Shapley values (Shapley 1953).

The value of a coalition is the outcome of the game when its members make their recorded moves and all others are idle, over
futures that all coalitions share. An actor's share is its mean contribution over the orders in which actors may join, exact over
all 2^5 coalitions. There are too many coalitions of moves, so orders are drawn (Castro, Gómez and Tejada 2009). Shares sum to the
total effect: the outcome of all recorded moves less the outcome of none. An actor or move that changes nothing gets 0.

A recorded move that is illegal in a coalition's game, such as a summons without a grievance, is not made there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.envs.validation import wrong
from straits.experiments.analysis.counterfactual.futures import Futures, run
from straits.experiments.rollouts.trajectory import Move, Trajectory
from straits.experiments.utils.statistics import Interval, bootstrap

COPIES: Final = 200  # futures of each coalition
ORDERS: Final = 100  # random orders in which moves join
COALITIONS: Final = np.array([[s >> a & 1 for a in range(N_ACTORS)] for s in range(2**N_ACTORS)], np.bool_)  # (32, actors)


@dataclass(frozen=True)
class Shares:
    """Shapley values of one measure. `samples`: (draws, members); each row sums to its own total effect."""

    measure: str
    names: tuple[str, ...]  # actors, or moves as `week 2: china summon.japan`
    shares: tuple[Interval, ...]
    total: Interval  # of the total effect
    samples: NDArray[np.float64]


def by_actor(played: Trajectory, measure: str, copies: int = COPIES, *, first: int = 0, confidence: float = 0.95) -> Shares:
    """Compute each actor's share of a measure, exact over coalitions.

    Futures are redrawn from the start of the game; private types are kept.

    Args:
        played: The recorded game.
        measure: A key of `Futures`.
        copies: Futures per coalition, which the intervals are over.
        first: Number of the first future.
        confidence: Level of the intervals, 0..1.

    Raises:
        ValueError: If `copies` is below 2 or the measure is unknown.
    """
    _check("copies", copies)
    played_by = np.repeat(COALITIONS, copies, axis=0)  # (games, actors)
    futures = _worth(played, copies, first, lambda turn: played.moves[turn] * played_by[:, :, None])
    worth = _of(futures, measure).reshape(len(COALITIONS), copies)
    return _shares(measure, ACTORS, contributions(worth), first, confidence)


def by_move(played: Trajectory, measure: str, orders: int = ORDERS, *, first: int = 0, confidence: float = 0.95) -> Shares:
    """Compute each move's share of a measure from random orders, each in a future of its own.

    Args:
        played: The recorded game.
        measure: A key of `Futures`.
        orders: Number of orders, which the intervals are over.
        first: Number of the first future.
        confidence: Level of the intervals, 0..1.

    Raises:
        ValueError: If `orders` is below 2, the measure is unknown, or the game has no move.
    """
    _check("orders", orders)
    steps = played.steps()
    if not steps:
        raise ValueError("moves=0: expected a game with at least one move")
    joined = _orders(len(steps), orders, first)  # (orders, moves) when each joins, from 0
    size = np.arange(len(steps) + 1)  # of the coalition of the moves that have joined
    samples = np.empty(joined.shape)
    for n, rank in enumerate(joined):  # one batch per order: all coalitions on the way from none to all
        within = rank[None, :] < size[:, None]  # (coalitions, moves)
        chosen = partial(_only, played.moves, steps, within)
        futures = _worth(played, 1, first + n, chosen, len(size))
        worth = _of(futures, measure)
        samples[n] = (worth[1:] - worth[:-1])[rank]
    names = tuple(f"{move.turn + 1} {move.words(played.moves)}" for move in steps)
    return _shares(measure, names, samples, first, confidence)


def contributions(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute Shapley values from the value of each coalition.

    A contribution to coalition S is weighted by |S|! (n - |S| - 1)! / n!.

    Args:
        worth: (32, copies), in the order of COALITIONS.

    Returns:
        (copies, actors).
    """
    shares = np.zeros((worth.shape[1], N_ACTORS))
    for s, coalition in enumerate(COALITIONS):
        others = int(coalition.sum())
        for actor in np.flatnonzero(~coalition):
            weight = factorial(others) * factorial(N_ACTORS - others - 1) / factorial(N_ACTORS)
            shares[:, actor] += weight * (worth[s | 1 << actor] - worth[s])
    return shares


def _worth(
    played: Trajectory, copies: int, first: int, moves: Callable[[int], NDArray[np.int64]], coalitions: int = len(COALITIONS)
) -> Futures:
    """Play the game of each coalition in the same futures. moves: turn to (games, actors, channels)."""
    engine = played.begin().fork([0] * coalitions, copies, first=first)
    return run(engine, lambda turn, _: moves(turn), played.turns)


def _only(moves: NDArray[np.int64], steps: list[Move], within: NDArray[np.bool_], turn: int) -> NDArray[np.int64]:
    """Return the moves of a turn that each coalition makes, (coalitions, actors, channels). within: (coalitions, moves)."""
    chosen = np.zeros((len(within), *moves.shape[1:]), np.int64)
    for n, move in enumerate(steps):
        if move.turn == turn:
            chosen[:, move.actor, move.channel] = within[:, n] * moves[move]
    return chosen


def _orders(members: int, orders: int, seed: int) -> NDArray[np.int64]:
    """Draw random orders, (orders, members): the position of each member."""
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(np.arange(members), (orders, 1)), axis=1)


def _of(futures: Futures, measure: str) -> NDArray[np.float64]:
    if measure not in futures:
        raise wrong("measure", measure, f"one of {', '.join(futures)}")
    return futures[measure]


def _shares(measure: str, names: tuple[str, ...], samples: NDArray[np.float64], seed: int, confidence: float) -> Shares:
    each = tuple(bootstrap(column, seed=seed, confidence=confidence) for column in samples.T)
    total = bootstrap(samples.sum(axis=1), seed=seed, confidence=confidence)
    return Shares(measure, names, each, total, samples)


def _check(name: str, number: int) -> None:
    if number < 2:
        raise wrong(name, number, "at least 2")
