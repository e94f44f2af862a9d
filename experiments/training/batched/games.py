"""Play the games of batched learners: each learner in its own seat, or one network in all seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import N_ACTORS, N_CHANNELS, RUNNING
from straits.experiments.training.batched.networks import BatchedNetworks, sample

MOST_SEED = 2**40


@dataclass
class Batch:
    """Hold the turns of a batch of complete games; shapes begin with (learners, turns * rows).

    Attributes:
        observation: (..., N_OBSERVATION) float32.
        mask: (..., N_MOVES) bool, True where the learner may choose the move.
        choices: (..., channels) int64.
        log_probability: Joint log-probability of the choices when they were made.
        value: (turns, learners, rows) value estimates.
        reward: (turns, learners, rows) rewards.
        weight: (turns, learners, rows) 1 where the turn was played and counts.
    """

    observation: Tensor
    mask: Tensor
    choices: Tensor
    log_probability: Tensor
    value: NDArray[np.float64]
    reward: NDArray[np.float64]
    weight: NDArray[np.float64]


class SeatGames:
    """Play games in which each learner has a seat and other policies have the rest.

    Attributes:
        rows: Decisions per learner and turn.
    """

    def __init__(self, scenario: Scenario, seats: Sequence[int], games: int, others: Sequence[Policy], seed: int) -> None:
        """Create the games.

        Args:
            scenario: The scenario.
            seats: Seat of each learner, as index of an actor.
            games: Games per learner.
            others: One policy per actor, for the seats of nobody who learns.
            seed: Seed of all draws.
        """
        self.seats, self.games, self.others, self.rows = list(seats), games, list(others), games
        self.engine = Engine(scenario, len(seats) * games)
        self.rng = np.random.default_rng(seed)

    def begin(self) -> None:
        """Start the next batch of games."""
        self.engine.reset(int(self.rng.integers(MOST_SEED)))

    def of_learners(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return what concerns the learners, (learners, rows, ...), of an array (games, actors, ...)."""
        return np.stack([array[self._games_of(n), seat] for n, seat in enumerate(self.seats)])

    def counted(self) -> NDArray[np.bool_]:
        """Return which seats' decisions count in this turn, (games, actors)."""
        return np.repeat((self.engine.outcome == RUNNING)[:, None], N_ACTORS, 1)

    def step(self, choices: NDArray[np.int64]) -> None:
        """Play a turn.

        Args:
            choices: (learners, rows, channels).
        """
        every = np.zeros((len(self.engine), N_ACTORS, N_CHANNELS), np.int64)
        learns = np.repeat(self.seats, self.games)
        for seat in range(N_ACTORS):
            self.let_act(every, seat, np.flatnonzero(learns != seat))
        for n, seat in enumerate(self.seats):
            every[self._games_of(n), seat] = choices[n]
        self.engine.step(every)

    def let_act(self, every: NDArray[np.int64], seat: int, games: NDArray[np.int64]) -> None:
        """Let the other policy of a seat choose in some games."""
        if len(games):
            observation, mask = self.engine.observation[games, seat], self.engine.mask[games, seat]
            every[games, seat] = self.others[seat].act(observation, mask, self.rng)

    def _games_of(self, learner: int) -> slice:
        return slice(learner * self.games, (learner + 1) * self.games)


class SharedGames(SeatGames):
    """Play games in which one network has all seats; in a share of them it has one seat against other policies."""

    def __init__(self, scenario: Scenario, games: int, others: Sequence[Policy], mixed: float, seed: int) -> None:
        """Create the games.

        Args:
            scenario: The scenario.
            games: Number of games.
            others: One policy per actor, the opponents in mixed games.
            mixed: Share of the games in which the network has one seat alone, each seat in turn.
            seed: Seed of all draws.
        """
        super().__init__(scenario, [0], games, others, seed)
        self.rows, self.mixed = games * N_ACTORS, int(games * mixed)

    def of_learners(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return all seats of all games as the rows of the one learner, (1, rows, ...)."""
        return array.reshape((1, self.rows, *array.shape[2:])).copy()

    def counted(self) -> NDArray[np.bool_]:
        """Return which seats' decisions count in this turn, (games, actors)."""
        counts = super().counted()
        counts[: self.mixed] &= np.arange(self.mixed)[:, None] % N_ACTORS == np.arange(N_ACTORS)
        return counts

    def step(self, choices: NDArray[np.int64]) -> None:
        """Play a turn.

        Args:
            choices: (1, rows, channels).
        """
        every = choices.reshape(-1, N_ACTORS, N_CHANNELS).copy()
        for seat in range(N_ACTORS):
            self.let_act(every, seat, np.flatnonzero(np.arange(self.mixed) % N_ACTORS != seat))
        self.engine.step(every)


def play_batch(games: SeatGames, networks: BatchedNetworks, allowed: NDArray[np.bool_]) -> Batch:
    """Play a batch of games to their end with sampled choices.

    Args:
        games: The games.
        networks: The learners.
        allowed: (learners, N_MOVES) bool, moves that a learner may choose.

    Returns:
        Every turn of every game.
    """
    games.begin()
    turns: list[tuple[Tensor, ...]] = []
    flows: list[tuple[NDArray[np.float64], ...]] = []
    while (games.engine.outcome == RUNNING).any():
        observation, mask, weight = look(games, allowed)
        with torch.no_grad():
            log_probability, value = networks.evaluate(observation, mask)
        uniform = games.rng.random((len(networks), games.rows, N_CHANNELS)).astype(np.float32)
        choices, chosen = sample(log_probability, torch.from_numpy(uniform))
        games.step(choices.numpy())
        turns.append((observation, mask, choices, chosen))
        flows.append((value.numpy().astype(np.float64), games.of_learners(games.engine.reward) * weight, weight))
    observed, masks, made, joints = (torch.cat(part, 1) for part in zip(*turns, strict=True))
    return Batch(observed, masks, made, joints, *(np.stack(part) for part in zip(*flows, strict=True)))


def look(games: SeatGames, allowed: NDArray[np.bool_]) -> tuple[Tensor, Tensor, NDArray[np.float64]]:
    """Return what the learners see this turn.

    Args:
        games: The games.
        allowed: (learners, N_MOVES) bool.

    Returns:
        Observations (learners, rows, N_OBSERVATION), masks (learners, rows, N_MOVES), and weights (learners, rows).
    """
    observation = torch.from_numpy(games.of_learners(games.engine.observation))
    mask = torch.from_numpy(games.of_learners(games.engine.mask).astype(np.bool_) & allowed[:, None])
    return observation, mask, games.of_learners(games.counted()).astype(np.float64)
