"""Find the best constant move, and the best constant triple of moves, of every seat.

A game in which a constant triple does nearly as well as a trained response has nothing to learn. Moves of each channel are scored
alone; the best of each channel are combined; the best combinations are scored again on fresh seeds.
"""

from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Choices, Masks, Observations, Policy, Rng
from straits.envs.core.rng import game_seeds
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import N_CHANNELS
from straits.envs.spec.moves import MAY_EVER, MOVES, OFFSETS, SIZES
from straits.experiments.evaluation.best_response import seated
from straits.experiments.rollouts.rollout import play

KEPT: Final = 5  # moves of each channel that are combined, besides the no-op
FINALISTS: Final = 4  # triples that are scored again


class Triples:
    """Play constant triples of moves: each row its own, and the no-op where a move is illegal."""

    name = "constant triples"

    def __init__(self, triples: NDArray[np.int64]) -> None:
        """Create the policy.

        Args:
            triples: (rows, channels), index in each channel.
        """
        self.triples = triples

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose each row's triple.

        Args:
            observation: Not used.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Not used.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        legal = np.take_along_axis(mask, self.triples + np.array(OFFSETS), axis=1) != 0
        return np.where(legal, self.triples, 0)


class Constants(NamedTuple):
    """The best constant play of a seat: triple (indices), names of its moves, and returns on fresh seeds, (games,)."""

    triple: tuple[int, ...]
    moves: str
    returns: NDArray[np.float64]


def best_constant(scenario: Scenario, seat: int, others: Policy, games: int, fresh_games: int, seed: int) -> Constants:
    """Find the best constant triple of a seat, single moves included.

    Args:
        scenario: The scenario.
        seat: Index of the actor.
        others: Policy of the other actors.
        games: Games per triple in the search.
        fresh_games: Games on which the finalists are scored.
        seed: Seed of the fresh games; the search has another.

    Returns:
        The triple with the highest mean return on the fresh games.
    """
    kept: list[list[int]] = []
    for channel in range(N_CHANNELS):
        moves = [m for m in range(1, SIZES[channel]) if MAY_EVER[seat, OFFSETS[channel] + m]]
        alone = np.zeros((len(moves), N_CHANNELS), np.int64)
        alone[:, channel] = moves
        order = np.argsort(-_scores(scenario, seat, others, alone, games, seed + 1))[:KEPT]
        kept.append([0, *(moves[n] for n in order)])
    triples = np.array(list(product(*kept)), np.int64)
    order = np.argsort(-_scores(scenario, seat, others, triples, games, seed + 2))[:FINALISTS]
    rows = [play(scenario, seated(Triples(np.tile(t, (fresh_games, 1))), seat, others), fresh_games, seed) for t in triples[order]]
    returns = [row.returns[:, seat] for row in rows]
    best = int(np.argmax([values.mean() for values in returns]))
    triple = triples[order[best]]
    names = [MOVES[OFFSETS[channel] + m].name for channel, m in enumerate(triple) if m > 0]
    return Constants(tuple(map(int, triple)), ", ".join(names) or "no-op", returns[best])


def _scores(scenario: Scenario, seat: int, others: Policy, triples: NDArray[np.int64], games: int, seed: int) -> NDArray[Any]:
    """Return the mean return of each triple, in the same games for all."""
    seeds = np.tile(game_seeds(seed, games), len(triples))
    played = play(scenario, seated(Triples(np.repeat(triples, games, axis=0)), seat, others), len(seeds), seeds)
    scores: NDArray[np.float64] = played.returns[:, seat].reshape(len(triples), games).mean(axis=1)
    return scores
