"""This module reads the only game of an engine by agent, for the Parallel API."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.api import actions
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import COMPONENTS, N_ACTORS, N_CHANNELS, RUNNING

Observations = dict[str, NDArray[np.float32]]
Infos = dict[str, dict[str, Any]]

_IN_ORDER: Final = list(range(N_ACTORS))
_NONE_ILLEGAL: Final[list[tuple[str, ...]]] = [()] * N_ACTORS


class SingleGameView:
    """Views of the memory of an engine with one game, created once.

    `observation` (actors, N_OBSERVATION) float32, `mask` (actors, N_MOVES) int8, `reward` (actors,) float64 and `illegal` (actors,
    channels) int8 are views. `moves` (1, actors, channels) int64 is the buffer for the choices of a turn.

    Args:
        engine: Engine with one game.
        agents: Agent names, in the order of the agents.
        seats: Index of the actor that each agent plays.
    """

    def __init__(self, engine: Engine, agents: Sequence[str], seats: Sequence[int]) -> None:
        self.observation, self.mask, self.reward = engine.observation[0], engine.mask[0], engine.reward[0]
        self.illegal, self._outcome = engine.illegal[0], engine.games["outcome"]
        self._components = engine.games["reward"][0].view(np.ndarray)
        self.moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        self._agents, self._seats = tuple(agents), list(seats)

    @property
    def outcome(self) -> int:
        """Return RUNNING, CONFLICT or HORIZON."""
        return int(self._outcome[0])

    @property
    def running(self) -> bool:
        """Return True until conflict or the horizon ends the game."""
        return self.outcome == RUNNING

    def observe(self, flat: bool) -> tuple[Observations, Infos]:
        """Return the current observations and infos of all agents, in new arrays.

        Args:
            flat: True for masks in flat mode.
        """
        observation, mask = self.observation.copy(), self.mask.copy()
        rows = self._components.tolist()
        if self._seats != _IN_ORDER:
            observation, mask = observation[self._seats], mask[self._seats]
            rows = [rows[seat] for seat in self._seats]
        illegal = actions.illegal_channels(self.illegal[self._seats]) if any(self.illegal.tobytes()) else _NONE_ILLEGAL
        infos = {
            agent: {"action_mask": allowed, "reward_components": dict(zip(COMPONENTS, row, strict=True)), "illegal": channels}
            for agent, allowed, row, channels in zip(self._agents, actions.split_masks(mask, flat), rows, illegal, strict=True)
        }
        return dict(zip(self._agents, observation, strict=True)), infos

    def rewards(self) -> dict[str, float]:
        """Return each agent's reward of the last turn."""
        summed = self.reward.tolist()
        return {agent: summed[seat] for agent, seat in zip(self._agents, self._seats, strict=True)}
